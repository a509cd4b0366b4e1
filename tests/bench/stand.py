"""One side of `bin/bench --against`: a seeded site in the folder it is started in, and members on request.

Run by its path, with the tree of a commit as working folder: that tree's own code is served, and its own `tests.bench`
seeds it. A line of JSON says where it answers; each line that comes in is a wish, answered by one line.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import django

WORKERS = 2
SEATED = 8
READERS = 20


def main() -> None:
    sys.path[0] = str(Path.cwd())  # instead of the folder of this file, which may stand in another tree
    from tests.bench.__main__ import Bench, _prepare

    with ExitStack() as stack:
        bench = Bench(stack, seconds=4)
        django.setup()
        with Path(os.devnull).open("w") as silence:
            answers, sys.stdout = sys.stdout, silence
            _prepare()
            _serve(bench, answers)


def _serve(bench, answers) -> None:
    from tests.bench import seed  # app ready

    guests = seed.make_members(SEATED, prefix="guest")
    evening = seed.make_evening(guests)
    for _ in range(30):
        seed.make_evening(guests[:3], host=evening.host)
    readers = seed.make_members(READERS, prefix="reader")
    port, master = bench.serve("kouryu.wsgi:application", workers=WORKERS)
    pages = {
        "event page": f"/events/{evening.pk}/",
        "event list": "/events/",
        "registration page": f"/events/{evening.pk}/register/",
        "mirror": "/mirror/",
        "growth": "/growth/",
    }
    _say(answers, port=port, master=master.pid, pages=pages, asks=_plain(seed.sign_in(readers)))
    for number, line in enumerate(sys.stdin):
        wish = json.loads(line)
        members = seed.make_members(wish["members"], prefix=f"asked{number}-")
        if wish["for"] == "watching":
            _say(answers, path=_begun(members), asks=_plain(seed.sign_in(members)))
        else:
            event = seed.make_evening([], capacity=wish["seats"])
            path = f"/events/{event.pk}/register/"
            _say(answers, path=path, asks=_plain(seed.sign_in(members, body=seed.FORM)))


def _begun(members) -> str:
    """The address that members ask while their evening goes on."""
    from django.urls import reverse
    from django.utils import timezone

    from tests.bench import seed

    event = seed.make_evening(members, capacity=len(members), starts_at=timezone.now())
    return reverse("events:group_now", args=[event.pk])


def _plain(asks) -> list[tuple[str, str]]:
    return [(ask.cookie, ask.body) for ask in asks]


def _say(answers, **what) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
