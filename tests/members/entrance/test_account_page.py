"""The account page and the settings: what is told, what is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.registration.choices import FOLLOW_UP_MAIL
from members.mail.kinds import optional_kinds
from members.membership.choices import MEMBERSHIP_MAIL
from members.membership.flows import ordering, stopping
from members.models import OutgoingMail
from members.standing.choices import SAFETY_MAIL
from tests import factories


def words_of(browser) -> str:
    answer = browser.get(reverse("members:account"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_paid_member_reads_until_when(aki, signed_in):
    last_day = timezone.localdate() - timedelta(days=30) + timedelta(days=364)
    page = words_of(signed_in(aki))
    assert f"{last_day.year}年{last_day.month}月{last_day.day}日" in page
    assert reverse("members:stop") in page


def test_unpaid_member_reads_what_comes_next(yu, signed_in):
    page = words_of(signed_in(yu))
    assert "まだ会費をお支払いいただいていません" in page
    assert reverse("members:plans") in page
    assert reverse("members:stop") not in page


def test_member_in_the_days_of_grace_reads_until_when_it_still_works(yu, signed_in):
    factories.make_period(yu, starts_on=timezone.localdate() - timedelta(days=33), days=30)
    assert "これまでどおりお使いいただけます" in words_of(signed_in(yu))


def test_member_of_long_ago_reads_that_it_is_over(yu, signed_in):
    factories.make_period(yu, starts_on=timezone.localdate() - timedelta(days=300), days=30)
    assert "会員期間は終わっています" in words_of(signed_in(yu))


def test_open_order_leads_to_its_payment(yu, signed_in):
    plan = factories.make_plan()
    payment = ordering.order_by_transfer(
        member=yu, plan_key=plan.key, screen_version="1", screen_text="", now=timezone.now()
    )
    assert reverse("members:payment", args=[payment.reference]) in words_of(signed_in(yu))


def test_stopped_member_can_take_it_back(aki, signed_in):
    stopping.stop_membership(member=aki, now=timezone.now())
    assert reverse("members:resume") in words_of(signed_in(aki))


def test_newcomer_is_led_on(db, signed_in):
    newcomer = factories.make_account(pledged=False, called_name="")
    assert reverse("members:welcome") in words_of(signed_in(newcomer))


def test_suspended_member_is_out(aki, kai, signed_in):
    aki.suspensions.create(starts_at=timezone.now(), reason="理由", imposed_by=kai)
    assert signed_in(aki).get(reverse("members:account")).url == reverse("members:standing")


def test_account_page_is_short_of_questions(aki, signed_in, django_assert_max_num_queries):
    browser = signed_in(aki)
    with django_assert_max_num_queries(10):
        browser.get(reverse("members:account"))


WANTED = [kind for kind in optional_kinds() if kind is not FOLLOW_UP_MAIL]
SETTINGS = {
    "language": "ja",
    "theme": "dark",
    "large_type": "on",
    "wanted_mail": WANTED,
}


def test_settings_are_stored_and_pages_before_signing_in_look_the_same(aki, signed_in):
    browser = signed_in(aki)
    answer = browser.post(reverse("members:settings"), SETTINGS)
    assert answer.url == reverse("members:account")
    aki.refresh_from_db()
    assert (aki.language, aki.theme, aki.large_type, aki.muted_mail) == ("ja", "dark", True, ["follow-up"])
    assert (browser.cookies["theme"].value, browser.cookies["django_language"].value) == ("dark", "ja")
    page = browser.get(reverse("members:account")).content.decode()
    assert 'data-theme="dark"' in page
    assert 'class="large"' in page


def test_wanting_every_mail_mutes_none(aki, signed_in):
    aki.muted_mail = optional_kinds()
    aki.save(update_fields=["muted_mail"])
    browser = signed_in(aki)
    assert browser.get(reverse("members:settings")).context["form"]["wanted_mail"].value() == []
    browser.post(reverse("members:settings"), {**SETTINGS, "wanted_mail": list(optional_kinds())})
    aki.refresh_from_db()
    assert aki.muted_mail == []


def test_english_reader_gets_english_at_once(aki, signed_in):
    browser = signed_in(aki)
    browser.post(reverse("members:settings"), {**SETTINGS, "language": "en"})
    assert browser.get(reverse("members:account"))["Content-Language"] == "en"


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "xx"},
        {"theme": "neon"},
        {"wanted_mail": [SAFETY_MAIL]},
        {"wanted_mail": ["\x00"]},
        {"language": ""},
        {"theme": "d" * 5000},
    ],
    ids=["language", "theme", "kind that cannot be muted", "NUL", "empty", "overlong"],
)
def test_bad_settings_change_nothing(aki, signed_in, changes):
    answer = signed_in(aki).post(reverse("members:settings"), {**SETTINGS, **changes})
    assert answer.status_code == 422
    aki.refresh_from_db()
    assert (aki.language, aki.theme, aki.large_type, aki.muted_mail) == ("ja", "auto", False, [])


def test_extra_fields_change_nothing_else(aki, signed_in):
    signed_in(aki).post(reverse("members:settings"), {**SETTINGS, "email": "evil@example.jp", "is_active": ""})
    email = aki.email
    aki.refresh_from_db()
    assert (aki.email, aki.is_active) == (email, True)


def test_muted_kinds_are_not_written_and_the_others_are(aki):
    aki.muted_mail = optional_kinds()
    aki.save(update_fields=["muted_mail"])
    stopping.stop_membership(member=aki, now=timezone.now())
    assert OutgoingMail.objects.filter(to=aki, kind=MEMBERSHIP_MAIL).count() == 1


@pytest.mark.parametrize("name", ["account", "settings", "plans", "stop"])
def test_visitors_sign_in_first(client, name):
    assert client.get(reverse(f"members:{name}")).url.startswith(reverse("account_login"))
