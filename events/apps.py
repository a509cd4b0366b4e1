"""The events app: what happens when, who may come, who sits with whom, who was there."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "events"
