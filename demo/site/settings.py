"""The site's settings, and what makes it a demo. `bin/demo` starts every program with them."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from kouryu.settings import *  # noqa: F403 - a variant of all of them
from kouryu.settings import CELERY_BROKER_TRANSPORT_OPTIONS as BROKER
from kouryu.settings import INSTALLED_APPS as APPS
from kouryu.settings import PRODUCTION
from kouryu.settings import TEMPLATES as OF_THE_SITE

if PRODUCTION:
    raise ImproperlyConfigured("A demo is never a real site: start it with bin/demo.")

INSTALLED_APPS = [*APPS, "demo.site"]
ROOT_URLCONF = "demo.site.urls"
_pages = OF_THE_SITE[0]
TEMPLATES = [
    {
        **_pages,
        "DIRS": [Path(__file__).parent / "templates", *_pages["DIRS"]],  # before the site's: base.html extends its own
        "OPTIONS": {**_pages["OPTIONS"], "libraries": {"demo": "demo.site.bar"}},
    },
]
CELERY_IMPORTS = ["demo.site.tasks"]
# On a broker that others use too, it must take nobody else's wake-ups.
CELERY_BROKER_TRANSPORT_OPTIONS = {**BROKER, "global_keyprefix": "kouryu-demo:"}
