"""Dot, line, face: what happened says it, in whatever order it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from feedback.ties.choices import NetworkState
from feedback.ties.rules.network import AcquaintanceSummary, Interaction, InteractionKind, summary_of

START = datetime(2026, 1, 10, 11, tzinfo=UTC)
MET, TALKED, HELPED, CONNECTED, INTRODUCED = InteractionKind


def on(day, kind):
    return Interaction(START + timedelta(days=day), kind)


@pytest.mark.parametrize(
    ("interactions", "state", "latest", "times"),
    [
        ([on(0, MET)], NetworkState.DOT, 0, 1),
        ([on(0, MET), on(30, MET)], NetworkState.LINE, 30, 2),
        ([on(0, MET), on(9, TALKED)], NetworkState.LINE, 9, 2),
        ([on(0, MET), on(9, HELPED)], NetworkState.LINE, 0, 1),  # help is no talk, and it makes a line
        ([on(0, MET), on(9, INTRODUCED)], NetworkState.FACE, 0, 1),
        ([on(0, MET), on(3, MET), on(9, INTRODUCED), on(40, TALKED)], NetworkState.FACE, 40, 3),
        ([on(5, CONNECTED)], NetworkState.DOT, 5, 0),  # introduced to each other, and not talked yet
        ([on(5, CONNECTED), on(8, MET)], NetworkState.DOT, 8, 1),
        ([on(5, CONNECTED), on(8, TALKED)], NetworkState.LINE, 8, 1),
    ],
)
def test_what_happened_says_the_state(interactions, state, latest, times):
    met_at = min(interaction.at for interaction in interactions)
    assert summary_of(interactions) == AcquaintanceSummary(state, met_at, START + timedelta(days=latest), times)


def test_without_an_interaction_there_is_nothing():
    assert summary_of([]) is None


def test_the_order_of_interactions_changes_nothing_and_one_more_never_makes_less():
    dice = Random(4)
    for _ in range(300):
        interactions = [
            on(dice.randrange(400), dice.choice(list(InteractionKind))) for _ in range(dice.randrange(1, 8))
        ]
        told = summary_of(interactions)
        shuffled = dice.sample(interactions, len(interactions))
        assert summary_of(shuffled) == told
        assert (
            summary_of([*interactions, on(dice.randrange(400), dice.choice(list(InteractionKind)))]).state >= told.state
        )
