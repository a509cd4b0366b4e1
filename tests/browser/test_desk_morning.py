"""The desk's morning: members found by five scripts, a record mended, an evening handed over, an application, a list.

Each act prints its seconds and clicks (`-s` shows them): figures to read, no limits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from events.event.choices import EventState
from events.models import Attendance
from events.registration.choices import Presence
from members.accounts.choices import Role
from members.admission.choices import ApplicationState
from members.admission.flows.application import apply
from members.models import (
    ApplicationQuestion,
    MembershipApplication,
    NameOnRecord,
    RoleGrant,
    User,
)
from tests import factories
from tests.browser.person import BrowserUser
from tests.browser.test_main_line import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GOOD, BROKEN = 480, 20
BECAUSE = "お電話で、ご本人に確かめました。"


class Stopwatch:
    """Seconds and clicks of an act, printed as it ends. A click is one that leads to another page."""

    def __init__(self, user: BrowserUser) -> None:
        self.user = user
        self.clicks = 0
        goes_on = user._goes_on

        def counted(target) -> None:
            self.clicks += 1
            goes_on(target)

        user._goes_on = counted

    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        self.clicks, began = 0, time.perf_counter()
        yield
        print(f"\n{name}: {time.perf_counter() - began:.1f} s, {self.clicks} clicks")
        assert self.user.errors == []


def on_record(member: User, name: str, reading: str) -> User:
    NameOnRecord.objects.create(member=member, name=name, reading=reading)
    return member


def test_a_morning_at_the_desk(meet, settings):
    settings.ENTRANCE = "application"
    now = timezone.now()
    plan = factories.make_plan()
    host = factories.make_member("れん", roles=(Role.HOST,))
    other_host = factories.make_member("ゆき", roles=(Role.HOST,))
    aki = on_record(factories.make_member("あき"), "齋藤 明子", "さいとう あきこ")
    on_record(factories.make_member("José"), "José García", "ほせ がるしあ")
    on_record(factories.make_member("はな"), "山田 花子", "やまだ はなこ")
    applicant = factories.make_account("のぞみ")
    question = ApplicationQuestion.objects.create(place=1, words_ja="どんなことを話したいですか。")
    User.objects.filter(pk=applicant.pk).update(awaits_admission=True)
    apply(member=applicant, answers={question.pk: "となりの業界の当たり前を知りたいです。"}, now=now)
    factories.make_due(User.objects.get(profile__called_name="はな"), plan=plan, reference="KKFMDQ4", now=now)
    yesterday = factories.make_event(host, starts_at=now - timedelta(days=1), state=EventState.CLOSED, closed_at=now)
    seat = factories.make_registration(yesterday, aki)
    coming = factories.make_event(host, starts_at=now + timedelta(days=5))
    desk, owner = meet("desk"), meet("owner")
    sign_in(desk, factories.make_member("ふみ", roles=(Role.DESK,)))
    sign_in(owner, factories.make_member("そら", roles=(Role.OWNER,)))
    of_desk, of_owner = Stopwatch(desk), Stopwatch(owner)

    with of_desk.act("five people by five scripts"):
        for line, name in [
            ("斎藤明子", "あき"),
            ("サイトウ アキコ", "あき"),
            ("jose garcia", "José"),
            ("ﾌﾘｺﾐ ﾔﾏﾀﾞ ﾊﾅｺ KKFMDQ4", "はな"),
            ("ＹＵＫＩ", ""),
        ]:
            desk.go("/desk/members/")
            desk.types("名前、読み、メールアドレス、お申し込みの番号、通帳の行", line)
            desk.presses("さがす")
            desk.sees(f"{name}さん" if name else "見つかりません")

    with of_desk.act("correct an attendance"):
        opens_page_of(desk, "さいとう", "あき")
        desk.follows("参加の記録を直す")
        picks(desk, "presence", "present")
        because(desk)
        desk.presses("記録を直す")
    assert Attendance.objects.get(registration=seat).presence == Presence.PRESENT

    with of_owner.act("hand over a host's evening"):
        opens_page_of(owner, "れん", "れん")
        owner.follows("ほかの方に渡す")
        owner.page.locator("select[name=to]").select_option(label="ゆきさん")
        owner.presses("この方にお願いする")
    coming.refresh_from_db()
    assert coming.host == other_host

    with of_desk.act("answer an application"):
        desk.go("/desk/applications/")
        desk.presses("読む")
        desk.sees("となりの業界の当たり前を知りたいです。")
        picks(desk, "act", "accept")
        desk.page.locator("main textarea").first.fill("どんな方か、よくわかりました。お待ちしています。")
        desk.presses("お返事する")
    assert MembershipApplication.objects.get(member=applicant).state == ApplicationState.ACCEPTED

    with of_desk.act(f"import {GOOD + BROKEN} members, {BROKEN} of them faulty"):
        desk.go("/desk/import/")
        desk.page.locator("input[type=file]").set_input_files(
            {"name": "members.csv", "mimeType": "text/csv", "buffer": a_list()}
        )
        desk.presses("送って、確かめる")
        desk.sees("直すところ")
        desk.looks("desk-import")
        desk.page.locator("input[name=leave_out]").check(force=True)
        desk.presses(f"{GOOD}人を登録する")
        desk.sees("登録しました")
    assert User.objects.filter(email__endswith="@moved.example").count() == GOOD

    with of_owner.act("give a role and end it"):
        opens_page_of(owner, "さいとう", "あき")
        owner.follows("役割をわたす")
        picks(owner, "role", "host")
        because(owner)
        owner.clicks("main form button[type=submit]")
        owner.follows("役割を終える")
        because(owner)
        owner.clicks("main form button[type=submit]")
    assert RoleGrant.objects.filter(member=aki).live().count() == 0


def picks(staff: BrowserUser, name: str, value: str) -> None:
    staff.page.locator(f"input[name={name}][value={value}]").check(force=True)


def because(staff: BrowserUser) -> None:
    staff.page.locator("textarea[name=why]").fill(BECAUSE)


def opens_page_of(staff: BrowserUser, line: str, name: str) -> None:
    staff.go("/desk/members/")
    staff.types("名前、読み、メールアドレス、お申し込みの番号、通帳の行", line)
    staff.presses("さがす")
    staff.follows(f"{name}さん")
    if staff.page.get_by_label("ご本人からのお問い合わせ").count():
        staff.page.get_by_label("ご本人からのお問い合わせ").check(force=True)
        staff.presses("開く")


def a_list() -> bytes:
    """A list as Excel writes it, in Shift_JIS; every row from the 25th on has a fault, each in turn."""
    until = (timezone.localdate() + timedelta(days=90)).strftime("%Y/%m/%d")
    rows = [f"m{number}@moved.example,山田{number},やまだ,ま,{until}" for number in range(GOOD)]
    faults = ["", "no-address", "a..b@@x", "zenkaku＠ だめ", "m1@moved.example"]
    rows += [f"{faults[number % len(faults)]},山田,やまだ,ま,2026/13/45" for number in range(BROKEN)]
    heading = "メールアドレス,お名前,お名前の読み,呼ばれたい名前,会員期間の最後の日"
    return "\r\n".join([heading, *rows]).encode("cp932")
