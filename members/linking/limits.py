"""The numbers of signing in with the service's own accounts, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ServiceLimits:
    """What the service says of its own accounts."""

    farthest: timedelta = timedelta(days=400)  # days that one answer gives; more is a slip, and the next answer adds
    known_for: timedelta = timedelta(minutes=10)  # where its pages are, so that not each sign-in asks


SERVICE = ServiceLimits()
