"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.cases.limits import REPORTS
from feedback.cases.rules import NoCase, NoReport
from kouryu.numbers import spelled_length, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.standing.limits import REASONS, SUSPENSIONS
from members.texts.refusals import MENDING


def _to_queue(sentence: str) -> Explanation:
    return Explanation(sentence, _("見守りの一覧へ"), reverse("feedback:cases"))


EXPLAINED: Sentences = {
    **MENDING,
    NoReport.NOT_VISIBLE: lambda: Explanation(_("お知らせの対象が見つかりません。")),
    NoReport.ONESELF: lambda: Explanation(_("ご自身のことは、お知らせできません。お問い合わせからご連絡ください。")),
    NoReport.WORDS_LONG: lambda: Explanation(with_numbers(_("%(most)s字までで書いてください。"), most=REPORTS.words)),
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
    NoCase.UNTIL_FAR: lambda: Explanation(
        with_numbers(_("%(ahead)s以内の日を選んでください。"), ahead=spelled_length(SUSPENSIONS.longest))
    ),
    NoCase.REASON_SHORT: lambda: Explanation(
        with_numbers(_("理由を%(least)s字以上で書いてください。ご本人が読みます。"), least=REASONS.at_least)
    ),
    NoCase.REASON_LONG: lambda: Explanation(
        with_numbers(_("理由は%(most)s字までで書いてください。"), most=REASONS.at_most)
    ),
}

explain = explainer(EXPLAINED)
