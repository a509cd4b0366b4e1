"""What the fake Stripe refuses, in the shape of Stripe's own errors."""

from __future__ import annotations

from typing import Any


class StripeProblem(Exception):
    """An answer that is no success: HTTP status and Stripe's `error`."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message, **more}


def wrong(message: str, **more: Any) -> StripeProblem:
    """Parameters that do not fit."""
    return StripeProblem(400, "invalid_request_error", message, **more)


def missing(kind: str, identifier: object, param: str = "id") -> StripeProblem:
    message = f"No such {kind}: '{identifier}'"
    return StripeProblem(404, "invalid_request_error", message, code="resource_missing", param=param)


def declined(reason: str, **more: Any) -> StripeProblem:
    message = "Your card was declined." if reason != "insufficient_funds" else "Your card has insufficient funds."
    return StripeProblem(402, "card_error", message, code="card_declined", decline_code=reason, **more)
