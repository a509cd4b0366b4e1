"""The nightly work behind the mirrors: what is usual in the community, and what each mirror showed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from feedback.letters.strengths import strengths
from feedback.mirror.limits import BASE_RATES
from feedback.mirror.queries import mirror as mirrors
from feedback.mirror.queries import received
from feedback.mirror.rules.base_rates import Community, Picked, night_of, survey
from feedback.mirror.rules.mirror import shown
from feedback.models import BaseRates, MirrorSnapshot, SamePicker, StrengthFeedback
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account


@sweep("recompute-mirrors", every=EVERY_TEN_MINUTES)
def recompute_mirrors(*, now: datetime) -> int:
    """Compute the night's base rates if nobody has, and keep what mirrors show under them where it has changed.

    Returns how many snapshots are new. Safe to run twice, side by side, or again after it was killed half-way.
    """
    rates = recompute_base_rates(now=now)
    due = list(mirrors.due_for_snapshot(rates).values_list("pk", flat=True))
    return sum(keep_snapshot(member_id=member_id, rates=rates, now=now) for member_id in due)


def recompute_base_rates(*, now: datetime) -> BaseRates:
    """The version of this night: once it stands it never changes, whatever arrives later on that day."""
    night = night_of(now, at=BASE_RATES.computed_at)
    stands = BaseRates.objects.filter(computed_on=night).first()
    if stands:
        return stands
    community = survey(
        _letters(),
        known=strengths(),
        smoothing=BASE_RATES.smoothing,
        same_from=BASE_RATES.same_picks_from,
        same_share=BASE_RATES.same_picks_share,
    )
    return _keep_rates(community, computed_on=night, now=now)


@transaction.atomic
def keep_snapshot(*, member_id: int, rates: BaseRates, now: datetime) -> int:
    """Keep what this member's mirror shows now; 1 if that is new, 0 if the last snapshot still says it."""
    member = lock_account(member_id)
    latest = MirrorSnapshot.objects.filter(member=member).order_by("pk").last()
    if latest and latest.rates_id == rates.pk:
        return 0  # somebody else was faster
    letters, own = received.letters_to(member), received.own_strengths(member)
    mirror = mirrors.mirror_of(member, letters, own, now=now)
    if latest and latest.shown == shown(mirror):
        latest.rates = rates
        latest.save(update_fields=["rates"])
        return 0
    MirrorSnapshot.objects.create(member=member, rates=rates, shown=shown(mirror), taken_at=now)
    return 1


def _letters() -> Iterator[Picked]:
    """Every signed letter that arrived and was not hidden by a moderator, as `survey` wants them."""
    rows = StrengthFeedback.objects.released().order_by("giver_id", "receiver_id", "pk")
    for giver, receiver, picks in rows.values_list("giver_id", "receiver_id", "picks").iterator(chunk_size=2000):
        yield Picked(giver, receiver, tuple(picks))


@transaction.atomic
def _keep_rates(community: Community, *, computed_on: date, now: datetime) -> BaseRates:
    """Of two workers that counted the same night the first wins; last night's list of givers is forgotten."""
    rates, is_new = BaseRates.objects.get_or_create(
        computed_on=computed_on,
        defaults={"computed_at": now, "pairs": community.pairs, "rates": dict(community.rates)},
    )
    if is_new:
        SamePicker.objects.exclude(rates=rates).delete()
        SamePicker.objects.bulk_create(SamePicker(rates=rates, giver_id=giver) for giver in community.same_pickers)
    return rates
