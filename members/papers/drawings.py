"""A receipt as a PDF: one sheet of A4, in fonts that come with the site (docs/decisions/0081)."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from django.utils import timezone
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from members.models import Receipt, ReceiptLine
from members.papers.choices import PaperKind
from members.papers.rules import RateSum

FONTS = Path(__file__).parent / "fonts"
TEXT, STRONG, RARE = "BIZUDPGothic-Regular", "BIZUDPGothic-Bold", "RareNames-Regular"
INK, SOFT, LINE, TINT = HexColor("#1d2a2a"), HexColor("#5b6868"), HexColor("#c9d2d0"), HexColor("#f1f5f3")
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 24 * mm, WIDTH - 24 * mm, HEIGHT - 26 * mm
ADDRESSEE_WIDTH = 100 * mm
ADDRESSEE_SIZES = (17, 14, 11)  # points; the largest at which it takes two lines at most
NOT_FIRST = "ー、。，．・）」』】ぁぃぅぇぉっゃゅょァィゥェォッャュョ々 "
TITLES = {PaperKind.RECEIPT: "領収書", PaperKind.RETURN: "返還の明細"}
QUALIFIED_TITLES = {PaperKind.RECEIPT: "領収書（適格請求書）", PaperKind.RETURN: "適格返還請求書"}


def receipt_pdf(receipt: Receipt) -> bytes:
    """The paper as a file; the same receipt gives the same bytes until it is issued anew for another addressee."""
    _fonts()
    out = BytesIO()
    sheet = _Sheet(Canvas(out, pagesize=A4, invariant=1, lang="ja", pageCompression=1))
    sheet.canvas.setTitle(f"{title_of(receipt)} {receipt.reference}")
    sheet.canvas.setAuthor(receipt.issuer_name)
    _head(sheet, receipt)
    _addressee(sheet, receipt)
    _amount(sheet, receipt)
    _lines(sheet, list(receipt.lines.all()))
    if receipt.registration_number:
        _rates(sheet, receipt.sums)
    _issuer(sheet, receipt)
    _foot(sheet, receipt)
    sheet.canvas.save()
    return out.getvalue()


def title_of(receipt: Receipt) -> str:
    """What the law calls it where the issuer is registered; a plain name where not."""
    return (QUALIFIED_TITLES if receipt.registration_number else TITLES)[PaperKind(receipt.kind)]


def unprintable(words: str) -> list[str]:
    """The characters of these words that no font of the paper has, each once."""
    return [letter for letter in dict.fromkeys(words) if _font_for(letter, TEXT) is None]


@cache
def _fonts() -> dict[str, frozenset[int]]:
    """Read the fonts once for each process; which characters each of them has."""
    for name in (TEXT, STRONG, RARE):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))
    return {name: frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in (TEXT, STRONG, RARE)}


def _font_for(letter: str, wanted: str) -> str | None:
    has = _fonts()
    return next((name for name in (wanted, TEXT, RARE) if ord(letter) in has[name]), None)


class _Sheet:
    """A page that is written from the top down, with the words of each line in whichever font has them."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.y = TOP

    def down(self, points: float) -> None:
        self.y -= points

    def width(self, words: str, font: str, size: float) -> float:
        return sum(pdfmetrics.stringWidth(run, name, size) for name, run in _runs(words, font))

    def left(self, words: str, *, x: float = LEFT, font: str = TEXT, size: float = 10, ink=INK) -> None:
        self.canvas.setFillColor(ink)
        for name, run in _runs(words, font):
            self.canvas.setFont(name, size)
            self.canvas.drawString(x, self.y, run)
            x += pdfmetrics.stringWidth(run, name, size)

    def right(self, words: str, *, x: float = RIGHT, font: str = TEXT, size: float = 10, ink=INK) -> None:
        self.left(words, x=x - self.width(words, font, size), font=font, size=size, ink=ink)

    def rule(self, *, x: float = LEFT, until: float = RIGHT, ink=LINE, weight: float = 0.6) -> None:
        self.canvas.setStrokeColor(ink)
        self.canvas.setLineWidth(weight)
        self.canvas.line(x, self.y, until, self.y)

    def folded(self, words: str, width: float, font: str, size: float) -> list[str]:
        """The words in lines of this width, broken as Japanese is: between letters, but before no `NOT_FIRST`."""
        lines = [""]
        for letter in words:
            if lines[-1] and letter not in NOT_FIRST and self.width(lines[-1] + letter, font, size) > width:
                lines.append("")
            lines[-1] += letter
        return lines


def _runs(words: str, wanted: str) -> list[tuple[str, str]]:
    """The words in parts that one font can write. What none has is a 〓, as printers of old set it."""
    letters = [(font, letter) if (font := _font_for(letter, wanted)) else (wanted, "〓") for letter in words]
    return [(font, "".join(letter for _, letter in run)) for font, run in groupby(letters, key=lambda pair: pair[0])]


def _yen(amount: int) -> str:
    return f"¥{amount:,}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _head(sheet: _Sheet, receipt: Receipt) -> None:
    name, _, rest = title_of(receipt).partition("（")
    sheet.left(name, font=STRONG, size=24)
    if rest:
        width = sheet.width(name, STRONG, 24)
        sheet.left(f"（{rest}", x=LEFT + width + 4, size=11, ink=SOFT)
    sheet.right(f"番号 {receipt.reference}", size=10)
    sheet.down(16)
    sheet.right(f"発行日 {_day(timezone.localdate(receipt.issued_at))}", size=10)
    if receipt.reissued_at:
        sheet.down(16)
        sheet.right(f"再発行 {_day(timezone.localdate(receipt.reissued_at))}", font=STRONG, size=10)
    sheet.down(12)
    sheet.rule(ink=INK, weight=1.4)


def _addressee(sheet: _Sheet, receipt: Receipt) -> None:
    sheet.down(46)
    for size in ADDRESSEE_SIZES:
        lines = sheet.folded(receipt.addressee, ADDRESSEE_WIDTH, TEXT, size)
        if len(lines) <= 2:
            break
    for line in lines:
        sheet.left(line, size=size)
        sheet.down(size * 1.45)
    sheet.y += size * 1.45 - 8
    sheet.rule(until=LEFT + ADDRESSEE_WIDTH, ink=SOFT)


def _amount(sheet: _Sheet, receipt: Receipt) -> None:
    sheet.down(78)
    sheet.canvas.setFillColor(TINT)
    sheet.canvas.roundRect(LEFT, sheet.y - 16, RIGHT - LEFT, 56, 6, stroke=0, fill=1)
    is_return = receipt.kind == PaperKind.RETURN
    sheet.y += 5
    sheet.left("返還の金額" if is_return else "領収金額", x=LEFT + 16, size=11, ink=SOFT)
    sheet.y -= 3
    sheet.right(_yen(receipt.amount_yen), x=RIGHT - 62, font=STRONG, size=26)
    sheet.right("（税込）", x=RIGHT - 14, size=10, ink=SOFT)
    sheet.down(44)
    if is_return:
        sheet.left("下記のとおり、お返しいたしました。")
        sheet.down(18)
        origin = receipt.returns
        sheet.left(f"もとの領収書 {origin.reference}（お支払い {_day(origin.paid_on)}）", ink=SOFT)
    else:
        sheet.left("上記の金額を、正に領収いたしました。")
    sheet.down(18)
    when = "返還日" if is_return else "お支払い日"
    sheet.left(f"{when} {_day(receipt.paid_on)}　　お支払いの方法 {WAYS[receipt.way]}", ink=SOFT)


WAYS = {"transfer": "銀行振込", "card": "クレジットカード"}


def _lines(sheet: _Sheet, lines: list[ReceiptLine]) -> None:
    sheet.down(38)
    _row(sheet, "内訳", "税率", "金額（税込）", ink=SOFT, size=9)
    sheet.down(8)
    sheet.rule(ink=INK)
    for line in lines:
        sheet.down(19)
        _row(sheet, line.what, f"{line.tax_percent}%", _yen(line.amount_yen))
        sheet.down(9)
        sheet.rule()


def _rates(sheet: _Sheet, sums: list[RateSum]) -> None:
    """What 消費税法 57条の4 asks for: the sum with tax for each rate, and the tax in it."""
    sheet.down(8)
    for rate in sums:
        sheet.down(17)
        sheet.right(f"{rate.tax_percent}%対象　{_yen(rate.amount_yen)}", x=RIGHT - 130)
        sheet.right(f"うち消費税等　{_yen(rate.tax_yen)}")


def _row(sheet: _Sheet, what: str, rate: str, amount: str, *, ink=INK, size: float = 10) -> None:
    sheet.left(what, ink=ink, size=size)
    sheet.right(rate, x=RIGHT - 110, ink=ink, size=size)
    sheet.right(amount, ink=ink, size=size)


def _issuer(sheet: _Sheet, receipt: Receipt) -> None:
    x, width = LEFT + 84 * mm, RIGHT - LEFT - 84 * mm
    sheet.down(64)
    sheet.left("発行者", x=x, size=9, ink=SOFT)
    sheet.down(20)
    for line in sheet.folded(receipt.issuer_name, width, STRONG, 13):
        sheet.left(line, x=x, font=STRONG, size=13)
        sheet.down(18)
    if receipt.registration_number:
        sheet.left(f"登録番号 {receipt.registration_number}", x=x)
        sheet.down(16)
    for line in sheet.folded(receipt.issuer_address, width, TEXT, 9.5):
        sheet.left(line, x=x, size=9.5, ink=SOFT)
        sheet.down(14)
    sheet.left(f"電話 {receipt.issuer_phone}", x=x, size=9.5, ink=SOFT)


def _foot(sheet: _Sheet, receipt: Receipt) -> None:
    sheet.y = 24 * mm
    sheet.rule()
    sheet.down(15)
    sheet.left("電子データでお渡しする書類のため、収入印紙は貼っていません。", size=8.5, ink=SOFT)
    sheet.right(receipt.reference, size=8.5, ink=SOFT)
    if receipt.reissued_at:
        sheet.down(13)
        sheet.left("再発行した領収書です。先にお渡ししたものは、無効になります。", size=8.5, ink=SOFT)
