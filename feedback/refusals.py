"""The sentence for each reason that this app's rules give; nowhere else."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from feedback.rules import letter
from feedback.rules.case import NoCase
from feedback.rules.contact import NoContact
from feedback.rules.export import NoExport
from feedback.rules.impression import NoImpression
from feedback.rules.introduction import NoIntroduction
from feedback.rules.nameless import NoPicks
from feedback.rules.ordinary import NoOrdinary, NoWonder
from feedback.rules.own_view import NoOwnView
from feedback.rules.reach import NoReach
from feedback.rules.report import NoReport
from feedback.rules.short_note import BadWords, NoNote
from feedback.rules.step import NoStep
from feedback.rules.take_home import NoNormal
from feedback.rules.talk import NoTalk
from feedback.rules.term import NoTerm
from feedback.rules.tie import NoHelp, NoIntention
from feedback.rules.turning_point import NoAsking, NoTurningPoint
from kouryu.refusal import Explanation
from members.refusals import MENDING
from members.rules.screening import BadPattern


def explain(reason: StrEnum) -> Explanation:
    """What the person reads when a rule of this app refused."""
    return _EXPLAINED[reason]()


# --- letters


def _letter_delivered() -> Explanation:
    return Explanation(
        _("このことばは、もう届いています。書きなおすことはできません。"),
        _("贈ったことばを見る"),
        reverse("feedback:letters_given"),
    )


def _not_together() -> Explanation:
    return Explanation(_("同じ会の同じ組で話した方にだけ、贈ることができます。"))


# --- nameless picks

_NAMELESS_EXPLAINED = {
    NoReach.NOW: lambda: Explanation(
        _("いまは、この方に届けられません。"),
        more=_("お休みの方も、退会された方も、ほかの場合も、同じご案内をしています。"),
    ),
    NoPicks.ONESELF: lambda: Explanation(_("自分に贈ることはできません。")),
    NoPicks.NOT_TOGETHER: _not_together,
    NoPicks.NOT_STARTED: lambda: Explanation(_("会が始まると、残せるようになります。")),
    NoPicks.TOO_LATE: lambda: Explanation(_("この会の印は、会から14日で締め切りました。つぎの会で、また残せます。")),
    NoPicks.LEFT_BEFORE: lambda: Explanation(
        _("この方には、名前のない印をもう残しています。印はおひとりに一度だけです。ことばなら、会のたびに贈れます。")
    ),
    NoPicks.SIGNED: lambda: Explanation(
        _("この会では、この方にことばを贈っています。印だけにするには、届くまえに、ことばを取り下げてください。")
    ),
    NoPicks.ENOUGH_TODAY: lambda: Explanation(_("きょうは12人に贈りました。つづきは、あすまたできます。")),
    NoPicks.CLOSED: lambda: Explanation(
        _("会から14日が過ぎたので、取り消せません。印だけでは、だれのものか分かりません。")
    ),
    NoPicks.BESIDE_LETTER: lambda: Explanation(
        _("この会では、この方に名前のない印を残しています。ことばを贈るには、先に印を取り消してください。")
    ),
}


# --- next steps


def _to_steps(sentence: str) -> Explanation:
    return Explanation(sentence, _("自分の一歩を見る"), reverse("feedback:steps"))


# --- ordinary things and wonders

_ORDINARY_EXPLAINED = {
    NoOrdinary.NO_SEAT: lambda: Explanation(_("席のある会にだけ、書きとめておけます。")),
    NoOrdinary.STARTED: lambda: Explanation(_("会が始まったので、書きとめられません。つぎの会の前に、また書けます。")),
    NoOrdinary.LONG: lambda: Explanation(_("ひとつにつき80字までにしてください。")),
    NoWonder.NOT_TOGETHER: _not_together,
    NoWonder.NOT_STARTED: lambda: Explanation(_("会が始まると、贈れるようになります。")),
    NoWonder.TOO_LATE: lambda: Explanation(
        _("この会のことばは、会から14日で締め切りました。つぎの会で、また贈れます。")
    ),
    NoWonder.SHOWN: lambda: Explanation(_("このことばは、もう届いています。書きなおすことはできません。")),
    NoWonder.WHY_SHORT: lambda: Explanation(_("なぜめずらしいかを、5字以上で書いてください。")),
    NoWonder.WHY_LONG: lambda: Explanation(
        _("200字までにしてください。いちばんめずらしいことをひとつ残すと届きます。")
    ),
}


# --- between two tied members


def _between(reason: StrEnum) -> Explanation:
    return Explanation(str(_BETWEEN[reason]))


_BETWEEN = {
    NoNote.EMPTY: _lazy("ひとことを書いてから、送ってください。"),
    NoNote.LONG: _lazy("400字までにしてください。長い話は「20分話す」に誘うと、ゆっくりできます。"),
    NoNote.ENOUGH_TO_ONE: _lazy("きょうこの方に送れるひとことは、ここまでです。つづきは、あすまた送れます。"),
    NoNote.ENOUGH_TODAY: _lazy("きょう送れるひとことは、ここまでです。つづきは、あすまた送れます。"),
    BadWords.CONTACT: _lazy(
        "連絡先は、ここには書けません。「連絡先の交換」なら、ふたりともそろったときにだけ、たがいに見えます。"
    ),
    BadWords.LINK: _lazy("リンクは送れません。本や記事は、題名を書くと伝わります。"),
    BadWords.INVITATION: _lazy("勧誘と読める文があります。この文を直すと送れます。"),
    NoContact.EMPTY: _lazy("連絡先をひとつ書いてください。"),
    NoContact.LONG: _lazy("連絡先は200字までにしてください。"),
    NoTalk.NO_TIME: _lazy("候補の時間を、ひとつは選んでください。"),
    NoTalk.TOO_MANY_TIMES: _lazy("候補は3つまでです。都合のよいものを残してください。"),
    NoTalk.PAST: _lazy("これからの時間を選んでください。"),
    NoTalk.FAR: _lazy("60日先までの時間を選んでください。"),
    NoTalk.BUSY: _lazy("その時間には、あなたの会やほかの約束があります。重ならない時間を選んでください。"),
    NoTalk.PLACE_LONG: _lazy("場所は100字までにしてください。"),
    NoTalk.PLACE_ADDRESS: _lazy(
        "場所には、駅やまち、お店の名前を書いてください。電話番号・メールアドレス・アカウント・リンクは書けません。"
    ),
    NoTalk.LINK_SIGNS_IN: _lazy(
        "リンクにユーザー名やパスワードが入っています。「@」より前をのぞいたリンクにしてください。"
    ),
    NoTalk.BAD_LINK: _lazy("https:// で始まる部屋のリンクを、300字までで書いてください。"),
    NoTalk.ONE_IS_OPEN: _lazy("この方との約束か、返事を待つお誘いが、もうあります。ひとつずつ決めていきましょう。"),
    NoTalk.ENOUGH_TODAY: _lazy("きょうこの方を誘えるのは、ここまでです。つづきは、あすまた誘えます。"),
    NoTalk.OWN_PROPOSAL: _lazy("あなたからのお誘いです。お返事は、相手の方が選びます。"),
    NoTalk.NOT_OFFERED: _lazy("候補のなかから、時間をひとつ選んでください。"),
    NoTalk.LAPSED: _lazy("このお誘いの期間は終わりました。よければ、あらためてお誘いください。"),
    NoTalk.SETTLED: _lazy("このお誘いには、もうお返事があります。いまの様子を、約束のページでお確かめください。"),
    NoTalk.NOT_AGREED: _lazy("この時間は、決まっていません。約束のページをお確かめください。"),
    NoTalk.BEGUN: _lazy("もう始まっています。取りやめられるのは、始まる前までです。"),
    NoTalk.NOT_OVER: _lazy("終わってから、もう一度お知らせください。"),
    NoTalk.NOT_YET_OPEN: _lazy("入り口は、始まる10分前に開きます。"),
    NoTalk.OVER: _lazy("この時間は終わりました。"),
    NoIntroduction.SAME_PERSON: _lazy("ちがうふたりを選んでください。"),
    NoIntroduction.EMPTY: _lazy("おふたりに、それぞれ一文を書いてください。"),
    NoIntroduction.LONG: _lazy("一文は200字までにしてください。"),
    NoIntroduction.WAITING: _lazy("このおふたりのご紹介は、いまお返事を待っています。7日たつと、またご紹介できます。"),
    NoIntroduction.ENOUGH_AT_ONCE: _lazy("お返事を待つご紹介は、3つまでです。どれかが終わると、またご紹介できます。"),
}


def _no_consent() -> Explanation:
    return Explanation(
        _("ことばの確認に同意すると、送れるようになります。"),
        _("ことばの確認について読む"),
        reverse("feedback:check_consent"),
    )


# --- reports and cases


def _to_queue(sentence: str) -> Explanation:
    return Explanation(sentence, _("見守りの一覧へ"), reverse("feedback:cases"))


_EXPLAINED = {
    **_NAMELESS_EXPLAINED,
    **_ORDINARY_EXPLAINED,
    letter.NoLetter.ONESELF: lambda: Explanation(_("自分に贈ることはできません。")),
    letter.NoLetter.NOT_TOGETHER: _not_together,
    letter.NoLetter.NOT_STARTED: lambda: Explanation(_("会が始まると、書けるようになります。")),
    letter.NoLetter.TOO_LATE: lambda: Explanation(
        _("この会のことばは、会から14日で締め切りました。つぎの会で、また贈れます。")
    ),
    letter.NoLetter.HELD: lambda: Explanation(
        _("このことばは、運営が先に目を通しています。届くか、書きなおしをお願いするか、決まるまでお待ちください。"),
        _("贈ったことばを見る"),
        reverse("feedback:letters_given"),
    ),
    letter.NoLetter.DELIVERED: _letter_delivered,
    letter.NoLetter.ENOUGH_TODAY: lambda: Explanation(_("きょうは12人に贈りました。つづきは、あすまた書けます。")),
    letter.BadWords.NO_PICK: lambda: Explanation(_("強みを1つから3つ選んでください。")),
    letter.BadWords.TOO_MANY_PICKS: lambda: Explanation(_("強みは3つまでです。心に残ったものから選んでください。")),
    letter.BadWords.UNKNOWN_PICK: lambda: Explanation(_("一覧にある強みから選んでください。")),
    letter.BadWords.SAW_SHORT: lambda: Explanation(
        _("見たことを15字以上で書いてください。場面をひとつ足すと届きます。")
    ),
    letter.BadWords.SAW_LONG: lambda: Explanation(
        _("300字までにしてください。心に残った場面をひとつだけ残すと届きます。")
    ),
    letter.BadWords.WOULD_COUNT_LONG: lambda: Explanation(_("300字までにしてください。")),
    letter.NoThanks.NOT_TOGETHER: _not_together,
    letter.NoThanks.LINE_LONG: lambda: Explanation(_("ひとことは100字までにしてください。")),
    letter.NoOwnPicks.NONE: lambda: Explanation(_("1つから5つ選ぶか、「あとで」を押してください。")),
    letter.NoOwnPicks.TOO_MANY: lambda: Explanation(_("選べるのは5つまでです。いまの自分に近いものを残してください。")),
    letter.NoOwnPicks.UNKNOWN: lambda: Explanation(_("一覧にある強みから選んでください。")),
    NoHelp.NOT_TIED: lambda: Explanation(
        _("つながっている方にだけ、書きとめられます。つながりのページで、お確かめください。")
    ),
    NoIntention.ONESELF: lambda: Explanation(_("自分とのつながりは、選べません。")),
    NoIntention.NOT_TOGETHER: lambda: Explanation(
        _("同じ会の同じ組で話した方についてだけ、選ぶことができます。会のページで、その日の組をお確かめください。")
    ),
    NoIntention.NOT_STARTED: lambda: Explanation(_("会が始まると、選べるようになります。")),
    NoIntention.TOO_LATE: lambda: Explanation(
        _("この会の方との関わりかたは、会から14日で締め切りました。つぎの会で、また選べます。")
    ),
    NoIntention.LOCKED: lambda: Explanation(
        _("朝6時をすぎたので、この選択はもう変わりません。取りやめることはできます。")
    ),
    NoIntention.ENOUGH_WISHES: lambda: Explanation(
        _("また話したい方は、ひとつの会で%(most)s人までです。朝6時になる前の選択なら、取りやめて選びなおせます。")
        % {"most": settings.CONTACT_WISHES_AN_EVENING}
    ),
    NoOwnView.NOT_ASKED: lambda: Explanation(
        _("自分への四つの質問は、入会の日、30日後、90日後の、それぞれ14日のあいだにうかがっています。"),
        _("あゆみを見る"),
        reverse("feedback:growth"),
    ),
    NoOwnView.INCOMPLETE: lambda: Explanation(_("四つとも、いまにいちばん近いものを選んでください。")),
    NoImpression.NOT_THERE: lambda: Explanation(_("会にいらした方に、うかがっています。")),
    NoImpression.NOT_OVER: lambda: Explanation(_("会が終わると、答えられるようになります。")),
    NoImpression.CLOSED: lambda: Explanation(_("この会の質問は、締め切りました。つぎの会で、またうかがいます。")),
    NoImpression.NOTHING_SAID: lambda: Explanation(
        _("ひとつだけでも、選んでください。答えないときは「答えない」を押してください。")
    ),
    NoTurningPoint.TITLE_MISSING: lambda: Explanation(_("何が変わったかを、ひとことで書いてください。")),
    NoTurningPoint.TITLE_LONG: lambda: Explanation(_("80字までにしてください。つづきは、下に書けます。")),
    NoTurningPoint.WORDS_LONG: lambda: Explanation(_("2000字までにしてください。")),
    NoTurningPoint.MONTH_AHEAD: lambda: Explanation(_("今月か、それより前の月を選んでください。")),
    NoTurningPoint.MONTH_EARLY: lambda: Explanation(_("1940年からあとの月を選んでください。")),
    NoTurningPoint.ENOUGH: lambda: Explanation(
        _("転機は%(most)sまで残せます。前のものを書きかえるか、ひとつ消すと、また書けます。")
        % {"most": settings.TURNING_POINTS}
    ),
    NoNormal.ENOUGH: lambda: Explanation(
        _("私の普通は%(most)sまで残せます。前のものを書きかえるか、ひとつ消すと、また書けます。")
        % {"most": settings.NORMALS}
    ),
    NoAsking.NOT_MET: lambda: Explanation(_("会で会った方の中から、選んでください。")),
    NoAsking.ENOUGH: lambda: Explanation(
        _("ひとつの転機に添えられるのは、5人までです。ほかの転機として書くこともできます。")
    ),
    NoExport.ENOUGH_TODAY: lambda: Explanation(_("きょうは、もう何度かお渡ししました。一日たつと、また受けとれます。")),
    NoStep.NO_WORDS: lambda: Explanation(_("次の一歩を、一文で書いてください。")),
    NoStep.TOO_LONG: lambda: Explanation(_("一歩は200字までにしてください。はじめのひとつだけで大丈夫です。")),
    NoStep.WHEN_WHERE_LONG: lambda: Explanation(_("「いつ、どこで」は100字までにしてください。")),
    NoStep.DAY_MISSING: lambda: Explanation(_("日を選んでください。")),
    NoStep.DAY_PAST: lambda: Explanation(_("きょうか、これからの日を選んでください。")),
    NoStep.DAY_FAR: lambda: Explanation(_("1年以内の日を選んでください。")),
    NoStep.NOT_MET: lambda: _to_steps(_("会で同じ組になった方か、ご自分のための一歩を決められます。")),
    NoStep.ENOUGH_OPEN: lambda: _to_steps(
        _("これからの一歩が20あります。ひとつ済ませるか、やめると、また決められます。")
    ),
    NoStep.SETTLED: lambda: _to_steps(_("この一歩は、もう済んでいます。新しい一歩は、いつでも決められます。")),
    NoNote.NO_CONSENT: _no_consent,
    NoIntroduction.NO_CONSENT: _no_consent,
    **{reason: partial(_between, reason) for reason in _BETWEEN},
    NoReport.NOT_VISIBLE: lambda: Explanation(_("お知らせの対象が見つかりません。")),
    NoReport.ONESELF: lambda: Explanation(_("ご自身のことは、お知らせできません。お問い合わせからご連絡ください。")),
    NoReport.WORDS_LONG: lambda: Explanation(_("1000字までで書いてください。")),
    NoCase.OWN_MATTER: lambda: _to_queue(_("ご自身がかかわる件は、ほかの担当が確かめます。")),
    NoCase.DECIDED: lambda: _to_queue(_("この件は、ほかの担当がすでに決めました。")),
    NoCase.TAKEN_BY_OTHER: lambda: _to_queue(_("この件は、いまほかの担当が確かめています。")),
    NoCase.NOT_TAKEN: lambda: _to_queue(_("この件は、まだ担当が決まっていません。先に「担当する」を押してください。")),
    NoCase.NOTHING_TO_HIDE: lambda: _to_queue(_("非表示にできるのは、届いたことばだけです。")),
    NoCase.NOTHING_TO_GIVE_BACK: lambda: _to_queue(_("書きなおしをお願いできるのは、まだ届いていないことばだけです。")),
    NoCase.ONLY_NOTED: lambda: _to_queue(_("ふたりのおしらせは、読むだけのものです。「問題なし」を選んでください。")),
    NoCase.NOBODY_THERE: lambda: _to_queue(_("ご本人のアカウントがもうないため、この決定は選べません。")),
    NoCase.ONLY_OWNER: lambda: _to_queue(_("見守りの担当と責任者の利用を止めるかどうかは、責任者が決めます。")),
    NoCase.UNTIL_MISSING: lambda: Explanation(_("いつまで止めるかを選んでください。")),
    NoCase.UNTIL_PAST: lambda: Explanation(_("きょう以降の日を選んでください。")),
    NoCase.UNTIL_FAR: lambda: Explanation(_("1年以内の日を選んでください。")),
    NoCase.REASON_SHORT: lambda: Explanation(_("理由を10字以上で書いてください。ご本人が読みます。")),
    NoCase.REASON_LONG: lambda: Explanation(_("理由は1000字までで書いてください。")),
    NoTerm.SECOND_PERSON: lambda: Explanation(
        _("多くのことばにあたるので、ほかの担当が「つかう」を押すと、はたらきます。")
    ),
    BadPattern.TOO_SHORT: lambda: Explanation(_("2字以上のことばを書いてください。〜だけでは探せません。")),
    BadPattern.TOO_LONG: lambda: Explanation(_("40字までのことばにしてください。短いほど、よく見つかります。")),
    BadPattern.TOO_MANY_PIECES: lambda: Explanation(_("〜は3つまでにしてください。")),
    **MENDING,
}
