"""Screening: whether words may arrive as they are, need mending, or wait for a moderator.

Facts in, a verdict out; the page, the thanks and `manage.py screen_letters` ask the same function. The words to look
for are given (`Wordlist`, staff edit them); shapes such as addresses are in `screening_patterns`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate

from kouryu.words import normalised
from members.texts.limits import PATTERNS
from members.texts.rules import screening_patterns as patterns
from members.texts.rules.screening_text import (
    SearchableText,
    Span,
    kana_of,
    letters_of,
    read_plain,
    sentence_around,
    sentences,
    squeeze,
    tighten,
)

WILDCARDS = "〜~～*＊…"
LONGEST_READ = 2_000  # a letter has 600 code points; nothing longer is searched
LONGEST_COMPARED = 600  # letters; one code point may fold into eighteen
MANY_KINDS = 3
UNBOUND_FROM = 10  # an English phrase this long is found even without its spaces
WHOLE_UP_TO = 3  # katakana this short is a word of its own, or it would be found inside longer ones


READER = ("あなた", "貴方")
SOUNDED_FROM = 5  # a phrase this long with a word in katakana is found in hiragana too (せみなーに来)
LEAST_SOUND = 4  # letters without their long marks
_KATAKANA_WORD = re.compile(r"[ァ-ヴー]{3}")
_KATAKANA_START, _KATAKANA_END = re.compile(r"[ァ-ヴー]*"), re.compile(r"[ァ-ヴー]*$")


class ScreeningKind(StrEnum):
    """What a sentence should not hold; the reason that the writer is given."""

    CONTACT = "contact"
    LINK = "link"
    INVITATION = "invitation"
    LOOKS = "looks"
    AGE = "age"
    FAMILY = "family"
    COMPARISON = "comparison"
    PUT_DOWN = "put-down"
    COMPANY = "company"
    SAME_TEXT = "same-text"
    TOO_LONG = "too-long"


class Action(StrEnum):
    """What becomes of the words."""

    DELIVER = "deliver"
    MEND = "mend"
    HOLD = "hold"


class BadPattern(StrEnum):
    """Why a pattern cannot join the list."""

    TOO_SHORT = "pattern-too-short"
    TOO_LONG = "pattern-too-long"
    TOO_MANY_PIECES = "pattern-too-many-pieces"


@dataclass(frozen=True)
class Phrase:
    """A literal phrase whose wildcards each stand for up to `LONGEST_GAP` letters of the same sentence."""

    pieces: tuple[str, ...]  # as the reading for it has them
    is_english: bool
    sounds: tuple[str, ...] = ()  # the pieces as they sound, where that is looked for too

    @classmethod
    @lru_cache(maxsize=16384)  # the list is parsed for every letter that is given
    def parse(cls, pattern: str) -> Phrase:
        """`もっと〜すれば` has two pieces. Empty pieces vanish, so a wildcard at an end changes nothing."""
        for wildcard in WILDCARDS:
            pattern = pattern.replace(wildcard, "\n")
        parts = [part for part in pattern.split("\n") if part.strip()]
        is_english = all(char.isascii() for part in parts for char in normalised("NFKC", part))
        folded = [read_words(read_plain(part)) if is_english else letters_of(read_plain(part)) for part in parts]
        pieces = tuple(reading.text.strip() for reading in folded if reading.text.strip())
        if sum(map(len, pieces)) < SOUNDED_FROM or not _KATAKANA_WORD.search("\n".join(pieces)):
            return cls(pieces, is_english)
        sounds = tuple(map(_sound, pieces))
        return cls(pieces, is_english, sounds if sum(map(len, sounds)) >= LEAST_SOUND else ())

    @property
    def starts(self) -> set[str]:
        """The two letters that it begins with, as it is written and as it sounds."""
        return {self.pieces[0].replace(" ", "")[:2], *(sound[:2] for sound in self.sounds[:1])}

    def begins_in(self, letters: str, english: str, kana: str) -> bool:
        """Could it be there at all? A quick look before each place is searched for."""
        first = self.pieces[0]
        if self.is_english:
            return first in english or first.replace(" ", "") in letters
        return first in letters or bool(self.sounds and self.sounds[0] in kana)


@dataclass(frozen=True)
class Wordlist:
    """What staff keep: phrases of each kind, and ordinary ones that never count though they look like a find."""

    phrases: tuple[tuple[ScreeningKind, Phrase], ...]
    ordinary: tuple[Phrase, ...] = ()
    of_staff: frozenset[tuple[ScreeningKind, Phrase]] = (
        frozenset()
    )  # those of `phrases` that did not come with the site

    def near(self, *texts: str) -> tuple[list[tuple[ScreeningKind, Phrase]], list[Phrase]]:
        """Of thousands of phrases the hundred or so, and the ordinary ones, whose beginnings stand in these texts."""
        found: set[int] = set()
        for text in texts:
            for index in range(len(text)):
                found.update(self._by_start.get(text[index], ()), self._by_start.get(text[index : index + 2], ()))
        first_ordinary = len(self.phrases)
        order = sorted(found)
        return (
            [self.phrases[number] for number in order if number < first_ordinary],
            [self.ordinary[number - first_ordinary] for number in order if number >= first_ordinary],
        )

    @cached_property
    def _by_start(self) -> dict[str, list[int]]:
        """Two letters (or the only one) to the numbers of the phrases that begin with them."""
        numbers: dict[str, list[int]] = {}
        for number, phrase in enumerate([*(phrase for _, phrase in self.phrases), *self.ordinary]):
            for start in phrase.starts:
                numbers.setdefault(start, []).append(number)
        return numbers


@dataclass(frozen=True)
class Hit:
    """One find: what, and where in the original."""

    kind: ScreeningKind
    span: Span
    is_of_staff: bool = False  # found by a phrase that staff wrote


@dataclass(frozen=True)
class Sentence:
    """A sentence that needs mending: why, where in its part, and which part."""

    reason: ScreeningKind
    span: Span
    part: int = 0


@dataclass(frozen=True)
class ScreeningVerdict:
    """What becomes of the words, why, and which sentences need mending, the first one first.

    Too long to read has a reason and no sentence.
    """

    action: Action
    reason: ScreeningKind | None = None
    sentences: tuple[Sentence, ...] = ()

    @property
    def span(self) -> Span | None:
        """Where the first sentence stands in its part."""
        return self.sentences[0].span if self.sentences else None


DELIVER = ScreeningVerdict(Action.DELIVER)


def why_not_pattern(pattern: str) -> BadPattern | None:
    """Two letters or more in a few literal pieces, of a length that one can read."""
    pieces = Phrase.parse(pattern).pieces
    if sum(map(len, pieces)) < PATTERNS.at_least:
        return BadPattern.TOO_SHORT
    if len(pattern) > PATTERNS.at_most:
        return BadPattern.TOO_LONG
    return BadPattern.TOO_MANY_PIECES if len(pieces) > PATTERNS.pieces else None


def screen(
    parts: Sequence[str], words: Wordlist, *, spared: Sequence[Collection[ScreeningKind]] = ()
) -> ScreeningVerdict:
    """The verdict on a text in one or more parts (what was seen; how it would count).

    `spared` says for each part which kinds do not count in it; without it all do.

    Held is what invites and gives an address to go to, and what is wrong in many ways at once: there no mended
    sentence would help; phrases that staff wrote count for neither, or three short ones would hold every letter.
    Otherwise every sentence with a find needs mending. Too long to read needs it too.
    """
    if any(len(part) > LONGEST_READ for part in parts):
        return ScreeningVerdict(Action.MEND, ScreeningKind.TOO_LONG)
    spares = [*spared, *[()] * (len(parts) - len(spared))]
    found = [
        (number, hit)
        for number, part in enumerate(parts)
        for hit in sorted_hits(part, words)
        if hit.kind not in spares[number]
    ] or [*_across(parts)]
    if not found:
        return DELIVER
    kinds = {hit.kind for _, hit in found if not hit.is_of_staff}
    lures = ScreeningKind.INVITATION in kinds and bool(kinds & {ScreeningKind.CONTACT, ScreeningKind.LINK})
    if lures:
        found.sort(key=lambda one: one[1].kind != ScreeningKind.INVITATION)  # what lures is why
    places: dict[tuple[int, Span], ScreeningKind] = {}
    for number, hit in found:
        places.setdefault((number, sentence_around(hit.span, sentences(parts[number]))), hit.kind)
    bad = tuple(Sentence(kind, span, number) for (number, span), kind in places.items())
    return ScreeningVerdict(Action.HOLD if lures or len(kinds) >= MANY_KINDS else Action.MEND, bad[0].reason, bad)


def sorted_hits(text: str, words: Wordlist) -> list[Hit]:
    """Every find in `text`, from its beginning to its end."""
    plain = read_plain(text)
    squeezed, letters, english = squeeze(plain), letters_of(plain), read_words(plain)
    kana, ends = kana_of(letters), sentences(text)
    phrases, ordinary = words.near(letters.text, kana.text)

    def places(phrase: Phrase) -> Iterator[Span]:
        if not phrase.begins_in(letters.text, english.text, kana.text):
            return iter(())
        return _find(phrase, letters, english, kana, ends)

    spared = [span for phrase in ordinary for span in places(phrase) if not _names_reader(text, span, phrase)]
    hits = [
        *(Hit(ScreeningKind.CONTACT, span) for span in patterns.contacts(plain, squeezed, tighten(plain))),
        *(Hit(ScreeningKind.CONTACT, span) for span in patterns.homes(plain)),
        *(Hit(ScreeningKind.LINK, span) for span in patterns.links(plain, squeezed)),
    ]
    sparing = [
        *(Hit(ScreeningKind.COMPANY, span) for span in patterns.companies(plain, squeezed)),
        *(Hit(ScreeningKind.AGE, span) for span in patterns.ages(plain)),
        *(Hit(ScreeningKind.INVITATION, span) for span in patterns.lures_in_latin(plain)),
        *(Hit(ScreeningKind.INVITATION, span) for span in patterns.lures_with_a_sum(plain)),
        *(Hit(kind, span, (kind, phrase) in words.of_staff) for kind, phrase in phrases for span in places(phrase)),
    ]
    addresses = [hit.span for hit in hits if hit.kind == ScreeningKind.CONTACT]
    hits = [
        hit
        for hit in hits
        if hit.kind == ScreeningKind.CONTACT or not any(_overlaps(hit.span, one) for one in addresses)
    ]
    hits += [hit for hit in sparing if not any(_lies_in(hit.span, ordinary) for ordinary in spared)]
    return sorted(hits, key=lambda hit: (hit.span, hit.kind))


def _across(parts: Sequence[str]) -> Iterator[tuple[int, Hit]]:
    """An address of which every part holds a piece: told at the part where it ends."""
    ends = [*accumulate(map(len, parts))]
    for kind, (start, end) in _addresses("".join(parts)):
        number = next(number for number, stop in enumerate(ends) if end <= stop)
        begins = ends[number] - len(parts[number])
        if start < begins:
            yield number, Hit(kind, (0, end - begins))


def _addresses(text: str) -> Iterator[tuple[ScreeningKind, Span]]:
    plain = read_plain(text)
    squeezed = squeeze(plain)
    yield from ((ScreeningKind.CONTACT, span) for span in patterns.contacts(plain, squeezed, tighten(plain)))
    yield from ((ScreeningKind.LINK, span) for span in patterns.links(plain, squeezed))


def stands_in(phrase: Phrase, text: str) -> bool:
    """Whether this phrase stands in `text`."""
    plain = read_plain(text)
    letters, english = letters_of(plain), read_words(plain)
    return any(True for _ in _find(phrase, letters, english, kana_of(letters), sentences(text)))


def holds_address(text: str) -> bool:
    """Is there the shape of a mail address, a telephone number, an account or a link? A house may be: it is a place."""
    return any(_addresses(text))


def says_the_same(text: str, others: Iterable[str], *, share: float) -> int:
    """To how many of `others` (one text per person) `text` is the same by at least `share` of its letters."""
    folded = _compared(text)
    return sum(_is_alike(folded, _compared(other), share) for other in others)


def read_words(plain: SearchableText) -> SearchableText:
    """English: whatever stands between words is one space, and an apostrophe is nothing."""
    kept: list[tuple[str, Span]] = []
    for char, span in zip(plain.text, plain.at, strict=True):
        if unicodedata.category(char)[0] in "LN":
            kept.append((char, span))
        elif char not in "'’" and kept and kept[-1][0] != " ":
            kept.append((" ", span))
    return SearchableText("".join(char for char, _ in kept), tuple(span for _, span in kept))


def _compared(text: str) -> str:
    return letters_of(read_plain(text)).text[:LONGEST_COMPARED]


def _is_alike(one: str, other: str, share: float) -> bool:
    least = share * (len(one) + len(other)) / 2
    return min(len(one), len(other)) >= least and _in_common(one, other) >= least


def _in_common(one: str, other: str) -> int:
    """The letters of their longest common subsequence: a few operations on numbers of `len(one)` bits for each letter
    of `other`, whatever the two say (Hyyrö 2004).
    """
    places: dict[str, int] = {}
    for index, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << index
    whole = (1 << len(one)) - 1
    free = whole
    for char in other:
        met = free & places.get(char, 0)
        free = (free + met | free - met) & whole
    return len(one) - free.bit_count()


def _names_reader(text: str, span: Span, phrase: Phrase) -> bool:
    """Does a wildcard reach over "you"? Then what is ordinary of the writer ("私は〜下手") is said of the reader."""
    return len(phrase.pieces) > 1 and any(word in text[slice(*span)] for word in READER)


def _overlaps(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _lies_in(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _sound(piece: str) -> str:
    return kana_of(letters_of(read_plain(piece))).text


def _find(
    phrase: Phrase, letters: SearchableText, english: SearchableText, kana: SearchableText, ends: list[Span]
) -> Iterator[Span]:
    """Where `phrase` stands, each time within one sentence."""
    if not phrase.is_english:
        yield from _walk(phrase.pieces, letters, ends)
        if phrase.sounds:
            yield from _walk(phrase.sounds, kana, ends)
        return
    yield from _walk(phrase.pieces, english, ends)
    unspaced = phrase.pieces[0].replace(" ", "") if len(phrase.pieces) == 1 else ""
    if len(unspaced) >= UNBOUND_FROM:
        yield from _walk((unspaced,), letters, ends, bound=False)


def _walk(pieces: tuple[str, ...], reading: SearchableText, ends: list[Span], *, bound: bool = True) -> Iterator[Span]:
    """Piece after piece, each at its earliest place: linear in the text, whatever staff typed."""
    start = _next(reading, pieces[0], 0, len(reading.text), bound)
    while start >= 0:
        end = start + len(pieces[0])
        for piece in pieces[1:]:
            following = _next(reading, piece, end, end + PATTERNS.gap + len(piece), bound)
            if following < 0:
                break
            end = following + len(piece)
        else:
            span = reading.original(start, end)
            if sum(part[0] < span[1] and span[0] < part[1] for part in ends) == 1:
                yield span
        start = _next(reading, pieces[0], start + 1, len(reading.text), bound)


def _next(reading: SearchableText, piece: str, start: int, end: int, bound: bool) -> int:
    """The next place of `piece` in this window; Latin words and short katakana only whole, if `bound`."""
    index = reading.text.find(piece, start, end)
    while index >= 0 and bound and not _stands_alone(reading, index, index + len(piece)):
        index = reading.text.find(piece, index + 1, end)
    return index


def _stands_alone(reading: SearchableText, start: int, end: int) -> bool:
    """No Latin word runs across its ends; no katakana word either, where the katakana at that end is short."""
    typed = (reading.before or reading.text)[start:end]
    first, last = _KATAKANA_START.match(typed), _KATAKANA_END.search(typed)
    return not any(
        _continues(reading, index, _is_latin)
        or (run is not None and len(run.group()) <= WHOLE_UP_TO and _continues(reading, index, _is_katakana))
        for index, run in ((start, first), (end, last))
    )


def _continues(reading: SearchableText, index: int, is_letter: Callable[[str], bool]) -> bool:
    """Whether one word of such letters runs across `index`."""
    typed = reading.before or reading.text
    if not 0 < index < len(typed) or not reading.touches(index):
        return False
    return is_letter(typed[index - 1]) and is_letter(typed[index])


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヺ" or char == "ー"
