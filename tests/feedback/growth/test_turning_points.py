"""Turning points: one's own, and nobody's name before they agree."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.growth.flows import turning_point as flows
from feedback.growth.limits import TURNING_POINTS
from feedback.growth.queries.turning_point import asked_of, people_behind
from feedback.growth.rules.turning_point import Asking, NoAsking, NoTurningPoint, why_not_ask, why_not_keep
from feedback.models import Acquaintance, IntroducerThanks, Introduction, PersonBehind, TurningPoint
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, OutgoingMail, User
from tests.factories import make_member

NOW = timezone.now()
TODAY = date(2026, 11, 21)


def have_met(one: User, other: User) -> None:
    low, high = sorted((one, other), key=lambda member: member.pk)
    Acquaintance.objects.create(first=low, second=high, state=1, met_at=NOW, latest_at=NOW, times=1)


def turning_point(member: User, **fields) -> TurningPoint:
    return TurningPoint.objects.create(
        **{"member": member, "title": "転職", "month": date(2026, 5, 1), "recorded_at": NOW, **fields}
    )


@pytest.fixture
def turn(aki, mio) -> TurningPoint:
    """A turning point of Aki, who met Mio."""
    have_met(aki, mio)
    return turning_point(aki, title="ひみつの題", words="ひみつのことば")


def ask(turn: TurningPoint, person: User) -> PersonBehind:
    flows.ask_to_stand_behind(by=turn.member, turning_point_id=turn.pk, person_id=person.pk, now=NOW)
    return PersonBehind.objects.get(turning_point=turn, person=person)


@pytest.mark.parametrize(
    ("title", "words", "month", "expected"),
    [
        ("転職", "", date(2026, 11, 1), None),
        ("", "", date(2026, 11, 1), NoTurningPoint.TITLE_MISSING),
        ("転" * 81, "", date(2026, 11, 1), NoTurningPoint.TITLE_LONG),
        ("転職", "字" * 2001, date(2026, 11, 1), NoTurningPoint.WORDS_LONG),
        ("転職", "", date(2026, 12, 1), NoTurningPoint.MONTH_AHEAD),
        ("転職", "", date(1939, 12, 1), NoTurningPoint.MONTH_EARLY),
    ],
)
def test_what_can_be_kept(title, words, month, expected):
    assert why_not_keep(title, words, month, TODAY) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"have_met": False}, NoAsking.NOT_MET),
        ({"asked": 5}, NoAsking.ENOUGH),
        ({"asked": 5, "was_asked_here": True}, None),
    ],
)
def test_who_can_be_asked(changes, expected):
    assert (
        why_not_ask(Asking(**{"have_met": True, "was_asked_here": False, "asked": 0, "most": 5, **changes})) == expected
    )


# --- nothing shows before a yes


def page_of(signed_in, turn) -> str:
    """What the owner sees, without what changes at every request."""
    pages = [
        signed_in(turn.member).get(address).content.decode().split("<main")[1]
        for address in (reverse("feedback:turning_point", args=[turn.pk]), reverse("feedback:turning_points"))
    ]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", "".join(pages))


def test_a_no_silence_a_taken_back_yes_and_a_departure_all_look_the_same(turn, mio, signed_in):
    row = ask(turn, mio)
    waiting = page_of(signed_in, turn)
    assert waiting.count("お返事を待っています。") == 2
    flows.keep_name_away(by=mio, behind_id=row.pk, now=NOW)
    assert page_of(signed_in, turn) == waiting
    ask(turn, mio)
    assert page_of(signed_in, turn) == waiting
    PersonBehind.objects.update(agreed=None)
    flows.agree_to_stand_behind(by=mio, behind_id=row.pk, now=NOW)
    assert page_of(signed_in, turn) != waiting
    flows.keep_name_away(by=mio, behind_id=row.pk, now=NOW)
    assert page_of(signed_in, turn) == waiting


@pytest.mark.parametrize("how", ["blocks", "is blocked", "leaves"])
def test_who_blocks_reads_nothing_of_the_other_who_sees_no_change_and_who_is_gone_shows_nowhere(
    turn, mio, signed_in, how
):
    row = ask(turn, mio)
    flows.agree_to_stand_behind(by=mio, behind_id=row.pk, now=NOW)
    assert "みお" in page_of(signed_in, turn)
    if how == "leaves":
        User.objects.filter(pk=mio.pk).update(is_active=False)
    else:
        pair = (mio, turn.member) if how == "blocks" else (turn.member, mio)
        Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=NOW)
    named = [one.behind.person for one in people_behind(turn.member, [turn]).get(turn.pk, [])]
    assert named == ([mio] if how == "blocks" else [])
    if how != "leaves":
        theirs = signed_in(mio).get(reverse("feedback:turning_points")).content.decode()
        assert ("あきさん" in theirs) == (how == "is blocked")
    if how == "blocks":  # one is asked into the void: a refusal would tell
        ask(turning_point(turn.member), mio)
        assert "あきさん" not in signed_in(mio).get(reverse("feedback:turning_points")).content.decode()
        return
    with pytest.raises(Refused) as refused:
        ask(turning_point(turn.member), mio)
    assert refused.value.reason == NoAsking.NOT_MET


def test_strangers_and_oneself_are_refused_with_the_same_words(turn):
    for person in (make_member(), turn.member):
        with pytest.raises(Refused) as refused:
            ask(turn, person)
        assert refused.value.reason == NoAsking.NOT_MET


def test_the_asked_learn_a_name_and_a_month_and_nothing_else(turn, mio, signed_in):
    ask(turn, mio)
    page = signed_in(mio).get(reverse("feedback:turning_points")).content.decode()
    assert "あきさん" in page
    assert "ひみつ" not in page
    assert [mail.to for mail in OutgoingMail.objects.all()] == [mio]
    assert "あき" not in OutgoingMail.objects.get().text
    assert AuditEntry.objects.filter(object_type__contains="turning").count() == 0


def test_asking_who_said_no_takes_as_long_as_asking_others(turn, mio):
    """A mail is drawn and thrown away: else the clock would tell of the no."""
    flows.keep_name_away(by=mio, behind_id=ask(turn, mio).pk, now=NOW)
    before = OutgoingMail.objects.count()
    with CaptureQueriesContext(connection) as asked:
        ask(turning_point(turn.member), mio)
    written = [one for one in asked.captured_queries if 'INTO "members_outgoingmail"' in one["sql"]]
    assert (len(written), OutgoingMail.objects.count()) == (1, before)


def test_who_said_no_is_never_asked_by_the_same_member_again(turn, mio, signed_in):
    row = ask(turn, mio)
    flows.keep_name_away(by=mio, behind_id=row.pk, now=NOW)
    OutgoingMail.objects.all().delete()
    other = turning_point(turn.member)
    assert ask(other, mio).asks is False
    assert OutgoingMail.objects.count() == 0
    assert "あきさん" not in signed_in(mio).get(reverse("feedback:turning_points")).content.decode()
    assert "お返事を待っています。" in page_of(signed_in, other)


def test_the_questions_of_one_member_do_not_crowd_out_those_of_others(turn, mio, kai):
    first, second = ask(turn, mio), ask(turning_point(turn.member), mio)
    have_met(kai, mio)
    of_kai = ask(turning_point(kai), mio)
    assert set(asked_of(mio)) == {first, of_kai}
    flows.agree_to_stand_behind(by=mio, behind_id=first.pk, now=NOW)
    assert set(asked_of(mio)) == {second, of_kai}


def test_a_question_taken_back_is_gone_and_stands_again_when_asked_again(turn, mio, signed_in):
    row = ask(turn, mio)
    flows.take_back_questions(by=turn.member, turning_point_id=turn.pk, now=NOW)
    flows.agree_to_stand_behind(by=mio, behind_id=row.pk, now=NOW)
    assert "みおさん</b>" not in page_of(signed_in, turn)
    ask(turn, mio)
    flows.agree_to_stand_behind(by=mio, behind_id=row.pk, now=NOW)
    assert "みおさん</b>" in page_of(signed_in, turn)
    flows.remove_person(by=turn.member, turning_point_id=turn.pk, person_id=mio.pk, now=NOW)
    assert "みおさん</b>" not in page_of(signed_in, turn)


def test_nobody_answers_for_another(turn, mio, kai, signed_in):
    row = ask(turn, mio)
    signed_in(kai).post(reverse("feedback:agree_to_stand_behind", args=[row.pk]))
    row.refresh_from_db()
    assert row.agreed is None


# --- thanks to the introducer


def test_the_introducer_is_thanked_once_and_only_where_a_name_stands(turn, mio, kai, signed_in):
    introduction = Introduction.objects.create(
        introducer=kai,
        one=min(turn.member, mio, key=lambda one: one.pk),
        other=max(turn.member, mio, key=lambda one: one.pk),
        made_at=NOW - timedelta(days=800),
        lapses_at=NOW - timedelta(days=793),
        formed_at=NOW - timedelta(days=799),
    )
    client, url = signed_in(turn.member), reverse("feedback:thank_introducer", args=[introduction.pk])
    row = ask(turn, mio)
    assert client.post(url).status_code == 404
    flows.agree_to_stand_behind(by=mio, behind_id=row.pk, now=NOW)
    assert "紹介してくださった方です" in page_of(signed_in, turn)
    assert [client.post(url).status_code for _ in range(2)] == [302, 302]
    assert IntroducerThanks.objects.count() == 1
    mailed = OutgoingMail.objects.count()
    assert "お礼を伝えています" in signed_in(kai).get(reverse("feedback:turning_points")).content.decode()
    Block.objects.create(blocker=kai, blocked=turn.member, blocked_at=NOW)
    assert "紹介してくださった方です" in page_of(signed_in, turn)
    assert (client.post(url).status_code, OutgoingMail.objects.count()) == (409, mailed)


# --- pages


def test_writing_changing_and_dropping_one(aki, mio, signed_in):
    client = signed_in(aki)
    made = client.post(reverse("feedback:record_turning_point"), {"title": " 転職\nした ", "month": "2026-05"})
    point = TurningPoint.objects.get()
    assert (made.status_code, point.title, point.month) == (302, "転職 した", date(2026, 5, 1))
    client.post(reverse("feedback:change_turning_point", args=[point.pk]), {"title": "転職", "month": "2026-04"})
    assert TurningPoint.objects.get().month == date(2026, 4, 1)
    assert signed_in(mio).get(reverse("feedback:turning_point", args=[point.pk])).status_code == 404
    for member, left in ((mio, 1), (aki, 0), (aki, 0)):
        signed_in(member).post(reverse("feedback:delete_turning_point", args=[point.pk]))
        assert TurningPoint.objects.count() == left


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"title": "転職", "month": "いつか"},
        {"title": "転職", "month": "99999-99"},
        {"title": "転職\x00", "month": "2026-05"},
        {"title": "転" * 81, "month": "2026-05", "words": "のこる"},
        {"title": "転職", "month": "2999-01"},
    ],
)
def test_bad_input_is_told_and_kept(aki, signed_in, sent):
    answer = signed_in(aki).post(reverse("feedback:record_turning_point"), sent)
    assert (answer.status_code, TurningPoint.objects.count()) == (422, 0)
    assert sent.get("words", "") in answer.content.decode()


def test_an_impossible_person_is_told_at_the_field(turn, signed_in):
    url = reverse("feedback:ask_to_stand_behind", args=[turn.pk])
    for person in ("", "x", "9" * 40, "-1", "\x00"):
        assert signed_in(turn.member).post(url, {"person": person}).status_code == 422


@pytest.mark.parametrize("pk", [0, 999_999, 2**63 - 1])
def test_taking_away_the_name_of_nobody_changes_nothing(turn, signed_in, pk):
    answer = signed_in(turn.member).post(reverse("feedback:remove_person_behind", args=[turn.pk, pk]))

    assert answer.status_code == 302


# --- enough


def test_beyond_enough_what_was_typed_stays_and_the_page_says_what_to_do(aki, turn, signed_in, set_limit):
    set_limit(TURNING_POINTS, kept=1)
    browser, page = signed_in(aki), reverse("feedback:record_turning_point")

    answer = browser.post(page, {"title": "もうひとつ", "month": "2026-01", "words": "長いことば"})

    assert answer.status_code == 422
    assert "ひとつ消すと、また書けます" in answer.content.decode()
    assert answer.context["form"]["words"].value() == "長いことば"
    flows.delete_turning_point(by=aki, turning_point_id=turn.pk)
    for _twice in range(2):
        assert browser.post(page, {"title": "もうひとつ", "month": "2026-01"}).status_code == 302
    assert TurningPoint.objects.count() == 1
