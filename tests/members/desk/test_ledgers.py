"""The owner's ledgers: rows as they are stored, to be read and nothing else."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse

from kouryu.references import reference_to
from members.desk.ledgers import LedgerAdmin
from members.models import AuditEntry, User
from tests import factories
from tests.access_world import make_world

pytestmark = pytest.mark.one_database

LEDGERS = {
    model._meta.label_lower.replace(".", "_"): admin.site.get_model_admin(model)
    for model in apps.get_models()
    if admin.site.is_registered(model)
}
# Text that the site or the staff wrote and that tells nothing of a member.
PLAIN = {
    "members_priceplan": {"key", "name_ja"},
    "members_due": {"reference"},
    "members_outgoingmail": {"kind"},
    "members_auditentry": {"verb", "object_type", "why", "request_id", "fields"},
    "members_auditseal": {"digest"},
    "members_heartbeat": {"job"},
    "members_memberimport": {"file_name"},
    "events_event": {"title"},
    "events_draw": {"seed_hash", "list_digest"},
}
FREE = (models.CharField, models.TextField, models.JSONField)


def page(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


@pytest.mark.parametrize("name", LEDGERS)
def test_a_column_of_words_is_chosen_on_purpose(name):
    ledger = LEDGERS[name]
    fields = [ledger.model._meta.get_field(column) for column in ledger.columns]
    words = {field.name for field in fields if isinstance(field, FREE) and not field.choices}
    assert isinstance(ledger, LedgerAdmin)
    assert words == PLAIN.get(name, set())


@pytest.mark.parametrize("name", LEDGERS)
def test_a_key_to_a_person_is_a_reference(name):
    ledger = LEDGERS[name]
    keys = {field.name for field in ledger.model._meta.fields if field.related_model is User}
    assert keys.intersection(ledger.columns) == set(ledger.people)


def test_the_ledgers_of_a_lively_site_name_nobody(db):
    world = make_world()
    owner = world.client("owner")
    pages = {name: owner.get(page(name)).content.decode() for name in LEDGERS}
    for person in filter(None, world.people.values()):
        words = (person.email, f">{person.profile.called_name}<")
        assert [name for name, text in pages.items() if any(word in text for word in words)] == []
    assert reference_to("person", world.people["participant"].pk)[:8] in pages["events_registration"]
    assert world.people["host"].hosted_events.first().title in pages["events_event"]


def test_the_overview_names_every_ledger(signed_in, sora):
    text = signed_in(sora).get(reverse("admin:index")).content.decode()
    assert [name for name in LEDGERS if page(name) not in text] == []


def test_acts_of_members_are_in_no_ledger(signed_in, sora):
    browser = signed_in(sora)
    at = factories.make_event(sora).starts_at
    AuditEntry.objects.create(at=at, by=sora, verb="block", object_type="members.block", object_id=1)
    AuditEntry.objects.create(at=at, by=sora, verb="event.publish", object_type="events.event", object_id=1)
    text = browser.get(page("members_auditentry")).content.decode()
    assert "event.publish" in text
    assert "members.block" not in text


@pytest.mark.parametrize(
    "sent", [{"action": "delete_selected", "_selected_action": "1"}, {"_save": "", "form-0-id": "1"}]
)
def test_nothing_can_be_changed(sent, signed_in, sora):
    factories.make_registration(factories.make_event(sora), sora)
    browser = signed_in(sora)
    before = {name: ledger.model.objects.count() for name, ledger in LEDGERS.items()}
    answers = {name: browser.post(page(name), sent).status_code for name in LEDGERS}
    assert set(answers.values()) <= {200, 302, 403, 405}
    assert {name: ledger.model.objects.count() for name, ledger in LEDGERS.items()} == before


@pytest.mark.parametrize("left", ["add/", "1/change/", "1/delete/", "1/history/"])
def test_a_row_has_no_page(left, signed_in, sora):
    assert signed_in(sora).get(page("members_due") + left).status_code == 404


def test_a_long_ledger_asks_no_more_than_a_short_one(signed_in, django_assert_max_num_queries, sora):
    event = factories.make_event(sora)
    browser = signed_in(sora)
    for _ in range(12):
        factories.make_registration(event, factories.make_member())
    with django_assert_max_num_queries(9):
        browser.get(page("events_registration"))


@pytest.mark.parametrize("asked", ["?q=%00", "?state__exact=x", "?p=99999", "?o=1.-2.x", "?e=1", "?member__email=a"])
def test_hostile_questions_are_answered(asked, signed_in, sora):
    answer = signed_in(sora).get(page("members_due") + asked)
    assert answer.status_code in {200, 302, 400}


def test_a_hidden_column_cannot_be_asked_about(signed_in, sora):
    browser = signed_in(sora)
    for name, ledger in LEDGERS.items():
        hidden = {field.name for field in ledger.model._meta.fields} - set(ledger.list_filter) - {ledger.date_hierarchy}
        for asked in (f"{field}__{how}=a" for field in sorted(hidden) for how in ("startswith", "contains")):
            answer = browser.get(f"{page(name)}?{asked}")
            assert answer.status_code in {302, 400}, f"{name} {asked}"


def test_the_filters_of_a_ledger_work(signed_in, sora):
    browser = signed_in(sora)
    for name, ledger in LEDGERS.items():
        fields = [ledger.model._meta.get_field(field) for field in ledger.list_filter]
        asked = [f"{field.name}__exact={field.choices[0][0]}" for field in fields if field.choices]
        asked += [f"{ledger.date_hierarchy}__year=2026"] if ledger.date_hierarchy else []
        assert [one for one in asked if browser.get(f"{page(name)}?{one}").status_code != 200] == [], name
