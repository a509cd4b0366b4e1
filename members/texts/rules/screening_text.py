"""Reading a text so that no disguise hides a word, and every find is shown where it was typed.

A text has three readings: `plain` (folded, one space for any), `squeezed` (no spaces) and `letters` (letters and
digits only). Each character of a reading knows which characters of the original it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kouryu.words import normalised
from members.texts.rules.lookalikes import LOOKALIKES

Span = tuple[int, int]  # start and end in code points of the original, half open

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}
_FILLERS = {"\u115f", "\u1160", "\u2800", "\ufffd"}
_VOICED_MARKS = {"\uff9e", "\uff9f"}  # half-width dakuten: part of the letter before it
# Kanji that pass for katakana beside katakana.
KANJI_AS_KANA = str.maketrans("力口二工夕卜八三又", "カロニエタトハミヌ")
_KANA_TWINS = re.compile(r"(?<=[ァ-ヴー])[力口二工夕卜八三又](?=[ァ-ヴー])")
_KANJI_DASH = re.compile(r"(?<=[ァ-ヴ])一(?=[ぁ-ちて-んァ-ヴ]|$)")
_SMALL_KANA = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_ENDS = re.compile(
    r"[。｡！？!?\n\r]+[」』）)\"”’\]]*|(?<![A-Z]\b)(?<!\bCo)(?<!\bInc)(?<!\bLtd)(?<!\bM[rs])(?<!\bDr)\.(?=\s+[A-Z])"
)


@dataclass(frozen=True)
class SearchableText:
    """A text as it is searched: `at[i]` is where the character `text[i]` stands in the original."""

    text: str
    at: tuple[Span, ...]
    before: str = ""  # the same characters before the last folding, where a rule needs them

    def original(self, start: int, end: int) -> Span:
        """The span in the original of `text[start:end]`, which must not be empty."""
        return self.at[start][0], self.at[end - 1][1]

    def touches(self, index: int) -> bool:
        """Whether the characters before and at `index` stood side by side in the original."""
        return 0 < index < len(self.at) and self.at[index - 1][1] >= self.at[index][0]


def read_plain(text: str) -> SearchableText:
    """NFKC, small letters, look-alikes replaced, unseen characters and loose accents left out, one space for any."""
    kept: list[tuple[str, Span]] = []
    for cluster, span in _clusters(text):
        folded = normalised("NFKC", cluster.translate(LOOKALIKES)).translate(LOOKALIKES).casefold()
        for char in folded.translate(LOOKALIKES):
            if char.isspace():
                if kept and kept[-1][0] != " ":
                    kept.append((" ", span))
            elif unicodedata.category(char) not in _UNSEEN and char not in _FILLERS:
                kept.append((char, span))
    return SearchableText("".join(char for char, _ in kept), tuple(span for _, span in kept))


def squeeze(plain: SearchableText) -> SearchableText:
    """Without any space."""
    return _only(plain, [i for i, char in enumerate(plain.text) if char != " "])


def tighten(plain: SearchableText) -> SearchableText:
    """Without the spaces between letters that stand one by one: "L I N E" is a word, "LINE up" stays two."""
    text = f" {plain.text} "
    single = [text[i] == " " and text[i + 2] == " " for i in range(len(plain.text))]  # the letter at i stands alone
    spaces = [i for i, char in enumerate(plain.text) if char == " "]
    held = {i for i in spaces if 0 < i < len(single) - 1 and single[i - 1] and single[i + 1]}
    return _only(plain, [i for i in range(len(plain.text)) if i not in held])


def letters_of(plain: SearchableText) -> SearchableText:
    """Letters and digits only: dots, dashes, hearts and spaces between letters hide nothing."""
    return _only(plain, [i for i, char in enumerate(plain.text) if unicodedata.category(char)[0] in "LN"])


def kana_of(letters: SearchableText) -> SearchableText:
    """As it sounds: hiragana for katakana, large for small, no long marks, no kanji that pass for katakana."""
    typed = _KANA_TWINS.sub(lambda match: match.group().translate(KANJI_AS_KANA), letters.text)
    typed = _KANJI_DASH.sub("ー", typed)
    kept = [i for i, char in enumerate(typed) if char != "ー"]
    sound = hiragana("".join(typed[i] for i in kept)).translate(_SMALL_KANA)
    return SearchableText(sound, tuple(letters.at[i] for i in kept), "".join(typed[i] for i in kept))


def hiragana(text: str) -> str:
    """Hiragana for every katakana."""
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)


def sentences(text: str) -> list[Span]:
    """The sentences of `text` without the space around them, in order; a part without an end counts as one."""
    found, start = [], 0
    for end in [*(match.end() for match in _ENDS.finditer(text)), len(text)]:
        part = text[start:end]
        if part.strip():
            found.append((start + len(part) - len(part.lstrip()), start + len(part.rstrip())))
        start = end
    return found


def sentence_around(span: Span, parts: list[Span]) -> Span:
    """The sentences that `span` lies in, from the first to the last of them."""
    inside = [part for part in parts if part[0] < span[1] and span[0] < part[1]]
    return (inside[0][0], inside[-1][1]) if inside else span


def _only(reading: SearchableText, kept: list[int]) -> SearchableText:
    return SearchableText("".join(reading.text[i] for i in kept), tuple(reading.at[i] for i in kept))


def _clusters(text: str) -> Iterator[tuple[str, Span]]:
    """Each character together with the marks that belong to it: NFKC composes them only side by side."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not (unicodedata.combining(text[index]) or text[index] in _VOICED_MARKS):
            yield text[start:index], (start, index)
            start = index
