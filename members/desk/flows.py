"""Acts of the desk on a member: their page, a note, the name on record, the keys that find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from kouryu.words import clean_line
from members.accounts.choices import Role
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.desk.choices import SearchKind, StaffAct
from members.desk.queries import open_look, words_of
from members.desk.rules import (
    NoLook,
    NoStaffNote,
    RoleWish,
    key_of,
    why_not_act,
    why_not_end,
    why_not_grant,
    why_not_look,
    why_not_note,
)
from members.models import Look, NameOnRecord, RoleGrant, SearchKey, StaffNote, User

# From the widest on what they read of a member.
_ROLES = (Role.OWNER, Role.MODERATOR, Role.DESK)


def _role_of(by: User) -> Role:
    """The widest role in which `by` reads the page: the member is not told of less."""
    return next(role for role in _ROLES if role.value in by.roles)


KEYS_AT_ONCE = 500


@transaction.atomic
def look(*, member: User, by: User, purpose: str, words: str = "", now: datetime) -> Look:
    """Open the page of `member` to `by` for a while. The member reads who, in which role, when and why.

    Refused without a purpose. While a look is open, it is the same one.
    """
    if reason := why_not_look(purpose, words):
        raise Refused(reason)
    lock_member(by.pk)
    if found := open_look(by, member, now):
        return found
    made = Look.objects.create(
        member=member, by=by, role=_role_of(by), purpose=purpose, words=clean_line(words), at=now
    )
    audit.record("look", member, by=by, now=now, why=purpose)
    return made


def note_search(*, by: User, found: int, now: datetime) -> None:
    """Note that `by` looked for a member, and how many were found; never the words."""
    audit.record("search-members", by, by=by, now=now, why=str(found))


def must_be_open(by: User, member: User, now: datetime) -> None:
    """Refuse an act at a page that `by` has not opened, or not lately."""
    if open_look(by, member, now) is None:
        raise Refused(NoLook.NOT_OPEN)


@transaction.atomic
def write_note(*, member: User, by: User, words: str, now: datetime) -> StaffNote:
    """Keep words of staff about a member. Refused when the page is not open, or without words."""
    must_be_open(by, member, now)
    if reason := why_not_note(words):
        raise Refused(reason)
    note = StaffNote.objects.create(member=member, by=by, role=_role_of(by), at=now, words=words.strip())
    audit.record("write-staff-note", member, by=by, now=now)
    return note


def keep_reason(act: StaffAct, *, member: User, by: User, words: str, now: datetime) -> StaffNote:
    """Keep why `by` did this at the page of `member`, in the act's own transaction.

    Refused as a note is, and as `why_not_act` says: every act of the desk passes here.
    """
    must_be_open(by, member, now)
    of = frozenset(member.role_grants.live().values_list("role", flat=True))
    if not_theirs := why_not_act(is_oneself=member.pk == by.pk, of=of, by=by.roles):
        raise Refused(not_theirs)
    if reason := why_not_note(words):
        raise Refused(reason)
    return StaffNote.objects.create(member=member, by=by, role=_role_of(by), at=now, act=act, words=words.strip())


@transaction.atomic
def correct_name(
    *, member: User, by: User, name: str, reading: str, seen_version: int, why: str, now: datetime
) -> NameOnRecord:
    """Write down the name and its reading as the bank and the accounts know them.

    Refused without a name or a reason, and when somebody else changed it since this version was seen.
    """
    lock_account(member.pk)
    name, reading = clean_line(name), clean_line(reading)
    if not name:
        raise Refused(NoStaffNote.NAME_MISSING)
    row = NameOnRecord.objects.filter(member=member).first()
    if seen_version != (row.version if row else 0):
        raise Refused(NoStaffNote.CHANGED_MEANWHILE)
    keep_reason(StaffAct.CORRECT_NAME, member=member, by=by, words=why, now=now)
    row = row or NameOnRecord(member=member, version=0)
    row.name, row.reading, row.version = name, reading, row.version + 1
    row.save()
    member.name_on_record = row
    audit.record("correct-name", member, by=by, now=now, fields=["name", "reading"])
    return row


def write_keys(member: User) -> None:
    """Bring the search keys of a member up to date, in the transaction that changes a word."""
    wanted = {kind: key_of(words) for kind, words in words_of(member).items()}
    held = dict(member.search_keys.values_list("kind", "words"))
    for kind, words in wanted.items():
        if held.get(kind, "") == words:
            continue
        if words:
            SearchKey.objects.update_or_create(member=member, kind=SearchKind(kind), defaults={"words": words})
        else:
            member.search_keys.filter(kind=kind).delete()


def write_keys_of_new(people: Iterable[tuple[User, Mapping[SearchKind, str]]]) -> None:
    """Write the search keys of members who have none yet, made of these words by kind: bulk writes send no signal."""
    keys = (
        SearchKey(member=member, kind=kind, words=key)
        for member, words in people
        for kind, said in words.items()
        if (key := key_of(said))
    )
    SearchKey.objects.bulk_create(keys, batch_size=KEYS_AT_ONCE)


# --- roles


@transaction.atomic
def grant_role(*, member: User, role: Role, by: User | None, last_day: date | None = None, now: datetime) -> RoleGrant:
    """Let `member` act in `role` from the next request on. Granting twice returns the first grant."""
    lock_account(member.pk)
    grant, created = RoleGrant.objects.live().get_or_create(
        member=member, role=role, defaults={"granted_at": now, "granted_by": by, "last_day": last_day}
    )
    if created:
        audit.record("grant-role", grant, by=by, now=now, why=role.value)
    return grant


@transaction.atomic
def end_role(*, member: User, role: Role, by: User | None, now: datetime) -> None:
    """Take the role back; the grant stays as history. Nothing happens when it is not held."""
    lock_account(member.pk)
    grant = member.role_grants.live().filter(role=role).first()
    if grant is None:
        return
    grant.ended_at = now
    grant.save(update_fields=["ended_at"])
    audit.record("end-role", grant, by=by, now=now, fields=["ended_at"], why=role.value)


@transaction.atomic
def grant_role_with_reason(
    *, member: User, role: Role, by: User, last_day: date | None, why: str, now: datetime
) -> RoleGrant:
    """Grant a role at the page of `member`, with the reason among their notes. Refused as `why_not_grant` says."""
    locked = lock_account(member.pk)
    wish = RoleWish(
        is_held=locked.role_grants.live().filter(role=role).exists(),
        is_in_standing=locked.is_active and not locked.suspensions.open_at(now).exists(),
        last_day=last_day,
    )
    if reason := why_not_grant(wish, timezone.localdate(now)):
        raise Refused(reason)
    keep_reason(StaffAct.GRANT_ROLE, member=member, by=by, words=why, now=now)
    return grant_role(member=member, role=role, by=by, last_day=last_day, now=now)


@transaction.atomic
def end_role_with_reason(*, member: User, role: Role, by: User, why: str, now: datetime) -> None:
    """End a role at the page of `member`, with the reason among their notes. Refused as `why_not_end` says."""
    stay = len(owners_who_stay(but=member, now=now)) if role == Role.OWNER else 0
    locked = lock_account(member.pk)
    is_held = locked.role_grants.live().filter(role=role).exists()
    if reason := why_not_end(is_held=is_held, role=role, owners_left=stay):
        raise Refused(reason)
    keep_reason(StaffAct.END_ROLE, member=member, by=by, words=why, now=now)
    end_role(member=member, role=role, by=by, now=now)


def owners_who_stay(*, but: User, now: datetime) -> list[User]:
    """The others who are owners without a last day, with an open account and no suspension.

    All owners' grants are locked in one order, so that the last two cannot end each other at once.
    """
    grants = RoleGrant.objects.live().filter(role=Role.OWNER).order_by("pk").select_for_update()
    lasting = [one.member for one in grants if one.last_day is None and one.member_id != but.pk]
    return [owner for owner in lasting if owner.is_active and not owner.suspensions.open_at(now).exists()]


@sweep("end-roles", every=EVERY_TEN_MINUTES)
def end_due_roles(*, now: datetime) -> int:
    """End the roles whose last day is over; returns how many. The site keeps its last owner, whatever the day."""
    over = RoleGrant.objects.live().filter(last_day__lt=timezone.localdate(now))
    return sum(_end_due(grant, now) for grant in over.select_related("member").order_by("pk"))


@transaction.atomic
def _end_due(grant: RoleGrant, now: datetime) -> bool:
    if grant.role == Role.OWNER and not owners_who_stay(but=grant.member, now=now):
        return False
    end_role(member=grant.member, role=Role(grant.role), by=None, now=now)
    return True
