"""The whole evening with a host and members at once: one late, one whose line breaks, one without JavaScript."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from events.models import Attendance, Event, Note, Round, Seat, Signal
from feedback.models import StrengthFeedback
from kouryu.clock import TOKYO
from members.accounts.choices import Role
from tests import factories
from tests.browser.person import BrowserUser
from tests.browser.test_main_line import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def soon(person: BrowserUser, words: str) -> None:
    """The page says so within a few seconds, by itself."""
    expect(person.page.locator("#evening-now")).to_contain_text(words)


def test_the_whole_evening(meet, clock):
    start = datetime(2026, 11, 30, 20, tzinfo=TOKYO)
    clock(start - timedelta(minutes=10))
    host_user = factories.make_member("れん", industry="G", roles=(Role.HOST,))
    names = {"はな": "P", "あき": "E", "みお": "I", "とも": "K", "なつ": "M", "はる": "D", "ふゆ": "O"}
    users = {name: factories.make_member(name, industry=code) for name, code in names.items()}
    event = factories.make_event(host_user, starts_at=start, capacity=8, group_size=3)
    for user in users.values():
        factories.make_registration(event, user, can_offer=f"{user.called_name}の仕事の話")
    for name in ("みお", "とも", "なつ", "はる"):
        registration = event.registrations.get(member=users[name])
        Attendance.objects.create(registration=registration, presence="present", recorded_at=start)
    host, hana, mio = meet("host"), meet("hana"), meet("mio")
    aki = meet("aki", javascript=False)
    for person, user in [(host, host_user), (hana, users["はな"]), (aki, users["あき"]), (mio, users["みお"])]:
        sign_in(person, user)

    people_arrive(event, hana, aki, mio)
    host_shows_the_groups(event, host, hana, aki, mio)
    clock(start + timedelta(minutes=1))
    a_talk_begins_and_a_line_breaks(event, host, hana, mio)
    somebody_needs_help(host, hana, mio)
    somebody_comes_late(event, host, users["ふゆ"], meet("fuyu"))
    the_quiet_minutes(event, host, hana, aki)
    assert [person.errors for person in (host, hana, aki, mio)] == [[], [], [], []]


def people_arrive(event: Event, hana: BrowserUser, aki: BrowserUser, mio: BrowserUser) -> None:
    for person in (hana, aki):
        person.go(f"/events/{event.pk}/room/")
        person.presses("部屋に入る")
        person.follows("当日のページを見る")
        person.sees("もうすぐ始まります")
    mio.go(f"/events/{event.pk}/group/")
    hana.looks("evening-early")


def host_shows_the_groups(
    event: Event, host: BrowserUser, hana: BrowserUser, aki: BrowserUser, mio: BrowserUser
) -> None:
    host.go(f"/hosting/{event.pk}/groups/")
    host.presses("組を作る")
    host.looks("board-proposal")
    hana.does_not_see("あなたの組")
    host_moves_by_keyboard(event, host)
    host.presses("1回目の組を知らせる")
    for person in (hana, mio):
        soon(person, "1回目の組が決まりました")
    aki.sees("もうすぐ始まります")
    aki.follows("いまのようすを読みこむ")
    aki.sees("1回目の組が決まりました")


def host_moves_by_keyboard(event: Event, host: BrowserUser) -> None:
    """Two change places by the form of the round; a new window of the same page sees it."""
    one, other = (
        Seat.objects.filter(round__event=event, round__number=1, group__number=number).order_by("pk").first()
        for number in (1, 2)
    )
    host.field("だれを").select_option(label=one.member.profile.called_name)
    host.field("どこへ").select_option(label=other.member.profile.called_name)
    host.field("どこへ").press("Tab")
    with host.page.expect_navigation():
        host.page.keyboard.press("Enter")
    assert Seat.objects.get(pk=one.pk).group_id == other.group_id


def a_talk_begins_and_a_line_breaks(event: Event, host: BrowserUser, hana: BrowserUser, mio: BrowserUser) -> None:
    host.go(f"/hosting/{event.pk}/groups/")
    mio.page.context.set_offline(True)
    expect(mio.page.locator("#evening-lost")).to_be_visible()
    mio.sees("接続が切れました。つながり次第、続きから表示します。")
    host.presses("1回目をはじめる")
    soon(hana, "1回目の輪です")
    soon(hana, "あと20分")
    host.types("みなさんへのひとこと", "のこり半分になったら、話す順をかえてみてください。")
    host.presses("みなさんに出す")
    soon(hana, "話す順をかえてみてください")
    hana.looks("evening-talk")
    host.looks("board-talk")
    mio.does_not_see("話す順をかえてみてください")
    mio.page.context.set_offline(False)
    soon(mio, "話す順をかえてみてください")
    expect(mio.page.locator("#evening-lost")).to_be_hidden()


def somebody_needs_help(host: BrowserUser, hana: BrowserUser, mio: BrowserUser) -> None:
    hana.types("自分へのメモ", "引き継ぎのことば")
    expect(hana.page.locator("#note-state")).to_contain_text("しまいました")
    assert Note.objects.get().text == "引き継ぎのことば"
    hana.page.get_by_role("button", name="聞こえない").click()
    expect(hana.page.locator("#signals")).to_contain_text("進行役だけに伝えました")
    board = host.page.locator("#evening-board")
    expect(board).to_contain_text("聞こえない・話せない")
    host.looks("board-signal")
    host.presses("見ました")
    expect(hana.page.locator("#signals")).to_contain_text("進行役が見ました")
    assert hana.field("自分へのメモ").input_value() == "引き継ぎのことば"  # nothing typed is lost when the page follows
    mio.does_not_see("聞こえない・話せない」を")
    assert Signal.objects.get().seen_at is not None


def somebody_comes_late(event: Event, host: BrowserUser, user, fuyu: BrowserUser) -> None:
    sign_in(fuyu, user)
    fuyu.go(f"/events/{event.pk}/room/")
    fuyu.presses("部屋に入る")
    fuyu.follows("当日のページを見る")
    soon(fuyu, "あなたの席を、いま用意しています")
    expect(host.page.locator("#unseated")).to_be_visible()
    host.looks("board-late")
    host.presses("加わってもらう")
    soon(fuyu, "1回目の輪です")
    soon(fuyu, "あなたの組")
    assert user.pk in Round.objects.get(event=event, number=2).seats.values_list("member_id", flat=True)


def the_quiet_minutes(event: Event, host: BrowserUser, hana: BrowserUser, aki: BrowserUser) -> None:
    host.presses("1回目をここで終える")
    soon(hana, "つぎの組を待っています")
    host.presses("2回目の組を知らせる")
    host.presses("2回目をはじめる")
    soon(hana, "2回目の輪です")
    host.presses("2回目をここで終える")
    soon(hana, "しずかな時間です")
    hana.follows("見えた強みを書きとめる")
    hana.page.locator("summary").first.click()
    hana.page.locator("input[value=open-ask]").first.check(force=True)
    hana.presses("書きとめる")
    hana.looks("quiet")
    assert StrengthFeedback.objects.get().picks == ["open-ask"]
    host.go(f"/hosting/{event.pk}/")
    host.presses("この内容で終える")
    aki.go(f"/events/{event.pk}/group/")
    aki.sees("会は終わりました")
    hana.go(f"/events/{event.pk}/group/")
    hana.sees("会は終わりました")
    hana.looks("evening-over")
