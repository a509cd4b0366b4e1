"""Plans and forms as a host would send them; what matters to a test is said in that test."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from events.event.choices import Promise
from events.event.rules.event import EventPlan, Item

HOUR = (
    Item(10, "進めかたと約束"),
    Item(20, "ひとつめの組", kind="talk"),
    Item(20, "ふたつめの組", kind="talk"),
    Item(10, "しずかな時間", kind="quiet"),
)


def make_plan(now: datetime, **fields: Any) -> EventPlan:
    """An online hour a week from now, ready to be published."""
    starts_at = fields.pop("starts_at", (now + timedelta(days=7)).replace(second=0, microsecond=0))
    return EventPlan(
        **{
            "title": "業界の当たり前を見せ合う夜",
            "description": "となりの業界の人と、いつもの仕事の話をします。",
            "starts_at": starts_at,
            "minutes": 60,
            "registration_closes_at": starts_at,
            "capacity": 12,
            "group_size": 4,
            "format": "online",
            "room_url": "https://meet.example.jp/room",
            "promises": tuple(Promise.values),
            "run_sheet": HOUR,
            **fields,
        }
    )


def typed(plan: EventPlan, **answers: Any) -> dict[str, Any]:
    """What the form sends for a plan."""
    fields = {
        "title": plan.title,
        "description": plan.description,
        "host_words": plan.host_words,
        "format": plan.format,
        "room_url": plan.room_url,
        "place": plan.place,
        "starts_at": localtime(plan.starts_at).strftime("%Y-%m-%dT%H:%M"),
        "minutes": str(plan.minutes),
        "length_reason": plan.length_reason,
        "registration_closes_at": "",
        "capacity": str(plan.capacity),
        "group_size": str(plan.group_size),
        "themes": list(plan.themes),
        "promises": list(plan.promises),
        "rows-TOTAL_FORMS": str(len(plan.run_sheet)),
        "rows-INITIAL_FORMS": "0",
    }
    for number, item in enumerate(plan.run_sheet):
        fields |= {
            f"rows-{number}-minutes": str(item.minutes),
            f"rows-{number}-title": item.title,
            f"rows-{number}-note": item.note,
            f"rows-{number}-kind": item.kind,
            f"rows-{number}-group_size": str(item.group_size or ""),
            f"rows-{number}-depth": str(item.depth or ""),
        }
    return {**fields, **answers}
