"""What a member tells about something that worries them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.cases.choices import REASONS_OF_MEMBERS, ReportReason
from feedback.cases.limits import REPORTS
from kouryu.fields import WordsField
from kouryu.widgets import ChoiceCards, CountedTextarea
from kouryu.words import clean_words

HINTS = {
    ReportReason.SOLICITATION: _("商品・副業・投資・宗教などへの誘い。目的を言わない誘いも"),
    ReportReason.PUT_DOWN: _("仕事や人を下に見る、だれかと比べて傷つける"),
    ReportReason.PRYING: _("会社名・住所・家族・連絡先などを、断っても聞く"),
    ReportReason.DATING: _("恋愛や交際の話をもちかける、ふたりで会おうと迫る"),
    ReportReason.NUISANCE: _("話をさえぎり続ける、酔っている、約束を守らない"),
    ReportReason.OTHER: _("どれにもあてはまらないこと、ことばにしにくいこと"),
}


class ReportForm(forms.Form):
    """One reason, and words if they come."""

    reason = forms.ChoiceField(
        label=_("何が気になりましたか"),
        choices=[(reason.value, reason.label) for reason in REASONS_OF_MEMBERS],
        widget=ChoiceCards(hints=HINTS),
        error_messages={"required": _("いちばん近いものを、ひとつ選んでください。")},
    )
    words = WordsField(
        label=_("どんなことがありましたか"),
        help_text=_("書けるところだけで大丈夫です。見守りの担当だけが読みます。"),
        max_length=REPORTS.words,
        required=False,
        widget=CountedTextarea,
    )

    def clean_words(self) -> str:
        return clean_words(self.cleaned_data["words"])
