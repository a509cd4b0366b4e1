"""The main job, from sign-up to the letters of the next morning and beyond, as people would do it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Event, Registration
from events.registration.flows.registration import register
from feedback.models import Case, StrengthFeedback
from kouryu.clock import TOKYO
from kouryu.references import reference_to
from members.accounts.choices import Role
from members.models import Due, User
from tests import factories
from tests.browser.person import BrowserUser
from tests.rig.smtp import FakeMailServer
from tests.signing_in import sign_in_without_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "ocha-no-jikan-ga-suki"
SAW = "話が止まったとき、「いつからですか」と小さく聞いていました。"


def sign_in(person: BrowserUser, user: User) -> None:
    """By a session of the site's own, for those whose sign-in is not the story."""
    client = Client()
    sign_in_without_form(client, user)
    person.is_signed_in_as(user, client.cookies[settings.SESSION_COOKIE_NAME].value)


def latest_mail(server: FakeMailServer, address: str) -> str:
    """The text of the last mail to this address."""
    mails = [mail for mail in server.taken if mail["To"] == address]
    return mails[-1].get_body(("plain",)).get_content()


def link_in(mail: str, part: str) -> str:
    return next(link for link in re.findall(r"https?://\S+", mail) if part in link)


def test_one_evening_from_sign_up_to_the_letters_and_after(meet, mail_server, clock, beat):
    monday = datetime(2026, 11, 30, 10, tzinfo=TOKYO)
    clock(monday)
    factories.make_plan()
    host_user = factories.make_member("れん", industry="G", occupation="02", roles=(Role.HOST,))
    desk_user = factories.make_member("ふみ", roles=(Role.DESK,))
    moderator_user = factories.make_member("かい", roles=(Role.MODERATOR,))
    aki_user = factories.make_member("あき", industry="E", occupation="02")
    mio_user = factories.make_member("みお", industry="P", occupation="04")
    tomo_user = factories.make_member("とも", industry="I", occupation="07")
    host, desk, moderator, aki, mio = (meet(name) for name in ("host", "desk", "moderator", "aki", "mio"))
    for person, user in [
        (host, host_user),
        (desk, desk_user),
        (moderator, moderator_user),
        (aki, aki_user),
        (mio, mio_user),
    ]:
        sign_in(person, user)

    hana = meet("hana")
    signs_up(hana, mail_server, beat)
    tells_about_herself(hana)
    pays(hana, desk, mail_server, beat)
    event = host_publishes(host, monday + timedelta(days=3, hours=10))
    for user in (aki_user, mio_user, tomo_user):
        register(member=user, event_id=event.pk, now=timezone.now())
    waits_and_is_offered_a_seat(hana, aki, event, mail_server, beat)

    clock(event.starts_at - timedelta(minutes=20))
    comes_to_the_evening(hana, host, mio, event)
    clock(event.starts_at + timedelta(minutes=5))
    draws_and_closes(host, hana, event, clock)

    clock(event.ends_at + timedelta(minutes=40))
    beat()
    writes_a_letter(hana, mail_server, mio_user, event)
    mio_writes_back(mio, hana, event)
    assert not StrengthFeedback.objects.released().exists()

    morning = (event.starts_at + timedelta(days=1)).astimezone(TOKYO).replace(hour=7, minute=1)
    clock(morning)
    beat()
    reads_the_letter(hana, mail_server)

    reports(hana, moderator, mio, mail_server, beat, mio_user)
    blocks(hana, event)


def signs_up(hana: BrowserUser, server: FakeMailServer, beat) -> None:
    hana.go("/")
    hana.looks("landing")
    hana.go("/accounts/signup/")
    hana.looks("signup")
    hana.types("メールアドレス", "hana@example.jp")
    hana.page.locator("input[type=password]").fill(PASSWORD)
    hana.presses("確認のコードを受けとる")
    hana.looks("code")
    beat()
    code = re.search(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4}|[A-Z0-9]{6,})\s*$", latest_mail(server, "hana@example.jp"), re.M)
    hana.page.locator("input[name=code]").fill(code.group(1))
    hana.presses("確認する")


def tells_about_herself(hana: BrowserUser) -> None:
    hana.go("/welcome/")
    hana.looks("welcome-pledge")
    hana.page.locator("input[type=checkbox]").first.check(force=True)
    hana.presses("約束して次へ")
    hana.looks("welcome-work")
    hana.types("呼ばれたい名前", "はな")
    hana.page.locator("input[name=work_status][value=employed]").check(force=True)
    hana.page.locator("[name=industry]").first.select_option("P")
    hana.presses("保存して次へ")
    hana.looks("welcome-themes")
    hana.page.locator("input[value=stuck]").check(force=True)
    hana.presses("保存して次へ")
    hana.looks("welcome-reason")
    hana.page.locator("input[value=other-trades]").check(force=True)
    hana.page.locator("input[name=shows_to_groups]").check(force=True)
    hana.presses("保存して次へ")
    hana.looks("welcome-preferences")
    hana.presses("保存して次へ")
    hana.looks("welcome-strengths")
    hana.page.locator("input[value=listen-through]").check(force=True)
    hana.clicks("form:has(input[value=listen-through]) button.fill")
    hana.go("/account/card/")
    hana.looks("card")
    hana.page.locator("input[name=asks][value=meetings]").check(force=True)
    hana.presses("保存する")
    hana.looks("card-as-seen")


def pays(hana: BrowserUser, desk: BrowserUser, server: FakeMailServer, beat) -> None:
    hana.go("/events/")
    hana.looks("unpaid")
    hana.go("/membership/")
    hana.looks("plans")
    hana.clicks("a[href*='/membership/order/']")
    hana.looks("order")
    hana.presses("お金のかかる申し込みを確定する")
    hana.looks("payment")
    payment = Due.objects.get(member__email="hana@example.jp")
    desk.go("/desk/")
    desk.looks("desk")
    desk.follows(payment.reference)
    desk.looks("desk-transfer")
    desk.page.locator("form[method=post] input[type=text], form[method=post] input[type=number]").first.fill("3300")
    desk.presses("入金を確認した")
    beat()
    assert "はな" in desk.page.content()
    assert len([mail for mail in server.taken if mail["To"] == "hana@example.jp"]) == 3  # code, reference, confirmed
    hana.go("/account/")
    hana.looks("account")


def host_publishes(host: BrowserUser, starts_at: datetime) -> Event:
    host.go("/hosting/")
    host.looks("hosting")
    host.go("/hosting/new/")
    host.looks("hosting-new")
    host.page.get_by_role("link", name="オンライン60分").click()
    host.looks("hosting-write")
    page = host.page
    page.locator("[name=title]").fill("業界の当たり前を見せ合う夜")
    page.locator("[name=description]").fill("となりの業界の人と、いつもの仕事の話をします。答えは出しません。")
    page.locator("[name=room_url]").fill("https://meet.example.jp/room")
    page.locator("[name=starts_at]").fill(starts_at.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=registration_closes_at]").fill(starts_at.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=capacity]").fill("3")
    page.locator("[name=group_size][value='3']").check(force=True)
    host.clicks("main form button.fill")
    host.looks("hosting-draft")
    host.presses("公開する")
    host.looks("hosting-desk")
    return Event.objects.get()


def waits_and_is_offered_a_seat(
    hana: BrowserUser, aki: BrowserUser, event: Event, server: FakeMailServer, beat
) -> None:
    hana.go("/events/")
    hana.looks("events")
    hana.follows("業界の当たり前を見せ合う夜")
    hana.looks("event")
    hana.follows("空きを待つ")
    hana.looks("register")
    hana.page.locator("[name=wants_to_talk]").fill("外の人に仕事を説明すると、言葉が足りなくなります。")
    hana.page.locator("input[name=mode][value=listen]").check(force=True)
    hana.clicks("main form button.fill")
    hana.sees("1番目")
    hana.looks("event-waiting")
    aki.go(event.get_absolute_url())
    aki.looks("event-seated")
    aki.clicks("form[action*='/withdraw/'] button")
    beat()
    offer = link_in(latest_mail(server, "hana@example.jp"), "/offer/")
    hana.go(offer)
    hana.looks("offer")
    hana.clicks("button[value=accept]")
    assert set(event.registrations.confirmed().values_list("member__profile__called_name", flat=True)) == {
        "みお",
        "とも",
        "はな",
    }


def comes_to_the_evening(hana: BrowserUser, host: BrowserUser, mio: BrowserUser, event: Event) -> None:
    for person in (hana, mio):
        person.go(f"/events/{event.pk}/room/")
        person.looks("room") if person is hana else None
        person.clicks("main form[method=post] button")
    hana.looks("room-open")
    host.go(f"/hosting/{event.pk}/")
    host.looks("hosting-door")
    tomo = Registration.objects.get(event=event, member__profile__called_name="とも")
    host.clicks(f"#registration-{reference_to('registration', tomo.pk)} button[value=present]")


def draws_and_closes(host: BrowserUser, hana: BrowserUser, event: Event, clock) -> None:
    host.go(f"/hosting/{event.pk}/groups/")
    host.presses("組を作る")
    host.presses("1回目の組を知らせる")
    host.looks("hosting-groups")
    hana.go(f"/events/{event.pk}/group/")
    hana.sees("みお")
    hana.looks("group")
    clock(event.ends_at + timedelta(minutes=1))
    host.go(f"/hosting/{event.pk}/")
    host.presses("この内容で終える")
    host.looks("hosting-closed")


def writes_a_letter(hana: BrowserUser, server: FakeMailServer, mio_user: User, event: Event) -> None:
    link = link_in(latest_mail(server, "hana@example.jp"), "/people/")
    hana.go(link)
    hana.looks("evening")
    hana.clicks(f"form[action*='/people/{mio_user.reference}/thank/'] button")
    hana.clicks(f"a[href*='/people/{mio_user.reference}/letter/']")
    hana.looks("write")
    hana.page.locator("input[value=open-ask]").check(force=True)
    hana.page.locator("[name=saw]").fill(SAW)
    hana.clicks("main form button.fill")
    hana.looks("evening-written")


def mio_writes_back(mio: BrowserUser, hana: BrowserUser, event: Event) -> None:
    receiver = User.objects.get(email="hana@example.jp")
    mio.go(f"/events/{event.pk}/people/{receiver.reference}/letter/")
    mio.page.locator("input[value=listen-through]").check(force=True)
    mio.page.locator("[name=saw]").fill("私が言葉に詰まったとき、次の言葉が出るまで待っていました。")
    mio.page.locator("[name=would_count]").fill("私の業界なら、ご家族への説明の場で安心につながります。")
    mio.clicks("main form button.fill")


def reads_the_letter(hana: BrowserUser, server: FakeMailServer) -> None:
    mail = latest_mail(server, "hana@example.jp")
    assert "次の言葉が出るまで" not in mail
    hana.go(link_in(mail, "/letters/"))
    hana.looks("letters")
    hana.follows("手にとる")
    hana.looks("letter-sealed")
    hana.clicks("form[action*='/open/'] button")
    hana.sees("次の言葉が出るまで待っていました")
    hana.looks("letter")
    hana.go("/mirror/")
    hana.sees("次の言葉が出るまで待っていました")
    hana.looks("mirror-1")


def reports(
    hana: BrowserUser, moderator: BrowserUser, mio: BrowserUser, server: FakeMailServer, beat, mio_user: User
) -> None:
    letter = StrengthFeedback.objects.get(receiver__email="hana@example.jp")
    hana.go(reverse("feedback:report_letter", args=[letter.pk]))
    hana.looks("report")
    hana.page.locator("input[name=reason]").first.check(force=True)
    hana.clicks("main form button.fill, main form button.warn")
    hana.looks("reported")
    case = Case.objects.get()
    moderator.go("/moderation/")
    moderator.looks("moderation")
    moderator.go(reverse("feedback:case", args=[case.pk]))
    moderator.clicks("form[action*='/take/'] button")
    moderator.looks("moderation-case")
    moderator.page.locator("input[name=kind][value=hide]").check(force=True)
    moderator.page.locator("[name=reason]").last.fill("別の会の方あてに書かれたものと確かめました。非表示にします。")
    moderator.clicks("form[action*='/decide/'] button.fill")
    moderator.looks("moderation-decided")
    beat()
    assert "対応" in latest_mail(server, "hana@example.jp")
    mio.go(link_in(latest_mail(server, mio_user.email), "/decisions/"))
    mio.sees("別の会の方あてに")
    mio.looks("decision")
    hana.go("/mirror/")
    hana.does_not_see("次の言葉が出るまで待っていました")


def blocks(hana: BrowserUser, event: Event) -> None:
    hana.go(f"/events/{event.pk}/people/")
    hana.page.locator("details:has(a[href*='/block/']) > summary").first.click()
    hana.clicks("a[href*='/block/']")
    hana.looks("block")
    hana.clicks("main form[method=post] button")
    hana.go("/account/blocks/")
    hana.looks("blocks")
    hana.go(f"/events/{event.pk}/people/")
    left = hana.page.locator("article a[href*='/letter/']").count()
    assert left <= 1
