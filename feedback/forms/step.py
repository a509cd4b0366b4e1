"""The shape of a next step; what is allowed is in the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback import refusals
from feedback.rules import step as rules
from kouryu.fields import DayField, LineField, WordsField
from kouryu.rows import RowField
from kouryu.widgets import ChoiceCards, CountedTextarea
from kouryu.words import clean_words
from members.models import User

DAYS = [
    (rules.Day.TOMORROW.value, _("あす")),
    (rules.Day.NEXT_WEEK.value, _("来週")),
    (rules.Day.NEXT_MONTH.value, _("来月")),
    (rules.Day.OWN.value, _("日を選ぶ")),
]
ONESELF = "0"


def _sentence(problem: StrEnum) -> str:
    return refusals.explain(problem).sentence


class DayForm(forms.Form):
    """By when: three quick answers, or a date of one's own. `cleaned_data["on"]` is the date."""

    day = forms.ChoiceField(label=_("いつまでに"), choices=DAYS, initial=rules.Day.NEXT_WEEK.value, widget=ChoiceCards)
    own = DayField(label=_("選ぶ日"), help_text=_("「日を選ぶ」のときだけ使います。"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "day" not in cleaned or "own" not in cleaned:
            return cleaned
        today = timezone.localdate()
        cleaned["on"] = rules.chosen_day(rules.Day(cleaned["day"]), cleaned["own"], today)
        if problem := rules.why_not_day(cleaned["on"], today):
            self.add_error("own", _sentence(problem))
        return cleaned


class StepForm(DayForm):
    """One sentence, a day, perhaps when and where, and whom it is for."""

    text = WordsField(
        label=_("次の一歩"),
        help_text=_("一文で。小さくて大丈夫です。200字まで。"),
        widget=CountedTextarea(attrs={"maxlength": rules.LONGEST_STEP, "rows": 2}),
    )
    when_where = LineField(
        label=_("いつ、どこで"),
        help_text=_("「朝の電車で」のように決めておくと、思い出しやすくなります。"),
        required=False,
    )
    person = RowField(kind="person", label=_("だれのための一歩ですか"), widget=ChoiceCards)

    field_order = ("text", "person", "day", "own", "when_where")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(person.pk, person.profile.called_name) for person in people]
        self.fields["person"].offer((ONESELF, _("自分のために")), names)
        self.fields["person"].initial = ONESELF
        self.fields["text"].error_messages["required"] = _sentence(rules.NoStep.NO_WORDS)

    def clean_text(self) -> str:
        text = " ".join(clean_words(self.cleaned_data["text"]).split())
        if problem := rules.why_not_words(text):
            raise forms.ValidationError(_sentence(problem))
        return text

    def clean_when_where(self) -> str:
        words = " ".join(clean_words(self.cleaned_data["when_where"]).split())
        if len(words) > rules.LONGEST_WHEN_WHERE:
            raise forms.ValidationError(_sentence(rules.NoStep.WHEN_WHERE_LONG))
        return words

    def proposal(self) -> dict[str, str | date | int | None]:
        """What the flow asks for."""
        cleaned = self.cleaned_data
        return {
            "text": cleaned["text"],
            "when_where": cleaned["when_where"],
            "on": cleaned["on"],
            "person_id": cleaned["person"],
        }
