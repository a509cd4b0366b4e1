"""A contact as it is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.ties import refusals
from feedback.ties.forms.short_note import ask_for
from feedback.ties.limits import CONTACTS
from feedback.ties.rules.contact import NoContact, why_not_offer
from kouryu.fields import LineField
from kouryu.numbers import with_numbers
from kouryu.words import clean_words


class ContactForm(forms.Form):
    """One line of one's own choosing."""

    text = LineField(
        label=_("わたしの連絡先"),
        help_text=with_numbers(
            _("メール、電話、名前など、渡してよいものをひとつ。%(most)s字まで。"), most=CONTACTS.words
        ),
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
