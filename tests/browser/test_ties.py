"""From an evening to a tie, to a talk, to an introduction: as two people and a third would do it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from feedback.models import Introduction, Talk, Tie
from kouryu.clock import TOKYO
from members.models import User
from tests import factories, sweeps
from tests.browser.person import BrowserUser
from tests.browser.test_main_line import latest_mail, link_in, sign_in
from tests.rig.smtp import FakeMailServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = NIGHT = datetime(2026, 11, 30, 21, 30, tzinfo=TOKYO)
WORDS = "先日のお話、さっそく職場で試してみました。"


@pytest.fixture
def everybody(meet, clock):
    """aki and mio after an evening in one group, and ken, who is tied to mio."""
    clock(NIGHT)
    cast = (("あき", "E"), ("みお", "P"), ("けん", "J"))
    aki, mio, ken = (factories.make_member(name, industry=industry) for name, industry in cast)
    factories.make_evening([[aki, mio]], state=EventState.CLOSED, closed_at=timezone.now())
    factories.make_tie(mio, ken)
    people = {}
    for user in (aki, mio, ken):
        people[user] = meet(user.called_name)
        sign_in(people[user], user)
    return people


def test_from_an_evening_to_a_tie_to_a_talk_to_an_introduction(everybody, mail_server, clock, beat):
    aki, mio, ken = everybody
    event = aki.registrations.get().event
    for user, other in ((aki, mio), (mio, aki)):
        wants_contact(everybody[user], event.pk, other)
    assert not Tie.objects.open_between(aki, mio).exists()

    clock((NIGHT + timedelta(days=1)).replace(hour=7, minute=1))
    sweeps.run("form-ties")
    beat()
    everybody[aki].go(link_in(latest_mail(mail_server, aki.email), "/people/"))
    everybody[aki].sees("みおさん")

    writes(everybody[aki], mio)
    gives_contacts(everybody[aki], everybody[mio], aki, mio)
    talk = agrees_on_a_talk(everybody[aki], everybody[mio], mio, mail_server, beat)
    clock(talk.starts_at - timedelta(minutes=10))
    everybody[mio].go(reverse("feedback:talk", args=[talk.pk]))
    everybody[mio].sees("部屋を開く")
    clock(talk.starts_at + timedelta(minutes=20))
    everybody[mio].go(reverse("feedback:talk", args=[talk.pk]))
    everybody[mio].presses("話せました")
    talk.refresh_from_db()
    assert talk.held_at == talk.starts_at

    introduces(everybody[mio], aki, ken)
    for user in (aki, ken):
        everybody[user].go("/people/introductions/")
        everybody[user].clicks("button[value=gladly]")
    everybody[ken].looks("introductions-formed")
    assert Introduction.objects.get().tie == Tie.objects.open_between(aki, ken).get()


def wants_contact(person: BrowserUser, event_id: int, other: User) -> None:
    person.go(f"/events/{event_id}/people/{other.reference}/intention/")
    person.page.locator("input[name=kind][value=consult]").check(force=True)
    person.clicks("main form button.fill")


def writes(aki: BrowserUser, mio: User) -> None:
    aki.go(f"/people/{mio.reference}/notes/")
    aki.clicks(f"main a[href$='then={mio.reference}']")
    aki.looks("check-consent")
    aki.presses("同意する")
    aki.types("ひとこと", f"{WORDS}連絡は aki@example.com へ。")
    aki.presses("ひとことを送る")
    aki.sees("連絡先は、ここには書けません。")
    aki.types("ひとこと", WORDS)
    aki.presses("ひとことを送る")
    aki.sees(WORDS)
    aki.looks("notes")


def gives_contacts(aki: BrowserUser, mio: BrowserUser, akis: User, mios: User) -> None:
    for person, other, text in ((aki, mios, "aki@example.com"), (mio, akis, "みおのハンドル mio_p")):
        person.go(f"/people/{other.reference}/contact/")
        person.does_not_see("みおさんの連絡先")
        person.does_not_see("あきさんの連絡先")
        person.types("わたしの連絡先", text)
        person.presses("預ける")
    mio.sees("aki@example.com")
    mio.looks("contact")


def agrees_on_a_talk(aki: BrowserUser, mio: BrowserUser, mios: User, server: FakeMailServer, beat) -> Talk:
    aki.go(f"/people/{mios.reference}/talk/")
    aki.looks("talk-propose")
    aki.page.locator("input[name=kind][value=talk]").check(force=True)
    for label, days in (("候補1", 1), ("候補2", 2)):
        moment = timezone.localtime(timezone.now() + timedelta(days=days)).replace(hour=20)
        aki.types(label, moment.strftime("%Y-%m-%dT%H:%M"))
    aki.types("話す部屋のリンク", "https://talk.example.jp/room")
    aki.presses("お誘いを届ける")
    mio.go(reverse("feedback:talk", args=[Talk.objects.get().pk]))
    mio.looks("talk-answer")
    mio.presses("この時間にする")
    mio.looks("talk-agreed")
    beat()
    mail = next(mail for mail in reversed(server.taken) if mail["To"] == mios.email)
    assert any(part.get_content_type() == "text/calendar" for part in mail.walk())
    return Talk.objects.get()


def introduces(mio: BrowserUser, aki: User, ken: User) -> None:
    mio.go("/people/check/")
    mio.presses("同意する")
    mio.go(f"/people/{aki.reference}/introduce/")
    mio.looks("introduce")
    mio.page.locator("select[name=other]").select_option(ken.reference)
    mio.types("あきさんへの一文", "待つことの話で、きっと盛りあがります。")
    mio.types("紹介する方への一文", "現場の工夫に詳しい方です。")
    mio.presses("おふたりにうかがう")
    mio.sees("お返事を待っています。")
    mio.looks("introductions-made")
