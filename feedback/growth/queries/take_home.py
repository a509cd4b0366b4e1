"""Reads of what a member took home: notes, and what they held for normal. Only ever of the reader's own."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from feedback.growth.queries import step as steps
from feedback.models import Normal, TakeHomeNote, Thanks
from members.models import User


def notes_of(member: User) -> QuerySet[TakeHomeNote]:
    """The latest evening first."""
    notes = TakeHomeNote.objects.filter(member=member).select_related("event")
    return notes.order_by("-event__starts_at", "-pk")


def normals_of(member: User) -> QuerySet[Normal]:
    """The latest first."""
    normals = Normal.objects.filter(member=member).select_related("event", "person__profile")
    return normals.order_by("-written_at", "-pk")


def tell_apart(member: User, normals: Iterable[Normal]) -> None:
    """Note at each whether its person may be named (`names_person`) and was thanked for that evening (`is_told`).

    Two queries for any number. Whom `member` blocks is not named.
    """
    rows = list(normals)
    people = {row.person_id for row in rows if row.person_id}
    met = set(steps.people_met(member).filter(pk__in=people).values_list("pk", flat=True))
    thanked = set(Thanks.objects.filter(giver=member, receiver__in=people).values_list("receiver_id", "event_id"))
    for row in rows:
        row.names_person = row.person_id in met
        row.is_told = (row.person_id, row.event_id) in thanked
