"""Two at the same moment plan one event, or take one invitation; and what is seen when the lock is taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from events.event.choices import Pattern, Right
from events.event.limits import CO_HOSTS
from events.event.rules.cohost import NoCoHost
from events.event.rules.event import NoHosting
from events.event.rules.series import NoSeries, Recurrence
from events.hosting.flows.cohost import ask_for_help, help_host
from events.hosting.flows.event import change_event, plan_event
from events.hosting.flows.publishing import publish_due_events, publish_later
from events.hosting.flows.series import begin_series, dates_ahead
from events.hosting.queries import hosting as queries
from events.models import CoHost, Event, Series
from kouryu.refusal import Gone
from members.models import AuditEntry, OutgoingMail
from tests import factories
from tests.events.plans import make_plan
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def no_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


@pytest.fixture
def draft(ren) -> Event:
    return plan_event(by=ren, plan=make_plan(timezone.now()), now=timezone.now())


def take(invitation, member):
    return lambda: _taken(invitation, member)


def _taken(invitation, member):
    try:
        return help_host(
            event_id=invitation.event_id, token=invitation.token, member=member, now=timezone.now()
        ).member_id
    except Gone:
        return None


def test_one_invitation_is_taken_by_one(ren, aki, mio):
    invitation = factories.make_co_host(factories.make_event(ren))
    taken = at_once("UPDATE", take(invitation, aki), take(invitation, mio))
    assert sorted(taken, key=str) == sorted([CoHost.objects.get().member_id, None], key=str)


def test_without_the_lock_both_believe_they_have_it(ren, aki, mio, no_locks):
    invitation = factories.make_co_host(factories.make_event(ren))
    assert set(at_once("UPDATE", take(invitation, aki), take(invitation, mio))) == {aki.pk, mio.pk}


def asks(event, ren):
    return lambda: ask_for_help(event_id=event.pk, right=Right.GROUPS, by=ren, now=timezone.now())


def test_no_more_helpers_are_asked_than_enough(ren):
    event = factories.make_event(ren)
    for _ in range(CO_HOSTS.most - 1):
        factories.make_co_host(event)
    answers = at_once('INSERT INTO "events_cohost"', asks(event, ren), asks(event, ren))
    assert (NoCoHost.MANY in answers, event.co_hosts.count()) == (True, CO_HOSTS.most)


def saves(draft, member, title):
    plan = replace(queries.plan_of(draft), title=title)
    return lambda: change_event(event_id=draft.pk, by=member, plan=plan, seen_version=1, now=timezone.now())


def test_of_two_hosts_who_save_the_later_is_told(draft, ren, sora):
    answers = at_once("UPDATE", saves(draft, ren, "わたしの名前"), saves(draft, sora, "あなたの名前"))
    draft.refresh_from_db()
    assert NoHosting.CHANGED_MEANWHILE in answers
    assert (draft.version, draft.run_sheet.count()) == (2, 4)
    assert [one.title for one in answers if isinstance(one, Event)] == [draft.title]


def begins(draft, ren):
    recurrence, now = Recurrence("weekly", timezone.localtime(draft.starts_at).replace(tzinfo=None)), timezone.now()
    zone = timezone.get_default_timezone()
    chosen = dates_ahead(recurrence, zone, passed=1, count=3, now=now)
    return lambda: begin_series(
        event_id=draft.pk,
        pattern=Pattern.WEEKLY,
        count=3,
        chosen=chosen,
        publish_before=None,
        zone=zone,
        by=ren,
        now=now,
    )


def test_a_series_is_begun_once(draft, ren):
    answers = at_once('INSERT INTO "events_series"', begins(draft, ren), begins(draft, ren))
    assert NoSeries.ALREADY in answers
    assert (Series.objects.count(), Event.objects.count()) == (1, 4)


def test_without_the_lock_there_are_two_series(draft, ren, no_locks):
    at_once('INSERT INTO "events_series"', begins(draft, ren), begins(draft, ren))
    assert Series.objects.count() == 2


def test_two_sweeps_publish_once(draft, ren):
    at = timezone.now() + timedelta(hours=1)
    publish_later(event_id=draft.pk, at=at, by=ren, now=timezone.now())
    sweep = lambda: publish_due_events(now=at)  # noqa: E731 - the act itself
    at_once('UPDATE "events_event"', sweep, sweep)
    draft.refresh_from_db()
    assert draft.state == "published"
    assert AuditEntry.objects.filter(verb="event.publish").count() == 1


def test_two_sweeps_tell_a_host_once(draft, ren):
    at = timezone.now() + timedelta(hours=1)
    publish_later(event_id=draft.pk, at=at, by=ren, now=timezone.now())
    Event.objects.filter(pk=draft.pk).update(room_url="")
    sweep = lambda: publish_due_events(now=at)  # noqa: E731 - the act itself
    at_once('INSERT INTO "members_outgoingmail"', sweep, sweep)
    assert OutgoingMail.objects.count() == 1
