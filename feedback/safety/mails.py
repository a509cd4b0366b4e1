"""The mails about reports and measures: one function per mail."""

from __future__ import annotations

from datetime import datetime

from feedback.models import Decision, Report
from members.mail import outbox
from members.standing.choices import SAFETY_MAIL

# --- reports and decisions


def report_handled(report: Report, *, now: datetime) -> None:
    """To the reporter: somebody looked and acted. The same words whatever was decided."""
    outbox.enqueue(
        f"safety/handled/{report.case_id}/{report.reporter_id}",
        kind=SAFETY_MAIL,
        to=report.reporter,
        template="safety/handled",
        context={"reported_at": report.reported_at},
        now=now,
        quiet=True,
    )


def measure_taken(decision: Decision, *, now: datetime) -> None:
    """To the member concerned: what was decided, and where the reason can be read. Never who reported."""
    outbox.enqueue(
        f"safety/measure/{decision.case_id}/{decision.case.member_id}",
        kind=SAFETY_MAIL,
        to=decision.case.member,
        template="safety/measure",
        context={"decision": decision},
        now=now,
        quiet=True,
    )
