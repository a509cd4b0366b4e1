"""The mirror worked out a second time, in the plainest way and by another formula, to hold the first one against.

Where the product's `rules.mirror` sums a continued fraction, this sums a series of positive terms; where that one goes
through the letters once, this asks for each strength who picked it.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from random import Random

from feedback.letters.strengths import strengths

INDUSTRIES = "AEGIJKLMOP"
STEPS = [(0, "blank"), (1, "letters"), (3, "open"), (5, "full"), (10, "numbers")]


def random_community(chance: Random) -> tuple[list[tuple], list[str], dict[str, float]]:
    """Letters as (giver, industry, picks), own strengths and base rates; some letters are nameless."""
    keys = chance.sample(list(strengths()), chance.randint(3, 30))
    people = range(chance.choice([1, 2, 3, 4, 5, 6, 9, 10, 14, 40]))
    letters = []
    for _ in range(chance.randint(0, 2 * len(people))):
        giver = None if chance.random() < 0.15 else chance.choice(people)
        picks = tuple(chance.sample(keys, chance.randint(1, 3)))
        letters.append((giver, chance.choice([*INDUSTRIES, ""]), picks))
    rates = {key: chance.choice([0.0, 0.01, 0.2, 0.5, 1.0, chance.random()]) for key in keys if chance.random() < 0.5}
    return letters, chance.sample(list(strengths()), chance.randint(0, 5)), rates


def worked_out_again(letters: list[tuple], own: list[str], rates: dict[str, float]) -> dict:
    """What `figures(reflect(...))` must say."""
    ids = [giver if giver is not None else f"nameless {place}" for place, (giver, _, _) in enumerate(letters)]
    told = {who: industry for who, (_, industry, _) in zip(ids, letters, strict=True)}
    industry_of = {who: "" if str(who).startswith("nameless") else industry for who, industry in told.items()}
    n, seen = len(set(ids)), {}
    for key in {pick for _, _, picks in letters for pick in picks}:
        people = {who for who, (_, _, picks) in zip(ids, letters, strict=True) if key in picks}
        rate, k = rates.get(key, 1 / 15), len(people)
        above = 1 - below(2 * rate, 4 * rate + k, 4 - 4 * rate + n - k)
        seen[key] = {
            "k": k,
            "mean": (4 * rate + k) / (4 + n),
            "p_above": above,
            "level": "one" if k == 1 else "many" if k > 2 and above >= 0.9 else "some",
            "industries": sorted({industry_of[who] for who in people} - {""}),
        }
    stage = [name for least, name in STEPS if n >= least][-1]
    return {"n": n, "stage": stage, "seen": seen, "windows": _windows(seen, own, n)}


def below(x: float, a: float, b: float) -> float:
    """The chance that a Beta(a, b) variable is at most x, by the series x^a (1-x)^b / (a B(a, b)) F(a+b, 1; a+1; x)
    (DLMF 8.17.8): every term is the one before times (a+b+i) x / (a+1+i)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > 0.6:  # few terms on either side of the middle
        return 1 - below(1 - x, b, a)
    term = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a + 1) - lgamma(b))
    total, step = 0.0, 0
    while term > 1e-18 and step < 100_000:
        total += term
        term *= (a + b + step) * x / (a + 1 + step)
        step += 1
    return total


def _windows(seen: dict, own: list[str], n: int) -> dict | None:
    if n < 3:
        return None
    in_order = sorted(seen, key=lambda key: (-len(seen[key]["industries"]), -seen[key]["mean"], key))
    return {
        "both": [key for key in in_order if key in own],
        "found": [key for key in in_order if key not in own],
        "kept": sorted(set(own) - set(seen)) if n > 4 else None,
    }
