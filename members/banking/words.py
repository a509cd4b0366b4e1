"""The sentences about what is wrong with a list of the bank."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kouryu.numbers import grouped, with_numbers
from members.banking.limits import BANK_LISTS
from members.banking.rules.statements import BadBankList, BankFault

Words = Promise | str
DAYS_AS_WRITTEN = " / ".join(("2026/12/1", "令和8年12月1日"))

_SENTENCES: dict[BadBankList, Callable[[], Words]] = {
    BadBankList.EMPTY: lambda: _("ファイルが空です。銀行の入出金明細を選んでください。"),
    BadBankList.NO_TEXT: lambda: _(
        "このファイルは、CSVでも全銀の固定長でもありません。銀行の画面から、そのどちらかでダウンロードしなおしてください。"
    ),
    BadBankList.TOO_LARGE: lambda: with_numbers(
        _("ファイルが大きすぎます。%(most)s MBまでです。日を分けて、いくつかのファイルにしてください。"),
        most=BANK_LISTS.megabytes,
    ),
    BadBankList.ENCODING: lambda: _(
        "読めない文字があります。文字コードはShift_JISかUTF-8です。銀行の画面から、ダウンロードしなおしてください。"
    ),
    BadBankList.BROKEN_LINE: lambda: _("行の形がちがいます。ダウンロードしなおして、そのまま送ってください。"),
    BadBankList.NO_COLUMNS: lambda: _(
        "日付と入金額の見出しが見つかりません。見出しの行（例：日付、入金額、摘要）のある入出金明細を選んでください。"
    ),
    BadBankList.DOUBLED_COLUMN: lambda: _("おなじ意味の列が、ふたつあります。どちらかを消してください。"),
    BadBankList.CUT: lambda: _("途中で切れています。ファイルをもう一度ダウンロードして、そのまま送ってください。"),
    BadBankList.NO_END: lambda: _(
        "最後の行が改行で終わっていないので、数字が途中で切れていないか、わかりません。"
        "ダウンロードしなおすか、表計算ソフトでCSVに保存しなおしてください。"
    ),
    BadBankList.OUTGOING: lambda: _(
        "入出金明細でも、振込入金通知でもない全銀のファイルです（総合振込など）。入出金明細を選んでください。"
    ),
    BadBankList.OTHER_ACCOUNT: lambda: _(
        "会費の振込先とはちがう口座の明細です。口座を確かめて、選びなおしてください。"
    ),
    BadBankList.TOO_MANY_LINES: lambda: with_numbers(
        _("一度に読めるのは%(most)s行までです。日を分けて、いくつかのファイルにしてください。"),
        most=grouped(BANK_LISTS.lines),
    ),
    BadBankList.NO_LINES: lambda: _("入金の行がひとつもありません。期間と口座を確かめて、選びなおしてください。"),
    BadBankList.SUMS: lambda: _(
        "銀行の書いた件数や合計と、行が合いません。行が抜けたか、変わったようです。ダウンロードしなおしてください。"
    ),
    BadBankList.DAY: lambda: with_numbers(
        _("日付として読めないか、まだ来ていない日です。%(examples)sのように書きます。"), examples=DAYS_AS_WRITTEN
    ),
    BadBankList.AMOUNT: lambda: _("金額として読めません。「3300」や「3,300」のように、数字で書きます。"),
    BadBankList.DIRECTION: lambda: _("入金か出金か、わかりません。"),
}


def bank_fault(fault: BankFault) -> Words:
    """What is wrong, and what to do."""
    return _SENTENCES[fault.reason]()
