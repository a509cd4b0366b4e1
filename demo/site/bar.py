"""The bar on every page of a demo: the button that starts an evening at once, the code that the staff's app shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from demo import staff_app
from demo.models import Playable
from events.event.choices import EventState
from events.models import Event

register = template.Library()
ASKING_FOR_A_CODE = {"mfa_authenticate", "mfa_reauthenticate"}


@register.inclusion_tag("demo/bar.html", takes_context=True)
def demo_bar(context: Context) -> dict[str, Any]:
    """Say on the page of a waiting playable evening that it can be started, and on its desk offer the button; show the
    code of the staff's app where one is asked for.
    """
    event, view = context.get("event"), _view_of(context)
    if view in ASKING_FOR_A_CODE:
        return {"code": staff_app.code_at(timezone.now())}
    if view not in {"events:event", "events:desk"} or not _can_be_started(event):
        return {}
    is_host = Event.objects.hosted_by(context["request"].user).filter(pk=event.pk).exists()
    return {"event": event, "has_button": view == "events:desk" and is_host, "is_announced": view == "events:event"}


def _view_of(context: Context) -> str:
    """The name of the page's view; empty where no address led to it."""
    match = getattr(context.get("request"), "resolver_match", None)
    return match.view_name if match else ""


def _can_be_started(event: object) -> bool:
    if not isinstance(event, Event) or event.state != EventState.PUBLISHED or event.starts_at <= timezone.now():
        return False
    return Playable.objects.filter(event=event).exists()
