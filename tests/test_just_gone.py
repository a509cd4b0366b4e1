"""Whoever has just gone writes nothing any more: each flow refuses them under their lock, or it is said why not.

An account goes while a request of its member is on the way. The flow finds out under the lock of the row that the
deletion held (`members/accounts/locks.py`): what it wrote afterwards nobody would ever delete.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Gone
from members.models import User
from tests import factories
from tests.modules import of_layer

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOW = timezone.now()
ACTING = ("member", "by", "giver", "reporter")  # by what name a flow calls the one who acts; the first that it has
VALUES = {"int": 1, "str": "ことば", "bool": False, "datetime": NOW, "date": NOW.date()}
SAW = "最後まで口をはさまずに聴いてくれて、話しやすかったです。"
# What a flow looks at before it locks anybody: good words, so that only the member can be what is wrong.
GOOD = {"picks": ["listen-through"], "saw": SAW, "would_count": "", "words": SAW, "looks": {}, "muted_mail": ()}

STAFF = "an act of staff: their sessions ended with their account, and the page asks who they are"
HOST = "whoever leads the evening is asked under its lock, and leaving hands it over or calls it off"
PART = "a part of other flows, which lock the member"
AWAY = "takes something away, and writes nothing"
TIE = "the row of the tie is locked, and leaving ends the tie"
ENTERED = "of allauth's own row, which is there by then: nothing of a person stands in it"
ELSE = {
    "members.admission.flows.admitting.admit": PART,
    "members.admission.flows.application.answer_application": STAFF,
    "members.admission.flows.invitation.take_back_invitation": AWAY,
    "members.affinity.flows.name_affinity": STAFF,
    "members.affinity.flows.retire_affinity": STAFF,
    "members.cards.flows.subscriptions.begin_forgetting": "the end of an account itself",
    "members.desk.flows.": STAFF,
    "members.entrance.flows.send_sign_in_guide": STAFF,
    "members.leaving.flows.carry_over": PART,
    "members.linking.flows.note_link": ENTERED,
    "members.linking.flows.unlink_stranger": AWAY,
    "members.linking.flows.take_over_paid_days": "nothing without a link, and leaving ends that; then under the lock",
    "members.membership.flows.grants.": STAFF,
    "members.membership.flows.ordering.cancel_order": AWAY,
    "members.membership.flows.ordering.withdraw_open_order": AWAY,
    "members.membership.flows.plans.": STAFF,
    "members.banking.flows.": STAFF,
    "members.cards.flows.wishes.way_to_another_card": "nothing is written here, and leaving takes the customer away",
    "members.closing.flows.close_month": STAFF,
    "members.membership.flows.paying.forgive": PART,
    "members.membership.flows.transfers.make_it_of": PART,
    "members.membership.flows.second.": STAFF,
    **dict.fromkeys(
        (
            f"members.membership.flows.transfers.{act}"
            for act in (
                *("confirm_transfer", "forgive_difference", "note_payment", "assign_payment", "undo_payment"),
                *("owe_refund", "pay_refund"),
            )
        ),
        STAFF,
    ),
    "members.moving.flows.": STAFF,
    "members.security.flows.end_": AWAY,
    "members.security.flows.remove_factor": ENTERED,
    "members.security.flows.add_factor": ENTERED,
    "members.security.flows.renew_recovery_codes": ENTERED,
    "members.security.flows.use_recovery_code": ENTERED,
    "members.security.flows.fail_to_prove": "a line without words",
    "members.security.flows.propose_reset": STAFF,
    "members.security.flows.confirm_reset": STAFF,
    "members.security.flows.decline_reset": STAFF,
    "members.standing.flows.unblock": AWAY,
    "members.standing.flows.block_again": PART,
    "members.standing.flows.suspend": STAFF,
    "members.standing.flows.lift": STAFF,
    "members.texts.flows.settle_texts": PART,
    "members.texts.flows.forget_waiting": PART,
    "events.evening.flows.attendance.correct_attendance": STAFF,
    "events.evening.flows.checking_in.": HOST,
    "events.evening.flows.evening.": HOST,
    "events.evening.flows.exporting.": HOST,
    "events.evening.flows.signal.see_signal": HOST,
    "events.groups.flows.": HOST,
    "events.hosting.flows.": HOST,
    "events.registration.flows.mark.rule_on_objection": STAFF,
    "events.registration.flows.registration.give_back_seats": AWAY,
    "events.registration.flows.texts.screen_": PART,
    "events.registration.flows.waitlist.decline_offer": AWAY,
    "feedback.growth.flows.turning_point.delete_turning_point": AWAY,
    "feedback.letters.flows.anonymous_picks.look": STAFF,
    "feedback.letters.flows.anonymous_picks.switch_on": AWAY,
    "feedback.letters.flows.letter.withdraw_letter": AWAY,
    "feedback.letters.flows.skip.think_again": AWAY,
    "feedback.safety.flows.take": STAFF,
    "feedback.safety.flows.read": STAFF,
    "feedback.safety.flows.release": STAFF,
    "feedback.safety.flows.decide": STAFF,
    "feedback.safety.flows.add_term": STAFF,
    "feedback.safety.flows.switch_o": STAFF,
    "feedback.ties.flows.contact.": TIE,
    "feedback.ties.flows.introduction.": "asked of who is within reach, then of the three rows, locked",
    "feedback.ties.flows.reach.": PART,
    "feedback.ties.flows.short_note.see_notes": TIE,
    "feedback.ties.flows.talk.": TIE,
    "feedback.ties.flows.tie.end_tie": AWAY,
}


def flows() -> Iterator[tuple[str, Callable[..., Any], str]]:
    """Each flow that somebody acts in: its name, the function, and the name of that argument."""
    for module in of_layer("flows"):
        for name, flow in vars(module).items():
            if not inspect.isfunction(flow) or flow.__module__ != module.__name__ or name.startswith("_"):
                continue
            hints = {key: one.annotation for key, one in inspect.signature(flow).parameters.items()}
            acting = next((key for key in ACTING if hints.get(key) == "User"), None)
            if acting:
                yield f"{module.__name__}.{name}", flow, acting


FLOWS = {name: (flow, acting) for name, flow, acting in flows()}


def value_for(hint: str, other: User, globals_of: dict[str, Any]) -> Any:
    if hint.startswith("User"):
        return other
    plain = hint.removesuffix(" | None")
    if plain in VALUES:
        return VALUES[plain]
    if inspect.isclass(made := globals_of.get(plain)) and is_dataclass(made):
        with suppress(TypeError):
            return made()
    return {} if plain.startswith(("Mapping", "dict")) else () if "[" in plain else object()


def refused_under_the_lock(flow: Callable[..., Any], acting: str, gone: User, other: User) -> bool:
    """Whether the flow, called for somebody who has gone, ends in `lock_member`, whatever else it was told."""
    parameters, names = inspect.signature(flow).parameters, inspect.unwrap(flow).__globals__
    needed = {key: str(one.annotation) for key, one in parameters.items() if one.default is one.empty}
    said = {key: value_for(hint, other, names) for key, hint in needed.items()}
    said[acting] = gone
    if "now" in parameters:
        said["now"] = NOW
    said |= {key: GOOD[key] for key in said if key in GOOD}
    try:
        with transaction.atomic():
            flow(**said)
    except Gone as why:
        return "lock_member" in [frame.name for frame in traceback.extract_tb(why.__traceback__)]
    except Exception:
        return False
    return False


@pytest.fixture
def gone() -> User:
    member = factories.make_member("そら")
    User.objects.filter(pk=member.pk).update(is_active=False)
    return member


def is_said_why_not(name: str) -> bool:
    return any(name == key or (name.startswith(key) and key[-1] in "._o") for key in ELSE)


@pytest.mark.parametrize("name", [name for name in FLOWS if not is_said_why_not(name)])
def test_a_flow_refuses_who_has_just_gone(name, gone):
    flow, acting = FLOWS[name]
    other = factories.make_member("ふみ")
    assert refused_under_the_lock(flow, acting, gone, other), "lock_member, or say in ELSE why not"


def test_what_is_said_why_not_is_there_and_needs_it(gone):
    """A flow that has learnt it leaves the list, but where a part of a name stands for several."""
    other = factories.make_member("ふみ")
    exact = [key for key in ELSE if key[-1] not in "._o"]
    assert [key for key in exact if key not in FLOWS] == []
    assert [key for key in exact if refused_under_the_lock(*FLOWS[key], gone, other)] == []
    assert [key for key in ELSE if not any(name.startswith(key) for name in FLOWS)] == []


def test_most_flows_of_members_are_asked():
    assert len([name for name in FLOWS if not is_said_why_not(name)]) > 60
