"""The rules of affinity groups: which may be named, and which still takes somebody in."""

from __future__ import annotations

from enum import StrEnum


class NoAffinity(StrEnum):
    """Why a group is not named, or takes nobody in."""

    TOO_MANY = "affinity-too-many"
    NAMED_ALREADY = "affinity-named-already"
    RETIRED = "affinity-retired"
