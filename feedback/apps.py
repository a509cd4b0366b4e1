"""The feedback app: what people say to and about each other after meeting."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("ことばと縁")

    def ready(self) -> None:
        from events.evening.signals import attendance_corrected
        from feedback.letters.queries.letter import letters_since, thanks_since
        from feedback.ties.queries.introduction import introductions_since
        from feedback.ties.queries.tie import people_tied, ties_since
        from members.accounts.card import declare_circle
        from members.accounts.choices import Audience
        from members.accounts.news import declare_news

        declare_circle(Audience.TIES, people_tied)
        declare_news("letters", letters_since)
        declare_news("thanks", thanks_since)
        declare_news("ties", ties_since)
        declare_news("introductions", introductions_since)
        attendance_corrected.connect(_trace_again, dispatch_uid="trace-evening-again")


def _trace_again(event_id: int, **_: Any) -> None:
    from feedback.ties.flows.network import trace_again

    trace_again(event_id=event_id)
