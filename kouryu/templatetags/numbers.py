"""Numbers of the chapters in templates, in the reader's language.

`{% blocktranslate with within="feedback.letters.LETTERS.within"|limit|days %}…{{ within }}…{% endblocktranslate %}`
"""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from typing import Any

from django import template

from kouryu import numbers

register = template.Library()

for say in (
    "spelled",
    "kanji",
    "times",
    "grouped",
    "people",
    "minutes",
    "hours",
    "days",
    "spelled_people",
    "spelled_minutes",
    "spelled_hours",
    "spelled_days",
    "spelled_weeks",
    "spelled_length",
    "hour",
    "hour_of_day",
):
    register.filter(say, getattr(numbers, say))


@register.filter
def limit(name: str) -> Any:
    """The number of this name: `feedback.letters.LETTERS.within` is LETTERS.within of feedback/letters/limits.py."""
    app, chapter, *names = name.split(".")
    return reduce(getattr, names, import_module(f"{app}.{chapter}.limits"))
