"""Whose money a line of the bank's list may be: proposals, each with what speaks for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from kouryu.words import normalised
from members.banking.choices import Clue
from members.banking.limits import BANK_DESK
from members.banking.rules.statements import ReadLine
from members.membership.rules import references_in

_WEIGHT = {Clue.REFERENCE: 8, Clue.EARLIER: 4, Clue.NAME: 2, Clue.AMOUNT: 1}
_KEY_LENGTH = 40


class NoBankAct(StrEnum):
    """Why a line of the bank's list is left as it is."""

    OVER = "bank-line-changed-meanwhile"
    NO_DUE = "bank-line-no-open-due"
    OWN_DUE = "bank-line-own-due"
    TWO_PEOPLE = "bank-line-two-people"


@dataclass(frozen=True)
class LineFacts:
    """All of a line that matching may look at."""

    pk: int
    amount_yen: int
    words: str
    payer_key: str
    looks_booked: bool = False  # one of the same day, amount and payer is booked: another kind of file, perhaps


@dataclass(frozen=True)
class OpenDue:
    """A due that waits, and what it still waits for."""

    pk: int
    reference: str
    member_id: int
    missing_yen: int


@dataclass(frozen=True)
class Proposal:
    """That a line pays this due."""

    due: OpenDue
    clues: tuple[Clue, ...]
    is_sure: bool = False  # nothing else is meant, and the amount is right

    @property
    def weight(self) -> int:
        return sum(_WEIGHT[clue] for clue in self.clues)


@dataclass(frozen=True)
class KnownPayers:
    """What is known of payers, for some lines at once."""

    dues: Sequence[OpenDue]  # all that those below may owe, and those that the lines name
    payers: Mapping[str, Collection[int]] = field(default_factory=dict)  # by payer key: who paid so before
    named: Mapping[str, Collection[int]] = field(default_factory=dict)  # by payer key: who is called so


def proposals_for(lines: Iterable[LineFacts], known: KnownPayers) -> dict[int, list[Proposal]]:
    """By line: which open dues it may pay, the likeliest first.

    Sure is a single one with the exact amount for which more than the amount speaks, where no other line names it.
    """
    of_member: dict[int, list[OpenDue]] = defaultdict(list)
    of_amount: dict[int, list[OpenDue]] = defaultdict(list)
    for due in known.dues:
        of_member[due.member_id].append(due)
        of_amount[due.missing_yen].append(due)
    of_reference = {due.reference: due for due in known.dues}
    found: dict[int, list[Proposal]] = {}
    for line in lines:
        clues: dict[OpenDue, list[Clue]] = defaultdict(list)
        for reference in sorted(references_in(line.words) & of_reference.keys()):
            clues[of_reference[reference]].append(Clue.REFERENCE)
        for clue, people in ((Clue.EARLIER, known.payers), (Clue.NAME, known.named)):
            for member_id in people.get(line.payer_key, ()):
                for due in of_member[member_id]:
                    clues[due].append(clue)
        if not clues and len(of_amount[line.amount_yen]) <= BANK_DESK.proposals:
            clues.update({due: [] for due in of_amount[line.amount_yen]})
        found[line.pk] = _weighed(line, clues)
    return _sure_once(found)


def _weighed(line: LineFacts, clues: Mapping[OpenDue, list[Clue]]) -> list[Proposal]:
    def with_amount(due: OpenDue) -> tuple[Clue, ...]:
        amount = [Clue.AMOUNT] if due.missing_yen == line.amount_yen else []
        return (*clues[due], *amount)

    weighed = sorted((Proposal(due, with_amount(due)) for due in clues), key=lambda one: (-one.weight, one.due.pk))
    if not weighed:
        return []
    first, others = weighed[0], weighed[1:]
    by_reference = Clue.REFERENCE in first.clues and not any(Clue.REFERENCE in other.clues for other in others)
    is_alone = by_reference or not others
    is_new = by_reference or not line.looks_booked
    is_sure = is_alone and is_new and Clue.AMOUNT in first.clues and len(first.clues) > 1
    return [Proposal(first.due, first.clues, is_sure), *others][: BANK_DESK.proposals]


def _sure_once(found: dict[int, list[Proposal]]) -> dict[int, list[Proposal]]:
    """Two transfers for one due are for somebody to look at: neither is sure."""
    counted: dict[int, int] = defaultdict(int)
    for proposals in found.values():
        for one in proposals:
            counted[one.due.pk] += one.is_sure
    return {
        pk: [Proposal(one.due, one.clues, one.is_sure and counted[one.due.pk] == 1) for one in proposals]
        for pk, proposals in found.items()
    }


def keys_of(lines: Iterable[ReadLine]) -> list[str]:
    """What makes each line the same in another file of the same account: day, amount, words, balance.

    Lines that are alike in all of it are counted within the list, which holds whole days. The bank's own numbers are
    left out: with some banks they begin anew in each file.
    """
    counted: dict[tuple[object, ...], int] = defaultdict(int)
    keys = []
    for line in lines:
        same = (line.account, line.day.isoformat(), line.amount_yen, _spelt(line.words), line.balance_yen)
        counted[same] += 1
        keys.append(sha256(repr((*same, counted[same])).encode()).hexdigest()[:_KEY_LENGTH])
    return keys


def _spelt(words: str) -> str:
    return re.sub(r"\s", "", normalised("NFKC", words))
