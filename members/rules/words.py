"""What somebody typed, as it is counted, kept and shown to others."""

from __future__ import annotations

import re
import unicodedata


def clean_words(text: str) -> str:
    """`text` as it is counted and kept: composed (NFC), with plain line ends and without space around it.

    Characters that only hide or turn others around are left out (emoji keep their joiners); a text of which nothing
    would be seen is empty.
    """
    lines = re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    words = unicodedata.normalize("NFC", _HIDING.sub("", lines)).strip()
    return words if any(map(_is_seen, words)) else ""


# Controls but for tab and line end, soft hyphen, spaces without width, and marks that turn the order of letters.
_HIDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol to Unicode, nothing to the eye


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANK_LETTERS


def clean_line(text: str) -> str:
    """The same for one line: any space is one blank."""
    return " ".join(clean_words(text).split())
