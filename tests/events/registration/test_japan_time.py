"""Wherever somebody reads when an evening is, they read in which zone: some live abroad."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from events.registration.choices import RegistrationState
from tests import factories

ZONE = {"ja": "（日本時間）", "en": "(Japan time)"}
# From when till when, as a template writes it.
TIME_SPAN = re.compile(r'ends_at\|date:"TIME_FORMAT" \}\}\s*(?:</time>)?\s*(.{0,40})')
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.*"))


def test_no_template_gives_a_span_of_time_without_its_zone():
    found = [(path, after) for path in TEMPLATES for after in TIME_SPAN.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 10
    assert [path.name for path, after in found if not after.startswith('{% translate "（日本時間）" %}')] == []


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", ["event", "register", "mine", "events"])
def test_members_read_the_zone_before_they_decide(aki, mio, signed_in, name, language):
    event = factories.make_event()
    if name == "mine":
        factories.make_registration(event, aki, state=RegistrationState.CONFIRMED)
    aki.language = language
    aki.save(update_fields=["language"])
    args = [event.pk] if name in {"register"} else []
    address = event.get_absolute_url() if name == "event" else reverse(f"events:{name}", args=args)
    page = signed_in(aki).get(address).content.decode()
    whole = {"ja": "時刻は、すべて日本時間です。", "en": "All times are Japan time."}
    assert (whole if name == "events" else ZONE)[language] in page
