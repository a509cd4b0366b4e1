"""What do the letters to a member say together?

The unit is the giver, not the letter: who writes five times still counts once per strength, so nothing can be
pumped up by pairs. With few answers a share would lie; it is pulled towards the share that is usual in the
community (a Beta prior worth four givers), and people read words of certainty, never percents and never a rank.

Not here yet: the nightly base rate of the community (2/30 until then) and the weight of letters older than 24
months.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log

PRIOR_GIVERS = 4.0
USUAL_RATE = 2 / 30  # two picks of thirty: the average letter
TIMES_USUAL = 2  # "many" means: surely more than twice as often as usual
SURE_ENOUGH = 0.9
MANY_GIVERS = 3
OPEN_AT = 3
ABSENCE_AT = 5  # with fewer givers, "nobody saw it" says nothing
NUMBERS_AT = 10
ABROAD_INDUSTRIES = ABROAD_GIVERS = 3


class Stage(StrEnum):
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
class Look:
    """One letter as the mirror sees it: who wrote, from which industry (or ""), and what they picked."""

    giver: int
    industry: str
    picks: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """One strength that somebody saw."""

    key: str
    givers: int
    industries: tuple[str, ...]
    mean: float  # posterior mean of the share of givers
    sureness: float  # P(share > twice the usual one)
    level: Level
    abroad: bool  # three people of three other industries: taken for granted at home


@dataclass(frozen=True)
class Mirror:
    """What a member may be shown. `both`, `found`, `kept` and `headline` stay empty below three givers."""

    stage: Stage
    givers: int
    seen: Mapping[str, Seen]
    agreed: tuple[str, ...] = ()  # at two givers: what both of them saw
    both: tuple[Seen, ...] = ()
    found: tuple[Seen, ...] = ()
    kept: tuple[str, ...] = ()
    headline: Seen | None = None

    @property
    def is_open(self) -> bool:
        return self.givers >= OPEN_AT

    @property
    def shows_kept(self) -> bool:
        return self.givers >= ABSENCE_AT


def reflect(
    looks: Sequence[Look],
    own: Collection[str],
    *,
    own_industry: str = "",
    base_rates: Mapping[str, float] | None = None,
) -> Mirror:
    """The mirror of one member. `looks` in the order of arrival; `own` are the strengths they chose themselves."""
    picked, industry_of = _by_giver(looks)
    count = len(picked)
    seen = {
        key: _seen(
            key,
            [giver for giver, picks in picked.items() if key in picks],
            industry_of,
            count,
            (base_rates or {}).get(key, USUAL_RATE),
            own_industry,
        )
        for key in sorted({key for picks in picked.values() for key in picks})
    }
    stage = stage_at(count)
    if count < OPEN_AT:
        agreed = tuple(key for key in seen if count > 1 and seen[key].givers == count)
        return Mirror(stage=stage, givers=count, seen=seen, agreed=agreed)
    both = _in_order(strength for strength in seen.values() if strength.key in own)
    found = _in_order(strength for strength in seen.values() if strength.key not in own)
    kept = tuple(key for key in own if key not in seen) if count >= ABSENCE_AT else ()
    return Mirror(stage, count, seen, both=both, found=found, kept=kept, headline=_headline(both, found))


def stage_at(givers: int) -> Stage:
    """The step of the ladder for this many different givers."""
    if givers == 0:
        return Stage.BLANK
    if givers < OPEN_AT:
        return Stage.LETTERS
    if givers < ABSENCE_AT:
        return Stage.OPEN
    if givers < NUMBERS_AT:
        return Stage.FULL
    return Stage.NUMBERS


def posterior_mean(givers: int, of: int, rate: float = USUAL_RATE) -> float:
    """The expected share of people who would pick this, after `givers` of `of` people did."""
    return (givers + PRIOR_GIVERS * rate) / (of + PRIOR_GIVERS)


def sureness(givers: int, of: int, rate: float = USUAL_RATE) -> float:
    """How likely the true share is above twice the usual one."""
    a = PRIOR_GIVERS * rate + givers
    b = PRIOR_GIVERS * (1 - rate) + of - givers
    return 1 - incomplete_beta(TIMES_USUAL * rate, a, b)


def level_of(givers: int, sure: float) -> Level:
    if givers == 1:
        return Level.ONE
    return Level.MANY if givers >= MANY_GIVERS and sure >= SURE_ENOUGH else Level.SOME


def _by_giver(looks: Sequence[Look]) -> tuple[dict[int, set[str]], dict[int, str]]:
    """What each giver ever picked, and the industry of their latest letter."""
    picked: dict[int, set[str]] = {}
    industry_of: dict[int, str] = {}
    for look in looks:
        picked.setdefault(look.giver, set()).update(look.picks)
        industry_of[look.giver] = look.industry
    return picked, industry_of


def _seen(
    key: str, who: Sequence[int], industry_of: Mapping[int, str], of: int, rate: float, own_industry: str
) -> Seen:
    sure = sureness(len(who), of, rate)
    from_other = [industry_of[giver] for giver in who if industry_of[giver] not in {"", own_industry}]
    return Seen(
        key=key,
        givers=len(who),
        industries=tuple(sorted({industry_of[giver] for giver in who} - {""})),
        mean=posterior_mean(len(who), of, rate),
        sureness=sure,
        level=level_of(len(who), sure),
        abroad=len(from_other) >= ABROAD_GIVERS and len(set(from_other)) >= ABROAD_INDUSTRIES,
    )


def _in_order(strengths: Iterable[Seen]) -> tuple[Seen, ...]:
    """Seen from more industries first, then the more certain."""
    return tuple(sorted(strengths, key=lambda seen: (-len(seen.industries), -seen.mean, seen.key)))


def _headline(both: Sequence[Seen], found: Sequence[Seen]) -> Seen | None:
    """The news: the first unexpected strength that two industries saw, else the first that was confirmed."""
    across = (seen for seen in found if len(seen.industries) > 1)
    return next(across, both[0] if both else None)


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
    replaced by a tiny number (Press et al., Numerical Recipes, 5.2). A dozen terms do for our arguments.
    """
    tiny, close_enough = 1e-300, 1e-15
    upper, lower, value = 1.0, 0.0, 1.0
    for term in range(300):
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
