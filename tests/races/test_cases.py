"""Two moderators reach for one case, two members report one person: at the same moment, on real row locks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from events.choices import EventState
from feedback.choices import CaseState, ReportReason
from feedback.flows.case import take
from feedback.flows.report import report
from feedback.models import Case, Report
from feedback.rules.case import NoCase
from kouryu.refusal import Refused
from members.choices import Role
from members.models import AuditEntry
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()


def at_once(statement: str, *acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that meet before their first `statement`; what each returned, or why it was refused.

    Where a lock lets only one of them come that far, the others are not waited for longer than half a second.
    """
    meeting = threading.Barrier(len(acts))

    def pause(execute, sql, params, many, context):
        if sql.startswith(statement):
            with suppress(threading.BrokenBarrierError):  # the others wait for our lock, as they should
                meeting.wait(timeout=0.5)
        return execute(sql, params, many, context)

    def run(act: Callable[[], object]) -> object:
        try:
            with connection.execute_wrapper(pause):
                return act()
        except Refused as refused:
            return refused.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def case() -> Case:
    return Case.objects.create(member=factories.make_member(), subject_key="member/1", opened_at=NOW)


def taken_by_two(case: Case) -> list[object]:
    moderators = [factories.make_member(roles=(Role.MODERATOR,)) for _ in range(2)]
    acts = [lambda by=by: take(case_id=case.pk, by=by, now=NOW) for by in moderators]
    return at_once('UPDATE "feedback_case"', *acts)


def test_of_two_moderators_one_takes_the_case_and_the_other_is_told(case):
    answers = taken_by_two(case)

    assert sorted(map(str, answers)) == sorted([str(case), str(NoCase.TAKEN_BY_OTHER)])
    assert AuditEntry.objects.filter(verb="take-case").count() == 1


def test_control_without_the_row_lock_both_believe_to_hold_the_case(case, monkeypatch):
    """Without `select_for_update` in `feedback.flows.case._lock`, both got the case and two audit lines said so."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)

    answers = taken_by_two(case)

    assert answers == [case, case]
    assert AuditEntry.objects.filter(verb="take-case").count() == 2


def test_two_first_reports_about_one_person_open_one_case():
    host, person, *reporters = [factories.make_member() for _ in range(4)]
    evening = factories.make_event(host, starts_at=NOW - timedelta(days=1), state=EventState.CLOSED)
    for member in (person, *reporters):
        factories.make_registration(evening, member)

    acts = [
        lambda reporter=reporter: report(
            reporter=reporter,
            kind="member",
            subject_id=person.pk,
            reason=ReportReason.PRYING,
            words="",
            now=NOW,
        )
        for reporter in reporters
    ]
    at_once('INSERT INTO "feedback_case"', *acts)

    assert Case.objects.get().state == CaseState.OPEN
    assert set(Report.objects.values_list("case", "reporter")) == {
        (Case.objects.get().pk, reporter.pk) for reporter in reporters
    }
