"""`python -m demo.fake_stripe`: a Stripe for practising, on this machine only."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from demo.fake_stripe.server import FakeStripe
from demo.fake_stripe.webhooks import Hook
from kouryu import children


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.fake_stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=8700, help="port on 127.0.0.1 (default 8700)")
    parser.add_argument("--file", type=Path, required=True, help="the SQLite file that holds all it knows")
    parser.add_argument("--webhook", default="", metavar="URL", help="where events are delivered")
    parser.add_argument("--secret", default="", help="what signs them (whsec_…)")
    options = parser.parse_args(arguments)
    hook = Hook(options.webhook, options.secret) if options.webhook else None
    try:
        server = FakeStripe(options.file, port=options.port, hook=hook)
    except (OSError, RuntimeError) as fault:
        sys.stderr.write(f"demo.fake_stripe: {fault}\n")
        raise SystemExit(1) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.start()
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    server.wait()


if __name__ == "__main__":
    children.die_with_parent()
    main(sys.argv[1:])
