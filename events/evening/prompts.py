"""What a group may talk about: the prompts of events/data/icebreakers.csv, and questions about what it shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from django.utils.translation import get_language

from events.evening.rules import NOTHING, SharedThings
from members.accounts.taxonomies import career_themes, industries, join_reasons, read_table

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


def _prompt(key: str, depth: int, prompt_ja: str, prompt_en: str) -> Prompt:
    return Prompt(
        key=key,
        depth=depth,
        mode="round",
        minutes=2,
        prompt_ja=prompt_ja,
        prompt_en=prompt_en,
        comfort_ja="話せるところまでで大丈夫です",
        comfort_en="Only as far as you like",
    )


def prompts_for(
    event_id: int, group_number: int, round_number: int, depth: int | None = None, *, shared: SharedThings = NOTHING
) -> list[Prompt]:
    """A few prompts, alike for everybody in a group, and again and again the same: as deep as the host chose, else
    deeper with each round.

    The first is for anybody. Then come what this group shares, if anything, and the opener of a theme: one that may
    be asked of this group, else any, so that an opener tells of nobody.
    """
    depth = depth or min(round_number, DEEPEST)
    dice = Random(f"{event_id}/{round_number}/{group_number}")  # noqa: S311 - a choice of questions, nothing secret
    fitting = dice.sample([prompt for prompt in prompts() if prompt.depth == depth], PROMPTS_PER_ROUND)
    chosen = [fitting[0], *_of_this_group(shared, depth, dice), _opener(shared, depth, dice)]
    return [*chosen, *fitting[1:]][:PROMPTS_PER_ROUND]


def _of_this_group(shared: SharedThings, depth: int, dice: Random) -> list[Prompt]:
    """A question about why some of them joined, or about an industry where some of them are or were."""
    reasons = [join_reasons()[key] for key in shared.reasons if key in join_reasons()]
    found = [_prompt(f"reason/{one.key}", depth, one.opener_ja, one.opener_en) for one in reasons]
    for code in (code for code in shared.industries if code in industries()):
        place = industries()[code]
        ja = f"{place.short_ja}の仕事で当たり前だったことを、ひとつ。外にいた方は、どう見えていたかを。"
        en = f"Something that went without saying in {place.short_en}; or how it looked from outside."
        found.append(_prompt(f"industry/{code}", depth, ja, en))
    return dice.sample(found, min(1, len(found)))


def _opener(shared: SharedThings, depth: int, dice: Random) -> Prompt:
    """Of a theme that is no deeper than the round."""
    fitting = [key for key, theme in career_themes().items() if not theme.is_private and theme.sensitivity <= depth]
    theme = career_themes()[dice.choice([key for key in shared.themes if key in fitting] or fitting)]
    return _prompt(f"theme/{theme.key}", depth, theme.opener_ja, theme.opener_en)
