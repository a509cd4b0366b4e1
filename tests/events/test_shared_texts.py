"""What members and hosts write is looked at before others read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.evening import say_to_all
from events.hosting.flows.event import call_off_event, change_event, plan_event
from events.hosting.queries.hosting import plan_of
from events.models import Event, Registration
from events.registration.choices import Mode
from events.registration.flows.registration import register, withdraw
from kouryu.refusal import Refused
from members.models import JudgedText
from members.texts.choices import TextState
from members.texts.flows import NeedsMending
from members.texts.limits import ATTEMPTS
from members.texts.refusals import explain, explain_on_page
from members.texts.rules.screening import ScreeningKind
from tests.events.plans import HOUR, make_plan, typed
from tests.factories import make_event, make_member

LURE = "副業で月30万円の無料セミナー、LINE ID: abc_1234 / https://evil.example/join"
ADDRESS = "くわしくは hana@example.org まで。"
OTHER_ADDRESS = "電話は 090-1234-5678 です。"
GOOD = "介護と仕事の両立の話を、ゆっくりしたいです。"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def event(db):
    return make_event()


def stored(event, member):
    return Registration.objects.values_list("wants_to_talk", "can_offer").get(event=event, member=member)


def judged(member):
    return list(
        JudgedText.objects.filter(writer=member).order_by("kind").values_list("kind", "state", "words", "finds")
    )


def test_a_first_find_asks_for_a_mended_sentence_and_takes_no_seat(event, mio, now):
    with pytest.raises(NeedsMending):
        register(member=mio, event_id=event.pk, wants_to_talk=ADDRESS, can_offer=GOOD, now=now)

    assert not Registration.objects.exists()
    assert judged(mio) == [("wish", TextState.ASKED, "", 1)]


def test_the_mended_text_stands_on_the_page(event, mio, now):
    with pytest.raises(NeedsMending):
        register(member=mio, event_id=event.pk, wants_to_talk=ADDRESS, now=now)
    register(member=mio, event_id=event.pk, wants_to_talk=GOOD, can_offer=GOOD, now=now)

    assert stored(event, mio) == (GOOD, GOOD)


@pytest.mark.parametrize("field", ["wants_to_talk", "can_offer"])
def test_the_second_find_gives_the_seat_and_keeps_the_words_apart(event, mio, now, field):
    with pytest.raises(NeedsMending):
        register(member=mio, event_id=event.pk, **{field: ADDRESS}, now=now)
    register(member=mio, event_id=event.pk, **{field: OTHER_ADDRESS}, now=now)

    assert stored(event, mio) == ("", "")
    assert [row[1:3] for row in judged(mio)] == [(TextState.HELD, OTHER_ADDRESS)]


def test_words_of_somebody_who_is_refused_wait_for_nobody(event, mio, now):
    after = event.starts_at + timedelta(minutes=1)
    with pytest.raises(Refused):
        register(member=mio, event_id=event.pk, wants_to_talk=LURE, now=after)

    assert [row[1:3] for row in judged(mio)] == [(TextState.ASKED, "")]


def test_who_withdraws_takes_the_words_along(event, mio, now):
    register(member=mio, event_id=event.pk, wants_to_talk=LURE, now=now)
    withdraw(member=mio, event_id=event.pk, now=now)

    assert [row[1:3] for row in judged(mio)] == [(TextState.ASKED, "")]


def test_a_lure_is_held_at_once_whatever_part_it_stands_in(event, mio, now):
    register(member=mio, event_id=event.pk, wants_to_talk="無料セミナーに来ませんか", can_offer=ADDRESS, now=now)

    assert stored(event, mio) == ("", "")
    assert {row[1] for row in judged(mio)} == {TextState.HELD}


def test_the_same_words_within_minutes_are_the_same_find(event, mio, now):
    for moment in (now, now, now + ATTEMPTS.same_for - timedelta(seconds=1)):
        with pytest.raises(NeedsMending):
            register(member=mio, event_id=event.pk, wants_to_talk=ADDRESS, now=moment)
    assert judged(mio) == [("wish", TextState.ASKED, "", 1)]


@pytest.mark.parametrize(
    "words",
    [
        GOOD,
        "40代からのキャリアの話",
        "結婚と転勤のこと",
        "子どもの受験と残業",
        "見た目で判断されない話しかた",
        "上司より後輩に聞くようになった話",
        "Node.jsとPythonのちがい",
        "会社員を30年、3.5倍の忙しさ",
        "",
    ],
)
def test_what_is_told_of_oneself_passes(event, mio, now, words):
    register(member=mio, event_id=event.pk, wants_to_talk=words, can_offer=words, now=now)

    assert stored(event, mio) == (words, words)


def test_unseen_letters_are_left_out(event, mio, now):
    register(member=mio, event_id=event.pk, wants_to_talk="異業種\u202eの\u3164話\r\n二行め", mode=Mode.TALK, now=now)

    assert stored(event, mio)[0] == "異業種の話\n二行め"


def test_the_form_underlines_the_sentence_and_keeps_what_was_typed(event, mio, signed_in):
    url, client = reverse("events:register", args=[event.pk]), signed_in(mio)
    words = {"wants_to_talk": f"よろしくお願いします。{ADDRESS}", "can_offer": "レジの話", "mode": "talk"}
    answer = client.post(url, words)

    assert answer.status_code == 422
    assert f"<mark>{ADDRESS}</mark>" in answer.content.decode()
    assert answer.context["form"].errors["wants_to_talk"] == [
        "連絡先は、ここには書けません。この一文を直してください。"
    ]
    assert of_letters(answer.content.decode()) == []
    assert "まだ、だれにも見えていません" in answer.content.decode()
    assert [answer.context["form"][name].value() for name in words] == list(words.values())
    again = client.post(url, {**words, "wants_to_talk": OTHER_ADDRESS}, follow=True)
    assert "運営が先に目を通します" in again.content.decode()
    assert OTHER_ADDRESS not in again.content.decode()


def of_letters(page: str) -> list[str]:
    """What such a page would say of letters, and of nothing else."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return [
        words for words in ("直すと届きます", "直すと、届きます", "「見たこと」", "届いていません") if words in main
    ]


@pytest.mark.parametrize("kind", [kind for kind in ScreeningKind if kind != ScreeningKind.SAME_TEXT])
def test_every_find_on_a_page_is_told_without_letters(kind):
    sentence = explain_on_page(kind).sentence
    assert sentence != explain(kind).sentence
    assert not [word for word in ("届", "見たこと", "その方") if word in sentence]


def test_a_lure_is_nowhere_on_the_page_of_the_event(event, mio, aki, signed_in):
    signed_in(mio).post(
        reverse("events:register", args=[event.pk]), {"wants_to_talk": LURE, "can_offer": LURE, "mode": "talk"}
    )
    for _ in range(4):
        register(member=make_member(), event_id=event.pk, wants_to_talk=GOOD, now=timezone.now())

    page = signed_in(aki).get(event.get_absolute_url()).content.decode()
    assert "evil.example" not in page
    assert mio.registrations.exists()


# --- hosts' words


@pytest.mark.parametrize("field", ["title", "description", "host_words"])
def test_a_hosts_words_are_mended_first_and_held_then(ren, now, field):
    plan = make_plan(now, **{field: f"ようこそ。{ADDRESS}"})
    with pytest.raises(NeedsMending):
        plan_event(by=ren, plan=plan, now=now)
    assert not Event.objects.exists()

    event = plan_event(by=ren, plan=make_plan(now, **{field: OTHER_ADDRESS}), now=now)
    assert OTHER_ADDRESS not in (event.title, event.description, event.host_words)
    held = JudgedText.objects.get(writer=ren, state=TextState.HELD)
    assert (held.about, held.words) == (event.pk, OTHER_ADDRESS)


def test_a_changed_text_that_waits_leaves_the_old_one_on_the_page(ren, now):
    event = plan_event(by=ren, plan=make_plan(now, description="静かに話す夜です。"), now=now)
    for words in (ADDRESS, OTHER_ADDRESS):
        plan = make_plan(now, description=words)
        try:
            change_event(event_id=event.pk, by=ren, plan=plan, seen_version=1, now=now)
        except NeedsMending:
            assert words == ADDRESS

    event.refresh_from_db()
    assert event.description == "静かに話す夜です。"


def test_words_that_stand_already_are_not_judged_again(ren, now):
    event = plan_event(by=ren, plan=make_plan(now), now=now)
    Event.objects.filter(pk=event.pk).update(description=ADDRESS)
    plan = make_plan(now, description=ADDRESS, host_words="はじめての方も、どうぞ。")
    change_event(event_id=event.pk, by=ren, plan=plan, seen_version=1, now=now)

    assert plan_of(Event.objects.get(pk=event.pk)).host_words == "はじめての方も、どうぞ。"


def test_the_page_of_the_plan_underlines_the_sentence(ren, now, signed_in):
    event = plan_event(by=ren, plan=make_plan(now), now=now)
    url, plan = reverse("events:edit", args=[event.pk]), plan_of(event)
    answer = signed_in(ren).post(url, typed(plan, description=f"静かな夜です。{ADDRESS}", seen_version="1"))
    assert answer.status_code == 422
    assert f"<mark>{ADDRESS}</mark>" in answer.content.decode()


def test_the_row_of_the_run_sheet_that_needs_it_is_underlined(ren, now, signed_in):
    event = plan_event(by=ren, plan=make_plan(now), now=now)
    plan = plan_of(event)
    words = typed(plan, seen_version="1") | {"rows-2-note": f"お茶をどうぞ。{ADDRESS}", "rows-3-title": OTHER_ADDRESS}
    answer = signed_in(ren).post(reverse("events:edit", args=[event.pk]), words)

    assert answer.status_code == 422
    assert [(part.label, part.pieces) for part in answer.context["mend"]] == [
        ("進行表の3行目・ひとこと", [("お茶をどうぞ。", False), (ADDRESS, True)]),
        ("進行表の4行目・すること", [(OTHER_ADDRESS, True)]),
    ]
    rows = answer.context["run_sheet"].forms
    assert [set(row.errors) for row in rows] == [set(), set(), {"note"}, {"title"}]
    assert 'id="run-sheet" open' in answer.content.decode()
    assert plan_of(Event.objects.get(pk=event.pk)) == plan


def test_an_address_in_pieces_over_two_rows_is_found(ren, now):
    titles = ("はじめに", "090-1234", "-5678", "おわりに")
    rows = [replace(item, title=title) for item, title in zip(HOUR, titles, strict=True)]
    with pytest.raises(NeedsMending):
        plan_event(by=ren, plan=make_plan(now, run_sheet=tuple(rows)), now=now)


def test_a_word_to_all_and_a_reason_are_looked_at(ren, now):
    event = make_event(ren, starts_at=now - timedelta(minutes=5), registration_closes_at=now - timedelta(hours=1))
    with pytest.raises(NeedsMending):
        say_to_all(event_id=event.pk, text=ADDRESS, by=ren, now=now)
    assert say_to_all(event_id=event.pk, text=OTHER_ADDRESS, by=ren, now=now) is None
    assert say_to_all(event_id=event.pk, text="お茶をどうぞ。", by=ren, now=now).said_by == ren

    coming = make_event(ren)
    with pytest.raises(NeedsMending):
        call_off_event(event_id=coming.pk, by=ren, reason=ADDRESS, now=now)
    assert call_off_event(event_id=coming.pk, by=ren, reason=OTHER_ADDRESS, now=now).called_off_reason == "（確認中）"
