"""What members take for granted, and the wonders of those who sat with them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.registration.choices import RegistrationState
from feedback.letters.rules import Encounter, NoReach
from feedback.mirror.flows.ordinary import note, put_away_wonder, say_wonder, take_back_wonder
from feedback.mirror.queries import ordinary as ordinaries
from feedback.mirror.rules.ordinary import (
    NoOrdinary,
    NoWonder,
    why_not_note,
    why_not_why,
    why_not_wonder,
    why_not_words,
)
from feedback.models import Ordinary, Wonder
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, Suspension
from members.texts.rules.screening import ScreeningKind
from tests.factories import make_evening, make_event, make_member, make_ordinary, make_registration, make_wonder

NOW = EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=TOKYO)
AFTER = EVENING + timedelta(hours=2)
MORNING = datetime(2026, 11, 21, 7, 0, tzinfo=TOKYO)
WHY = "うちの職場では、ひとりで見て終わりです。"


@pytest.fixture
def met(aki, mio):
    """An evening at which aki and mio sat together; mio noted one ordinary thing."""
    event = make_evening([[aki, mio]], now=AFTER, starts_at=EVENING)
    return make_ordinary(mio, event)


# --- rules

TOGETHER = {
    "is_oneself": False,
    "have_met": True,
    "is_within_reach": True,
    "starts_at": EVENING,
    "closes_at": EVENING + timedelta(days=14),
}


@pytest.mark.parametrize(
    ("facts", "now", "shows_at", "reason"),
    [
        pytest.param({}, EVENING, None, None, id="from-the-start"),
        pytest.param({}, EVENING + timedelta(days=14), None, None, id="to-the-last-minute"),
        pytest.param({"is_oneself": True}, AFTER, None, NoWonder.NOT_TOGETHER, id="oneself"),
        pytest.param({"have_met": False}, AFTER, None, NoWonder.NOT_TOGETHER, id="not-met"),
        pytest.param({"is_within_reach": False}, AFTER, None, NoReach.NOW, id="out of reach"),
        pytest.param({}, EVENING - timedelta(seconds=1), None, NoWonder.NOT_STARTED, id="too-early"),
        pytest.param({}, EVENING + timedelta(days=14, seconds=1), None, NoWonder.TOO_LATE, id="too-late"),
        pytest.param({}, AFTER, MORNING, None, id="said-and-not-shown"),
        pytest.param({}, MORNING, MORNING, NoWonder.SHOWN, id="shown"),
    ],
)
def test_who_may_call_it_a_wonder(facts, now, shows_at, reason):
    assert why_not_wonder(Encounter(**{**TOGETHER, **facts}), shows_at=shows_at, now=now) == reason


@pytest.mark.parametrize(
    ("has_seat", "now", "reason"),
    [
        (True, EVENING - timedelta(seconds=1), None),
        (False, EVENING - timedelta(days=1), NoOrdinary.NO_SEAT),
        (True, EVENING, NoOrdinary.STARTED),
    ],
)
def test_who_may_note(has_seat, now, reason):
    assert why_not_note(has_seat=has_seat, starts_at=EVENING, now=now) == reason


def test_how_many_letters_the_words_have():
    assert [why_not_words("字" * n) for n in (0, 80, 81)] == [None, None, NoOrdinary.LONG]
    assert [why_not_why("字" * n) for n in (4, 5, 200, 201)] == [NoWonder.WHY_SHORT, None, None, NoWonder.WHY_LONG]


# --- noting


def test_what_is_noted_takes_the_place_of_what_was(aki):
    event = make_event(starts_at=EVENING)
    make_registration(event, aki)
    for words in (["ひとつ", " ", "みっつ"], ["ひとつ", "みっつ"], ["べつの\nこと", "", ""]):
        note(by=aki, event_id=event.pk, words=words, now=EVENING - timedelta(days=1))

    assert [(one.place, one.words) for one in ordinaries.noted_by(aki, event)] == [(1, "べつの こと")]
    assert AuditEntry.objects.filter(verb="note-ordinaries").count() == 2  # the second time changed nothing


@pytest.mark.parametrize(
    ("state", "now", "words", "reason"),
    [
        (RegistrationState.WAITING, EVENING - timedelta(days=1), "ふつうのこと", NoOrdinary.NO_SEAT),
        (RegistrationState.CONFIRMED, EVENING, "ふつうのこと", NoOrdinary.STARTED),
        (RegistrationState.CONFIRMED, EVENING - timedelta(days=1), "字" * 81, NoOrdinary.LONG),
        (RegistrationState.CONFIRMED, EVENING - timedelta(days=1), "連絡は a@example.jp へ", ScreeningKind.CONTACT),
    ],
)
def test_what_cannot_be_noted(aki, state, now, words, reason):
    event = make_event(starts_at=EVENING)
    make_registration(event, aki, state=state)
    with pytest.raises(Refused) as refused:
        note(by=aki, event_id=event.pk, words=[words], now=now)

    assert (refused.value.reason, Ordinary.objects.count()) == (reason, 0)


# --- wonders


def test_a_wonder_arrives_the_next_morning_and_can_be_changed_until_then(aki, mio, met):
    say_wonder(by=aki, ordinary_id=met.pk, words="さいしょのことば", now=AFTER)
    wonder = say_wonder(by=aki, ordinary_id=met.pk, words=WHY, now=AFTER + timedelta(hours=1))

    assert (wonder.shows_at, wonder.giver_industry) == (MORNING, "E")
    assert not ordinaries.wonders_of(mio, MORNING - timedelta(seconds=1))
    assert [(one.words, one.giver) for one in ordinaries.wonders_of(mio, MORNING)] == [(WHY, aki)]
    with pytest.raises(Refused) as refused:
        say_wonder(by=aki, ordinary_id=met.pk, words="もういちど", now=MORNING)
    assert refused.value.reason == NoWonder.SHOWN


def test_what_is_taken_back_never_arrives(aki, mio, met):
    say_wonder(by=aki, ordinary_id=met.pk, words=WHY, now=AFTER)
    take_back_wonder(by=aki, ordinary_id=met.pk, now=AFTER)
    take_back_wonder(by=aki, ordinary_id=met.pk, now=AFTER)

    assert not ordinaries.wonders_of(mio, MORNING)


@pytest.mark.parametrize("words", ["くわしくは https://example.jp へ", "みじか"])
def test_words_are_screened_like_those_of_a_letter(aki, met, words):
    with pytest.raises(Refused):
        say_wonder(by=aki, ordinary_id=met.pk, words=words, now=AFTER)

    assert Wonder.objects.count() == 0


def test_a_stranger_says_nothing(met):
    with pytest.raises(Refused) as refused:
        say_wonder(by=make_member(), ordinary_id=met.pk, words=WHY, now=AFTER)

    assert refused.value.reason == NoWonder.NOT_TOGETHER


def _block(blocker, blocked, at):
    Block.objects.create(blocker=blocker, blocked=blocked, blocked_at=at)


def _leave(giver):
    giver.is_active = False
    giver.save(update_fields=["is_active"])


def _suspend(giver, at):
    Suspension.objects.create(member=giver, starts_at=at, reason="お休みいただきます。")


@pytest.mark.parametrize(
    ("happens", "arrives"),
    [
        pytest.param(lambda aki, mio: None, True, id="nothing"),
        pytest.param(lambda aki, mio: _block(mio, aki, MORNING), False, id="the-reader-blocks"),
        pytest.param(lambda aki, mio: _block(aki, mio, AFTER), False, id="the-giver-blocks-on-the-way"),
        pytest.param(
            lambda aki, mio: _block(aki, mio, MORNING + timedelta(hours=1)), True, id="the-giver-blocks-later"
        ),
        pytest.param(lambda aki, mio: _leave(aki), True, id="the-giver-leaves"),
        pytest.param(lambda aki, mio: _suspend(aki, AFTER), False, id="suspended-on-the-way"),
        pytest.param(lambda aki, mio: _suspend(aki, MORNING + timedelta(hours=1)), True, id="suspended-later"),
    ],
)
def test_what_happens_on_the_way_decides_as_for_letters(aki, mio, met, happens, arrives):
    make_wonder(met, aki, shows_at=MORNING)
    happens(aki, mio)

    assert bool(ordinaries.wonders_of(mio, MORNING + timedelta(days=1))) is arrives


def test_the_reader_puts_a_wonder_away(aki, mio, met):
    wonder = make_wonder(met, aki, shows_at=MORNING)
    put_away_wonder(by=mio, wonder_id=wonder.pk, now=MORNING)

    assert not ordinaries.wonders_of(mio, MORNING)


# --- pages


def test_notes_are_read_by_those_of_the_group_and_by_nobody_else(aki, mio, ren, signed_in):
    event = make_evening([[aki, mio], [ren]])
    for member, words in ((aki, "あきの当たり前"), (mio, "みおの当たり前"), (ren, "れんの当たり前")):
        make_ordinary(member, event, words)
    page = signed_in(aki).get(reverse("feedback:ordinary", args=[event.pk])).content.decode()

    assert [words in page for words in ("あきの当たり前", "みおの当たり前", "れんの当たり前")] == [True, True, False]
    others = Ordinary.objects.get(member=ren)
    assert signed_in(aki).get(reverse("feedback:wonder", args=[event.pk, others.pk])).status_code == 404


def test_what_comes_after_the_start_is_refused_and_stands_there_to_be_copied(aki, mio, signed_in):
    event = make_evening([[aki, mio]])
    late = signed_in(aki).post(reverse("feedback:ordinary", args=[event.pk]), {"first": "ふたりで読み合わせる"})
    assert (late.status_code, "ふたりで読み合わせる" in late.content.decode()) == (409, True)
    assert not Ordinary.objects.exists()


def test_from_the_note_to_the_mirror(aki, mio, signed_in):
    event = make_event(starts_at=timezone.now() + timedelta(days=1))
    make_registration(event, mio)
    client = signed_in(mio)
    address = reverse("feedback:ordinary", args=[event.pk])
    assert client.post(address, {"first": "字" * 81}).status_code == 422
    kept = client.post(address, {"first": "a@example.jp へどうぞ"})
    assert (kept.status_code, "a@example.jp" in kept.content.decode()) == (422, True)
    assert "連絡先は、ここには書けません。この一文を直してください。" in kept.content.decode()
    assert client.post(address, {"first": "ふたりで読み合わせる"}).status_code == 302
    assert "ふたりで読み合わせる" in client.get(address).content.decode()

    held = make_evening([[aki, mio]])
    ordinary = make_ordinary(mio, held)
    address = reverse("feedback:wonder", args=[held.pk, ordinary.pk])
    assert signed_in(aki).post(address, {"words": "みじか"}).status_code == 422
    assert signed_in(aki).post(address, {"words": WHY, "act": "say"}).status_code == 302
    assert WHY not in client.get(reverse("feedback:mirror")).content.decode()
    Wonder.objects.update(shows_at=timezone.now())
    assert WHY in client.get(reverse("feedback:mirror")).content.decode()
    assert client.post(reverse("feedback:put_away_wonder", args=[Wonder.objects.get().pk])).status_code == 302
    assert WHY not in client.get(reverse("feedback:mirror")).content.decode()


@pytest.mark.parametrize("words", ["\x00", "字" * 5000, ""])
def test_odd_words_are_answered_at_the_field(aki, mio, met, signed_in, words):
    address = reverse("feedback:wonder", args=[met.event_id, met.pk])

    assert signed_in(aki).post(address, {"words": words}).status_code == 422
