"""The feedback app: what people say to and about each other after meeting."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "feedback"
