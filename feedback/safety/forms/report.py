"""What a member tells about something that worries them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.cases.choices import REASONS_OF_MEMBERS, REPORT_HINTS
from feedback.cases.limits import REPORTS
from kouryu.fields import WordsField
from kouryu.widgets import ChoiceCards, CountedTextarea
from kouryu.words import clean_words


class ReportForm(forms.Form):
    """One reason, and words if they come."""

    reason = forms.ChoiceField(
        label=_("何が気になりましたか"),
        choices=[(reason.value, reason.label) for reason in REASONS_OF_MEMBERS],
        widget=ChoiceCards(hints=REPORT_HINTS),
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
