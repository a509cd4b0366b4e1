"""What one person chose about another shows to nobody: every page, mail, figure, refusal and count of queries of the
other one, and of staff, is the same byte for byte whether and whatever was chosen.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from feedback.models import Intention, Tie
from feedback.ties.choices import IntentionKind
from feedback.ties.flows.tie import choose_intention, form_ties
from members.models import AuditEntry, OutgoingMail
from tests.access_world import VIEWERS, AccessWorld, make_world
from tests.test_access import TABLE

pytestmark = pytest.mark.one_database

# What differs between two looks at one page although nothing happened; the queue says how long ago.
VOLATILE = re.compile(
    rb'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|>\d+[^\s<]+</time>'
)  # the queue says how long ago
OWN_CLOCK = {"events:enter"}  # a way in that is made for one click


@pytest.fixture
def world(db) -> AccessWorld:
    """Two who met yesterday and are not tied."""
    world = make_world()
    Tie.objects.all().delete()
    for viewer in ("participant", "owner"):
        world.client(viewer)  # signed in once for all looks
    world.people["companion"] = Event.objects.get(pk=_yesterday(world)).registrations.order_by("pk")[1].member
    return world


def _yesterday(world: AccessWorld) -> int:
    return world.values["feedback:evening"]("")["pk"]


def _open_to(viewer: str) -> list[str]:
    """The pages that open to this viewer: each look costs a request, so that the doors that stay shut are left out."""
    place = VIEWERS.index(viewer)
    return sorted(
        name for name, (opened, _) in TABLE.items() if opened[place] == "o" and ":" in name and name not in OWN_CLOCK
    )


def looks(world: AccessWorld, viewer: str, names: list[str]) -> dict[str, object]:
    """What this viewer sees at every address, and what was written to them; nothing of the looking stays."""
    seen: dict[str, object] = {}
    for name in names:
        with transaction.atomic():
            client = world.client(viewer)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse(name, kwargs=world.kwargs(name, viewer)))
            body = VOLATILE.sub(b"", page.content)
            seen[name] = (page.status_code, page.get("Location"), body, len(queries))
            transaction.set_rollback(True)
    person = world.people[viewer]
    seen["mails"] = sorted(OutgoingMail.objects.filter(to=person).values_list("key", "text", "send_after"))
    seen["audit"] = AuditEntry.objects.count()
    return seen


def tries(world: AccessWorld) -> dict[str, object]:
    """What answers the other one when they choose themselves, one after the other, and thank."""
    seen: dict[str, object] = {}
    with transaction.atomic():
        client = world.client("participant")
        url = reverse("feedback:intention", kwargs=world.kwargs("feedback:intention", "participant"))
        for kind in [*IntentionKind, "", "nonsense", "hear"]:
            page = client.post(url, {"kind": kind})
            shown = client.get(url)
            seen[kind] = [(one.status_code, VOLATILE.sub(b"", one.content)) for one in (page, shown)]
        transaction.set_rollback(True)
    return seen


def after(world: AccessWorld, what: str) -> dict[str, object]:
    """Everything that participant and owner see once the companion has done `what`; then all is as before."""
    holder, person, event_id = world.people["companion"], world.people["participant"], _yesterday(world)
    about, now = {"person_id": person.pk, "event_id": event_id}, timezone.now()
    for kept in ("parts", "news"):  # what was drawn before would not be asked again
        caches[kept].clear()
    with transaction.atomic():
        if what != "nothing":
            kind = IntentionKind.ONLY_THIS if what == "only this" else IntentionKind.HEAR
            choose_intention(by=holder, **about, kind=kind, now=now)
        Intention.objects.update(locks_at=now - timedelta(hours=2), forms_at=now - timedelta(hours=1))
        form_ties(now)
        told = {who: looks(world, who, _open_to(who)) for who in ("participant", "owner")}
        told["tries"] = tries(world)
        transaction.set_rollback(True)
    return told


def test_a_one_sided_choice_changes_no_byte_of_what_anybody_else_sees(world, monkeypatch):
    started = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: started)  # pages say how many minutes are left
    told = {what: after(world, what) for what in ("nothing", "wish", "only this")}
    leaks = [
        (what, who, name)
        for what, views in told.items()
        for who, view in views.items()
        for name, seen in view.items()
        if seen != told["nothing"][who][name]
    ]
    assert leaks == []
    assert min(len(told["nothing"][who]) for who in ("participant", "owner")) > 40


def test_the_looks_would_notice_a_tie(world):
    """The control: what both chose is seen."""
    one, other = world.people["companion"], world.people["participant"]
    names = ["feedback:people"]
    before = looks(world, "participant", names)
    for by, person in ((one, other), (other, one)):
        choose_intention(
            by=by, person_id=person.pk, event_id=_yesterday(world), kind=IntentionKind.TRY, now=timezone.now()
        )
    Intention.objects.update(forms_at=timezone.now())
    form_ties(timezone.now())
    seen = looks(world, "participant", names)
    assert [name for name in before if before[name] != seen[name]] == ["feedback:people", "mails"]
