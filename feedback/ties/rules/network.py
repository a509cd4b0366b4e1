"""Dot, line or face: what became of two people who met, as a pure function of what happened between them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback.ties.choices import NetworkState


class InteractionKind(StrEnum):
    """What can happen between two people. Who wanted or chose what is no interaction."""

    MET = "met"  # an evening in one group, both there
    TALKED = "talked"  # a talk of the two that was held
    HELPED = "helped"  # one noted that the other helped
    CONNECTED = "connected"  # somebody introduced the two, and both agreed
    INTRODUCED = "introduced"  # one of the two introduced the other onwards, and it was agreed to


@dataclass(frozen=True, order=True)
class Interaction:
    """One thing that happened between two people."""

    at: datetime
    kind: InteractionKind


@dataclass(frozen=True)
class AcquaintanceSummary:
    """What the pages ask of two people."""

    state: NetworkState
    met_at: datetime  # the first thing that happened
    latest_at: datetime  # the last time they talked, at an evening or alone; of those who never did: the first thing
    times: int  # how often they talked


TALKS = {InteractionKind.MET, InteractionKind.TALKED}


def summary_of(interactions: Collection[Interaction]) -> AcquaintanceSummary | None:
    """What these interactions amount to, in whatever order they come; None for two between whom nothing happened."""
    if not interactions:
        return None
    first = min(interactions)
    talks = [interaction.at for interaction in interactions if interaction.kind in TALKS]
    return AcquaintanceSummary(_state_of(interactions), first.at, max(talks, default=first.at), len(talks))


def _state_of(interactions: Collection[Interaction]) -> NetworkState:
    """A face where one introduced the other onwards; a line where they met again, talked or helped; else a dot."""
    kinds = [interaction.kind for interaction in interactions]
    if InteractionKind.INTRODUCED in kinds:
        return NetworkState.FACE
    if InteractionKind.TALKED in kinds or InteractionKind.HELPED in kinds or kinds.count(InteractionKind.MET) > 1:
        return NetworkState.LINE
    return NetworkState.DOT
