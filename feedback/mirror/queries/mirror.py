"""Mirrors: what letters, own strengths and the community's base rates say together, read for one member."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from feedback.mirror.limits import BASE_RATES, MIRROR
from feedback.mirror.queries import anonymous
from feedback.mirror.queries.received import Received
from feedback.mirror.rules.mirror import Change, Mirror, Observation, compare, reflect, weight_of
from feedback.models import AnonymousPicks, BaseRates, MirrorSnapshot, SamePicker, SelfStrengthSet, StrengthFeedback
from members.models import User

SNAPSHOTS_SHOWN = 6


@dataclass(frozen=True)
class Measure:
    """What a mirror is read against: the latest base rates, and which givers weigh half."""

    rates: BaseRates | None  # None until the first night
    same_pickers: Collection[int]

    @property
    def by_strength(self) -> dict[str, float]:
        """The usual share of each strength; empty before the first night."""
        return self.rates.rates if self.rates else {}


def latest_rates() -> BaseRates | None:
    """The version of the last night, or None before the first one."""
    return BaseRates.objects.order_by("computed_on").last()


def measure_for(member: User) -> Measure:
    """The measure for the letters to `member`. Two queries, however many letters."""
    rates = latest_rates()
    givers = StrengthFeedback.objects.released().filter(receiver=member).values("giver")
    same = SamePicker.objects.filter(rates=rates, giver__in=givers).values_list("giver_id", flat=True)
    return Measure(rates, frozenset(same) if rates else frozenset())


@dataclass(frozen=True)
class MirrorReading:
    """One member's mirror as the page reads it."""

    mirror: Mirror
    change: Change | None  # between the last two half-years, where both have people enough


def reading_of(
    member: User, letters: Sequence[Received], own: SelfStrengthSet | None, *, now: datetime
) -> MirrorReading:
    """The mirror of `member` and how it changed. Three queries, however many letters.

    Half-years are of letters alone: anonymous sets are pooled over months and belong to no half.
    """
    measure = measure_for(member)
    mirror = _mirror(member, letters, own, measure, now, anonymous.released_looks(member, now))
    if not mirror.shows_numbers:
        return MirrorReading(mirror, None)
    turn = now - MIRROR.half_year
    recent = [letter for letter in letters if _arrived(letter, turn, now)]
    before = [letter for letter in letters if _arrived(letter, turn - MIRROR.half_year, turn)]
    halves = [_mirror(member, half, own, measure, now) for half in (before, recent)]
    return MirrorReading(mirror, compare(*halves))


def _arrived(letter: Received, after: datetime, until: datetime) -> bool:
    return after < letter.released_at <= until


def mirror_of(member: User, letters: Sequence[Received], own: SelfStrengthSet | None, *, now: datetime) -> Mirror:
    """The mirror of `member`, made of `letters` (the latest first, as `letters_to` has them) and of anonymous sets.

    Three queries.
    """
    return _mirror(member, letters, own, measure_for(member), now, anonymous.released_looks(member, now))


def _mirror(
    member: User,
    letters: Sequence[Received],
    own: SelfStrengthSet | None,
    measure: Measure,
    now: datetime,
    sets: Sequence[Observation] = (),
) -> Mirror:
    """Letters that were put away do not count."""
    counted = [letter for letter in reversed(letters) if letter.put_away_at is None]
    return reflect(
        [*(_look(letter, measure, now) for letter in counted), *sets],
        own.picks if own else (),
        own_industry=member.profile.industry,
        base_rates=measure.by_strength,
    )


def _look(letter: Received, measure: Measure, now: datetime) -> Observation:
    age = now - letter.released_at
    of_giver = BASE_RATES.same_picks_weight if letter.giver_id in measure.same_pickers else 1.0
    weight = weight_of(age, fades_after=MIRROR.fades_after, of_giver=of_giver)
    return Observation(letter.giver_id, letter.giver_industry, tuple(letter.picks), weight)


def due_for_snapshot(rates: BaseRates) -> QuerySet[User]:
    """Everybody whose words have come and whose mirror was not looked at under these base rates yet."""
    letters = StrengthFeedback.objects.released().filter(receiver=OuterRef("pk"))
    sets = AnonymousPicks.objects.released().filter(receiver=OuterRef("pk"))
    looked_at = MirrorSnapshot.objects.filter(member=OuterRef("pk"), rates=rates)
    return User.objects.filter(Exists(letters) | Exists(sets), ~Exists(looked_at), is_active=True).order_by("pk")


def snapshots_of(member: User) -> list[MirrorSnapshot]:
    """What the mirror of `member` showed when it was open, the latest first; the last few."""
    opened = MirrorSnapshot.objects.filter(member=member, shown__has_key="windows")
    return list(opened.order_by("-pk")[:SNAPSHOTS_SHOWN])
