"""What the screening finds, what it leaves alone, and where it points: rules only, with the site's own list."""

from __future__ import annotations

import csv
from pathlib import Path
from time import process_time

import pytest

import members
from members.texts.rules.screening import (
    BadPattern,
    Phrase,
    ScreeningKind,
    Sentence,
    Wordlist,
    says_the_same,
    screen,
    why_not_pattern,
)
from members.texts.rules.screening_text import sentences

FILE = Path(members.__file__).parent / "data" / "screening.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
WORDS = Wordlist(
    tuple((ScreeningKind(row["kind"]), Phrase.parse(row["pattern"])) for row in ROWS if row["kind"] != "ordinary"),
    tuple(Phrase.parse(row["pattern"]) for row in ROWS if row["kind"] == "ordinary"),
)


def judged(text, words=WORDS):
    verdict = screen([text], words)
    return verdict.action.value, verdict.reason and verdict.reason.value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("連絡は taro.yamada@example.org までお願いします。", "contact"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｏｒｇにどうぞ。", "contact"),
        ("taro at example dot org にどうぞ。", "contact"),
        ("taro☆gmail（☆を@にしてください）", "contact"),
        ("電話は０９０－１２３４－５６７８です。", "contact"),
        ("ぜろきゅうぜろ、いちにさんよん、ごろくななはち", "contact"),
        ("〇九〇の一二三四の五六七八", "contact"),
        ("+81 90 1234 5678", "contact"),
        ("LINE ID: yoru_cha", "contact"),
        ("L I N E を交換しませんか。", "contact"),
        ("インスタは yoru.cha12 です", "contact"),
        ("@yoru_cha をぜひ", "contact"),
        ("https://example.com/a", "link"),
        ("くわしくは example.com に。", "link"),
        ("h t t p s : / / example . com", "link"),
        ("example ドット コム で。", "link"),
        ("example[.]com で。", "link"),
        ("taro@example(.)com まで。", "contact"),
        ("09012345678に電話をください。", "contact"),
        ("O9O-1234-5678 です。", "contact"),
        ("taro（アットマーク）example（ドット）jp へ。", "contact"),
        ("taro @マーク example.jp へ。", "contact"),
        ("taro#4821 で待っています。", "contact"),
        ("ら い ん の ID は yoru です。", "contact"),
        ("〒160-0023 へどうぞ。", "contact"),
        ("東京都新宿区西新宿2-8-1 に寄ってください。", "contact"),
        ("bit . ly / abc です。", "link"),
        ("yoru.works にあります。", "link"),
        ("夜の会.jp にあります。", "link"),
        ("yoru ドット ワークス です。", "link"),
        ("192.168.10.4:8080 に置きました。", "link"),
        ("せみなーを開催します。", "invitation"),
        ("セミナ一を開催します。", "invitation"),
        ("無 料 セ ミ ナ ー があります。", "invitation"),
        ("権\u200b利\u200b収\u200b入の話です。", "invitation"),
        ("ﾌﾛｳｼｮﾄｸではなく、不労-所得の話です。", "invitation"),
        ("私の師匠に一度会ってみてください。", "invitation"),
        ("紹介したい人がいるんです。", "invitation"),
        ("Have you heard of passive-income?", "invitation"),
        ("とてもかわいい方でした。", "looks"),
        ("35歳とは思えない落ち着きでした。", "age"),
        ("お若いのに、しっかりした話しかたでした。", "age"),
        ("ご結婚されているのかなと思いました。", "family"),
        ("田中さんより話がまとまっていました。", "comparison"),
        ("もっと大きな声で話せば、伝わると思います。", "comparison"),
        ("You explained it better than the others.", "comparison"),
        ("四十代かと思いました。", "age"),
        ("私はあなたの説明が下手と感じました。", "put-down"),
        ("営業のくせに、よく聞いていました。", "put-down"),
        ("株式会社ミナトの方だと聞きました。", "company"),
        ("Minato Co., Ltd. の仕事の話でした。", "company"),
        ("㈱ミナトの話でした。", "company"),
    ],
)
def test_one_sentence_to_mend_is_found(text, reason):
    assert judged(text) == ("mend", reason)


@pytest.mark.parametrize(
    "text",
    [
        "家族経営の工場の話を、絵に描くように話していました。",
        "より良い案を、その場でひとつ足していました。",
        "昨日より分かりやすい資料にするために、順番を変えた話をしていました。",
        "図面より先にたとえが一つあると、質問が出やすくなりそうです。",
        "若手の育成の話で、できたことを先に言っていました。",
        "年齢確認システムが止まった夜の話を、飾らずにしていました。",
        "自分より相手の話を先に聞いていました。",
        "生産ラインの工程を、料理の順番にたとえていました。",
        "株式会社の仕組みを、お店ごっこで説明していました。",
        "3歳の子どもにも伝わる言いかたでした。65歳以上の利用者さんの話も。",
        "アップデートという言葉を、着がえと言いかえていました。",
        "クラブスタッフだったころの失敗から話していました。",
        "2026年11月25日の20:00から21:00まで、ずっと聴いていました。",
        "もっと話を聞ければと思うほど、引きこまれました。",
        "You asked one quiet question, and everyone could join. It helped more than the manual did.",
        "無料の体験より、失敗談が心に残りました。",
        "私は50歳を過ぎて転職したので、新鮮でした。",
        "35歳で転職した私には、まぶしい話でした。",
        "20代の部下に任せる話が具体的でした。80歳のお客さまの話も。",
        "私は説明が下手なのですが、待っていてくれました。",
        "オンライン交換日記の話に笑いました。",
        "I like it.so simple. The C#2019 course and the .NET days too.",
        "改革の一丁目一番地、と言っていました。",
        "ドットコムバブルのころの話も、飾らずに。",
        "",
    ],
)
def test_ordinary_praise_is_left_alone(text):
    assert judged(text) == ("deliver", None)


@pytest.mark.parametrize(
    "text",
    [
        "無料セミナーがあります。くわしくは example.com へ。",
        "副業で稼ぐ話をします。LINEを交換しましょう。",
        "お若いのに美人ですね。ご結婚は？",
    ],
)
def test_lures_and_many_faults_go_to_a_moderator_at_once(text):
    assert judged(text)[0] == "hold"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("話しかたがよかったです。お若いのに！次もぜひ。", "お若いのに！"),
        ("👍🏽 よかった。\n  権 利 収 入 の 話  \nおわり", "権 利 収 入 の 話"),
        ("「それ、かわいい。」と言っていました。", "「それ、かわいい。」"),
        ("Great talk. You are so young. Thanks.", "You are so young."),
        ("電話は090\n1234\n5678です。では。", "電話は090\n1234\n5678です。"),
        ("ﾒﾝﾀｰに会わせたい。ほか。", "ﾒﾝﾀｰに会わせたい。"),
    ],
)
def test_the_span_is_the_sentence_in_the_original(text, sentence):
    start, end = screen([text], WORDS).span

    assert text[start:end] == sentence


def test_a_phrase_never_reaches_over_the_end_of_a_sentence():
    words = Wordlist(((ScreeningKind.COMPARISON, Phrase.parse("もっと〜すれば")),))

    assert judged("もっと聞きたい。練習すればできる話でした。", words) == ("deliver", None)
    assert judged("もっと練習すればできる話でした。", words) == ("mend", "comparison")
    assert judged("もっと" + "あ" * 13 + "すれば", words) == ("deliver", None)


def test_every_sentence_with_a_find_is_named_once_with_its_part():
    found = screen(["よく聴いていました。", "お若いのに、かわいい方でした。田中さんより。"], WORDS).sentences
    assert found == (Sentence(ScreeningKind.AGE, (0, 15), 1), Sentence(ScreeningKind.COMPARISON, (15, 22), 1))


@pytest.mark.parametrize("text", ["a" * 1_999, "0" * 1_999, "もっと" * 666, "a@" * 999, "a." * 999, "\x00\ud800"])
def test_hostile_texts_are_read_and_the_longest_are_not(text):
    assert screen([text], WORDS).action in {"deliver", "mend", "hold"}
    assert judged("あ" * 2_001) == ("mend", "too-long")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("権利収入", None),
        ("もっと〜すれば", None),
        ("〜", BadPattern.TOO_SHORT),
        ("あ", BadPattern.TOO_SHORT),
        ("(.*)+", BadPattern.TOO_SHORT),
        ("あい" * 21, BadPattern.TOO_LONG),
        ("あい〜うえ〜おか〜きく〜けこ", BadPattern.TOO_MANY_PIECES),
    ],
)
def test_why_not_pattern(pattern, problem):
    assert why_not_pattern(pattern) == problem


def test_every_phrase_of_the_list_may_be_in_it():
    assert [row["pattern"] for row in ROWS if why_not_pattern(row["pattern"])] == []


@pytest.mark.parametrize(
    "part", ["a", "a.", "0-", "a dot ", "a_.", "0o", "市1-", "アット", "私は50歳", "セミナー", "もっと"]
)
def test_a_hostile_letter_takes_no_longer_than_its_length(part):
    began = process_time()

    screen([(part * 2_000)[:2_000], (part * 100_000)[:100_000]], WORDS)
    screen([(part * 2_000)[:2_000]], WORDS)

    assert process_time() - began < 2


def test_the_same_text_is_counted_per_person():
    text = "話が止まったとき、「いつからですか」と静かに聞いていました。"
    others = [text, text.replace("静かに", "しずかに"), "まったく別の場面を、ゆっくり話していました。"]

    assert says_the_same(text, others, share=0.85) == 2


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("", "", True),
        ("あ" * 20, "", False),
        ("あいうえおかきくけこ" * 2, "あいうえおかきくけこ" * 2 + "さしすせそたち", True),  # 40 of 47 letters
        ("あいうえおかきくけこ" * 2, "あいうえおかきくけこ" * 2 + "さしすせそたちつ", False),  # 40 of 48
        ("ABcd、静かに！", "ａｂｃｄ 静かに。", True),
        ("あ" * 10 + "い" * 10, "い" * 10 + "あ" * 10, False),
    ],
)
def test_the_same_by_its_letters_in_their_order(one, other, is_same):
    assert says_the_same(one, [other], share=0.85) == is_same


@pytest.mark.parametrize("part", ["ab", "あ", "\ufdfa", "㌖㍿"])
def test_comparing_takes_no_longer_for_words_that_repeat_themselves(part):
    text = (part * 300)[:300]
    began = process_time()

    says_the_same(text, [text[::-1], text[1:] + "x", "x" + text[:150]] * 33, share=0.85)

    assert process_time() - began < 2


def test_sentences_end_where_a_reader_ends_them():
    text = "一つめ。二つめ！\n三つめ…Mr. Ito と Co., Ltd. の話 No end"

    assert [text[start:end] for start, end in sentences(text)] == [
        "一つめ。",
        "二つめ！",
        "三つめ…Mr. Ito と Co., Ltd. の話 No end",
    ]
