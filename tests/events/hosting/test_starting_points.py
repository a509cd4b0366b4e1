"""A host starts from a proven shape, from a template of their own, or from an earlier event."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from events.event.limits import EVENTS
from events.event.rules.event import faults_in
from events.hosting.flows.event import plan_event
from events.hosting.flows.template import keep_as_template
from events.hosting.limits import TEMPLATES
from events.hosting.queries import hosting as queries
from events.hosting.rules import NoTemplate, frozen, thawed, why_not_keep
from events.hosting.starting_points import STARTING_POINTS
from events.models import Event, EventTemplate
from kouryu.refusal import Refused
from members.models import AuditEntry
from tests.events.plans import make_plan, typed
from tests.factories import make_event, make_member, make_registration

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
POINTS = pytest.mark.parametrize("point", STARTING_POINTS.values(), ids=STARTING_POINTS)


@POINTS
def test_a_shape_has_no_fault_and_five_quiet_minutes(point):
    plan = replace(make_plan(NOW), **point.answers(NOW), run_sheet=point.run_sheet)
    assert faults_in(plan, now=NOW) == ()
    assert plan.minutes == sum(item.minutes for item in point.run_sheet) <= EVENTS.longest_without_reason
    assert [item.minutes for item in plan.run_sheet if item.kind == "quiet"] == [5]
    assert plan.talks == (2 if plan.has_groups else 0)


@pytest.mark.parametrize("days", range(7))
@POINTS
def test_a_shape_falls_on_a_day_of_its_kind(point, days):
    now = NOW + timedelta(days=days)
    starts_at = localtime(point.answers(now)["starts_at"])
    assert (starts_at.weekday() >= 5, starts_at.time()) == (point.weekend, point.at)
    assert timedelta(days=13) < starts_at - now < timedelta(days=21)


def test_the_shapes_are_offered_and_fill_the_form(ren, signed_in):
    host = signed_in(ren)
    offered = host.get(reverse("events:new")).content.decode()
    for point in STARTING_POINTS.values():
        address = reverse("events:write", args=[point.key])
        form = host.get(address).context["form"]
        assert address in offered
        assert (form["minutes"].value(), form["format"].value()) == (point.minutes, point.format)


@pytest.mark.parametrize(
    "start", ["nothing", "template-", "template-x", "copy-99999", "event-1", "copy-" + "9" * 30, "-"]
)
def test_an_unknown_start_is_not_found(ren, signed_in, start):
    assert signed_in(ren).get(reverse("events:write", args=[start])).status_code == 404


# --- copies


def test_a_copy_has_the_words_but_neither_people_nor_dates(ren, signed_in):
    earlier = make_event(ren, title="写す会", promises=["listening-ok"], starts_at=timezone.now() - timedelta(days=3))
    make_registration(earlier)
    host = signed_in(ren)
    address = reverse("events:write", args=[f"copy-{earlier.pk}"])

    assert address in host.get(reverse("events:new")).content.decode()
    form = host.get(address).context["form"]
    assert [form[name].value() for name in ("title", "starts_at", "registration_closes_at")] == ["写す会", None, None]
    starts_at = (timezone.now() + timedelta(days=9)).replace(second=0, microsecond=0)
    plan = replace(queries.plan_of(earlier), starts_at=starts_at, registration_closes_at=starts_at)
    host.post(address, typed(plan))

    copy = Event.objects.exclude(pk=earlier.pk).get()
    assert queries.plan_of(copy) == plan
    assert (copy.state, copy.registrations.count()) == ("draft", 0)


def test_a_series_is_offered_once(ren, signed_in):
    weeks = [
        make_event(ren, title="毎週の夜", starts_at=timezone.now() + timedelta(weeks=week)) for week in range(1, 5)
    ]
    other = make_event(ren, title="一度きりの夜", starts_at=timezone.now() + timedelta(weeks=2))
    page = signed_in(ren).get(reverse("events:new"))
    assert page.context["events"] == [weeks[-1], other]


def test_nobody_elses_event_is_copied(ren, sora, signed_in):
    other = make_event(make_member("ほかの進行役", roles=("host",)))
    address = reverse("events:write", args=[f"copy-{other.pk}"])
    assert [signed_in(who).get(address).status_code for who in (ren, sora)] == [404, 404]


# --- templates


def test_a_plan_survives_being_kept_whatever_is_in_it():
    plan = make_plan(NOW, themes=("a", "b"), conditions=(("industry", ("E", "G")), ("first-timer", ())))
    kept = json.loads(json.dumps(frozen(plan)))
    assert not {"starts_at", "registration_closes_at"} & set(kept)
    assert thawed(kept, plan.starts_at) == plan


def test_what_an_older_edition_kept_is_left_out():
    kept = {**frozen(make_plan(NOW)), "colour": "blue"}
    assert thawed(kept, NOW).title == make_plan(NOW).title


@pytest.mark.parametrize(("kept", "reason"), [(TEMPLATES.most - 1, None), (TEMPLATES.most, NoTemplate.MANY)])
def test_why_not_keep(kept, reason):
    assert why_not_keep(kept=kept) == reason


@pytest.fixture
def draft(ren) -> Event:
    return plan_event(by=ren, plan=make_plan(timezone.now(), title="毎月の夜"), now=timezone.now())


def test_a_template_is_kept_used_renamed_and_deleted(draft, ren, signed_in):
    host, choice = signed_in(ren), reverse("events:new")
    host.post(reverse("events:keep", args=[draft.pk]), {"name": "いつもの夜"})
    template = EventTemplate.objects.get()
    Event.objects.filter(pk=draft.pk).update(title="別の名前")
    use, page = reverse("events:write", args=[template.start_key]), reverse("events:template", args=[template.pk])

    assert "いつもの夜" in host.get(choice).content.decode()
    form = host.get(use).context["form"]
    assert (form["title"].value(), form["starts_at"].value()) == ("毎月の夜", None)

    host.post(page, {"name": "月いちの夜"})
    assert "月いちの夜" in host.get(choice).content.decode()
    for status in (302, 404):
        assert host.post(page, {"delete": "1"}).status_code == status
    assert Event.objects.filter(pk=draft.pk).exists()
    lines = AuditEntry.objects.filter(object_type="events.eventtemplate", object_id=template.pk, by=ren)
    assert list(lines.order_by("pk").values_list("verb", flat=True)) == [
        "template.keep",
        "template.rename",
        "template.delete",
    ]


@pytest.mark.parametrize("name", ["", "  ", "あ" * 81, "a\x00b", "a\u202eb"])
def test_a_template_needs_a_readable_name(draft, ren, signed_in, name):
    host = signed_in(ren)
    template = keep_as_template(event_id=draft.pk, name="いつもの夜", by=ren, now=timezone.now())
    for address in (reverse("events:keep", args=[draft.pk]), reverse("events:template", args=[template.pk])):
        page = host.post(address, {"name": name})
        assert (page.status_code, set(page.context["form"].errors)) == (422, {"name"})
    assert list(EventTemplate.objects.order_by("pk").values_list("name", flat=True)) == ["いつもの夜"]


def test_templates_are_their_owners_alone(draft, ren, sora, signed_in):
    template = keep_as_template(event_id=draft.pk, name="いつもの夜", by=ren, now=timezone.now())
    other = signed_in(make_member("ほかの進行役", roles=("host",)))
    for who in (other, signed_in(sora)):
        assert who.get(reverse("events:template", args=[template.pk])).status_code == 404
        assert who.post(reverse("events:template", args=[template.pk]), {"delete": "1"}).status_code == 404
        assert who.get(reverse("events:write", args=[template.start_key])).status_code == 404
    assert other.post(reverse("events:keep", args=[draft.pk]), {"name": "借りる"}).status_code == 404
    assert EventTemplate.objects.count() == 1


def test_more_than_enough_templates_are_refused_with_a_way_on(draft, ren, signed_in):
    for number in range(TEMPLATES.most):
        keep_as_template(event_id=draft.pk, name=str(number), by=ren, now=timezone.now())
    with pytest.raises(Refused):
        keep_as_template(event_id=draft.pk, name="もうひとつ", by=ren, now=timezone.now())
    answer = signed_in(ren).post(reverse("events:keep", args=[draft.pk]), {"name": "もうひとつ"})
    assert (answer.status_code, reverse("events:new") in answer.content.decode()) == (409, True)


def test_the_address_of_a_template_tells_no_number(ren, signed_in):
    """How many templates all hosts keep is nobody's to count."""
    template = EventTemplate.objects.create(owner=ren, name="いつもの夜", plan={}, kept_at=timezone.now())
    assert re.fullmatch(r"template-[A-Za-z0-9_-]{22}", template.start_key)
    assert signed_in(ren).get(reverse("events:write", args=[f"template-{template.pk}"])).status_code == 404
