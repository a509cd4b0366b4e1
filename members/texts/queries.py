"""Reads about texts that wait to be read by a moderator."""

from __future__ import annotations

from members.models import JudgedText, User
from members.texts.choices import TextState


def texts_waiting(writer: User, about: int) -> bool:
    """Whether something that this member wrote about this event waits for a moderator."""
    return JudgedText.objects.filter(writer=writer, about=about, state=TextState.HELD).exists()
