"""Inviting people by their address, without finding out who is a member."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.hosting.choices import INVITATION_MAIL
from events.hosting.flows.invitation import invite, send_invitations
from events.hosting.limits import INVITATIONS
from events.hosting.rules import NoInvitation, why_not_invite
from events.models import Condition, Event, Invitation
from events.registration.rules.registration import RegistrationWindow
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, OutgoingMail, Suspension
from tests import factories

NOW = timezone.now()
OPEN = RegistrationWindow(starts_at=NOW + timedelta(days=2), registration_closes_at=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("window", "facts", "reason"),
    [
        pytest.param(OPEN, {}, None, id="open"),
        pytest.param(
            RegistrationWindow(OPEN.starts_at, OPEN.registration_closes_at, is_published=False),
            {},
            None,
            id="a draft",
        ),
        pytest.param(OPEN, {"asks_for_invitation": False}, NoInvitation.NOT_ASKED_FOR, id="open to all anyway"),
        pytest.param(
            RegistrationWindow(OPEN.starts_at, NOW),
            {},
            NoInvitation.OVER,
            id="registration has closed",
        ),
        pytest.param(
            RegistrationWindow(OPEN.starts_at, OPEN.registration_closes_at, is_called_off=True),
            {},
            NoInvitation.OVER,
            id="off",
        ),
        pytest.param(OPEN, {"typed": INVITATIONS.at_once}, None, id="just not too many"),
        pytest.param(OPEN, {"typed": INVITATIONS.at_once + 1}, NoInvitation.TOO_MANY, id="too many at once"),
        pytest.param(OPEN, {"typed_today": INVITATIONS.a_day - 1}, None, id="the last of the day"),
        pytest.param(OPEN, {"typed_today": INVITATIONS.a_day}, NoInvitation.TOO_MANY, id="too many in a day"),
    ],
)
def test_why_not_invite(window, facts, reason):
    facts = {"asks_for_invitation": True, "typed": 1, "typed_today": 0, **facts}
    assert why_not_invite(window, **facts, now=NOW) == reason


pytestmark = pytest.mark.django_db


@pytest.fixture
def event(ren) -> Event:
    event = factories.make_event(ren)
    Condition.objects.create(event=event, kind="invited")
    return event


def _type(client, event, addresses: str):
    return client.post(reverse("events:invite", args=[event.pk]), {"addresses": addresses}, follow=True)


def test_the_answer_is_the_same_for_members_and_strangers(ren, aki, event, signed_in):
    client = signed_in(ren)
    answers = [_type(client, event, address) for address in (aki.email.upper(), "nobody@example.com")]
    said = [[str(message) for message in answer.context["messages"]] for answer in answers]
    assert said[0] == said[1]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert list(event.invitations.order_by("pk").values_list("member", "invited_by")) == [(aki.pk, ren.pk)]
    assert aki.email not in answers[0].content.decode()
    notes = AuditEntry.objects.filter(verb="event.invite")
    assert list(notes.values_list("object_id", "fields", "why")) == [(event.pk, [], "")] * 2


def test_no_mail_is_written_before_the_answer(ren, aki, event):
    now = timezone.now()
    asked = set()
    for address in (aki.email, "nobody@example.com", aki.email, ren.email):  # the second time nothing is new
        with CaptureQueriesContext(connection) as queries:
            invite(event_id=event.pk, by=ren, addresses=[address], now=now)
        asked.add(len(queries))
    assert not OutgoingMail.objects.exists()
    assert len(asked) == 1
    assert list(event.invitations.order_by("pk").values_list("member", "invited_by")) == [(aki.pk, ren.pk)]


def test_inviting_twice_changes_nothing_and_mails_once(ren, aki, event):
    now = timezone.now()
    for _ in range(2):
        invite(event_id=event.pk, by=ren, addresses=[aki.email], now=now)
    assert [send_invitations(now=now), send_invitations(now=now)] == [1, 0]
    mail = OutgoingMail.objects.get()
    assert (mail.key, mail.kind, mail.to) == (f"invitation/{event.pk}/{aki.pk}", INVITATION_MAIL, aki)
    assert event.get_absolute_url() in mail.text
    assert ren.email not in mail.text


def test_a_mail_waits_for_publication_and_is_not_sent_once_it_is_too_late(ren, aki, event):
    now = timezone.now()
    Event.objects.update(state=EventState.DRAFT, published_at=None)
    invite(event_id=event.pk, by=ren, addresses=[aki.email], now=now)
    assert send_invitations(now=now) == 0
    Event.objects.update(state=EventState.PUBLISHED, published_at=now)
    assert send_invitations(now=event.registration_closes_at) == 0
    assert send_invitations(now=now) == 1


def test_who_could_not_come_or_wants_none_gets_no_mail(ren, aki, mio, yu, event):
    now = timezone.now()
    Suspension.objects.create(member=aki, starts_at=now, reason="-")
    mio.muted_mail = [INVITATION_MAIL]
    mio.save(update_fields=["muted_mail"])
    invite(event_id=event.pk, by=ren, addresses=[aki.email, mio.email, yu.email], now=now)
    assert Invitation.objects.count() == 3
    assert send_invitations(now=now) == 0


@pytest.mark.parametrize("blocks", ["the host", "the member"])
def test_a_block_makes_a_member_a_stranger(ren, aki, event, blocks):
    pair = (ren, aki) if blocks == "the host" else (aki, ren)
    Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=timezone.now())
    invite(event_id=event.pk, by=ren, addresses=[aki.email], now=timezone.now())
    assert not Invitation.objects.exists()


def test_too_many_in_a_day_are_refused_whoever_they_are(ren, aki, event):
    now = timezone.now()
    for start in range(0, INVITATIONS.a_day, INVITATIONS.at_once):
        addresses = [f"nobody{start + number}@example.com" for number in range(INVITATIONS.at_once)]
        invite(event_id=event.pk, by=ren, addresses=addresses, now=now)
    with pytest.raises(Refused) as refused:
        invite(event_id=event.pk, by=ren, addresses=[aki.email], now=now)
    assert refused.value.reason == NoInvitation.TOO_MANY
    invite(event_id=event.pk, by=ren, addresses=[aki.email], now=now + timedelta(days=1, seconds=1))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "必須"),
        ("aki@example.jp, これは違う", "「これは違う」は、メールアドレスとして読めません"),
        ("\x00", "文字"),
        (" ".join(f"a{number}@example.jp" for number in range(21)), "一度に20件まで"),
        ("a" * 10_000, "文字"),
    ],
    ids=["empty", "no address", "NUL", "many", "overlong"],
)
def test_bad_input_is_told_and_kept(ren, event, signed_in, typed, sentence):
    page = signed_in(ren).post(reverse("events:invite", args=[event.pk]), {"addresses": typed})
    assert page.status_code == 422
    assert page.context["form"]["addresses"].value() == typed
    assert not AuditEntry.objects.exists()


def test_an_event_that_knows_no_invited_people_says_what_to_do(ren, signed_in):
    event = factories.make_event(ren)
    answer = _type(signed_in(ren), event, "aki@example.jp")
    assert (answer.status_code, "招待した方" in answer.content.decode()) == (409, True)


def test_strangers_and_other_hosts_find_nothing(aki, event, signed_in):
    address = reverse("events:invite", args=[event.pk])
    assert signed_in(aki).get(address).status_code == 404
    assert signed_in(event.host).get(address).status_code == 200
