"""A bank's list as a table: CSV, under whatever headings the bank uses."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from members.banking.limits import BANK_LISTS
from members.banking.rules.cells import day_in, narrow, payer_of, yen_in
from members.banking.rules.statements import (
    Around,
    BadBankList,
    BankFault,
    BankStatement,
    Reading,
    ReadLine,
    account_in,
)


class BankColumn(StrEnum):
    """What a column of a bank's list says."""

    DAY = "day"
    IN = "in"
    OUT = "out"
    AMOUNT = "amount"  # in or out, as another column or its sign says
    DIRECTION = "direction"
    PAYER = "payer"
    WORDS = "words"
    BALANCE = "balance"
    ACCOUNT = "account"


HEADINGS: dict[BankColumn, tuple[str, ...]] = {
    BankColumn.DAY: (
        *("日付", "取引日", "お取引日", "お取引日付", "取引日付", "年月日", "お取引年月日", "取引年月日"),
        *("勘定日", "入金日", "入出金日", "振込日", "取引日時", "お取引日時", "date"),
    ),
    BankColumn.IN: (
        *("入金", "入金額", "入金金額", "お預り金額", "お預かり金額", "預り金額", "預かり金額", "お預入金額"),
        *("預入金額", "お預入額", "お預入れ額", "お預入れ", "預入額", "受入金額", "受取金額", "振込金額", "振込入金額"),
        *("deposit", "credit"),
    ),
    BankColumn.OUT: (
        *("出金", "出金額", "出金金額", "お支払金額", "お支払い金額", "支払金額", "支払い金額", "お引出金額"),
        *(
            "お引出し金額",
            "お引出し",
            "お引出額",
            "お引出し額",
            "引出額",
            "払出金額",
            "お払出金額",
            "withdrawal",
            "debit",
        ),
    ),
    BankColumn.AMOUNT: ("金額", "取引金額", "お取引金額", "amount"),
    BankColumn.DIRECTION: ("入出金区分", "入払区分", "受払区分", "入出金", "入/出", "出入区分"),
    BankColumn.PAYER: (
        *("振込依頼人名", "振込依頼人", "依頼人名", "振込人名", "お振込人名", "振込人", "依頼人", "payer", "name"),
    ),
    BankColumn.WORDS: (
        *("摘要", "摘要内容", "お取り扱い内容", "お取扱内容", "お取引内容", "取引内容", "内容", "お取引の内容"),
        *("備考", "メモ", "取引名", "edi情報", "ご依頼人番号", "description", "memo", "reference"),
    ),
    BankColumn.BALANCE: ("残高", "差引残高", "現在高", "取引後残高", "お預り残高", "balance"),
    BankColumn.ACCOUNT: ("口座番号", "照会口座", "account"),
}
_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_COMES_IN = re.compile(r"[入預受]|^1$|in|credit", re.IGNORECASE)


def _plain(heading: str) -> str:
    """A heading without width, case, spaces and what stands in brackets: 入金金額（円） → 入金金額."""
    return "".join(_IN_BRACKETS.sub("", narrow(heading)).split()).casefold()


_BY_HEADING = {_plain(word): column for column, words in HEADINGS.items() for word in words}


def read_table(text: str, around: Around) -> Reading:
    """The incoming rows of a CSV, with commas or tabs, or all that is wrong with its cells."""
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
    except csv.Error:
        is_end = reader.line_num >= text.count("\n")
        reason = BadBankList.CUT if is_end and not text.endswith("\n") else BadBankList.BROKEN_LINE
        return [BankFault(reason, row=reader.line_num)]
    place = next((n for n, (_row, cells) in enumerate(rows[: BANK_LISTS.rows_before_headings]) if _names(cells)), None)
    if place is None:
        return [BankFault(BadBankList.NO_COLUMNS)]
    below = [(row, cells) for row, cells in rows[place + 1 :] if any(cell.strip() for cell in cells)]
    if len(below) > BANK_LISTS.lines:
        return [BankFault(BadBankList.TOO_MANY_LINES)]
    ends_whole = text.endswith(("\n", "\r"))
    above = next((account for _row, cells in rows[:place] if (account := _account_above(cells))), "")
    return _Table(rows[place][1], around, above).read(below, ends_whole=ends_whole)


def _delimiter(text: str) -> str:
    head = text[:2000]
    return "\t" if head.count("\t") > head.count(",") else ","


def _names(cells: Sequence[str]) -> bool:
    """Whether this row names the columns: a day and what came in."""
    columns = {_BY_HEADING.get(_plain(cell)) for cell in cells}
    return BankColumn.DAY in columns and bool(columns & {BankColumn.IN, BankColumn.AMOUNT})


def _account_above(cells: Sequence[str]) -> str:
    """The account that a row above the table names: 口座番号,1234567."""
    names = [_BY_HEADING.get(_plain(cell)) for cell in cells]
    for name, cell in zip(names, cells[1:], strict=False):
        if name == BankColumn.ACCOUNT:
            return account_in(cell)
    return ""


class _Table:
    """A table below its headings."""

    def __init__(self, headings: Sequence[str], around: Around, account: str) -> None:
        self.headings, self.around, self.account = headings, around, account
        self.places: dict[BankColumn, list[int]] = {}
        for place, heading in enumerate(headings):
            if column := _BY_HEADING.get(_plain(heading)):
                self.places.setdefault(column, []).append(place)
        self.faults: list[BankFault] = []

    def read(self, rows: Sequence[tuple[int, list[str]]], *, ends_whole: bool) -> Reading:
        for column in (BankColumn.IN, BankColumn.OUT, BankColumn.AMOUNT, BankColumn.DIRECTION, BankColumn.BALANCE):
            if len(self.places.get(column, ())) > 1:
                return [BankFault(BadBankList.DOUBLED_COLUMN, column=self.headings[self.places[column][1]].strip())]
        if not self._is_ours(self.account):
            return [BankFault(BadBankList.OTHER_ACCOUNT, found=self.account)]
        last = len(rows) - 1
        lines: list[ReadLine] = []
        for number, (row, cells) in enumerate(rows):
            is_cut = number == last and not ends_whole and len(cells) < len(self.headings)
            if is_cut or not self._reaches(cells):
                self.faults.append(BankFault(BadBankList.CUT, row=row))
            elif number == last and not ends_whole and self._ends_with_a_number(cells):
                self.faults.append(BankFault(BadBankList.NO_END, row=row))
            elif line := self._line(row, cells):
                lines.append(line)
        return self.faults or BankStatement(lines, others=len(rows) - len(lines))

    def _reaches(self, cells: Sequence[str]) -> bool:
        """Whether the row is as long as the amounts lie."""
        wanted = (BankColumn.DAY, BankColumn.IN, BankColumn.AMOUNT)
        return len(cells) > max(self.places[column][0] for column in wanted if column in self.places)

    def _ends_with_a_number(self, cells: Sequence[str]) -> bool:
        numbers = (BankColumn.IN, BankColumn.OUT, BankColumn.AMOUNT, BankColumn.BALANCE)
        return any(len(cells) - 1 in self.places.get(column, ()) for column in numbers)

    def _line(self, row: int, cells: list[str]) -> ReadLine | None:
        amount, day = self._amount(row, cells), self._day(row, cells)
        account = account_in(self._cell(cells, BankColumn.ACCOUNT)) or self.account
        if not self._is_ours(account):
            self._fault(BadBankList.OTHER_ACCOUNT, row, BankColumn.ACCOUNT, cells)
        balance = self._yen(row, cells, BankColumn.BALANCE) if self._cell(cells, BankColumn.BALANCE).strip() else None
        if not amount or amount < 0 or day is None:
            return None
        words = " ".join(self._texts(cells, BankColumn.PAYER) + self._texts(cells, BankColumn.WORDS))
        payer = " ".join(self._texts(cells, BankColumn.PAYER)) or " ".join(self._texts(cells, BankColumn.WORDS))
        return ReadLine(
            row=row,
            account=account,
            day=day,
            amount_yen=amount,
            payer=payer_of(payer),
            words=words,
            raw=",".join(cells),
            balance_yen=balance,
        )

    def _amount(self, row: int, cells: list[str]) -> int | None:
        """What came in: nothing or less where the row is something else, None where that cannot be said."""
        if BankColumn.IN in self.places:
            amount = self._yen(row, cells, BankColumn.IN)
            out = self._yen(row, cells, BankColumn.OUT) if BankColumn.OUT in self.places else 0
            if amount and amount < 0:
                self._fault(BadBankList.AMOUNT, row, BankColumn.IN, cells)
                return None
            if amount and out:
                self._fault(BadBankList.DIRECTION, row, BankColumn.OUT, cells)
                return None
            return None if out is None else amount
        amount = self._yen(row, cells, BankColumn.AMOUNT)
        if BankColumn.DIRECTION not in self.places or amount is None:
            return amount
        direction = narrow(self._cell(cells, BankColumn.DIRECTION))
        if not direction:
            self._fault(BadBankList.DIRECTION, row, BankColumn.DIRECTION, cells)
            return None
        return amount if _COMES_IN.search(direction) else -abs(amount)

    def _yen(self, row: int, cells: list[str], column: BankColumn) -> int | None:
        amount = yen_in(self._cell(cells, column))
        if amount is None:
            self._fault(BadBankList.AMOUNT, row, column, cells)
        return amount

    def _day(self, row: int, cells: list[str]) -> date | None:
        day = day_in(self._cell(cells, BankColumn.DAY), self.around.today)
        if day is None:
            self._fault(BadBankList.DAY, row, BankColumn.DAY, cells)
        return day

    def _fault(self, reason: BadBankList, row: int, column: BankColumn, cells: list[str]) -> None:
        heading = self.headings[self.places[column][0]].strip()
        self.faults.append(BankFault(reason, row, heading, self._cell(cells, column).strip()[:30]))

    def _cell(self, cells: Sequence[str], column: BankColumn) -> str:
        places = self.places.get(column, ())
        return cells[places[0]] if places and places[0] < len(cells) else ""

    def _texts(self, cells: Sequence[str], column: BankColumn) -> list[str]:
        return list(self._some(cells, column))

    def _some(self, cells: Sequence[str], column: BankColumn) -> Iterator[str]:
        for place in self.places.get(column, ()):
            if place < len(cells) and cells[place].strip():
                yield cells[place].strip()

    def _is_ours(self, account: str) -> bool:
        return self.around.is_ours(account)
