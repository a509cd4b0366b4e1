"""Why a suspension ends before its time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import WordsField
from kouryu.widgets import CountedTextarea
from members.standing import refusals
from members.standing.limits import REASONS
from members.standing.rules import NoSuspension


class LiftForm(forms.Form):
    """One reason; how long it must be is the flow's matter."""

    reason = WordsField(
        label=_("再開する理由"),
        help_text=_("事実と根拠を書きます。開示を求められることがあります。"),
        max_length=REASONS.at_most,
        widget=CountedTextarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = refusals.explain(NoSuspension.LIFT_UNEXPLAINED).sentence
