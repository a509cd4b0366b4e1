"""Two moderators reach for one case, two members report one person: at the same moment, on real row locks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from events.event.choices import EventState
from feedback.cases.choices import CaseState, ReportReason
from feedback.cases.rules import NoCase
from feedback.models import Case, Report
from feedback.safety.flows import report, take
from members.accounts.choices import Role
from members.models import AuditEntry
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = timezone.now()


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
    """Without `select_for_update` in `flows.case._lock`, both got the case and two audit lines said so."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)

    answers = taken_by_two(case)

    assert answers == [case, case]
    assert AuditEntry.objects.filter(verb="take-case").count() == 2


def test_two_first_reports_about_one_person_open_one_case():
    host, person, *reporters = [factories.make_member() for _ in range(4)]
    evening = factories.make_event(host, starts_at=NOW - timedelta(days=1), state=EventState.CLOSED)
    for member in (person, *reporters):
        factories.make_registration(evening, member)
    factories.sit_together(evening, person, *reporters)

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
