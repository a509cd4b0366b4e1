"""The numbers of affinity groups, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AffinityLimits:
    """Naming groups that members put themselves into."""

    open_at_once: int = 20  # groups: about what a member reads through in one go
    name: int = 30  # characters
    purpose: int = 120  # characters of the sentence below the name


AFFINITY = AffinityLimits()
