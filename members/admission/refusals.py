"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kouryu.numbers import days, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.admission.limits import APPLICATIONS, INVITES
from members.admission.rules import NoApplying, NoInviting, NoQuestion, NoReview, NoWayIn
from members.desk import refusals as desk
from members.standing import refusals as standing


def _ask_for_another(sentence: str) -> Explanation:
    return Explanation(sentence, more=_("お手数ですが、ご招待くださった方に、あたらしい招待をお願いしてください。"))


EXPLAINED: Sentences = {
    **standing.EXPLAINED,
    **desk.EXPLAINED,
    NoWayIn.UNKNOWN: lambda: _ask_for_another(
        _("この招待のリンクは、読みとれませんでした。途中で切れていないか、確かめてください。")
    ),
    NoWayIn.TAKEN_BACK: lambda: _ask_for_another(_("この招待は、取り消されました。")),
    NoWayIn.EXPIRED: lambda: _ask_for_another(_("この招待の期限は、過ぎました。")),
    NoWayIn.USED_UP: lambda: _ask_for_another(_("この招待は、もう使われました。")),
    NoWayIn.OTHER_ADDRESS: lambda: Explanation(
        _("この招待は、ほかのメールアドレスにお送りしたものです。"),
        more=_("招待が届いたメールアドレスで、登録してください。"),
    ),
    NoWayIn.ONES_OWN: lambda: Explanation(
        _("ご自分でつくった招待は、ご自分では使えません。リンクを、お招きする方に送ってください。")
    ),
    NoWayIn.HERE_ALREADY: lambda: Explanation(
        _("招待は、はじめての方のためのものです。あなたは、もう登録されています。"), _("交流へ"), reverse("home")
    ),
    NoWayIn.DECLINED: lambda: Explanation(
        _("お申し込みには、運営からもうお返事しています。この招待では、お迎えできません。"),
        more=_("ご事情が変わったときは、運営へお知らせください。"),
    ),
    NoInviting.NOT_BY_MEMBERS: lambda: Explanation(_("招待は、いまは運営だけが送れます。")),
    NoInviting.MANY_THIS_MONTH: lambda: Explanation(
        with_numbers(
            gettext_lazy("招待は、%(time)sに%(most)s通までです。少したってから、またお試しください。"),
            time=days(INVITES.month),
            most=INVITES.a_month,
        )
    ),
    NoInviting.DAY_PAST: lambda: Explanation(_("きょうか、きょうよりあとの日を選んでください。")),
    NoInviting.DAY_FAR: lambda: Explanation(
        with_numbers(gettext_lazy("%(ahead)s以内の日を選んでください。"), ahead=days(INVITES.farthest))
    ),
    NoInviting.ONE_ADDRESS_ONE_PLACE: lambda: Explanation(
        _("メールアドレスあての招待は、おひとり分です。人数を1にするか、アドレスを消してください。")
    ),
    NoApplying.NOT_ASKED_FOR: lambda: Explanation(_("いまは、お申し込みは要りません。"), _("交流へ"), reverse("home")),
    NoApplying.WAITING_ALREADY: lambda: Explanation(
        _("お申し込みは、もう届いています。書きなおすには、いったん取り下げてください。")
    ),
    NoApplying.DECIDED: lambda: Explanation(_("このお申し込みには、もうお返事しました。")),
    NoApplying.ANSWERS_MISSING: lambda: Explanation(_("まだ答えていない質問があります。")),
    NoApplying.QUESTIONS_CHANGED: lambda: Explanation(
        _("書いているあいだに、質問が変わりました。いまの質問に答えて、もう一度送ってください。")
    ),
    NoReview.SETTLED: lambda: Explanation(_("このお申し込みには、もうお返事がすんでいます。")),
    NoReview.CHANGED_MEANWHILE: lambda: Explanation(
        _("読んでいるあいだに、お申し込みが変わりました。いまの内容を確かめて、もう一度選んでください。")
    ),
    NoQuestion.TOO_MANY: lambda: Explanation(
        with_numbers(
            gettext_lazy("質問は%(most)s個までです。どれかをやめてから、加えてください。"),
            most=APPLICATIONS.questions,
        )
    ),
}

explain = explainer(EXPLAINED)
