"""Template filters that read the snapshot of a report: `{% load cases %}`."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from feedback.letters.strengths import strengths
from members.texts.choices import TermKind, TextKind
from members.texts.rules.screening import ScreeningKind

register = template.Library()

FOUND = {
    **dict(TermKind.choices),
    ScreeningKind.SAME_TEXT: _("ほかの方にも同じことば"),
    ScreeningKind.TOO_LONG: _("長すぎる"),
}


@register.filter
def moment(text: str) -> datetime | None:
    """The time that a snapshot keeps as text, for `|date`."""
    return parse_datetime(text or "")


@register.filter
def strength_name(key: str) -> str:
    """The name of a strength; its key, should the vocabulary no longer know it."""
    return str(strengths().get(key, key))


@register.filter
def found_name(kind: str) -> str:
    """What the screening found in a held letter, in a moderator's words."""
    return str(FOUND.get(kind, kind))


@register.filter
def text_kind(kind: str) -> str:
    """Where a text stands that many read."""
    return str(dict(TextKind.choices).get(kind, kind))


@register.filter
def age(since: datetime) -> str:
    """How long something has waited, in its largest unit only."""
    return timesince(since, depth=1)
