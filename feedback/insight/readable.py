"""The page of the archive: everything of a member's own, to be read and printed without any program but a browser.

One file without a script and without anything from elsewhere. What it is called stands here for each section and column
of `export.SECTIONS`; a test asks for a name that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.letters.strengths import strengths
from members.accounts.choices import TimeBand
from members.accounts.taxonomies import (
    career_themes,
    exchange_topics,
    industries,
    join_reasons,
    occupations,
    prefectures,
)
from members.mail.kinds import kind_named

Words = str | Promise

TITLES: dict[str, Words] = {
    "account": _("アカウント"),
    "service_account": _("つないでいるアカウント"),
    "factor_resets": _("二段階認証をなくしたときの手続き"),
    "profile": _("プロフィール"),
    "themes": _("気になっていること"),
    "affinities": _("なかま"),
    "pledges": _("約束への同意"),
    "roles": _("役割"),
    "name_on_record": _("窓口が控えたお名前"),
    "staff_looks": _("わたしのページを開いた担当"),
    "invitation_accepted": _("ご招待"),
    "invitations_made": _("わたしが送ったご招待"),
    "application": _("入会のお申し込み"),
    "application_answers": _("入会のお申し込みの答え"),
    "membership": _("会員の手続き"),
    "periods": _("会員期間"),
    "former_periods": _("前の会員期間"),
    "agreements": _("お約束した会費"),
    "dues": _("お申し込みと会費"),
    "card_customer": _("カードのお支払い"),
    "card_failures": _("できなかったカードのお支払い"),
    "card_returns": _("カードの返金と異議"),
    "card_subscriptions": _("カードの自動更新"),
    "payments": _("お支払い"),
    "allocations": _("お支払いの充当"),
    "refunds": _("返金"),
    "receipts": _("領収書"),
    "receipt_lines": _("領収書の内訳"),
    "bookings": _("会費の帳簿"),
    "blocks": _("ブロックしている方"),
    "suspensions": _("利用の停止"),
    "mails": _("届いたメール"),
    "registrations": _("会への申し込み"),
    "marks": _("わたしの印"),
    "signals": _("進行役への合図"),
    "evening_notes": _("会の自分へのメモ"),
    "help_with_events": _("手伝った会"),
    "event_templates": _("会のひな形"),
    "impressions": _("会の感想"),
    "letters_received": _("届いたことば"),
    "letters_given": _("贈ったことば"),
    "thanks_received": _("届いたお礼"),
    "thanks_given": _("伝えたお礼"),
    "nameless_given": _("名前を出さずに残した強み"),
    "own_strengths": _("自分で選んだ強み"),
    "own_views": _("強みについての答え"),
    "ordinaries": _("わたしのふつう"),
    "wonders_given": _("贈ったすごい"),
    "wonders_received": _("届いたすごい"),
    "intentions": _("選んだ関わりかた"),
    "ties": _("つながり"),
    "own_contact": _("渡した連絡先"),
    "short_notes_written": _("書いたひとこと"),
    "check_consents": _("ことばの確認への同意"),
    "talks_proposed": _("持ちかけた時間"),
    "introductions_made": _("わたしからのご紹介"),
    "next_steps": _("次の一歩"),
    "take_home_notes": _("持ちかえりメモ"),
    "normals": _("私の普通"),
    "turning_points": _("転機"),
    "rhythm": _("わたしのペース"),
    "statements": _("ひと月のまとめ"),
    "reports_made": _("わたしからの知らせ"),
    "decisions": _("わたしについての決定"),
}
LABELS: dict[str, Words] = {
    "email": _("メールアドレス"),
    "joined_at": _("登録した日"),
    "uid": _("つないだ先の番号"),
    "date_joined": _("つないだ日"),
    "last_login": _("最後のログイン"),
    "language": _("言語"),
    "theme": _("テーマ"),
    "large_type": _("大きな文字"),
    "shares_address": _("アドレスを進行役に渡す"),
    "muted_mail": _("止めているお知らせ"),
    "paused_at": _("ひと休みのはじまり"),
    "called_name": _("呼ばれたい名前"),
    "work_status": _("働きかた"),
    "industry": _("業界"),
    "industry_group": _("くわしい業界"),
    "occupation": _("職種"),
    "position": _("立場"),
    "years_at_company": _("勤続の年数"),
    "prefecture": _("都道府県"),
    "themes_undecided": _("モヤモヤはまだ分からない"),
    "private_themes_match": _("非公開のモヤモヤも組分けに使う"),
    "length": _("会の長さ"),
    "group_size": _("組の大きさ"),
    "camera": _("画面"),
    "listening": _("話すこと、聞くこと"),
    "time_bands": _("出やすい時間"),
    "most_events_a_month": _("ひと月の目安"),
    "quiet_evening_after": _("次の晩はしずかに"),
    "name_reading": _("呼び名の読みかた"),
    "past_industries": _("これまでの業界"),
    "gives": _("力になれること"),
    "asks": _("教えてほしいこと"),
    "links": _("リンク"),
    "visibility": _("だれに見せるか"),
    "join_reasons": _("入会のきっかけ"),
    "joined_because": _("入会のきっかけ（ご自分のことばで）"),
    "news_seen": _("お知らせを見た日"),
    "carried_over": _("前のアカウントから引きつがれたもの"),
    "stripe_id": _("カード会社での番号"),
    "failed_at": _("できなかった日"),
    "status": _("状態"),
    "months": _("月数"),
    "period_ends_at": _("次のお支払い"),
    "stops": _("期間の終わりで止める"),
    "card_brand": _("カードの種類"),
    "card_last4": _("カードの下四桁"),
    "began_at": _("はじまり"),
    "version": _("版"),
    "accepted_at": _("受けた日"),
    "role": _("役割"),
    "granted_at": _("はじまり"),
    "last_day": _("最後の日"),
    "ended_at": _("終わり"),
    "name": _("お名前"),
    "reading": _("読み"),
    "purpose": _("用件"),
    "words": _("ことば"),
    "later_words": _("あとから書かれたことば"),
    "at": _("日時"),
    "address": _("あて先"),
    "label": _("名前"),
    "places": _("人数"),
    "made_at": _("つくった日"),
    "expires_at": _("期限"),
    "taken_back_at": _("取り消した日"),
    "state": _("状態"),
    "sent_at": _("送った日"),
    "changed_at": _("変わった日"),
    "asked": _("質問"),
    "stopped_at": _("やめた日"),
    "starts_on": _("はじまり"),
    "ends_on": _("終わりの次の日"),
    "source": _("もと"),
    "reference": _("番号"),
    "amount_yen": _("金額（円）"),
    "price_yen": _("金額（円）"),
    "tax_percent": _("消費税率（%）"),
    "from_on": _("いつから"),
    "way": _("お支払いの方法"),
    "received_on": _("入金の日"),
    "payer_name": _("お振り込みの名義"),
    "payer_kana": _("お振り込みの名義（カナ）"),
    "bank_line": _("銀行の明細の行"),
    "account": _("勘定科目"),
    "booked_on": _("帳簿の日付"),
    "year": _("年"),
    "number": _("番号"),
    "what": _("内容"),
    "paid_on": _("お支払い日"),
    "issued_at": _("発行日"),
    "reissued_at": _("再発行"),
    "addressee": _("宛名"),
    "issuer_name": _("発行者"),
    "registration_number": _("登録番号"),
    "change": _("変わったわけ"),
    "ordered_at": _("申し込んだ日"),
    "asked_at": _("申し出た日"),
    "due_on": _("期日"),
    "due_at": _("期日"),
    "settled_at": _("済んだ日"),
    "screen_text": _("確認した内容"),
    "blocked_at": _("ブロックした日"),
    "starts_at": _("はじまり"),
    "until": _("いつまで"),
    "reason": _("理由"),
    "kind": _("種類"),
    "subject": _("件名"),
    "wants_to_talk": _("話したいこと"),
    "can_offer": _("話せること"),
    "shares_wish": _("話したいことを組の方に見せる"),
    "mode": _("参加のしかた"),
    "registered_at": _("申し込んだ日"),
    "event": _("会"),
    "presence": _("出席"),
    "points": _("点"),
    "spared_for": _("点にならないわけ"),
    "given_at": _("ついた日"),
    "objection": _("言いぶん"),
    "ruling": _("答え"),
    "answer": _("答えのことば"),
    "text": _("ことば"),
    "written_at": _("書いた日"),
    "right": _("できること"),
    "plan": _("内容"),
    "kept_at": _("残した日"),
    "at_home": _("居心地"),
    "was_heard": _("聞いてもらえたか"),
    "would_return": _("また来たいか"),
    "answered_at": _("答えた日"),
    "picks": _("強み"),
    "saw": _("見たこと"),
    "would_count": _("私の業界なら"),
    "released_at": _("届いた日"),
    "opened_at": _("開いた日"),
    "put_away_at": _("しまった日"),
    "reaction": _("自分の気もち"),
    "regretted_at": _("取り消したいと思った日"),
    "line": _("ひとこと"),
    "thanked_at": _("伝えた日"),
    "left_at": _("残した日"),
    "chosen_at": _("選んだ日"),
    "day": _("何日目"),
    "can_say": _("自分の強みを言える"),
    "knows_seen": _("人から見える強みを知っている"),
    "uses_now": _("いま使っている"),
    "makes_room": _("使う場をつくっている"),
    "noted_at": _("書いた日"),
    "about": _("何について"),
    "formed_at": _("はじまった日"),
    "offered_at": _("渡した日"),
    "revoked_at": _("取り消した日"),
    "times": _("日時の候補"),
    "place": _("場所"),
    "link": _("リンク"),
    "proposed_at": _("持ちかけた日"),
    "to_one": _("ひとりへ"),
    "to_other": _("もうひとりへ"),
    "when_where": _("いつ、どこで"),
    "first_on": _("はじめに決めた日"),
    "on": _("その日"),
    "decided_at": _("決めた日"),
    "before": _("まえ"),
    "after": _("いま"),
    "wants_to_tell": _("伝えたい"),
    "title": _("題"),
    "month": _("月"),
    "recorded_at": _("書いた日"),
    "pace": _("ペース"),
    "silent_until": _("それまで知らせない"),
    "reported_at": _("知らせた日"),
}
STYLE = """
:root{color-scheme:light dark;--line:#8885;--faint:#777}
body{font:16px/1.8 "Hiragino Sans","Noto Sans JP",sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.4}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}
dl{margin:0;padding:.75rem 0;border-bottom:1px solid var(--line)}
dl div{display:grid;grid-template-columns:11rem 1fr;gap:.25rem 1rem}dt{color:var(--faint);font-size:.875rem}
dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}p.faint{color:var(--faint)}
@media(max-width:34rem){dl div{grid-template-columns:1fr}}
@media print{body{font-size:10.5pt;max-width:none;margin:0}dl{break-inside:avoid}h2{break-after:avoid}}
"""


@dataclass(frozen=True)
class ReadableSection:
    """One section as the page says it: all words in the reader's language, so that rows can be written later."""

    key: str
    title: str
    labels: list[str]
    says: list[Callable[[Any], str]]


def readable(key: str, model: type[Model], columns: Mapping[str, str]) -> ReadableSection:
    """How the page says this section. Call it in the reader's language."""
    says = [_say(name, _field_at(model, path)) for name, path in columns.items()]
    labels = [str(LABELS.get(name, name)) for name in columns]
    return ReadableSection(key, str(TITLES.get(key, key)), labels, says)


def page(sections: Iterable[tuple[ReadableSection, Iterator[tuple[Any, ...]]]], *, words: PageWords) -> Iterator[str]:
    """The page, piece by piece; sections without a row are left out."""
    yield f'<!doctype html>\n<html lang="{words.language}">\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    yield f"<title>{escape(words.title)}</title>\n<style>{STYLE}</style>\n<h1>{escape(words.title)}</h1>\n"
    yield f'<p class="faint">{escape(words.lead)}</p>\n'
    for section, rows in sections:
        first = next(rows, None)
        if first is None:
            continue
        yield f'<section id="{section.key}">\n<h2>{escape(section.title)}</h2>\n'
        for row in chain([first], rows):
            yield _as_list(section, row)
        yield "</section>\n"
    yield f'<p class="faint">{escape(words.end)}</p>\n</html>\n'


@dataclass(frozen=True)
class PageWords:
    """What stands around the sections, in the reader's language."""

    language: str
    title: str
    lead: str
    end: str


def words_at(now: datetime, language: str) -> PageWords:
    """The words of a page that is made now. Call it in the reader's language."""
    return PageWords(
        language=language,
        title=gettext("交流 kouryu わたしのデータ"),
        lead=gettext("%(at)sに受けとったものです。時刻は日本時間です。人に見られないところにしまってください。")
        % {"at": _moment(now)},
        end=gettext("ここにない項目には、まだ何もありません。"),
    )


def _as_list(section: ReadableSection, row: tuple[Any, ...]) -> str:
    said = zip(section.labels, section.says, row, strict=True)
    lines = [(label, say(value)) for label, say, value in said if value not in (None, "", [], {})]
    items = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in lines)
    return f"<dl>{items}</dl>\n"


def _field_at(model: type[Model], path: str) -> Field | None:
    """The column at the end of this path; None for what the query makes."""
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field if isinstance(field, Field) else None


# Columns whose values are keys into a list.
_LISTS: dict[str, Callable[[], Mapping[str, Any]]] = {
    "picks": strengths,
    "industry": industries,
    "industry_group": industries,
    "past_industries": industries,
    "gives": exchange_topics,
    "asks": exchange_topics,
    "join_reasons": join_reasons,
    "occupation": occupations,
    "prefecture": prefectures,
    "theme": career_themes,
}


def _say(name: str, field: Field | None) -> Callable[[Any], str]:
    """How a value of this column is said."""
    names: dict[Any, str] = {key: str(label) for key, label in (field.flatchoices if field is not None else [])}
    if not names and name in _LISTS:
        names = {key: str(entry) for key, entry in _LISTS[name]().items()}
    if name == "time_bands":
        names = {band.value: str(band.label) for band in TimeBand}
    if name in {"muted_mail", "kind"} and not names:
        return lambda value: _plain(value, lambda kind: str(kind_named(kind).label or kind))
    names |= {True: gettext("はい"), False: gettext("いいえ")} if not names else {}
    return lambda value: _plain(value, lambda one: names.get(one, "") if _is_key(one) else "")


def _is_key(value: Any) -> bool:
    """Whether it can stand for a name: 1 is no yes."""
    return isinstance(value, str | bool)


def _plain(value: Any, name_of: Callable[[Any], str]) -> str:
    if isinstance(value, list | tuple):
        return "、".join(_plain(one, name_of) for one in value)
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_plain(one, name_of)}" for key, one in value.items())
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return name_of(value) or str(value)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
