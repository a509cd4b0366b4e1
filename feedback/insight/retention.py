"""Retention: what goes by itself, when, and why. One table of rules, and the words for all that stays.

The sweep `purge` reads it every night, `manage.py purge --dry-run` says what would go, and a test asks for each table
of the site: in `RULES`, or in `KEPT` with the reason. What other sweeps forget stands in `ELSEWHERE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from events.event.choices import OVER
from events.models import CoHost, Event, Invitation, Mark, Signal
from feedback.insight.limits import RETENTION
from feedback.letters.choices import LetterState
from feedback.models import Case, Decision, Report, StrengthFeedback
from kouryu.sweeps import DAILY, sweep
from members.admission.choices import ApplicationState
from members.admission.limits import APPLICATIONS, INVITES
from members.audit import audit
from members.cards.limits import WEBHOOKS
from members.leaving.flows import let_account_go
from members.linking.limits import SERVICE
from members.mail.choices import ENDED_MAIL
from members.membership.choices import ProposalState
from members.membership.limits import ACCOUNT_BOOKS
from members.models import (
    BankLine,
    Booking,
    BookProposal,
    CardCustomer,
    Due,
    EndedBlock,
    FactorReset,
    FormerAddress,
    InvitedMailbox,
    JudgedText,
    Look,
    MemberImport,
    MemberInvitation,
    MemberSession,
    NameOnRecord,
    OutgoingMail,
    PaymentIn,
    Period,
    PlanAgreement,
    Profile,
    Receipt,
    ServiceCall,
    ServiceDays,
    StaffNote,
    StripeEvent,
    Suspension,
    User,
)
from members.standing.limits import DECISIONS
from members.texts.choices import TextState

ROWS_AT_ONCE = 500  # in one short transaction, so that nobody waits for it
FORGOTTEN = "-"  # in the place of words that a row cannot be without
BATCHES_A_NIGHT = 40  # of one rule: the rest goes the night after


@dataclass(frozen=True)
class RetentionRule:
    """Rows that go, or words in them, when their time is over."""

    name: str
    what: str
    kept_for: timedelta
    why: str
    over: Callable[[datetime], QuerySet[Any]]  # those that ended before this moment: `kept_for` ago
    forget: Callable[[QuerySet[Any], datetime], object]

    def due(self, now: datetime) -> QuerySet[Any]:
        """The rows whose time is over."""
        return self.over(now - self.kept_for)


# --- how rows go


def delete(rows: QuerySet[Any], now: datetime) -> None:
    rows.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()


def empty(**columns: Any) -> Callable[[QuerySet[Any], datetime], object]:
    """The row stays, as a number or a day; these columns of it do not."""
    return lambda rows, now: rows.update(**columns)


def delete_cases(rows: QuerySet[Case], now: datetime) -> None:
    """A case with its reports and its decision, and with the letter that it hid."""
    cases = list(rows.values_list("pk", flat=True))
    elsewhere = Case.objects.exclude(pk__in=cases).exclude(letter=None).values("letter")
    hidden = StrengthFeedback.objects.filter(cases__in=cases, state=LetterState.HIDDEN).exclude(pk__in=elsewhere)
    of_cases = [model.objects.filter(case__in=cases) for model in (Decision, Report)]
    for found in (hidden.distinct(), *of_cases, Case.objects.filter(pk__in=cases)):
        audit.delete(found, audit.AFTER_ITS_TIME, now=now)


def let_go(rows: QuerySet[User], now: datetime) -> None:
    """As an account goes whose member asked for it."""
    for member_id in rows.order_by("pk").values_list("pk", flat=True):
        let_account_go(member_id, now=now)


def close_books(rows: QuerySet[User], now: datetime) -> None:
    """The names and words that the books held of somebody whose account is gone.

    Amounts and days stay, under a number that leads to a row without a name: without them the book would no longer
    come to zero.
    """
    members = list(rows.values_list("pk", flat=True))
    PaymentIn.objects.filter(member__in=members).update(payer_name="", payer_kana="", bank_line="")
    PlanAgreement.objects.filter(member__in=members).update(screen_text="")
    Receipt.objects.filter(member__in=members).update(addressee="")
    Due.objects.filter(member__in=members).update(note="", payer_kana="")
    Booking.objects.filter(member__in=members).exclude(reason="").update(reason=FORGOTTEN)
    BookProposal.objects.filter(member__in=members).exclude(state=ProposalState.OPEN).update(values={})
    NameOnRecord.objects.filter(member__in=members).delete()


# --- which rows are meant


def _books(before: datetime) -> QuerySet[User]:
    def some(rows: QuerySet[Any]) -> Exists:
        return Exists(rows.filter(member=OuterRef("pk")))

    late = some(Due.objects.filter(Q(ordered_at__gt=before) | Q(settled_at__gt=before)))
    late |= some(Booking.objects.filter(at__gt=before))
    words = some(PaymentIn.objects.exclude(payer_name="", payer_kana="", bank_line=""))
    words |= some(PlanAgreement.objects.exclude(screen_text="")) | some(Due.objects.exclude(note="", payer_kana=""))
    words |= some(Receipt.objects.exclude(addressee=""))
    words |= some(Booking.objects.exclude(reason__in=["", FORGOTTEN]))
    words |= Exists(NameOnRecord.objects.filter(member=OuterRef("pk")))
    held = some(Due.objects.all()) | some(Booking.objects.all())
    return User.objects.get_queryset().filter(held & words & ~late, is_active=False)


def _given_days(before: datetime) -> QuerySet[Period]:
    """Of those who never paid: nothing that the law wants kept."""
    held = Due.objects.filter(member=OuterRef("member"))
    ended = timezone.localdate(before)
    return Period.objects.filter(~Exists(held), member__is_active=False, ends_on__lte=ended)


def _never_proved(before: datetime) -> QuerySet[User]:
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    users = User.objects.get_queryset().filter(joined_at__lte=before, last_login=None, is_active=True)
    users = users.filter(Exists(addresses.filter(verified=False)), ~Exists(addresses.filter(verified=True)))
    return users.filter(pledges=None, periods=None, dues=None, bookings=None, moved_in=None, role_grants=None)


def _never_let_in() -> QuerySet[User]:
    """Accounts that wait at the door, and hold nothing that somebody else or the books count on."""
    users = User.objects.get_queryset().filter(awaits_admission=True, is_active=True)
    return users.filter(pledges=None, periods=None, payments=None, role_grants=None, departure=None)


def _declined(before: datetime) -> QuerySet[User]:
    declined = {"application__state": ApplicationState.DECLINED, "application__changed_at__lte": before}
    return _never_let_in().filter(**declined)


def _waiting(before: datetime) -> QuerySet[User]:
    open_ones = [ApplicationState.WAITING, ApplicationState.ASKED, ApplicationState.DECLINED]
    users = _never_let_in().exclude(application__state__in=open_ones).filter(joined_at__lte=before)
    return users.filter(Q(last_login=None) | Q(last_login__lte=before)).exclude(application__changed_at__gt=before)


def _carried_over(before: datetime) -> QuerySet[Profile]:
    return Profile.objects.exclude(carried_over={}).filter(carried_over__until__lte=before.isoformat())


def _over_there(before: datetime) -> QuerySet[ServiceDays]:
    ended = timezone.localdate(before)
    is_said, is_given = Q(said_until__gte=ended), Q(given_until__gt=ended)
    return ServiceDays.objects.exclude(is_said & Q(said_until__isnull=False)).exclude(
        is_given & Q(given_until__isnull=False)
    )


AT_ONCE = timedelta(0)
TEXTS_FORGOTTEN = [TextState.ASKED, TextState.CLEARED]

RULES = [
    RetentionRule(
        "sessions",
        "sessions that are over",
        AT_ONCE,
        "nobody can use them any more",
        lambda before: MemberSession.objects.filter(expire_date__lte=before),
        delete,
    ),
    RetentionRule(
        "sent mails",
        "that a mail was sent, to whom and when (its words go earlier: ELSEWHERE)",
        RETENTION.mails,
        "the desk answers for a year whether something was sent; a key keeps a mail from going twice",
        lambda before: OutgoingMail.objects.filter(state__in=ENDED_MAIL, expires_at__lte=before),
        delete,
    ),
    RetentionRule(
        "unproved sign-ups",
        "accounts whose address nobody ever proved, with what was typed there",
        RETENTION.sign_ups_unproved,
        "they are nobody's: anybody can type an address",
        _never_proved,
        delete,
    ),
    RetentionRule(
        "decisions",
        "cases that were decided, with their reports, snapshots and reasons, and letters that they hid",
        DECISIONS.kept_for,
        "until then somebody may dispute them; privacy.html promises it",
        lambda before: Case.objects.filter(decision__decided_at__lte=before),
        delete_cases,
    ),
    RetentionRule(
        "reasons of suspensions",
        "why somebody was put out or let in again; the days stay",
        DECISIONS.kept_for,
        "as decisions",
        lambda before: Suspension.objects.filter(Q(until__lte=before) | Q(ended_at__lte=before)).exclude(reason=""),
        empty(reason="", lifted_because=""),
    ),
    RetentionRule(
        "books",
        "payments, paid days and the name on record of those whose account is gone",
        ACCOUNT_BOOKS.kept_for + ACCOUNT_BOOKS.until_declared,
        "books of account, seven years from when the year has to be declared (法人税法施行規則59条)",
        _books,
        close_books,
    ),
    RetentionRule(
        "bank lines",
        "names and words of the bank's lists",
        ACCOUNT_BOOKS.kept_for + ACCOUNT_BOOKS.until_declared,
        "books of account, as long as they",
        lambda before: BankLine.objects.filter(day__lte=timezone.localdate(before)).exclude(raw=""),
        empty(payer_name="", payer_key="", words="", raw=""),
    ),
    RetentionRule(
        "given days",
        "days of those who never paid and whose account is gone",
        AT_ONCE,
        "no payment, no books",
        _given_days,
        lambda rows, now: audit.delete(rows, audit.AFTER_ITS_TIME, now=now),
    ),
    RetentionRule(
        "notices of Stripe",
        "that Stripe told of something, by its number there",
        WEBHOOKS.kept_for,
        "longer than Stripe itself lists them, so that none is taken for a new one",
        lambda before: StripeEvent.objects.filter(worked_at__lte=before),
        delete,
    ),
    RetentionRule(
        "customers at Stripe",
        "what Stripe called somebody whose account is gone, and whom it has forgotten",
        WEBHOOKS.kept_for,
        "a notice that comes late is known as theirs",
        lambda before: CardCustomer.objects.filter(forgotten_at__lte=before),
        delete,
    ),
    RetentionRule(
        "notes of staff",
        "words of staff about a member, and reasons of their acts",
        RETENTION.staff_notes,
        "as decisions: they are asked for when an act is disputed",
        lambda before: StaffNote.objects.filter(at__lte=before),
        delete,
    ),
    RetentionRule(
        "looks",
        "who of the staff opened the page of a member, and why",
        RETENTION.looks,
        "the member reads them; after two years the record of acts still knows",
        lambda before: Look.objects.filter(at__lte=before),
        delete,
    ),
    RetentionRule(
        "judged texts",
        "texts that were to be mended, or cleared",
        RETENTION.judged_texts,
        "so that the same words are not asked about again",
        lambda before: JudgedText.objects.filter(state__in=TEXTS_FORGOTTEN, changed_at__lte=before),
        delete,
    ),
    RetentionRule(
        "hidden texts",
        "texts that a moderator hid",
        DECISIONS.kept_for,
        "as decisions",
        lambda before: JudgedText.objects.filter(state=TextState.HIDDEN, changed_at__lte=before),
        delete,
    ),
    RetentionRule(
        "words about marks",
        "what was said against a mark that is over, and the answer",
        RETENTION.words_about_marks,
        "a mark that weighs nothing needs no words",
        lambda before: Mark.objects.filter(expires_at__lte=before).exclude(objection="", answer=""),
        empty(objection="", answer=""),
    ),
    RetentionRule(
        "signs to the host",
        "private signs of an evening",
        RETENTION.signs,
        "they were for that evening",
        lambda before: Signal.objects.filter(event__state__in=OVER, event__ends_at__lte=before),
        delete,
    ),
    RetentionRule(
        "rooms",
        "addresses of video rooms of evenings that are over",
        RETENTION.rooms,
        "some hosts use one room again and again",
        lambda before: Event.objects.filter(state__in=OVER, ends_at__lte=before).exclude(room_url=""),
        empty(room_url=""),
    ),
    RetentionRule(
        "open help",
        "links by which a host asked for help, and nobody took them",
        RETENTION.links,
        "the evening is over",
        lambda before: CoHost.objects.filter(member=None, event__ends_at__lte=before),
        delete,
    ),
    RetentionRule(
        "invitations to evenings",
        "whom a host invited",
        RETENTION.event_invitations,
        "who came has a registration",
        lambda before: Invitation.objects.filter(event__ends_at__lte=before),
        delete,
    ),
    RetentionRule(
        "addresses of invitations",
        "at which address somebody was invited to become a member",
        RETENTION.invitation_addresses,
        "they came, or they did not want to",
        lambda before: MemberInvitation.objects.filter(expires_at__lte=before).exclude(address=""),
        empty(address=""),
    ),
    RetentionRule(
        "invited mailboxes",
        "when invitations were written to a mailbox",
        INVITES.week,
        "they are counted for a week",
        lambda before: InvitedMailbox.objects.filter(last_at__lte=before),
        delete,
    ),
    RetentionRule(
        "declined applicants",
        "accounts of those whose application was declined, with all that belongs to them",
        APPLICATIONS.kept_for,
        "the answers go then as well; whoever applies again begins anew",
        _declined,
        let_go,
    ),
    RetentionRule(
        "accounts that wait",
        "accounts that were never let in, and that nobody came back to",
        RETENTION.waiting_accounts,
        "nobody waits for them, and they for nothing",
        _waiting,
        let_go,
    ),
    RetentionRule(
        "lists of members",
        "that a list was sent, of which nobody came (the file goes earlier: ELSEWHERE)",
        RETENTION.lists,
        "nobody came with it",
        lambda before: MemberImport.objects.filter(ended_at__lte=before, people=None),
        delete,
    ),
    RetentionRule(
        "lost factors",
        "how staff found out who it was that lost every second factor; who agreed and when stays",
        RETENTION.lost_factors,
        "until then it may turn out to have been somebody else",
        lambda before: FactorReset.objects.filter(settled_at__lte=before).exclude(words="", later_words=[]),
        empty(words="", later_words=[]),
    ),
    RetentionRule(
        "ended blocks",
        "blocks that were taken back",
        RETENTION.ended_blocks,
        "anonymous picks are counted for a year: until then it matters who could have written",
        lambda before: EndedBlock.objects.filter(ended_at__lte=before),
        delete,
    ),
    RetentionRule(
        "former addresses",
        "what an address is remembered for (LEAVING.remembered_for is in its row)",
        AT_ONCE,
        "twelve months after the account went, everybody begins anew",
        lambda before: FormerAddress.objects.filter(until__lte=before),
        delete,
    ),
    RetentionRule(
        "calls of the service",
        "ids of calls in which the service's server said what is paid",
        SERVICE.calls_kept_for,
        "an older call is late by itself",
        lambda before: ServiceCall.objects.filter(at__lte=before),
        delete,
    ),
    RetentionRule(
        "days of the service",
        "until when an account of the service was paid, and which days it gave",
        AT_ONCE,
        "no day is left that could be given twice",
        _over_there,
        delete,
    ),
    RetentionRule(
        "what was carried over",
        "the same in the profile of the new account",
        AT_ONCE,
        "the same",
        _carried_over,
        empty(carried_over={}),
    ),
]

# What other sweeps forget: their name in docs/operations.md, what, and the number that says how long.
ELSEWHERE = {
    "forget-words": ("words of mails", "OUTBOX.words_kept_for"),
    "delete-mails-to-nobody": ("mails to addresses without an account", "at once"),
    "forget-lists": ("files of lists of members", "LISTS.kept_for"),
    "forget-applications": ("answers of applications", "APPLICATIONS.kept_for"),
    "forget-contacts": ("contacts of ended ties", "at once"),
    "forget-notes": ("short notes of ended ties", "SHORT_NOTES.ended_kept_for"),
    "release-anonymous-picks": ("anonymous picks that nobody may see", "ANONYMOUS_PICKS.wait_for"),
    "let-members-go": ("an account, with all that leaving.py of each chapter says", "LEAVING.time_to_reconsider"),
}

MEMBER, EVENT, SITE = "as long as the member", "as long as the evening, as a number", "for good: it names nobody"
# Tables that no rule is about: how long their rows stay, and why.
KEPT = {
    "members.User": (MEMBER, "a row without a name afterwards (decision 0061)"),
    "members.ProfileTheme": (MEMBER, "what they chose"),
    "members.PledgeAcceptance": (MEMBER, "which pledge they accepted"),
    "members.RoleGrant": (SITE, "a role and its days: acts of staff are asked of it"),
    "members.NameOnRecord": (MEMBER, "afterwards the rule `books`"),
    "members.SearchKey": (MEMBER, "made from the words on record"),
    "members.Membership": (MEMBER, "whether references go out"),
    "members.Due": (MEMBER, "afterwards the rule `books` empties its words"),
    "members.PlanAgreement": (MEMBER, "afterwards the rule `books` empties its words"),
    "members.BankList": (SITE, "which file of the bank was read when"),
    "members.PaymentIn": (MEMBER, "afterwards the rule `books` empties its words"),
    "members.Booking": (SITE, "amounts and days; the rule `books` empties its words"),
    "members.BookLine": (SITE, "amounts"),
    "members.BookLimit": (SITE, "an amount"),
    "members.BookProposal": (SITE, "amounts, and who of the staff agreed; the rule `books` empties its words"),
    "members.Allocation": (SITE, "amounts"),
    "members.Refund": (SITE, "amounts"),
    "members.Receipt": (MEMBER, "afterwards the rule `books` empties its addressee"),
    "members.ReceiptLine": (SITE, "amounts"),
    "members.MonthClose": (SITE, "figures of a month"),
    "members.ReceiptYear": (SITE, "the last number of a year"),
    "members.FormerPeriod": (SITE, "days"),
    "members.PlanPrice": (SITE, "what a plan cost when"),
    "members.PricePlan": (SITE, "what a plan cost"),
    "members.CardCheckout": (SITE, "numbers of Stripe's, beside an order that stays in the books"),
    "members.CardFailure": (MEMBER, "that a charge failed"),
    "members.CardReturn": (SITE, "amounts, beside a payment that stays in the books"),
    "members.CardSubscription": (MEMBER, "what recurs by card, as Stripe says it"),
    "members.MovedIn": (MEMBER, "so that a list is not run twice"),
    "members.Block": (MEMBER, "the wish of whoever blocks"),
    "members.KeptApart": (MEMBER, "their wish"),
    "members.ScreeningTerm": (SITE, "the list of the screening"),
    "members.Departure": (MEMBER, "at most until the account goes"),
    "members.AuditEntry": (SITE, "numbers and codes, sealed: the checks of the books ask them (decision 0062)"),
    "members.AuditSeal": (SITE, "holds the lines"),
    "members.AuditHead": (SITE, "holds the seals"),
    "members.Heartbeat": (SITE, "one row for each job"),
    "members.AffinityGroup": (SITE, "what evenings asked for; its words name nobody"),
    "members.AffinityMember": (MEMBER, "until they leave it; where it was retired `forget-affinities` lets them go"),
    "members.AcceptedInvitation": (MEMBER, "who came with which invitation"),
    "members.ApplicationQuestion": (SITE, "what is asked of applicants"),
    "members.MembershipApplication": (MEMBER, "its answers go by `forget-applications`"),
    "members.ApplicationAnswer": (MEMBER, "goes by `forget-applications`"),
    "members.ApplicationReview": (MEMBER, "goes with the application"),
    "events.Series": (EVENT, "which evenings belong together"),
    "events.Condition": (EVENT, "what was asked of those who came"),
    "events.RunSheetItem": (EVENT, "how it went"),
    "events.StepCount": (EVENT, "numbers of accounts: a count begun anew would tell who came since"),
    "events.Registration": (MEMBER, "what they came to; a number afterwards"),
    "events.Offer": (EVENT, "how a seat went on"),
    "events.Attendance": (EVENT, "how many came"),
    "events.Draw": (EVENT, "a draw can be repeated for ever"),
    "events.Ticket": (EVENT, "a code in a draw"),
    "events.CalendarFeed": (MEMBER, "until they renew it"),
    "events.Round": (EVENT, "who sat with whom"),
    "events.Group": (EVENT, "who sat with whom"),
    "events.Seat": (EVENT, "who sat with whom: letters and ties rest on it"),
    "events.Word": (EVENT, "gone when it closes"),
    "events.Note": (MEMBER, "their own words"),
    "events.EventTemplate": (MEMBER, "their own plan"),
    "feedback.StrengthFeedback": ("as long as its receiver", "letters are what the site is for"),
    "feedback.Thanks": ("as long as its receiver", "as letters"),
    "feedback.Wonder": ("as long as its receiver", "as letters"),
    "feedback.AnonymousPicks": ("as long as its receiver", "what was released never changes"),
    "feedback.AnonymousPool": ("as long as its receiver", "what was released never changes"),
    "feedback.Report": ("with its case", "the rule `decisions`"),
    "feedback.Decision": ("with its case", "the rule `decisions`"),
    "feedback.Impression": (SITE, "an answer without a name"),
    "feedback.MonthFigures": (SITE, "hidden as far as it must be before it is stored"),
    "feedback.BaseRates": (SITE, "what is usual in the community"),
    "feedback.SamePicker": (MEMBER, "how letters weigh"),
    "feedback.NotedEvening": (EVENT, "that its meetings are noted"),
    "feedback.Acquaintance": (MEMBER, "who has met whom; nobody sees it afterwards"),
    "feedback.Help": (MEMBER, "that somebody helped"),
    "feedback.Tie": (MEMBER, "that two were tied; without words once it has ended"),
    "feedback.Talk": (MEMBER, "that two talked"),
    "feedback.Introduction": (MEMBER, "who brought whom together"),
    "feedback.ShortNote": ("as long as the tie", "afterwards `forget-notes`"),
    "feedback.ContactOffer": ("as long as the tie", "afterwards `forget-contacts`"),
    **dict.fromkeys(
        (
            *("feedback.AnonymousPicksOff", "feedback.SelfStrengthSet", "feedback.Skip", "feedback.MirrorSnapshot"),
            *("feedback.Ordinary", "feedback.Intention", "feedback.CheckConsent", "feedback.OwnView"),
            *("feedback.Rhythm", "feedback.Statement", "feedback.NextStep", "feedback.TakeHomeNote"),
            *("feedback.Normal", "feedback.TurningPoint", "feedback.PersonBehind", "feedback.IntroducerThanks"),
        ),
        (MEMBER, "their own choices and words"),
    ),
}


@sweep("purge", every=DAILY)
def purge(*, now: datetime, rules: Iterable[RetentionRule] = RULES) -> dict[str, int]:
    """Let go of all whose time is over, a few hundred rows in a transaction; returns how many of each rule."""
    return {rule.name: _purge(rule, now) for rule in rules}


def what_would_go(now: datetime) -> dict[str, int]:
    """How many rows of each rule are due. Nothing changes."""
    return {rule.name: rule.due(now).count() for rule in RULES}


def _purge(rule: RetentionRule, now: datetime) -> int:
    gone = 0
    for _batch in range(BATCHES_A_NIGHT):
        with transaction.atomic():
            rows = list(rule.due(now).order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
            if not rows:
                return gone
            rule.forget(rule.over(now - rule.kept_for).model._base_manager.filter(pk__in=rows), now)
            gone += len(rows)
    return gone
