"""What happens when a host keeps an event as a template?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events import queries
from events.models import Event, EventTemplate
from events.rules.template import frozen, why_not_keep
from kouryu.refusal import Refused
from members import audit
from members.models import User


@transaction.atomic
def keep_as_template(*, event_id: int, name: str, by: User, now: datetime) -> EventTemplate:
    """Keep what stands in an event today, without its dates and people, for `by` alone. Later changes of the event
    do not reach it. Refuses what `why_not_keep` says.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two clicks must not pass the limit together
    if reason := why_not_keep(kept=by.event_templates.count()):
        raise Refused(reason)
    plan = queries.plan_of(Event.objects.get(pk=event_id))
    template = EventTemplate.objects.create(owner=by, name=name, plan=frozen(plan), kept_at=now)
    audit.record("template.keep", template, by=by, now=now)
    return template
