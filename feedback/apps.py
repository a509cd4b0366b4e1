"""The feedback app: what people say to and about each other after meeting."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("ことばと縁")

    def ready(self) -> None:
        from events.evening.signals import attendance_corrected
        from feedback.ties.queries.tie import people_tied
        from members.accounts.card import declare_circle
        from members.accounts.choices import Audience

        declare_circle(Audience.TIES, people_tied)
        attendance_corrected.connect(_trace_again, dispatch_uid="trace-evening-again")


def _trace_again(event_id: int, **_: Any) -> None:
    from feedback.ties.flows.network import trace_again

    trace_again(event_id=event_id)
