"""The sentence for each reason that the rules of this chapter give."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kouryu.numbers import spelled_length, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.desk.limits import LOOKS, NOTES, ROLES
from members.desk.rules import NoAct, NoLook, NoRoleChange, NoStaffNote

EXPLAINED: Sentences = {
    NoLook.PURPOSE_UNSAID: lambda: Explanation(
        with_numbers(
            gettext_lazy("開く理由を%(least)s字以上で書いてください。ご本人が読みます。"), least=LOOKS.words_at_least
        )
    ),
    NoLook.NOT_OPEN: lambda: Explanation(
        _("このページを開いてから、時間がたちました。もう一度、理由を選んで開いてください。")
    ),
    NoAct.ONESELF: lambda: Explanation(_("ご自分の記録は、ほかの担当に直してもらってください。")),
    NoAct.ONLY_OWNER: lambda: Explanation(_("見守りの担当と責任者については、責任者が行います。")),
    NoRoleChange.LAST_OWNER: lambda: Explanation(
        _("責任者がいなくなります。先に、ほかの方に責任者の役割をわたしてください。")
    ),
    NoRoleChange.NOT_IN_STANDING: lambda: Explanation(
        _("利用を止めている方や、使われていないアカウントには、役割をわたせません。")
    ),
    NoRoleChange.DAY_PAST: lambda: Explanation(_("きょうか、きょうよりあとの日を選んでください。")),
    NoRoleChange.DAY_FAR: lambda: Explanation(
        with_numbers(gettext_lazy("%(ahead)s以内の日を選んでください。"), ahead=spelled_length(ROLES.longest))
    ),
    NoRoleChange.NOT_HELD: lambda: Explanation(_("この役割は、もう終わっています。")),
    NoRoleChange.HELD_ALREADY: lambda: Explanation(_("この役割は、もうお持ちです。")),
    NoStaffNote.TOO_SHORT: lambda: Explanation(
        with_numbers(gettext_lazy("%(least)s字以上で書いてください。"), least=NOTES.at_least)
    ),
    NoStaffNote.NAME_MISSING: lambda: Explanation(_("お名前を書いてください。")),
    NoStaffNote.CHANGED_MEANWHILE: lambda: Explanation(
        _("ほかの担当が、先に書きかえました。いまの内容を確かめて、必要ならもう一度保存してください。")
    ),
}

explain = explainer(EXPLAINED)
