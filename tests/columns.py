"""Comparing rows that were read in two ways."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def columns(row: Model) -> dict[str, Any]:
    """Every column of a row, by name."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
