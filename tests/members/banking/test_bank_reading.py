"""Lists of banks as they come: what is read, and what is said of a list that cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from members.banking.limits import BANK_LISTS
from members.banking.rules.cells import day_in, payer_key, payer_of, yen_in
from members.banking.rules.matching import keys_of
from members.banking.rules.reading import read_bank_list
from members.banking.rules.statements import Around, BadBankList, BankStatement
from tests.members.banking import lists

TODAY = date(2026, 12, 1)
AROUND = Around(TODAY, frozenset({"1234567"}))
NOTICE = ("081124", 3300, "ﾔﾏﾀﾞ ﾊﾅｺ", "K4M7QRX")


def read(content: bytes, around: Around = AROUND) -> list[tuple[str, int, str]]:
    statement = read_bank_list(content, around)
    assert isinstance(statement, BankStatement), statement
    return [(line.day.isoformat(), line.amount_yen, line.payer) for line in statement.lines]


def faults(content: bytes, around: Around = AROUND) -> list[tuple[BadBankList, int]]:
    read = read_bank_list(content, around)
    assert isinstance(read, list), read
    return [(fault.reason, fault.row) for fault in read]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026/11/24", date(2026, 11, 24)),
        ("2026-11-24 09:15", date(2026, 11, 24)),
        ("2026.11.4", date(2026, 11, 4)),
        ("20261124", date(2026, 11, 24)),
        ("２０２６年１１月２４日", date(2026, 11, 24)),
        ("令和8年11月24日", date(2026, 11, 24)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R08.11.24", date(2026, 11, 24)),
        ("081124", date(2026, 11, 24)),
        ("261124", date(2026, 11, 24)),  # 令和26年 has not come: a year of ours
        ("8/11/24", date(2026, 11, 24)),
        ("2026/11/31", None),
        ("2026/12/2", None),  # is still to come
        ("11/24", None),
        ("", None),
    ],
)
def test_a_day_is_read_however_it_is_written(cell, day):
    assert day_in(cell, TODAY) == day


@pytest.mark.parametrize(
    ("cell", "yen"),
    [
        ("3300", 3300),
        ("3,300", 3300),
        ("３，３００円", 3300),
        ("¥3,300", 3300),
        ("+3300", 3300),
        ("-3,300", -3300),
        ("3300.00", 3300),
        ("", 0),
        ("-", 0),
        ("0", 0),
        ("三千三百円", None),
        ("3,30", None),
        ("1e9", None),
        ("33 00", None),
        (str(BANK_LISTS.most_yen + 1), None),
    ],
)
def test_an_amount_is_read_however_it_is_written(cell, yen):
    assert yen_in(cell) == yen


@pytest.mark.parametrize(
    ("words", "payer", "key"),
    [
        ("ﾌﾘｺﾐ ｻﾄｳ ｼﾖｳｺ", "サトウ シヨウコ", "サトウシヨウコ"),
        ("振込＊ヤマダハナコ", "ヤマダハナコ", "ヤマダハナコ"),
        ("振込入金　さとう　しょうこ", "さとう しょうこ", "サトウシヨウコ"),
        ("K4M7QRX ﾔﾏﾀﾞ ﾊﾅｺ", "K4M7QRX ヤマダ ハナコ", "ヤマダハナコ"),
        ("SMITH JOHN", "SMITH JOHN", "SMITHJOHN"),
    ],
)
def test_a_payer_is_the_same_in_every_spelling(words, payer, key):
    assert (payer_of(words), payer_key(payer_of(words))) == (payer, key)


def test_the_first_bank_writes_in_and_out_with_balances_in_shift_jis():
    assert read(lists.first_bank(one="K4M7QRX")) == [
        ("2026-11-24", 3300, "K4M7QRX ヤマダ ハナコ"),
        ("2026-11-25", 3300, "サトウ シヨウコ"),
        ("2026-11-26", 5000, "スズキ イチロウ"),
    ]


def test_the_second_bank_writes_one_amount_and_its_direction_in_full_width():
    assert read(lists.second_bank(one="K4M7QRX")) == [
        ("2026-11-26", 3300, "ヤマダ ハナコ K4M7QRX"),
        ("2026-11-24", 3300, "サトウ シヨウコ"),
    ]


def test_a_plain_table_in_utf8():
    assert read(lists.plain(one="K4M7QRX")) == [
        ("2026-11-24", 3300, "やまだ はなこ"),
        ("2026-11-25", 3300, "さとう しょうこ"),
    ]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_notices_of_transfers_in_fixed_length(end):
    assert read(lists.notices(NOTICE, end=end)) == [("2026-11-24", 3300, "ヤマダ ハナコ")]


@pytest.mark.parametrize("end", ["", "\r\n"])
def test_statements_in_fixed_length_leave_out_what_went(end):
    lines = [("081124", 1, 3300, "ﾔﾏﾀﾞ ﾊﾅｺ", "K4M7QRX"), ("081125", 2, 165, "", ""), ("081126", 1, 20, "ﾘｿｸ", "")]
    content = lists.statements(*lines, end=end)
    assert read(content) == [("2026-11-24", 3300, "ヤマダ ハナコ"), ("2026-11-26", 20, "リソク")]
    assert read_bank_list(content, AROUND).others == 1


def test_fixed_length_that_was_saved_again_in_utf8_is_read():
    assert read(lists.notices(NOTICE).decode("cp932").encode()) == read(lists.notices(NOTICE))


def test_a_list_full_of_mistakes_names_each_row_and_column():
    found = read_bank_list(lists.mistakes(), AROUND)
    assert [(fault.reason, fault.row, fault.column) for fault in found] == [
        (BadBankList.DAY, 2, "日付"),
        (BadBankList.AMOUNT, 3, "入金額"),
        (BadBankList.DAY, 4, "日付"),
        (BadBankList.DIRECTION, 5, "出金額"),
        (BadBankList.AMOUNT, 6, "入金額"),
        (BadBankList.AMOUNT, 7, "残高"),
        (BadBankList.CUT, 8, ""),
    ]


FIRST = lists.first_bank(one="K4M7QRX")
FIXED = lists.notices(NOTICE, NOTICE)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", BadBankList.EMPTY),
        (b"\xef\xbb\xbf\r\n", BadBankList.EMPTY),
        (b"PK\x03\x04...", BadBankList.NO_TEXT),
        ("日付,入金\n".encode("utf-16"), BadBankList.NO_TEXT),
        (b"\xff" * 40, BadBankList.ENCODING),
        ("日付,入金\n2026/11/24,3300,振込\n".encode("euc-jp"), BadBankList.ENCODING),
        (b"x" * (BANK_LISTS.largest + 1), BadBankList.TOO_LARGE),
        ("品名,数量\nりんご,3\n".encode(), BadBankList.NO_COLUMNS),
        ("日付,入金,入金額\n2026/11/24,1,2\n".encode(), BadBankList.DOUBLED_COLUMN),
        (FIRST.replace(b"1234567", b"7654321"), BadBankList.OTHER_ACCOUNT),
        (lists.notices(NOTICE, account="7654321"), BadBankList.OTHER_ACCOUNT),
        ("日付,入金額\n".encode(), BadBankList.NO_LINES),
        ("日付,出金額,入金額\n2026/11/24,165,\n".encode(), BadBankList.NO_LINES),
        (FIRST[:-30], BadBankList.CUT),
        ('日付,摘要,入金額\n2026/11/24,"振'.encode(), BadBankList.CUT),
        ("日付,摘要,入金額\n2026/11/24,振込,33".encode(), BadBankList.NO_END),
        ('日付,摘要,入金額\n2026/11/24,"振"込,3300\n2026/11/25,,1\n'.encode(), BadBankList.BROKEN_LINE),
        (FIXED[:500], BadBankList.CUT),
        (FIXED[:606], BadBankList.CUT),  # whole records, without the trailer
        (FIXED.replace(b"0000003300", b"0000003301", 1), BadBankList.SUMS),
        (FIXED[:202] + FIXED[404:], BadBankList.SUMS),  # a record is missing
        (b"1210" + b"0" * 116 + b"\r\n", BadBankList.OUTGOING),
        (lists.table([("2026/11/24", "a", 1, 1)] * (BANK_LISTS.lines + 1)), BadBankList.TOO_MANY_LINES),
    ],
    ids=lambda value: value.value if isinstance(value, BadBankList) else "",
)
def test_nothing_is_taken_of_a_list_that_is_wrong(content, reason):
    assert [found for found, _row in faults(content)] == [reason]


def test_any_account_is_taken_where_ours_is_not_known():
    assert read(lists.notices(NOTICE, account="7654321"), Around(TODAY)) == [("2026-11-24", 3300, "ヤマダ ハナコ")]


def test_every_cut_of_a_fixed_file_is_seen():
    whole = FIXED.rstrip()
    cut = [faults(whole[:length])[0][0] for length in range(len(whole) - 1, 1, -1)]
    assert set(cut) <= {BadBankList.CUT, BadBankList.NO_COLUMNS, BadBankList.BROKEN_LINE, BadBankList.SUMS}


def keys(content: bytes) -> list[str]:
    return keys_of(read_bank_list(content, AROUND).lines)


def test_a_line_has_the_same_key_in_an_overlapping_list_and_two_alike_have_two():
    alike = ("2026/11/24", "振込 ヤマダ", 3300, "")
    early, late = keys(lists.table([alike, alike])), keys(lists.table([alike, alike, ("2026/11/25", "振込", 1, "")]))
    assert late[:2] == early
    assert len(set(late)) == 3


def test_two_alike_are_known_by_their_balances():
    first, second = ("2026/11/24", "振込 ヤマダ", 3300, 3300), ("2026/11/24", "振込 ヤマダ", 3300, 6600)
    assert keys(lists.table([second, first]))[0] == keys(lists.table([second]))[0]
    assert keys(lists.table([first, second]))[0] == keys(lists.table([first]))[0]
