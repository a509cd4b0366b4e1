"""The site's settings in tests: development, which has to be asked for before they are read."""

import os

os.environ.setdefault("KOURYU_ENV", "development")
os.environ["DJANGO_SETTINGS_MODULE"] = "kouryu.settings"  # for the programs that tests start

from kouryu.settings import *  # noqa: F403 - after what they read

# Each test client sets the middleware up anew: without a list of all static files that takes 1 ms instead of 12.
WHITENOISE_AUTOREFRESH = True
# Half a second of CPU for each password that is set or typed, and its 100 MB, are for thieves.
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
# Made from the models, not by all migrations: half a second for each process of tests instead of four
# (tests/kouryu/test_migrations.py holds the one to the other).
DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False  # noqa: F405 - see above
