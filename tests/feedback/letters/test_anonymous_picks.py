"""Anonymous picks from the form to the mirror: left, taken back, released on a first of a month, forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import Attendance
from events.registration.choices import Presence
from feedback.cases.choices import CaseState
from feedback.cases.rules import NoCase
from feedback.letters.choices import LetterState
from feedback.letters.flows.anonymous_picks import (
    forget_anonymous_picks,
    leave_picks,
    look,
    release_anonymous_picks,
    switch_off,
    switch_on,
    take_back_picks,
)
from feedback.letters.flows.letter import save_draft, write_letter
from feedback.letters.queries.anonymous_picks import was_added
from feedback.letters.rules import BadLetter, NoPicks, NoReach
from feedback.mirror.queries.anonymous import released_looks
from feedback.mirror.rules.mirror import Observation
from feedback.models import AnonymousPicks, AnonymousPool, Case, StrengthFeedback
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, Heartbeat, OutgoingMail, Period, User
from members.standing.choices import SAFETY_MAIL
from members.standing.flows import block, unblock
from tests import sweeps
from tests.factories import make_evening, make_letter, make_member

NOW = NIGHT = datetime(2026, 11, 5, 21, 30, tzinfo=TOKYO)
FIRST = datetime(2026, 12, 1, 7, tzinfo=TOKYO)
JANUARY = datetime(2027, 1, 1, 7, tzinfo=TOKYO)
NOW = NIGHT  # where each test begins
WORDS = {"saw": "話が止まったとき、「いつからですか」と静かに聞いていました。", "would_count": ""}


@pytest.fixture
def others(db):
    return [make_member(name) for name in ("なお", "ゆい", "りく")]


@pytest.fixture
def evening(aki, others):
    return make_evening([[aki, *others]], now=NIGHT)


def leave(evening, giver, receiver, picks=("open-ask",), now=NIGHT):
    return leave_picks(by=giver, receiver_id=receiver.pk, event_id=evening.pk, picks=picks, now=now)


def refused(act, *args, **fields):
    with pytest.raises(Refused) as caught:
        act(*args, **fields)
    return caught.value.reason


def mirrored(receiver):
    return [look.picks for look in released_looks(receiver, FIRST)]


# --- leaving and taking back


def test_leaving_stores_the_picks_and_tells_nobody(evening, aki, others):
    left = leave(evening, others[0], aki, ["open-ask", "open-ask", "act-try"])

    assert (left.picks, left.pool, left.dropped_at) == (["open-ask", "act-try"], None, None)
    assert (OutgoingMail.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_second_click_changes_nothing_and_other_picks_are_refused(evening, aki, others):
    first = leave(evening, others[0], aki)

    assert leave(evening, others[0], aki, now=NIGHT + timedelta(hours=1)) == first
    assert refused(leave, evening, others[0], aki, ["act-try"]) == NoPicks.LEFT_BEFORE


@pytest.mark.parametrize(
    ("picks", "reason"),
    [
        ([], BadLetter.NO_PICK),
        (["open-ask", "act-try", "tell-plain", "think-core"], BadLetter.TOO_MANY_PICKS),
        (["nothing"], BadLetter.UNKNOWN_PICK),
    ],
)
def test_one_to_three_of_the_thirty(evening, aki, others, picks, reason):
    assert refused(leave, evening, others[0], aki, picks) == reason


def test_once_for_ever_even_at_another_evening_and_after_it_was_forgotten(evening, aki, others):
    leave(evening, others[0], aki)
    AnonymousPicks.objects.update(dropped_at=NIGHT, picks=[])
    again = make_evening([[aki, others[0]]], now=NIGHT + timedelta(days=300))

    assert refused(leave, again, others[0], aki, now=NIGHT + timedelta(days=300)) == NoPicks.LEFT_BEFORE


def test_only_people_of_the_same_group_who_were_there(evening, aki, others, mio):
    Attendance.objects.filter(registration__member=others[0]).update(presence=Presence.EXCUSED)
    Block.objects.create(blocker=aki, blocked=others[1], blocked_at=NIGHT)

    assert [refused(leave, evening, giver, aki) for giver in (mio, *others[:2])] == [
        NoPicks.NOT_TOGETHER,
        NoPicks.NOT_TOGETHER,
        NoReach.NOW,
    ]


def test_the_twelve_of_a_day_hold_for_letters_and_picks_together(evening, aki, others):
    for _ in range(6):
        other = make_member()
        make_letter(others[0], other, evening, written_at=NIGHT)
        AnonymousPicks.objects.create(giver=others[0], receiver=other, event=evening, picks=["act-try"], left_at=NIGHT)

    assert refused(leave, evening, others[0], aki) == NoPicks.ENOUGH_TODAY
    assert leave(evening, others[0], aki, now=NIGHT + timedelta(days=1)).pk


def test_letter_and_picks_exclude_each_other_for_one_evening_only(evening, aki, others):
    giver, other = others[:2]
    where = {"receiver_id": aki.pk, "event_id": evening.pk, "now": NIGHT}
    write_letter(by=giver, picks=["open-ask"], **where, **WORDS)
    assert refused(leave, evening, giver, aki) == NoPicks.SIGNED

    leave(evening, other, aki)
    assert refused(write_letter, by=other, picks=["open-ask"], **where, **WORDS) == NoPicks.BESIDE_LETTER
    take_back_picks(by=other, **where)
    assert write_letter(by=other, picks=["open-ask"], **where, **WORDS).pk

    later = make_evening([[aki, giver]], now=NIGHT)
    assert leave(later, giver, aki).pk


def test_a_draft_is_no_letter_and_stays_beside_the_picks(evening, aki, others):
    save_draft(by=others[0], receiver_id=aki.pk, event_id=evening.pk, picks=["act-try"], now=NIGHT, **WORDS)
    leave(evening, others[0], aki)

    assert StrengthFeedback.objects.get().state == LetterState.DRAFT


def test_taking_back_leaves_no_trace_and_ends_with_the_writing_time(evening, aki, others):
    where = {"by": others[0], "receiver_id": aki.pk, "event_id": evening.pk}
    leave(evening, others[0], aki)
    for _ in range(2):
        take_back_picks(**where, now=NIGHT)
    assert AnonymousPicks.objects.count() == 0

    leave(evening, others[0], aki)
    assert refused(take_back_picks, **where, now=NIGHT + timedelta(days=15)) == NoPicks.CLOSED


# --- the first of a month


def test_nothing_comes_before_the_first_and_everything_at_once_then(evening, aki, others):
    leave(evening, others[0], aki)

    assert (release_anonymous_picks(FIRST - timedelta(seconds=1)), mirrored(aki)) == (0, [])
    assert [release_anonymous_picks(FIRST) for _ in range(2)] == [1, 0]
    assert mirrored(aki) == [("open-ask",)]
    assert sorted(AnonymousPool.objects.get(receiver=aki).candidates) == sorted(other.pk for other in others)
    assert OutgoingMail.objects.count() == 0


def test_a_sweep_that_comes_late_releases_the_same(evening, aki, others):
    leave(evening, others[0], aki)

    assert release_anonymous_picks(FIRST + timedelta(days=20)) == 1
    assert AnonymousPool.objects.get(receiver=aki).released_on == date(2026, 12, 1)


def test_an_evening_whose_writing_time_is_open_waits_a_month(aki, others):
    night = datetime(2026, 11, 17, 21, 30, tzinfo=TOKYO)
    leave(make_evening([[aki, *others]], now=night), others[0], aki, now=night)

    assert [release_anonymous_picks(FIRST), release_anonymous_picks(JANUARY)] == [0, 1]


def test_a_month_is_looked_at_once_whatever_changes_within_it(evening, aki, others):
    leave(evening, others[0], aki)
    kept = block(member=aki, other_id=others[1].pk, now=NIGHT)
    assert release_anonymous_picks(FIRST) == 0

    kept.delete()
    assert release_anonymous_picks(FIRST + timedelta(days=3)) == 0


def test_too_few_people_wait_and_hide_together_with_those_of_the_next_months(aki, others):
    for number, other in enumerate(others):
        evening = make_evening([[aki, other]], now=NIGHT + timedelta(days=10 * number))
        leave(evening, other, aki, now=NIGHT + timedelta(days=10 * number))

    assert (release_anonymous_picks(FIRST), AnonymousPool.objects.get(receiver=aki).is_closed) == (0, False)
    assert release_anonymous_picks(JANUARY) == 1


def test_three_hide_one_and_the_others_wait(evening, aki, others):
    for number, other in enumerate(others):
        leave(evening, other, aki, now=NIGHT + timedelta(minutes=number))

    assert release_anonymous_picks(FIRST) == 1
    assert AnonymousPicks.objects.released().get().giver == others[0]
    assert (release_anonymous_picks(JANUARY), AnonymousPicks.objects.waiting().count()) == (0, 2)


def _signs(giver, receiver, evening):
    make_letter(giver, receiver, evening)


def _letter_is_late(giver, receiver, evening):
    make_letter(giver, receiver, evening, state=LetterState.SCHEDULED, released_at=None)


def _letter_was_hidden(giver, receiver, evening):
    make_letter(giver, receiver, evening, state=LetterState.HIDDEN)


def _was_not_there(giver, receiver, evening):
    Attendance.objects.filter(registration__member=giver).delete()


def _is_blocked(giver, receiver, evening):
    block(member=receiver, other_id=giver.pk, now=NIGHT)


def _was_blocked_for_a_while(giver, receiver, evening):
    row = block(member=receiver, other_id=giver.pk, now=NIGHT)
    unblock(member=receiver, other_id=row.blocked_id, now=FIRST - timedelta(days=1))


def _blocks(giver, receiver, evening):
    block(member=giver, other_id=receiver.pk, now=NIGHT)


def _left(giver, receiver, evening):
    User.objects.filter(pk=giver.pk).update(is_active=False)


@pytest.mark.parametrize(
    "happens",
    [
        _signs,
        _letter_is_late,
        _letter_was_hidden,
        _was_not_there,
        _is_blocked,
        _was_blocked_for_a_while,
        _blocks,
        _left,
    ],
)
def test_who_could_not_have_left_them_hides_nobody(evening, aki, others, happens):
    leave(evening, others[0], aki)
    happens(others[2], aki, evening)

    assert (release_anonymous_picks(FIRST), mirrored(aki)) == (0, [])


@pytest.mark.parametrize("happens", [_blocks, _left])
def test_what_the_receiver_cannot_know_never_keeps_a_pool_open(evening, aki, others, happens):
    happens(others[2], aki, evening)
    release_anonymous_picks(FIRST)

    assert AnonymousPool.objects.get(receiver=aki).is_closed


def test_pools_are_the_same_whether_picks_wait_or_not(evening, aki, others):
    def pools():
        rows = AnonymousPool.objects.order_by("receiver").values_list("receiver", "is_closed", "candidates")
        return list(rows)

    release_anonymous_picks(FIRST)
    without = pools()
    AnonymousPool.objects.all().delete()
    leave(evening, others[0], aki)
    release_anonymous_picks(FIRST)

    assert pools() == without


@pytest.mark.parametrize("what", ["block", "blocked by", "deletion", "suspension", "letter"])
def test_nothing_that_comes_later_changes_what_was_released(evening, aki, others, what):
    giver = others[0]
    leave(evening, giver, aki)
    release_anonymous_picks(FIRST)
    if what == "block":
        block(member=aki, other_id=giver.pk, now=FIRST)
    elif what == "blocked by":
        block(member=giver, other_id=aki.pk, now=FIRST)
    elif what == "deletion":
        giver.periods.all().delete()
        giver.delete()
    elif what == "suspension":
        giver.suspensions.create(starts_at=FIRST, reason="確認のため")
    else:
        make_letter(giver, aki, make_evening([[aki, giver]], now=FIRST))

    release_anonymous_picks(JANUARY)
    assert mirrored(aki) == [("open-ask",)]
    assert len(AnonymousPool.objects.get(receiver=aki, released_on=FIRST.date()).candidates) == 3


def test_the_task_releases_forgets_and_leaves_a_heartbeat(aki, others):
    long_ago = datetime(2025, 9, 5, 21, 30, tzinfo=TOKYO)
    alone = make_member()
    Period.objects.update(starts_on=long_ago.date())
    leave(make_evening([[aki, *others]], now=long_ago), others[0], aki, now=long_ago)
    leave(make_evening([[alone, others[0]]], now=long_ago), others[0], alone, now=long_ago)
    sweeps.run("release-anonymous-picks")

    assert mirrored(aki) == [("open-ask",)]
    assert AnonymousPicks.objects.get(receiver=alone).dropped_at
    assert Heartbeat.objects.filter(job="release-anonymous-picks").exists()


# --- twelve months


def test_after_twelve_months_they_are_forgotten_and_their_giver_is_told_once(aki, others):
    alone = make_evening([[aki, others[0]]], now=NIGHT)
    leave(alone, others[0], aki)
    year = NIGHT + timedelta(days=365)

    assert forget_anonymous_picks(year - timedelta(seconds=1)) == 0
    assert [forget_anonymous_picks(year), forget_anonymous_picks(year + timedelta(days=1))] == [1, 0]
    left = AnonymousPicks.objects.get()
    mail = OutgoingMail.objects.get()
    assert (left.picks, left.dropped_at, mail.to, mail.kind) == ([], year, others[0], SAFETY_MAIL)
    assert [word for word in ("あき", "問いを立てる") if word in mail.subject + mail.text + mail.html] == []
    assert "letters/given/nameless/" in mail.text


def test_what_was_released_is_never_forgotten_and_what_was_forgotten_never_released(evening, aki, others):
    leave(evening, others[0], aki)
    release_anonymous_picks(FIRST)
    leave(make_evening([[others[1], others[0]]], now=NIGHT), others[0], others[1])
    assert forget_anonymous_picks(NIGHT + timedelta(days=366)) == 1

    release_anonymous_picks(FIRST + timedelta(days=400))
    assert (len(mirrored(aki)), mirrored(others[1])) == (1, [])


def test_picks_of_a_deleted_account_that_wait_are_never_released(evening, aki, others):
    leave(evening, others[0], aki)
    AnonymousPicks.objects.update(giver=None)

    assert (release_anonymous_picks(FIRST), forget_anonymous_picks(FIRST + timedelta(days=400))) == (0, 0)
    assert (AnonymousPicks.objects.count(), OutgoingMail.objects.count()) == (0, 0)


# --- the switch


def test_switched_off_they_are_not_counted_and_come_back_whole(evening, aki, others):
    leave(evening, others[0], aki)
    for _ in range(2):
        switch_off(by=aki, now=NIGHT)
    release_anonymous_picks(FIRST)
    assert (mirrored(aki), was_added(aki, FIRST)) == ([], False)

    switch_on(by=aki)
    assert released_looks(aki, FIRST) == [Observation(None, "", ("open-ask",))]
    assert was_added(aki, FIRST)


def test_the_month_of_a_release_says_that_there_was_one_and_no_other(evening, aki, others):
    leave(evening, others[0], aki)
    release_anonymous_picks(FIRST)
    moments = [FIRST, JANUARY - timedelta(hours=8), JANUARY - timedelta(minutes=1), JANUARY]

    assert [was_added(aki, now) for now in moments] == [True, True, False, False]
    assert not was_added(others[0], FIRST)


def test_a_set_weighs_half_after_two_years_counted_from_its_first_of_a_month(evening, aki, others):
    leave(evening, others[0], aki)
    release_anonymous_picks(FIRST)
    ages = [timedelta(days=730), timedelta(days=730, seconds=1)]

    assert [look.weight for age in ages for look in released_looks(aki, FIRST + age)] == [1.0, 0.5]


# --- the pages of the giver


def test_the_form_keeps_what_was_chosen_and_says_what_is_wrong(evening, aki, others, signed_in):
    event = make_evening([[aki, *others]])
    page = reverse("feedback:leave_picks", args=[event.pk, aki.pk])
    client = signed_in(others[0])
    answers = [client.post(page, {"picks": picks}) for picks in ([], ["\x00"], ["open-ask"] * 2, ["open-ask"])]

    assert [answer.status_code for answer in answers] == [422, 422, 302, 302]
    assert page in client.get(reverse("feedback:write", args=[event.pk, aki.pk]), follow=True).redirect_chain[0][0]
    assert AnonymousPicks.objects.get().picks == ["open-ask"]

    taken_back = client.post(reverse("feedback:take_back_picks", args=[event.pk, aki.pk]))
    assert (taken_back.status_code, AnonymousPicks.objects.count()) == (302, 0)
    assert (
        "名前を出さずに、強みの印だけ残す"
        in client.get(reverse("feedback:write", args=[event.pk, aki.pk])).content.decode()
    )


def test_the_givers_list_never_tells_what_was_released(evening, aki, others, signed_in):
    leave(evening, others[0], aki)
    client, page = signed_in(others[0]), reverse("feedback:picks_given")
    before = _main(client.get(page))
    release_anonymous_picks(FIRST)
    after = _main(client.get(page))
    assert (before == after, "あきさんへ" in before, "問いを立てる" in before) == (True, True, False)

    counts = [_queries(client, page)]
    for _ in range(60):
        left = AnonymousPicks(giver=others[0], receiver=make_member(), event=evening, left_at=NIGHT, dropped_at=NIGHT)
        left.save()
    counts.append(_queries(client, page))
    assert counts[0] == counts[1]
    assert "あきさんへ" in client.get(page + "?page=2").content.decode()


def _queries(client, page):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def _main(answer):
    return answer.content.decode().split("<main")[1].split("</main>")[0]


# --- staff


@pytest.fixture
def held(aki, kai):
    return Case.objects.create(
        member=aki, subject_key=f"member/{aki.pk}", opened_at=NIGHT, state=CaseState.TAKEN, taken_by=kai, taken_at=NIGHT
    )


def test_a_moderator_sees_givers_only_inside_the_case_and_each_look_is_noted(evening, aki, others, held, kai, sora):
    leave(evening, others[0], aki)
    assert look(case_id=held.pk, by=kai, now=NIGHT) == []
    release_anonymous_picks(FIRST)

    assert [left.giver for left in look(case_id=held.pk, by=kai, now=FIRST)] == [others[0]]
    assert refused(look, case_id=held.pk, by=sora, now=FIRST) == NoCase.TAKEN_BY_OTHER
    lines = AuditEntry.objects.filter(verb="look-at-nameless").values_list("by", "object_type", "object_id")
    assert list(lines) == [(kai.pk, "feedback.case", held.pk)] * 2


def test_a_case_about_the_giver_shows_theirs_and_never_what_the_moderator_received(aki, others, kai):
    evening = make_evening([[aki, kai, *others]], now=NIGHT)
    leave(evening, others[0], aki)
    leave(evening, others[0], kai)
    release_anonymous_picks(FIRST)
    case = Case.objects.create(
        member=others[0], subject_key="member/1", opened_at=NIGHT, state=CaseState.TAKEN, taken_by=kai, taken_at=NIGHT
    )

    assert [left.receiver for left in look(case_id=case.pk, by=kai, now=FIRST)] == [aki]


def test_the_page_of_a_look_comes_by_the_button_only(evening, aki, others, held, kai, signed_in):
    leave(evening, others[0], aki)
    release_anonymous_picks(FIRST)
    client, page = signed_in(kai), reverse("feedback:look_at_picks", args=[held.pk])
    shown = client.post(page)

    assert (
        reverse("feedback:look_at_picks", args=[held.pk])
        in client.get(reverse("feedback:case", args=[held.pk])).content.decode()
    )
    assert (client.get(page).status_code, "なおさんからあきさんへ" in shown.content.decode()) == (405, True)
    assert shown["Cache-Control"] == "no-store"
