"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from feedback.insight.rules import NoExport, NoImpression
from feedback.safety import refusals as safety
from kouryu.refusal import Explanation, Sentences, explainer

EXPLAINED: Sentences = {
    **safety.EXPLAINED,
    NoImpression.NOT_THERE: lambda: Explanation(_("会にいらした方に、うかがっています。")),
    NoImpression.NOT_OVER: lambda: Explanation(_("会が終わると、答えられるようになります。")),
    NoImpression.CLOSED: lambda: Explanation(_("この会の質問は、締め切りました。つぎの会で、またうかがいます。")),
    NoImpression.NOTHING_SAID: lambda: Explanation(
        _("ひとつだけでも、選んでください。答えないときは「答えない」を押してください。")
    ),
    NoExport.ENOUGH_TODAY: lambda: Explanation(_("きょうは、もう何度かお渡ししました。一日たつと、また受けとれます。")),
}

explain = explainer(EXPLAINED)
