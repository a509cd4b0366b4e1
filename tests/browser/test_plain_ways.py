"""Without JavaScript, and by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from events.event.choices import EventState
from events.models import Event
from events.registration.choices import RegistrationState
from feedback.letters.choices import LetterState
from feedback.models import StrengthFeedback
from members.accounts.choices import Role
from tests import factories
from tests.browser.test_main_line import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_member_finds_registers_and_withdraws_without_javascript(meet):
    member = factories.make_member("あき", industry="E")
    event = factories.make_event(title="昼休みの道具の話")
    factories.make_event(title="会場での会", format="onsite", place="貸し会議室")
    aki = meet("aki", javascript=False)
    sign_in(aki, member)
    aki.go("/events/")
    aki.page.locator("input[name=format][value=online]").check(force=True)
    aki.clicks("main form[method=get] button")
    aki.sees("昼休みの道具の話")
    aki.does_not_see("会場での会")
    aki.clicks(f"a[href='/events/{event.pk}/']")
    aki.follows("参加を申し込む")
    aki.clicks("main form button.fill")  # the way to take part was not chosen
    aki.sees("入力を確かめてください")
    aki.page.locator("input[name=mode][value=chat]").check(force=True)
    aki.clicks("main form button.fill")
    assert event.registrations.get().state == RegistrationState.CONFIRMED
    aki.clicks("form[action*='/withdraw/'] button")
    assert event.registrations.get().state == RegistrationState.WITHDRAWN


def test_the_list_follows_the_filters_by_itself_with_javascript(meet):
    member = factories.make_member("あき")
    factories.make_event(title="昼休みの道具の話")
    factories.make_event(title="会場での会", format="onsite", place="貸し会議室")
    aki = meet("aki")
    sign_in(aki, member)
    aki.go("/events/")
    aki.sees("会場での会")
    aki.page.locator("input[name=format][value=online]").check(force=True)
    aki.does_not_see("会場での会")
    aki.sees("昼休みの道具の話")
    assert "format=online" in aki.page.url
    assert aki.errors == []


def test_a_letter_is_written_without_javascript(meet):
    giver, receiver = factories.make_member("あき"), factories.make_member("みお")
    evening = factories.make_evening([[giver, receiver]])
    aki = meet("aki", javascript=False)
    sign_in(aki, giver)
    aki.go(f"/events/{evening.pk}/people/{receiver.reference}/letter/")
    aki.page.locator("input[value=open-ask]").check(force=True)
    aki.page.locator("[name=saw]").fill("短い")
    aki.clicks("main form button.fill")
    aki.sees("入力を確かめてください")
    assert aki.page.locator("input[value=open-ask]").is_checked()
    aki.page.locator("[name=saw]").fill("話が止まったとき、小さな問いを置いて話をほどいていました。")
    aki.clicks("main form button.fill")
    assert StrengthFeedback.objects.get().state == LetterState.SCHEDULED


def test_a_host_adds_a_row_and_publishes_without_javascript(meet):
    host = factories.make_member("れん", roles=(Role.HOST,))
    ren = meet("ren", javascript=False)
    sign_in(ren, host)
    ren.go("/hosting/new/")
    ren.page.get_by_role("link", name="オンライン60分").click()
    rows = ren.page.locator("[name$=-title]").count()
    ren.page.locator("#run-sheet > summary").click()
    ren.page.locator("[name=title]").fill("増やした行の夜")
    ren.presses("行を増やす")
    assert ren.page.locator("[name$=-title]").count() > rows
    assert ren.page.locator("[name=title]").input_value() == "増やした行の夜"
    ren.page.locator("[name=description]").fill("となりの業界の人と話します。")
    ren.page.locator("[name=room_url]").fill("https://meet.example.jp/room")
    ren.page.locator("[name=starts_at]").fill((timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT11:00"))
    ren.clicks("main form button.fill")
    ren.presses("公開する")
    assert Event.objects.get().state == EventState.PUBLISHED


def test_a_member_registers_by_keyboard_alone(meet):
    member = factories.make_member("あき")
    event = factories.make_event()
    aki = meet("aki")
    sign_in(aki, member)
    aki.go(f"/events/{event.pk}/register/")
    keys = aki.page.keyboard
    keys.press("Tab")
    assert aki.page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    _tab_to(aki, "wants_to_talk")
    keys.type("外の人に仕事を説明する言葉がほしいです。")
    _tab_to(aki, "mode")
    keys.press("Space")
    for _ in range(8):
        keys.press("Tab")
        if aki.page.evaluate("document.activeElement.matches('button.fill')"):
            break
    outline = aki.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    with aki.page.expect_navigation():
        keys.press("Enter")
    assert event.registrations.get().state == RegistrationState.CONFIRMED


def _tab_to(person, name: str) -> None:
    """Press Tab until the field of that name has the focus."""
    for _ in range(30):
        if person.page.evaluate("document.activeElement.name") == name:
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by keyboard")
