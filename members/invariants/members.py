"""What must always be true of accounts, paid days, standing and mails, whatever happened before.

Each check returns one sentence per breach, with ids and never a personal value; `manage.py check_invariants` lists
them. Most of it stands behind a constraint too: a dump that was restored without them is caught here. What each table
promises, and what keeps it, is listed in docs/invariants.md.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from members.audit.checking import BY_SQL, deletions_of, future_breaches, gone, lines_of, noted, overdue, then
from members.audit.limits import BOOKS
from members.invariants import admission as admission_invariants
from members.invariants import audit as audit_invariants
from members.invariants import banking as bank_invariants
from members.invariants import cards as card_invariants
from members.invariants import closing as closing_invariants
from members.invariants import desk as desk_invariants
from members.invariants import membership as membership_invariants
from members.invariants import papers as paper_invariants
from members.invariants import security as security_invariants
from members.mail.choices import ACCOUNT_MAIL, MailState
from members.mail.kinds import weekly_kinds
from members.mail.limits import OPTIONAL, OUTBOX
from members.models import (
    AcceptedInvitation,
    AffinityGroup,
    AffinityMember,
    ApplicationQuestion,
    ApplicationReview,
    AuditEntry,
    BankList,
    Block,
    CardCheckout,
    CardCustomer,
    CardFailure,
    CardReturn,
    CardSubscription,
    Departure,
    EndedBlock,
    FactorReset,
    FormerAddress,
    Heartbeat,
    InvitedMailbox,
    JudgedText,
    KeptApart,
    Look,
    MemberImport,
    MemberInvitation,
    MembershipApplication,
    MovedIn,
    OutgoingMail,
    PledgeAcceptance,
    RoleGrant,
    ScreeningTerm,
    ServiceCall,
    ServiceDays,
    StaffNote,
    StripeEvent,
    Suspension,
    User,
)
from members.security.queries import unreadable_secrets
from members.texts.choices import TextState
from members.texts.screening import shipped_terms

READ_AT_ONCE = 2000

DELIVERY = "See that a worker runs and what it logs about the mail server; what has expired is dropped by itself."
STANDING = "Look at the case that it came from, and let a moderator decide anew; the latest row counts."


@then(DELIVERY)
def each_mail_once(now: datetime) -> list[str]:
    keys = OutgoingMail.objects.values("key").annotate(mails=Count("pk")).filter(mails__gt=1)
    return [f"mail {row['key']} stands {row['mails']} times in the outbox" for row in keys]


@then(DELIVERY)
def no_mail_is_stuck(now: datetime) -> list[str]:
    sending = OutgoingMail.objects.filter(state=MailState.SENDING)
    stuck = sending.filter(Q(claimed_until=None) | Q(claimed_until__lt=now - BOOKS.mail_stuck_after)).order_by("pk")
    return [f"mail {mail.key} is being sent since long" for mail in stuck]


@then(DELIVERY)
def sent_mails_say_when(now: datetime) -> list[str]:
    broken = OutgoingMail.objects.filter(state=MailState.SENT, sent_at=None)
    return [f"mail {mail.key} is sent, at no time" for mail in broken]


@then(DELIVERY)
def no_week_holds_too_many_mails(now: datetime) -> list[str]:
    """Of the optional ones, in any seven days of the last fortnight; what failed or was dropped reached nobody."""
    mails = OutgoingMail.objects.filter(
        kind__in=weekly_kinds(), to__isnull=False, send_after__gt=now - BOOKS.mails_looked_back_for
    )
    reaching = mails.exclude(state__in=[MailState.FAILED, MailState.DROPPED]).annotate(
        at=Coalesce("sent_at", "send_after")
    )
    moments: dict[int, list[datetime]] = defaultdict(list)
    for member, at in reaching.order_by("at").values_list("to", "at"):
        moments[member].append(at)
    most = OPTIONAL.a_week
    return [
        f"user {member}: more than {most} optional mails within a week"
        for member, times in sorted(moments.items())
        if any(later - earlier < OPTIONAL.week for earlier, later in zip(times, times[most:], strict=False))
    ]


@then(STANDING)
def one_open_suspension(now: datetime) -> list[str]:
    open_ones = Suspension.objects.filter(ended_at=None).values("member")
    rows = open_ones.annotate(number=Count("pk")).filter(number__gt=1)
    return [f"user {row['member']} has {row['number']} open suspensions" for row in rows]


@then(STANDING)
def suspensions_end_after_they_start(now: datetime) -> list[str]:
    broken = Suspension.objects.filter(Q(until__lte=F("starts_at")) | Q(ended_at__lt=F("starts_at")))
    return [f"suspension {suspension.pk} ends before it starts" for suspension in broken]


@then(BY_SQL + " End a role that nobody gave: manage.py grant_role --help.")
def roles_were_given(now: datetime) -> list[str]:
    """A role lets somebody see what is other people's: none without its line, none back without the line of its end."""
    given = noted(RoleGrant, "grant-role", why=OuterRef("role"), at=OuterRef("granted_at"))
    back = Q(ended_at=None) & Q(noted(RoleGrant, "end-role"))
    return [
        f"role grant {grant.pk} to user {grant.member_id} is not as a line says"
        for grant in RoleGrant.objects.filter(~Q(given) | back).order_by("pk")
    ]


@then(BY_SQL)
def blocks_are_those_that_were_made(now: datetime) -> list[str]:
    """No block without its line, none gone without one: whoever is blocked must not get out by themselves."""
    made, taken_back = lines_of(Block, "block"), lines_of(Block, "unblock").filter(object_id=OuterRef("object_id"))
    there = Block.objects.filter(pk=OuterRef("object_id"))
    by = noted(Block, "block", by=OuterRef("blocker"), at=OuterRef("blocked_at"))
    deleted = Exists(deletions_of(Block))
    gone = made.filter(~Exists(taken_back), ~Exists(there), ~deleted, Exists(User.objects.filter(pk=OuterRef("by"))))
    return [f"block {block.pk} is not as a line says" for block in Block.objects.exclude(by).order_by("pk")] + [
        f"block {line.object_id} is gone, and nobody took it back" for line in gone.order_by("pk")
    ]


@then(DELIVERY)
def due_mails_leave(now: datetime) -> list[str]:
    late = OutgoingMail.objects.filter(state=MailState.QUEUED, send_after__lt=overdue("deliver-mails", now))
    return [f"mail {mail.pk} is due since {mail.send_after:%Y-%m-%d %H:%M} UTC" for mail in late.order_by("pk")]


@then("Ask the mail server's log for its Message-ID. If it never left, write to the member by hand.")
def sent_mails_left_as_mails_leave(now: datetime) -> list[str]:
    """Claimed by a worker, when it was due and while it was of use, a slow answer aside; no error still stands.

    Several tries are in order where there was time for them: a mail waits before it is tried again.
    """
    due = Greatest("queued_at", F("expires_at") - OUTBOX.kept_for)
    unclaimed = Q(attempts=0) | Q(claimed_until__isnull=False) | ~Q(last_error="")
    untimely = Q(sent_at__lt=F("send_after")) | Q(sent_at__gte=F("expires_at") + BOOKS.mail_stuck_after)
    between = min(BOOKS.between_tries, settings.MAIL_LEASE_FOR)
    hasty = Q()
    for tries in range(2, settings.MAIL_ATTEMPTS + 1):
        hasty |= Q(attempts=tries, sent_at__lt=due + (tries - 1) * between)
    # What a clock that was ahead had put off is released earlier than its row was meant to leave.
    hasty &= Q(expires_at__lte=F("send_after") + OUTBOX.kept_for)
    sent = OutgoingMail.objects.filter(state=MailState.SENT, sent_at__isnull=False)
    return [
        f"mail {mail.pk} is marked as sent and cannot have left so"
        for mail in sent.filter(unclaimed | untimely | hasty).order_by("pk")
    ]


@then(DELIVERY)
def unsent_mails_say_why(now: datetime) -> list[str]:
    ended = OutgoingMail.objects.filter(state__in=[MailState.FAILED, MailState.UNKNOWN, MailState.DROPPED])
    waiting = OutgoingMail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING])
    return [
        f"mail {mail.pk} is {mail.state} and says no reason or a time of leaving"
        for mail in ended.filter(Q(last_error="") | Q(sent_at__isnull=False)).order_by("pk")
    ] + [
        f"mail {mail.pk} is {mail.state} and says that it has left"
        for mail in waiting.filter(sent_at__isnull=False).order_by("pk")
    ]


@then("See that beat and a worker run: the daily job forget-words empties them.")
def words_of_mails_are_forgotten(now: datetime) -> list[str]:
    """Of codes that are over at once; of other mails when their time is over, and a day later where the job ran."""
    left = OutgoingMail.objects.to_be_forgotten(overdue("forget-words", now)).order_by("pk")
    return [f"mail {pk} is over and still holds its words" for pk in left.values_list("pk", flat=True)]


@then("Compare the account with the address that its member proved; until then end its sessions.")
def accounts_have_the_address_they_proved(now: datetime) -> list[str]:
    """Whoever could change an address, or add one, could sign in as its owner: there is the one that a code proved."""
    proved = EmailAddress.objects.filter(
        user=OuterRef("pk"), primary=True, verified=True, email__iexact=OuterRef("email")
    )
    broken = User.objects.filter(Exists(PledgeAcceptance.objects.filter(member=OuterRef("pk")))).exclude(Exists(proved))
    second = EmailAddress.objects.filter(verified=True).exclude(email__iexact=F("user__email")).order_by("pk")
    return [f"user {user.pk} has an address that was not proved" for user in broken.order_by("pk")] + [
        f"user {row.user_id} has a second address that lets somebody in" for row in second
    ]


@then("Name the key that encrypted them in SECRET_KEY_FALLBACKS; if it is lost, these members set theirs up again.")
def second_factors_can_be_read(now: datetime) -> list[str]:
    """Nobody whose secret cannot be read signs in with it."""
    return [f"{row.type} of user {row.user_id} was encrypted with another key" for row in unreadable_secrets()]


@then(BY_SQL + " Write to the member at the address that they proved; a code in such a mail is another's now.")
def mails_go_to_their_members(now: datetime) -> list[str]:
    """To the address that the member has, or had until they changed it; codes may prove another one."""
    changed = lines_of(User, "change-address").filter(object_id=OuterRef("to"), at__gte=OuterRef("queued_at"))
    lately = OutgoingMail.objects.filter(queued_at__gt=now - OUTBOX.words_kept_for, to__isnull=False)
    elsewhere = lately.exclude(kind=ACCOUNT_MAIL).exclude(address__iexact=F("to__email")).exclude(Exists(changed))
    return [f"mail {mail.pk} goes to another address than its member's" for mail in elsewhere.order_by("pk")]


@then(BY_SQL + " Until it is known, read held letters with care.")
def screening_terms_were_changed_by_staff(now: datetime) -> list[str]:
    """What nobody changed is as the site came with it, and nothing of that is missing where there is a list at all."""
    changed = noted(ScreeningTerm, at=OuterRef("changed_at"))
    broken = list(ScreeningTerm.objects.filter(Q(changed_at__isnull=False) & ~Q(changed)).values_list("pk", flat=True))
    shipped = shipped_terms()
    untouched = ScreeningTerm.objects.filter(changed_at=None).values_list("pk", "pattern", "kind", "is_active")
    broken += [pk for pk, pattern, kind, is_active in untouched if is_active != (shipped.get(pattern) == kind)]
    there = set(ScreeningTerm.objects.values_list("pattern", flat=True))
    missing = len(shipped.keys() - there) if there else 0
    return [f"screening term {pk} was changed by nobody" for pk in sorted(broken)] + (
        [f"{missing} screening terms that came with the site are gone"] if missing else []
    )


@then(STANDING)
def suspensions_are_as_noted(now: datetime) -> list[str]:
    """Imposed with a line that says until when; over early only by another one, or lifted with a line by somebody else.
    Lines of earlier versions do not say until when.
    """
    lines = lines_of(User, "suspend").filter(object_id=OuterRef("member"), at=OuterRef("starts_at"))
    begun = Exists(lines)
    said = Suspension.objects.annotate(said=Subquery(lines.values("why")[:1])).exclude(said=None).exclude(said="")
    moved = [row.pk for row in said if row.until != datetime.fromisoformat(row.said)]
    lifted = Exists(lines_of(User, "lift-suspension").filter(object_id=OuterRef("member"), at=OuterRef("ended_at")))
    replaced = Exists(Suspension.objects.filter(member=OuterRef("member"), starts_at=OuterRef("ended_at")))
    freed = Q(ended_at__isnull=False) & ~Q(lifted) & ~Q(replaced)
    own = Q(lifted_by=F("member")) | Q(imposed_by=F("member"))
    broken = Suspension.objects.filter(~Q(begun) | freed | own | Q(pk__in=moved))
    there = Suspension.objects.filter(member=OuterRef("object_id"), starts_at=OuterRef("at"))
    forgotten = lines_of(User, "suspend").filter(~Exists(there), Exists(User.objects.filter(pk=OuterRef("object_id"))))
    return [f"suspension {row.pk} is not as its lines say" for row in broken.order_by("pk")] + [
        f"user {line.object_id} was suspended by line {line.pk}, and that is gone" for line in forgotten.order_by("pk")
    ]


@then("Ask the moderators; until it is known who judged it, show the text to nobody but its writer.")
def texts_were_judged_by_somebody(now: datetime) -> list[str]:
    """What was cleared or hidden has the line of whoever did so; and words are kept only of what is not asked anew."""
    judged = Q(state=TextState.CLEARED) & ~Q(noted(JudgedText, "text-cleared"))
    judged |= Q(state=TextState.HIDDEN) & ~Q(noted(JudgedText, "text-hidden"))
    held = Q(state=TextState.HELD) & (Q(words="") | ~Q(noted(JudgedText, "hold-text")))
    broken = JudgedText.objects.filter(judged | held | (Q(state=TextState.ASKED) & ~Q(words=""))).order_by("pk")
    return [f"text {text.pk} is {text.state}, and no line says so" for text in broken]


KEPT: dict = {
    PledgeAcceptance: ("accept-pledge",),
    RoleGrant: ("grant-role",),
}


@then(BY_SQL)
def members_rows_are_still_there(now: datetime) -> list[str]:
    return gone(KEPT)


MOMENTS: dict = {
    AcceptedInvitation: ["accepted_at"],
    AffinityGroup: ["named_at", "retired_at"],
    AffinityMember: ["joined_at"],
    ApplicationQuestion: ["ended_at"],
    ApplicationReview: ["at"],
    AuditEntry: ["at"],
    BankList: ["sent_at"],
    Block: ["blocked_at"],
    CardCheckout: ["opened_at"],
    CardCustomer: ["made_at", "left_at", "forgotten_at"],
    CardFailure: ["failed_at", "settled_at"],
    CardReturn: ["asked_at"],
    CardSubscription: ["began_at", "asked_at"],
    Departure: ["asked_at"],
    EndedBlock: ["ended_at"],
    FactorReset: ["asked_at", "proposed_at", "confirmed_at", "settled_at"],
    FormerAddress: ["left_at"],
    Heartbeat: ["beat_at"],
    InvitedMailbox: ["last_at"],
    JudgedText: ["changed_at", "refused_at"],
    KeptApart: ["since_at"],
    Look: ["at"],
    MemberImport: ["sent_at", "ended_at"],
    MemberInvitation: ["made_at", "taken_back_at"],
    MembershipApplication: ["sent_at", "changed_at"],
    MovedIn: ["invited_at"],
    OutgoingMail: ["queued_at", "sent_at"],
    PledgeAcceptance: ["accepted_at"],
    RoleGrant: ["granted_at", "ended_at"],
    ScreeningTerm: ["changed_at"],
    ServiceCall: ["at"],
    ServiceDays: ["said_at"],
    StaffNote: ["at"],
    StripeEvent: ["received_at", "worked_at"],
    Suspension: ["starts_at", "ended_at"],
    User: ["joined_at", "paused_at"],
}


@then("See whether a clock was ahead. What is dated ahead is not believed; put the time right when the clock is.")
def members_moments_have_come(now: datetime) -> list[str]:
    return future_breaches(MOMENTS, now)


CHECKS = [
    *membership_invariants.CHECKS,
    *paper_invariants.CHECKS,
    *closing_invariants.CHECKS,
    roles_were_given,
    blocks_are_those_that_were_made,
    accounts_have_the_address_they_proved,
    second_factors_can_be_read,
    mails_go_to_their_members,
    each_mail_once,
    no_mail_is_stuck,
    due_mails_leave,
    sent_mails_say_when,
    sent_mails_left_as_mails_leave,
    unsent_mails_say_why,
    words_of_mails_are_forgotten,
    no_week_holds_too_many_mails,
    one_open_suspension,
    suspensions_end_after_they_start,
    suspensions_are_as_noted,
    screening_terms_were_changed_by_staff,
    texts_were_judged_by_somebody,
    members_rows_are_still_there,
    members_moments_have_come,
    *admission_invariants.CHECKS,
    *security_invariants.CHECKS,
    *bank_invariants.CHECKS,
    *card_invariants.CHECKS,
    *desk_invariants.CHECKS,
    *audit_invariants.CHECKS,
]
