"""How well does the screening do on letters that somebody else labelled? docs/screening.md has the figures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from members.texts.rules.screening import Action, screen
from members.texts.screening import shipped_wordlist

HERE = Path(__file__).parent
FIRST, SECOND = "labelled_letters.csv", "labelled_letters_second.csv"


@pytest.fixture(scope="module")
def words():
    return shipped_wordlist()


@pytest.mark.parametrize(
    ("name", "letters", "to_stop", "precision", "recall"),  # a little below what came out: no change may cost more
    [(FIRST, 240, 110, 0.97, 0.94), (SECOND, 670, 284, 0.97, 0.95)],
)
def test_precision_and_recall_on_the_labelled_letters(words, name, letters, to_stop, precision, recall):
    rows = list(csv.DictReader((HERE / name).read_text("utf-8").splitlines()))
    stopped = [screen([row["text"]], words).action != Action.DELIVER for row in rows]
    meant = [row["label"] == "stop" for row in rows]
    both = sum(one and other for one, other in zip(stopped, meant, strict=True))

    assert (len(rows), sum(meant)) == (letters, to_stop)
    assert both / sum(stopped) >= precision
    assert both / sum(meant) >= recall
