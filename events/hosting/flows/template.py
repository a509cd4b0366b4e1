"""Templates: keeping an event as one, renaming and deleting it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.hosting.queries import hosting as queries
from events.hosting.rules import frozen, why_not_keep
from events.models import Event, EventTemplate
from kouryu.refusal import Refused, get_or_gone
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User


@transaction.atomic
def keep_as_template(*, event_id: int, name: str, by: User, now: datetime) -> EventTemplate:
    """Keep what stands in an event today, without its dates and people, for `by` alone. Later changes of the event
    do not reach it. Refuses what `why_not_keep` says.
    """
    lock_member(by.pk)  # two clicks must not pass the limit together
    if reason := why_not_keep(kept=by.event_templates.count()):
        raise Refused(reason)
    plan = queries.plan_of(Event.objects.get(pk=event_id))
    template = EventTemplate.objects.create(owner=by, name=name, plan=frozen(plan), kept_at=now)
    audit.record("template.keep", template, by=by, now=now)
    return template


@transaction.atomic
def rename_template(*, template_id: int, name: str, by: User, now: datetime) -> EventTemplate:
    """Give a template of `by` another name; the same name again changes nothing."""
    template = get_or_gone(by.event_templates.select_for_update(no_key=True), pk=template_id)
    if template.name == name:
        return template
    template.name = name
    template.save(update_fields=["name"])
    audit.record("template.rename", template, by=by, now=now, fields=["name"])
    return template


@transaction.atomic
def delete_template(*, template_id: int, by: User, now: datetime) -> None:
    """Delete a template of `by`; the events that were made from it stay as they are."""
    template = get_or_gone(by.event_templates.select_for_update(), pk=template_id)
    audit.record("template.delete", template, by=by, now=now)
    template.delete()
