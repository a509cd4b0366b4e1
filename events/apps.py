"""The events app: what happens when, who may come, who sits with whom, who was there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("会")
