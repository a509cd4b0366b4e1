"""The form of when a draft is to be published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.event.rules.event import why_not_publish_at
from events.hosting import refusals
from events.hosting.queries import hosting as queries
from events.models import Event
from kouryu.fields import MomentField


class PublishLaterForm(forms.Form):
    """One moment, judged by the rule that the flow asks too."""

    publish_at = MomentField(
        label=_("公開する日時"), help_text=_("日本時間です。そのときに準備ができていないと、メールでお知らせします。")
    )

    def __init__(self, *args: Any, event: Event, now: datetime, **kwargs: Any) -> None:
        self.event, self.now = event, now
        super().__init__(*args, **kwargs)

    def clean_publish_at(self) -> datetime:
        at = self.cleaned_data["publish_at"]
        plan, facts = queries.plan_of(self.event), queries.event_facts_of(self.event)
        if reason := why_not_publish_at(at, plan, facts, now=self.now):
            raise forms.ValidationError(refusals.explain(reason, event=self.event).sentence)
        return at
