"""あゆみ: what it gave, for one's own eyes; and a suggestion at the member's own pace."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from events.event.choices import EventState
from events.models import Attendance
from feedback.growth.choices import Pace, StepState
from feedback.growth.flows.rhythm import choose_rhythm, say_not_now
from feedback.growth.queries import growth as reads
from feedback.growth.queries.suggestion import cadence_of, suggestion_for
from feedback.growth.rules.growth import Meeting, first_met, in_touch, met_again, month_ends, new_within, reached
from feedback.growth.rules.rhythm import (
    NoSuggestion,
    SuggestionWish,
    is_time_for_an_evening,
    silent_until,
    why_no_suggestion,
)
from feedback.letters.choices import LetterState
from feedback.models import NextStep, Rhythm, ShortNote, Tie
from feedback.ties.queries.network import ledger_of
from kouryu.clock import TOKYO
from members.models import Block, User
from tests.factories import make_evening, make_event, make_letter, make_member, make_registration

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=TOKYO)
MONTH = timedelta(days=30)


def day(number: int) -> datetime:
    return NOW - timedelta(days=number)


# --- rules


def test_industries_count_from_their_first_meeting_and_untold_ones_never():
    meetings = [Meeting(3, "P", day(5)), Meeting(1, "E", day(40)), Meeting(2, "", day(3)), Meeting(1, "E", day(1))]
    first = first_met(meetings)
    assert first == {"E": day(40), "P": day(5)}
    assert new_within(first, since=day(10)) == ["P"]
    assert new_within(first, since=day(90)) == ["P", "E"]


def test_met_again_counts_evenings_not_rounds():
    meetings = [Meeting(1, "E", day(9)), Meeting(1, "E", day(9)), Meeting(2, "P", day(9)), Meeting(2, "P", day(2))]
    assert met_again(meetings) == {2: day(2)}


@pytest.mark.parametrize(
    ("since", "most", "expected"),
    [
        (NOW, 12, ["11-21 12"]),
        (datetime(2026, 11, 1, tzinfo=TOKYO), 12, ["11-21 12"]),
        (datetime(2026, 10, 31, 23, tzinfo=TOKYO), 12, ["11-01 00", "11-21 12"]),
        (datetime(2020, 1, 1, tzinfo=TOKYO), 3, ["10-01 00", "11-01 00", "11-21 12"]),
    ],
)
def test_months_end_at_midnight_in_tokyo_and_the_last_is_now(since, most, expected):
    assert [f"{end:%m-%d %H}" for end in month_ends(since, NOW, most=most)] == expected


def test_what_happens_at_midnight_belongs_to_the_new_month():
    midnight = datetime(2026, 11, 1, tzinfo=TOKYO)
    assert reached([midnight, midnight - timedelta(seconds=1)], [midnight, NOW]) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"silent_until": NOW + MONTH}, NoSuggestion.NOT_NOW),
        ({"silent_until": NOW}, None),
        ({"every": None}, NoSuggestion.OWN_PACE),
        ({"every": None, "asked": True}, None),
        ({"silent_until": NOW + MONTH, "asked": True}, None),
        ({"paused_at": NOW}, NoSuggestion.PAUSED),
        ({"paused_at": NOW, "asked": True}, NoSuggestion.PAUSED),
    ],
)
def test_when_nothing_is_suggested(changes, expected):
    wish = {"every": MONTH, "silent_until": None, "paused_at": None, "asked": False, **changes}
    assert why_no_suggestion(SuggestionWish(**wish), NOW) == expected


def test_not_now_holds_for_one_rhythm_from_the_first_time():
    until = silent_until(MONTH, None, NOW)
    assert until == NOW + MONTH
    assert silent_until(MONTH, until, NOW + timedelta(days=3)) == until
    assert silent_until(MONTH, until, until) == until + MONTH
    assert silent_until(None, None, NOW) is None


def test_an_evening_is_suggested_a_rhythm_after_the_last():
    assert is_time_for_an_evening(None, MONTH, NOW)
    assert not is_time_for_an_evening(day(29), MONTH, NOW)
    assert is_time_for_an_evening(day(30), MONTH, NOW)


# --- what it gave


def growth_of(member, *, now):
    return reads.growth_of(member, ledger_of(member.pk), now=now)


def test_the_four_widenings_of_one_member(aki, mio):
    User.objects.filter(pk=aki.pk).update(joined_at=day(400))
    aki.refresh_from_db()
    untold, sato = make_member("だれか"), make_member("さとう", industry="K")
    make_evening([[aki, mio, untold]], now=day(80))
    again = make_evening([[aki, mio, sato]], now=day(3))
    make_evening([[mio, sato]], now=day(2))
    make_evening([[aki, make_member(industry="T")]], now=NOW + timedelta(days=1))  # not over yet
    for giver in (mio, sato, untold):
        make_letter(giver, aki, again, picks=["listen-through", "open-ask"], released_at=day(2))
    aki.self_strengths.create(version=1, picks=["open-ask"], chosen_at=NOW)

    growth = growth_of(aki, now=NOW)

    assert (growth.people_met, growth.industries.now, growth.met_again) == (3, 2, 1)
    assert (growth.people, growth.steps) == (None, None)
    assert [str(industry.code) for industry in growth.new_industries] == ["K", "P"]
    assert (growth.strengths.now, growth.found) == (2, 1)
    assert growth.industries.over_time == (0,) * 9 + (1, 1, 2)
    assert len(growth.by_month) == 12


def test_ties_one_is_in_touch_with_and_steps_that_were_tried(aki, mio):
    sato, kato = make_member(), make_member()
    User.objects.filter(pk=aki.pk).update(joined_at=day(70))
    aki.refresh_from_db()
    make_evening([[aki, mio, sato, kato]], now=day(60), state=EventState.CLOSED)
    make_evening([[aki, kato]], now=day(5), state=EventState.CLOSED)  # met again, and not tied
    ties = [Tie.objects.create(first=aki, second=other, formed_at=day(59)) for other in (mio, sato)]
    ShortNote.objects.create(tie=ties[0], writer=mio, text="また話しましょう。", written_at=day(2))
    for state in (StepState.DONE, StepState.LET_GO, StepState.OPEN):
        NextStep.objects.create(
            member=aki,
            text=f"一歩 {state}",
            first_on=day(3).date(),
            on=day(3).date(),
            decided_at=day(9),
            state=state,
            settled_at=None if state == StepState.OPEN else day(3),
        )
    growth = growth_of(aki, now=NOW)
    assert (growth.people.now, growth.people.over_time) == (1, (2, 0, 1))
    assert (growth.steps.now, growth.steps_set, growth.last_step) == (1, 3, "一歩 done")
    Tie.objects.filter(pk=ties[0].pk).update(ended_at=NOW)
    assert growth_of(aki, now=NOW).people.now == 0


def test_in_touch_looks_back_for_a_month_from_each_end():
    contacts = [(1, day(40)), (1, day(35)), (2, day(30)), (3, NOW)]
    assert in_touch(contacts, [day(10), NOW], within=MONTH) == (2, 1)


def test_nothing_that_others_do_makes_a_number_fall(aki, mio):
    make_evening([[aki, mio]], now=day(80))
    make_evening([[aki, mio]], now=day(3))
    before = growth_of(aki, now=NOW)
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=NOW)
    User.objects.filter(pk=mio.pk).update(is_active=False)
    assert growth_of(aki, now=NOW) == before


def test_who_only_had_a_seat_met_nobody(aki, mio):
    evening = make_evening([[aki, mio]], now=day(3))
    Attendance.objects.filter(registration__event=evening, registration__member=mio).delete()
    assert growth_of(aki, now=NOW).people_met == growth_of(mio, now=NOW).people_met == 0


# --- the page


def words(answer) -> str:
    return answer.content.decode().split("<main")[1]


def test_the_page_with_nothing_with_little_and_not_for_strangers(aki, mio, signed_in):
    url = reverse("feedback:growth")
    assert "点が、" in words(signed_in(aki).get(url))
    make_evening([[aki, mio]])
    page = words(signed_in(aki).get(url))
    assert "同じ組で話しました" in page
    assert "みお" not in page
    assert "鏡は、ことばが3人ぶん届くとひらきます。" in page
    assert signed_in(aki).get(url + "?look=1&look=2&page=\x00").status_code == 200


def test_a_rhythm_is_chosen_and_a_wrong_one_is_told_so(aki, signed_in):
    url, client = reverse("feedback:rhythm"), signed_in(aki)
    assert client.post(url, {"pace": "own"}).url == reverse("feedback:growth")
    for wrong in ("", "hourly", "own\x00", "x" * 5000):
        assert client.post(url, {"pace": wrong}).status_code == 422
    assert Rhythm.objects.get().pace == Pace.OWN
    assert client.get(url).status_code == 405


# --- the suggestion


@pytest.fixture
def coming(ren):
    return make_event(ren, starts_at=NOW + timedelta(days=5), now=NOW)


def suggested(member, *, asked=False, now=NOW):
    found = suggestion_for(member, cadence_of(member, now), asked=asked, now=now)
    if found is None:
        return None
    return found.step or found.draft or found.evening.event


def test_an_open_draft_comes_before_an_evening_and_each_is_silenced(aki, mio, coming):
    past = make_evening([[aki, mio]], now=NOW)
    assert suggested(aki) is None  # the last evening was today
    assert suggested(aki, now=NOW + timedelta(days=4)) is None
    assert suggested(mio, asked=True) is None
    draft = make_letter(aki, mio, past, state=LetterState.DRAFT, released_at=None)
    assert suggested(aki) == draft
    step = NextStep.objects.create(
        member=aki, text="試す", first_on=NOW.date(), on=NOW.date(), decided_at=day(5), state=StepState.OPEN
    )
    assert (suggested(aki, now=NOW - timedelta(days=1)), suggested(aki)) == (draft, step)
    say_not_now(by=aki, now=NOW)
    say_not_now(by=aki, now=NOW + timedelta(days=3))
    assert suggested(aki, now=NOW + timedelta(days=13)) is None


@pytest.mark.parametrize("why", ["left", "blocks me", "blocked by me", "too late"])
def test_no_draft_is_suggested_that_cannot_be_given(aki, mio, why):
    past = make_evening([[aki, mio]], now=NOW - timedelta(days=14) if why == "too late" else NOW)
    make_letter(aki, mio, past, state=LetterState.DRAFT, released_at=None)
    if why == "left":
        User.objects.filter(pk=mio.pk).update(is_active=False)
    if why.startswith("block"):
        pair = (mio, aki) if why == "blocks me" else (aki, mio)
        Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=NOW)
    assert suggested(aki) is None


def test_an_evening_is_suggested_while_it_can_be_joined_and_none_is_ahead(aki, coming):
    assert suggested(aki) == coming
    make_registration(make_event(coming.host, starts_at=NOW + timedelta(days=2), now=NOW), aki)
    assert suggested(aki) is None


@pytest.mark.parametrize("why", ["full", "closed", "waiting"])
def test_no_evening_is_suggested_that_cannot_be_joined(aki, coming, why):
    if why == "full":
        type(coming).objects.filter(pk=coming.pk).update(capacity=2)
        make_registration(coming)
        make_registration(coming)
    if why == "closed":
        type(coming).objects.filter(pk=coming.pk).update(registration_closes_at=NOW - timedelta(hours=1))
    if why == "waiting":
        make_registration(coming, aki, state="waiting")
    assert suggested(aki) is None


def test_at_ones_own_pace_only_when_asked_and_at_rest_never(aki, coming, signed_in):
    choose_rhythm(by=aki, pace=Pace.OWN, now=NOW)
    assert (suggested(aki), suggested(aki, asked=True)) == (None, coming)
    User.objects.filter(pk=aki.pk).update(paused_at=NOW)
    aki.refresh_from_db()
    assert suggested(aki, asked=True) is None


def test_a_shorter_rhythm_shortens_the_silence(aki):
    choose_rhythm(by=aki, pace=Pace.SEASONAL, now=NOW)
    say_not_now(by=aki, now=NOW)
    assert choose_rhythm(by=aki, pace=Pace.MONTHLY, now=NOW).silent_until == NOW + MONTH
    assert choose_rhythm(by=aki, pace=Pace.OWN, now=NOW).silent_until is None
