"""`bin/demo`: the site with a made-up community, complete on one machine, with shortened waits.

A plain program and not a management command: it settles the environment before Django's settings read it, prepares
the data, and then becomes `manage.py up`, in the same process, so that whoever kills this kills everything.
"""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import shutil
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from demo import fake_stripe
from kouryu import children
from kouryu.management.commands import up
from kouryu.private import keep_private

BASE_DIR = Path(__file__).resolve().parent.parent
SWEEP_EVERY = "10"  # seconds; the caller's environment may say others
# A demo started from the shell of a real site writes into none of its services, and answers to its own name.
# REDIS_URL is kept: it names a broker to use instead of the embedded one, where the demo has keys of its own.
NOT_FOR_A_DEMO = ("DATABASE_URL", "SMTP_URL", "ALLOWED_HOSTS", "KOURYU_BROKER_SOCKET")
PAYMENTS_AT = 1000  # above the site's port, where there is room: the practice Stripe (docs/fake-stripe.md)
HIGHEST_PORT = 65535
MARK = ".kouryu-demo"  # tells a demo's directory from any other; says "loaded" when the data is complete


def main(arguments: list[str]) -> None:
    options = _parse(arguments)
    data: Path = options.data.absolute()
    if not up.port_is_free(options.port):
        _give_up(f"Port {options.port} is taken. Choose another one: bin/demo --port 8001")
    _settle_environment(data, options.port)
    try:
        _claim(data)
        with up.only_one(data):
            if options.fresh or (data / MARK).read_text() != "loaded":
                _empty(data)
            _prepare(data)
    except (OSError, CommandError) as error:
        _give_up(str(error))
    _start_payments(data, options.port)
    _say(f"accounts and passwords: {data / 'accounts.csv'}")
    _say("starting broker, web, worker and beat; Ctrl-C stops them")
    manage = str(BASE_DIR / "manage.py")
    os.execv(sys.executable, [sys.executable, manage, "up", "--port", str(options.port)])  # noqa: S606 - ourselves


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Start kouryu with a made-up community.")
    parser.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1 (default 8000)")
    parser.add_argument(
        "--data", type=Path, default=BASE_DIR / "var" / "demo", metavar="DIR", help="where it writes (default var/demo)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what was done in the demo and start over")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def _settle_environment(data: Path, port: int) -> None:
    for name in NOT_FOR_A_DEMO:
        os.environ.pop(name, None)
    os.environ.update(KOURYU_ENV="development", KOURYU_DATA=str(data))
    os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "demo.site.settings"
    os.environ.update(
        STRIPE_KEY="sk_test_practice",
        STRIPE_WEBHOOK_SECRET=f"whsec_{secrets.token_hex(16)}",
        STRIPE_ACCOUNT=fake_stripe.ACCOUNT,
        STRIPE_API_URL=f"http://127.0.0.1:{_payments_port(port)}",
    )
    os.environ.setdefault("SWEEP_EVERY", SWEEP_EVERY)


def _payments_port(port: int) -> int:
    return port + PAYMENTS_AT if port + PAYMENTS_AT <= HIGHEST_PORT else port - PAYMENTS_AT


def _start_payments(data: Path, port: int) -> None:
    """The practice Stripe, which goes when this process goes: that becomes `manage.py up` and keeps its id."""
    own = _payments_port(port)
    if not up.port_is_free(own):
        _give_up(f"Port {own} is taken, where cards are to be practised. Choose another one: bin/demo --port 8001")
    webhook = f"http://127.0.0.1:{port}/webhooks/stripe/"
    command = [sys.executable, "-m", "demo.fake_stripe", "--port", str(own), "--file", str(data / "stripe.sqlite3")]
    secret = os.environ["STRIPE_WEBHOOK_SECRET"]
    with (data / "stripe.log").open("ab") as log:
        children.start([*command, "--webhook", webhook, "--secret", secret], cwd=BASE_DIR, stdout=log, stderr=log)
    _say(f"cards are practised at http://127.0.0.1:{own}/ (docs/fake-stripe.md lists the numbers)")


def _claim(data: Path) -> None:
    """Make the directory ours. One that holds something else is never written to, let alone emptied."""
    if data.exists() and not data.is_dir():
        raise CommandError(f"{data} is not a directory.")
    if data.is_dir() and any(data.iterdir()) and not (data / MARK).is_file():
        raise CommandError(
            f"{data} holds something that is not a demo's. Choose another directory: bin/demo --data DIR"
        )
    keep_private(data)
    if not (data / MARK).exists():
        (data / MARK).write_text("new")


def _empty(data: Path) -> None:
    """Start over, but for the mark and the lock that is being held."""
    (data / MARK).write_text("new")
    for entry in data.iterdir():
        if entry.name in {MARK, "up.lock"}:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _prepare(data: Path) -> None:
    """Database and demo data. Interrupted half-way, the next start begins anew."""
    django.setup()
    logging.disable(logging.WARNING)  # wake-ups find no broker yet, which is as it should be
    is_new = (data / MARK).read_text() != "loaded"
    _say(f"preparing the demo in {data}")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if is_new:
        call_command("demo_data", accounts=data / "accounts.csv")
        (data / MARK).write_text("loaded")
    else:
        call_command("demo_data", refresh=True)  # one event can always be played through at once


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _give_up(sentence: str) -> None:
    sys.stderr.write(f"bin/demo: {sentence}\n")
    raise SystemExit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        _give_up("stopped before it was ready; the next start begins anew.")
