"""What becomes of cases about somebody who goes: what was decided stays, and names nobody."""

from __future__ import annotations

import json
from datetime import datetime

from django.db.models import Q

from feedback.cases.choices import CaseState
from feedback.models import Case, Decision, Report
from kouryu.leaving import on_leaving, stays
from members.accounts.choices import FORMER_MEMBER
from members.models import User

stays(Decision, why="what was decided and why, in case it is disputed", until="`decisions` of the retention table")


@on_leaving(Case, Report)
def take_the_name_out_of_cases(member: User, *, now: datetime) -> None:
    """A report is the ground of a decision about somebody else, or about them: it stays its time, without the name.

    What they had in hand as a moderator is open again.
    """
    Case.objects.undecided().filter(taken_by=member).update(state=CaseState.OPEN, taken_by=None, taken_at=None)
    name = member.called_name
    theirs = Q(case__member=member) | Q(case__other=member) | Q(reporter=member)
    theirs |= Q(case__letter__giver=member) | Q(case__letter__receiver=member) | Q(case__event__host=member)
    for report in Report.objects.filter(theirs) if name else []:
        report.words = report.words.replace(name, FORMER_MEMBER)
        report.snapshot = _without(name, report.snapshot)
        report.save(update_fields=["words", "snapshot"])
    Report.objects.filter(reporter=member).update(reporter=None)


def _without(name: str, snapshot: dict) -> dict:
    text = json.dumps(snapshot, ensure_ascii=False)
    return json.loads(text.replace(json.dumps(name, ensure_ascii=False)[1:-1], FORMER_MEMBER))
