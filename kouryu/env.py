"""What does the environment say? The only place that reads it; malformed values fail loudly at start.

Without `KOURYU_ENV` it is production, which has no default for secrets, hosts, database, broker or mail: each missing
one is named. `development` has to be asked for: SQLite, an embedded broker and mail files below `KOURYU_DATA`.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
_env = environ.Env()

DEVELOPMENT, PRODUCTION = "development", "production"
OFFLINE = "offline"  # for commands that work on files: no key, no service, and nothing that serves starts with it
ENVIRONMENTS = (PRODUCTION, DEVELOPMENT, OFFLINE)
# Commands of manage.py that work on files and reach no service: they need no key, so they are offline by themselves.
ON_FILES = {
    "collectstatic",
    "compilemessages",
    "compute_mirror",
    "makemessages",
    "makemigrations",
    "plan_groups",
    "repair_groups",
    "screen_letters",
    "simulate",
}

LONGEST = timedelta(days=365)  # no wait of this site is longer; a slip of the key would be
WEB, WORKER, COMMAND = "web", "worker", "command"
_serves_pages = False


def this_process_serves_pages() -> None:
    """Said by kouryu/wsgi.py before the settings are read. Without a key of one's own there is nothing to serve."""
    global _serves_pages
    if environment() == OFFLINE:
        raise ImproperlyConfigured("KOURYU_ENV=offline is for commands that work on files: no site starts with it.")
    _serves_pages = True


def process() -> str:
    """What this process does: it serves pages, works for Celery, or runs one command."""
    if _serves_pages:
        return WEB
    return WORKER if "celery" in Path(sys.argv[0]).parts[-2:] else COMMAND


def text(name: str, default: str | None = None) -> str:
    """The variable as text. Empty counts as not set: the default applies, and without one it must be set."""
    value: str = _env.str(name, default="").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set (see docs/operations.md).{_way_out()}")
    return default


def must_be_set(*names: str) -> None:
    """Stop the start at the first of these that is not set."""
    for name in names:
        text(name)


def _way_out() -> str:
    """For whoever only wanted to look, and did not know that a site without a name for its kind is a real one."""
    if os.environ.get("KOURYU_ENV"):
        return ""
    return (
        " Without KOURYU_ENV this is production. "
        "README.md says how to only look at the site; to work on it set KOURYU_ENV=development."
    )


def environment() -> str:
    """What kind of site this is: production, unless another kind is asked for."""
    program, command = [*map(os.path.basename, sys.argv), "", ""][:2]
    works_on_files = program in {"manage.py", "django-admin"} and command in ON_FILES
    kind = text("KOURYU_ENV", OFFLINE if works_on_files else PRODUCTION)
    if kind not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"KOURYU_ENV must be production, development or offline, not {kind!r}.")
    return kind


def refuse(faults: list[str]) -> None:
    """Stop the start with these sentences, if there are any."""
    if faults:
        raise ImproperlyConfigured("\n".join(faults))


def flag(name: str, default: bool) -> bool:
    """`1/true/yes/on` or `0/false/no/off`; anything else is refused."""
    raw = text(name, "on" if default else "off").lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {raw!r}.")


def one_of(name: str, default: str, *known: str) -> str:
    """One of these words; anything else is refused."""
    value = text(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    return value


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    return value


def amount(name: str, default: float) -> float:
    """A number of at least 0, with or without decimals."""
    raw = text(name, str(default))
    try:
        value = float(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {raw!r}.") from None
    if not (isfinite(value) and value >= 0):
        raise ImproperlyConfigured(f"{name} must be at least 0, not {raw}.")
    return value


def seconds(name: str, default: timedelta) -> timedelta:
    """A length of time given as whole seconds."""
    value = number(name, int(default.total_seconds()))
    if value > LONGEST.total_seconds():
        raise ImproperlyConfigured(f"{name} must be at most {int(LONGEST.total_seconds())} seconds, not {value}.")
    return timedelta(seconds=value)


def names(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list without empty entries."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over: `smtp://user:password@host:25`, `smtp+tls://` (STARTTLS) or `smtps://`."""

    host: str
    port: int
    user: str
    password: str
    use_tls: bool
    use_ssl: bool


def mail_server(name: str) -> MailServer | None:
    """The SMTP server named by the variable, or None when it is not set."""
    raw = text(name, "")
    if not raw:
        return None
    parts = urlsplit(raw)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname or not _has_good_port(parts):
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@host:port, smtp+tls://… or smtps://….")
    return MailServer(
        host=parts.hostname,
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
    )


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


@dataclass(frozen=True)
class Jitsi:
    """A Jitsi Meet of ours, and with what its tokens are signed; without these it asks everybody alike for a name."""

    url: str
    app_id: str
    secret: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def invoice_issuer(number: str) -> str:
    """The registration number of an issuer of invoices (消費税法 57条の2): T and thirteen digits, or empty.

    The first digit checks the other twelve: nine less the rest of their weighted sum by nine, the last digit weighing
    one, the one before two, and so on by turns (法人番号の指定等に関する省令 2条).
    """
    if not number:
        return ""
    digits = [int(digit) for digit in re.sub("^T", "", number) if digit in "0123456789"]
    if not re.fullmatch("T[0-9]{13}", number) or digits[0] != _check_digit(digits[1:]):
        raise ImproperlyConfigured("OPERATOR_REGISTRATION_NUMBER must be T and the 13 digits of the tax office.")
    return number


def _check_digit(digits: list[int]) -> int:
    weighted = sum(digit * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return 9 - weighted % 9


def jitsi(url: str, app_id: str, secret: str) -> Jitsi | None:
    """The Jitsi Meet that these values name, or None without an address. Only https, since names and tokens travel in
    its addresses; an id needs a secret of at least 32 characters (RFC 7518, 3.2: as long as the hash).
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured("JITSI_URL must look like https://meet.example.jp.")
    if bool(app_id) != bool(secret):
        raise ImproperlyConfigured("JITSI_APP_ID and JITSI_SECRET belong together: set both or none.")
    if secret and len(secret.encode()) < 32:
        raise ImproperlyConfigured("JITSI_SECRET must have at least 32 characters.")
    return Jitsi(url.rstrip("/"), app_id, secret)


@dataclass(frozen=True)
class OpenID:
    """The service's own accounts, with which members may sign in (OpenID Connect)."""

    url: str  # the issuer
    client_id: str
    secret: str
    label: str  # what its button says
    trusts_addresses: bool  # the service proves addresses as well as a code of ours does
    paid_until_claim: str  # the claim that says until when an account has paid; empty: none
    call_secret: str = ""  # with which the service's own server signs what it says of that; empty: it does not call

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def openid(
    url: str,
    client_id: str,
    secret: str,
    label: str,
    *,
    trusts_addresses: bool,
    paid_until_claim: str,
    call_secret: str = "",
) -> OpenID | None:
    """The provider that these values name, or None without an address. The first four belong together; a secret that
    signs calls is as long as the hash (RFC 2104, 3).
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured("OPENID_URL must look like https://accounts.example.jp.")
    if not (client_id and secret and label):
        raise ImproperlyConfigured("OPENID_URL needs OPENID_CLIENT_ID, OPENID_SECRET and OPENID_LABEL.")
    if call_secret and len(call_secret.encode()) < 32:
        raise ImproperlyConfigured("OPENID_CALL_SECRET must have at least 32 characters.")
    return OpenID(url.rstrip("/"), client_id, secret, label, trusts_addresses, paid_until_claim, call_secret)


@dataclass(frozen=True)
class Stripe:
    """Cards through Stripe: what proves us there, and what proves Stripe here."""

    key: str
    webhook_secrets: tuple[str, ...]  # more than one while an old one is being replaced
    account: str  # whose notices are ours
    api_url: str = ""  # empty: Stripe itself

    @property
    def is_live(self) -> bool:
        """Whether real money moves."""
        return self.key.partition("_")[2].startswith("live_")


def stripe(key: str, webhook_secrets: list[str], account: str, api_url: str = "") -> Stripe | None:
    """Stripe as these values name it, or None without a key. Key, secret and account belong together."""
    if not key:
        return None
    if not re.fullmatch(r"[sr]k_(test|live)_[A-Za-z0-9_]+", key):
        raise ImproperlyConfigured("STRIPE_KEY must be a secret or restricted key: sk_live_…, rk_live_…, or sk_test_….")
    if not webhook_secrets or any(not secret.startswith("whsec_") for secret in webhook_secrets):
        raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRET must hold the endpoint's secret, whsec_…, beside STRIPE_KEY.")
    if not re.fullmatch(r"acct_[A-Za-z0-9]+", account):
        raise ImproperlyConfigured("STRIPE_ACCOUNT must hold the account's id, acct_…, beside STRIPE_KEY.")
    return Stripe(key, tuple(webhook_secrets), account, api_url.rstrip("/"))


def database(name: str, sqlite_file: Path) -> dict[str, Any]:
    """Django's settings for one database: PostgreSQL by URL, else the SQLite file.

    SQLite ignores row locks, so every transaction there takes the write lock at its start (IMMEDIATE) and
    waits up to 20 s for it; readers are not held up (WAL).
    """
    url = text(name, "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(sqlite_file),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
            # Never the in-memory test database: it cannot be shared between threads.
            "TEST": {"NAME": str(sqlite_file.with_name("test.sqlite3"))},
        }
    try:
        config: dict[str, Any] = _env.db_url_config(url)
    except Exception as error:
        raise ImproperlyConfigured(f"{name} is not a database URL.") from error
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must name a PostgreSQL database (postgres://…).")
    config["ENGINE"] = "kouryu.postgresql"
    config["CONN_MAX_AGE"] = number("DATABASE_CONN_MAX_AGE", 60)
    config["CONN_HEALTH_CHECKS"] = True
    # Parsing and planning cost the server more than running most of our reads: a kept connection has each statement
    # prepared from the second time on. Behind PgBouncer (age 0) the next transaction may meet another connection.
    has_pooler = not config["CONN_MAX_AGE"]
    config["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": None if has_pooler else 1,
        **_NOTICE_A_DEAD_PEER,
        **LIMITS[process()].options(told_to_server=not has_pooler),
        **config.get("OPTIONS", {}),
    }
    return config


def database_hosts(config: dict[str, Any]) -> str:
    """Every machine that these settings may lead to, separated by commas: libpq takes them in the query as well."""
    asked = (config["HOST"], config["OPTIONS"].get("host"), config["OPTIONS"].get("hostaddr"))
    return ",".join(str(host) for host in asked if host)


# A peer that was unplugged is found out by the kernel, whoever waits: after 5 s in which nothing came it asks twice,
# 2 s apart; and what was sent and not acknowledged within 10 s ends the connection.
_NOTICE_A_DEAD_PEER = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}


@dataclass(frozen=True)
class DatabaseLimits:
    """How long a process waits for its database, in seconds; None waits without an end. docs/decisions/0038."""

    connect: int  # psycopg knows no less than 2
    patience: float | None = None  # then it asks whether the server is there at all
    statement: int | None = None
    lock: int | None = None
    idle_in_transaction: int | None = None

    def options(self, *, told_to_server: bool) -> dict[str, Any]:
        """What `OPTIONS` says. A pooler in transaction mode takes no settings at the start: the role has them there."""
        options: dict[str, Any] = {"connect_timeout": self.connect}
        if self.patience is not None and self.statement is not None:
            options |= {"patience": self.patience, "longest_wait": self.statement + 1}
        limits = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle_in_transaction,
        }
        if self.statement is not None:
            limits["client_connection_check_interval"] = 5  # what nobody waits for any more ends, and frees its locks
        said = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds is not None)
        return options | ({"options": said} if told_to_server and said else {})


LIMITS = {
    # Whoever waits for a page is told within three seconds that the database is away.
    WEB: DatabaseLimits(connect=2, patience=1.5, statement=10, lock=5, idle_in_transaction=15),
    # A job may count for a while; what it did not do, the next sweep does.
    WORKER: DatabaseLimits(connect=5, patience=5, statement=60, lock=15, idle_in_transaction=120),
    # Migrations and commands by hand take as long as they take.
    COMMAND: DatabaseLimits(connect=10),
}
