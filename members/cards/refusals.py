"""The sentence for each reason that the rules of this chapter give. A notice is read by a program, and by who looks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.cards.rules import NoNotice

EXPLAINED: Sentences = {
    NoNotice.NOT_SIGNED: lambda: Explanation(_("署名が正しくないか、古すぎます。")),
    NoNotice.UNREADABLE: lambda: Explanation(_("通知として読めません。")),
    NoNotice.OTHER_ACCOUNT: lambda: Explanation(_("別のアカウントの通知です。")),
    NoNotice.OTHER_MODE: lambda: Explanation(_("本番とテストがちがう通知です。")),
}

explain = explainer(EXPLAINED)
