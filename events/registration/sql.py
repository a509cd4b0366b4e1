"""Events in plain SQL, as whoever reads or registers asks for them (docs/decisions/0053)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from events.event.choices import Combined, ConditionKind, EventState
from events.models import Condition, Event, Mark, Registration
from events.registration.choices import RegistrationState
from kouryu import sql
from members.accounts.choices import Role
from members.models import Profile, User

# `EventQuerySet.visible_to`
_VISIBLE = """
    e.state <> %(draft)s AND e.published_at IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM events_condition c WHERE c.event_id = e.id AND c.kind = %(invited)s)
        OR e.conditions_combined <> %(all)s
            AND EXISTS (SELECT 1 FROM events_condition c WHERE c.event_id = e.id AND c.kind <> %(invited)s)
        OR e.host_id = %(member)s
        OR EXISTS (SELECT 1 FROM events_cohost h WHERE h.event_id = e.id AND h.member_id = %(member)s)
        OR EXISTS (SELECT 1 FROM events_invitation i WHERE i.event_id = e.id AND i.member_id = %(member)s)
        OR EXISTS (SELECT 1 FROM events_registration r WHERE r.event_id = e.id AND r.member_id = %(member)s)
    )
"""
# `host_may_lead`, of an event with its host
_HOST_MAY_LEAD = """
    host.is_active AND EXISTS (
        SELECT 1 FROM members_rolegrant g
        WHERE g.member_id = e.host_id AND g.ended_at IS NULL AND g.role IN (%(host)s, %(owner)s)
    ) AND NOT EXISTS (
        SELECT 1 FROM members_suspension s
        WHERE s.member_id = e.host_id AND s.ended_at IS NULL AND (s.until IS NULL OR s.until > e.starts_at)
    )
"""
_WITH_HOST = """
    FROM events_event e JOIN members_user host ON host.id = e.host_id
    LEFT JOIN members_profile profile ON profile.member_id = host.id
"""
_EVENT = f"SELECT e.* FROM events_event e WHERE e.id = %(event)s AND {_VISIBLE}"  # noqa: S608 - of constants
# With its host, what `with_line` adds, and whether the reader helps.
_EVENT_WITH_LINE = f"""
    SELECT e.*, host.*, profile.*,
           (SELECT count(*) FROM events_registration r WHERE r.event_id = e.id AND r.state = %(waiting)s) AS waiting,
           (
               SELECT count(*) FROM events_registration r
               WHERE r.event_id = e.id AND r.state = %(waiting)s AND r.is_first_timer
           ) AS first_timers_waiting,
           {_HOST_MAY_LEAD} AS has_leader,
           EXISTS (SELECT 1 FROM events_cohost h WHERE h.event_id = e.id AND h.member_id = %(member)s) AS is_helped
    {_WITH_HOST} WHERE e.id = %(event)s AND {_VISIBLE}
"""  # noqa: S608 - of constants
# Whoever is in it already still finds what nobody leads for the moment.
_COMING = f"""
    SELECT e.*, host.*, profile.*,
           EXISTS (SELECT 1 FROM events_invitation i WHERE i.event_id = e.id AND i.member_id = %(member)s) AS is_invited
    {_WITH_HOST}
    WHERE {_VISIBLE} AND e.state = %(published)s AND e.ends_at > %(now)s AND (
        {_HOST_MAY_LEAD}
        OR EXISTS (
            SELECT 1 FROM events_registration r WHERE r.event_id = e.id AND r.member_id = %(member)s
                AND r.state <> %(withdrawn)s
        )
    )
    ORDER BY e.starts_at, e.id
"""  # noqa: S608 - of constants
_AT_ITS_TIME = """
    SELECT r.*, e.state AS event_state FROM events_registration r JOIN events_event e ON e.id = r.event_id
    WHERE r.member_id = %(member)s AND e.starts_at < %(ends_at)s AND e.ends_at > %(starts_at)s
"""
_CONDITIONS = "SELECT * FROM events_condition WHERE event_id = %(event)s"
_KNOWN = """
    SELECT r.member_id, r.state, p.industry, r.wants_to_talk, r.is_first_timer, r.id
    FROM events_registration r LEFT JOIN members_profile p ON p.member_id = r.member_id
    WHERE r.event_id = %(event)s AND r.state IN (%(confirmed)s, %(offered)s, %(withdrawn)s)
"""
_MARKS = """
    SELECT m.id, m.points, m.expires_at, m.ruling, m.spared_for
    FROM events_mark m JOIN events_registration r ON r.id = m.registration_id WHERE r.member_id = %(member)s
"""
_WORDS = {
    "draft": EventState.DRAFT.value,
    "published": EventState.PUBLISHED.value,
    "invited": ConditionKind.INVITED.value,
    "all": Combined.ALL.value,
    "waiting": RegistrationState.WAITING.value,
    "confirmed": RegistrationState.CONFIRMED.value,
    "offered": RegistrationState.OFFERED.value,
    "withdrawn": RegistrationState.WITHDRAWN.value,
    "host": Role.HOST.value,
    "owner": Role.OWNER.value,
}


def find_visible(member: User, pk: int) -> Event | None:
    """An event that this member may see, without its host: enough for an act, whose flow reads it again, locked."""
    return sql.first(Event, _EVENT, event=pk, member=member.pk, **_WORDS)


def find_event(member: User, pk: int) -> Event | None:
    """An event that this member may see, with its host; `waiting`, `first_timers_waiting`: how many stand in line;
    `has_leader`: whether its host may lead it; `is_helped`: whether this member is one of its co-hosts.
    """
    found = sql.joined(_EVENT_WITH_LINE, Event, User, Profile, event=pk, member=member.pk, **_WORDS)
    if not found:
        return None
    event = _with_host(*found[0])
    event.has_leader, event.is_helped = bool(event.has_leader), bool(event.is_helped)
    return event


def coming_to(member: User, now: datetime) -> list[Event]:
    """What is not over yet and this member may see and come to, soonest first, with host and conditions;
    `is_invited`: whether this member is.
    """
    found = sql.joined(_COMING, Event, User, Profile, member=member.pk, now=now, **_WORDS)
    events = [_with_host(*row) for row in found]
    for event in events:
        event.is_invited = bool(event.is_invited)
    prefetch_related_objects(events, "conditions")
    return events


def _with_host(event: Event, host: User, profile: Profile | None) -> Event:
    event.host = host
    if profile is not None:  # else `host.profile` asks once more, and raises
        host.profile = profile
    return event


def registrations_at_the_time_of(member: User, event: Event) -> list[Registration]:
    """What the member has in this event and in others that overlap with it; `event_state`: the state of its event."""
    return sql.every(Registration, _AT_ITS_TIME, member=member.pk, starts_at=event.starts_at, ends_at=event.ends_at)


def condition_rows_of(event: Event) -> list[Condition]:
    """The rows of `conditions_of`."""
    return sql.every(Condition, _CONDITIONS, event=event.pk)


def marks_of(member: User) -> list[Mark]:
    """The marks of a member, with what counts of them."""
    return sql.every(Mark, _MARKS, member=member.pk)


class Known(NamedTuple):
    """Somebody with a seat, or who gave theirs back: in a count they stay with their batch."""

    member_id: int
    state: str
    industry: str | None
    wants_to_talk: str
    is_first_timer: bool
    registration_id: int


def known_of(event: Event) -> list[Known]:
    """Everybody who holds or held a seat of this event."""
    return [Known(*row) for row in sql.tuples(_KNOWN, event=event.pk, **_WORDS)]
