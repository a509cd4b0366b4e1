"""The environment is read in one place, and a malformed value stops the start with a sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kouryu import env

ROOT = Path(__file__).resolve().parents[2]
NAME = "KOURYU_TEST_VALUE"


def read_database(name: str) -> dict:
    return env.database(name, Path("site.sqlite3"))


@pytest.mark.parametrize(
    ("read", "raw", "sentence"),
    [
        (lambda name: env.text(name), "", "must be set"),
        (lambda name: env.text(name), "   ", "must be set"),
        (lambda name: env.flag(name, default=False), "maybe", "must be on or off, not 'maybe'"),
        (lambda name: env.number(name, 1), "ten", "must be a whole number, not 'ten'"),
        (lambda name: env.number(name, 1), "1.5", "must be a whole number, not '1.5'"),
        (lambda name: env.number(name, 1, least=1), "0", "must be at least 1, not 0"),
        (lambda name: env.amount(name, 1.0), "soon", "must be a number, not 'soon'"),
        (lambda name: env.amount(name, 1.0), "-0.1", "must be at least 0, not -0.1"),
        (lambda name: env.amount(name, 1.0), "nan", "must be at least 0, not nan"),
        (lambda name: env.seconds(name, timedelta(minutes=1)), "-1", "must be at least 0, not -1"),
        (lambda name: env.seconds(name, timedelta(minutes=1)), "1m", "must be a whole number, not '1m'"),
        (env.mail_server, "mail.example.jp", "must look like smtp://"),
        (env.mail_server, "http://mail.example.jp", "must look like smtp://"),
        (env.mail_server, "smtp://mail.example.jp:mail", "must look like smtp://"),
        (read_database, "mysql://u@h/d", "must name a PostgreSQL database"),
        (read_database, "nonsense", "is not a database URL"),
    ],
)
def test_a_malformed_value_is_refused_by_name(monkeypatch, read, raw, sentence):
    monkeypatch.setenv(NAME, raw)

    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)) as refused:
        read(NAME)

    assert str(refused.value).startswith(NAME)


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (lambda name: env.flag(name, default=False), "YES", True),
        (lambda name: env.flag(name, default=True), "0", False),
        (lambda name: env.flag(name, default=True), "", True),
        (lambda name: env.number(name, 7), "", 7),
        (lambda name: env.seconds(name, timedelta(minutes=1)), "90", timedelta(seconds=90)),
        (lambda name: env.names(name), "a, b,,c ", ["a", "b", "c"]),
        (env.mail_server, "", None),
        (
            env.mail_server,
            "smtp+tls://us%40er:pa%3Ass@mail.example.jp",
            env.MailServer("mail.example.jp", 587, "us@er", "pa:ss", use_tls=True, use_ssl=False),
        ),
        (
            env.mail_server,
            "smtps://mail.example.jp:4650",
            env.MailServer("mail.example.jp", 4650, "", "", use_tls=False, use_ssl=True),
        ),
    ],
)
def test_a_good_value_is_read(monkeypatch, read, raw, value):
    monkeypatch.setenv(NAME, raw)

    assert read(NAME) == value


def test_a_database_url_may_name_a_socket(monkeypatch):
    monkeypatch.setenv(NAME, "postgres://site@//run/postgresql/kouryu")

    config = read_database(NAME)

    assert (config["HOST"], config["NAME"], config["USER"]) == ("/run/postgresql", "kouryu", "site")


@pytest.mark.parametrize("process", [env.WEB, env.WORKER])
def test_no_statement_no_lock_and_no_open_transaction_waits_for_ever(process):
    limits = env.LIMITS[process].options(told_to_server=True)

    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    assert [name for name in names if f"-c {name}=" not in limits["options"]] == []
    assert limits["connect_timeout"] <= 5


def test_every_variable_is_explained_in_the_operations_manual():
    manual = (ROOT / "docs" / "operations.md").read_text()
    commands = (ROOT / "events" / "management").rglob("*.py")
    places = [*(ROOT / "kouryu").rglob("*.py"), *commands, ROOT / "deploy" / "gunicorn.conf.py"]
    read = {
        name
        for place in places
        for name in re.findall(
            r"""env\.(?:text|flag|number|amount|seconds|names|one_of|mail_server|database)\(\s*"([A-Z_]+)\"""",
            place.read_text(),
        )
    }
    read |= set(re.findall(r'(?:number|text)\("([A-Z_]+)"', (ROOT / "kouryu" / "env.py").read_text()))

    assert read == set(re.findall(r"^\| `([A-Z_]+)`", manual, re.MULTILINE))


@pytest.mark.parametrize(
    ("url", "app", "secret", "sentence"),
    [
        pytest.param("http://meet.example.jp", "", "", "must look like https://", id="not https"),
        pytest.param("https://", "", "", "must look like https://", id="no host"),
        pytest.param("https://meet.example.jp?a=b", "", "", "must look like https://", id="a query"),
        pytest.param("https://meet.example.jp", "kouryu", "", "belong together", id="no secret"),
        pytest.param("https://meet.example.jp", "", "x" * 32, "belong together", id="no id"),
        pytest.param("https://meet.example.jp", "kouryu", "x" * 31, "at least 32 characters", id="a short secret"),
    ],
)
def test_a_half_configured_jitsi_stops_the_start(url, app, secret, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        env.jitsi(url, app, secret)


def test_a_jitsi_is_optional_and_so_is_its_secret():
    assert env.jitsi("", "", "") is None
    assert env.jitsi("https://meet.example.jp/", "", "") == env.Jitsi("https://meet.example.jp", "", "")


def test_one_of_a_few_words_is_asked_for(monkeypatch):
    monkeypatch.setenv("KOURYU_ENTRANCE", "invitation")
    assert env.one_of("KOURYU_ENTRANCE", "open", "open", "invitation") == "invitation"
    monkeypatch.setenv("KOURYU_ENTRANCE", "closed")
    with pytest.raises(ImproperlyConfigured, match="KOURYU_ENTRANCE must be one of open, invitation, not 'closed'"):
        env.one_of("KOURYU_ENTRANCE", "open", "open", "invitation")


def test_a_provider_of_accounts_is_named_whole_or_not_at_all():
    rest = {"trusts_addresses": False, "paid_until_claim": ""}
    assert env.openid("", "", "", "", **rest) is None
    known = env.openid("https://accounts.example.jp/", "kouryu", "secret", "会", **rest)
    assert (known.url, known.host) == ("https://accounts.example.jp", "accounts.example.jp")
    for values in (("accounts.example.jp", "a", "b", "c"), ("https://accounts.example.jp", "a", "", "c")):
        with pytest.raises(ImproperlyConfigured, match="OPENID_URL"):
            env.openid(*values, **rest)
    with pytest.raises(ImproperlyConfigured, match="OPENID_CALL_SECRET"):
        env.openid("https://accounts.example.jp", "kouryu", "secret", "会", **rest, call_secret="x" * 31)
    assert env.openid("https://accounts.example.jp", "kouryu", "secret", "会", **rest, call_secret="x" * 32)


def test_cards_are_optional_and_named_whole():
    assert env.stripe("", [], "") is None
    known = env.stripe("rk_live_a", ["whsec_a", "whsec_b"], "acct_1")
    assert (known.is_live, known.webhook_secrets, known.api_url) == (True, ("whsec_a", "whsec_b"), "")
    assert not env.stripe("sk_test_live_a", ["whsec_a"], "acct_1").is_live


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (("pk_live_a", ["whsec_a"], "acct_1"), "STRIPE_KEY"),
        (("sk_live_", ["whsec_a"], "acct_1"), "STRIPE_KEY"),
        (("sk_live_a", [], "acct_1"), "STRIPE_WEBHOOK_SECRET"),
        (("sk_live_a", ["whsec_a", "b"], "acct_1"), "STRIPE_WEBHOOK_SECRET"),
        (("sk_live_a", ["whsec_a"], ""), "STRIPE_ACCOUNT"),
        (("sk_live_a", ["whsec_a"], "kouryu"), "STRIPE_ACCOUNT"),
    ],
)
def test_half_configured_cards_stop_the_start(values, name):
    with pytest.raises(ImproperlyConfigured, match=f"^{name} must"):
        env.stripe(*values)
