"""What anybody may read, and where somebody who is signed in begins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.entrance.forms.entrance import PASSWORD_HINT
from members.entrance.limits import CODES
from members.entrance.rules import PLEDGE_VERSION
from members.models import Suspension, User
from tests import factories

PUBLIC = ["members:pledge_text", "members:terms", "members:privacy", "members:legal", "members:contact"]
ENTRANCE = ["account_login", "account_signup", "account_reset_password"]
MANAGE = ["account_change_password", "account_email", "account_logout"]


def body_of(client: Client, path: str, status: int = 200) -> str:
    """The page as text; fails when it is not valid HTML."""
    response = client.get(path)
    text = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert response.status_code == status
    return text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", *PUBLIC, *ENTRANCE])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_visitor_reads_every_public_page(client, name, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    assert f'<html lang="{language}"' in body_of(client, reverse(name))


@pytest.mark.parametrize("name", [*PUBLIC, *MANAGE])
def test_a_member_reads_them_with_the_menu(aki, signed_in, name):
    aki.set_password("seven lamps on the quay")
    aki.save(update_fields=["password"])

    html = body_of(signed_in(aki), reverse(name))

    assert f'action="{reverse("account_logout")}"' in html  # signing out is on every page, by POST
    assert f'href="{reverse("members:account")}"' in html


@pytest.mark.django_db
def test_a_wrong_sign_up_keeps_the_address_and_says_what_is_wrong_once_above_and_once_at_the_field(client):
    response = client.post(reverse("account_signup"), {"email": "not-an-address", "password1": "short"})

    html = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    assert "<title>エラー：" in html
    assert 'value="not-an-address"' in html
    assert html.count("最低 15 文字以上必要です") == 2
    assert str(PASSWORD_HINT) in html


@pytest.mark.django_db
def test_a_wrong_sign_in_is_told_once(client):
    html = client.post(reverse("account_login"), {"login": "nobody@example.jp", "password": "x" * 15}).content.decode()

    assert html.count("入力されたメールアドレスもしくはパスワードが正しくありません。") == 1


@pytest.mark.django_db
def test_the_landing_page_names_no_event_and_nobody(client):
    event = factories.make_event(factories.make_member("れんじろう"), title="だれにも見えない会の名前")

    html = body_of(client, reverse("home"))

    assert event.title not in html
    assert "れんじろう" not in html


@pytest.mark.django_db
def test_the_landing_page_shows_the_cheapest_offered_plan(client):
    factories.make_plan("yearly", price_yen=33000, months=12)
    factories.make_plan("monthly", price_yen=3300)
    gone = factories.make_plan("old", price_yen=100)
    gone.is_offered = False
    gone.save(update_fields=["is_offered"])

    assert '<b class="num">3,300</b>' in body_of(client, reverse("home"))


@pytest.mark.django_db
def test_the_landing_page_without_a_plan_says_when_prices_are_shown(client):
    assert "会費は、登録のあと、お申し込みの前にすべてお見せします。" in body_of(client, reverse("home"))


@pytest.mark.django_db
def test_the_legal_notice_says_what_the_law_asks(client):
    factories.make_plan("monthly", price_yen=3300)

    html = body_of(client, reverse("members:legal"))

    operator = settings.OPERATOR
    asked = [operator[key] for key in ("name", "representative", "address", "phone", "email")]
    asked += ["3,300円（税込、1か月分）", "14日以内", "自動では更新されません", "返金", "動作環境", "振込手数料"]
    assert [words for words in asked if words not in html] == []


@pytest.mark.django_db
def test_the_pledge_is_the_text_of_the_version_that_members_accept(client):
    text = Path(settings.BASE_DIR, "templates/members/entrance/pledge", f"{PLEDGE_VERSION}.html")

    assert text.exists()
    assert f"版：{PLEDGE_VERSION}" in body_of(client, reverse("members:pledge_text"))


@pytest.mark.parametrize(
    ("who", "first"),
    [("aki", "events:events"), ("yu", "members:plans"), ("newcomer", "members:welcome"), ("out", "members:standing")],
)
def test_home_leads_to_what_comes_next(request, signed_in, who, first):
    response = signed_in(request.getfixturevalue(who)).get(reverse("home"))

    assert (response.status_code, response["Location"]) == (302, reverse(first))


@pytest.fixture
def newcomer(db) -> User:
    """An account that has not read the pledge."""
    return factories.make_account("はる", pledged=False)


@pytest.fixture
def out(aki) -> User:
    """A member who is suspended."""
    now = timezone.now()
    Suspension.objects.create(
        member=aki, starts_at=now, until=now + timedelta(days=7), reason="約束が守られませんでした。"
    )
    return aki


def test_an_unpaid_reader_learns_what_members_get_and_where_to_pay(yu, signed_in):
    html = body_of(signed_in(yu), reverse("events:events"), status=403)

    assert f'href="{reverse("members:plans")}"' in html
    assert "会員の方にできること" in html


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_answered_kindly(client):
    assert "このページは、" in body_of(client, "/no-such-page/", status=404)


def test_the_page_for_unexpected_errors_asks_no_database():
    # No `db` fixture: any query would fail here.
    from kouryu.web import server_error

    response = server_error(None)

    assert response.status_code == 500
    html5lib.HTMLParser(strict=True).parse(response.content.decode())


# --- the language


@pytest.mark.django_db
def test_a_visitor_chooses_a_language_and_stays_on_the_page(client):
    response = client.post(reverse("set_language"), {"language": "en", "next": "/terms/"})

    assert (response.status_code, response["Location"]) == (302, "/terms/")
    assert client.get("/terms/")["Content-Language"] == "en"


def test_a_member_keeps_the_language_in_the_account(aki, signed_in):
    signed_in(aki).post(reverse("set_language"), {"language": "en"})

    aki.refresh_from_db()
    assert aki.language == "en"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "javascript:alert(1)",
        "\\\\elsewhere.example",
        "no-such-page",
        "",
        "\x00",
    ],
)
def test_choosing_a_language_never_leaves_the_site(client, back):
    response = client.post(reverse("set_language"), {"language": "en", "next": back})

    assert (response.status_code, response["Location"]) == (302, reverse("home"))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["xx", "", "ja\x00", "e" * 5000])
def test_an_unknown_language_changes_nothing(client, language):
    response = client.post(reverse("set_language"), {"language": language})

    assert response.status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.django_db
def test_the_language_is_not_changed_by_a_link(client):
    assert client.get(reverse("set_language")).status_code == 405


def test_how_long_a_code_lives_is_told_as_it_is():
    minutes = {settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT, settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT}

    text = Path(settings.BASE_DIR, "templates", "account/base_confirm_code.html").read_text()

    assert minutes == {600}
    assert CODES.holds_for == timedelta(seconds=600)
    assert 'length="members.entrance.CODES.holds_for"|limit|minutes' in text
