"""Contacts: what somebody may offer, and when two people see each other's."""

from __future__ import annotations

from enum import StrEnum

from feedback.ties.limits import CONTACTS


class NoContact(StrEnum):
    """Why a contact is not kept."""

    EMPTY = "contact-empty"
    LONG = "contact-long"


def why_not_offer(text: str) -> NoContact | None:
    """Any words of one's own, up to 200 characters: an address, a number, a name somewhere."""
    if not text:
        return NoContact.EMPTY
    return NoContact.LONG if len(text) > CONTACTS.words else None


def shown_of_other(own: str | None, others: str | None) -> str | None:
    """What one sees of the other's contact: nothing at all until both offered theirs. None: not offered."""
    return others if own is not None else None
