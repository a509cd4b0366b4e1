"""Which sweeps the made-up year and the simulation run, in which order: both must give the same for the same seed."""

from __future__ import annotations

from datetime import datetime, time

from kouryu.sweeps import declared

# The year: three times on days on which something happened.
YEAR = (
    "move-waiting-lists",
    "close-events",
    "mark-absences",
    "follow-up",
    "release-letters",
    "note-evenings",
    "form-ties",
    "release-anonymous-picks",
    "renew-memberships",
    "deliver-mails",
    "seal-audit",
    "forget-words",
)
# On other mornings the days themselves bring deadlines and references.
QUIET_MORNING = ("move-waiting-lists", "renew-memberships", "deliver-mails")
# The simulation: each at the hours at which it has something to do.
SIMULATED = {
    time(7): (
        "renew-memberships",
        "give-back-unpaid-seats",
        "move-waiting-lists",
        "close-events",
        "mark-absences",
        "note-evenings",
        "release-letters",
        "release-anonymous-picks",
        "form-ties",
        "follow-up",
        "forget-notes",
        "tell-statements",
        "freeze-months",
        "forget-words",
    ),
    time(8): ("tell-anniversaries", "send-mail-sequence"),
    time(13): ("move-waiting-lists",),
    time(20): ("move-waiting-lists", "remind", "send-mail-sequence"),
}
# What neither runs as a sweep, and why.
NOT_PLAYED = {
    "return-receipts": "no payment of the cast goes back",
    "heartbeat": "nobody asks a made-up site whether it is ready",
    "hold-draws": "a draw is an act of its own, at the minute at which applications close",
    "recompute-mirrors": "once at the end, when what it computes is looked at",
    "publish-events": "hosts publish by hand",
    "send-invitations": "nobody is invited",
    "end-roles": "no role of the cast has a last day",
    "tell-of-leaderless": "no host loses the right to lead",
    "hand-over-texts": "nobody writes what the screening would hold",
    "delete-mails-to-nobody": "nobody signs up with an address that is another's",
    "tell-prices": "no price changes",
    "invite-imported": "nobody of the cast came with a list",
    "reset-factors": "nobody loses a second factor",
    "purge": "nothing of the year is older than it",
    "let-members-go": "nobody of the cast leaves",
    **dict.fromkeys(
        ("watch-checkouts", "tell-stripe-who-stops", "announce-charges", "agree-on-prices", "tell-of-failed-charges"),
        "nobody of the year pays by card",
    ),
    "work-on-notices": "nobody of the year pays by card",
    "ask-for-missing-notices": "nobody of the year pays by card",
    "forget-card-customers": "nobody of the year pays by card",
    "forget-lists": "nobody sends a list",
    "forget-applications": "nobody has to apply",
    "forget-affinities": "no group is retired",
    "forget-contacts": "what ended ties leave behind may stay",
}


def run(name: str, now: datetime) -> None:
    declared()[name].run(lambda: now)
