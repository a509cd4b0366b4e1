"""What could I give to this person? Words that stand both in what I can offer and in what they ask for.

Nothing is understood here: a word of my offer that also stands in their question is shown with both texts, and the
two may judge for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kouryu.words import normalised

# Runs of kanji, of katakana, or of Latin letters and digits carry the meaning; hiragana mostly joins them.
_WORDS = re.compile(r"[一-龥々]{2,}|[ァ-ヺー]{3,}|[a-z0-9]{2,}")
# Words of nearly every text here: they would join everybody to everybody.
_COMMON = "仕事 会社 業界 自分 話題 最近 職場 経験 相談 今回 今日 普段 場合 感じ 時間 方法 一緒 考え 内容"
TOO_COMMON = frozenset(_COMMON.split())


@dataclass(frozen=True)
class Gift:
    """One of my offers that touches somebody's question."""

    offer: str
    words: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words that carry the meaning, in their order, each once."""
    plain = normalised("NFKC", text).casefold()
    return [word for word in dict.fromkeys(_WORDS.findall(plain)) if word not in TOO_COMMON]


def gifts_for(ask: str, offers: Sequence[str]) -> list[Gift]:
    """Those of my offers that share a word with `ask`, the closest first, else in the order given.

    A word is shared, too, where it stands inside a longer one: 採用 in 採用面接.
    """
    asked = words_of(ask)
    gifts = [Gift(offer, _shared(words_of(offer), asked)) for offer in dict.fromkeys(offers)]
    return sorted((gift for gift in gifts if gift.words), key=lambda gift: -len(gift.words))


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    both = (min(one, other, key=len) for one in mine for other in theirs if one in other or other in one)
    return tuple(dict.fromkeys(both))
