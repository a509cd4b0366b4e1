"""What somebody typed, as it is counted, kept and shown to others: one cleaning for every text of the site."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

MOST_IN_A_ROW = 30  # marks (UAX 15)
MOST_MARKS = 2  # on one letter: Thai, Vietnamese and Hebrew need no more, a tower of thirty covers other lines

# What Unicode lets every program leave out of sight (Default_Ignorable_Code_Point), controls but for tab and line end,
# marks that turn the order of letters, and what is a letter to Unicode and nothing to the eye (Hangul fillers).
# Not here: joiners and variation selectors, which stay where they make a sign.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_PICTURE = "\u00a9\u00ae\u203c\u2049\u2122-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_WRITTEN_JOINED = "\u0600-\u0dff"  # Arabic to Sinhala: there a joiner belongs to the spelling
_LOOSE = re.compile(
    f"(?<![{_PICTURE}\ufe0f{_WRITTEN_JOINED}])\u200d|\u200d(?![{_PICTURE}{_WRITTEN_JOINED}])"
    f"|(?<![{_WRITTEN_JOINED}])\u200c|\u200c(?![{_WRITTEN_JOINED}])"
    f"|(?<![{_PICTURE}0-9#*])[\ufe00-\ufe0f]|(?<![\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
)
_BLANK = "\u2800"  # a Braille cell without a dot
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")


def normalised(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """This normal form of Unicode, with at most 30 marks in a row (UAX 15, stream-safe text).

    Longer runs are cut first: putting them into order takes a time that grows with their square, and anybody can send
    some hundred thousand marks. Whoever normalises what was typed asks here.
    """
    return unicodedata.normalize(form, text if text.isascii() else _stream_safe(text))


def _stream_safe(text: str) -> str:
    kept, run = [], 0
    for char in text:
        run = run + 1 if _is_mark(char) else 0
        if run <= MOST_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    """Whether this is put into order behind the letter before it, by itself or in its compatibility form."""
    return unicodedata.combining(unicodedata.normalize("NFKD", char)[0]) != 0


def plain_lines(text: str) -> str:
    """`text` with one character for each line end: browsers send two, and count one."""
    return _LINE_ENDS.sub("\n", text)


def clean_words(text: str) -> str:
    """`text` as it is counted and kept: composed (NFC), with plain line ends and without space around it.

    Characters that only hide or turn others around are left out (emoji keep their joiners), and so are marks beyond
    two on one letter; a text of which nothing would be seen is empty.
    """
    words = without_unseen(plain_lines(text)).replace(_BLANK, " ")
    words = _without_towers(normalised("NFC", words)).strip()
    return words if any(map(is_seen, words)) else ""


def clean_line(text: str) -> str:
    """Clean a text of one line: any space is one blank."""
    return " ".join(clean_words(text).split())


def is_seen(char: str) -> bool:
    """Whether this character leaves ink."""
    return unicodedata.category(char)[0] in "LNPS" and char != _BLANK and not _INVISIBLE.match(char)


def without_unseen(text: str) -> str:
    """`text` without what nobody sees; joiners and selectors stay in signs that are made of several."""
    return _LOOSE.sub("", _INVISIBLE.sub("", text))


def has_towers(text: str) -> bool:
    """Whether a letter carries more marks than any writing needs."""
    return _without_towers(composed := normalised("NFC", text)) != composed


def _without_towers(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)
