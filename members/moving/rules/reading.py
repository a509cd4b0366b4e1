"""Reading a list of members: bytes in, a table or the first fault of the file out."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kouryu.words import normalised
from members.moving.choices import Column
from members.moving.limits import LISTS

HEADINGS = {
    Column.ADDRESS: "メールアドレス",
    Column.NAME: "お名前",
    Column.READING: "お名前の読み",
    Column.CALLED: "呼ばれたい名前",
    Column.LAST_DAY: "会員期間の最後の日",
    Column.NOTE: "メモ",
}
# How files begin that are no text: Excel's own (new and old), UTF-16 as Excel's "Unicode text", pictures, PDF, gzip.
_NO_CSV = (
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*", b"%PDF", b"\x1f\x8b"),
)
_BOM = b"\xef\xbb\xbf"
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff5e]")


class BadList(StrEnum):
    """Why nothing of a file can be read."""

    EMPTY = "file-empty"
    NO_CSV = "file-no-csv"
    TOO_LARGE = "file-too-large"
    NUL = "file-nul"
    ENCODING = "file-encoding"
    TWO_ENCODINGS = "file-two-encodings"
    BROKEN_LINE = "file-broken-line"
    NO_ADDRESSES = "file-no-addresses"
    DOUBLED_COLUMN = "file-doubled-column"
    NO_ROWS = "file-no-rows"
    TOO_MANY_ROWS = "file-too-many-rows"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, in which line, or at which heading."""

    reason: BadList
    line: int = 0
    heading: str = ""


@dataclass(frozen=True)
class Row:
    """A row by its number in a spreadsheet, and whether something stands in it below no heading."""

    number: int
    cells: Mapping[Column, str]
    has_more: bool = False


@dataclass(frozen=True)
class Table:
    """The rows that say something, and the headings that nobody here reads."""

    rows: Sequence[Row]
    unread: tuple[str, ...] = ()


def read_table(content: bytes) -> Table | Fault:
    """The table in a file, or the first fault that lets nothing of it be read.

    UTF-8 with or without its mark, or the Shift_JIS of Windows; commas, or tabs where the first line has no comma.
    """
    text = _text_of(content)
    return _table_of(text) if isinstance(text, str) else text


def _text_of(content: bytes) -> str | Fault:
    if len(content) > LISTS.largest:
        return Fault(BadList.TOO_LARGE)
    if not content.removeprefix(_BOM).strip():
        return Fault(BadList.EMPTY)
    if content.startswith(_NO_CSV):
        return Fault(BadList.NO_CSV)
    if (nul := content.find(b"\x00")) >= 0:
        return Fault(BadList.NUL, line=content.count(b"\n", 0, nul) + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
    if content.startswith(_BOM):
        return Fault(BadList.TWO_ENCODINGS, line=line)
    return _of_windows(content)


def _of_windows(content: bytes) -> str | Fault:
    """The text in cp932, unless a line of it is Japanese in UTF-8: then one of both would be noise."""
    odd = in_utf8 = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.isascii():
            continue
        if _JAPANESE.search(_decoded(line, "utf-8")):
            in_utf8 = in_utf8 or number
        elif not _decoded(line, "cp932"):
            odd = odd or number
    if in_utf8:
        return Fault(BadList.TWO_ENCODINGS, line=_first_other_line(content))
    return Fault(BadList.ENCODING, line=odd) if odd else content.decode("cp932")


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _first_other_line(content: bytes) -> int:
    """The first line that is not in the encoding of the first Japanese one."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if not line.isascii()]
    kinds = [(number, bool(_decoded(line, "utf-8"))) for number, line in lines]
    return next(number for number, kind in kinds if kind != kinds[0][1])


def _table_of(text: str) -> Table | Fault:
    first_line = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first_line and "," not in first_line else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _rows_of(_with_words(reader))
    except csv.Error:
        return Fault(BadList.BROKEN_LINE, line=reader.line_num)


def _with_words(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that say something, with their numbers; Excel leaves empty ones at the end."""
    for number, cells in enumerate(lines, 1):
        if any(cell.strip() for cell in cells):
            yield number, [cell.strip() for cell in cells]


def _rows_of(lines: Iterator[tuple[int, list[str]]]) -> Table | Fault:
    _number, headings = next(lines, (0, []))
    columns = [_column_named(heading) for heading in headings]
    counted = Counter(filter(None, columns))
    if doubled := next((column for column, times in counted.items() if times > 1), None):
        return Fault(BadList.DOUBLED_COLUMN, heading=headings[columns.index(doubled)])
    if Column.ADDRESS not in counted:
        return Fault(BadList.NO_ADDRESSES)
    rows: list[Row] = []
    for number, cells in lines:
        if len(rows) == LISTS.rows:
            return Fault(BadList.TOO_MANY_ROWS)
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        beyond = [cell for heading, cell in zip(headings, cells, strict=False) if not heading] + cells[len(headings) :]
        rows.append(Row(number, named, has_more=any(beyond)))
    unread = tuple(heading for heading, column in zip(headings, columns, strict=True) if heading and not column)
    return Table(rows, unread) if rows else Fault(BadList.NO_ROWS)


def _column_named(heading: str) -> Column | None:
    return _BY_HEADING.get(_plain(heading))


def _plain(heading: str) -> str:
    """A heading without width, case and spaces."""
    return "".join(normalised("NFKC", heading).split()).casefold()


_BY_HEADING = {_plain(word): column for column in Column for word in (HEADINGS[column], column.value)}
