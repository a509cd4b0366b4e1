"""A turning point as it is written down, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback import refusals
from feedback.rules.turning_point import LONGEST_WORDS, why_not_keep
from kouryu.fields import LineField, MonthField, WordsField
from kouryu.rows import RowField
from kouryu.widgets import CountedTextarea
from kouryu.words import clean_words
from members.models import User

FIELD_OF = {"turning-words-long": "words", "turning-month-ahead": "month", "turning-month-early": "month"}


class TurningPointForm(forms.Form):
    """A title, a month, and words for oneself."""

    title = LineField(label=_("何が変わりましたか"), help_text=_("ひとことで。80字まで。"), required=False)
    month = MonthField(label=_("いつごろ"), error_messages={"required": _("年と月を選んでください。")})
    words = WordsField(
        label=_("書きとめておきたいこと"),
        help_text=_("あなただけが読みます。2000字まで。"),
        required=False,
        widget=CountedTextarea(attrs={"maxlength": LONGEST_WORDS, "rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "month" not in values or "title" not in values or "words" not in values:
            return values
        title, words = " ".join(clean_words(values["title"]).split()), clean_words(values["words"])
        if problem := why_not_keep(title, words, values["month"], timezone.localdate()):
            self.add_error(FIELD_OF.get(problem, "title"), refusals.explain(problem).sentence)
        return values


class PersonForm(forms.Form):
    """One of the people met."""

    person = RowField(
        kind="person",
        label=_("だれの名前を添えたいですか"),
        error_messages={
            "required": _("ひとり選んでください。"),
            "invalid_choice": _("一覧から、ひとり選んでください。"),
        },
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(person.pk, _("%(name)sさん") % {"name": person.called_name}) for person in people]
        self.fields["person"].offer(("", "—"), names)
