"""Forms that change only what their sender changed, however old the page is."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString


class ChangesOnlyWhatDiffers(forms.BaseForm):
    """Carries along what the page showed, in the hidden input `shown`; put it first among the bases.

    What was sent as it was shown keeps the value stored meanwhile, in another tab or by a link in a mail. Of several
    choices each counts by itself. `initial` is what is stored now; the template draws `form.shown` within its form.
    A page without it, or with one that is not ours, is taken at its word.
    """

    @property
    def shown(self) -> SafeString:
        """The hidden input; a form that comes back with its errors keeps what its first page showed."""
        return format_html('<input type="hidden" name="shown" value="{}">', self.shown_values)

    @property
    def shown_values(self) -> str:
        if self.is_bound:
            return self.data.get("shown", "")
        return json.dumps({name: self._stored(name) for name in self.fields}, default=str)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        shown = _read(self.shown_values)
        for name in shown.keys() & answers.keys():
            answers[name] = _merged(shown[name], answers[name], self._stored(name))
        return answers

    def _stored(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)


def _read(text: str) -> dict[str, Any]:
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return shown if isinstance(shown, dict) else {}


def _merged(shown: Any, sent: Any, stored: Any) -> Any:
    """What is to be stored."""
    if not isinstance(shown, list) or not isinstance(sent, list):
        return stored if sent == shown else sent
    kept = [choice for choice in stored if choice in sent or choice not in shown]
    return kept + [choice for choice in sent if choice not in shown and choice not in kept]
