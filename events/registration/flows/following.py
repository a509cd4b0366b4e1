"""Version numbers of an evening, by which its pages ask whether there is anything new for them."""

from __future__ import annotations

from django.db.models import F

from events.models import Event


def members_look_again(event: Event) -> None:
    """Something that members see has changed; the host sees it too. Call it with the event row locked."""
    Event.objects.filter(pk=event.pk).update(
        evening_version=F("evening_version") + 1, desk_version=F("desk_version") + 1
    )


def host_looks_again(event: Event) -> None:
    """Something that only the host sees has changed. Members must not even learn that: their number stays."""
    Event.objects.filter(pk=event.pk).update(desk_version=F("desk_version") + 1)
