"""Reporting a person, a letter or an event: who can, what is kept, what is told to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.models import Group, Round, Seat
from events.registration.choices import RegistrationState
from feedback.cases.choices import CaseState, ReportReason, SubjectKind, Urgency
from feedback.cases.rules import URGENCY, Concern, NoReport, urgency_of, why_not_report
from feedback.letters.choices import LetterState
from feedback.models import Case, Report
from feedback.safety.flows import report, take
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail
from tests import factories

NOW = timezone.now()


@pytest.fixture
def evening(ren):
    """An evening of the day before yesterday, run by ren."""
    return factories.make_event(ren, starts_at=NOW - timedelta(days=2), state=EventState.CLOSED)


@pytest.fixture
def together(evening, aki, mio):
    """aki and mio sat in one group of the same evening."""
    for member in (aki, mio):
        factories.make_registration(evening, member)
    factories.sit_together(evening, aki, mio)
    return evening


def send(reporter, kind, subject, reason=ReportReason.SOLICITATION, words="投資の話に誘われました。", now=NOW):
    return report(reporter=reporter, kind=kind, subject_id=subject.pk, reason=reason, words=words, now=now)


@pytest.mark.parametrize(
    ("concern", "expected"),
    [
        pytest.param(Concern(about_oneself=False, words=""), None, id="no words needed"),
        pytest.param(Concern(about_oneself=True, words=""), NoReport.ONESELF, id="oneself"),
        pytest.param(Concern(about_oneself=False, words="あ" * 1000), None, id="a thousand characters"),
        pytest.param(Concern(about_oneself=False, words="あ" * 1001), NoReport.WORDS_LONG, id="one more"),
    ],
)
def test_why_not_report(concern, expected):
    assert why_not_report(concern) == expected


def test_every_reason_has_an_urgency_and_the_gravest_counts():
    assert set(URGENCY) == set(ReportReason)
    assert urgency_of([ReportReason.OTHER, ReportReason.DATING, ReportReason.PRYING]) == Urgency.URGENT
    assert urgency_of([]) == Urgency.NORMAL


def test_a_report_about_a_person_keeps_what_led_to_it(together, aki, mio):
    row = send(aki, "member", mio)

    assert (row.reporter, row.reason, row.words) == (aki, "solicitation", "投資の話に誘われました。")
    assert row.snapshot == {
        "person": {"id": mio.pk, "called_name": "みお"},
        "together": [
            {
                "id": together.pk,
                "title": together.title,
                "starts_at": together.starts_at.isoformat(),
                "rounds": [1],
            }
        ],
        "notes": [],
    }
    assert (row.case.kind, row.case.member, row.case.state) == (SubjectKind.MEMBER, mio, CaseState.OPEN)


def test_evenings_longer_ago_than_ninety_days_are_not_in_the_snapshot(aki, mio, ren):
    for days in (89, 91):
        event = factories.make_event(ren, starts_at=NOW - timedelta(days=days), title=f"{days}日前の会")
        factories.make_registration(event, aki)
        factories.make_registration(event, mio)
        factories.sit_together(event, aki, mio)

    assert [evening["title"] for evening in send(aki, "member", mio).snapshot["together"]] == ["89日前の会"]


def test_a_report_about_a_letter_outlives_the_letter(together, aki, mio):
    letter = factories.make_letter(mio, aki, together, saw="会のあと、副業の説明会に誘われました。")

    row = send(aki, "letter", letter)
    letter.delete()

    row.refresh_from_db()
    assert row.snapshot["saw"] == "会のあと、副業の説明会に誘われました。"
    assert row.snapshot["person"] == {"id": mio.pk, "called_name": "みお"}
    assert row.snapshot["event"]["title"] == together.title
    assert row.snapshot["picks"]
    assert row.case.kind == SubjectKind.LETTER


def test_a_report_about_an_event_concerns_its_host(together, aki, ren):
    row = send(aki, "event", together)

    assert row.case.member == ren
    assert (row.snapshot["event"]["title"], row.snapshot["description"]) == (
        together.title,
        together.description,
    )


def test_reports_about_one_subject_join_one_case_as_urgent_as_the_gravest(together, aki, mio, ren):
    first = send(aki, "member", mio, reason=ReportReason.OTHER)
    assert first.case.urgency == Urgency.NORMAL

    second = send(ren, "member", mio, reason=ReportReason.DATING)

    assert second.case == first.case
    assert Case.objects.get().urgency == Urgency.URGENT
    assert {row.reporter for row in Report.objects.all()} == {aki, ren}


def test_a_milder_report_does_not_make_the_case_less_urgent(together, aki, mio, ren):
    send(aki, "member", mio, reason=ReportReason.SOLICITATION)
    send(ren, "member", mio, reason=ReportReason.OTHER)

    assert Case.objects.get().urgency == Urgency.URGENT


def test_reporting_again_returns_the_first_report(together, aki, mio):
    first = send(aki, "member", mio)
    again = send(aki, "member", mio, reason=ReportReason.OTHER, words="もう一度")

    assert again == first
    assert Report.objects.get().words == "投資の話に誘われました。"
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "object_type", "object_id", "why")) == [
        ("report", aki.pk, "feedback.report", first.pk, "solicitation")
    ]


def test_after_a_decision_a_new_report_opens_a_new_case(together, aki, mio):
    first = send(aki, "member", mio)
    Case.objects.update(state=CaseState.DECIDED)

    second = send(aki, "member", mio)

    assert second.case != first.case


def test_a_report_tells_nobody(together, aki, mio, kai, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(aki, "member", mio)

    assert not OutgoingMail.objects.exists()


def test_a_case_leaves_the_hands_of_a_moderator_who_reports_it_too(together, aki, mio, kai):
    factories.make_registration(together, kai)
    factories.sit_together(together, kai, mio, number=2)
    row = send(aki, "member", mio)
    take(case_id=row.case_id, by=kai, now=NOW)

    send(kai, "member", mio)

    case = Case.objects.get()
    assert (case.state, case.taken_by) == (CaseState.OPEN, None)


def test_of_an_evening_only_the_people_of_ones_groups_can_be_named(evening, ren, signed_in):
    """As the pages show them: walking the people of an evening names nobody else."""
    people = [factories.make_member(f"会員{number}") for number in range(9)]
    for member in people:
        factories.make_registration(evening, member)
    for first in (0, 3, 6):
        factories.sit_together(evening, *people[first : first + 3])
    proposal = Round.objects.create(event=evening, number=2, drawn_at=NOW)
    group = Group.objects.create(round=proposal, number=1)
    Seat.objects.bulk_create(Seat(round=proposal, group=group, member=member) for member in (people[0], people[8]))

    browser = signed_in(people[0])
    answers = {one: browser.get(reverse("feedback:report_member", args=[one.pk])) for one in (*people, ren)}

    assert [one.called_name for one, answer in answers.items() if answer.status_code == 200] == [
        "会員1", "会員2", "れん",
    ]  # fmt: skip


def test_a_person_whom_one_never_met_does_not_exist(evening, aki, mio):
    factories.make_registration(evening, aki)

    with pytest.raises(Refused) as refused:
        send(aki, "member", mio)

    assert refused.value.reason == NoReport.NOT_VISIBLE
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "state",
    [RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.WITHDRAWN],
)
def test_who_held_no_seat_was_not_there(evening, aki, mio, state):
    factories.make_registration(evening, aki)
    factories.make_registration(evening, mio, state=state)

    with pytest.raises(Refused):
        send(aki, "member", mio)


def test_before_an_evening_begins_nobody_is_told_who_comes(ren, aki, mio):
    event = factories.make_event(ren, starts_at=NOW + timedelta(days=1))
    for member in (aki, mio):
        factories.make_registration(event, member)

    for reporter, subject in ((aki, mio), (ren, aki)):
        with pytest.raises(Refused):
            send(reporter, "member", subject)


@pytest.mark.parametrize("groups_drawn", [0, 1])
def test_at_an_evening_called_off_before_the_groups_nobody_has_met(ren, aki, mio, signed_in, groups_drawn):
    event = factories.make_event(ren, starts_at=NOW - timedelta(days=2), state=EventState.CALLED_OFF)
    for member in (aki, mio):
        factories.make_registration(event, member)
    for number in range(groups_drawn):
        factories.sit_together(event, aki, mio, number=number + 1)

    answer = signed_in(aki).get(reverse("feedback:report_member", args=[mio.pk]))

    assert answer.status_code == (200 if groups_drawn else 404)


def test_host_and_guest_can_report_each_other(together, aki, ren):
    assert send(aki, "member", ren).case.member == ren
    assert send(ren, "member", aki).case.member == aki


def test_nobody_reports_themselves(together, aki, ren):
    for reporter, kind, subject in ((aki, "member", aki), (ren, "event", together)):
        with pytest.raises(Refused) as refused:
            send(reporter, kind, subject)
        assert refused.value.reason == NoReport.ONESELF


def test_a_letter_is_reported_by_its_receiver_once_it_arrived(together, aki, mio, ren):
    letter = factories.make_letter(mio, aki, together, state=LetterState.SCHEDULED)

    for reporter in (aki, ren):
        with pytest.raises(Refused):
            send(reporter, "letter", letter)

    letter.state = LetterState.RELEASED
    letter.save(update_fields=["state"])
    with pytest.raises(Refused):
        send(ren, "letter", letter)
    assert send(aki, "letter", letter).case.member == mio


def test_the_page_takes_a_report_and_then_says_what_happens_next(together, aki, mio, signed_in):
    url = reverse("feedback:report_member", args=[mio.pk])
    browser = signed_in(aki)
    assert browser.get(url).status_code == 200

    for _click in range(2):
        answer = browser.post(url, {"reason": "dating", "words": "ふたりで会おうと言われました。"}, follow=True)
        assert answer.status_code == 200
        assert answer.context["report"] == Report.objects.get()

    assert (Report.objects.get().reason, Report.objects.get().reporter) == ("dating", aki)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param({}, "reason", id="no reason"),
        pytest.param({"reason": "no-such-reason"}, "reason", id="a reason that does not exist"),
        pytest.param({"reason": "other", "words": "あ" * 1001}, "words", id="too many words"),
        pytest.param({"reason": "other", "words": "あ\x00"}, "words", id="a NUL character"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field_and_kept(together, aki, mio, signed_in, data, field):
    answer = signed_in(aki).post(reverse("feedback:report_member", args=[mio.pk]), data)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert answer.context["form"]["words"].value() == data.get("words")
    assert not Report.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_mine_to_report_is_not_found(together, aki, mio, ren, signed_in, method):
    letter = factories.make_letter(mio, aki, together)
    draft = factories.make_event(ren, state=EventState.DRAFT)
    stranger = factories.make_member()
    browser = signed_in(stranger)

    for kind, pk in (
        ("member", mio.pk),
        ("member", stranger.pk),
        ("member", 999_999),
        ("member", 2**63 - 1),
        ("letter", letter.pk),
        ("letter", 2**63 - 1),
        ("event", draft.pk),
        ("event", 2**63),
    ):
        assert getattr(browser, method)(reverse(f"feedback:report_{kind}", args=[pk])).status_code == 404
    assert not Case.objects.exists()


def test_the_host_finds_no_report_page_for_their_own_event(together, ren, signed_in):
    assert signed_in(ren).get(reverse("feedback:report_event", args=[together.pk])).status_code == 404
