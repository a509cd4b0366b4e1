"""What one member may see of another: the one place that decides about each fact of a profile.

    {% with seen=letter.giver|card:user %}{{ seen.called_name }}, {{ seen.industry }}{% endwith %}

Templates get cards and never read the profile of another person (docs/decisions/0050). Who sees which fact is its
holder's choice (docs/decisions/0065). How near two members are is known to the apps above: they say it by
`declare_circle`, and nobody is near until they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from kouryu import references
from members.accounts.choices import Audience
from members.accounts.models import Profile, User
from members.accounts.taxonomies import Entry, JoinReason, exchange_topics, industries, join_reasons

Named = TypeVar("Named")


@dataclass(frozen=True)
class CardFact:
    """A fact whose holder chooses who sees it: the widest audience that may be chosen, and the one without a choice."""

    label: Promise
    widest: Audience
    default: Audience

    @property
    def choices(self) -> list[tuple[str, Promise]]:
        return [(one.value, one.label) for one in Audience if self.widest.reaches(one)]


# Industry: as it always was. The occupation was never shown. What is new begins among those whom one has met; why one
# joined with consent alone.
FACTS: dict[str, CardFact] = {
    "industry": CardFact(_("業界"), Audience.MEMBERS, Audience.MEMBERS),
    "occupation": CardFact(_("職種"), Audience.MEMBERS, Audience.NOBODY),
    "join_reasons": CardFact(_("入会のきっかけ"), Audience.GROUP, Audience.NOBODY),
    "name_reading": CardFact(_("呼び名の読みかた"), Audience.MEMBERS, Audience.GROUP),
    "past_industries": CardFact(_("これまでの業界"), Audience.MEMBERS, Audience.GROUP),
    "gives": CardFact(_("力になれること"), Audience.MEMBERS, Audience.GROUP),
    "asks": CardFact(_("教えてほしいこと"), Audience.MEMBERS, Audience.GROUP),
    "links": CardFact(_("リンク"), Audience.TIES, Audience.TIES),
}


def audience_of(profile: Profile, fact: str) -> Audience:
    """Who sees this fact: as its holder chose, and never more than may be chosen."""
    rule, chosen = FACTS[fact], profile.visibility.get(fact)
    if chosen not in Audience.values or not rule.widest.reaches(Audience(chosen)):
        return rule.default
    return Audience(chosen)


class ProfileCard:
    """A person as somebody else sees them. A card reads as the called name.

    What is not named here nobody sees but its holder: the rest of the work, the place, themes, wishes for evenings.
    Themes bring people together in groups, where only those who share one are told of it (`events/groups/queries.py`).
    Each fact is decided about when it is read: pages that show names ask for no more.
    """

    def __init__(self, person: User, *, belongs_to: Callable[[Audience], bool]) -> None:
        self.pk = person.pk
        self._person = person
        self._profile = person.profile
        self._belongs_to = belongs_to

    def __str__(self) -> str:
        return self.called_name

    @property
    def reference(self) -> str:
        """By what pages and addresses name this person, as `User.reference`."""
        return references.reference_to("person", self.pk)

    @cached_property
    def called_name(self) -> str:
        """Empty until told, and to visitors; one word for all whose account went, of whom nothing else is left."""
        return self._person.called_name if self._belongs_to(Audience.MEMBERS) else ""

    @cached_property
    def name_reading(self) -> str:
        return self._profile.name_reading if self.shows("name_reading") else ""

    @property
    def shows_industry(self) -> bool:
        """Whether an industry that was kept beside words of this person may be read."""
        return self._belongs_to(audience_of(self._profile, "industry"))

    @cached_property
    def industry(self) -> Entry | None:
        """None for who told none."""
        return self._profile.industry_entry if self.shows("industry") else None

    @property
    def below_name(self) -> list[str]:
        """The lines below the name, wherever this person is shown: the industry, for those who see it."""
        return [str(self.industry)] if self.industry else []

    @cached_property
    def occupation(self) -> Entry | None:
        return self._profile.occupation_entry if self.shows("occupation") else None

    @cached_property
    def past_industries(self) -> list[Entry]:
        return self._entries("past_industries", industries())

    @cached_property
    def gives(self) -> list[Entry]:
        """What they give a hand with."""
        return self._entries("gives", exchange_topics())

    @cached_property
    def asks(self) -> list[Entry]:
        """What they would like to be told about."""
        return self._entries("asks", exchange_topics())

    @cached_property
    def join_reasons(self) -> list[JoinReason]:
        return self._entries("join_reasons", join_reasons())

    @cached_property
    def joined_because(self) -> str:
        """Why they joined, in own words, for those who see the reasons."""
        sees = self._belongs_to(audience_of(self._profile, "join_reasons"))
        return self._profile.joined_because if sees else ""

    @cached_property
    def links(self) -> list[str]:
        return self._profile.links.splitlines() if self.shows("links") else []

    @property
    def tells_more(self) -> bool:
        """Whether anything but name, reading and industry is to be read."""
        lists = (self.join_reasons, self.past_industries, self.gives, self.asks, self.links)
        return any(lists) or bool(self.joined_because or self.occupation)

    def shows(self, fact: str) -> bool:
        """Whether the reader belongs to the audience of this fact. Nobody is asked about one that is not told."""
        return bool(getattr(self._profile, fact)) and self._belongs_to(audience_of(self._profile, fact))

    def _entries(self, fact: str, entries: dict[str, Named]) -> list[Named]:
        told = getattr(self._profile, fact) if self.shows(fact) else []
        return [entries[key] for key in told if key in entries]


def card_of(person: User, *, viewer: User | AnonymousUser) -> ProfileCard:
    """`person` as `viewer` sees them. Whether they may see them at all has been asked before.

    Everybody sees themselves as those see them to whom they are tied. A visitor sees of nobody more than that there is
    somebody.
    """
    return ProfileCard(person, belongs_to=lambda audience: _belongs(viewer, person, audience))


def card_for(audience: Audience, person: User) -> ProfileCard:
    """`person` as the members of this audience see them who stand no nearer."""
    return ProfileCard(person, belongs_to=lambda asked: asked != Audience.NOBODY and asked.reaches(audience))


def cards_of(people: Iterable[User], *, viewer: User) -> list[ProfileCard]:
    """These people as `viewer` sees them, in their order."""
    return [card_of(person, viewer=viewer) for person in people]


# --- how near two members are

Circle = Callable[[User], frozenset[int]]  # the ids of those who stand so near to a member
_CIRCLES: dict[Audience, Circle] = {}


def declare_circle(audience: Audience, circle: Circle) -> None:
    """Say who belongs to an audience; an app does when it is ready."""
    _CIRCLES[audience] = circle


def _belongs(viewer: User | AnonymousUser, person: User, audience: Audience) -> bool:
    if not viewer.is_authenticated or audience == Audience.NOBODY:
        return False
    if audience == Audience.MEMBERS or viewer.pk == person.pk:
        return True
    nearer = [one for one in (Audience.GROUP, Audience.TIES) if audience.reaches(one)]
    return any(person.pk in _people_near(viewer, one) for one in nearer)


def _people_near(viewer: User, audience: Audience) -> frozenset[int]:
    """Who stands so near to `viewer`: one question for all cards of a page, since a session's user lives no longer."""
    if audience not in _CIRCLES:
        return frozenset()
    if viewer.standing is None:
        return _CIRCLES[audience](viewer)
    if viewer.circles is None:
        viewer.circles = {}
    if audience not in viewer.circles:
        viewer.circles[audience] = _CIRCLES[audience](viewer)
    return viewer.circles[audience]
