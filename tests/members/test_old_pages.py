"""A page that stood open while something else was changed: sending it changes only what its sender changed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from events.registration.choices import FOLLOW_UP_MAIL
from members.mail.kinds import MailKind, optional_kinds
from members.mail.outbox import stop_url
from members.models import AuditEntry, User


def open_page(browser: Client, name: str) -> dict:
    """What a browser would send of this page if nothing was changed on it."""
    form = form_of(browser, name)
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in values.items() if value not in (None, False, [])}
    return kept | {"shown": form.shown_values}


def form_of(browser: Client, name: str):
    return browser.get(reverse(name)).context["form"]


def stop_from_a_mail(member: User, kind: MailKind) -> None:
    Client().post("/" + stop_url(kind, member).split("/", 3)[3])


def test_a_stopped_mail_stays_stopped_while_an_old_settings_page_is_sent(aki, signed_in):
    browser = signed_in(aki)
    page = open_page(browser, "members:settings")
    stop_from_a_mail(aki, FOLLOW_UP_MAIL)
    browser.post(reverse("members:settings"), page | {"theme": "dark"})
    aki.refresh_from_db()
    assert (aki.theme, aki.muted_mail) == ("dark", ["follow-up"])


def test_what_is_switched_on_purpose_is_switched_and_noted(aki, signed_in):
    aki.muted_mail = ["letter", "digest"]
    aki.save(update_fields=["muted_mail"])
    browser = signed_in(aki)
    page = open_page(browser, "members:settings")
    stop_from_a_mail(aki, FOLLOW_UP_MAIL)
    wanted = [kind for kind in page["wanted_mail"] if kind != "step"] + ["letter"]
    browser.post(reverse("members:settings"), page | {"wanted_mail": wanted})
    aki.refresh_from_db()
    assert sorted(aki.muted_mail) == ["digest", "follow-up", "step"]
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "switch-off-mail",
        "switch-off-mail",
        "switch-on-mail",
    ]


OTHERS = [
    # page, changed meanwhile on another page, changed on the old one
    ("members:settings", {"theme": "dark"}, {"large_type": "on"}),
    ("members:settings", {"language": "en"}, {"theme": "light"}),
    ("members:limits", {"most_events_a_month": "3"}, {"quiet_evening_after": "on"}),
    ("members:welcome_work", {"work_status": "student"}, {"called_name": "あかね"}),
    ("members:welcome_work", {"called_name": "あかね"}, {"prefecture": "JP-01"}),
    ("members:welcome_preferences", {"camera": "on"}, {"length": "90"}),
    ("members:welcome_preferences", {"time_bands": ["weekday-morning"]}, {"time_bands": ["weekend-evening"]}),
]


@pytest.mark.parametrize(("name", "meanwhile", "then"), OTHERS)
def test_two_pages_of_one_form_undo_nothing_of_each_other(aki, signed_in, name, meanwhile, then):
    browser = signed_in(aki)
    if name == "members:welcome_work":
        aki.profile.work_status = "employed"
        aki.profile.save(update_fields=["work_status"])
    old = open_page(browser, name)
    assert str(form_of(browser, name).shown) in browser.get(reverse(name)).content.decode()
    assert browser.post(reverse(name), open_page(browser, name) | meanwhile).status_code == 302
    assert browser.post(reverse(name), old | then).status_code == 302
    stored = open_page(browser, name)
    for field, value in (meanwhile | then).items():
        found = stored[field]
        both = set(meanwhile.get(field, [])) | set(then.get(field, [])) if isinstance(value, list) else None
        assert set(found) == both if both else str(found) in {str(value), "True"}


@pytest.mark.parametrize("shown", ["", "[]", "{", '{"wanted_mail": 5}', '{"theme": ["x"]}', "null", "[" * 100_000])
def test_a_page_that_is_not_ours_is_taken_at_its_word(aki, signed_in, shown):
    page = {"language": "ja", "theme": "dark", "wanted_mail": list(optional_kinds()), "shown": shown}
    assert signed_in(aki).post(reverse("members:settings"), page).status_code == 302
    aki.refresh_from_db()
    assert (aki.theme, aki.muted_mail) == ("dark", [])
