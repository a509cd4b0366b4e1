"""Strength of passwords: how many guesses somebody would need who knows the usual habits and the account."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kouryu.words import normalised
from members.accounts.taxonomies import DATA

SITE_WORDS = ("kouryu", "koryu", "交流", "こうりゅう", "交流会", "異業種", "いぎょうしゅ", "igyoushu", "example")
LEAST_GUESSES = math.log10(2e12)  # years of trying a stolen Argon2 hash, on many machines
READ_LETTERS = 100  # of an overlong password: reading them takes milliseconds, and they suffice
_DATE_WORDS = re.compile(r"(?<=[0-9])[ -]?(?:nen|gatsu|gatu|nichi|niti|年|月|日)[ -]?")
SHORTEST_PIECE = 4  # letters of a known row that count as one word


class GuessesValidator:
    """Refuses passwords that follow a pattern, whatever their length, and asks for no kind of letter."""

    def validate(self, password: str, user: Any = None) -> None:
        if guesses_for(password, words_of(user)) < LEAST_GUESSES:
            raise ValidationError(
                _(
                    "推測されやすいパスワードです。よくあることば、くり返し、キーの並び、日付、名前やアドレスは、"
                    "長くてもすぐに見破られます。つながりのないことばを、4つか5つ並べてみてください。"
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("よくあることばやくり返し、キーの並びだけのパスワードは使えません。")


def guesses_for(password: str, own_words: Iterable[str] = ()) -> float:
    """The power of ten of the guesses needed, for the easiest way to read the password."""
    typed = _fold(password[:READ_LETTERS])
    words = [*own_words, *SITE_WORDS]
    as_typed = min(_guesses(typed, words), _guesses(_latin(typed), words))
    braided = _guesses(typed[::2], words) + _guesses(typed[1::2], words)
    dated = _DATE_WORDS.sub("/", typed)
    as_date = _guesses(dated.strip("/"), words) if dated != typed else math.inf
    return min(as_typed, braided, as_date, _guesses_without_signs(typed, words), _guesses_without_runs(typed, words))


def _guesses_without_signs(typed: str, words: list[str]) -> float:
    """For p-a-s-s-w-o-r-d: the letters, and the signs between them."""
    signs = "".join(letter for letter in typed if not letter.isalnum())
    plain = "".join(letter for letter in typed if letter.isalnum())
    letters = min(_guesses(plain, words), _guesses(_without_dashes(_latin(plain)), words))
    return letters + _guesses(signs, words)


def _guesses_without_runs(typed: str, words: list[str]) -> float:
    """For aaabbbccc: each letter once, where hardly a letter stands alone."""
    runs = "".join(letter for letter, _run in groupby(typed))
    return 1 + _guesses(runs, words) if len(runs) * 2 <= len(typed) else math.inf


def words_of(user: Any) -> list[str]:
    """What somebody knows who knows the account: the address, its parts, and the called name."""
    email = getattr(user, "email", "") or ""
    profile = getattr(user, "profile", None)
    known = [email, *re.split(r"[^\w]+|_", email), *re.findall(r"[a-z]+", email.lower())]
    known += [profile.called_name] if profile else []
    return [folded for word in known for folded in {_fold(word), _latin(_fold(word))} if len(folded) > 1]


def _guesses(text: str, words: list[str]) -> float:
    """zxcvbn's estimate. It is loaded when a password is chosen, not with every web process."""
    from zxcvbn_rs_py import zxcvbn

    if not text:
        return 0
    return zxcvbn(text, [*words, *_pieces_in(text), *_known_words()]).guesses_log10


def _fold(text: str) -> str:
    """Without differences of width, case and kana."""
    import jaconv

    return jaconv.kata2hira(normalised("NFKC", text).casefold())


def _latin(text: str) -> str:
    """Kana in Latin letters, as they are typed."""
    import jaconv

    return jaconv.kana2alphabet(text)


def _without_dashes(text: str) -> str:
    """Kana's long vowels become dashes in Latin letters."""
    return text.replace("-", "")


def _pieces_in(text: str) -> list[str]:
    """The parts of known rows that the text holds, in either direction."""
    ends = range(SHORTEST_PIECE, len(text) + 1)
    parts = {text[start:end] for end in ends for start in range(end - SHORTEST_PIECE + 1)}
    return sorted(part for part in parts if part in _known_pieces() or part[::-1] in _known_pieces())


@cache
def _known_words() -> tuple[str, ...]:
    """What is tried first comes first: the place in the list says how soon a word is guessed."""
    easy = [word for line in _lines("easy_words.txt") for word in _fold(line).split()]
    japanese = [word for line in _lines("japanese_words.txt") for word in line.split()]
    return tuple(dict.fromkeys(easy + japanese))


@cache
def _known_pieces() -> frozenset[str]:
    rows = [_fold(row) for row in _lines("known_rows.txt")]
    return frozenset(
        row[start:end]
        for row in rows
        for end in range(SHORTEST_PIECE, len(row) + 1)
        for start in range(end - SHORTEST_PIECE + 1)
    )


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ") and line != "#"]
