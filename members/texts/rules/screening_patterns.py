"""The shapes that give away an address, a number, a link, a company or an age.

What has a shape is code; what is a word is data that staff edit (`ScreeningTerm`). Every expression here is linear:
no repetition inside a repetition over the same characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from members.texts.rules.screening_text import SearchableText, Span

# --- mail addresses and names of accounts

_OPEN, _CLOSE = r"[(\[{<「『〈《【]", r"[)\]}>」』〉》】]"
_SAID_AT = r"(?:アット|あっと) ?(?:マーク|まーく)?"
_AT = rf"(?:@(?:マーク|まーく)?|at ?(?:マーク|まーく)|{_OPEN} ?(?:at|a|@|{_SAID_AT}) ?{_CLOSE}|{_SAID_AT}|☆|★|◎| at )"
_DOT = rf"(?:\.|{_OPEN} ?(?:dot|\.|ドット|どっと) ?{_CLOSE}|ドット|どっと|ピリオド|てん|テン|点| dot |。)"
_TOP = r"(?:com|net|org|jp|info|biz|io|me|edu|dev|コム|こむ|ジェーピー|ネット)"
_MAIL_HOUSE = (
    r"(?:gmail|yahoo|icloud|hotmail|outlook|docomo|ezweb|softbank|gメール|ジーメール|じーめーる|ヤフー|やふー)"
)
MAIL = re.compile(
    rf"[a-z0-9._%+-]{{1,64}} ?{_AT} ?[a-z0-9-]{{1,63}} ?{_DOT} ?(?:[a-z]{{2,12}}|{_TOP})"
    rf"|[a-z0-9._%+-]{{2,64}} ?{_AT} ?{_MAIL_HOUSE}"
    rf"|[a-z0-9._%+-]{{2,64}} ?{_AT} ?[a-z0-9-]{{1,63}} ?[^a-z0-9ぁ-んァ-ヴー一-龥 ] ?(?:com|net|org|jp)(?![a-z])"
    rf"|{_MAIL_HOUSE} ?(?:の|で|は|:) ?[「『\"]?[a-z0-9._-]{{4,64}}"
    rf"|@ ?{_MAIL_HOUSE}|{_SAID_AT} ?(?:{_MAIL_HOUSE}|[a-zぁ-んァ-ヴー]{{1,20}} ?(?:ドット|どっと))"
)
# Where people have accounts, in Latin letters and in kana; names are read with the same two (`rules.names`).
SERVICES_IN_LATIN = (
    r"line|instagram|insta|twitter|facebook|discord|skype|telegram|kakao(?:talk)?|whatsapp|wechat|snapchat|tiktok|signal|"
    r"threads|messenger"
)
SERVICES_IN_KANA = (
    r"ライン|らいん|インスタグラム|インスタ|いんすた|ツイッター|ついったー|フェイスブック|ふぇいすぶっく|ディスコード|でぃすこーど|"
    r"スカイプ|すかいぷ|テレグラム|てれぐらむ|カカオ(?:トーク)?|かかお|スレッズ|メッセンジャー"
)
_SERVICE = rf"(?:{SERVICES_IN_LATIN}|{SERVICES_IN_KANA})"
# A name with four digits is one's name at Discord; with these words before it, a ticket.
_NUMBERED = r"(?:issue|ticket|pr|no|room|case|bug|task|vol|part|page|lot|line)"
ACCOUNT = re.compile(
    rf"(?<![a-z]){_SERVICE} ?(?:の|:|は)? ?(?:id|アカウント|account|ユーザー名|handle)(?![a-z])"
    rf"|(?<![a-z]){_SERVICE} ?(?:は|:|=|→|の|is |@) ?[「『\"]?@?(?=[a-z0-9._-]{{0,28}}[0-9._-])[a-z][a-z0-9._-]{{3,29}}"
    r"|(?<![a-z0-9])(?:id|アカウント名?|ユーザー名) ?(?:は|:|=) ?[「『\"]?@?[a-z0-9][a-z0-9._-]{3,29}"
    r"|(?<![a-z])x ?(?:の|:) ?(?:id|アカウント)|(?<![a-z])live:[a-z0-9]"
    rf"|(?<![a-z0-9_.])(?!{_NUMBERED} ?#)[a-z][a-z0-9_.]{{1,31}}#[0-9]{{4}}(?![0-9])"
    r"|(?<![a-z0-9._%+-])@(?!home)[a-z_][a-z0-9_.]{2,29}"
)

# --- where somebody lives

_HOUSE_NUMBER = r"[0-9]{1,4}(?:丁目 ?[0-9]{1,4} ?(?:番|の|-)|番地|-[0-9]{1,4}-[0-9]{1,4})"
HOME = re.compile(rf"〒 ?[0-9]{{3}} ?-? ?[0-9]{{4}}|[都道府県市区町村][^。、\n0-9]{{0,16}}{_HOUSE_NUMBER}")

# --- telephone numbers

_SPOKEN = {
    **{str(n): str(n) for n in range(10)},
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("壱弐参肆伍陸漆捌玖", "123456789", strict=True)),
    "おー": "0",
    "オー": "0",
    "oh": "0",
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
_PARTICLES = {"に", "ニ", "さん", "サン", "ご", "ゴ", "の", "まる", "マル"}  # after a number: a word, not a digit
# The letters o and l stand for digits beside digits only.
_LETTER_DIGITS = {"o": "0", "l": "1"}
_LETTER_DIGIT = r"(?<![a-km-np-z])[ol](?![a-km-np-z])"
_DIGIT = re.compile("|".join([*sorted(map(re.escape, _SPOKEN), key=len, reverse=True), _LETTER_DIGIT]))
_BETWEEN = set(" -‐‑‒–—―ー−~.・·‧•∙⋅*()[]<>「」/|#→の、,_")
_MOST_BETWEEN = 3
_PHONE = re.compile(r"(?:0[5789]0[0-9]{8}|0120[0-9]{6}|0800[0-9]{7}|0[1-9][0-9]{8}|81[1-9][0-9]{8,9})")
_WRITTEN_NUMBER = re.compile(r"(?<![0-9-])[0-9]{2,5}[-‐–—―ー−.][0-9]{2,4}[-‐–—―ー−.][0-9]{4}(?![0-9-])")
# Whatever stands between the three parts of a number to carry about.
_PARTED_NUMBER = re.compile(r"(?<![0-9])0[5789]0[^0-9a-z]{1,3}[0-9]{4}[^0-9a-z]{1,3}[0-9]{4}(?![0-9])")
# With the sign of another country: parted, or too long for an amount.
_NUMBER_ABROAD = re.compile(
    r"\+ ?[1-9][0-9]{0,2}[ (.-]{1,2}(?:[ ().-]{0,2}[0-9]){6,12}(?![0-9])|\+ ?[1-9][0-9]{10,13}(?![0-9])"
)

# --- links

_END = (
    r"(?:com|net|org|co\.jp|or\.jp|ne\.jp|ac\.jp|jp|info|biz|io|app|dev|xyz|tokyo|tv|gg|ly|ee|gl|gle|gd|cc|ai|co|fm|kr|cn|"
    r"uk|de|fr|eu|tw|asia)"
)
# Ends that are words too: not where the next sentence begins right behind the full stop.
_WORD_END = (
    r"(?:me|link|site|shop|online|club|page|be|us|to|so|in|work|works|life|live|store|team|blog|design|studio|news|today|world|"
    r"company|space|cloud|school|academy|cafe|coffee|website|tech|fun|lit\.link)"
)
_DOMAIN_END = rf"(?:{_END}|{_WORD_END}(?! ?[a-z]))"
_KANA_END = (
    r"(?:コム|こむ|ネット|ねっと|ジェーピー|じぇーぴー|ジェイピー|じぇいぴー|シーオー|オーグ|"
    r"インフォ|ワークス|ビズ|アプリ|リンク|サイト)"
)
_SPELT_DOT = rf"(?:ドット|どっと|{_OPEN} ?(?:dot|\.|ドット|どっと) ?{_CLOSE}| dot )"
LINK = re.compile(
    r"[a-z][a-z+-]{1,20} ?: ?/ ?/|(?<![a-z])(?:https?:|hxxp)|(?<![a-z0-9/:])//[a-z0-9-]{1,63}\.[a-z]"
    r"|www ?\. ?[a-z0-9]"
    rf"|(?<![a-z0-9@.])(?!asp\.net|ado\.net|vb\.net)[a-z0-9][a-z0-9-]{{0,62}}(?:\.[a-z0-9-]{{1,63}}){{0,3}}\.{_DOMAIN_END}(?![a-z0-9])"
    rf"|[a-z0-9] ?\. ?(?:{_END}|{_WORD_END}) ?/ ?[a-z0-9]"
    rf"|[a-z0-9] ?{_SPELT_DOT} ?(?:{_END}|{_WORD_END})(?![a-z])|[a-z0-9] ?{_SPELT_DOT} ?{_KANA_END}"
    r"|[ぁ-んァ-ヴー一-龥々]\.(?:com|net|org|co\.jp|jp|info|biz)(?![a-z])"
    r"|[a-z0-9] ?(?:。|点|てん|テン|ピリオド) ?(?:com|net|jp|org)(?![a-z])"
    r"|(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3} ?[:/] ?[a-z0-9]"
    r"|(?:ドット|どっと) ?(?:コム|こむ|ジェーピー|じぇーぴー|ジェイピー)(?!バブル|企業|時代)"
)
LINK_SQUEEZED = re.compile(
    r"https?:/|www\.[a-z0-9]|(?<![a-z0-9@.])(?!asp\.net|ado\.net)[a-z0-9][a-z0-9-]{2,62}\.(?:com|net|co\.jp|jp|info|biz)(?![a-z0-9])"
    rf"|[a-z0-9]\.(?:{_END}|{_WORD_END})/[a-z0-9]"
)

# Not a full stop, but read as one: only before an end that is nothing else, since ・ stands between words (IT・AI).
_LIKE_A_DOT = "[·‧•∙⋅・。․⸱ꞏ●◦○∘､、,◇◆□■☆★♡♥♪※]"
_SURE_END = r"(?:com|net|org|info|biz|xyz|(?:co|or|ne|ac)\.jp)"
LINK_DOTTED = re.compile(
    rf"[a-z0-9] ?{_LIKE_A_DOT} ?(?:{_SURE_END}(?![a-z0-9])|(?:{_END}|{_WORD_END}|ru) ?/ ?[a-z0-9])"
    rf"|[a-z0-9-]{{3}} ?[·‧•∙⋅․⸱ꞏ◦∘] ?(?:{_END}|ru)(?![a-z0-9])"
)
_HOST = re.compile(r"(?<![a-z0-9@.])((?:[a-z0-9][a-z0-9-]{0,62}(?: \. |\.))+)([a-z]{2,24})(?![a-z0-9.])")
# Ends in other scripts, and as a machine writes them.
LINK_ABROAD = re.compile(
    r"[a-z0-9-]{2,63}\.(?:xn--[a-z0-9-]{2,59}|(?=[a-z]{0,9}[^\W0-9_a-zぁ-んァ-ヴー一-龥々])[^\W0-9_]{2,63})"
    r"|[a-z0-9-]{2,63}\.(?:みんな|コム|ストア|クラウド|セール|ポイント|ファッション|グーグル|アマゾン)(?![ァ-ヴー])"
)
# Ends of files and forms of companies: an address only with a page behind it.
_ALSO_A_FILE = frozenset(
    ("py", "md", "rs", "sh", "pl", "ps", "zip", "mov", "ml", "cc", "ltd", "inc", "llc", "llp", "gmbh", "limited")
)
_ADDRESS_V4 = re.compile(r"(?<![0-9a-z.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")
_ADDRESS_V6 = re.compile(r"\[([0-9a-f:.]{3,45})\]")
_suffixes = PublicSuffixList(accept_unknown=False, accept_encoded_idn=False, only_icann=True)

# --- words of another script

_O, _U = "(?:ou|oo|oh|ō|o)", "(?:uu|ū|u)"
# What lures, in Latin letters; the list has it in Japanese.
LURE_IN_LATIN = re.compile(
    r"(?<![a-z])m[ ./・-]{1,2}l[ ./・-]{1,2}m(?![a-z])"
    rf"|(?<![a-z])(?:mur[iy]+{_O} ?(?:no ?)?(?:semina+r?|taiken|s{_O}dan|kaiin|t{_O}roku|moniter|haihu|haifu)"
    rf"|semina+(?![a-z])|fuku ?gy{_O}|huku ?gy{_O}"
    rf"|t{_O}[sh]+i ?(?:no|de|ni|w?o)? ?(?:semina|hanas[h]?i|kaseg|sasou|m{_O}ke|annai)"
    rf"|(?:f|h)ud{_O}san ?t{_O}s|nezumi ?k{_O}|netto ?w[aā]+ ?ku ?(?:bijine|business)|(?:f|h)ur{_O} ?s[hy]{_O}toku"
    rf"|kaseg(?:e|i|u|a|o)|okane ?m{_O}ke|m{_O}ke ?(?:banashi|ru|rareru|masen)|kan['’]?ny?{_U}|kan['’]y{_U}(?![a-z])"
    rf"|hoken ?no ?(?:minaos|s{_O}dan)|tsuki ?[0-9]+ ?man|gessh?{_U} ?[0-9]+ ?man|s[hy]{_O}kai ?ry{_O}"
    r"|d(?:e|ē|ee)to ?(?:s|ni|w?o)|tsukiat(?:te|ta|ou)|futari ?(?:de|kiri) ?a(?:i|u|o|tt))"
)
# Money that comes by itself, with a figure.
LURE_WITH_A_SUM = re.compile(
    r"(?:副業|在宅|スマホ|受け取る|運ぶ|投資|仮想通貨|暗号資産|(?<![a-z])fx)(?:ワーク|だけ)?で[^。!?0-9]{0,6}"
    r"(?:月|日|週|毎月|毎日)?(?:収|給|に)? ?[0-9]{1,4} ?(?:万|桁|ケタ)"
    r"|(?:仲間|メンバー|パートナー)募集[^。?0-9]{0,6}(?:月|日)(?:収|給)? ?[0-9]{1,4} ?万"
)
CONTACT_IN_LATIN = re.compile(
    rf"(?<![a-z])(?:rain ?(?:k{_O}kan|id|o ?os[hi]+ete|s[hi]+y{_O}|yar{_O})|line ?k{_O}kan|renraku ?saki"
    rf"|denwa ?bang{_O}|m(?:e|ē|ee|e-)ru ?(?:adores|ado))"
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
    r"|[一-龥ァ-ヴー]{2,8}製作所|(?:[ァ-ヴー]{3,12}|[a-z]{3,20})社(?![員長会内外風食宅交名訓歴是屋用運債保])"
)
COMPANY_IN_LATIN = re.compile(
    r"[a-z0-9&] ?,? (?:co ?\. ?,? ?ltd|inc|ltd|llc|corp|gmbh|corporation)(?![a-z])|(?<![a-z])co ?\. ?, ?ltd"
)

# --- somebody's age

_YEARS = r"(?:1[5-9]|[2-9][0-9]|(?:[二三四五六七八九]?十[一二三四五六七八九]?))"
# Of a customer, a child, a colleague, or of a time long ago: part of a story.
_OF_A_STORY = r"(?:以上|以下|未満|児|向け|から|まで|定年|の(?!あなた|方|割|わり|人と|女性と|男性と|君))"
_OF_THE_RECEIVER = (
    r"(?:なのに|には(?:見え|思え)|にしては|とは思え|に見え|だと|かと|[くぐ]らい(?!の)|ですか|ですよね|でしょう|"
    r"の(?:あなた|(?:方|女性|男性)なのに))"
)
_TENS = r"(?:[2-9][0-9]|twenty|thirty|forty|fifty|sixty|seventy)"
AGE = re.compile(
    rf"(?<![0-9]){_YEARS} ?[歳才](?!{_OF_A_STORY})"
    rf"|(?<![0-9])(?:[1-9][0-9]|[二三四五六七八九]?十) ?代{_OF_THE_RECEIVER}"
    rf"|(?<![0-9]){_YEARS} ?(?:そこそこ|がらみ|手前で|路)"
    rf"|(?:もう|まだ) ?{_YEARS} ?(?:を(?:過ぎ|すぎ|越え|超え|こえ)|代(?!の))"
    r"|(?<![0-9])[1-9][0-9] ?(?:years? old|yrs? old|yo(?![a-z]))|for (?:your|his|her) age|at your age|how old are you"
    rf"|(?<![a-z])you (?:do not |don['’]?t |dont )?(?:look|looked|seem|sound) (?:like )?{_TENS}(?![a-z])"
    r"|(?<![a-z])in (?:your|his|her) (?:early |mid |late )?(?:[2-9]0s|twenties|thirties|forties|fifties|sixties)"
)
# The writer's own age is theirs to tell.
_SELF = r"(?:私|わたし|わたくし|僕|ぼく|俺|自分|当方)"
_OWN_BEFORE = re.compile(rf"(?:{_SELF}(?:自身)?(?:は|も|が|、)[^。!?あ]{{0,8}}|(?<![a-z])i(?: am|['’]?m| was) )$")
_OWN_AFTER = re.compile(rf"[^。!?、]{{0,10}}[のたなる]{_SELF}")
_NEAR = 16  # letters around an age that may say whose it is


def contacts(plain: SearchableText, squeezed: SearchableText, tight: SearchableText) -> Iterator[Span]:
    """Mail addresses, names of accounts and telephone numbers, in digits or spelt."""
    yield from _spans(plain, MAIL)
    yield from _spans(squeezed, MAIL)
    yield from _spans(plain, ACCOUNT)
    yield from _spans(tight, ACCOUNT)
    yield from _spans(plain, CONTACT_IN_LATIN)
    yield from _spans(plain, _WRITTEN_NUMBER)
    yield from _spans(plain, _PARTED_NUMBER)
    yield from _spans(plain, _NUMBER_ABROAD)
    yield from _phones(plain)


def homes(plain: SearchableText) -> Iterator[Span]:
    """Postal addresses down to the house."""
    yield from _spans(plain, HOME)


def links(plain: SearchableText, squeezed: SearchableText) -> Iterator[Span]:
    """Addresses of pages and machines, with or without https."""
    yield from _spans(plain, LINK)
    yield from _spans(squeezed, LINK_SQUEEZED)
    yield from _spans(plain, LINK_DOTTED)
    yield from _spans(plain, LINK_ABROAD)
    yield from (plain.original(*match.span()) for match in _HOST.finditer(plain.text) if _is_host(match))
    yield from (plain.original(*match.span()) for match in _ADDRESS_V4.finditer(plain.text) if _is_v4(match))
    yield from (plain.original(*match.span()) for match in _ADDRESS_V6.finditer(plain.text) if _is_address(match[1]))


def lures_in_latin(plain: SearchableText) -> Iterator[Span]:
    """Japanese in Latin letters that asks to come, to earn or to meet alone."""
    yield from _spans(plain, LURE_IN_LATIN)


def lures_with_a_sum(plain: SearchableText) -> Iterator[Span]:
    """Work at the side that names what it brings."""
    yield from _spans(plain, LURE_WITH_A_SUM)


def _is_host(match: re.Match[str]) -> bool:
    """Names with dots between them before an end that is given out (the public suffix list).

    At least two letters before it: "A.I." and "Y.Kim" are none. Where a Latin word follows, the full stop ended a
    sentence, unless a page is named.
    """
    labels, end = match[1].replace(" ", "").rstrip(".").split("."), match[2]
    rest = match.string[match.end() :]
    has_page = rest.startswith("/") and rest[1:2].isalnum()
    if not any(char.isalpha() for char in labels[-1]) or len(labels[-1]) < 2 or labels[-1] in {"www", "asp", "ado"}:
        return False
    if end in _ALSO_A_FILE and not has_page:
        return False
    if not has_page and rest.lstrip(" ")[:1].isascii() and rest.lstrip(" ")[:1].isalpha():
        return False
    return _suffixes.publicsuffix(f"{labels[-1]}.{end}") is not None


def _is_v4(match: re.Match[str]) -> bool:
    """Four numbers up to 255 of which one has two digits: the chapter 1.2.3.4 is none."""
    return _is_address(match[0]) and max(map(len, match[0].split("."))) > 1


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def companies(plain: SearchableText, squeezed: SearchableText) -> Iterator[Span]:
    """A form of company beside a name; the bare word is ordinary ("how a 株式会社 works")."""
    yield from _spans(squeezed, COMPANY)
    yield from _spans(plain, COMPANY_IN_LATIN)


def ages(plain: SearchableText) -> Iterator[Span]:
    """How old somebody is, looks or should be; not the writer, nor the children and patients of a story."""
    for match in AGE.finditer(plain.text):
        before, after = (
            plain.text[max(match.start() - _NEAR, 0) : match.start()],
            plain.text[match.end() : match.end() + _NEAR],
        )
        if not _OWN_BEFORE.search(before) and not _OWN_AFTER.match(after):
            yield plain.original(*match.span())


def _spans(reading: SearchableText, pattern: re.Pattern[str]) -> Iterator[Span]:
    return (reading.original(*match.span()) for match in pattern.finditer(reading.text))


def _phones(plain: SearchableText) -> Iterator[Span]:
    """Runs of digits, spelt ones too, with little between them, that are as long as a Japanese number."""
    run: list[re.Match[str]] = []
    for match in _DIGIT.finditer(plain.text):
        if run and not _is_short_gap(plain.text[run[-1].end() : match.start()]):
            yield from _phones_in(run, plain)
            run = []
        run.append(match)
    yield from _phones_in(run, plain)


def _phones_in(run: list[re.Match[str]], plain: SearchableText) -> Iterator[Span]:
    digits = "".join(_SPOKEN.get(match.group()) or _LETTER_DIGITS[match.group()] for match in run)
    for number in _PHONE.finditer(digits):
        last = number.end() - 1
        if number.end() == len(run) or _is_particle(run[last].group(), run[last + 1].group()):
            yield plain.original(run[number.start()].start(), run[last].end())


def _is_particle(last: str, following: str) -> bool:
    """Whether what follows a number is a word that only sounds like a digit ("5678に")."""
    return following in _PARTICLES and last not in _PARTICLES and not _is_kana(last)


def _is_kana(char: str) -> bool:
    return "ぁ" <= char[0] <= "ヺ"


def _is_short_gap(between: str) -> bool:
    """Dashes, dots and pictures hold a number together; a colon does not, or every programme would be a number."""
    return len(between) <= _MOST_BETWEEN and all(
        char in _BETWEEN or unicodedata.category(char) in {"So", "Sk"} for char in between
    )
