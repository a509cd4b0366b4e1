"""Words that others would read and that cannot stand as they are."""

from __future__ import annotations

from kouryu.refusal import Refused
from members.rules.screening import Kind, Verdict


class NeedsMending(Refused):
    """The words would arrive with one sentence changed: `verdict` says which, and why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason or Kind.TOO_LONG)
        self.verdict = verdict
