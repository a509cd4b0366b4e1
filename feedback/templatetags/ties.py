"""What did I choose about the people of an evening? `{% load ties %}`, only ever for the reader's own page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils import timezone

from events.models import Event
from feedback.letters.queries.encounter import Companion
from feedback.models import Tie
from feedback.ties.queries import tie as ties
from members.models import User

register = template.Library()


@register.simple_tag
def my_choices(event: Event, reader: User) -> dict[int, ties.Chosen]:
    """What `reader` chose after this evening, by the person's id. One query for any number of people."""
    return ties.my_choices(reader, event, timezone.now())


@register.filter
def about(choices: dict[int, ties.Chosen], person: User) -> ties.Chosen | None:
    """The choice about this person."""
    return choices.get(person.pk)


@register.filter
def are_all_locked(choices: dict[int, ties.Chosen], companions: Sequence[Companion]) -> bool:
    """Whether nobody is left about whom something could still be chosen."""
    chosen = [choices.get(companion.person.pk) for companion in companions]
    return all(one is not None and one.is_locked for one in chosen)


@register.filter
def is_tied_to(reader: User, person_id: int) -> bool:
    """Whether the reader's list of ties names this person. One query."""
    return Tie.objects.listed_between(reader, person_id).exists()
