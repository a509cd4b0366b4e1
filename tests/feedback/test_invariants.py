"""`check_invariants` finds each kind of breach, and only that; constraints that forbid one are taken out first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.event.choices import EventState
from events.models import Event, Group, Offer, Registration, Round, Seat
from events.registration.choices import HOUR_BEFORE_MAIL, Answer, RegistrationState
from feedback.cases.choices import CaseState, DecisionKind
from feedback.letters.choices import LETTER_MAIL, LetterState
from feedback.management.commands.check_invariants import CHECKS, SHOWN, breaches_at
from feedback.models import AnonymousPicks, AnonymousPool, Case, Decision, Report, StrengthFeedback
from feedback.ties.choices import TIE_MAIL
from members.mail.choices import MailState
from members.membership.choices import DueState
from members.models import Block, Due, OutgoingMail, Period, Suspension
from tests import factories
from tests.feedback.books import check, without

pytestmark = pytest.mark.long

NOW = timezone.now()
WAITING, OFFERED, CONFIRMED = RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.CONFIRMED


def evening(**fields) -> Event:
    return factories.make_event(starts_at=NOW - timedelta(days=1), state=EventState.CLOSED, closed_at=NOW, **fields)


def group_of(event: Event, *people) -> Group:
    numbered = Round.objects.create(event=event, number=event.rounds.count() + 1, drawn_at=NOW, published_at=NOW)
    group = Group.objects.create(round=numbered, number=1)
    for person in people:
        Seat.objects.create(round=numbered, group=group, member=person)
    return group


def letter_in_group(**fields) -> StrengthFeedback:
    event, giver, receiver = evening(), factories.make_member(), factories.make_member()
    group_of(event, giver, receiver)
    return factories.make_letter(giver, receiver, event, **{"deliver_at": NOW - timedelta(days=9), **fields})


def make_mail(key="letter/arrived/1/2026-11-20", **fields) -> OutgoingMail:
    to = factories.make_member()
    times = {"queued_at": NOW, "send_after": NOW, "expires_at": NOW + timedelta(days=3)}
    values = {"key": key, "kind": LETTER_MAIL, "to": to, "address": to.email, "subject": "-", "text": "-"}
    return OutgoingMail.objects.create(**{**values, **times, **fields})


def make_case(**fields) -> Case:
    member = factories.make_member()
    return Case.objects.create(**{"member": member, "subject_key": f"member/{member.pk}", "opened_at": NOW, **fields})


def make_decision(case: Case, **fields) -> Decision:
    Case.objects.filter(pk=case.pk).update(state=CaseState.DECIDED)
    values = {"kind": DecisionKind.ADVICE, "reason": "-", "decided_by": factories.make_member(), "decided_at": NOW}
    return Decision.objects.create(case=case, **{**values, **fields})


def _overlapping_periods() -> None:
    member = factories.make_member()
    factories.make_period(member, starts_on=timezone.localdate(NOW) + timedelta(days=3))


def _paid_for_nothing() -> None:
    due = factories.make_paid_period(
        factories.make_account(), starts_on=timezone.localdate(NOW), now=NOW
    ).allocation.due
    Period.objects.filter(allocation__due=due).delete()


def _days_for_an_open_due() -> None:
    period = factories.make_paid_period(factories.make_account(), starts_on=timezone.localdate(NOW), now=NOW)
    Due.objects.filter(allocations=period.allocation).update(state=DueState.OPEN)


def _mail_stuck() -> None:
    make_mail(state=MailState.SENDING, claimed_until=NOW - timedelta(hours=2))


def _four_mails_in_a_week() -> None:
    to = factories.make_member()
    for day in (9, 6, 4, 3):
        make_mail(f"tie/{day}", to=to, address=to.email, kind=TIE_MAIL, send_after=NOW - timedelta(days=day))


def _mail_sent_at_no_time() -> None:
    make_mail(state=MailState.SENT)


def _suspension_backwards() -> None:
    member = factories.make_member()
    Suspension.objects.create(member=member, starts_at=NOW, until=NOW - timedelta(days=1), reason="-")


def _seat_beyond_capacity() -> None:
    event = factories.make_event(capacity=2)
    for _ in range(3):
        factories.make_registration(event)


def _passed_over() -> None:
    event = factories.make_event()
    factories.make_registration(event, state=WAITING)
    factories.make_registration(event, state=CONFIRMED)


def _offered_without_offer() -> None:
    factories.make_registration(factories.make_event(), state=OFFERED)


def _offer_without_offered() -> None:
    registration = factories.make_registration(factories.make_event(), state=CONFIRMED)
    Offer.objects.create(registration=registration, made_at=NOW, expires_at=NOW)


def _answer_at_no_time() -> None:
    registration = factories.make_registration(factories.make_event())
    Offer.objects.create(registration=registration, made_at=NOW, expires_at=NOW, answer=Answer.ACCEPTED)


def _closed_at_no_time() -> None:
    Event.objects.filter(pk=evening().pk).update(closed_at=None)


def _place_in_another_round() -> None:
    event, member = evening(), factories.make_member()
    group = group_of(event, factories.make_member())
    other = group_of(event, member)
    Seat.objects.filter(member=member).update(group=group)
    assert other.round != group.round


def _round_without_groups() -> None:
    event = evening()
    group_of(event, factories.make_member())
    Event.objects.filter(pk=event.pk).update(gathering="together")


def _blocked_together() -> None:
    one, other = factories.make_member(), factories.make_member()
    Block.objects.create(blocker=one, blocked=other, blocked_at=NOW - timedelta(days=1))
    group_of(evening(), one, other)


def _letter_between_strangers() -> None:
    factories.make_letter(factories.make_member(), factories.make_member(), evening(), state=LetterState.SCHEDULED)


def _letter_arrived_at_no_time() -> None:
    letter_in_group(released_at=None)


def _letter_without_mail() -> None:
    letter_in_group()


def _decided_without_decision() -> None:
    make_case(state=CaseState.DECIDED)


def _decision_without_decided() -> None:
    make_decision(make_case())
    Case.objects.update(state=CaseState.TAKEN, taken_at=NOW)


def _open_but_taken() -> None:
    make_case(taken_at=NOW)


def _judged_oneself() -> None:
    case = make_case()
    make_decision(case, decided_by=case.member)


def _judged_as_reporter() -> None:
    case, moderator = make_case(), factories.make_member()
    Report.objects.create(case=case, reporter=moderator, reason="other", reported_at=NOW)
    make_decision(case, decided_by=moderator)


def _hidden_but_shown() -> None:
    letter = letter_in_group(released_at=NOW - timedelta(days=9))
    make_decision(make_case(letter=letter, subject_key=f"letter/{letter.pk}"), kind=DecisionKind.HIDE)


def _letter_before_its_morning() -> None:
    letter_in_group(released_at=NOW - timedelta(days=9), deliver_at=NOW - timedelta(days=8))


def released_picks(**fields) -> AnonymousPicks:
    """One set of picks that three could have left, released on the first of this month, weeks after the evening."""
    giver, receiver = factories.make_member(), factories.make_member()
    first = timezone.localdate(NOW).replace(day=1)
    held = factories.make_event(starts_at=NOW - timedelta(days=90), state=EventState.CLOSED, closed_at=NOW)
    values = {"released_on": first, "ended_before": NOW - timedelta(days=60), "candidates": [giver.pk, 0, -1], **fields}
    pool = AnonymousPool.objects.create(receiver=receiver, is_closed=True, **values)
    return AnonymousPicks.objects.create(
        giver=giver, receiver=receiver, event=held, picks=["-"], left_at=NOW - timedelta(days=89), pool=pool
    )


def _anonymous_picks_without_candidates() -> None:
    picks = released_picks()
    AnonymousPool.objects.update(candidates=[picks.giver_id, 0])


def _anonymous_picks_before_the_first() -> None:
    released_picks(released_on=timezone.localdate(NOW).replace(day=2))


def _anonymous_picks_while_letters_could_be_written() -> None:
    released_picks(ended_before=NOW - timedelta(days=95))


def _anonymous_picks_of_nobody_in_the_group() -> None:
    released_picks(candidates=[0, -1, -2])


def _anonymous_picks_beside_a_letter() -> None:
    letter = letter_in_group(state=LetterState.SCHEDULED)
    AnonymousPicks.objects.create(giver=letter.giver, receiver=letter.receiver, event=letter.event, left_at=NOW)


def _held_for_nobody() -> None:
    letter_in_group(state=LetterState.HELD)


def _suspended_on_paper() -> None:
    make_decision(make_case(), kind=DecisionKind.SUSPEND, until=NOW + timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (_overlapping_periods, "periods_do_not_overlap"),
        (_paid_for_nothing, "confirmed_dues_have_their_days"),
        (_days_for_an_open_due, "dues_are_paid_as_they_say paid_days_have_their_allocation"),
        (_mail_stuck, "no_mail_is_stuck"),
        (_four_mails_in_a_week, "no_week_holds_too_many_mails"),
        (_mail_sent_at_no_time, "sent_mails_say_when"),
        (_suspension_backwards, "suspensions_end_after_they_start"),
        (_seat_beyond_capacity, "no_seat_beyond_capacity seat_numbers_fit"),
        (_passed_over, "nobody_in_line_is_passed_over"),
        (_offered_without_offer, "offered_means_one_open_offer"),
        (_offer_without_offered, "offered_means_one_open_offer"),
        (_answer_at_no_time, "answered_offers_say_when"),
        (_closed_at_no_time, "closed_events_say_when"),
        (_place_in_another_round, "places_are_in_the_round_of_their_group"),
        (_round_without_groups, "rounds_are_of_evenings_with_groups"),
        (_blocked_together, "blocks_keep_people_apart"),
        (_letter_between_strangers, "letters_stay_in_the_group"),
        (_letter_arrived_at_no_time, "released_letters_say_when"),
        (_letter_before_its_morning, "letters_arrive_in_their_morning"),
        (_letter_without_mail, "released_letters_have_their_mail"),
        (_held_for_nobody, "held_letters_wait_for_somebody"),
        (_decided_without_decision, "cases_stand_as_their_decisions_say"),
        (_decision_without_decided, "cases_stand_as_their_decisions_say"),
        (_open_but_taken, "cases_stand_as_their_decisions_say"),
        (_judged_oneself, "nobody_judges_their_own_matter"),
        (_judged_as_reporter, "nobody_judges_their_own_matter"),
        (_hidden_but_shown, "decisions_are_carried_out"),
        (_suspended_on_paper, "decisions_are_carried_out"),
        (_anonymous_picks_without_candidates, "anonymous_picks_have_enough_candidates"),
        (_anonymous_picks_before_the_first, "anonymous_picks_wait_for_their_day"),
        (_anonymous_picks_while_letters_could_be_written, "anonymous_picks_wait_for_their_day"),
        (_anonymous_picks_of_nobody_in_the_group, "anonymous_picks_come_from_their_candidates"),
        (_anonymous_picks_beside_a_letter, "anonymous_picks_stand_beside_no_letter"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_breach_is_found(break_it: Callable[[], None], expected: str):
    break_it()

    assert check() == set(expected.split())


@pytest.mark.django_db
def test_the_command_ends_with_one_when_something_is_wrong_and_else_says_so(capsys):
    call_command("check_invariants")
    assert capsys.readouterr().out == f"all {len(CHECKS)} checks hold\n"

    _closed_at_no_time()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_invariants", "--only", "closed_events_say_when", "--only", "seats_are_numbered")

    event = Event.objects.get()
    assert stopped.value.code == 1
    told = capsys.readouterr()
    first, next_step = told.out.splitlines()
    assert first == f"closed_events_say_when: event {event.pk} is closed, at no time"
    assert next_step.startswith("closed_events_say_when: → ")
    assert told.err == "1 breaches in 2 checks\n"


@pytest.mark.django_db
def test_the_command_knows_which_checks_there_are():
    with pytest.raises(CommandError, match="No check is called all_is_well"):
        call_command("check_invariants", "--only", "all_is_well")


@pytest.mark.django_db
def test_many_rows_of_one_kind_are_told_in_short_and_counted_in_full(capsys):
    host = factories.make_member()
    for _ in range(SHOWN + 5):
        Event.objects.filter(pk=evening(host=host).pk).update(closed_at=None)
    with pytest.raises(SystemExit):
        call_command("check_invariants", "--only", "closed_events_say_when")

    told = capsys.readouterr()
    assert len(told.out.splitlines()) == SHOWN + 2
    assert "closed_events_say_when: and 5 more\n" in told.out
    assert told.err == f"{SHOWN + 5} breaches in 1 checks\n"


@pytest.mark.django_db
def test_a_value_that_no_check_can_read_is_a_breach_and_hides_no_other():
    AnonymousPool.objects.create(
        receiver=factories.make_member(), released_on=date(2026, 11, 1), ended_before=NOW, is_closed=True, candidates=7
    )

    found = breaches_at(NOW)

    assert any(line.startswith("anonymous_candidates_were_there: could not be asked: TypeError") for line in found)
    assert any(line.startswith("granted_days_were_granted: ") for line in found)


@pytest.mark.django_db
def test_the_books_of_an_ordinary_evening_are_in_order():
    letter = letter_in_group()
    make_mail(f"letter/arrived/{letter.receiver_id}/{timezone.localdate(letter.released_at)}")
    event = factories.make_event(capacity=2)
    for state in (CONFIRMED, OFFERED, WAITING, RegistrationState.WITHDRAWN):
        factories.make_registration(event, state=state)
    offered = event.registrations.get(state=OFFERED)
    Offer.objects.create(registration=offered, made_at=NOW, expires_at=NOW + timedelta(days=1))
    make_mail("seat/offered/1/1", state=MailState.SENDING, claimed_until=NOW + timedelta(seconds=40))
    one, other = factories.make_member(), factories.make_member()
    group_of(evening(), one, other)
    Block.objects.create(blocker=one, blocked=other, blocked_at=NOW + timedelta(hours=1))

    assert check() == set()


@pytest.mark.django_db
def test_mails_that_reached_nobody_and_those_of_another_week_are_not_too_many():
    to = factories.make_member()
    for day in (9, 6, 4, 1):
        make_mail(f"tie/{day}", to=to, address=to.email, kind=TIE_MAIL, send_after=NOW - timedelta(days=day))
    make_mail("tie/3", to=to, address=to.email, kind=TIE_MAIL, state=MailState.DROPPED)
    make_mail("tie/2", to=to, address=to.email, kind=HOUR_BEFORE_MAIL)

    assert check() == set()


@pytest.mark.django_db
def test_picks_that_were_released_as_they_should_are_in_order():
    released_picks()

    assert check() == set()


@pytest.mark.django_db
def test_a_receiver_who_wants_no_such_mail_misses_none():
    letter = letter_in_group()
    letter.receiver.muted_mail = [LETTER_MAIL]
    letter.receiver.save(update_fields=["muted_mail"])

    assert check() == set()


@pytest.mark.django_db(transaction=True)
def test_two_seats_with_one_number_are_found():
    with without(Registration, "one_person_per_seat"):
        event = factories.make_event()
        for _ in range(2):
            factories.make_registration(event, seat_number=1)

        assert check() == {"one_person_per_seat"}


@pytest.mark.django_db(transaction=True)
def test_a_seat_without_a_number_is_found():
    with without(Registration, "seat_number_only_with_seat"):
        factories.make_registration(factories.make_event(), seat_number=None)

        assert check() == {"seats_are_numbered"}


@pytest.mark.django_db(transaction=True)
def test_somebody_registered_twice_is_found():
    with without(Registration, "one_registration_per_member"):
        event, member = factories.make_event(), factories.make_member()
        for _ in range(2):
            factories.make_registration(event, member)

        assert check() == {"one_registration_per_member", "nobody_sits_twice_at_one_time"}


@pytest.mark.django_db(transaction=True)
def test_a_second_letter_for_one_evening_is_found():
    with without(StrengthFeedback, "one_letter_per_pair_and_event"):
        letter = letter_in_group(state=LetterState.SCHEDULED)
        factories.make_letter(letter.giver, letter.receiver, letter.event, state=LetterState.SCHEDULED)

        assert check() == {"one_letter_per_pair_and_event"}


@pytest.mark.django_db(transaction=True)
def test_two_open_suspensions_are_found():
    with without(Suspension, "one_open_suspension"):
        member = factories.make_member()
        for _ in range(2):
            Suspension.objects.create(member=member, starts_at=NOW, until=NOW + timedelta(days=1), reason="-")

        assert check() == {"one_open_suspension"}


@pytest.mark.django_db(transaction=True)
def test_two_open_cases_about_one_subject_are_found():
    with without(Case, "one_open_case_per_subject"):
        for _ in range(2):
            make_case(subject_key="member/1")

        assert check() == {"one_open_case_per_subject"}
