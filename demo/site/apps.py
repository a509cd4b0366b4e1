"""The app that only `bin/demo` installs, for its sweep and its stylesheet."""

from django.apps import AppConfig


class DemoSiteConfig(AppConfig):
    name = "demo.site"
    label = "demo_site"
