"""Reads about contacts that two tied members give each other."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.models import Tie
from feedback.ties.rules.contact import shown_of_other
from members.models import User


@dataclass(frozen=True)
class ContactExchange:
    """What one of the two may know: their own offer, and the other's once both have offered."""

    own: str | None
    others: str | None


def exchange(tie: Tie, member: User) -> ContactExchange:
    """One query, whether the other one offered or not."""
    offers = tie.contact_offers.filter(offered_at__gte=tie.formed_at)
    texts = dict(offers.values_list("holder_id", "text"))
    own = texts.get(member.pk)
    return ContactExchange(own, shown_of_other(own, texts.get(tie.other_id(member))))
