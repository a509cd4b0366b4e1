"""What did I choose about the people of an evening? `{% load ties %}`, only ever for the reader's own page."""

from __future__ import annotations

from django import template

from events.models import Event
from feedback import ties
from members.models import User

register = template.Library()


@register.simple_tag
def my_choices(event: Event, reader: User) -> dict[int, str]:
    """What `reader` chose after this evening, in words, by the person's id. One query for any number of people."""
    return ties.my_choices(reader, event)


@register.filter
def about(choices: dict[int, str], person: User) -> str:
    """The choice about this person; empty for none."""
    return choices.get(person.pk, "")
