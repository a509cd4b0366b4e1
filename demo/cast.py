"""The members of the demo: sixty people with plain common called names, none of them anybody."""

from __future__ import annotations

from dataclasses import dataclass

from members.accounts.choices import Role


@dataclass(frozen=True)
class CastMember:
    """One row of the cast; codes as in members/accounts/taxonomies.py, years as in `YearsBand`."""

    name: str
    industry: str
    occupation: str
    years: str
    themes: tuple[str, ...]
    work_status: str = "employed"
    strengths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A person with a fixed part in the demo, named in accounts.csv."""

    key: str
    person: CastMember
    interesting: str
    roles: tuple[Role, ...] = ()
    pays: bool = True
    evenings: int | None = None  # how many past evenings they came to; None: as chance has it


PARTS = (
    Part(
        "owner",
        CastMember("そら", "L", "01", "10-19", ("second",)),
        "責任者。すべての運営ページを開けます",
        roles=(Role.OWNER,),
        evenings=0,
    ),
    Part(
        "host",
        CastMember("ゆき", "O", "06", "5-9", ("stuck", "learn"), strengths=("listen-ease", "support-even")),
        "何度も会を開いている進行役。今すぐ通しで試せる会の進行役でもあります",
        roles=(Role.HOST,),
    ),
    Part(
        "host-2",
        CastMember("まこと", "G", "02", "10-19", ("crossover", "independent"), strengths=("open-ask",)),
        "もうひとりの進行役。直前に手放した席の印がふたつあり、事情を知らせています",
        roles=(Role.HOST,),
    ),
    Part(
        "moderator",
        CastMember("かえで", "R", "06", "5-9", ("people",)),
        "見守り。まだ決まっていない案件が待っています",
        roles=(Role.MODERATOR,),
        evenings=0,
    ),
    Part(
        "desk",
        CastMember("ふみ", "R", "06", "0-4", ("style",)),
        "会費の窓口。確認待ちのお振り込みがあります",
        roles=(Role.DESK,),
        evenings=0,
    ),
    Part(
        "unpaid",
        CastMember("あおい", "I", "07", "5-9", ("stuck",)),
        "登録したばかりで、まだ会費を払っていません",
        pays=False,
    ),
    Part(
        "ordered",
        CastMember("つばさ", "H", "13", "0-4", ("change",)),
        "お振り込みを申し込み、窓口の確認を待っています",
        pays=False,
    ),
    Part(
        "first-timer",
        CastMember(
            "みさき", "E", "02", "10-19", ("stuck", "learn"), strengths=("think-ground", "act-finish", "think-order")
        ),
        "会費を払ったばかりで、まだ会に出たことがありません",
        evenings=0,
    ),
    Part(
        "letters-0",
        CastMember("けんじ", "D", "14", "20+", ("second", "plateau"), strengths=("act-arrange",)),
        "会に出たことがあり、手紙はまだ届いていません",
        evenings=1,
    ),
    Part(
        "letters-1",
        CastMember("ちひろ", "P", "04", "5-9", ("style", "health"), strengths=("listen-sense", "support-quiet")),
        "手紙が1通届いています",
        evenings=1,
    ),
    Part(
        "letters-2",
        CastMember("だいち", "J", "06", "10-19", ("manager",), strengths=("think-order", "act-call")),
        "手紙が2通届いています",
        evenings=2,
    ),
    Part(
        "letters-3",
        CastMember("なつみ", "M", "09", "10-19", ("crossover", "strength"), strengths=("support-even", "act-recover")),
        "3人から手紙が届き、強みの鏡がひらいたところです",
        evenings=2,
    ),
    Part(
        "letters-8",
        CastMember(
            "けい", "E", "02", "20+", ("stuck", "second"), strengths=("think-ground", "act-finish", "think-build")
        ),
        "8人から手紙が届き、鏡がよく見えています。抽選の会にも申し込んでいます",
        evenings=5,
    ),
    Part(
        "suspended",
        CastMember("りょうた", "K", "07", "0-4", ("independent",)),
        "勧誘の知らせを受けて、利用が止まっています",
        evenings=1,
    ),
)

_OTHERS = """
さとし E 02 10-19 stuck,plateau
まい P 04 5-9 style,parent
ゆうた G 02 0-4 change,independent
はるか J 06 5-9 manager,parent
たくみ D 14 10-19 second,learn
あかり O 05 5-9 style,meaning
しょう I 07 5-9 change,crossover
みゆ M 09 0-4 strength,fit
けんた H 13 10-19 plateau,style
なな G 06 5-9 independent,place
りく L 02 0-4 fit,strength
さくら P 08 10-19 care,style
ゆうじ E 12 20+ second,stuck
えみ I 06 10-19 parent,return
だいすけ J 07 10-19 manager,people
ともこ N 09 20+ second,meaning
こうへい K 07 5-9 independent,change
あや R 06 5-9 strength,learn
ひろし S 06 20+ second,place
みほ O 05 10-19 plateau,learn
つよし H 13 20+ health,second
りな G 03 0-4 fit,change
かずや F 14 10-19 stuck,manager
ゆか Q 06 10-19 stuck,place
なおき L 06 5-9 independent,learn
しおり P 04 10-19 health,manager
まさる A 11 20+ place,independent
ちか N 09 5-9 style,strength
しんじ E 06 10-19 people,plateau
みなこ J 06 20+ second,care
ゆうと G 02 5-9 crossover,learn
あさみ M 09 10-19 manager,style
こうた D 02 5-9 change,learn
ふゆみ O 06 5-9 parent,style
じゅん I 07 20+ second,stuck
れいこ L 06 10-19 return,strength
てつや H 07 10-19 change,plateau
くみ P 08 5-9 people,meaning
のぶお C 14 20+ second,learn
まゆ R 06 0-4 fit,stuck
たけし S 10 10-19 stuck,crossover
いずみ K 06 10-19 parent,plateau
やすこ Q 09 20+ second,strength
そうた G 03 5-9 independent,style
ひかり E 06 5-9 learn,crossover
げん B 11 10-19 place,independent
"""


def others() -> list[CastMember]:
    """Everybody without a fixed part."""
    people = []
    for line in _OTHERS.split("\n"):
        if line:
            name, industry, occupation, years, themes = line.split()
            people.append(CastMember(name, industry, occupation, years, tuple(themes.split(","))))
    return people
