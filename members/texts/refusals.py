"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.texts.rules.names import BadName
from members.texts.rules.screening import ScreeningKind
from members.texts.rules.texts import NoText

_MEND_ON_PAGE = {
    ScreeningKind.CONTACT: lambda: _("連絡先は、ここには書けません。この一文を直してください。"),
    ScreeningKind.LINK: lambda: _("リンクやサイトの案内は、ここには書けません。この一文を直してください。"),
    ScreeningKind.INVITATION: lambda: _("誘いや紹介、商品や収入の話は、ここには書けません。この一文を直してください。"),
    ScreeningKind.LOOKS: lambda: _("見た目にはふれずに書いてください。"),
    ScreeningKind.AGE: lambda: _("年齢にはふれずに書いてください。"),
    ScreeningKind.FAMILY: lambda: _("結婚や家族にはふれずに書いてください。"),
    ScreeningKind.COMPARISON: lambda: _("ほかの人とくらべずに書いてください。"),
    ScreeningKind.PUT_DOWN: lambda: _("下げて聞こえることばが入っているようです。この一文を直してください。"),
    ScreeningKind.COMPANY: lambda: _("会社の名前は書かずに、「職場で」のように書いてください。"),
    ScreeningKind.TOO_LONG: lambda: _("長すぎて読みきれません。短くしてください。"),
}

_MEND = {
    ScreeningKind.CONTACT: lambda: _("連絡先は、ことばには書けません。この一文を直すと届きます。"),
    ScreeningKind.LINK: lambda: _("リンクやサイトの案内は、ことばには書けません。この一文を直すと届きます。"),
    ScreeningKind.INVITATION: lambda: _(
        "誘いや紹介、商品や収入の話は、ことばには書けません。この一文を「見たこと」に直すと届きます。"
    ),
    ScreeningKind.LOOKS: lambda: _("見た目にはふれずに、していたことを書いてください。この一文を直すと届きます。"),
    ScreeningKind.AGE: lambda: _("年齢にはふれずに、していたことを書いてください。この一文を直すと届きます。"),
    ScreeningKind.FAMILY: lambda: _("結婚や家族にはふれずに、していたことを書いてください。この一文を直すと届きます。"),
    ScreeningKind.COMPARISON: lambda: _(
        "ほかの人とくらべずに、その方がしていたことだけを書いてください。この一文を直すと届きます。"
    ),
    ScreeningKind.PUT_DOWN: lambda: _("下げて聞こえることばが入っているようです。この一文を直すと届きます。"),
    ScreeningKind.COMPANY: lambda: _(
        "会社の名前は書かずに、「職場で」のように書いてください。この一文を直すと届きます。"
    ),
    ScreeningKind.SAME_TEXT: lambda: _(
        "ほかの方にも、ほとんど同じことばを贈っています。この方の場面をひとつ足すと届きます。"
    ),
    ScreeningKind.TOO_LONG: lambda: _("長すぎて読みきれません。心に残った場面をひとつだけ残すと届きます。"),
}

MENDING = {kind: lambda say=say: Explanation(say()) for kind, say in _MEND.items()}
# For words that stand on a page, where the sentences for a letter would speak of its receiver.
MENDING_ON_PAGE = {kind: lambda say=say: Explanation(say()) for kind, say in _MEND_ON_PAGE.items()}


EXPLAINED: Sentences = {
    **MENDING,
    NoText.HIDDEN: lambda: Explanation(_("このことばは、運営が非表示にしました。ことばを変えて書いてください。")),
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
}

EXPLAINED_ON_PAGE: Sentences = {
    **EXPLAINED,
    **MENDING_ON_PAGE,
}

explain = explainer(EXPLAINED)
explain_on_page = explainer(EXPLAINED_ON_PAGE)
