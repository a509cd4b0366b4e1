"""What may a group talk about? The prompts of events/data/icebreakers.csv, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from django.utils.translation import get_language

from members.accounts.taxonomies import read_table

DEEPEST = 2  # unless the host says so: the third depth is for groups whose members know each other already
PROMPTS_PER_ROUND = 3


@dataclass(frozen=True)
class Prompt:
    """A question that everybody in a group answers in turn, and a word that takes the weight off it."""

    key: str
    depth: int
    mode: str
    minutes: int
    prompt_ja: str
    prompt_en: str
    comfort_ja: str
    comfort_en: str

    def __str__(self) -> str:
        return self.prompt_en if get_language() == "en" else self.prompt_ja

    @property
    def comfort(self) -> str:
        return self.comfort_en if get_language() == "en" else self.comfort_ja


@cache
def prompts() -> tuple[Prompt, ...]:
    """All prompts in their order."""
    return tuple(
        Prompt(
            key=row["key"],
            depth=int(row["depth"]),
            mode=row["mode"],
            minutes=int(row["minutes"]),
            prompt_ja=row["prompt_ja"],
            prompt_en=row["prompt_en"],
            comfort_ja=row["comfort_note_ja"],
            comfort_en=row["comfort_note_en"],
        )
        for row in read_table(Path(__file__).parent.parent / "data" / "icebreakers.csv")
    )


def prompts_for(event_id: int, round_number: int, depth: int | None = None) -> list[Prompt]:
    """A few prompts, alike for everybody in a round: as deep as the host chose, else deeper with each round."""
    depth = depth or min(round_number, DEEPEST)
    fitting = [prompt for prompt in prompts() if prompt.depth == depth]
    dice = Random(f"{event_id}/{round_number}")  # noqa: S311 - a choice of questions, nothing secret
    return dice.sample(fitting, PROMPTS_PER_ROUND)
