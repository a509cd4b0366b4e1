"""The demo app: the made-up community and its year. Not installed in production."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
