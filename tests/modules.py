"""The product's modules by layer, whichever chapter they stand in (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.conf import settings

APPS = ("members", "events", "feedback")


def of_layer(layer: str, *apps: str) -> Iterator[ModuleType]:
    """Import every module of this layer: `members/mail/views.py` and each file of `members/mail/views/`."""
    for app in apps or APPS:
        folder = Path(settings.BASE_DIR, app)
        for file in sorted([*folder.glob(f"*/{layer}.py"), *folder.glob(f"*/{layer}/[!_]*.py")]):
            yield import_module(".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts))
