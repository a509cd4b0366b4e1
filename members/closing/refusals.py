"""The sentence for each reason that a month is not closed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.closing.rules import NoClose

EXPLAINED: Sentences = {
    NoClose.NOT_OVER: lambda: Explanation(_("この月は、まだ終わっていません。翌月になってから締めてください。")),
    NoClose.EARLIER_OPEN: lambda: Explanation(_("前の月から順に締めます。まだ締めていない月を、先に締めてください。")),
}

explain = explainer(EXPLAINED)
