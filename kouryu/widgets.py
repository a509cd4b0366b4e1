"""How are choices and long texts entered? Django's widgets in our markup (templates/kouryu/widgets/)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from kouryu.words import clean_words, plain_lines


class _Hinted:
    """Choices that may each carry one line of explanation: `hints` maps a stored value to it."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, hints: Mapping[str, Any] | None = None) -> None:
        self.hints = dict(hints or {})
        super().__init__(attrs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class ChoiceCards(_Hinted, forms.RadioSelect):
    """Three to seven answers, of which one is chosen, as cards."""

    template_name = "kouryu/widgets/choice_cards.html"


class MultiChoiceCards(_Hinted, forms.CheckboxSelectMultiple):
    """Choice cards for several answers. `attrs={"data-max": 5}` greys the rest once five are chosen."""

    template_name = "kouryu/widgets/choice_cards.html"


class ChoicePills(forms.CheckboxSelectMultiple):
    """Short answers in a row, several may be chosen: filters, industries, time bands."""

    template_name = "kouryu/widgets/choice_pills.html"


class PillChoice(forms.RadioSelect):
    """Short answers in a row, one may be chosen."""

    template_name = "kouryu/widgets/choice_pills.html"


class CountedTextarea(forms.Textarea):
    """A text of limited length that tells how much of it is used.

    The limit is not given to the browser: it would cut pasted text without a word. The form says what is too
    long, and everything typed is still there.
    """

    template_name = "kouryu/widgets/counted_textarea.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return plain_lines(value) if isinstance(value, str) else value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["limit"] = widget["attrs"].pop("maxlength", None)
        widget["used"] = len(clean_words(widget["value"] or ""))
        return context
