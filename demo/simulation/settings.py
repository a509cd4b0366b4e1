"""The site's settings, but for the database and everything that would reach somebody."""

from kouryu.settings import *  # noqa: F403 - a variant of all of them
from kouryu.settings import DATA_DIR

PRODUCTION = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(DATA_DIR / "simulation.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            # Nothing has to survive a power cut. The journal stays, in memory: without one a refusal could not roll
            # back what its transaction had written.
            "init_command": (
                "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; "
                "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-200000;"
            ),
        },
    }
}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # mails are written, claimed and sent to nobody
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
