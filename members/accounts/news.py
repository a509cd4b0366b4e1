"""What is new for a member: what came to them since they last looked where it stands.

The chapters above know what comes to a member; each declares it (`declare_news`) when its app is ready. A page asks one
query for all of it, and none for a minute after that: what is kept is named by when the member looked last, so what was
seen is gone at once, on every device (docs/decisions/0066).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.core.cache import caches
from django.db.models import CharField, QuerySet, Value
from django.utils.dateparse import parse_datetime

from kouryu.clock import is_from_the_future
from members.accounts.limits import NEWS
from members.accounts.models import User

# Of a member, since a moment, as things stand now: rows with `news_at`, when each came.
Source = Callable[[User, datetime, datetime], QuerySet]
_SOURCES: dict[str, Source] = {}


def declare_news(kind: str, source: Source) -> None:
    """Say what of this kind came to a member; an app does when it is ready."""
    _SOURCES[kind] = source


def news_for(member: User, now: datetime) -> dict[str, int]:
    """How many of each kind are new, in the order in which the kinds were declared; kinds without any are left out."""
    found = caches["news"].get(key_of(member))
    if found is None:
        found = _read(member, now)
        caches["news"].set(key_of(member), found, NEWS.remembered_for.total_seconds())
    return found


def key_of(member: User) -> str:
    """Under what the news of a member are kept: it changes with each look."""
    looks = sha256(repr(sorted(member.news_seen.items())).encode()).hexdigest()[:16]
    return f"{member.pk}/{looks}"


def see_news(*kinds: str, member: User, now: datetime) -> None:
    """What came so far of these kinds is new no longer. Nothing is written where nothing was."""
    if not set(kinds) & set(news_for(member, now)):
        return
    member.news_seen = {**member.news_seen, **dict.fromkeys(kinds, now.isoformat())}
    member.save(update_fields=["news_seen"])


def _read(member: User, now: datetime) -> dict[str, int]:
    rows = [_rows(kind, source, member, now) for kind, source in _SOURCES.items()]
    if not rows:
        return {}
    first, *others = rows
    counted = Counter(kind for kind, _at in (first.union(*others, all=True) if others else first))
    return {kind: counted[kind] for kind in _SOURCES if counted[kind]}


def _rows(kind: str, source: Source, member: User, now: datetime) -> QuerySet:
    came = source(member, _seen_at(member, kind, now), now).order_by()
    return came.annotate(news_kind=Value(kind, CharField())).values_list("news_kind", "news_at")


def _seen_at(member: User, kind: str, now: datetime) -> datetime:
    """When the member last looked, and no longer ago than news stay new; a look of the future was none."""
    oldest = now - NEWS.looks_back_for
    seen = parse_datetime(member.news_seen.get(kind, ""))
    return oldest if seen is None or is_from_the_future(seen, now) else max(seen, oldest)
