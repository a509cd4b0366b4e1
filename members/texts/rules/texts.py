"""What is looked for in a text that many read, and what becomes of it when something is found."""

from __future__ import annotations

from enum import StrEnum

from members.texts.choices import TextKind
from members.texts.rules.screening import ScreeningKind

# A letter speaks of its receiver. Somebody's own age, family or look is theirs to tell ("介護と仕事の両立"), and an
# evening may be for people of one age.
_OF_ONESELF = frozenset({ScreeningKind.LOOKS, ScreeningKind.AGE, ScreeningKind.FAMILY, ScreeningKind.COMPARISON})
# What a place is for: its telephone and its house number help to find it.
_OF_A_PLACE = _OF_ONESELF | {ScreeningKind.CONTACT, ScreeningKind.COMPANY, ScreeningKind.PUT_DOWN}

# Addresses are what it is for; names of sites and companies are parts of them.
_OF_LINKS = _OF_ONESELF | {ScreeningKind.CONTACT, ScreeningKind.LINK, ScreeningKind.COMPANY}


class NoText(StrEnum):
    """Why a text is refused as it is."""

    HIDDEN = "text-hidden"


def spared_in(kind: TextKind) -> frozenset[ScreeningKind]:
    """What is not counted in a text of this kind."""
    return {TextKind.PLACE: _OF_A_PLACE, TextKind.LINKS: _OF_LINKS}.get(kind, _OF_ONESELF)
