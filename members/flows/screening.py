"""Words that others would read and that cannot stand as they are."""

from __future__ import annotations

from collections.abc import Sequence

from kouryu.refusal import Refused
from members.rules.screening import Kind, Verdict


class NeedsMending(Refused):
    """The words would arrive with one sentence changed: `verdict` says which, and why."""

    def __init__(self, verdict: Verdict, parts: Sequence[str] = ()) -> None:
        super().__init__(verdict.reason or Kind.TOO_LONG)
        self.verdict = verdict
        self.parts = parts  # the words as they were screened
