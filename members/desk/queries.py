"""Reads of the desk: members by any spelling, looks, notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from members.accounts.choices import Role
from members.accounts.rules import Access, is_opened_by
from members.desk.choices import SearchKind
from members.desk.limits import SEARCHES
from members.desk.rules import pieces_of, says_something
from members.models import Look, RoleGrant, SearchKey, StaffNote, User


def kinds_for(roles: frozenset[str]) -> list[SearchKind]:
    """By what somebody with these roles finds members: moderators by what members call each other."""
    return list(SearchKind) if is_opened_by(roles, Access.DESK) else [SearchKind.CALLED]


def found_by(line: str, *, also: Iterable[int] = (), kinds: Iterable[SearchKind] = SearchKind) -> list[User]:
    """The members whom this line names, the best first: one key as a whole, then its beginning, then a part of it;
    at last those of whom every part of the line names something. `also`: ids that are known otherwise, before all.
    `kinds`: the keys that are looked at.
    """
    pieces = pieces_of(line)
    whole, parts = "".join(pieces), [piece for piece in pieces if says_something(piece)]
    ranked: dict[int, int] = dict.fromkeys(also, 0)
    if says_something(whole):
        for member_id, words in _keys_with(whole, kinds):
            ranked[member_id] = min(ranked.get(member_id, 9), _rank(words, whole))
    for member_id in _with_every(parts, kinds):
        ranked.setdefault(member_id, 4)
    best = sorted(ranked, key=lambda pk: (ranked[pk], pk))[: SEARCHES.shown]
    people = User.objects.select_related("profile", "name_on_record").in_bulk(best)
    return [people[pk] for pk in best if pk in people]


def _keys_with(words: str, kinds: Iterable[SearchKind]) -> list[tuple[int, str]]:
    """The few best keys: those that begin with the words, the shortest first, then those that hold them."""
    keys = SearchKey.objects.filter(words__contains=words, kind__in=kinds)
    keys = keys.order_by("words", "member").values_list("member", "words")
    return [*keys.filter(words__startswith=words)[: SEARCHES.shown], *keys[: SEARCHES.shown]]


def _rank(words: str, wanted: str) -> int:
    if words == wanted:
        return 1
    return 2 if words.startswith(wanted) else 3


def _with_every(parts: list[str], kinds: Iterable[SearchKind]) -> list[int]:
    """Members of whom each part of the line is in some key: 山田 花子 finds やまだ beside はなこ@…, in any order."""
    if len(parts) < SEARCHES.fewest:
        return []
    members = User.objects.all()
    for part in parts:
        members = members.filter(pk__in=SearchKey.objects.filter(words__contains=part, kind__in=kinds).values("member"))
    return list(members.order_by("pk").values_list("pk", flat=True)[: SEARCHES.shown])


def words_of(member: User) -> dict[str, str]:
    """What the keys of a member are made of, by kind. Nobody is found whose account went."""
    if not member.is_active:
        return {}
    profile, name = getattr(member, "profile", None), getattr(member, "name_on_record", None)
    return {
        SearchKind.CALLED: profile.called_name if profile else "",
        SearchKind.NAME: name.name if name else "",
        SearchKind.READING: name.reading if name else "",
        SearchKind.ADDRESS: member.email,
    }


def holders() -> dict[str, list[RoleGrant]]:
    """Who holds which role now, the longest first."""
    held: dict[str, list[RoleGrant]] = {role: [] for role in Role.values}
    for grant in RoleGrant.objects.live().select_related("member__profile").order_by("granted_at", "pk"):
        held[grant.role].append(grant)
    return held


def open_look(by: User, member: User, now: datetime) -> Look | None:
    """The look of this reader that opens the page now."""
    return Look.objects.open_at(now).filter(by=by, member=member).order_by("-at").first()


def looks_at(member: User) -> QuerySet[Look]:
    """Who opened the page of a member, the latest first."""
    return member.looks.select_related("by__profile").order_by("-at", "-pk")


def notes_about(member: User, reader: User) -> QuerySet[StaffNote]:
    """What staff of the reader's roles wrote about a member, the latest first; nothing of oneself. Owners read all."""
    notes = member.staff_notes.select_related("by__profile").order_by("-at", "-pk")
    if Role.OWNER.value in reader.roles:
        return notes
    return notes.filter(role__in=reader.roles).exclude(member=reader)
