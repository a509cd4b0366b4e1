"""Which characters pass for a Latin letter or a digit.

Letters of other alphabets come from Unicode's own list of confusables (UTS 39), as `confusable_homoglyphs` ships it.
What NFKC folds by itself (full width, mathematical letters, circled ones) is not repeated here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from string import ascii_lowercase

import confusable_homoglyphs

# Not kana, kanji or Hangul: ロ is no 口 everywhere, and 一 no dash.
_ALPHABETS = (
    *("ARMENIAN", "BAMUM", "CANADIAN SYLLABICS", "CARIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "DESERET", "ELBASAN"),
    *("GOTHIC", "GREEK", "LATIN", "LISU", "LYCIAN", "LYDIAN", "MODIFIER LETTER", "OLD ITALIC", "OSAGE", "ROMAN"),
    *("SMALL", "TIFINAGH", "TURNED", "VAI", "WARANG CITI"),
)
_ENCLOSED = re.compile(
    r"(?:CIRCLED|SQUARED|PARENTHESIZED|REGIONAL INDICATOR SYMBOL) (?:LATIN CAPITAL )?LETTER ([A-Z])$"
)
_ENCLOSURES = range(0x1F100, 0x1F200)
WITH_DIGITS = range(0x80, 0x20000)  # the planes beyond are for kanji, tags and private use
# What readers take for a letter and the list has under another one, or not at all.
_BY_HAND = {
    **dict(
        zip("аеорсухіѕԁɡοανυικτηρεωмтнквпьΜΤΗΚΒΡΕΑΟΝΧΥΖΙ", "aeopcyxisdgoavuiktnpewmthkbnbMTHKBPEAONXYZI", strict=True)
    ),
    "\U0001f51f": "10",
    "ß": "ß",  # casefold knows better
}


def _confusables() -> dict[str, str]:
    """One character of another alphabet to the Latin letter or digit that it looks like."""
    file = Path(confusable_homoglyphs.__file__).with_name("confusables.json")
    found = {}
    for char, others in json.loads(file.read_text(encoding="utf-8")).items():
        if len(char) != 1 or char.isascii() or not unicodedata.name(char, "").startswith(_ALPHABETS):
            continue
        like = [
            other["c"] for other in others if len(other["c"]) == 1 and other["c"].isascii() and other["c"].isalnum()
        ]
        if like:
            found[char] = min(like, key=str.isdigit)
    return found


def _enclosed() -> dict[str, str]:
    """White letters on black and letters of flags, which NFKC leaves."""
    named = {chr(code): _ENCLOSED.search(unicodedata.name(chr(code), "")) for code in _ENCLOSURES}
    return {char: match[1] for char, match in named.items() if match and char == unicodedata.normalize("NFKC", char)}


def _small_capitals() -> dict[str, str]:
    """Capitals as tall as small letters, which phonetics and keyboards for decoration use."""
    named = ((letter, f"LATIN LETTER SMALL CAPITAL {letter.upper()}") for letter in ascii_lowercase)
    return {unicodedata.lookup(name): letter for letter, name in named if letter not in "qx"}  # these two are none


def _digits() -> dict[str, str]:
    """Digits of every script and every shape, those in circles included."""
    found = {}
    for char in map(chr, WITH_DIGITS):
        value = unicodedata.digit(char, unicodedata.numeric(char, None) if unicodedata.category(char) == "No" else None)
        if value is not None and value in range(10) and len(unicodedata.normalize("NFKC", char)) == 1:
            found[char] = str(int(value))
    return found


LOOKALIKES = str.maketrans({**_confusables(), **_small_capitals(), **_enclosed(), **_digits(), **_BY_HAND})
