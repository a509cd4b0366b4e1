"""Reading a list of the bank: bytes in, its incoming lines or all that is wrong with it out."""

from __future__ import annotations

import re

from members.banking.limits import BANK_LISTS
from members.banking.rules.statements import Around, BadBankList, BankFault, BankStatement, Reading
from members.banking.rules.table import read_table
from members.banking.rules.zengin import is_zengin, read_records

# How files begin that are no text: Excel's own (new and old), UTF-16, pictures, PDF, gzip.
_NO_TEXT = (
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF", b"\x1f\x8b"),
)
_NOBODYS = re.compile("[\x80\xa0\uf8f0-\uf8f3]")  # what Python makes of single bytes that are no Shift_JIS
_END_OF_FILE = b"\x1a"  # of old systems


def read_bank_list(content: bytes, around: Around) -> Reading:
    """The incoming lines of a list, or everything that is wrong with it: then none of it is taken.

    Records of 全銀 (入出金取引明細, 振込入金通知) and CSV under the headings that banks use, in Shift_JIS or UTF-8.
    """
    text = text_of(content)
    if isinstance(text, BankFault):
        return [text]
    read = read_records(text, around) if is_zengin(text) else read_table(text, around)
    if isinstance(read, BankStatement) and not read.lines:
        return [BankFault(BadBankList.NO_LINES)]
    return read


def text_of(content: bytes) -> str | BankFault:
    """The text of a file in UTF-8 or in the Shift_JIS of Windows, or why it has none."""
    if len(content) > BANK_LISTS.largest:
        return BankFault(BadBankList.TOO_LARGE)
    if content.startswith(_NO_TEXT) or b"\x00" in content:
        return BankFault(BadBankList.NO_TEXT)
    content = content.rstrip(_END_OF_FILE)
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        return BankFault(BadBankList.EMPTY)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        in_utf8 = wrong
    try:
        text = content.decode("cp932")
    except UnicodeDecodeError as wrong:
        farther = max(wrong.start, in_utf8.start)
        return BankFault(BadBankList.ENCODING, row=content.count(b"\n", 0, farther) + 1)
    if found := _NOBODYS.search(text):
        return BankFault(BadBankList.ENCODING, row=text.count("\n", 0, found.start()) + 1)
    return text
