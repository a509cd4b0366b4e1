"""Co-hosts: who may help a host, and what each right lets them do."""

from __future__ import annotations

from enum import StrEnum

from events.event.choices import Right
from events.event.limits import CO_HOSTS

# What a right lets somebody do, itself included: each covers those that stand above it.
COVERS = {right: frozenset(Right.values[: place + 1]) for place, right in enumerate(Right.values)}
ALL = frozenset(Right.values)


class NoCoHost(StrEnum):
    """Why nobody can be asked, this member cannot help, or an invitation cannot be taken back."""

    CLOSED = "co-host-closed"
    CALLED_OFF = "co-host-called-off"
    MANY = "co-host-many"
    OWN_EVENT = "co-host-own-event"
    TAKEN = "co-host-taken"


def rights_that_cover(needed: str) -> frozenset[str]:
    """The rights of which any one is enough for what is needed."""
    return frozenset(right for right, covered in COVERS.items() if needed in covered)


def why_not_ask(state: str, *, asked: int) -> NoCoHost | None:
    """The first reason why a host can ask nobody (more) to help, or None: the event is over, or enough were asked."""
    if reason := _why_over(state):
        return reason
    return NoCoHost.MANY if asked >= CO_HOSTS.most else None


def why_not_help(state: str, *, is_host: bool) -> NoCoHost | None:
    """The first reason why this member cannot help, or None: the event is over, or their own."""
    if reason := _why_over(state):
        return reason
    return NoCoHost.OWN_EVENT if is_host else None


def _why_over(state: str) -> NoCoHost | None:
    return {"closed": NoCoHost.CLOSED, "called-off": NoCoHost.CALLED_OFF}.get(state)
