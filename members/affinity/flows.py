"""Affinity groups: staff name and retire them, members put themselves in and out.

No line of the record says who joined or left: staff read the record, and nobody is ever shown with a group.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_line
from members.accounts.locks import lock_member
from members.affinity.limits import AFFINITY
from members.affinity.rules import NoAffinity
from members.audit import audit
from members.models import AffinityGroup, AffinityMember, User


@transaction.atomic
def name_affinity(
    *, by: User, name_ja: str, name_en: str, purpose_ja: str, purpose_en: str, now: datetime
) -> AffinityGroup:
    """A new group. Refused where an open one has the name, or so many are open that nobody would read them all."""
    if AffinityGroup.objects.open().count() >= AFFINITY.open_at_once:
        raise Refused(NoAffinity.TOO_MANY)
    words = {"name_en": clean_line(name_en), "purpose_ja": clean_line(purpose_ja), "purpose_en": clean_line(purpose_en)}
    group, is_new = AffinityGroup.objects.get_or_create(
        name_ja=clean_line(name_ja), retired_at=None, defaults={**words, "named_at": now}
    )
    if not is_new:
        raise Refused(NoAffinity.NAMED_ALREADY)
    audit.record("name-affinity", group, by=by, now=now)
    return group


@transaction.atomic
def retire_affinity(*, number: int, by: User, now: datetime) -> AffinityGroup:
    """Nobody joins it and no host asks for it any more. A second time changes nothing.

    Who is in it stays in for the evenings that ask for it already; `forget-affinities` lets them go afterwards.
    """
    group = get_or_gone(AffinityGroup.objects.select_for_update(no_key=True), pk=number)
    if group.retired_at is None:
        group.retired_at = now
        group.save(update_fields=["retired_at"])
        audit.record("retire-affinity", group, by=by, now=now)
    return group


@transaction.atomic
def join_affinity(*, member: User, number: int, now: datetime) -> AffinityGroup:
    """The member puts themselves into a group; a second time changes nothing. Refused where it was retired."""
    lock_member(member.pk)
    group = get_or_gone(AffinityGroup.objects.all(), pk=number)
    if group.retired_at is not None:
        raise Refused(NoAffinity.RETIRED)
    AffinityMember.objects.get_or_create(affinity=group, member=member, defaults={"joined_at": now})
    return group


@transaction.atomic
def leave_affinity(*, member: User, number: int) -> AffinityGroup:
    """The member takes themselves out, at any time. Seats that they hold stay theirs (decision 0070)."""
    lock_member(member.pk)
    group = get_or_gone(AffinityGroup.objects.all(), pk=number)
    AffinityMember.objects.filter(affinity=group, member=member).delete()
    return group
