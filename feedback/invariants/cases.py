"""What must always be true of letters, cases and decisions, whatever happened before.

Each check returns one sentence per breach; `manage.py check_invariants` lists them. More of letters is in
`feedback.invariants.letters`; what is between two people in `feedback.invariants.ties`; the rest in
`feedback.invariants.evening`.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from feedback.cases.choices import CaseState, DecisionKind
from feedback.invariants import evening as evening_invariants
from feedback.invariants import letters as letter_invariants
from feedback.invariants import ties as tie_invariants
from feedback.invariants.letters import ANONYMOUS_PICKS, LETTER, beside
from feedback.letters import limits
from feedback.letters.choices import LETTER_MAIL, NOT_GIVEN, LetterState
from feedback.models import AnonymousPicks, AnonymousPool, Case, Decision, Report, StrengthFeedback, Wonder
from members.audit.checking import overdue, then
from members.mail.limits import OUTBOX
from members.mail.outbox import why_not_to
from members.models import JudgedText, OutgoingMail, Suspension
from members.texts.choices import TextState

CASE = "Let a second moderator look at the case, and decide anew what was not carried out."


@then(LETTER)
def one_letter_per_pair_and_event(now: datetime) -> list[str]:
    letters = StrengthFeedback.objects.values("giver", "receiver", "event")
    return [
        f"event {row['event']}: {row['number']} letters from user {row['giver']} to user {row['receiver']}"
        for row in letters.annotate(number=Count("pk")).filter(number__gt=1)
    ]


@then(LETTER)
def letters_stay_in_the_group(now: datetime) -> list[str]:
    broken = StrengthFeedback.objects.exclude(Exists(beside("giver", "receiver", "event"))).order_by("pk")
    return [f"letter {letter.pk} is between people who shared no group at that event" for letter in broken]


@then(LETTER)
def released_letters_say_when(now: datetime) -> list[str]:
    broken = StrengthFeedback.objects.released().filter(released_at=None).order_by("pk")
    return [f"letter {letter.pk} has arrived, at no time" for letter in broken]


@then(LETTER)
def letters_arrive_in_their_morning(now: datetime) -> list[str]:
    early = StrengthFeedback.objects.filter(released_at__lt=F("deliver_at")).order_by("pk")
    return [f"letter {letter.pk} arrived before its morning" for letter in early]


@then(LETTER)
def released_letters_have_their_mail(now: datetime) -> list[str]:
    """Of the last days only. Who did not want it then and does again is listed although nothing is wrong."""
    letters = StrengthFeedback.objects.released().filter(released_at__gt=now - OUTBOX.kept_for)
    expected = {
        f"letter/arrived/{letter.receiver_id}/{timezone.localdate(letter.released_at)}": letter.pk
        for letter in letters.select_related("receiver")
        if letter.receiver.is_active and why_not_to(LETTER_MAIL, letter.receiver) is None
    }
    written = OutgoingMail.objects.filter(key__in=expected).values_list("key", flat=True)
    return [f"letter {expected[key]} arrived without a mail" for key in sorted(set(expected).difference(written))]


@then(CASE)
def held_letters_wait_for_somebody(now: datetime) -> list[str]:
    waiting = Case.objects.undecided().filter(letter=OuterRef("pk"))
    broken = StrengthFeedback.objects.filter(~Exists(waiting), state=LetterState.HELD).order_by("pk")
    return [f"letter {letter.pk} is held and no open case is about it" for letter in broken]


@then(CASE)
def held_texts_wait_for_somebody(now: datetime) -> list[str]:
    """A day after they were held at the latest; the sweep opens their cases."""
    waiting = Case.objects.undecided().filter(text=OuterRef("pk"))
    held = JudgedText.objects.filter(state=TextState.HELD, changed_at__lt=overdue("hand-over-texts", now))
    return [
        f"text {text.pk} is held and no open case is about it" for text in held.exclude(Exists(waiting)).order_by("pk")
    ]


@then(CASE)
def cases_stand_as_their_decisions_say(now: datetime) -> list[str]:
    decided = Q(state=CaseState.DECIDED)
    broken = Case.objects.filter((decided & Q(decision=None)) | (~decided & Q(decision__isnull=False))).order_by("pk")
    open_in_hands = Case.objects.filter(state=CaseState.OPEN, taken_at__isnull=False).order_by("pk")
    return [f"case {case.pk} is {case.state} and its decision says otherwise" for case in broken] + [
        f"case {case.pk} is open and taken" for case in open_in_hands
    ]


@then(CASE)
def one_open_case_per_subject(now: datetime) -> list[str]:
    rows = Case.objects.undecided().values("subject_key").annotate(number=Count("pk")).filter(number__gt=1)
    return [f"{row['subject_key']} has {row['number']} open cases" for row in rows]


@then(CASE)
def nobody_judges_their_own_matter(now: datetime) -> list[str]:
    reported = Report.objects.filter(case=OuterRef("case"), reporter=OuterRef("decided_by"))
    own = Decision.objects.filter(Q(decided_by=F("case__member")) | Exists(reported)).order_by("pk")
    return [f"decision {decision.pk} was made by somebody whom the case concerns" for decision in own]


@then(CASE)
def decisions_are_carried_out(now: datetime) -> list[str]:
    shown = Decision.objects.filter(kind=DecisionKind.HIDE, case__letter__state=LetterState.RELEASED)
    imposed = Suspension.objects.filter(
        member=OuterRef("case__member"), starts_at=OuterRef("decided_at"), until=OuterRef("until")
    )
    suspending = Decision.objects.filter(kind=DecisionKind.SUSPEND, case__member__isnull=False)
    return [f"decision {decision.pk} hides a letter that is still shown" for decision in shown] + [
        f"decision {decision.pk} suspends and nobody was suspended until then"
        for decision in suspending.exclude(Exists(imposed)).order_by("pk")
    ]


@then(ANONYMOUS_PICKS)
def anonymous_picks_have_enough_candidates(now: datetime) -> list[str]:
    """Each set of a release keeps enough people even if the givers of the others told."""
    pools = AnonymousPool.objects.annotate(number=Count("sets")).filter(number__gt=0).order_by("pk")
    return [
        f"anonymous pool {pool.pk} released {pool.number} sets behind {len(pool.candidates)} people"
        for pool in pools
        if pool.number > len(pool.candidates) - limits.ANONYMOUS_PICKS.candidates + 1
    ]


@then(ANONYMOUS_PICKS)
def anonymous_picks_wait_for_their_day(now: datetime) -> list[str]:
    """The first of a month, of evenings about which nothing more could be written by then."""
    today = timezone.localdate(now)
    early = (
        Q(pool__released_on__gt=today) | ~Q(pool__released_on__day=1) | Q(event__ends_at__gte=F("pool__ended_before"))
    )
    broken = AnonymousPicks.objects.released().filter(early).order_by("pk")
    return [f"anonymous picks {picks.pk} were released before their day" for picks in broken]


@then(ANONYMOUS_PICKS)
def anonymous_picks_come_from_their_candidates(now: datetime) -> list[str]:
    rows = AnonymousPicks.objects.released().exclude(giver=None).select_related("pool").order_by("pk")
    return [f"anonymous picks {row.pk} hide among others" for row in rows if row.giver_id not in row.pool.candidates]


@then(ANONYMOUS_PICKS)
def anonymous_picks_stand_beside_no_letter(now: datetime) -> list[str]:
    letter = StrengthFeedback.objects.filter(
        giver=OuterRef("giver"), receiver=OuterRef("receiver"), event=OuterRef("event")
    ).exclude(state__in=NOT_GIVEN)
    broken = AnonymousPicks.objects.filter(Exists(letter)).order_by("pk")
    return [f"anonymous picks {picks.pk} stand beside a letter of the same evening" for picks in broken]


@then(LETTER)
def wonders_stay_in_the_group(now: datetime) -> list[str]:
    broken = Wonder.objects.exclude(Exists(beside("giver", "ordinary__member", "ordinary__event"))).order_by("pk")
    return [f"wonder {wonder.pk} is between people who shared no group at that event" for wonder in broken]


CHECKS = [
    one_letter_per_pair_and_event,
    letters_stay_in_the_group,
    released_letters_say_when,
    letters_arrive_in_their_morning,
    released_letters_have_their_mail,
    held_letters_wait_for_somebody,
    held_texts_wait_for_somebody,
    cases_stand_as_their_decisions_say,
    one_open_case_per_subject,
    nobody_judges_their_own_matter,
    decisions_are_carried_out,
    anonymous_picks_have_enough_candidates,
    anonymous_picks_wait_for_their_day,
    anonymous_picks_come_from_their_candidates,
    anonymous_picks_stand_beside_no_letter,
    wonders_stay_in_the_group,
    *letter_invariants.CHECKS,
    *tie_invariants.CHECKS,
    *evening_invariants.CHECKS,
]
