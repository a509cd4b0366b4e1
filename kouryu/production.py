"""What production refuses to start with: one sentence for each unsafe value, with the next step.

Plain functions on values; `kouryu/settings.py` asks them once, before anything is served.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

SHORTEST_KEY = 50  # characters; Django's own check asks for as many
FEWEST_LETTERS = 10  # different ones in a key: 50 random hexadecimal digits hold fewer less than once in a million
# Keys that stand, or once stood, in these sources: anybody can read them.
DEVELOPMENT_KEY = "only-for-development-never-for-members"
PUBLISHED_KEYS = {
    DEVELOPMENT_KEY,
    "only-while-the-image-is-built-it-signs-nothing-and-serves-nobody",
    "4e1f0a77c2b94d5e8a6b3c9d0f1e2a3b4c5d6e7f8091a2b3c4d5e6f7",
}
# What examples write where a key belongs; a random key holds one of them less than once in a million.
_PLACEHOLDER = re.compile(
    "change[-_ ]?(?:me|this)|secret[-_ ]?key|your[-_ ]key|key[-_ ]here|replace[-_ ]|insert[-_ ]a"
    "|random[-_ ]?(?:key|string)|password|placeholder|example",
    re.IGNORECASE,
)
# What fingers type where something random belongs: eight of a row, in either direction.
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl")
_OF_A_ROW = 8
_OF_A_PART = 12  # characters that stand in a key twice: random ones never do
# A name, or names under one (.example.jp); not all of an end such as .jp.
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+|(?:\.[a-z0-9-]+){2,}|\[[0-9a-f:]+\]", re.IGNORECASE)
NEW_KEY = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(60))'"
LEAVE_OUT = "Leave it out: who knows it could sign what they like."
OVER_PRIVATE_NETWORK = "or PRIVATE_NETWORK=on where nobody else can listen between the two machines"
LIVE_KEY = re.compile("[sr]k_live_")  # of Stripe: real money moves
TLS_MODES = {"require", "verify-ca", "verify-full"}
CHECKED = {"required", "CERT_REQUIRED"}
BROKERS = {"redis", "rediss", "redis+socket"}


def key_faults(key: str) -> list[str]:
    """Why this SECRET_KEY could be guessed or is known."""
    weakness = _weakness_of(key)
    return [f"SECRET_KEY {weakness}. {NEW_KEY}"] if weakness else []


def earlier_keys_faults(keys: list[str]) -> list[str]:
    """Why one of SECRET_KEY_FALLBACKS could be guessed or is known: it proves as much as SECRET_KEY does."""
    named = [(number, _weakness_of(key)) for number, key in enumerate(keys, start=1)]
    return [f"SECRET_KEY_FALLBACKS: key {number} {weakness}. {LEAVE_OUT}" for number, weakness in named if weakness]


def hosts_faults(hosts: list[str]) -> list[str]:
    """Why these ALLOWED_HOSTS would let a foreign name through."""
    if any(host.strip(".") in {"", "*"} for host in hosts):
        return ["ALLOWED_HOSTS must name the site (kouryu.example.jp): with * or . a foreign name would pass."]
    if wrong := [host for host in hosts if not _HOST.fullmatch(host)]:
        return [f"ALLOWED_HOSTS must hold names alone (kouryu.example.jp or .kouryu.example.jp), not {wrong[0]!r}."]
    return []


def site_is_served_faults(url: str, hosts: list[str]) -> list[str]:
    """Why links in mails would lead to a site that refuses them; asked where both values are good by themselves."""
    if hosts_faults(hosts) or site_url_faults(url):
        return []
    name = (_split(url).hostname or "").lower()
    if any(name == host.lower().lstrip(".") or (host[0] == "." and name.endswith(host.lower())) for host in hosts):
        return []
    return [f"ALLOWED_HOSTS must hold {name}, the name in SITE_URL: links in mails lead there."]


def site_url_faults(url: str) -> list[str]:
    """Why this SITE_URL cannot stand in mails."""
    parts = _split(url)
    if parts.scheme != "https" or not parts.hostname:
        return [f"SITE_URL must begin with https:// and a name, not {url!r}: links in mails hold secrets."]
    if url.lower() != f"https://{parts.netloc}".lower() or parts.username or not _has_port(parts):
        return ["SITE_URL must end after the name (https://kouryu.example.jp): addresses are put behind it."]
    return []


def broker_faults(url: str, *, private_network: bool) -> list[str]:
    """Why this REDIS_URL would leave the broker open, or show its password on the way."""
    parts = _split(url)
    if parts.scheme not in BROKERS:
        return ["REDIS_URL must begin with rediss://, redis:// or redis+socket://."]
    if not _has_port(parts):
        return ["REDIS_URL must look like rediss://:PASSWORD@host:port/0."]
    if any(name == "ssl_cert_reqs" and value not in CHECKED for name, value in parse_qsl(parts.query)):
        return ["REDIS_URL must not switch off the check of certificates: leave ssl_cert_reqs out."]
    if not is_elsewhere(parts.hostname or ""):
        return []
    faults = []
    if not parts.password:
        faults.append("REDIS_URL must hold a password (rediss://:PASSWORD@host): anybody on the network could write.")
    if parts.scheme != "rediss" and not private_network:
        faults.append(f"REDIS_URL goes to another machine without TLS. Use rediss://, {OVER_PRIVATE_NETWORK}.")
    return faults


def openid_faults(url: str) -> list[str]:
    """Why OPENID_URL would let somebody in between say who signs in: its answers are believed for coming by TLS."""
    if not url or _split(url).scheme == "https":
        return []
    return [f"OPENID_URL must begin with https://, not {url!r}: who listens could say who signs in."]


def stripe_faults(key: str, api_url: str) -> list[str]:
    """Why days could be had for money that does not exist."""
    faults = []
    if key and not LIVE_KEY.match(key):
        faults.append("STRIPE_KEY must be a live key: with a test key anybody pays with a number that is published.")
    if api_url:
        faults.append("STRIPE_API_URL must be left out: payments are asked for at Stripe itself.")
    return faults


def practice_faults(key: str, api_url: str) -> list[str]:
    """Why a site that is only to look at could move real money, or tell another machine of payments."""
    faults = []
    if LIVE_KEY.match(key):
        faults.append("STRIPE_KEY must be a test key outside production: this one moves real money.")
    if api_url and is_elsewhere(_split(api_url).hostname or "elsewhere"):
        faults.append("STRIPE_API_URL must be on this machine (http://127.0.0.1:8700).")
    return faults


def mail_server_faults(host: str, *, has_tls: bool, private_network: bool) -> list[str]:
    """Why mails and the password of SMTP_URL could be read on their way."""
    if has_tls or private_network or not is_elsewhere(host):
        return []
    return [f"SMTP_URL goes to another machine without TLS. Use smtp+tls:// or smtps://, {OVER_PRIVATE_NETWORK}."]


def database_faults(hosts: str, *, ssl_mode: str, private_network: bool) -> list[str]:
    """Why what goes to and from DATABASE_URL could be read on its way; `hosts` as PostgreSQL takes them."""
    if ssl_mode in TLS_MODES or private_network or not any(map(is_elsewhere, hosts.split(","))):
        return []
    return [f"DATABASE_URL goes to another machine without TLS. Add ?sslmode=verify-full, {OVER_PRIVATE_NETWORK}."]


def bind_faults(hosts: list[str]) -> list[str]:
    """Why a site that is only to look at may not listen on these."""
    if any(is_elsewhere(host or "0.0.0.0") for host in hosts):  # noqa: S104 - to refuse it
        return ["WEB_BIND must be on 127.0.0.1 while KOURYU_ENV=development: that site is only to look at."]
    return []


def is_elsewhere(host: str) -> bool:
    """Whether it is another machine, or may become one. A socket and a loopback address are this one."""
    if not host or host.startswith("/") or host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _split(url: str) -> SplitResult:
    """The parts of an address; of what cannot be read, none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if there is one, is a port."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _weakness_of(key: str) -> str:
    """What is wrong with this key, as the end of a sentence; empty for a good one."""
    if key in PUBLISHED_KEYS or key.startswith("django-insecure-") or _PLACEHOLDER.search(key):
        return "is one that anybody can read in published sources"
    if len(key) < SHORTEST_KEY:
        return f"must have at least {SHORTEST_KEY} characters, not {len(key)}"
    if len(set(key)) < FEWEST_LETTERS or _repeats_itself(key):
        return "must be random: this one repeats a few characters"
    if _follows_a_row(key.lower()):
        return "must be random: this one follows the alphabet or a keyboard"
    return ""


def _repeats_itself(key: str) -> bool:
    """Whether a part of it stands there a second time."""
    parts = [key[start : start + _OF_A_PART] for start in range(len(key) - _OF_A_PART + 1)]
    return any(part in key[start + 1 :] for start, part in enumerate(parts))


def _follows_a_row(key: str) -> bool:
    """Whether a piece of the alphabet, of the digits or of a keyboard's row stands in it."""
    rows = [row for one in _ROWS for row in (one, one[::-1])]
    return any(row[start : start + _OF_A_ROW] in key for row in rows for start in range(len(row) - _OF_A_ROW + 1))
