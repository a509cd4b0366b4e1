"""Lists of the bank as the tests send them: two banks' habits, records of 全銀, a plain table, one full of mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# The first bank: a row about the account, quoted amounts, half-width kana, the balance, out beside in; Shift_JIS, CRLF.
FIRST_BANK = """口座番号,普通 1234567
"日付","摘要","お支払金額","お預り金額","差引残高"
"2026年11月24日","振込 {one} ﾔﾏﾀﾞ ﾊﾅｺ","","3,300","103,300"
"2026年11月25日","ﾌﾘｺﾐ ｻﾄｳ ｼﾖｳｺ","","3,300","106,600"
"2026年11月25日","ﾌﾘｺﾐﾃｽｳﾘﾖｳ","165","","106,435"
"2026年11月26日","ﾌﾘｺﾐ ｽｽﾞｷ ｲﾁﾛｳ","","5,000","111,435"
"""
# The second: full-width letters, a Japanese year, one amount with a direction, the payer by itself; newest first.
SECOND_BANK = """お取引日,入出金区分,お取引金額（円）,振込依頼人名,お取り扱い内容
令和８年１１月２６日,入金,３３００,ヤマダ　ハナコ　{one},振込
R8.11.25,出金,１６５,,手数料
R8.11.24,入金,３３００,サトウ　シヨウコ,振込
"""
PLAIN = "date,name,amount,memo\n2026-11-24,やまだ はなこ,3300,{one}\n2026-11-25,さとう しょうこ,3300,\n"
MISTAKES = """日付,摘要,出金額,入金額,残高
2026/11/31,振込 ヤマダ,,3300,3300
2026/11/24,振込 ヤマダ,,三千三百円,6600
2027/1/4,振込 ヤマダ,,3300,9900
2026/11/25,振込 ヤマダ,100,3300,9900
2026/11/25,振込 ヤマダ,,-3300,9900
2026/11/25,振込 ヤマダ,,3300,ない
2026/11/25,振込"""


def first_bank(**references: str) -> bytes:
    return FIRST_BANK.format(**references).replace("\n", "\r\n").encode("cp932")


def second_bank(**references: str) -> bytes:
    return SECOND_BANK.format(**references).encode("cp932")


def plain(**references: str) -> bytes:
    return b"\xef\xbb\xbf" + PLAIN.format(**references).encode()


def mistakes() -> bytes:
    return MISTAKES.encode("cp932")


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV with balances: day, words, amount, balance."""
    lines = ["日付,摘要,入金額,残高", *(",".join(map(str, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def notices(*lines: tuple[str, int, str, str], end: str = "\r\n", account: str = "1234567") -> bytes:
    """振込入金通知: records of 200 with a day (YYMMDD), an amount, a payer and words of 20 each."""
    header = f"1010{'081130' * 3}0001{'ﾃｽﾄ':15}001{'ﾎﾝﾃﾝ':15}1{account}{'ｺｳﾘﾕｳ':40}"
    data = [
        f"2{number:06}{day}{day}{amount:010}{0:010}{0:010}{payer:48}{'ﾃｽﾄ':15}{'ｼﾃﾝ':15}0{words:20}"
        for number, (day, amount, payer, words) in enumerate(lines, 1)
    ]
    total = sum(amount for _day, amount, _payer, _words in lines)
    trailer = f"8{len(lines):06}{total:012}{0:06}{0:012}"
    return _records([header, *data, trailer, "9"], end)


def statements(*lines: tuple[str, int, int, str, str], end: str = "") -> bytes:
    """入出金取引明細: records of 200 with a day, 1 (in) or 2 (out), an amount, a payer and words of 20 each."""
    header = f"1030{'081130' * 3}0001{'ﾃｽﾄ':15}001{'ﾎﾝﾃﾝ':15}00010001234567{'ｺｳﾘﾕｳ':40}10{100000:014}"
    data = [
        f"2{number:08}{day}{day}{way}11{amount:012}{0:012}{'0' * 12}{'0' * 8}{'0' * 3}{0:010}"
        f"{payer:48}{'ﾃｽﾄ':15}{'ｼﾃﾝ':15}{'ﾌﾘｺﾐ':20}{words:20}"
        for number, (day, way, amount, payer, words) in enumerate(lines, 1)
    ]
    came = [amount for _day, way, amount, _payer, _words in lines if way == 1]
    went = [amount for _day, way, amount, _payer, _words in lines if way != 1]
    trailer = f"8{len(came):06}{sum(came):013}{len(went):06}{sum(went):013}0{0:014}{len(lines):07}"
    return _records([header, *data, trailer, f"9{len(lines) + 3:010}00001"], end)


def _records(records: Iterable[str], end: str) -> bytes:
    return b"".join(record.encode("cp932").ljust(200) + end.encode() for record in records)
