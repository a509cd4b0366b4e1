"""The rule about putting a phrase on the list of the screening."""

from __future__ import annotations

from enum import StrEnum


class NoTerm(StrEnum):
    """Why a phrase is not switched on."""

    SECOND_PERSON = "term-second-person"
