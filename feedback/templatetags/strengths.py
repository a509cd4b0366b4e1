"""How do templates get from stored keys to words? `{% load strengths %}`."""

from __future__ import annotations

from django import template

from feedback.letters.strengths import Strength
from feedback.letters.strengths import strengths as all_strengths
from members.accounts.taxonomies import Entry, industries

register = template.Library()


@register.filter
def strength(key: str) -> Strength | None:
    """The strength with this key, or None for one that is no longer known."""
    return all_strengths().get(key)


@register.filter
def industry(code: str) -> Entry | None:
    """The division with this code, or None."""
    return industries().get(code)
