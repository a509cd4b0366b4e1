"""The sentences about files and cells of a list of members."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kouryu.numbers import grouped, spelled_length, with_numbers
from members.moving.choices import Column
from members.moving.limits import LAST_DAYS, LISTS
from members.moving.rules.cells import BadCell
from members.moving.rules.reading import HEADINGS, BadList, Fault

Words = Promise | str

_SAVE_AS_CSV = _(
    "このファイルはCSVではありません。"
    "Excelなら「CSV UTF-8（コンマ区切り）」を選んで保存しなおし、そのファイルを送ってください。"
)
_FILE: dict[BadList, Callable[[Fault], Words]] = {
    BadList.EMPTY: lambda fault: _("ファイルが空です。会員の一覧の入ったファイルを選んでください。"),
    BadList.NO_CSV: lambda fault: _SAVE_AS_CSV,
    BadList.TOO_LARGE: lambda fault: with_numbers(
        _("ファイルが大きすぎます。%(most)s MBまでです。行を分けて、いくつかのファイルにしてください。"),
        most=LISTS.megabytes,
    ),
    BadList.NUL: lambda fault: with_numbers(
        _("ファイルの%(line)s行目に、文字ではないもの（NUL）が入っています。「CSV UTF-8」で保存しなおしてください。"),
        line=fault.line,
    ),
    BadList.ENCODING: lambda fault: with_numbers(
        _("ファイルの%(line)s行目に、読めない文字があります。「CSV UTF-8」で保存しなおしてください。"), line=fault.line
    ),
    BadList.TWO_ENCODINGS: lambda fault: with_numbers(
        _(
            "ファイルの%(line)s行目から、文字コードが変わっています。ふたつのファイルをつないだときに起こります。"
            "ひとつずつ送るか、「CSV UTF-8」で保存しなおしてください。"
        ),
        line=fault.line,
    ),
    BadList.BROKEN_LINE: lambda fault: with_numbers(
        _('ファイルの%(line)s行目で、引用符（"）が合っていません。その行を直すか、Excelで保存しなおしてください。'),
        line=fault.line,
    ),
    BadList.NO_ADDRESSES: lambda fault: with_numbers(
        _("「%(heading)s」という見出しの列がありません。いちばん上の行に、見出しを入れてください。"),
        heading=HEADINGS[Column.ADDRESS],
    ),
    BadList.DOUBLED_COLUMN: lambda fault: with_numbers(
        _("「%(heading)s」の列が、ふたつあります。どちらかにしてください。"), heading=fault.heading
    ),
    BadList.NO_ROWS: lambda fault: _("見出しだけで、会員の行がありません。"),
    BadList.TOO_MANY_ROWS: lambda fault: with_numbers(
        _("一度に読めるのは%(most)s行までです。行を分けて、いくつかのファイルにしてください。"),
        most=grouped(LISTS.rows),
    ),
}
_CELL: dict[BadCell, Words] = {
    BadCell.GARBLED: _("文字が化けています。もとの表から、保存しなおしてください。"),
    BadCell.NO_HEADING: _("見出しのない列に、何か書かれています。見出しをつけるか、消してください。"),
    BadCell.NAME_MISSING: _("読みだけで、お名前がありません。"),
    BadCell.DAY_UNREADABLE: _("日付として読めません。「2026-11-30」のように書いてください。"),
    BadCell.DAY_PAST: _("もう過ぎた日です。会員でない方は、行を消すか、空のままにしてください。"),
}

WAYS_TO_WRITE_A_DAY = ("2026-11-30", "2026/11/30", "2026年11月30日", "令和8年11月30日")
# What stands below each heading.
COLUMNS: dict[Column, Words] = {
    Column.ADDRESS: _("かならず要ります。ログインに使うアドレスです。"),
    Column.NAME: _("通帳や帳簿のお名前。ほかの会員には見えません。"),
    Column.READING: _("ひらがなでも、カタカナでも。"),
    Column.CALLED: _("ほかの会員に見える名前。空のときは、ご本人がはじめに決めます。"),
    Column.LAST_DAY: with_numbers(
        _("書きかたは%(examples)sのどれでも。空のときは、期間をおくりません。"),
        examples=" / ".join(WAYS_TO_WRITE_A_DAY),
    ),
    Column.NOTE: _("担当だけが読むメモ。"),
}


def file_fault(fault: Fault) -> Words:
    """What is wrong with the file, and what to do."""
    return _FILE[fault.reason](fault)


def cell_fault(reason: BadCell, *, other_row: int = 0) -> Words:
    """What is wrong with a cell; for an address that stands there twice, also where."""
    if reason == BadCell.ADDRESS_TWICE:
        return with_numbers(_("%(row)s行目と同じアドレスです。"), row=other_row)
    if reason == BadCell.DAY_FAR:
        return with_numbers(
            _("遠すぎる日です。%(ahead)s以内の日にしてください。"), ahead=spelled_length(LAST_DAYS.farthest)
        )
    return _CELL[reason]
