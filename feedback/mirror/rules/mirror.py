"""The mirror: what the letters to a member say together.

The unit is the giver, not the letter: who writes five times still counts once per strength, so nothing can be
pumped up by pairs. With few answers a share would lie; it is pulled towards the share that is usual in the
community (a Beta prior worth four givers), and people read words of certainty, never percents and never a rank.

How many people saw a strength is always a whole number of people. The weight of a giver (old letters, or always the
same pick) enters only the estimated share and how sure it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from math import ceil, exp, floor, fsum, lgamma, log
from typing import Any

from feedback.mirror.limits import MIRROR

PRIOR_GIVERS = 4.0
USUAL_RATE = 2 / 30  # two picks of thirty: the average letter
SURE_ENOUGH = 0.9
INTERVAL_TAIL = 0.05  # on either side: 90 % lie between
MOST_TERMS = 10_000


class MirrorStage(StrEnum):
    """How much the mirror may show, by the number of givers."""

    BLANK = "blank"
    LETTERS = "letters"
    OPEN = "open"
    FULL = "full"
    NUMBERS = "numbers"


class Level(StrEnum):
    """How surely a strength is seen; the words for it are in the templates."""

    ONE = "one"
    SOME = "some"
    MANY = "many"


@dataclass(frozen=True)
class Observation:
    """One letter as the mirror sees it: who wrote, from which industry (or ""), what they picked, and its weight.

    An anonymous set has no giver (None): it counts as a giver of its own, who has no industry whatever is said here.
    """

    giver: int | str | None
    industry: str
    picks: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class SeenStrength:
    """One strength that somebody saw."""

    key: str
    givers: int
    industries: tuple[str, ...]
    mean: float  # posterior mean of the share of givers
    sureness: float  # P(share > twice the usual one)
    level: Level
    abroad: bool  # three people of three other industries: taken for granted at home
    shape: tuple[float, float]  # the a and b of the share's posterior Beta distribution

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies with a chance of 90 %."""
        return beta_quantile(INTERVAL_TAIL, *self.shape), beta_quantile(1 - INTERVAL_TAIL, *self.shape)

    @property
    def of_hundred(self) -> tuple[int, int]:
        """The same in people: of a hundred who talk with the member, about so many would pick it."""
        low, high = self.interval
        return floor(100 * low), ceil(100 * high)


@dataclass(frozen=True)
class Mirror:
    """What a member may be shown. `both`, `found`, `kept` and `headline` stay empty below three givers."""

    stage: MirrorStage
    givers: int
    seen: Mapping[str, SeenStrength]
    agreed: tuple[str, ...] = ()  # at two givers: what both of them saw
    both: tuple[SeenStrength, ...] = ()
    found: tuple[SeenStrength, ...] = ()
    kept: tuple[str, ...] = ()
    headline: SeenStrength | None = None

    @property
    def is_open(self) -> bool:
        """From three givers on: windows, flower, levels, industries."""
        return self.givers >= MIRROR.open_at

    @property
    def strengths(self) -> tuple[SeenStrength, ...]:
        """Everything that was seen, as the pages go through it: what the member chose first."""
        return (*self.both, *self.found)

    @property
    def shows_kept(self) -> bool:
        """From five givers on: own strengths that nobody has seen yet."""
        return self.givers >= MIRROR.absence_at

    @property
    def shows_numbers(self) -> bool:
        """From ten givers on: ranges, half-years, history."""
        return self.givers >= MIRROR.numbers_at


@dataclass(frozen=True)
class SeenFrom:
    """Who saw which strength: a row per strength, a column per industry that saw anything.

    Every mark comes from a signed letter that this member can read, so a column of one person tells nothing new.
    Anonymous sets have no industry and never make a mark.
    """

    industries: tuple[str, ...]
    rows: tuple[tuple[SeenStrength, tuple[bool, ...]], ...]

    def by(self, industry: str) -> tuple[SeenStrength, ...]:
        """What the people of one industry saw."""
        return tuple(seen for seen, _ in self.rows if industry in seen.industries)


@dataclass(frozen=True)
class Change:
    """What the latest half-year's givers see beside those of the half-year before; what is gone is not listed."""

    newly: tuple[SeenStrength, ...]
    steadily: tuple[SeenStrength, ...]


@dataclass
class _Giver:
    """All looks of one person: what they ever picked, their latest industry, the weight of their freshest look."""

    industry: str = ""
    picks: set[str] = field(default_factory=set)
    weight: float = 0.0


def reflect(
    looks: Sequence[Observation],
    own: Collection[str],
    *,
    own_industry: str = "",
    base_rates: Mapping[str, float] | None = None,
) -> Mirror:
    """The mirror of one member. `looks` in the order of arrival; `own` are the strengths they chose themselves."""
    givers = _givers(looks)
    count, whole = len(givers), fsum(giver.weight for giver in givers)
    rates = base_rates or {}
    seen = {
        key: _seen(key, who, whole, rates.get(key, USUAL_RATE), own_industry)
        for key, who in sorted(_by_strength(givers).items())
    }
    stage = stage_at(count)
    if count < MIRROR.open_at:
        agreed = tuple(key for key in seen if count > 1 and seen[key].givers == count)
        return Mirror(stage=stage, givers=count, seen=seen, agreed=agreed)
    both = _in_order(strength for strength in seen.values() if strength.key in own)
    found = _in_order(strength for strength in seen.values() if strength.key not in own)
    kept = tuple(sorted(set(own) - set(seen))) if count >= MIRROR.absence_at else ()
    return Mirror(stage, count, seen, both=both, found=found, kept=kept, headline=_headline(both, found))


def figures(mirror: Mirror) -> dict[str, Any]:
    """The mirror in plain values, as `manage.py compute_mirror` prints it."""
    return {
        "n": mirror.givers,
        "stage": mirror.stage.value,
        "seen": {
            seen.key: {
                "k": seen.givers,
                "mean": seen.mean,
                "p_above": seen.sureness,
                "level": seen.level.value,
                "industries": list(seen.industries),
            }
            for seen in mirror.seen.values()
        },
        "windows": windows(mirror),
    }


def shown(mirror: Mirror) -> dict[str, Any]:
    """What a member could read in it, step by step: nothing but the step while it is closed, and never a share."""
    if not mirror.is_open:
        return {"stage": mirror.stage.value}
    seen = {
        key: {"k": seen.givers, "level": seen.level.value, "industries": list(seen.industries)}
        for key, seen in mirror.seen.items()
    }
    return {"stage": mirror.stage.value, "n": mirror.givers, "seen": seen, "windows": windows(mirror)}


def windows(mirror: Mirror) -> dict[str, list[str] | None] | None:
    """The keys in each window; None while the mirror is closed, and `kept` None while absence says nothing."""
    if not mirror.is_open:
        return None
    return {
        "both": [seen.key for seen in mirror.both],
        "found": [seen.key for seen in mirror.found],
        "kept": list(mirror.kept) if mirror.shows_kept else None,
    }


def seen_from(mirror: Mirror) -> SeenFrom:
    """The table of strengths and industries; empty while the mirror is closed."""
    columns = tuple(sorted({industry for seen in mirror.strengths for industry in seen.industries}))
    rows = tuple(
        (seen, tuple(industry in seen.industries for industry in columns))
        for seen in mirror.strengths
        if seen.industries
    )
    return SeenFrom(columns, rows)


def taken_for_granted(mirror: Mirror) -> tuple[SeenStrength, ...]:
    """What may be ordinary in the member's own industry and is a strength outside: never chosen by themselves, and
    picked by three people of three other industries. Said from five givers on."""
    return tuple(seen for seen in mirror.found if seen.abroad) if mirror.shows_kept else ()


def compare(before: Mirror, recent: Mirror) -> Change | None:
    """How two half-years differ; None unless ten people or more gave in each."""
    if not (before.shows_numbers and recent.shows_numbers):
        return None
    by_several = [seen for seen in recent.strengths if seen.level != Level.ONE]
    return Change(
        newly=tuple(seen for seen in by_several if seen.key not in before.seen),
        steadily=tuple(
            seen for seen in by_several if seen.key in before.seen and before.seen[seen.key].level != Level.ONE
        ),
    )


def weight_of(age: timedelta, *, fades_after: timedelta, of_giver: float = 1.0) -> float:
    """How much a look of this age weighs. A giver weighs as much as their freshest look, so that one new letter
    makes all of theirs count in full again; `of_giver` is less than one for those who always pick the same."""
    return of_giver * (MIRROR.faded_weight if age > fades_after else 1.0)


def stage_at(givers: int) -> MirrorStage:
    """The stage of the mirror for this many different givers."""
    if givers == 0:
        return MirrorStage.BLANK
    if givers < MIRROR.open_at:
        return MirrorStage.LETTERS
    if givers < MIRROR.absence_at:
        return MirrorStage.OPEN
    if givers < MIRROR.numbers_at:
        return MirrorStage.FULL
    return MirrorStage.NUMBERS


def posterior_mean(part: float, whole: float, rate: float = USUAL_RATE) -> float:
    """The expected share of people who would pick this, after `part` of `whole` givers (weighed) did."""
    return (part + PRIOR_GIVERS * rate) / (whole + PRIOR_GIVERS)


def posterior_shape(part: float, whole: float, rate: float = USUAL_RATE) -> tuple[float, float]:
    """The a and b of the Beta distribution of that share."""
    return PRIOR_GIVERS * rate + part, PRIOR_GIVERS * (1 - rate) + whole - part


def sureness(part: float, whole: float, rate: float = USUAL_RATE) -> float:
    """How likely the true share is above twice the usual one."""
    return 1 - incomplete_beta(MIRROR.times_usual * rate, *posterior_shape(part, whole, rate))


def level_of(givers: int, sure: float) -> Level:
    """The word of certainty for so many givers and this probability of being above the usual."""
    if givers == 1:
        return Level.ONE
    return Level.MANY if givers >= MIRROR.many_givers and sure >= SURE_ENOUGH else Level.SOME


def _givers(looks: Sequence[Observation]) -> list[_Giver]:
    """Everybody who gave, each once; an anonymous set is somebody of its own."""
    named: dict[int | str, _Giver] = {}
    anonymous: list[_Giver] = []
    for look in looks:
        if look.giver is None:
            anonymous.append(_Giver(picks=set(look.picks), weight=look.weight))
            continue
        giver = named.setdefault(look.giver, _Giver())
        giver.picks.update(look.picks)
        giver.industry = look.industry
        giver.weight = max(giver.weight, look.weight)
    return [*named.values(), *anonymous]


def _by_strength(givers: Iterable[_Giver]) -> dict[str, list[_Giver]]:
    who: dict[str, list[_Giver]] = {}
    for giver in givers:
        for key in giver.picks:
            who.setdefault(key, []).append(giver)
    return who


def _seen(key: str, who: Sequence[_Giver], whole: float, rate: float, own_industry: str) -> SeenStrength:
    """`whole` is the weight of all givers together, those who saw something else included."""
    part = fsum(giver.weight for giver in who)
    sure = sureness(part, whole, rate)
    industries = [giver.industry for giver in who if giver.industry]
    abroad = [industry for industry in industries if industry != own_industry]
    return SeenStrength(
        key=key,
        givers=len(who),
        industries=tuple(sorted(set(industries))),
        mean=posterior_mean(part, whole, rate),
        sureness=sure,
        level=level_of(len(who), sure),
        abroad=len(abroad) >= MIRROR.abroad_givers and len(set(abroad)) >= MIRROR.abroad_industries,
        shape=posterior_shape(part, whole, rate),
    )


def _in_order(strengths: Iterable[SeenStrength]) -> tuple[SeenStrength, ...]:
    """Seen from more industries first, then the more certain."""
    return tuple(sorted(strengths, key=lambda seen: (-len(seen.industries), -seen.mean, seen.key)))


def _headline(both: Sequence[SeenStrength], found: Sequence[SeenStrength]) -> SeenStrength | None:
    """The news: the first unexpected strength that two industries saw, else the first that was confirmed."""
    across = (seen for seen in found if len(seen.industries) > 1)
    return next(across, both[0] if both else None)


def beta_quantile(chance: float, a: float, b: float) -> float:
    """Below which x a Beta(a, b) variable lies with this chance; by halving, to about 1e-15."""
    if b <= 0:
        return 1.0  # everybody, and nobody was expected to do otherwise
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if incomplete_beta(middle, a, b) < chance else (low, middle)
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) variable is at most `x`.

    By its continued fraction (DLMF 8.17.22, https://dlmf.nist.gov/8.17#v), which converges fast for
    x < (a + 1) / (a + b + 2); beyond that the symmetry I_x(a, b) = 1 - I_{1-x}(b, a) leads back there. Written
    here because the standard library has no such function and SciPy is forty megabytes for one number.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _lower_part(1 - x, b, a)
    return _lower_part(x, a, b)


def _lower_part(x: float, a: float, b: float) -> float:
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    return front * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """1/(1+ d1/(1+ d2/(1+ …))) with the d of DLMF 8.17.23, evaluated forwards by the modified Lentz method.

    Lentz' method multiplies two running quotients until their product no longer changes; a quotient of zero is
    replaced by a tiny number (Press et al., Numerical Recipes, 5.2). A dozen terms do for a mirror; the number
    needed grows with the root of a + b, and the limit is enough for millions of givers.
    """
    tiny, close_enough = 1e-300, 1e-15
    upper, lower, value = 1.0, 0.0, 1.0
    for term in range(MOST_TERMS):
        m = term // 2
        if term == 0:
            d = 1.0
        elif term % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / (1 + d * lower or tiny)
        upper = 1 + d / upper or tiny
        value *= upper * lower
        if term and abs(upper * lower - 1) < close_enough:
            break
    return value - 1
