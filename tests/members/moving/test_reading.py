"""Bytes of a file become a table, or one clear fault."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from members.moving.limits import LAST_DAYS, LISTS
from members.moving.rules.cells import BadCell, day_in, why_not_until
from members.moving.rules.reading import BadList, Fault, Table, read_table
from members.moving.words import file_fault

TODAY = date(2026, 12, 1)
HEAD = "メールアドレス,お名前,呼ばれたい名前"
ROW = "hana@example.jp,山田花子,はな"


def rows_of(content: bytes) -> list[tuple[int, dict[str, str]]]:
    table = read_table(content)
    assert isinstance(table, Table), table
    return [(row.number, {column.value: cell for column, cell in row.cells.items()}) for row in table.rows]


WANTED = [(2, {"email": "hana@example.jp", "name": "山田花子", "called_name": "はな"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}",
        f"{HEAD}\n{ROW}\n\n,,\n",
        f"{HEAD},,\n{ROW},,\n",
        '"メールアドレス","お名前","呼ばれたい名前"\n"hana@example.jp","山田花子","はな"\n',
        "ｅｍａｉｌ,Name,called_name\nhana@example.jp,山田花子,はな\n",
        " メール アドレス ,お名前,呼ばれたい名前\nhana@example.jp,　山田花子　,はな\n",
        "メールアドレス\tお名前\t呼ばれたい名前\nhana@example.jp\t山田花子\tはな\n",
    ],
)
def test_the_habits_of_excel_are_read(text, encoding, line_end):
    assert rows_of(text.replace("\n", line_end).encode(encoding)) == WANTED


def test_the_letters_that_only_windows_has_are_read():
    (row,) = rows_of(f"{HEAD}\r\nhana@example.jp,髙﨑①,はな".encode("cp932"))
    assert row[1]["name"] == "髙﨑①"


def test_rows_have_the_numbers_of_a_spreadsheet():
    """A cell of two lines is one row, and an empty row in between counts."""
    text = f'メモ,{HEAD}\n"一行目\n二行目",a@example.jp,,\n,,,\nもうひとつ,b@example.jp,,\n'
    assert [number for number, _ in rows_of(text.encode())] == [2, 4]


def test_columns_that_nobody_reads_are_told_and_words_below_no_heading_noted():
    table = read_table(f"{HEAD},部署,\n{ROW},営業,\n{ROW},,なにか\n{ROW},,,はみだし\n".encode())
    assert table.unread == ("部署",)
    assert [row.has_more for row in table.rows] == [False, True, True]


MIXED = HEAD.encode("cp932") + b"\n" + "a@example.jp,田中,たなか\n".encode("cp932") + ROW.encode()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault(BadList.EMPTY)),
        (b"\xef\xbb\xbf \r\n", Fault(BadList.EMPTY)),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Fault(BadList.NO_CSV)),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", Fault(BadList.NO_CSV)),
        (b"PK\x03\x04\x14\x00", Fault(BadList.NO_CSV)),
        (HEAD.encode("utf-16"), Fault(BadList.NO_CSV)),
        (f"{HEAD}\n{ROW}\na\x00@example.jp".encode(), Fault(BadList.NUL, line=3)),
        (MIXED, Fault(BadList.TWO_ENCODINGS, line=3)),
        (f"{HEAD}\n{ROW}\n".encode() + "b@example.jp,鈴木".encode("cp932"), Fault(BadList.TWO_ENCODINGS, line=3)),
        (f"\ufeff{HEAD}\n".encode() + "b@example.jp,鈴木".encode("cp932"), Fault(BadList.TWO_ENCODINGS, line=2)),
        (f"{HEAD}\n".encode("cp932") + b"a@example.jp,\x81\n", Fault(BadList.ENCODING, line=2)),
        (f'{HEAD}\n{ROW}\n"b@example.jp,鈴木'.encode(), Fault(BadList.BROKEN_LINE, line=3)),
        (f'{HEAD}\n"b@example.jp"x,鈴木'.encode(), Fault(BadList.BROKEN_LINE, line=2)),
        ("お名前,メモ\n花子,\n".encode(), Fault(BadList.NO_ADDRESSES)),
        (f"{HEAD},Ｅｍａｉｌ\n{ROW},\n".encode(), Fault(BadList.DOUBLED_COLUMN, heading="メールアドレス")),
        (f"{HEAD}\n,,\n".encode(), Fault(BadList.NO_ROWS)),
        (f"{HEAD}\n".encode() + b"a@b.jp,,\n" * (LISTS.rows + 1), Fault(BadList.TOO_MANY_ROWS)),
        (b"a" * (LISTS.largest + 1), Fault(BadList.TOO_LARGE)),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, fault):
    assert read_table(content) == fault
    assert str(file_fault(fault))


def test_as_many_rows_as_the_limit_says_are_read():
    assert len(rows_of(f"{HEAD}\n".encode() + b"a@b.jp,,\n" * LISTS.rows)) == LISTS.rows


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-11-30", "2026/11/30", "2026年11月30日", "令和8年11月30日", "R8.11.30", "r8/11/30"),
        *(
            "２０２６－１１－３０",
            "２０２６／１１／３０",
            "令和８年１１月３０日",
            " 2026年 11月 30日 ",
            "2026/11/30 0:00",
        ),
    ],
)
def test_a_day_is_read_however_it_is_written(cell):
    assert day_in(cell) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "cell",
    [
        "11/30",
        "2026-02-30",
        "26/11/30",
        "2026/11",
        "来月",
        "令和元年4月30日",
        "令和0年1月1日",
        "2026-11/30",
        "²026-11-30x",
    ],
)
def test_what_is_no_day_is_none(cell):
    assert day_in(cell) is None


def test_the_first_year_of_an_era():
    assert day_in("令和元年5月1日") == date(2019, 5, 1)
    assert day_in("2026/1/5") == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (TODAY - timedelta(days=1), BadCell.DAY_PAST),
        (TODAY, None),
        (TODAY + LAST_DAYS.farthest, None),
        (TODAY + LAST_DAYS.farthest + timedelta(days=1), BadCell.DAY_FAR),
    ],
)
def test_how_long_a_membership_that_moves_in_may_last(day, reason):
    assert why_not_until(day, TODAY) == reason
