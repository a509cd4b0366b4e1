"""The settings of production: chosen where nothing else is, without defaults, and refused where they are unsafe."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from kouryu import production

ROOT = Path(__file__).resolve().parents[2]
# Always the same: the names of tests are made of it, and two workers must find the same tests.
SECRET = sha256(b"tests").hexdigest()
ENVIRONMENT = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "kouryu.example.jp",
    "SITE_URL": "https://kouryu.example.jp",
    "DATABASE_URL": "postgres://kouryu:secret@db.example.jp:5432/kouryu?sslmode=verify-full",
    "REDIS_URL": "rediss://:secret@redis.example.jp:6379/0",
    "SMTP_URL": "smtp+tls://kouryu:secret@mail.example.jp:587",
    "MAIL_FROM": "交流 kouryu <kouryu@example.jp>",
    "OPERATOR_NAME": "交流株式会社",
    "OPERATOR_REPRESENTATIVE": "交流 花子",
    "OPERATOR_ADDRESS": "東京都千代田区1-1",
    "OPERATOR_PHONE": "03-0000-0000",
    "OPERATOR_EMAIL": "desk@example.jp",
    "OPERATOR_BANK_ACCOUNT": "例銀行 本店 普通 0000000",
}
SHARED_NETWORK = {
    "DATABASE_URL": "postgres://kouryu:secret@10.0.0.2:5432/kouryu",
    "REDIS_URL": "redis://:secret@redis:6379/0",
    "SMTP_URL": "smtp://mail:25",
}
ON_THIS_MACHINE = {
    "DATABASE_URL": "postgres://kouryu@//run/postgresql/kouryu",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SMTP_URL": "smtp://localhost:25",
}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own: settings are read once in a process."""
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True)


# Loads what the settings import, and then reads them in a copy of itself for each environment that it is given.
READER = """
import json, os, sys, traceback
import celery, django.core.exceptions, environ, ssl
import celery.app.amqp, celery.app.task, celery.schedules
for line in sys.stdin:
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        with os.fdopen(reading) as said:
            err = said.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([code, err]), flush=True)
        continue
    os.dup2(writing, 2)
    os.environ.clear()
    os.environ.update(json.loads(line))
    code = 0
    try:
        import kouryu.settings
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)
"""


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[[dict[str, str]], subprocess.CompletedProcess[str]]]:
    """Read the settings of this environment as a process does that begins; they are read once in a process."""
    command = [sys.executable, "-c", READER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:

        def read(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
            environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
            reader.stdin.write(json.dumps(environ) + "\n")
            reader.stdin.flush()
            code, err = json.loads(reader.stdout.readline())
            return subprocess.CompletedProcess(command, code, "", err)

        yield read
        reader.stdin.close()


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.partition("ImproperlyConfigured: ")[2].strip()


@pytest.mark.parametrize(
    "kind", [{}, {"KOURYU_ENV": "production"}, {"KOURYU_ENV": " "}], ids=["unset", "said", "empty"]
)
def test_a_site_that_names_no_kind_is_production_and_its_deployment_check_is_clean(kind):
    checked = run(ENVIRONMENT | kind, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_production_without_this_variable_does_not_start(start, name):
    started = start({other: value for other, value in ENVIRONMENT.items() if other != name})

    assert started.returncode == 1
    assert last_words(started).startswith(f"{name} must be set")
    assert last_words(started).endswith("how to only look at the site; to work on it set KOURYU_ENV=development.")


@pytest.mark.parametrize("name", ["KOURYU_DEBUG"])
def test_production_refuses_what_is_for_development(start, name):
    started = start({**ENVIRONMENT, name: "on"})

    assert started.returncode == 1
    assert f"ImproperlyConfigured: {name} must be off in production." in started.stderr


def test_a_real_site_is_no_demo():
    started = run(ENVIRONMENT, "-c", "import demo.site.settings")

    assert started.returncode == 1
    assert last_words(started) == "A demo is never a real site: start it with bin/demo."


def test_an_unknown_kind_is_refused(start):
    started = start({**ENVIRONMENT, "KOURYU_ENV": "staging"})

    assert started.returncode == 1
    assert last_words(started) == "KOURYU_ENV must be production, development or offline, not 'staging'."


KEY = ENVIRONMENT["SECRET_KEY"]
PUBLISHED = "SECRET_KEY is one that anybody can read in published sources."
REPEATS = "SECRET_KEY must be random: this one repeats a few characters."
FOLLOWS = "SECRET_KEY must be random: this one follows the alphabet or a keyboard."
FOREIGN = "ALLOWED_HOSTS must name the site (kouryu.example.jp): with * or . a foreign name would pass."
NO_TLS = "goes to another machine without TLS. "
NO_PASSWORD = "REDIS_URL must hold a password (rediss://:PASSWORD@host): anybody on the network could write."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "x", "SECRET_KEY must have at least 50 characters, not 1."),
        ("SECRET_KEY", KEY[:49], "SECRET_KEY must have at least 50 characters, not 49."),
        ("SECRET_KEY", "x" * 60, REPEATS),
        ("SECRET_KEY", "ab1" * 30, REPEATS),
        ("SECRET_KEY", "abcdefghijklm" * 5, REPEATS),
        ("SECRET_KEY", "kouryu-production-key-2026-11-30-kouryu-production-key", REPEATS),
        ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", FOLLOWS),
        ("SECRET_KEY", KEY + "poiuytrewq", FOLLOWS),
        ("SECRET_KEY", "REPLACE-WITH-A-KEY-OF-YOURS-OF-AT-LEAST-FIFTY-CHARACTERS", PUBLISHED),
        ("SECRET_KEY", "insert-a-long-random-string-of-fifty-characters-or-more", PUBLISHED),
        ("SECRET_KEY", "only-for-development-never-for-members", PUBLISHED),
        ("SECRET_KEY", "only-while-the-image-is-built-it-signs-nothing-and-serves-nobody", PUBLISHED),
        ("SECRET_KEY", "django-insecure-" + KEY, PUBLISHED),
        ("SECRET_KEY_FALLBACKS", "x", "SECRET_KEY_FALLBACKS: key 1 must have at least 50 characters, not 1."),
        ("SECRET_KEY_FALLBACKS", f"{KEY[::-1]},{'x' * 60}", "SECRET_KEY_FALLBACKS: key 2 must be random: this one"),
        ("SECRET_KEY_FALLBACKS", production.DEVELOPMENT_KEY, "SECRET_KEY_FALLBACKS: key 1 is one that anybody"),
        ("ALLOWED_HOSTS", "*", FOREIGN),
        ("ALLOWED_HOSTS", "kouryu.example.jp,*", FOREIGN),
        ("ALLOWED_HOSTS", ".", FOREIGN),
        ("SITE_URL", "http://kouryu.example.jp", "SITE_URL must begin with https:// and a name, not 'http://kouryu"),
        ("SITE_URL", "kouryu.example.jp", "SITE_URL must begin with https:// and a name, not 'kouryu.example.jp'"),
        ("SITE_URL", "https://kouryu.example.jp/app", "SITE_URL must end after the name (https://kouryu.example.jp)"),
        ("REDIS_URL", "rediss://redis.example.jp/0", NO_PASSWORD),
        ("REDIS_URL", "redis://:secret@redis.example.jp/0", f"REDIS_URL {NO_TLS}Use rediss://, or PRIVATE_NETWORK=on"),
        ("REDIS_URL", "redis://:secret@10.0.0.3/0", f"REDIS_URL {NO_TLS}Use rediss://"),
        ("REDIS_URL", "amqp://:secret@broker/0", "REDIS_URL must begin with rediss://, redis:// or redis+socket://."),
        ("SMTP_URL", "smtp://u:p@mail.example.jp", f"SMTP_URL {NO_TLS}Use smtp+tls:// or smtps://, or PRIVATE_NETWORK"),
        (
            "DATABASE_URL",
            "postgres://u:p@db/kouryu",
            f"DATABASE_URL {NO_TLS}Add ?sslmode=verify-full, or PRIVATE_NETWO",
        ),
        ("DATABASE_URL", "postgres://u:p@db/kouryu?sslmode=prefer", f"DATABASE_URL {NO_TLS}"),
        ("DATABASE_URL", "postgres:///kouryu?host=db", f"DATABASE_URL {NO_TLS}"),
        ("DATABASE_URL", "postgres://u:p@localhost/kouryu?host=db", f"DATABASE_URL {NO_TLS}"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/kouryu?hostaddr=10.0.0.3", f"DATABASE_URL {NO_TLS}"),
        ("REDIS_URL", "rediss://:secret@redis/0?ssl_cert_reqs=none", "REDIS_URL must not switch off the check"),
        ("REDIS_URL", "rediss://:secret@redis:many/0", "REDIS_URL must look like rediss://:PASSWORD@host:port/0."),
        ("SECRET_KEY", "please-change-this-" + KEY, PUBLISHED),
        ("SECRET_KEY", "CHANGE_ME_" + KEY, PUBLISHED),
        ("ALLOWED_HOSTS", ".jp", "ALLOWED_HOSTS must hold names alone"),
        ("ALLOWED_HOSTS", "**", "ALLOWED_HOSTS must hold names alone"),
        ("ALLOWED_HOSTS", "https://kouryu.example.jp", "ALLOWED_HOSTS must hold names alone"),
        ("ALLOWED_HOSTS", "kouryu.example.jp:443", "ALLOWED_HOSTS must hold names alone"),
        ("ALLOWED_HOSTS", "other.example.jp", "ALLOWED_HOSTS must hold kouryu.example.jp, the name in SITE_URL"),
        ("SITE_URL", "https://[::1", "SITE_URL must begin with https:// and a name"),
        ("SITE_URL", "https://kouryu.example.jp:99999", "SITE_URL must end after the name"),
        ("SITE_URL", "https://kouryu.example.jp#", "SITE_URL must end after the name"),
        ("OFFER_FOR", "9" * 20, "OFFER_FOR must be at most 31536000 seconds"),
        ("ROOM_OPENS_BEFORE", "9" * 400, "ROOM_OPENS_BEFORE must be at most 31536000 seconds"),
    ],
)
def test_production_refuses_an_unsafe_value_in_one_sentence(start, name, value, sentence):
    started = start({**ENVIRONMENT, name: value})

    assert started.returncode == 1
    assert last_words(started).startswith(sentence)
    assert len(last_words(started).splitlines()) == 1


def test_a_broker_without_a_password_is_refused_on_a_private_network_too(start):
    started = start({**ENVIRONMENT, "REDIS_URL": "redis://redis:6379/0", "PRIVATE_NETWORK": "on"})

    assert (started.returncode, last_words(started)) == (1, NO_PASSWORD)


@pytest.mark.parametrize(
    "services",
    [
        pytest.param(ON_THIS_MACHINE, id="all on this machine"),
        pytest.param({"ALLOWED_HOSTS": ".example.jp,localhost,127.0.0.1,[::1]"}, id="names under one"),
        pytest.param({"SECRET_KEY_FALLBACKS": f"{KEY}0,{KEY}1"}, id="earlier keys"),
        pytest.param({"REDIS_URL": "redis+socket:///run/redis.sock"}, id="a socket"),
        pytest.param({**SHARED_NETWORK, "PRIVATE_NETWORK": "on"}, id="a network that was said to be private"),
    ],
)
def test_what_cannot_be_overheard_needs_no_tls(start, services):
    started = start({**ENVIRONMENT, **services})

    assert (started.returncode, started.stderr) == (0, "")


def test_several_unsafe_values_are_named_at_once(start):
    started = start({**ENVIRONMENT, **SHARED_NETWORK, "SECRET_KEY": "x"})

    names = [line.split()[0] for line in last_words(started).splitlines()]
    assert names == ["SECRET_KEY", "REDIS_URL", "SMTP_URL", "DATABASE_URL"]


def test_a_broker_with_tls_shows_whose_it_is():
    script = "from kouryu.celery import app; print(app.connection_for_write().ssl)"

    assert run(ENVIRONMENT, "-c", script).stdout.strip() == "{'ssl_cert_reqs': <VerifyMode.CERT_REQUIRED: 2>}"


def test_no_key_that_stands_in_these_sources_starts_production():
    """Whatever looks like a key in a tracked file, as a value of SECRET_KEY or as a long word of hexadecimals."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    files = [ROOT / name for name in tracked.stdout.split()] or [*(ROOT / "deploy").rglob("*")]
    told = re.compile(r"""SECRET_KEY["']?\s*[=:]\s*["']?([^\s"'{}()<>`|,]{20,})""")
    texts = [file.read_text(errors="ignore") for file in files if file.suffix in {".py", ".env", ".md", ".service", ""}]
    found = {key for text in texts for key in told.findall(text)} | production.PUBLISHED_KEYS

    assert [key for key in found if not production.key_faults(key) and "." not in key] == []


def test_the_image_takes_in_what_runs_and_nothing_else():
    """Neither history nor data nor keys: all is left out but what is named."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    named = {line.removeprefix("!").split("/")[0] for line in lines if line.startswith("!")}

    assert lines[0] == "*"
    assert named == {"deploy", "events", "feedback", "kouryu", "locale", "members", "templates", "manage.py"} | {
        "requirements.txt"
    }
    assert "!deploy" not in lines


@pytest.mark.parametrize("command", ["collectstatic --no-input --dry-run", "makemigrations --check --dry-run"])
def test_the_build_needs_no_key_and_no_service(command, tmp_path):
    done = run({"KOURYU_DATA": str(tmp_path)}, "manage.py", *command.split())

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param({}, "SECRET_KEY must be set", id="nothing is said"),
        pytest.param({"KOURYU_ENV": "offline"}, "KOURYU_ENV=offline is for commands that work on files", id="offline"),
        pytest.param(
            {"KOURYU_ENV": "development", "WEB_BIND": "0.0.0.0:0"}, "WEB_BIND must be on 127.0.0.1", id="open to all"
        ),
    ],
)
def test_no_page_is_served_by_what_is_no_real_site(environment, sentence):
    served = run(environment, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--check-config")
    if served.returncode == 0:  # gunicorn's own check does not start it
        served = run(environment, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py")

    assert served.returncode != 0
    assert sentence in served.stderr


def test_what_a_site_on_one_machine_writes_is_its_owners_alone(tmp_path):
    data = tmp_path / "data"
    (data / "mails").mkdir(parents=True)
    (data / "mails" / "old.log").write_text("a code")
    (data / "mails").chmod(0o755)
    script = (
        "import sys, pathlib; from kouryu.private import keep_private\n"
        "data = pathlib.Path(sys.argv[1]); keep_private(data); (data / 'new').write_text('')"
    )

    run({}, "-c", script, str(data))

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in [data, *data.rglob("*")]}
    assert modes == {"data": "0o700", "mails": "0o700", "old.log": "0o600", "new": "0o600"}


def test_every_cookie_of_production_belongs_to_this_very_host():
    script = (
        "from kouryu import settings as site\n"
        "print(*(value for name, value in vars(site).items() if name.endswith('_COOKIE_NAME')))"
    )

    names = run(ENVIRONMENT, "-c", script).stdout.split()
    assert len(names) >= 4
    assert [name for name in names if not name.startswith("__Host-")] == []


@pytest.mark.parametrize(("url", "faults"), [("", 0), ("https://accounts.example.jp", 0), ("http://10.0.0.2", 1)])
def test_the_service_says_who_signs_in_by_tls_only(url, faults):
    assert len(production.openid_faults(url)) == faults


@pytest.mark.parametrize(
    ("key", "api_url", "faults"),
    [
        ("", "", 0),
        ("sk_live_abc", "", 0),
        ("rk_live_abc", "", 0),
        ("sk_test_abc", "", 1),
        ("sk_live_abc", "http://127.0.0.1:8700", 1),
        ("sk_test_abc", "http://127.0.0.1:8700", 2),
    ],
)
def test_days_are_not_had_for_money_that_does_not_exist(key, api_url, faults):
    assert len(production.stripe_faults(key, api_url)) == faults


@pytest.mark.parametrize(
    ("key", "api_url", "faults"),
    [
        ("", "", 0),
        ("sk_test_abc", "http://127.0.0.1:8700", 0),
        ("sk_live_abc", "", 1),
        ("sk_test_abc", "http://payments.example.jp", 1),
        ("sk_test_abc", "payments", 1),
    ],
)
def test_a_site_to_look_at_moves_no_real_money(key, api_url, faults):
    assert len(production.practice_faults(key, api_url)) == faults


def test_production_takes_no_practice_payments(start):
    cards = {"STRIPE_KEY": "sk_live_a", "STRIPE_WEBHOOK_SECRET": "whsec_a", "STRIPE_ACCOUNT": "acct_a"}
    assert start(ENVIRONMENT | cards).returncode == 0
    refused = start(ENVIRONMENT | cards | {"STRIPE_API_URL": "http://127.0.0.1:8700"})
    assert last_words(refused).startswith("STRIPE_API_URL must be left out")
