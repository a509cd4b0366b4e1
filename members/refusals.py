"""The sentence for each reason that this app's rules give; nowhere else."""

from __future__ import annotations

from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.refusal import Explanation
from members.rules.block import NoBlock
from members.rules.membership import NoCancellation, NoConfirmation, NoOrder
from members.rules.names import BadName
from members.rules.screening import Kind
from members.rules.standing import NoSuspension
from members.rules.texts import NoText


def explain(reason: StrEnum) -> Explanation:
    """What the person reads when a flow of this app refused."""
    return _EXPLAINED[reason]()


def explain_on_page(reason: StrEnum) -> Explanation:
    """The same for words that stand on a page, where those for a letter would speak of its receiver."""
    say = _MEND_ON_PAGE.get(reason)
    return Explanation(say()) if say else explain(reason)


def _block_not_possible() -> Explanation:
    return Explanation(_("この方はブロックできません。"), _("ブロックしている方を見る"), reverse("members:blocks"))


def _at_plans(sentence: str) -> Explanation:
    return Explanation(sentence, _("会費のページへ"), reverse("members:plans"))


# --- screening: what the sentence holds, and how it would be shown

_MEND = {
    Kind.CONTACT: lambda: _("連絡先は、ことばには書けません。この一文を直すと届きます。"),
    Kind.LINK: lambda: _("リンクやサイトの案内は、ことばには書けません。この一文を直すと届きます。"),
    Kind.INVITATION: lambda: _(
        "誘いや紹介、商品や収入の話は、ことばには書けません。この一文を「見たこと」に直すと届きます。"
    ),
    Kind.LOOKS: lambda: _("見た目にはふれずに、していたことを書いてください。この一文を直すと届きます。"),
    Kind.AGE: lambda: _("年齢にはふれずに、していたことを書いてください。この一文を直すと届きます。"),
    Kind.FAMILY: lambda: _("結婚や家族にはふれずに、していたことを書いてください。この一文を直すと届きます。"),
    Kind.COMPARISON: lambda: _(
        "ほかの人とくらべずに、その方がしていたことだけを書いてください。この一文を直すと届きます。"
    ),
    Kind.PUT_DOWN: lambda: _("下げて聞こえることばが入っているようです。この一文を直すと届きます。"),
    Kind.COMPANY: lambda: _("会社の名前は書かずに、「職場で」のように書いてください。この一文を直すと届きます。"),
    Kind.SAME_TEXT: lambda: _("ほかの方にも、ほとんど同じことばを贈っています。この方の場面をひとつ足すと届きます。"),
    Kind.TOO_LONG: lambda: _("長すぎて読みきれません。心に残った場面をひとつだけ残すと届きます。"),
}

# The same of what is no letter: words on a page, which reach nobody and need not tell what somebody did.
_MEND_ON_PAGE = {
    Kind.CONTACT: lambda: _("連絡先は、ここには書けません。この一文を直してください。"),
    Kind.LINK: lambda: _("リンクやサイトの案内は、ここには書けません。この一文を直してください。"),
    Kind.INVITATION: lambda: _("誘いや紹介、商品や収入の話は、ここには書けません。この一文を直してください。"),
    Kind.LOOKS: lambda: _("見た目にはふれずに書いてください。"),
    Kind.AGE: lambda: _("年齢にはふれずに書いてください。"),
    Kind.FAMILY: lambda: _("結婚や家族にはふれずに書いてください。"),
    Kind.COMPARISON: lambda: _("ほかの人とくらべずに書いてください。"),
    Kind.PUT_DOWN: lambda: _("下げて聞こえることばが入っているようです。この一文を直してください。"),
    Kind.COMPANY: lambda: _("会社の名前は書かずに、「職場で」のように書いてください。"),
    Kind.TOO_LONG: lambda: _("長すぎて読みきれません。短くしてください。"),
}

MENDING = {kind: lambda say=say: Explanation(say()) for kind, say in _MEND.items()}

_EXPLAINED = {
    **MENDING,
    NoText.HIDDEN: lambda: Explanation(_("このことばは、運営が非表示にしました。ことばを変えて書いてください。")),
    # --- called names
    BadName.EMPTY: lambda: Explanation(_("文字か数字を1つは入れてください。")),
    BadName.UNREADABLE: lambda: Explanation(
        _("目に見えない文字や、重ねた記号が入っています。消してから、もう一度お試しください。")
    ),
    BadName.CONTACT: lambda: Explanation(
        _("メールアドレス、URL、電話番号、アカウント名は、呼び名に使えません。呼ばれたい名前だけにしてください。")
    ),
    BadName.OF_STAFF: lambda: Explanation(_("運営の者と読みまちがえる名前は使えません。ほかの名前にしてください。")),
    BadName.TAKEN: lambda: Explanation(
        _("会を運営している者と同じ呼び名です。まちがえられないように、一文字足すか、ほかの名前にしてください。")
    ),
    BadName.WORDS: lambda: Explanation(
        _("勧誘や、人を下げて聞こえることばは、呼び名に使えません。ほかの名前にしてください。")
    ),
    # --- blocks and standing
    NoBlock.NOT_POSSIBLE: _block_not_possible,
    NoSuspension.ONESELF: lambda: Explanation(_("自分自身の利用を止めることはできません。")),
    NoSuspension.ONLY_OWNER: lambda: Explanation(_("見守りの担当と責任者の利用については、責任者が決めます。")),
    NoSuspension.LIFT_UNEXPLAINED: lambda: Explanation(_("理由を10字以上で書いてください。運営の記録に残ります。")),
    NoSuspension.REASON_SHORT: lambda: Explanation(_("理由を10字以上で書いてください。ご本人が読みます。")),
    NoSuspension.UNTIL_PAST: lambda: Explanation(_("きょうよりあとの日を選んでください。")),
    NoSuspension.UNTIL_FAR: lambda: Explanation(_("1年以内の日を選んでください。")),
    NoSuspension.NOT_SUSPENDED: lambda: Explanation(_("この方の利用は、いま止まっていません。")),
    # --- membership
    NoOrder.PLAN_GONE: lambda: _at_plans(_("このプランは、いまお申し込みいただけません。ほかのプランをご覧ください。")),
    NoOrder.OTHER_ORDER_OPEN: lambda: _at_plans(
        _("お振り込みを待っているお申し込みがあります。プランを変えるときは、先にそちらを取り消してください。")
    ),
    NoOrder.PAID_FAR_AHEAD: lambda: _at_plans(
        _("1年以上先まで、もうお支払いずみです。いまはお申し込みの必要はありません。")
    ),
    NoOrder.MANY_TODAY: lambda: _at_plans(
        _("今日はお申し込みと取り消しが続いたため、ここまでにさせてください。明日から、またお申し込みいただけます。")
    ),
    NoConfirmation.CANCELLED: lambda: Explanation(
        _(
            "このお申し込みは取り消されています。確認はしていません。お客さまに連絡して、返金か新しいお申し込みをご案内ください。"
        )
    ),
    NoConfirmation.OWN_ORDER: lambda: Explanation(
        _("ご自身のお申し込みは、ほかの担当者が確認します。確認はしていません。")
    ),
    NoConfirmation.AMOUNT_DIFFERS: lambda: Explanation(
        _("入金額が、お申し込みの金額とちがいます。確認はしていません。通帳の金額をもう一度ご確認ください。")
    ),
    NoCancellation.CONFIRMED: lambda: Explanation(
        _("お振り込みを確認したお申し込みは、ここでは取り消せません。返金については窓口へご連絡ください。"),
        _("お問い合わせ先を見る"),
        reverse("members:contact"),
    ),
}
