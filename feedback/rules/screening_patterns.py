"""Which shapes give away an address, a number, a link, a company or an age, whatever words stand around them?

What has a shape is code; what is a word is data that staff edit (`ScreeningTerm`). Every expression here is linear:
no repetition inside a repetition over the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedback.rules.screening_text import Reading, Span

# --- mail addresses and names of accounts

_AT = r"(?:@|\(at\)|\[at\]|<at>|\{at\}|アットマーク|アット|あっとまーく|あっと|☆|★|◎| at )"
_DOT = r"(?:\.|[(\[{](?:dot|\.)[)\]}]|ドット|どっと| dot |。)"
_TOP = r"(?:com|net|org|jp|info|biz|io|me|edu|dev|コム|こむ|ジェーピー|ネット)"
_MAIL_HOUSE = r"(?:gmail|yahoo|icloud|hotmail|outlook|docomo|ezweb|softbank|ジーメール|gメール)"
MAIL = re.compile(
    rf"[a-z0-9._%+-]{{1,64}} ?{_AT} ?[a-z0-9-]{{1,63}} ?{_DOT} ?(?:[a-z]{{2,12}}|{_TOP})"
    rf"|[a-z0-9._%+-]{{2,64}} ?{_AT} ?{_MAIL_HOUSE}"
    rf"|{_MAIL_HOUSE} ?(?:の|で|は|:) ?[「『\"]?[a-z0-9._-]{{4,64}}"
)
_SERVICE = (
    r"(?:line|ライン|instagram|インスタグラム|インスタ|insta|twitter|ツイッター|facebook|フェイスブック|discord|"
    r"ディスコード|skype|スカイプ|telegram|テレグラム|kakao(?:talk)?|カカオ(?:トーク)?|whatsapp|wechat|snapchat|tiktok|signal)"
)
ACCOUNT = re.compile(
    rf"(?<![a-z]){_SERVICE} ?(?:の|:|は)? ?(?:id|アカウント|account|ユーザー名|handle)(?![a-z])"
    rf"|(?<![a-z]){_SERVICE} ?(?:は|:|=|→|の|is |@) ?[「『\"]?@?(?=[a-z0-9._-]{{0,28}}[0-9._-])[a-z][a-z0-9._-]{{3,29}}"
    r"|(?<![a-z0-9])(?:id|アカウント名?|ユーザー名) ?(?:は|:|=) ?[「『\"]?@?[a-z0-9][a-z0-9._-]{3,29}"
    r"|(?<![a-z0-9._%+-])@(?!home)[a-z_][a-z0-9_.]{2,29}"
)

# --- telephone numbers

_SPOKEN = {
    **{str(n): str(n) for n in range(10)},
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    "零": "0",
    "○": "0",
    "◯": "0",
    "ゼロ": "0",
    "ぜろ": "0",
    "れい": "0",
    "レイ": "0",
    "まる": "0",
    "マル": "0",
    "いち": "1",
    "イチ": "1",
    "に": "2",
    "ニ": "2",
    "さん": "3",
    "サン": "3",
    "よん": "4",
    "ヨン": "4",
    "ご": "5",
    "ゴ": "5",
    "ろく": "6",
    "ロク": "6",
    "なな": "7",
    "ナナ": "7",
    "はち": "8",
    "ハチ": "8",
    "きゅう": "9",
    "キュウ": "9",
    "きゅー": "9",
    "キュー": "9",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_DIGIT = re.compile("|".join(sorted(map(re.escape, _SPOKEN), key=len, reverse=True)))
_BETWEEN = set(" -‐‑‒–—―ー−~.・·*()/の、,_")
_MOST_BETWEEN = 3
_PHONE = re.compile(r"(?:0[5789]0[0-9]{8}|0120[0-9]{6}|0800[0-9]{7}|0[1-9][0-9]{8}|81[1-9][0-9]{8,9})(?![0-9])")
_WRITTEN_NUMBER = re.compile(r"(?<![0-9-])[0-9]{2,5}[-‐–—―ー−.][0-9]{2,4}[-‐–—―ー−.][0-9]{4}(?![0-9-])")

# --- links

_DOMAIN_END = (
    r"(?:com|net|org|co\.jp|or\.jp|ne\.jp|ac\.jp|jp|info|biz|io|me|app|dev|link|xyz|tokyo|site|shop|online|club|page|"
    r"tv|gg|ly|ee|gl|be|cc|ai|us|to|so|work|life|store|lit\.link)"
)
LINK = re.compile(
    r"(?:https?|hxxps?|ttps?) ?: ?/ ?/|www ?\. ?[a-z0-9]"
    rf"|(?<![a-z0-9@.])(?!asp\.net|ado\.net|vb\.net)[a-z0-9][a-z0-9-]{{0,62}}(?:\.[a-z0-9-]{{1,63}}){{0,3}}\.{_DOMAIN_END}(?![a-z0-9])"
    r"|[a-z0-9] ?(?:ドット|どっと|[(\[{](?:dot|\.)[)\]}]| dot ) ?(?:com|net|jp|コム|ネット|ジェーピー)(?![a-z])"
    r"|[a-z0-9]。(?:com|net|jp|org)(?![a-z])"
    r"|(?:ドットコム|ドットジェーピー)"
)
LINK_SQUEEZED = re.compile(
    r"https?:/|www\.[a-z0-9]|(?<![a-z0-9@.])[a-z0-9][a-z0-9-]{2,62}\.(?:com|net|co\.jp|jp|info|biz)(?![a-z0-9])"
)

# --- companies

_FORM = r"(?:株式会社|有限会社|合同会社|合資会社|合名会社)"
_NAME = r"[一-龥ァ-ヴーa-z0-9○◯〇△□&]"
# A name may be in hiragana, and then a particle must not pass for one ("株式会社の仕組み", "(株)か株式会社か").
_PARTICLE = r"(?:[のはがをにでともやへ、。]|か(?:ら|どうか|株|有|合|ま|と)|という|って|だ|です|など|なら|より|まで|や)"
_NAME_AFTER = rf"[「『]?(?:{_NAME}|(?!{_PARTICLE})[ぁ-ん])"
COMPANY = re.compile(
    rf"{_FORM}{_NAME_AFTER}|{_NAME}{_FORM}|\((?:株|有|同)\){_NAME_AFTER}|{_NAME}\((?:株|有|同)\)|(?<![ァ-ヴー])カ\)[ァ-ヴー]"
    r"|(?:[一-龥]{2,6}|[ァ-ヴー]{2,12}|[a-z]{2,20})(?:商事|物産|ホールディングス|コーポレーション)"
    r"|(?:[ぁ-ん]{3,12}|[ァ-ヴー]{2,12})(?:商事|物産|商会|電機|電器|精工|精機|工芸|製薬|重工|銀行|証券|生命)"
)
COMPANY_IN_LATIN = re.compile(
    r"[a-z0-9&] ?,? (?:co ?\. ?,? ?ltd|inc|ltd|llc|corp|gmbh|corporation)(?![a-z])|(?<![a-z])co ?\. ?, ?ltd"
)

# --- somebody's age

_YEARS = r"(?:1[5-9]|[2-9][0-9]|(?:[二三四五六七八九]?十[一二三四五六七八九]?))"
# Of a customer, a child, a patient, or of a time long ago: part of a story.
_OF_A_STORY = r"(?:以上|以下|未満|児|向け|から|まで|定年|の(?:子|利用者|患者|祖|母|父|頃|ころ|とき|時))"
_OF_THE_RECEIVER = r"(?:なのに|には|にしては|とは思え|に見え|だと|ですか|でしょう|の(?:あなた|方なのに|女性|男性))"
AGE = re.compile(
    rf"(?<![0-9]){_YEARS} ?[歳才](?!{_OF_A_STORY})"
    rf"|(?<![0-9])[1-9][0-9] ?代{_OF_THE_RECEIVER}"
    r"|(?<![0-9])[1-9][0-9] ?(?:years? old|yrs? old|yo(?![a-z]))|for (?:your|his|her) age|at your age|how old are you"
)


def contacts(plain: Reading, squeezed: Reading) -> Iterator[Span]:
    """Mail addresses, names of accounts and telephone numbers, in digits or spelt."""
    yield from _spans(plain, MAIL)
    yield from _spans(squeezed, MAIL)
    yield from _spans(plain, ACCOUNT)
    yield from _spans(plain, _WRITTEN_NUMBER)
    yield from _phones(plain)


def links(plain: Reading, squeezed: Reading) -> Iterator[Span]:
    """Addresses of pages, with or without https."""
    yield from _spans(plain, LINK)
    yield from _spans(squeezed, LINK_SQUEEZED)


def companies(plain: Reading, squeezed: Reading) -> Iterator[Span]:
    """A form of company beside a name; the bare word is ordinary ("how a 株式会社 works")."""
    yield from _spans(squeezed, COMPANY)
    yield from _spans(plain, COMPANY_IN_LATIN)


def ages(plain: Reading) -> Iterator[Span]:
    """How old somebody is, looks or should be; not the children, patients and customers of a story."""
    yield from _spans(plain, AGE)


def _spans(reading: Reading, pattern: re.Pattern[str]) -> Iterator[Span]:
    return (reading.original(*match.span()) for match in pattern.finditer(reading.text))


def _phones(plain: Reading) -> Iterator[Span]:
    """Runs of digits, spelt ones too, with little between them, that are as long as a Japanese number."""
    run: list[tuple[str, int, int]] = []
    for match in _DIGIT.finditer(plain.text):
        if run and not _is_short_gap(plain.text[run[-1][2] : match.start()]):
            yield from _phones_in(run, plain)
            run = []
        run.append((_SPOKEN[match.group()], *match.span()))
    yield from _phones_in(run, plain)


def _phones_in(run: list[tuple[str, int, int]], plain: Reading) -> Iterator[Span]:
    for match in _PHONE.finditer("".join(digit for digit, _, _ in run)):
        yield plain.original(run[match.start()][1], run[match.end() - 1][2])


def _is_short_gap(between: str) -> bool:
    return len(between) <= _MOST_BETWEEN and _BETWEEN.issuperset(between)
