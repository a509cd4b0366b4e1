"""A contact as it is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.ties import refusals
from feedback.ties.forms.short_note import ask_for
from feedback.ties.rules.contact import NoContact, why_not_offer
from kouryu.fields import LineField
from kouryu.words import clean_words


class ContactForm(forms.Form):
    """One line of one's own choosing."""

    text = LineField(
        label=_("わたしの連絡先"),
        help_text=_("メール、電話、名前など、渡してよいものをひとつ。200字まで。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self.fields["text"], NoContact.EMPTY)

    def clean_text(self) -> str:
        text = " ".join(clean_words(self.cleaned_data["text"]).split())
        reason: NoContact | None = why_not_offer(text)
        if reason:
            raise forms.ValidationError(refusals.explain(reason).sentence)
        return text
