"""Reads about affinity groups: which there are, and which one member is in. Nobody else's are ever read by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from members.models import AffinityGroup, AffinityMember, User


@dataclass(frozen=True)
class OwnAffinities:
    """The ids of the groups that a member is in, and of those that they could put themselves into."""

    joined: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()


def affinities_of(member: User) -> OwnAffinities:
    """For the conditions of evenings; one query."""
    groups = list(shown_to(member))
    return OwnAffinities(
        joined=frozenset(str(group.pk) for group in groups if group.is_joined),
        open=frozenset(str(group.pk) for group in groups if group.retired_at is None and not group.is_joined),
    )


def shown_to(member: User) -> QuerySet[AffinityGroup]:
    """The open groups, and the retired ones that the member is still in; `is_joined`: whether they are."""
    joined = Exists(AffinityMember.objects.filter(affinity=OuterRef("pk"), member=member))
    return AffinityGroup.objects.annotate(is_joined=joined).exclude(retired_at__isnull=False, is_joined=False)


def affinity_names() -> dict[str, str]:
    """All groups by id, retired ones too, in the reader's language: evenings of earlier days asked for them."""
    return {str(group.pk): str(group) for group in AffinityGroup.objects.all()}


def members_of(group_ids: Collection[str]) -> dict[str, set[int]]:
    """Who is in these groups, by the id of the group. Only to be counted in batches, never to be shown."""
    found: dict[str, set[int]] = {one: set() for one in group_ids}
    rows = AffinityMember.objects.filter(affinity__in=found)
    for group, member in rows.values_list("affinity_id", "member_id"):
        found[str(group)].add(member)
    return found
