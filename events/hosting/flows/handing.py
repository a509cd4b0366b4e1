"""An evening whose host may not lead it: its owners are told, and hand it to another host."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.event.choices import EventState
from events.event.queries import leaders
from events.hosting import mails
from events.hosting.flows.event import tell_of_change
from events.hosting.rules import why_not_hand_over
from events.models import Event
from events.registration.choices import RegistrationState
from events.registration.flows.following import members_look_again
from events.registration.flows.seats import lock_event, move
from events.registration.flows.waitlist import close_open_offer, move_line
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User


@transaction.atomic
def hand_over(*, event_id: int, to: User, by: User, now: datetime) -> Event:
    """Let another host lead this evening from now on, and tell everybody concerned. Twice changes nothing.

    Who leads holds no seat and helps no more: what the new host had of these is given back, without a mark. Whoever
    registered with the old one may withdraw freely, as after any other change. Refuses what `why_not_hand_over` says.
    """
    lock_member(to.pk)
    event = lock_event(event_id)
    if event.host_id == to.pk:
        return event
    is_able = leaders.who_may_lead(event).filter(pk=to.pk).exists()
    if reason := why_not_hand_over(event.state, is_able=is_able):
        raise Refused(reason)
    old, event.host = event.host, to
    event.version += 1
    if event.state == EventState.PUBLISHED:
        event.terms_changed_at = now
    event.save(update_fields=["host", "version", "terms_changed_at"])
    event.co_hosts.filter(member=to).delete()
    _leave_the_circle(event, to, by=by, now=now)
    members_look_again(event)
    audit.record("event.hand-over", event, by=by, now=now, fields=["host"], why=str(to.pk))
    mails.handed_over(event, old, now=now)
    if event.state == EventState.PUBLISHED:
        tell_of_change(event, moves=False, has_new_host=True, now=now)
        move_line(event, now=now)
    return event


def _leave_the_circle(event: Event, host: User, *, by: User, now: datetime) -> None:
    registration = event.registrations.live().filter(member=host).first()
    if registration:
        close_open_offer(registration, now=now)
        move(registration, RegistrationState.WITHDRAWN, now=now)
        registration.seat_given_up_at = None  # it was not given up: no mark, and no mail to who did not come
        registration.save(update_fields=["seat_given_up_at"])
        audit.record("registration.withdraw", registration, by=by, now=now)


@sweep("tell-of-leaderless", every=OFTEN)
def tell_of_leaderless(*, now: datetime) -> int:
    """Tell the owners of each coming evening whose host may not lead it: once, and again on its last day.

    Whatever the cause: a suspension, a role that ended, an account that was closed. The key of a mail says that it is
    written. Returns how many were written.
    """
    events = list(leaders.coming_without_leader(now))
    owners = list(leaders.owners()) if events else []
    written = 0
    for event in events:
        for owner in owners:
            with transaction.atomic():
                written += mails.leaderless(event, owner, now=now)
    return written
