"""What does a file of letters say, if it says it well? Text in, looks out, for `manage.py compute_mirror`.

    {"letters": [{"giver": "a", "industry": "J", "event": "e1", "picks": ["tell-plain"], "candidates": 4}],
     "own": ["act-try"], "base_rate": {"tell-plain": 0.08}, "own_industry": "E"}

`giver` null is an anonymous set: it counts when at least three people could have left it (`candidates`), as a giver of
its own. An `industry` of null or "" is none. Only `letters`, and in each letter all but `candidates` of a signed one,
must be there. The same letter twice counts as its giver does: once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

from feedback.letters.limits import ANONYMOUS_PICKS
from feedback.mirror.rules.mirror import Observation

LARGEST_FILE = 20 * 1024 * 1024  # bytes: some hundred thousand letters
LONGEST_NAME = 200
PARTS = {"letters", "own", "base_rate", "own_industry"}
LETTER_PARTS = {"giver", "industry", "event", "picks", "candidates"}
NEEDED = ("giver", "industry", "event", "picks")


class BadFile(ValueError):
    """The file cannot be read as letters; its text is one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class LettersFile:
    """All that `reflect` takes: the looks that count, in the order of the file, and what stands beside them."""

    looks: list[Observation]
    own: list[str]
    own_industry: str
    base_rates: dict[str, float]


def read(content: bytes) -> LettersFile:
    """The letters in `content` (UTF-8 JSON). Raises BadFile at the first thing that is not as described above."""
    whole = _object(_parsed(content), "the file", known=PARTS, needed=("letters",))
    letters = whole["letters"]
    if not isinstance(letters, list):
        raise BadFile('"letters" must be a list.')
    looks = [_look(letter, f"letter {number}") for number, letter in enumerate(letters, 1)]
    return LettersFile(
        looks=[look for look in looks if look is not None],
        own=_names(whole.get("own", []), '"own"'),
        own_industry=_industry(whole.get("own_industry"), '"own_industry"'),
        base_rates=_rates(whole.get("base_rate", {})),
    )


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST_FILE:
        raise BadFile(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BadFile("The file is not text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadFile(f"The file is not JSON: {error.msg} in line {error.lineno}.") from None
    except RecursionError:
        raise BadFile("The file is nested too deeply.") from None
    except BadFile:
        raise
    except ValueError:  # a whole number of more digits than Python reads
        raise BadFile("The file holds a number that is too long to read.") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadFile(f"{_quoted(twice)} stands twice in one object.")
    return found


def _no_constant(name: str) -> float:
    raise BadFile(f"{name} is not a number.")


def _object(value: Any, what: str, *, known: set[str], needed: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFile(f"{what.capitalize()} must be an object {{…}}.")
    for key in needed:
        if key not in value:
            raise BadFile(f'{what.capitalize()} has no "{key}".')
    for key in value:
        if key not in known:
            raise BadFile(f"{what.capitalize()} has an unknown {_quoted(key)}.")
    return value


def _look(value: Any, what: str) -> Observation | None:
    """The look, or None for an anonymous set whose candidates are too few."""
    letter = _object(value, what, known=LETTER_PARTS, needed=NEEDED)
    giver = letter["giver"]
    _name_or_number(letter["event"], f'"event" of {what}')
    picks = tuple(_names(letter["picks"], f'"picks" of {what}'))
    industry = _industry(letter["industry"], f'"industry" of {what}')
    if giver is None:
        possible = _whole_number(letter.get("candidates"), f'"candidates" of {what}')
        return Observation(None, "", picks) if possible >= ANONYMOUS_PICKS.candidates else None
    if letter.get("candidates") is not None:
        _whole_number(letter["candidates"], f'"candidates" of {what}')
    return Observation(_name_or_number(giver, f'"giver" of {what}'), industry, picks)


def _rates(value: Any) -> dict[str, float]:
    if not isinstance(value, dict):
        raise BadFile('"base_rate" must be an object of shares by strength.')
    for key, rate in value.items():
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool)
        if not is_number or not isfinite(rate) or not 0 <= rate <= 1:
            raise BadFile(f"The base rate of {_quoted(key)} must be a number from 0 to 1.")
    return {_name(key, "a strength"): float(rate) for key, rate in value.items()}


def _names(value: Any, what: str) -> list[str]:
    if not isinstance(value, list):
        raise BadFile(f"{what} must be a list of strengths.")
    return [_name(entry, f"a strength in {what}") for entry in value]


def _name(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        raise BadFile(f"{what[0].upper()}{what[1:]} must be a text of 1 to {LONGEST_NAME} letters.")
    return value


def _industry(value: Any, what: str) -> str:
    return "" if value is None or value == "" else _name(value, what)


def _name_or_number(value: Any, what: str) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _name(value, what)


def _whole_number(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadFile(f"{what} must be a whole number from 0.")
    return value


def _quoted(key: str) -> str:
    """The key as JSON writes it, cut short: a message stays one line whatever the file holds."""
    return json.dumps(key[:40])
