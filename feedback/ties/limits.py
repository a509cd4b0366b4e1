"""How long what two members agree on lasts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from feedback.ties.choices import TalkKind


def length_of(kind: str) -> timedelta:
    """How long a time for two takes."""
    return settings.TALK_FOR if kind == TalkKind.TALK else settings.LUNCH_FOR
