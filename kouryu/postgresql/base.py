"""What Django loads as the database's engine: its own backend with connections that notice silence."""

from __future__ import annotations

from django.db.backends.postgresql import base

from kouryu.postgresql import driver


class DatabaseWrapper(base.DatabaseWrapper):
    Database = driver
