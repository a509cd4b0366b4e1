"""A bank's list in records of 全銀: 200 characters each, with or without an end of line.

入出金取引明細 (03) and 振込入金通知 (01) of the 全国銀行協会, as banks publish them. A place is counted from 0,
in bytes of Shift_JIS: half-width kana are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from members.banking.limits import BANK_LISTS
from members.banking.rules.cells import day_in, narrow
from members.banking.rules.statements import (
    Around,
    BadBankList,
    BankFault,
    BankStatement,
    Reading,
    ReadLine,
    account_in,
)

LENGTH = 200
OUTGOING_LENGTH = 120  # 総合振込 and its like, which we would send to the bank
_HEADER = re.compile(r"1\d{3}[\d ]{6}")
_NOTICES, _STATEMENTS = "01", "03"
_JIS = "0"


@dataclass(frozen=True)
class _Layout:
    """Where things stand in the records of one kind."""

    account: slice  # of the header
    amount: slice  # the rest: of a line
    kind: slice  # which lines came in: those that have `comes_in` there
    comes_in: Sequence[str]
    payer: slice
    words: Sequence[slice]
    count: slice  # of the trailer: how many lines came in
    sum: slice


_DAY = {_NOTICES: slice(7, 13), _STATEMENTS: slice(9, 15)}
_LAYOUTS: Mapping[str, _Layout] = {
    _NOTICES: _Layout(
        account=slice(60, 67),
        amount=slice(19, 29),
        kind=slice(127, 128),
        comes_in=("0", "", "2"),  # 1: 取消
        payer=slice(49, 97),
        words=(slice(49, 97), slice(128, 148)),
        count=slice(1, 7),
        sum=slice(7, 19),
    ),
    _STATEMENTS: _Layout(
        account=slice(63, 73),
        amount=slice(24, 36),
        kind=slice(21, 22),
        comes_in=("1",),  # 2: 出金
        payer=slice(81, 129),
        words=(slice(81, 129), slice(159, 179), slice(179, 199)),
        count=slice(1, 7),
        sum=slice(7, 20),
    ),
}


def is_zengin(text: str) -> bool:
    """Whether a text begins as such records do; a table of a bank has a comma in its first line."""
    first = text.partition("\n")[0].rstrip("\r")
    return bool(_HEADER.match(text)) and "," not in first[:60] and len(first) >= OUTGOING_LENGTH - 1


def read_records(text: str, around: Around) -> Reading:
    """The incoming lines of the records, or all that is wrong. Counts and sums of the bank must agree with them."""
    try:
        content = text.encode("cp932")
    except UnicodeEncodeError as wrong:
        return [BankFault(BadBankList.ENCODING, row=text.count("\n", 0, wrong.start) + 1)]
    records = _records(content)
    if len(records) > BANK_LISTS.lines:
        return [BankFault(BadBankList.TOO_MANY_LINES)]
    if content[1:3].decode() not in _LAYOUTS:
        return [BankFault(BadBankList.OUTGOING, found=content[1:3].decode())]
    if content[3:4].decode() != _JIS:
        return [BankFault(BadBankList.ENCODING, row=1)]
    for row, record in enumerate(records, 1):
        if len(record) != LENGTH:
            return [BankFault(BadBankList.CUT, row=row)]
    return _Records(around).read(records)


def _records(content: bytes) -> list[bytes]:
    if b"\n" in content or b"\r" in content:
        return [line for line in re.split(rb"\r\n|\n|\r", content) if line.strip()]
    return [content[start : start + LENGTH] for start in range(0, len(content), LENGTH)]


class _Records:
    """The records of a file, one after another: header, lines, trailer for each account; then the end."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self.layout, self.kind, self.account = _LAYOUTS[_NOTICES], "", ""
        self.lines: list[ReadLine] = []
        self.of_account: list[ReadLine] = []
        self.faults: list[BankFault] = []
        self.others = 0

    def read(self, records: Sequence[bytes]) -> Reading:
        acts: Mapping[str, Callable[[int, bytes], None]]
        acts = {"1": self._header, "2": self._line, "8": self._trailer, "9": lambda row, record: None}
        for row, record in enumerate(records, 1):
            act = acts.get(chr(record[0]))
            if act is None:
                self._fault(BadBankList.BROKEN_LINE, row, slice(0, 1), record)
            else:
                act(row, record)
        if not self.faults and (chr(records[-1][0]) != "9" or self.kind):
            self.faults.append(BankFault(BadBankList.CUT, row=len(records)))
        return self.faults or BankStatement(self.lines, others=self.others)

    def _header(self, row: int, record: bytes) -> None:
        kind = _text(record, slice(1, 3))
        if kind not in _LAYOUTS:
            self.faults.append(BankFault(BadBankList.OUTGOING, row=row, found=kind))
            return
        self.kind, self.layout, self.of_account = kind, _LAYOUTS[kind], []
        self.account = account_in(re.split(r"\D", _text(record, self.layout.account))[0])
        if not self.around.is_ours(self.account):
            self._fault(BadBankList.OTHER_ACCOUNT, row, self.layout.account, record)

    def _line(self, row: int, record: bytes) -> None:
        if not self.kind:
            self.faults.append(BankFault(BadBankList.CUT, row=row))
            return
        layout = self.layout
        if _text(record, layout.kind) not in layout.comes_in:
            self.others += 1
            return
        amount, day = _text(record, layout.amount), day_in(_text(record, _DAY[self.kind]), self.around.today)
        if day is None:
            self._fault(BadBankList.DAY, row, _DAY[self.kind], record)
        if not amount.isdigit() or not 0 < int(amount) <= BANK_LISTS.most_yen:
            self._fault(BadBankList.AMOUNT, row, layout.amount, record)
        elif day:
            self.of_account.append(
                ReadLine(
                    row=row,
                    account=self.account,
                    day=day,
                    amount_yen=int(amount),
                    payer=narrow(_text(record, layout.payer)),
                    words=" ".join(filter(None, (_text(record, place) for place in layout.words))),
                    raw=record.decode("cp932").rstrip(),
                )
            )

    def _trailer(self, row: int, record: bytes) -> None:
        count, total = _text(record, self.layout.count), _text(record, self.layout.sum)
        said = (int(count), int(total)) if count.isdigit() and total.isdigit() else None
        found = (len(self.of_account), sum(line.amount_yen for line in self.of_account))
        if not self.faults and said != found:
            self._fault(BadBankList.SUMS, row, self.layout.sum, record)
        self.lines += self.of_account
        self.kind, self.of_account = "", []

    def _fault(self, reason: BadBankList, row: int, place: slice, record: bytes) -> None:
        column = f"{place.start + 1}–{place.stop}"
        self.faults.append(BankFault(reason, row, column, _text(record, place)))


def _text(record: bytes, place: slice) -> str:
    return record[place].decode("cp932", errors="replace").strip()
