"""The numbers that Stripe publishes for practising, and what a card with each of them does."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class PracticeCard:
    """How a test card behaves."""

    number: str
    brand: str = "visa"
    declined: str = ""  # the bank's reason, at every charge
    asks_at_setup: bool = False  # 3-D Secure while the holder is there
    asks_always: bool = False  # 3-D Secure at every charge, whoever is there
    disputed: bool = False  # the holder objects to each charge

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def asks(self) -> bool:
        """Whether a charge asks for 3-D Secure while the holder is there."""
        return self.asks_at_setup or self.asks_always


CARDS = {
    card.number: card
    for card in [
        PracticeCard("4242424242424242"),
        PracticeCard("5555555555554444", brand="mastercard"),
        PracticeCard("3566002020360505", brand="jcb"),
        PracticeCard("4000000000000002", declined="generic_decline"),
        PracticeCard("4000000000009995", declined="insufficient_funds"),
        PracticeCard("4000000000000341", declined="generic_decline"),  # is attached, and refuses what is charged later
        PracticeCard("4000002500003155", asks_at_setup=True),
        PracticeCard("4000002760003184", asks_always=True),
        PracticeCard("4000000000000259", disputed=True),
    ]
}
IS_ATTACHED = {"4000000000000341"}  # although it is declined: for failures after the first payment


def card_with(typed: str) -> PracticeCard | None:
    """The test card with this number, with or without blanks; None for any other number, which is never kept."""
    return CARDS.get(re.sub(r"[\s-]", "", typed))
