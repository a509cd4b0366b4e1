"""What a list of the bank says, and all that can be wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from members.banking.rules.cells import narrow


class BadBankList(StrEnum):
    """Why nothing of a bank's list is taken."""

    EMPTY = "bank-file-empty"
    NO_TEXT = "bank-file-no-text"
    TOO_LARGE = "bank-file-too-large"
    ENCODING = "bank-file-encoding"
    BROKEN_LINE = "bank-file-broken-line"
    NO_COLUMNS = "bank-file-no-columns"
    DOUBLED_COLUMN = "bank-file-doubled-column"
    CUT = "bank-file-cut"
    NO_END = "bank-file-no-end"
    OUTGOING = "bank-file-outgoing"
    OTHER_ACCOUNT = "bank-file-other-account"
    TOO_MANY_LINES = "bank-file-too-many-lines"
    NO_LINES = "bank-file-no-lines"
    SUMS = "bank-file-sums"
    DAY = "bank-cell-day"
    AMOUNT = "bank-cell-amount"
    DIRECTION = "bank-cell-direction"


@dataclass(frozen=True)
class BankFault:
    """What is wrong, in which row of the file, below which heading or at which place of the row."""

    reason: BadBankList
    row: int = 0
    column: str = ""
    found: str = ""


@dataclass(frozen=True)
class ReadLine:
    """Money that came in, as a line of the list says it."""

    row: int
    account: str  # seven digits; empty where the list does not say whose it is
    day: date
    amount_yen: int
    payer: str
    words: str  # all that the bank says of it
    raw: str  # the line itself
    balance_yen: int | None = None


@dataclass(frozen=True)
class BankStatement:
    """What came in, and how many lines were something else."""

    lines: Sequence[ReadLine]
    others: int = 0


@dataclass(frozen=True)
class Around:
    """What reading a list depends on besides its bytes."""

    today: date
    our_accounts: Collection[str] = ()  # seven digits each; empty: any account is taken

    def is_ours(self, account: str) -> bool:
        return not account or not self.our_accounts or account in self.our_accounts


Reading = BankStatement | list[BankFault]


def account_in(words: str) -> str:
    """The last seven digits of a number of an account, or nothing: 普通 0012345 → 0012345."""
    digits = "".join(char for char in narrow(words) if char.isascii() and char.isdigit())
    return digits[-7:].rjust(7, "0") if digits else ""
