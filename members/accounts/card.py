"""What one member may see of another: the one place that decides about each fact of a profile.

    {% with seen=letter.giver|card:user %}{{ seen.called_name }}, {{ seen.industry }}{% endwith %}

Templates get cards and never read the profile of another person (docs/decisions/0050).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from kouryu import references
from members.accounts.models import User
from members.accounts.taxonomies import Entry


@dataclass(frozen=True)
class ProfileCard:
    """A person as somebody else sees them. A card reads as the called name.

    What is not named here nobody sees but its holder: the rest of the work, the place, themes, wishes for evenings.
    Themes bring people together in groups, where only those who share one are told of it (`events/groups/queries.py`).
    """

    pk: int
    called_name: str  # empty until told
    industry: Entry | None  # None for who told none

    def __str__(self) -> str:
        return self.called_name

    @property
    def reference(self) -> str:
        """By what pages and addresses name this person, as `User.reference`."""
        return references.reference_to("person", self.pk)


def card_of(person: User, *, viewer: User | AnonymousUser) -> ProfileCard:
    """`person` as `viewer` sees them. Whether they may see them at all has been asked before.

    Called name and industry: everybody who has an account, themselves as they are seen. A visitor sees of nobody more
    than that there is somebody.
    """
    if not viewer.is_authenticated:
        return ProfileCard(person.pk, "", None)
    return ProfileCard(person.pk, person.profile.called_name, person.profile.industry_entry)


def cards_of(people: Iterable[User], *, viewer: User) -> list[ProfileCard]:
    """These people as `viewer` sees them, in their order."""
    return [card_of(person, viewer=viewer) for person in people]
