"""Health: whether the site is alive and ready, for the machines that ask."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kouryu.celery import app
from kouryu.clock import is_from_the_future
from kouryu.sweeps import declared
from members.accounts.access import Access, open_to
from members.entrance.limits import HEALTH, SECURITY_TXT
from members.models import Heartbeat

Answer = TypeVar("Answer")

ANSWER_WITHIN = 1.0  # seconds; what answers later is not ready
HEARTBEAT = "heartbeat"  # the sweep that does nothing else than run
PLAIN_TEXT = "text/plain; charset=utf-8"
REMEMBERED_FOR = 1  # second: whoever asks often costs the database no more than whoever asks now and then

logger = logging.getLogger(__name__)


@require_safe
@open_to(Access.PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives: asks neither database nor broker, so that their failure restarts no web worker."""
    return HttpResponse("ok\n", content_type=PLAIN_TEXT)


@require_safe
@open_to(Access.PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and broker answer, beat is not late; else 503 with what is wrong."""
    answer = caches["parts"].get_or_set("readyz", _look, REMEMBERED_FOR)
    ready = set(answer.values()) == {"ok"}
    return JsonResponse({"ready": ready, **answer}, status=200 if ready else 503)


def _look() -> dict[str, str]:
    last_beat, database = _ask(_last_beat)
    _, broker = _ask(_reach_broker)
    return {"database": database, "broker": broker, "beat": _judge(last_beat, timezone.now())}


def _judge(last_beat: datetime | None, now: datetime) -> str:
    """`late`; or `clock`, when the beat was noted by a clock that is, or was, ahead of this one."""
    if last_beat is None:
        return "late"
    if is_from_the_future(last_beat, now):
        return "clock"
    late_after = HEALTH.beats * declared()[HEARTBEAT].every + HEALTH.slack
    return "late" if now - last_beat > late_after else "ok"


@require_safe
@open_to(Access.PUBLIC)
def robots(request: HttpRequest) -> HttpResponse:
    """A closed site is not for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type=PLAIN_TEXT)


@require_safe
@open_to(Access.PUBLIC)
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact for reports of security holes (RFC 9116). The date moves on by itself."""
    expires = timezone.now() + SECURITY_TXT.holds_for
    lines = [
        f"Contact: mailto:{settings.OPERATOR['email']}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: ja, en",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN_TEXT)


def _ask(question: Callable[[], Answer]) -> tuple[Answer | None, str]:
    """The answer and "ok", or None and what went wrong.

    Asked in a thread of its own, because a host that swallows packets is found out by a driver after many seconds
    only. The thread is not waited for: it ends with the driver's own timeout.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        return pool.submit(question).result(timeout=ANSWER_WITHIN), "ok"
    except TimeoutError:
        return None, "no answer"
    except Exception as error:  # each driver has its own; whatever it is, it is not ready
        logger.warning("not ready: %s", type(error).__name__)
        return None, "failing"
    finally:
        pool.shutdown(wait=False)


def _last_beat() -> datetime | None:
    try:
        return Heartbeat.objects.filter(job=HEARTBEAT).values_list("beat_at", flat=True).first()
    finally:
        connection.close()  # this thread's own


def _reach_broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0)
