"""What becomes of the line of a list by which somebody came who goes."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving, stays
from members.models import MemberImport, MovedIn, User

stays(
    MemberImport,
    why="the work of the desk; it names who sent the list, and the list itself goes within a day",
    until="for good",
)


@on_leaving(MovedIn)
def delete_moved_in(member: User, *, now: datetime) -> None:
    """The same list, sent again, then knows nobody of this address."""
    MovedIn.objects.filter(member=member).delete()
