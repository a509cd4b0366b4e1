"""Texts that members write for others: taking one in, judging it, and the terms of the screening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from kouryu.refusal import Refused
from kouryu.words import clean_words
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import JudgedText, User
from members.texts.choices import TextKind, TextState
from members.texts.limits import ATTEMPTS
from members.texts.rules.screening import Action, ScreeningKind, ScreeningVerdict, Sentence, screen
from members.texts.rules.texts import NoText, spared_in
from members.texts.screening import wordlist


class NeedsMending(Refused):
    """The words would arrive with one sentence changed: `verdict` says which, and why."""

    def __init__(self, verdict: ScreeningVerdict) -> None:
        super().__init__(verdict.reason or ScreeningKind.TOO_LONG)
        self.verdict = verdict


@dataclass(frozen=True)
class TypedText:
    """One text as it was typed, and what stands in its place now."""

    words: str
    before: str = ""
    may_be_held: bool = True  # one that cannot be kept apart has to be mended
    rows: Sequence[str] = ()  # what it is made of, where each is looked at by itself

    @property
    def parts(self) -> list[str]:
        """The words as they are looked at: what is found is in one of these."""
        return [clean_words(part) for part in self.rows or (self.words,)]


@dataclass(frozen=True)
class Screened:
    """What may stand on the page, and which texts wait for a moderator instead."""

    shown: Mapping[TextKind, str]
    held: frozenset[TextKind] = frozenset()


def screen_texts(*, by: User, texts: Mapping[TextKind, TypedText], about: int, now: datetime) -> Screened:
    """Look at what is new in these texts; returns what may be kept where others read it.

    A first find raises `NeedsMending` and is counted, the second holds the text: what stood there before stays until
    a moderator decides. An invitation with an address is held at once. The same words within minutes are the same
    find; what a moderator cleared passes, and what one hid is refused. Call it before the transaction that keeps the
    texts: what was counted must stay. `about` is the row of the place, or 0 where there is none yet.
    """
    with transaction.atomic():
        lock_member(by.pk)
        known = {row.kind: row for row in JudgedText.objects.filter(writer=by, about=about, kind__in=texts)}
        clean = {kind: clean_words(text.words) for kind, text in texts.items()}
        judged = {kind for kind, words in clean.items() if _is_new(words, texts[kind], known.get(kind))}
        waiting = frozenset(TextKind(kind) for kind, row in known.items() if _waits(row, clean[TextKind(row.kind)]))
        parts = [(kind, part) for kind, text in texts.items() for part in text.parts]
        verdict = _verdict(parts, judged - waiting)
        bad = {parts[sentence.part][0]: sentence for sentence in reversed(verdict.sentences)}
        if verdict.action == Action.DELIVER:
            _forget_withdrawn(known, clean, now)
            return _screened(texts, clean, waiting)
        may_hold = all(texts[kind].may_be_held for kind in bad)
        is_second = any(row.finds for row in known.values()) and not _is_same_attempt(known, clean, bad, now)
        if may_hold and bad and (verdict.action == Action.HOLD or is_second):
            for kind, sentence in bad.items():
                _hold(_row(known, by, kind, about, now), clean[kind], sentence, now)
            return _screened(texts, clean, waiting | set(bad))
        if not _is_same_attempt(known, clean, bad, now):
            for kind, sentence in bad.items():
                _count(_row(known, by, kind, about, now), clean[kind], sentence, now)
    raise NeedsMending(verdict)


@transaction.atomic
def settle_texts(*, by: User, about: int) -> None:
    """Tell the texts of something new where it is kept now; the count of finds begins anew with the next one."""
    loose = JudgedText.objects.filter(writer=by, about=0).exclude(kind=TextKind.NAME)
    loose.filter(state=TextState.ASKED).delete()
    loose.filter(state=TextState.HELD).update(about=about)


def forget_waiting(*, by: User, about: int, now: datetime) -> None:
    """What a withdrawing member wrote and nobody has decided about goes along; the finds still count."""
    held = JudgedText.objects.filter(writer=by, about=about, state=TextState.HELD)
    held.update(state=TextState.ASKED, words="", changed_at=now)


def judge_text(text: JudgedText, state: TextState, words: str, *, by: User | None, now: datetime) -> None:
    """Write a moderator's word into the row, which the caller has locked; the words are those it is about."""
    text.state, text.words, text.changed_at = state, words if state != TextState.ASKED else "", now
    text.save(update_fields=["state", "words", "changed_at"])
    audit.record(f"text-{state.value}", text, by=by, now=now, why=text.kind)


def _is_new(words: str, text: TypedText, row: JudgedText | None) -> bool:
    """Whether nobody has looked at these words yet. Refuses what a moderator hid."""
    if row and row.state == TextState.HIDDEN and words and words == row.words:
        raise Refused(NoText.HIDDEN)
    is_cleared = row is not None and row.state == TextState.CLEARED and words == row.words
    return bool(words) and words != text.before and not is_cleared


def _waits(row: JudgedText, words: str) -> bool:
    """Whether these very words are in a moderator's hands already."""
    return row.state == TextState.HELD and row.words == words


def _verdict(parts: list[tuple[TextKind, str]], judged: Set[TextKind]) -> ScreeningVerdict:
    words = [part if kind in judged else "" for kind, part in parts]
    return screen(words, wordlist(), spared=[spared_in(kind) for kind, _ in parts])


def _screened(
    texts: Mapping[TextKind, TypedText], clean: Mapping[TextKind, str], held: frozenset[TextKind]
) -> Screened:
    shown = {kind: text.before if kind in held else clean[kind] for kind, text in texts.items()}
    return Screened(shown, held)


def _forget_withdrawn(known: Mapping[str, JudgedText], clean: Mapping[TextKind, str], now: datetime) -> None:
    """A held text that its writer replaced waits no longer; the find still counts."""
    for kind, row in known.items():
        if row.state == TextState.HELD and clean[TextKind(kind)] != row.words:
            row.state, row.words, row.changed_at = TextState.ASKED, "", now
            row.save(update_fields=["state", "words", "changed_at"])


def _row(known: Mapping[str, JudgedText], by: User, kind: TextKind, about: int, now: datetime) -> JudgedText:
    return known.get(kind) or JudgedText(kind=kind, writer=by, about=about, changed_at=now)


def _hold(row: JudgedText, words: str, sentence: Sentence, now: datetime) -> None:
    row.state, row.words = TextState.HELD, words
    _count(row, words, sentence, now)
    audit.record("hold-text", row, by=None, now=now, why=str(sentence.reason))


def _count(row: JudgedText, words: str, sentence: Sentence, now: datetime) -> None:
    row.finds, row.reason = row.finds + 1, sentence.reason
    row.refused_digest, row.refused_at, row.changed_at = _digest(words), now, now
    row.save()


def _is_same_attempt(
    known: Mapping[str, JudgedText], clean: Mapping[TextKind, str], bad: Mapping[TextKind, Sentence], now: datetime
) -> bool:
    """Whether these very words were refused a few minutes ago: a second click, or a page that was sent again."""
    rows = [known.get(kind) for kind in bad]
    return all(
        row is not None
        and row.refused_at is not None
        and now < row.refused_at + ATTEMPTS.same_for
        and row.refused_digest == _digest(clean[TextKind(row.kind)])
        for row in rows
    )


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
