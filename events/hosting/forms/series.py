"""The forms of a series: how often, how far ahead, and on which dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from events.event.choices import Pattern
from events.event.limits import SERIES
from kouryu.numbers import with_numbers
from kouryu.widgets import ChoiceCards, MultiChoiceCards


def _count() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("あと何回"),
        min_value=1,
        max_value=SERIES.ahead,
        initial=6,
        help_text=with_numbers(_("%(most)s回まで。日付は、作る前に見て選べます。"), most=SERIES.ahead),
        widget=forms.NumberInput(attrs={"min": 1, "max": SERIES.ahead, "inputmode": "numeric"}),
    )


class AheadForm(forms.Form):
    """How many dates more."""

    count = _count()


class RecurrenceForm(forms.Form):
    """How often, and how many dates."""

    pattern = forms.TypedChoiceField(
        label=_("どのくらいの間をおいて"),
        coerce=Pattern,
        choices=Pattern.choices,
        initial=Pattern.SECOND_WEEK,
        widget=ChoiceCards,
    )
    count = _count()


class DatesForm(forms.Form):
    """The dates that were shown, ticked or not, and when their drafts are published."""

    dates = forms.MultipleChoiceField(
        label=_("下書きを作る日"),
        widget=MultiChoiceCards,
        help_text=_("休みの日は外してください。あとから一日だけ動かすことも、やめることもできます。"),
        error_messages={"required": _("日をひとつは選んでください。")},
    )
    publish_before = forms.TypedChoiceField(
        label=_("公開"),
        required=False,
        coerce=lambda days: timedelta(days=int(days)),
        empty_value=None,
        choices=[
            ("", _("自分で公開する")),
            ("7", _("それぞれの一週間前に")),
            ("14", _("それぞれの二週間前に")),
            ("28", _("それぞれの四週間前に")),
        ],
        widget=ChoiceCards,
    )

    def __init__(self, *args: Any, moments: list[datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [(moment.isoformat(), date_format(localtime(moment), "DATETIME_FORMAT")) for moment in moments]
        self.fields["dates"].choices = said
        self.initial.setdefault("dates", [value for value, _label in said])
        self.initial.setdefault("publish_before", "")

    @property
    def chosen(self) -> list[datetime]:
        """What was ticked, as moments."""
        return [datetime.fromisoformat(value) for value in self.cleaned_data["dates"]]
