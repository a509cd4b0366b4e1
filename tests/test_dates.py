"""Days and moments at the edge of the calendar: a sentence for whoever typed them, and never an error of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from kouryu.fields import DayField, MomentField, MonthField
from tests import factories, modules
from tests.access_world import VIEWERS, make_world
from tests.events.plans import make_plan, typed
from tests.test_access import TABLE

pytestmark = pytest.mark.one_database

OURS = (MomentField, DayField, MonthField)
NEVER = [
    "0001-01-01",
    "0027-01-05",
    "1899-12-31",
    "2200-01-01",
    "9999-12-31",
    "99999-01-01",
    "2027-02-29",
    "2026-02-30",
]
TYPED = {  # how a day reaches each kind of field
    MomentField: lambda day: f"{day}T00:00",
    DayField: lambda day: day,
    MonthField: lambda day: day.rsplit("-", 1)[0],
}
# No month of these is wrong, only the day is.
FINE_AS_A_MONTH = {"2027-02-29", "2026-02-30"}


def form_classes() -> list[type[Form]]:
    assert list(modules.of_layer("forms"))  # imported: what is below `Form` is known
    return sorted(_below(Form), key=lambda one: (one.__module__, one.__name__))


def _below(base: type[Form]) -> set[type[Form]]:
    found = set(base.__subclasses__())
    return found | {below for one in found for below in _below(one)}


def temporal_fields() -> Iterator[tuple[str, forms.Field]]:
    for form in form_classes():
        if form.__module__.split(".")[0] in {"members", "events", "feedback"}:
            for name, field in form.base_fields.items():
                if isinstance(field, forms.DateField | forms.DateTimeField | forms.TimeField | forms.DurationField):
                    yield f"{form.__name__}.{name}", field


def test_every_field_for_a_day_or_a_moment_is_one_of_ours():
    found = dict(temporal_fields())

    assert len(found) > 8
    assert [name for name, field in found.items() if not isinstance(field, OURS)] == []


@pytest.mark.parametrize("day", NEVER)
def test_no_field_takes_a_day_that_nobody_means(day):
    taken = []
    for name, field in temporal_fields():
        if isinstance(field, MonthField) and day in FINE_AS_A_MONTH:
            continue
        said = _said_about(field, TYPED[type(field)](day))
        if not said or not all(sentence.endswith("。") for sentence in said):
            taken.append((name, said))
    assert taken == []


def _said_about(field: forms.Field, typed_in: str) -> list[str]:
    try:
        field.clean(typed_in)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize("day", ["1900-01-01", "2028-02-29", "2199-12-31"])
def test_days_that_somebody_can_mean_are_read(day):
    for name, field in temporal_fields():
        assert field.clean(TYPED[type(field)](day)), name


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "2026-12-01T24:00", "きのう"])
def test_no_moment_with_a_zone_or_without_an_hour_breaks_a_field(moment):
    with pytest.raises(ValidationError):
        MomentField().clean(moment)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("starts_at", {"allotment": "lottery"}),
        ("starts_at", {"first_timer_seats": "2"}),
        ("registration_opens_at", {}),
        ("registration_closes_at", {}),
        ("first_timer_seats_until", {"first_timer_seats": "2"}),
    ],
)
def test_a_plan_with_such_a_moment_is_kept_typed_and_explained(name, change, ren, signed_in):
    now, browser = timezone.now(), signed_in(ren)
    event = factories.make_event(ren, now=now)
    for day in ["0001-01-01", "0027-01-05", "9999-12-31"]:
        for address in [reverse("events:edit", args=[event.pk]), reverse("events:write", args=["hour"])]:
            answers = {**change, name: f"{day}T00:00", "seen_version": "1"}
            answer = browser.post(address, typed(make_plan(now), **answers))
            assert (answer.status_code, bool(answer.context["form"].errors.get(name))) == (422, True), (day, address)
            assert f"{day}T00:00" in answer.content.decode()
    assert Event.objects.count() == 1


def test_registration_does_not_close_in_the_past(ren, signed_in):
    now, browser = timezone.now(), signed_in(ren)
    gone = timezone.localtime(now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")

    answer = browser.post(reverse("events:write", args=["hour"]), typed(make_plan(now), registration_closes_at=gone))

    assert "過ぎた日時です" in answer.context["form"].errors["registration_closes_at"][0]
    assert not Event.objects.exists()


def test_what_closed_already_stays_closed_while_the_rest_is_changed(ren, signed_in):
    now, browser = timezone.now(), signed_in(ren)
    closed = (now - timedelta(hours=1)).replace(second=0, microsecond=0)
    starts_at = (now + timedelta(days=2)).replace(second=0, microsecond=0)
    event = factories.make_event(ren, now=now, starts_at=starts_at, registration_closes_at=closed)
    local = timezone.localtime(closed).strftime("%Y-%m-%dT%H:%M")
    plan = make_plan(now, starts_at=starts_at, title="新しい名前")

    answer = browser.post(
        reverse("events:edit", args=[event.pk]), typed(plan, registration_closes_at=local, seen_version="1")
    )

    assert answer.status_code == 302
    assert Event.objects.get().title == "新しい名前"


def test_a_lottery_so_near_that_it_cannot_close_is_explained(ren, signed_in):
    now = timezone.now()
    plan = make_plan(now, starts_at=(now + timedelta(hours=30)).replace(second=0, microsecond=0))

    answer = signed_in(ren).post(reverse("events:write", args=["hour"]), typed(plan, allotment="lottery"))

    assert "48時間前" in answer.context["form"].errors["starts_at"][0]


@pytest.mark.parametrize("viewer", ["participant", "moderator", "host"])
def test_no_address_breaks_at_the_edge_of_the_calendar(viewer, db):
    world = make_world()
    browser, broken = world.client(viewer), []
    names = {name.split(".")[1]: field for name, field in temporal_fields()}
    for name in _asking_for_days(viewer):
        address = reverse(name, kwargs=world.kwargs(name, viewer))
        for day in ["", "0001-01-01", "9999-12-31"]:
            sent = {field: TYPED[type(kind)](day) if day else "" for field, kind in names.items()}
            status = _posted(browser, address, {**sent, "day": "own", "kind": "suspend"})
            broken += [(name, day, status)] if status >= 500 else []
    assert broken == []


def _asking_for_days(viewer: str) -> list[str]:
    """Addresses of our apps that this reader may post to; a participant asks for all that everybody may."""
    place, member = VIEWERS.index(viewer), VIEWERS.index("participant")
    ours = {name: posts for name, (_opens, posts) in TABLE.items() if name.startswith(("events:", "feedback:"))}
    return [n for n, posts in ours.items() if posts[place] == "o" and (place == member or posts[member] != "o")]


def _posted(browser: Client, address: str, body: dict[str, str]) -> int:
    with transaction.atomic():
        status = browser.post(address, body).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize(
    "address",
    [
        "/statements/0-1/",
        "/statements/1-1/",
        "/statements/9999-12/",
        "/statements/99999999999999999999-1/",
        "/statements/2026-0/",
        "/statements/2026-13/",
        "/statements/2026-99999999999999999999/",
    ],
)
def test_a_month_that_is_none_is_not_found(address, aki, signed_in):
    assert signed_in(aki).get(address).status_code == 404


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "99999-01", "2026-00", "2026-13", "\x00", "²", "あ"])
def test_pages_that_look_back_at_a_month_stand(month, aki, kai, signed_in):
    assert signed_in(kai).get(reverse("feedback:numbers"), {"month": month}).status_code in {200, 404}
    assert signed_in(aki).get(reverse("feedback:network"), {"until": month}).status_code == 200
