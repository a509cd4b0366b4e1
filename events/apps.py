"""The events app: what happens when, who may come, who sits with whom, who was there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("会")

    def ready(self) -> None:
        from events.groups.queries import people_met
        from events.registration.queries.registration import offers_since
        from members.accounts.card import declare_circle
        from members.accounts.choices import Audience
        from members.accounts.news import declare_news

        declare_circle(Audience.GROUP, people_met)
        declare_news("offers", offers_since)
