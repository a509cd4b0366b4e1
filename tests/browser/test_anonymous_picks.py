"""Three people leave picks without a name: what their receiver sees until the first of the month, and from then on."""

from __future__ import annotations

from datetime import datetime, timedelta
from zipfile import ZipFile

import pytest

from events.event.choices import EventState
from events.models import Event
from feedback.models import AnonymousPicks
from kouryu.clock import TOKYO
from members.accounts.taxonomies import industries
from members.models import User
from tests import factories, sweeps
from tests.browser.person import BrowserUser
from tests.browser.test_main_line import sign_in
from tests.rig.smtp import FakeMailServer

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True)]

NOW = NIGHT = datetime(2026, 12, 10, 21, 30, tzinfo=TOKYO)
RELEASE = datetime(2027, 1, 1, 7, tzinfo=TOKYO)
PASSWORD = "fuyu-no-yoru-no-kai"
ADDED = "今月、名前のない印が鏡に加わりました。"
PLACES = ("/mirror/", "/letters/", "/growth/", "/people/")
GIVERS = {"なお": "J", "ゆい": "P", "めい": "A"}


@pytest.fixture
def receiver(clock) -> User:
    """aki, whose mirror three signed letters of the summer have opened."""
    clock(NIGHT)
    aki = factories.make_member("あき", industry="E")
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    aki.self_strengths.create(version=1, picks=["act-try"], chosen_at=NIGHT)
    friends = [
        factories.make_member(name, industry=code) for name, code in (("はる", "I"), ("ふゆ", "O"), ("そら", "K"))
    ]
    summer = NIGHT - timedelta(days=150)
    event = factories.make_evening([[aki, *friends]], now=summer, state=EventState.CLOSED, closed_at=summer)
    for friend in friends:
        told = {"giver_industry": friend.profile.industry, "released_at": summer, "opened_at": summer}
        factories.make_letter(friend, aki, event, picks=["open-ask"], **told)
    return aki


@pytest.fixture
def givers(receiver) -> list[User]:
    return [factories.make_member(name, industry=code) for name, code in GIVERS.items()]


@pytest.fixture
def evening(receiver, givers) -> Event:
    """Tonight aki sat with five people in two rounds."""
    nao, yui, mei = givers
    riku, sae = (factories.make_member(name, industry="G") for name in ("りく", "さえ"))
    rounds = [[receiver, nao, yui]], [[receiver, mei, riku, sae]]
    closed = {"state": EventState.CLOSED, "closed_at": NIGHT}
    return factories.make_evening(*rounds, now=NIGHT, title="雪の夜の会", **closed)


def test_anonymous_picks_are_unseen_until_the_first_of_the_month_and_pooled_from_then_on(
    receiver, givers, evening, meet, mail_server, clock, beat
):
    aki = meet("あき")
    sign_in(aki, receiver)
    confirms_the_password(aki)
    beat()
    without = everything_seen(aki, receiver, mail_server)
    leave_picks(meet("givers"), givers, evening, receiver)
    beat()
    assert AnonymousPicks.objects.waiting().filter(receiver=receiver).count() == len(givers)
    assert everything_seen(aki, receiver, mail_server) == without

    clock(RELEASE - timedelta(minutes=5))
    sweeps.run("release-anonymous-picks")
    aki.go("/mirror/")
    aki.sees("3人から届いています")
    aki.does_not_see(ADDED)

    clock(RELEASE + timedelta(minutes=1))
    sweeps.run("release-anonymous-picks")
    aki.page.reload()
    aki.sees("6人から届いています")
    aki.sees(ADDED)
    sees_what_was_picked_and_not_by_whom(aki, evening)
    assert aki.errors == []


def confirms_the_password(aki: BrowserUser) -> None:
    """Whoever takes their data along is asked for it, and then has them at once."""
    aki.go("/account/data/")
    aki.presses("データを受けとる")
    aki.types("パスワード", PASSWORD)
    downloads(aki, "確認する")


def downloads(aki: BrowserUser, button: str) -> dict[str, bytes]:
    with aki.page.expect_download() as download:
        aki.page.get_by_role("button", name=button).click()
    with ZipFile(download.value.path()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def everything_seen(aki: BrowserUser, receiver: User, server: FakeMailServer) -> dict[str, object]:
    """The words of the pages that speak of others, the folded ones too; what is in one's own data; the mails."""
    seen: dict[str, object] = {"mails": [mail["Subject"] for mail in server.taken if mail["To"] == receiver.email]}
    for place in PLACES:
        aki.go(place)
        seen[place] = aki.page.locator("body").text_content()
    aki.go("/account/data/")
    return seen | downloads(aki, "データを受けとる")


def leave_picks(person: BrowserUser, givers: list[User], evening: Event, receiver: User) -> None:
    """One after the other at the same window; the first by the link on the letter's page."""
    letter = f"/events/{evening.pk}/people/{receiver.reference}/letter/"
    for giver in givers:
        sign_in(person, giver)
        if giver == givers[0]:
            person.go(letter)
            person.follows("名前を出さずに、強みの印だけ残す")
        else:
            person.go(letter.replace("/letter/", "/nameless/"))
        person.page.locator("input[value=think-core]").check(force=True)
        person.presses("印だけ残す")
        person.sees("名前のない印を残しました。相手には、まだ何も伝わりません。")


def sees_what_was_picked_and_not_by_whom(aki: BrowserUser, evening: Event) -> None:
    """Three people picked it; no row, no name, no industry and no evening of theirs."""
    page = aki.page.locator("main").text_content()
    assert "芯をつかむ3人" in page.replace("\n", "").replace(" ", "")
    words = [
        *(f"{name}さん" for name in GIVERS),
        *(industries()[code].short_ja for code in GIVERS.values()),
        evening.title,
    ]
    assert [word for word in words if word in page] == []
