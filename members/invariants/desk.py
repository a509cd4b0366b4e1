"""What must always be true of looks, notes of staff, and the keys by which the desk finds members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from members.audit.checking import BY_SQL, then
from members.desk.queries import words_of
from members.desk.rules import key_of
from members.models import AuditEntry, Look, StaffNote, User

READ_AT_ONCE = 2000


@then(BY_SQL + " Nobody opens the page of a member without a line.")
def looks_have_their_line(now: datetime) -> list[str]:
    lines = AuditEntry.objects.filter(
        verb="look", object_type=AuditEntry.type_of(User), object_id=OuterRef("member"), by=OuterRef("by")
    )
    lost = Look.objects.exclude(by=None).exclude(Exists(lines.filter(at=OuterRef("at"))))
    return [f"look {row.pk} has no line in the record of acts" for row in lost.order_by("pk")]


@then(BY_SQL + " A note is written with an act of the same person at the same moment.")
def staff_notes_have_their_line(now: datetime) -> list[str]:
    lines = AuditEntry.objects.filter(by=OuterRef("by"), at=OuterRef("at"))
    lost = StaffNote.objects.exclude(by=None).exclude(Exists(lines))
    return [f"staff note {row.pk} has no line in the record of acts" for row in lost.order_by("pk")]


@then("Save the account or its profile once more, or call `members.desk.flows.write_keys` for it.")
def members_are_found_by_their_words(now: datetime) -> list[str]:
    return [f"user {number} is not found by what is on record" for number in _not_found()]


def _not_found() -> Iterator[int]:
    users = User.objects.select_related("profile", "name_on_record").prefetch_related("search_keys").order_by("pk")
    for user in users.iterator(chunk_size=READ_AT_ONCE):
        wanted = {str(kind): key_of(words) for kind, words in words_of(user).items()}
        held = {key.kind: key.words for key in user.search_keys.all()}
        if held != {kind: words for kind, words in wanted.items() if words}:
            yield user.pk


CHECKS = [looks_have_their_line, staff_notes_have_their_line, members_are_found_by_their_words]
