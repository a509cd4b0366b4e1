"""The rules of the entrance: what welcomes a new member."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

PLEDGE_VERSION = "2026-11"


class Step(StrEnum):
    """The welcome steps in their order; the values are what `Profile.steps_done` holds."""

    PLEDGE = "pledge"
    WORK = "work"
    THEMES = "themes"
    REASON = "reason"
    PREFERENCES = "preferences"
    STRENGTHS = "strengths"


NUMBERED = tuple(step for step in Step if step != Step.PLEDGE)


class LinkFault(StrEnum):
    """Why a line is no link that others may follow."""

    NOT_HTTPS = "link-not-https"
    NOT_AN_ADDRESS = "link-not-an-address"
    TOO_LONG = "link-too-long"


_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z]")
_PATH = re.compile(r"[^\s<>\"'`\\\x00-\x1f\x7f]*")


def why_not_link(line: str, *, longest: int) -> LinkFault | None:
    """The first reason, or None: an encrypted page of a site with a name in plain letters.

    No port, and nobody's name before the host: both lead elsewhere than a reader would think.
    """
    if len(line) > longest:
        return LinkFault.TOO_LONG
    scheme, mark, rest = line.partition("://")
    if not mark or scheme.lower() != "https":
        return LinkFault.NOT_HTTPS
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not _HOST.fullmatch(host.lower()) or not _PATH.fullmatch(rest[len(host) :]):
        return LinkFault.NOT_AN_ADDRESS
    return None


def next_undone(steps_done: Collection[str], *, after: str = "") -> Step | None:
    """The first step that was not saved yet, or None; of those behind the step `after`, if that is one."""
    steps = list(Step)
    behind = steps[steps.index(Step(after)) + 1 :] if after in steps else steps
    return next((step for step in behind if step.value not in steps_done), None)


def is_consistent(industry: str, group: str, parents: Mapping[str, str]) -> bool:
    """Does the major group, if given, belong to the chosen division? `parents` names each group's division."""
    return not group or parents.get(group) == industry
