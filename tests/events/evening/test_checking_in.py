"""The door on the evening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Attendance
from events.registration.rules.closing import EveningFacts, NoAttendance, why_not_note
from kouryu.references import reference_to
from members.models import AuditEntry
from tests.factories import make_event, make_registration

NOW = START = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
TONIGHT = EveningFacts("published", START, timedelta(minutes=30))


@pytest.mark.parametrize(
    ("evening", "state", "now", "reason"),
    [
        pytest.param(TONIGHT, "confirmed", START - timedelta(minutes=31), NoAttendance.NOT_OPEN_YET, id="early"),
        pytest.param(TONIGHT, "confirmed", START - timedelta(minutes=30), None, id="opening"),
        pytest.param(TONIGHT, "confirmed", START + timedelta(hours=3), None, id="late, not closed"),
        pytest.param(TONIGHT, "offered", START, NoAttendance.NO_SEAT, id="offer not answered"),
        pytest.param(TONIGHT, "withdrawn", START, NoAttendance.NO_SEAT, id="withdrawn"),
        pytest.param(EveningFacts("closed", START, timedelta()), "confirmed", START, NoAttendance.CLOSED, id="closed"),
        pytest.param(
            EveningFacts("called-off", START, timedelta()), "confirmed", START, NoAttendance.CALLED_OFF, id="called off"
        ),
        pytest.param(
            EveningFacts("draft", START, timedelta()), "confirmed", START, NoAttendance.NOT_PUBLISHED, id="draft"
        ),
    ],
)
def test_why_not_note(evening, state, now, reason):
    assert why_not_note(evening, state, now=now) == reason


@pytest.fixture
def tonight(ren):
    return make_event(ren, starts_at=timezone.now() + timedelta(minutes=5))


def press(client, event, registration, what):
    address = reverse("events:check_in", args=[event.pk])
    return client.post(address, {"registration": reference_to("registration", registration.pk), "what": what})


def test_a_host_notes_who_is_there_and_takes_it_back(tonight, ren, signed_in):
    registration, host = make_registration(tonight), signed_in(ren)

    answers = [press(host, tonight, registration, "present") for _ in range(2)]

    line = f"#registration-{reference_to('registration', registration.pk)}"
    assert [answer.url for answer in answers] == [reverse("events:desk", args=[tonight.pk]) + line] * 2
    assert list(Attendance.objects.order_by("pk").values_list("registration", "presence", "recorded_by")) == [
        (registration.pk, "present", ren.pk)
    ]
    assert AuditEntry.objects.count() == 1

    for _ in range(2):
        press(host, tonight, registration, "undo")
    assert not Attendance.objects.exists()
    assert AuditEntry.objects.count() == 2


def test_who_sent_word_is_excused_and_may_still_come(tonight, ren, signed_in):
    registration, host = make_registration(tonight), signed_in(ren)
    press(host, tonight, registration, "excused")
    assert Attendance.objects.get().presence == "excused"
    press(host, tonight, registration, "present")
    assert Attendance.objects.get().presence == "present"


def test_who_joined_alone_stays_noted_by_themselves(tonight, ren, signed_in):
    registration = make_registration(tonight)
    Attendance.objects.create(
        registration=registration, presence="present", recorded_at=timezone.now(), recorded_by=registration.member
    )
    press(signed_in(ren), tonight, registration, "present")
    assert Attendance.objects.get().recorded_by == registration.member


def test_no_seat_is_told(tonight, ren, signed_in):
    registration = make_registration(tonight, state="waiting")
    answer = press(signed_in(ren), tonight, registration, "present")
    assert (answer.status_code, Attendance.objects.count()) == (409, 0)
    assert "いま席を持っていません" in answer.content.decode()


def test_nothing_changes_after_the_close(ren, signed_in):
    event = make_event(ren, starts_at=timezone.now(), state="closed", closed_at=timezone.now())
    registration = make_registration(event)
    assert press(signed_in(ren), event, registration, "undo").status_code == 409


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({}, 400, id="nothing"),
        pytest.param({"registration": "1", "what": "burn"}, 400, id="unknown button"),
        pytest.param({"registration": "１２", "what": "present"}, 400, id="digits of another script"),
        pytest.param({"registration": "-1", "what": "present"}, 400, id="negative"),
        pytest.param({"registration": "9" * 60, "what": "present"}, 400, id="absurd number"),
        pytest.param({"registration": reference_to("registration", 999999), "what": "present"}, 404, id="nobody"),
    ],
)
def test_bad_input_is_refused(tonight, ren, signed_in, sent, status):
    assert signed_in(ren).post(reverse("events:check_in", args=[tonight.pk]), sent).status_code == status


def test_a_registration_of_another_event_is_not_found(tonight, ren, signed_in):
    elsewhere = make_registration(make_event(ren, starts_at=timezone.now()))
    assert press(signed_in(ren), tonight, elsewhere, "present").status_code == 404


def test_strangers_find_no_check_in(tonight, mio, signed_in):
    assert press(signed_in(mio), tonight, make_registration(tonight), "present").status_code == 404
