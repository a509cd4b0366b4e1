"""What somebody may be called, and what stands in the way."""

from __future__ import annotations

import pytest
from django.urls import reverse

from members.texts.rules.names import BadName, name_key, why_not_called
from members.texts.rules.screening import ScreeningKind
from members.texts.rules.screening_patterns import SERVICES_IN_KANA, SERVICES_IN_LATIN

FINE = [
    "はな",
    "Anne-Marie",
    "ﾊﾅ 2号",
    "ゆき👨‍👩‍👧",
    "👩‍🚀はな",
    "はな❤️",
    "葛󠄀城",
    "Zoë",
    "Nguyễn",
    "สมชาย",
    "김하늘",
    "バドミントン",
    "badminton好き",
    "しおり",
    "まもる",
    "エイドリアン",
    "K.T.",
    "さとう（経理）",
    "はな1987",
    "交流好き",
    "えみ＝エミリ",
    "O'Brien",
    "いくみ・S",
    "ひかる3号機",
    "マックス",
    "Line Hansen",
    "Caroline88",
    "Adm",
    "みかん会",
    "理事ねこ",
    "守口",
    "流れ星",
    "関係ない人",
    "進",
    "公子",
    "当真",
    "真島守",
    "真理子",
    "Ernst",
    "ほのか",
    "宮本",
    "蓮",
    "本部ゆき",
    "三四郎",
    "ルート2",
]
UNSEEN = [
    "\u3164",
    "\uffa0",
    "\u115f\u1160",
    "は\u202eな",
    "は\u200bな",
    "は\u200dな",
    "はな\u2066",
    "は\u00adな",
    "は\U000e0041な",
    "は\ufe0fな",
    "は\u034fな",
    "は\u180eな",
    "a" + "\u0301" * 30,
    "は" + "\u0336" * 3,
    "は\x07な",
]
BLANK = ["\u2800", "\u2800\u2800", "…", "   ", "🌸", "👨‍👩‍👧", "♡♡"]
ADDRESSES = [
    "hana@example.jp",
    "＠hana",
    "@hana",
    "www.example.jp",
    "https://example.jp",
    "LINE:kasegu77",
    "LINE: abc_1234",
    "ＬＩＮＥ：はな",
    "ライン＠はな",
    "Insta:hana",
    "X@hana_k",
    "t.me/abc",
    "evil.com/x",
    "example.com",
    "seminar.ru",
    "hana。com",
    "09012345678",
    "090-1234-5678",
    "０９０ー１２３４ー５６７８",
    "〇九〇一二三四五六七八",
    "はな08012345678",
    "ID:hana1234",
    "lin.ee/abcd",
    "メール：はな",
    "LINE abc123",
    "らいん abc123",
    "insta abc",
    "カカオ yuki",
    "gmail hana",
    "hana(at)ex",
    "〇九〇一二三四",
    "Ｌ１ＮＥ:はな",
    "LlNE:hana",
    "LINEhana77",
]
STAFF = [
    "運営",
    "運営事務局",
    "運 営",
    "運・営",
    "事務局",
    "見守り（責任者）",
    "みまもり",
    "ミマモリ",
    "窓口",
    "窓ロ",
    "会費の窓口",
    "kouryu",
    "Kouryu公式",
    "ｋｏｕｒｙｕ",
    "koury\u03c5",
    "交流",
    "交流会スタッフ",
    "スタッフ",
    "ｽﾀｯﾌ",
    "admin",
    "Administrator",
    "аdmin",
    "adm1n",
    "a d m i n",
    "𝐚𝐝𝐦𝐢𝐧",
    "moderator",
    "m0derator",
    "support",
    "Suppοrt",
    "サポート",
    "責任者",
    "管理人",
    "⾒守り",
    "运营",
    "運宮",
    "連営",
    "亊務局",
    "ゆき（ホスト）",
    "Yuki (Host)",
    "ホストのゆき",
    "ゆき／本部",
    "お知らせ",
    "No-Reply",
    "退会した方",
    "こうりゅう",
    "kōryū",
    "adrnin",
    "ṡtaff",
    "ꜱᴛᴀꜰꜰ",
    "ᴋᴏᴜʀʏᴜ",
    "オ一ナ一",
    "お問合せ",
    "事務きょく",
    "うん営",
    "こーりゅー",
    "ホスト役",
    "係のゆき",
    "ゆき（進行）",
    "みま守り",
    "公しき",
    "たんとう者",
    "スタツフ",
    "サポ一ト",
    "モデレ一タ",
    "ヘルプデスク",
]
ADVERTS = [
    "副業",
    "投資セミナー",
    "無料相談",
    "月30万",
    "FX講師",
    "稼げる人",
    "検索→はな",
    "副 業",
    "もうかる話",
    "詳細はDM",
]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *((name, None) for name in FINE),
        *((name, BadName.UNREADABLE) for name in UNSEEN),
        *((name, BadName.EMPTY) for name in BLANK),
        *((name, BadName.CONTACT) for name in ADDRESSES),
        *((name, BadName.OF_STAFF) for name in STAFF),
        *((name, BadName.WORDS) for name in ADVERTS),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_a_name_may_be(name, reason):
    assert why_not_called(name) == reason


@pytest.mark.parametrize("service", [*SERVICES_IN_LATIN.split("|"), *SERVICES_IN_KANA.split("|")])
def test_no_service_is_named_with_an_account_there(service):
    name = service.replace("(?:talk)?", "").replace("(?:トーク)?", "")
    assert why_not_called(f"{name}:ayu_09") == BadName.CONTACT


@pytest.mark.parametrize("other", ["ゆき", "ユキ", "ﾕｷ", "ゆ き", "ゆき♪"])
def test_names_that_are_read_as_one(other):
    assert name_key(other) == name_key("ゆき")


@pytest.fixture
def call(mio, signed_in):
    """Mio asks to be called so."""
    client = signed_in(mio)
    return lambda name: client.post(reverse("members:welcome_work"), {"called_name": name, "work_status": "caring"})


@pytest.mark.parametrize(
    "name",
    ["\u3164", "a" + "\u0301" * 29, "運営事務局", "LINE:kasegu77", "09012345678", "所詮ひとり", "無料セミナー"],
    ids=lambda name: ascii(name)[:40],
)
def test_the_page_says_why_and_keeps_what_was_typed(call, mio, name):
    answer = call(name)

    mio.profile.refresh_from_db()
    assert (answer.status_code, mio.profile.called_name) == (422, "みお")
    assert answer.context["form"]["called_name"].value() == name
    assert len(answer.context["form"].errors["called_name"]) == 1


@pytest.mark.parametrize(("role", "status"), [("host", 422), ("moderator", 422), (None, 302)])
def test_nobody_takes_the_name_of_somebody_with_a_role(call, aki, mio, role, status):
    if role:
        aki.role_grants.create(role=role, granted_at=aki.joined_at)

    assert call("アキ").status_code == status


def test_whoever_has_the_name_already_keeps_it(call, aki, mio):
    aki.role_grants.create(role="host", granted_at=aki.joined_at)
    mio.profile.called_name = "あき"
    mio.profile.save()

    assert call("あき").status_code == 302


def test_a_reason_of_a_name_is_no_reason_of_a_letter():
    """They are looked up in one table by their values."""
    assert set(map(str, BadName)) & set(map(str, ScreeningKind)) == set()
