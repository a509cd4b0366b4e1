"""Reads about who leads an event: its host, whom it can be handed to, and what a helper may do."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from events.event.choices import EventState
from events.event.models import EventQuerySet, is_in_standing_to_lead
from events.event.rules.cohost import ALL, COVERS
from events.models import Event
from members.accounts.choices import Role
from members.models import RoleGrant, User


def coming_without_leader(now: datetime) -> EventQuerySet:
    """Published evenings ahead whose host may not lead them, soonest first."""
    coming = Event.objects.filter(state=EventState.PUBLISHED, starts_at__gt=now)
    return coming.leaderless().select_related("host__profile").order_by("starts_at", "pk")


def has_leader(event: Event) -> bool:
    """May the host of this event lead it? One query."""
    return Event.objects.led().filter(pk=event.pk).exists()


def coming_of(host: User, now: datetime) -> EventQuerySet:
    """What this member is to lead: published or waiting to be, soonest first."""
    ahead = Q(state=EventState.PUBLISHED) | Q(state=EventState.DRAFT, publish_at__isnull=False)
    return Event.objects.filter(ahead, host=host, starts_at__gt=now).order_by("starts_at", "pk")


def who_may_lead(event: Event) -> QuerySet[User]:
    """Those to whom this event can be handed: hosts and owners in good standing who lead nothing else then."""
    published = Event.objects.filter(host=OuterRef("pk"), state=EventState.PUBLISHED)
    busy = published.overlapping(event.starts_at, event.ends_at)
    able = User.objects.get_queryset().filter(
        is_in_standing_to_lead("pk", event.starts_at), ~Exists(busy), is_active=True
    )
    return able.exclude(pk=event.host_id).select_related("profile").order_by("profile__called_name", "pk")


def owners() -> QuerySet[User]:
    """Those who decide about evenings that nobody leads."""
    grants = RoleGrant.objects.live().filter(role=Role.OWNER)
    return User.objects.get_queryset().filter(pk__in=grants.values("member"), is_active=True).select_related("profile")


def rights_in(event: Event, member: User) -> frozenset[str]:
    """What this member may do with an event that `run_by` found for them."""
    if event.host_id == member.pk or Role.OWNER in member.roles:
        return ALL
    return COVERS[event.co_hosts.get(member=member).right]
