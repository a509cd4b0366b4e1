"""The outcome as people read it: both ways of drawing groups side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

WIDE, COLUMN = 62, 26
Row = tuple[str, Callable[[dict], str]]


def table(asked: Mapping[str, int], outcomes: Mapping[str, dict]) -> str:
    """One line per figure, one column per run."""
    runs = list(outcomes.values())
    heads = {"kouryu": "groups as drawn", "chance": "groups by chance"}
    lines = [
        "A simulated community: {members} members, {months} months, seed {seed}".format(**asked),
        "",
        _line("", [heads[name] for name in outcomes]),
        *(_line(name, [show(run["figures"]) for run in runs]) for name, show in ROWS),
        *_by_evenings(runs),
        "",
        *(_line(name, [show(run) for run in runs]) for name, show in OF_THE_RUN),
        "",
        *_breaches(outcomes),
        "mean (lowest tenth · median · highest tenth); shares of what stands in [brackets].",
        "A simulated event is one call of a flow, a sweep counting as one. Refused: a flow said no, as its page would.",
    ]
    return "\n".join(line.rstrip() for line in lines)


def _line(name: str, cells: list[str]) -> str:
    return name.ljust(WIDE) + "".join(cell.rjust(COLUMN) for cell in cells)


def _number(key: str) -> Callable[[dict], str]:
    return lambda figures: "–" if figures[key] is None else f"{figures[key]:,}"


def _rounded(key: str) -> Callable[[dict], str]:
    return lambda figures: "–" if figures[key] is None else f"{figures[key]:.2f}"


def _percent(key: str) -> Callable[[dict], str]:
    return lambda figures: "–" if figures[key] is None else f"{figures[key]:.1%}"


def _spread(key: str) -> Callable[[dict], str]:
    return lambda figures: _spread_in_words(figures[key])


def _kinds(key: str, *kinds: str) -> Callable[[dict], str]:
    return lambda figures: f"{sum(figures[key].get(kind, 0) for kind in kinds):,}"


def _spread_in_words(found: dict | None) -> str:
    return f"{found['mean']:.2f} ({found['low']:g} · {found['middle']:g} · {found['high']:g})" if found else "–"


def _by_evenings(runs: list[dict]) -> Iterator[str]:
    """Industries by the number of evenings; JSON knows keys as text only."""
    by_number = [{int(number): one for number, one in run["figures"]["industries_by_evenings"].items()} for run in runs]
    for number in sorted(set().union(*by_number)):
        cells = [_spread_in_words(found.get(number)) for found in by_number]
        yield _line(f"  distinct industries after {number} evening(s)", cells)


def _breaches(outcomes: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    for name, run in outcomes.items():
        for sentence in run["breaches"]:
            yield f"BREACH ({name}): {sentence}"


ROWS: list[Row] = [
    ("members, of them with paid days at the end", lambda one: f"{one['members']:,} / {one['members_paid_at_end']:,}"),
    ("evenings, seats attended", lambda one: f"{one['evenings']:,} / {one['seats_attended']:,}"),
    ("evenings per member who came at all", _spread("evenings_a_member")),
    ("people met per member", _spread("people_met")),
    ("repeat meetings [pairs at an evening]", _percent("repeat_share")),
    ("sat together in both talks [pairs at an evening]", _percent("twice_in_an_evening")),
    ("thanks, letters", lambda one: f"{one['thanks']:,} / {one['letters']:,}"),
    ("a letter within 72 hours [seats attended]", _percent("letter_soon")),
    ("a letter within 72 hours of the first evening [members]", _percent("first_letter_soon")),
    ("mirror opened [members who came]", _percent("mirrors_open")),
    ("mirror opened after so many evenings", _spread("mirror_after_evenings")),
    ("ties formed, of them ended", lambda one: f"{one['ties_formed']:,} / {one['ties_ended']:,}"),
    ("ties kept (open, with a second contact)", _number("ties_kept")),
    ("open ties per member", _spread("ties_a_member")),
    ("notes, talks for two held", lambda one: f"{one['short_notes']:,} / {one['talks_held']:,}"),
    ("introductions, ties of them", lambda one: f"{one['introductions']:,} / {one['introductions_formed']:,}"),
    ("next steps, done", lambda one: f"{sum(one['steps'].values()):,} / {one['steps'].get('done', 0):,}"),
    ("mails per member and week", _rounded("mails_a_week")),
    ("  most in one week", _number("mails_most_in_a_week")),
    ("  more than three [weeks of members]", _percent("weeks_over_three")),
    ("of the kinds with a weekly limit: per member and week", _rounded("limited_mails_a_week")),
    ("  most in one week", _number("limited_mails_most")),
    ("marks, of them with points", lambda one: f"{one['marks']:,} / {one['marks_with_points']:,}"),
    ("  for seats given up late, for staying away", lambda one: _marks(one["marks_by_kind"])),
    ("flows that refused", lambda one: f"{sum(one['refusals'].values()):,}"),
    ("distinct industries met per member", _spread("industries_met")),
]


def _marks(kinds: dict[str, int]) -> str:
    return f"{kinds.get('late-withdrawal', 0):,} / {kinds.get('no-show', 0):,}"


def _rebuilt(changes: dict[str, int]) -> str:
    return f"{changes['checked']:,} / {changes['changed']:,}"


OF_THE_RUN: list[Row] = [
    ("invariants broken at the end", lambda run: f"{len(run['breaches'])}"),
    (
        "pairs that rebuild_ties looked at, changed",
        lambda run: f"{run['rebuilt']['checked']:,} / {run['rebuilt']['changed']:,}",
    ),
    ("simulated events", lambda run: f"{run['speed']['events']:,}"),
    ("run time in seconds", lambda run: f"{run['speed']['seconds']:,}"),
    ("  of the processor alone", lambda run: f"{run['speed']['processor_seconds']:,}"),
    ("simulated events per second", lambda run: f"{run['speed']['events_per_second']:,}"),
    ("  of the processor", lambda run: f"{run['speed']['events_per_processor_second']:,}"),
    ("peak memory in MB", lambda run: f"{run['speed']['peak_memory_mb']:,}"),
]
