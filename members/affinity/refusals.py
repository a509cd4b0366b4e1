"""The sentence for each reason that the rules of this chapter give."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kouryu.numbers import with_numbers
from kouryu.refusal import Explanation, Sentences, explainer
from members.affinity.limits import AFFINITY
from members.affinity.rules import NoAffinity

EXPLAINED: Sentences = {
    NoAffinity.TOO_MANY: lambda: Explanation(
        with_numbers(
            gettext_lazy("なかまは%(most)s個までです。どれかをやめてから、加えてください。"), most=AFFINITY.open_at_once
        )
    ),
    NoAffinity.NAMED_ALREADY: lambda: Explanation(_("同じ名前のなかまが、もうあります。ほかの名前にしてください。")),
    NoAffinity.RETIRED: lambda: Explanation(
        _("このなかまは、新しい方の受けつけを終えました。ほかのなかまから選んでください。")
    ),
}

explain = explainer(EXPLAINED)
