"""What a host writes down about an event is listed once, in `EventPlan`: model, form and run sheet share its fields."""

from __future__ import annotations

from dataclasses import fields

from events.event.rules.event import COLUMNS, ROWS, EventPlan, Item
from events.hosting.forms.event import EventForm, RunSheetRow
from events.models import Event, RunSheetItem

# What the site itself notes about an event: who leads it, where it stands, and when something happened to it.
NOTED = {
    "id",
    "host",
    "state",
    "created_at",
    "publish_at",
    "published_at",
    "terms_changed_at",
    "closed_at",
    "called_off_reason",
    "calendar_sequence",
    "calendar_changed_at",
    "version",
    "evening_version",
    "desk_version",
    "series",
    "changed_alone",
    "balance_invited_at",
}


def columns_of(model: type) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_a_column_of_the_event_is_written_by_its_host_or_noted_by_the_site():
    new = columns_of(Event) - NOTED - set(COLUMNS)
    assert new == set(), "add it to `EventPlan` (events/event/rules/event.py), or here if no host writes it"
    assert set(COLUMNS) | NOTED == columns_of(Event)


def test_the_form_asks_for_every_part_of_a_plan():
    asked = set(EventForm.base_fields)
    parts = {part.name for part in fields(EventPlan)} - ROWS
    assert parts - asked == set(), "add a field of this name to `EventForm` (events/hosting/forms/event.py)"


def test_the_run_sheet_has_the_parts_of_an_item():
    parts = {part.name for part in fields(Item)}
    assert parts == set(RunSheetRow.base_fields)
    assert parts == columns_of(RunSheetItem) - {"id", "event", "position"}
