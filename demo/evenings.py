"""Which evenings the demo has: twelve over the past year, and those still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from events.event.choices import Allotment, Format, Gathering
from events.event.rules.event import Item

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

HOUR = (
    Item(10, "進めかたと約束", "自己紹介の一巡はしません"),
    Item(20, "ひとつめの輪", "お題は画面に出ます。パスもできます", kind="talk"),
    Item(20, "顔ぶれを変えて、ふたつめの輪", "となりの業界の見かたを聞いてみます", kind="talk"),
    Item(10, "しずかな時間と、おわりのことば", "見えた強みを、ひとつ書きとめます", kind="quiet"),
)
LUNCH = (
    Item(5, "進めかたと約束", "食べながらで大丈夫です"),
    Item(15, "ひとつめの輪", kind="talk"),
    Item(15, "ふたつめの輪", kind="talk"),
    Item(5, "しずかな時間", kind="quiet"),
)
MORNING = (
    Item(5, "進めかたと約束"),
    Item(20, "ひとつめの輪", kind="talk"),
    Item(20, "ふたつめの輪", kind="talk"),
    Item(5, "しずかな時間", kind="quiet"),
)


TALK = (
    Item(5, "進めかたと約束", "声は出さなくて大丈夫です"),
    Item(35, "お話", "途中で気になったことは、書いておけます"),
    Item(15, "質問の時間"),
    Item(5, "しずかな時間", kind="quiet"),
)


@dataclass(frozen=True)
class DemoEvening:
    """One evening of the demo. `days` counts from today: past ones are negative, moved to the nearest `weekday`."""

    days: int
    weekday: int
    at: time
    title: str
    description: str
    host: str = "host"
    host_words: str = "沈黙は考えている合図、と思っています。話さない時間も、どうぞそのままで。"
    run_sheet: tuple[Item, ...] = HOUR
    capacity: int = 12
    applicants: int = 14
    themes: tuple[str, ...] = ()
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    format: Format = Format.ONLINE
    place: str = ""
    waits: tuple[str, ...] = ()  # who of the cast waits in line
    allotment: Allotment = Allotment.FIRST_COME
    closes_days_before: int = 0
    applies: tuple[str, ...] = ()  # who of the cast takes part in the lottery
    gathering: Gathering = Gathering.GROUPS
    affinity: str = ""  # the group that its people put themselves into

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.run_sheet)


EIGHT = time(20)
LONG_HERE = (("years-at-company", ("5-9", "10-19", "20+")),)

PAST = (
    DemoEvening(
        -345,
        WEDNESDAY,
        EIGHT,
        "業界の当たり前を見せ合う夜",
        "となりの業界では何が当たり前なのか。いつもの仕事の話を持ちよって、窓をひとつ開けるような60分です。",
        themes=("crossover",),
    ),
    DemoEvening(
        -315,
        THURSDAY,
        EIGHT,
        "ひとつの会社に長くいる人の、外の空気を吸う夜",
        "「このままここにいて、外で通じるのかな」。そう思ったことのある人どうしで話します。答えは出しません。",
        themes=("stuck",),
        conditions=LONG_HERE,
    ),
    DemoEvening(
        -285,
        SATURDAY,
        time(9, 30),
        "土曜の朝、これからの働きかた",
        "先のことを、朝のあかるさの中で話してみる50分。聞いているだけでもかまいません。",
        run_sheet=MORNING,
        themes=("second",),
        applicants=11,
    ),
    DemoEvening(
        -255,
        WEDNESDAY,
        EIGHT,
        "任せるのがこわい、と言ってみる夜",
        "手を出すか、待つか。人に任せる場面で迷ったことを、ほかの業界の人に聞いてもらう会です。",
        themes=("manager",),
        host="host-2",
        host_words="うまくいった話より、迷った話から始めます。",
    ),
    DemoEvening(
        -225,
        FRIDAY,
        time(12, 10),
        "昼休み40分、ほかの業界の昼ごはん",
        "何を食べて、どこで休んで、だれと話していますか。昼休みの長さも業界によってちがいます。",
        run_sheet=LUNCH,
        applicants=12,
    ),
    DemoEvening(
        -195,
        TUESDAY,
        EIGHT,
        "学び直しの、はじめかたとやめかた",
        "続かなかった学びの話も歓迎です。何を手放したかを聞くと、次に選ぶものが見えてきます。",
        themes=("learn",),
    ),
    DemoEvening(
        -165,
        WEDNESDAY,
        EIGHT,
        "言葉にしにくい仕事を、言葉にする夜",
        "毎日やっているのに説明できない仕事があります。となりの業界の人に、やさしく聞いてもらいましょう。",
        themes=("strength",),
        applicants=16,
    ),
    DemoEvening(
        -135,
        SUNDAY,
        time(10),
        "日曜の朝、失敗の棚おろし",
        "いまだから話せる失敗を、ひとつだけ。直しかたではなく、そのとき見えていたものを話します。",
        run_sheet=MORNING,
        themes=("plateau",),
        host="host-2",
        host_words="うまくいった話より、迷った話から始めます。",
    ),
    DemoEvening(
        -105,
        THURSDAY,
        EIGHT,
        "副業・独立、最初の一歩の前の夜",
        "はじめた人、まだの人、やめた人。最初の一歩のまわりにある気持ちを話します。勧誘・営業はありません。",
        themes=("independent",),
        applicants=15,
    ),
    DemoEvening(
        -75,
        WEDNESDAY,
        EIGHT,
        "育児と仕事、引き算の話",
        "全部は持てない、と分かってから何を置いたか。置けなかったものは何か。小さな声で話す夜です。",
        themes=("parent", "style"),
        applicants=13,
    ),
    DemoEvening(
        -42,
        TUESDAY,
        EIGHT,
        "20年選手の、外から見た値打ち",
        "長く続けた仕事ほど、自分では値打ちが見えにくいもの。ほかの業界の目を借ります。",
        themes=("stuck", "second"),
        conditions=LONG_HERE,
        capacity=16,
        applicants=18,
    ),
    DemoEvening(
        -14,
        WEDNESDAY,
        EIGHT,
        "伸び悩みを、眺めてみる夜",
        "手ごたえが薄くなったころの話を、急いで直さずに眺めます。",
        themes=("plateau",),
        capacity=16,
        applicants=18,
    ),
)

UPCOMING = (
    DemoEvening(
        4,
        WEDNESDAY,
        EIGHT,
        "ひとつの会社に長くいる人の、となりの窓",
        "「外で通じるのかな」と思ったことのある人どうしで、業界の当たり前を見せ合う60分です。答えは出しません。",
        themes=("stuck", "learn"),
        conditions=LONG_HERE,
        applicants=9,
    ),
    DemoEvening(
        7,
        FRIDAY,
        time(12, 10),
        "昼休み40分、道具の話",
        "毎日さわっている道具をひとつ、画面の前に。ないと困るもの、捨てられないものの話をします。",
        run_sheet=LUNCH,
        applicants=6,
        host="host-2",
        host_words="食べながら、でどうぞ。音は気にしません。",
    ),
    DemoEvening(
        10,
        SATURDAY,
        time(9, 30),
        "はじめての人だけの、小さな朝",
        "会がはじめての人だけで集まります。進めかたを、ゆっくり確かめながら話しましょう。",
        run_sheet=MORNING,
        conditions=(("first-timer", ()),),
        capacity=8,
        applicants=3,
    ),
    DemoEvening(
        12,
        THURSDAY,
        EIGHT,
        "任せる・任される、の間の夜",
        "人に任せることと、人から任されること。そのあいだで考えていることを話します。",
        themes=("manager", "people"),
        capacity=8,
        applicants=12,
        waits=("letters-2", "letters-3"),
    ),
    DemoEvening(
        18,
        SUNDAY,
        time(14),
        "お茶を飲みながら、顔を合わせる午後",
        "はじめての会場での会です。一卓は四人、途中で席を替えます。駅から歩いて五分、段差はありません。",
        format=Format.ONSITE,
        place="東京・神田の貸し会議室（お席の決まった方に、地図をお知らせします）",
        capacity=16,
        applicants=7,
        host="host-2",
        host_words="着いたら、お茶をどうぞ。名札は呼び名だけです。",
    ),
    DemoEvening(
        24,
        WEDNESDAY,
        EIGHT,
        "メーカーの人に聞く、ものづくりの外の話",
        "ものをつくる仕事の人が、となりの業界に聞いてみたいことを持ちよります。",
        conditions=(("industry", ("E",)),),
        applicants=4,
    ),
    DemoEvening(
        6,
        MONDAY,
        EIGHT,
        "十年後の自分に、手紙を読む夜",
        "先のことを、決めずに話す60分です。申し込みが多いので、席は抽選で決めました。",
        themes=("second",),
        capacity=8,
        applicants=13,
        allotment=Allotment.LOTTERY,
        closes_days_before=13,
        applies=("letters-8", "letters-1"),
    ),
    DemoEvening(
        20,
        THURSDAY,
        EIGHT,
        "名刺を置いて、話す夜",
        "肩書きを言わずに、いま気になっていることだけを話します。席は抽選です。早さは関係ありません。",
        themes=("meaning",),
        capacity=8,
        applicants=10,
        host="host-2",
        host_words="はじめての方も、何度めの方も、同じくじから始まります。",
        allotment=Allotment.LOTTERY,
        closes_days_before=4,
        applies=("letters-8",),
    ),
)

# Their people come by dice of their own, so that every other evening stays as it was.
BY_DICE_OF_THEIR_OWN = (
    DemoEvening(
        12,
        WEDNESDAY,
        EIGHT,
        "任されて、ひとりで抱えないための夜",
        "決める側になってから、だれにも言わなくなったこと。同じ立場の人どうしなら、短い説明で話が通じます。",
        capacity=8,
        applicants=6,
        affinity="管理職の女性",
    ),
    DemoEvening(
        9,
        TUESDAY,
        EIGHT,
        "はじめての人に、仕事を説明するということ",
        "専門のことばを使わずに仕事を話すこつを、文章を直す仕事の方に聞きます。聞いているだけで大丈夫です。",
        run_sheet=TALK,
        capacity=20,
        applicants=9,
        gathering=Gathering.TOGETHER,
    ),
)

PLAYABLE = DemoEvening(
    1,
    -1,
    EIGHT,
    "業界の当たり前を見せ合う、小さな夜",
    "となりの業界では何が当たり前なのか。いつもの仕事の話を持ちよって、窓をひとつ開けるような60分です。",
    themes=("crossover", "stuck"),
    applicants=0,
)
DRAFT = DemoEvening(
    35,
    TUESDAY,
    EIGHT,
    "年度の変わり目に、置いていくもの",
    "一年の終わりに、持っていくものと置いていくものを話す夜です。",
    themes=("meaning",),
    applicants=0,
)
