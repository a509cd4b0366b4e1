"""`check_invariants` finds each kind of breach between two people, names no wish, and lets the ordinary be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from events.event.choices import EventState
from feedback.models import Acquaintance, ContactOffer, Intention, Introduction, ShortNote, Tie
from feedback.ties.choices import IntentionKind, NetworkState
from feedback.ties.flows.network import note_evenings, note_help
from members.models import Block, Heartbeat, User
from tests import factories
from tests.feedback.books import check, without

pytestmark = pytest.mark.long

NOW = timezone.now()
A_DAY, MINUTES = timedelta(days=1), timedelta(minutes=10)


def tie(**fields) -> Tie:
    return factories.make_tie(factories.make_member(), factories.make_member(), **{"formed_at": NOW - A_DAY, **fields})


def block(one: User, other: User, *, at: datetime) -> None:
    Block.objects.create(blocker=one, blocked=other, blocked_at=at)


def wish(holder: User, person: User, event, *, forms_at: datetime, kind=IntentionKind.HEAR) -> Intention:
    times = {"chosen_at": forms_at - A_DAY, "locks_at": forms_at - timedelta(hours=1), "forms_at": forms_at}
    return Intention.objects.create(holder=holder, person=person, event=event, kind=kind, **times)


def two_wishes(*, forms_at: datetime) -> None:
    one, other, event = factories.make_member(), factories.make_member(), factories.make_event()
    wish(one, other, event, forms_at=forms_at)
    wish(other, one, event, forms_at=forms_at)


def introduction(**fields) -> Introduction:
    made = factories.make_introduction(*(factories.make_member() for _ in range(3)), now=NOW)
    Introduction.objects.filter(pk=made.pk).update(**fields)
    return made


def noted_evening() -> tuple[User, User, User]:
    people = [factories.make_member() for _ in range(3)]
    factories.make_evening([people], now=NOW - A_DAY, state=EventState.CLOSED, closed_at=NOW - A_DAY)
    note_evenings(NOW)
    return tuple(people)


def _contact_after_the_end() -> None:
    ended = tie(ended_at=NOW - timedelta(hours=3))
    ContactOffer.objects.create(tie=ended, holder=ended.first, text="-", offered_at=NOW - A_DAY)


def _contact_of_an_earlier_time() -> None:
    again = tie()
    ContactOffer.objects.create(tie=again, holder=again.first, text="-", offered_at=NOW - 2 * A_DAY)


def _contact_of_a_third() -> None:
    ContactOffer.objects.create(tie=tie(), holder=factories.make_member(), text="-", offered_at=NOW)


def _note_of_a_third() -> None:
    ShortNote.objects.create(tie=tie(), writer=factories.make_member(), text="-", written_at=NOW)


def _talk_of_a_third() -> None:
    factories.make_talk(tie(), proposer=factories.make_member())


def _wishes_that_were_forgotten() -> None:
    two_wishes(forms_at=NOW - A_DAY)


def _parting_that_was_forgotten() -> None:
    one, other = factories.make_member(), factories.make_member()
    wish(one, other, factories.make_event(), forms_at=NOW - A_DAY, kind=IntentionKind.ONLY_THIS)


def _one_consent_only() -> None:
    introduction(formed_at=NOW, one_agreed=True, asks=True)


def _consent_too_late() -> None:
    introduction(formed_at=NOW + timedelta(days=8), one_agreed=True, other_agreed=True)


def _waits_for_ever() -> None:
    introduction(lapses_at=NOW + timedelta(days=30))


def _more_than_happened() -> None:
    noted_evening()
    Acquaintance.objects.filter(pk=Acquaintance.objects.first().pk).update(state=NetworkState.FACE)


def _less_than_happened() -> None:
    noted_evening()
    Acquaintance.objects.first().delete()


def _strangers_in_the_picture() -> None:
    one, other = sorted((factories.make_member().pk, factories.make_member().pk))
    Acquaintance.objects.create(first_id=one, second_id=other, state=1, met_at=NOW, latest_at=NOW, times=1)


PICTURE, FORMED = "the_picture_is_what_the_ledger_says", "introductions_form_on_two_consents_in_time"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (_contact_after_the_end, {"contacts_stay_within_an_open_tie"}),
        (_contact_of_an_earlier_time, {"contacts_stay_within_an_open_tie"}),
        (_contact_of_a_third, {"contacts_stay_within_an_open_tie"}),
        (_note_of_a_third, {"what_tied_people_do_is_between_the_two"}),
        (_talk_of_a_third, {"what_tied_people_do_is_between_the_two"}),
        (_wishes_that_were_forgotten, {"wishes_have_their_morning"}),
        (_parting_that_was_forgotten, {"wishes_have_their_morning"}),
        (_one_consent_only, {FORMED, PICTURE}),
        (_consent_too_late, {FORMED, PICTURE}),
        (_waits_for_ever, {"introductions_lapse_in_time"}),
        (_more_than_happened, {PICTURE}),
        (_less_than_happened, {PICTURE}),
        (_strangers_in_the_picture, {PICTURE}),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_breach_is_found(break_it: Callable[[], None], expected: set[str]):
    break_it()

    assert check() == expected


@pytest.mark.django_db
def test_what_waits_for_the_next_sweep_and_what_ordinary_people_do_is_in_order():
    blocked, ended = tie(), tie(ended_at=NOW - MINUTES)
    block(blocked.first, blocked.second, at=NOW - MINUTES)
    ContactOffer.objects.create(tie=ended, holder=ended.second, text="-", offered_at=NOW - A_DAY)
    two_wishes(forms_at=NOW - MINUTES)  # the morning has just come
    one, other, event = factories.make_member(), factories.make_member(), factories.make_event()
    wish(one, other, event, forms_at=NOW - A_DAY)  # without an answer
    introduction(one_agreed=True)
    noted_evening()
    people = [factories.make_member() for _ in range(3)]
    factories.make_evening([people], now=NOW, state=EventState.CLOSED, closed_at=NOW)  # not noted yet
    held = factories.make_talk(tie())
    ShortNote.objects.create(tie=held.tie, writer=held.tie.second, text="-", written_at=NOW)
    note_help(by=held.tie.first, helper_id=held.tie.second_id, now=NOW)

    assert check() == set()


@pytest.mark.django_db
def test_what_the_sweep_has_not_seen_yet_is_in_order_however_old_the_copy_is():
    _contact_after_the_end()
    _wishes_that_were_forgotten()
    for job in ("form-ties", "forget-contacts"):
        Heartbeat.objects.create(job=job, beat_at=NOW - 3 * A_DAY)

    assert check() == set()


@pytest.mark.django_db
def test_no_line_says_whose_wish_it_is():
    _wishes_that_were_forgotten()
    event = Intention.objects.first().event_id
    written = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_invariants", only=["wishes_have_their_morning"], stdout=written, stderr=StringIO())

    told, next_step = written.getvalue().splitlines()
    assert told == f"wishes_have_their_morning: event {event}: 2 wishes of two have not come true"
    assert next_step.startswith("wishes_have_their_morning: → Tell nobody who wished for what.")


@pytest.mark.django_db(transaction=True)
def test_a_second_tie_the_wrong_way_round_is_found():
    with without(Tie, "tie_in_order"):
        first = tie()
        Tie.objects.create(first=first.second, second=first.first, formed_at=NOW)

        assert check() == {"ties_are_in_order", "one_tie_per_pair"}
