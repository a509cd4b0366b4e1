"""A clock that was ahead and is set right holds nothing up: stored times of the future are not believed.

Each row writes something as if the clock were a day ahead, and asks a moment later by the right clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from celery.signals import before_task_publish
from django.core.cache import caches
from django.utils import timezone

from feedback.insight.limits import EXPORTS
from kouryu import limits
from kouryu.beat import Scheduler
from kouryu.celery import app
from kouryu.clock import CLOCKS_DIFFER
from kouryu.refusal import Refused
from kouryu.sweeps import schedule
from members.audit import audit
from members.audit.flows import beat
from members.mail.choices import MailState
from members.mail.flows.release import release_mails_from_the_future
from members.models import OutgoingMail
from members.security.rules import is_over_for_staff
from tests import factories

AHEAD = timedelta(days=1)
PASSWORD = "seven lamps on the quay"


class Clocks:
    """The right time, and the same time by a clock that is a day ahead."""

    def __init__(self, traveller) -> None:
        self.right = timezone.now()
        self._traveller = traveller

    @property
    def wrong(self) -> datetime:
        return self.right + AHEAD

    def go_wrong(self) -> None:
        self._traveller.move_to(self.wrong)

    def set_right(self, *, later: timedelta = timedelta(seconds=30)) -> datetime:
        self._traveller.move_to(self.right + later)
        return timezone.now()


@pytest.fixture
def clocks() -> Iterator[Clocks]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield Clocks(traveller)


@pytest.mark.parametrize(
    ("ahead", "said", "status"),
    [
        pytest.param(timedelta(0), "ok", 200, id="now"),
        pytest.param(CLOCKS_DIFFER, "ok", 200, id="as much as two clocks may differ"),
        pytest.param(CLOCKS_DIFFER + timedelta(seconds=2), "clock", 503, id="more than that"),
        pytest.param(AHEAD, "clock", 503, id="a day"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_readyz_tells_of_a_beat_that_is_yet_to_come(client, ahead, said, status):
    beat("heartbeat", now=timezone.now() + ahead)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["beat"]) == (status, said)


@pytest.mark.django_db(transaction=True)
def test_the_next_beat_sets_readyz_right(client):
    beat("heartbeat", now=timezone.now() + AHEAD)
    beat("heartbeat", now=timezone.now())

    assert client.get("/readyz").json()["beat"] == "ok"


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """The names of what beat sends, as Celery itself tells of them."""
    names: list[str] = []

    def note(sender: str, **rest: object) -> None:
        names.append(sender)

    before_task_publish.connect(note)
    yield names
    before_task_publish.disconnect(note)


def run(scheduler: Scheduler) -> None:
    """All that is due now."""
    while scheduler.tick() == 0:
        pass


JOBS = {entry["task"] for entry in schedule().values()}


def test_beat_looks_for_every_job_when_it_starts(clocks, sent):
    run(Scheduler(app))

    assert (set(sent), len(sent)) == (JOBS, len(JOBS))


def test_beat_that_was_started_by_a_wrong_clock_works_on_by_the_right_one(clocks, sent):
    clocks.go_wrong()
    scheduler = Scheduler(app)
    run(scheduler)
    sent.clear()

    clocks.set_right()
    run(scheduler)

    assert set(sent) == JOBS


def test_beat_whose_clock_jumps_ahead_and_back_works_on(clocks, sent):
    scheduler = Scheduler(app)
    run(scheduler)
    clocks.go_wrong()
    run(scheduler)
    sent.clear()

    clocks.set_right()
    run(scheduler)
    assert set(sent) == JOBS

    sent.clear()
    clocks.set_right(later=timedelta(seconds=61))
    run(scheduler)
    assert "members.tasks.deliver_mails" in sent


def mail(**fields: object) -> OutgoingMail:
    row = factories.make_mail("some/mail")
    OutgoingMail.objects.filter(pk=row.pk).update(**fields)
    return row


def is_due(row: OutgoingMail, now: datetime) -> bool:
    release_mails_from_the_future(now=now)
    return OutgoingMail.objects.due(now).filter(pk=row.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "leaves"),
    [
        pytest.param(
            lambda now, wrong: {"state": MailState.SENDING, "claimed_until": wrong}, True, id="claimed by a wrong clock"
        ),
        pytest.param(
            lambda now, wrong: {"state": MailState.SENDING, "claimed_until": now + timedelta(seconds=60)},
            False,
            id="claimed just now",
        ),
        pytest.param(lambda now, wrong: {"queued_at": wrong, "send_after": wrong}, True, id="written by a wrong clock"),
        pytest.param(
            lambda now, wrong: {"queued_at": wrong, "send_after": wrong + timedelta(hours=9)},
            False,
            id="written by a wrong clock for nine hours later",
        ),
        pytest.param(
            lambda now, wrong: {"send_after": wrong, "last_error": "SMTPDataError"}, True, id="put off by a wrong clock"
        ),
        pytest.param(
            lambda now, wrong: {"send_after": now + timedelta(hours=1), "last_error": "SMTPDataError"},
            False,
            id="put off for an hour",
        ),
        pytest.param(lambda now, wrong: {"send_after": wrong}, False, id="meant for tomorrow"),
    ],
)
def test_a_mail_waits_as_long_as_it_was_meant_to(clocks, fields, leaves):
    row = mail(**fields(clocks.right, clocks.wrong))

    assert is_due(row, clocks.set_right()) is leaves


@pytest.mark.django_db
def test_a_mail_that_was_meant_for_later_leaves_as_much_later(clocks):
    row = mail(queued_at=clocks.wrong, send_after=clocks.wrong + timedelta(hours=9))
    now = clocks.set_right()

    assert not is_due(row, now)
    row.refresh_from_db()
    assert (row.queued_at, row.send_after) == (now, now + timedelta(hours=9))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["default", "parts"])
@pytest.mark.parametrize(
    "put",
    [
        pytest.param(lambda cache: cache.set("key", "old", 60), id="set"),
        pytest.param(lambda cache: cache.add("key", "old", 60), id="added"),
        pytest.param(lambda cache: cache.get_or_set("key", "old", 60), id="got or set"),
    ],
)
def test_what_a_wrong_clock_kept_is_forgotten(clocks, name, put: Callable):
    clocks.go_wrong()
    put(caches[name])

    clocks.set_right()

    assert caches[name].get_many(["key"]) == {}
    assert caches[name].add("key", "new", 60)  # as a lock: whoever held it holds it no more
    assert not caches[name].add("key", "newer", 60)
    assert caches[name].get("key") == caches[name].get_or_set("key", "newer", 60) == "new"


@pytest.mark.django_db
def test_wrong_passwords_by_a_wrong_clock_do_not_shut_out_for_as_long(client, clocks, aki):
    aki.set_password(PASSWORD)
    aki.save()

    def sign_in(password: str) -> int:
        return client.post("/accounts/login/", {"login": aki.email, "password": password}).status_code

    clocks.go_wrong()
    for _ in range(12):
        sign_in("wrong-password-wrong")
    clocks.set_right()

    assert sign_in(PASSWORD) == 302


@pytest.mark.django_db
def test_a_limit_of_ours_that_was_spent_by_a_wrong_clock_is_whole(clocks):
    limit = limits.Limit("a-test", 1, timedelta(days=365 * 20))
    clocks.go_wrong()
    assert not limit.is_spent("somebody", timezone.now())
    assert limit.is_spent("somebody", timezone.now())

    assert not limit.is_spent("somebody", clocks.set_right())


@pytest.mark.parametrize(
    ("signed_in", "used", "over"),
    [
        pytest.param(timedelta(0), timedelta(0), False, id="just now"),
        pytest.param(AHEAD, AHEAD, True, id="signed in by a wrong clock"),
        pytest.param(timedelta(0), AHEAD, True, id="used by a wrong clock"),
    ],
)
def test_a_session_of_staff_from_the_future_is_over(signed_in, used, over):
    now = timezone.now()
    assert is_over_for_staff(now + signed_in, now + used, now) is over


@pytest.mark.django_db
def test_an_export_by_a_wrong_clock_leaves_todays_three(clocks, aki):
    from feedback.insight.flows import VERB, note_export

    for _ in range(EXPORTS.a_day):
        audit.record(VERB, aki, by=aki, now=clocks.wrong)

    note_export(by=aki, now=clocks.set_right())

    for _ in range(EXPORTS.a_day - 1):
        note_export(by=aki, now=timezone.now())
    with pytest.raises(Refused):
        note_export(by=aki, now=timezone.now())
