"""What the people of the demo tell others of themselves, and why they joined: alike in each run."""

from __future__ import annotations

from random import Random

from demo.cast import CastMember
from members.accounts.taxonomies import exchange_topics, join_reasons
from members.entrance.flows import CardFacts

TELLS = 0.8  # of the people tell what they help with and ask about
SHOWS_REASON = 0.6


def topics_of(person: CastMember) -> tuple[list[str], list[str]]:
    """What this person helps with, and what they ask about; nothing of both for those who told nothing."""
    dice = Random(f"topics/{person.name}/{person.industry}")
    if dice.random() > TELLS:
        return [], []
    topics = dice.sample(sorted(exchange_topics()), 5)
    return topics[: dice.randint(1, 3)], topics[3 : 3 + dice.randint(1, 2)]


def card_facts_of(person: CastMember) -> CardFacts:
    """The same as it is kept, with an industry before the present one for some."""
    dice = Random(f"past/{person.name}/{person.industry}")
    gives, asks = topics_of(person)
    past = [dice.choice("EGIJLPR")] if dice.random() < 0.4 else []
    return CardFacts(past_industries=[code for code in past if code != person.industry], gives=gives, asks=asks)


def reason_of(person: CastMember) -> tuple[list[str], bool]:
    """Why this person joined, and whether their groups read it."""
    dice = Random(f"reason/{person.name}/{person.industry}")
    return [dice.choice(sorted(join_reasons()))], dice.random() < SHOWS_REASON
