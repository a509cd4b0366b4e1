"""How words, days, months and moments are typed in: one field for each, for every form of the site."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from kouryu.words import clean_line, clean_words, has_towers, without_unseen

# Nobody's life or plan lies outside of these. A half-typed year (0027) is no year, and neither end of the calendar can
# be moved by a day or a time zone without an error.
LEAST_YEAR, GREATEST_YEAR = 1900, 2199
LOCAL = "%Y-%m-%dT%H:%M"
DAY = "%Y-%m-%d"
MONTH = "%Y-%m"

# For `error_messages`: how long it may be, and how long it is.
TOO_LONG = {"max_length": _("%(limit_value)d字までにしてください（いまは%(show_value)d字です）。")}

_YEAR = _("年を確かめてください。「2026」のように、西暦の4けたで入れてください。")
_DAY = _("その日は、こよみにありません。「2026-11-30」のように、年・月・日で入れてください。")
_MOMENT = _("その日時は、こよみにありません。「2026-11-30T19:00」のように、年・月・日と時刻で入れてください。")


class _WithinTheCalendar:
    """A temporal field of Django whose year must be one that somebody can mean."""

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found is not None and not LEAST_YEAR <= found.year <= GREATEST_YEAR:
            raise ValidationError(_YEAR, code="year")
        return found


class MomentField(_WithinTheCalendar, forms.DateTimeField):
    """A moment in Japanese time, to the minute."""

    default_error_messages: ClassVar = {"invalid": _MOMENT}

    def __init__(self, **kwargs: Any) -> None:
        ends = {"min": f"{LEAST_YEAR}-01-01T00:00", "max": f"{GREATEST_YEAR}-12-31T23:59"}
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", **ends}, format=LOCAL)
        super().__init__(**{"widget": widget, "input_formats": [LOCAL], **kwargs})


class DayField(_WithinTheCalendar, forms.DateField):
    """A day."""

    default_error_messages: ClassVar = {"invalid": _DAY}

    def __init__(self, **kwargs: Any) -> None:
        ends = {"min": f"{LEAST_YEAR}-01-01", "max": f"{GREATEST_YEAR}-12-31"}
        widget = forms.DateInput(attrs={"type": "date", **ends}, format=DAY)
        super().__init__(**{"widget": widget, "input_formats": [DAY], **kwargs})


class MonthField(_WithinTheCalendar, forms.DateField):
    """A month, as its first day."""

    default_error_messages: ClassVar = {"invalid": _("「2026-11」のように、年と月で書いてください。")}

    def __init__(self, **kwargs: Any) -> None:
        ends = {"min": f"{LEAST_YEAR}-01", "max": f"{GREATEST_YEAR}-12", "placeholder": "2026-11"}
        widget = forms.DateInput(attrs={"type": "month", **ends}, format=MONTH)
        super().__init__(**{"widget": widget, "input_formats": [MONTH], **kwargs})


_no_nul = ProhibitNullCharactersValidator()
_UNSEEN = _("目に見えない文字が入っています。消してから、もう一度お試しください。")


class _CountedFirst:
    """A text that is too long is told so, and nothing else reads it: rules of words may take long over a whole book."""

    def run_validators(self, value: str) -> None:
        try:
            if self.max_length is not None:
                MaxLengthValidator(self.max_length)(value)
        except ValidationError as too_long:
            too_long.message = self.error_messages.get("max_length", too_long.message)
            raise
        super().run_validators(value)


class WordsField(_CountedFirst, forms.CharField):
    """A text of several lines, cleaned before it is counted."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        _no_nul(typed)
        return clean_words(typed)


class LineField(_CountedFirst, forms.CharField):
    """A text of one line, cleaned before it is counted."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        _no_nul(typed)
        return clean_line(typed)


class NameField(LineField):
    """The name of a person or an evening, for lists, subjects and calendars.

    Where nobody sees all that was typed it is refused, not mended: it would be another name.
    """

    def to_python(self, value: Any) -> str:
        typed = forms.CharField.to_python(self, value)
        if without_unseen(typed) != typed or has_towers(typed) or re.search(r"[\t\n\r\u2028\u2029]", typed):
            raise ValidationError(_UNSEEN, code="unreadable")
        return super().to_python(value)
