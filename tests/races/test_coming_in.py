"""One invitation taken by many at once: never more than it has places for."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError
from django.utils import timezone

from kouryu.env import OpenID
from kouryu.openid import PROVIDER
from members.accounts.choices import Role
from members.admission.choices import ReviewAct
from members.admission.flows import application, invitation
from members.admission.flows.invitation import accept_invitation
from members.admission.limits import INVITES
from members.admission.rules import InvitationWish, NoReview, NoWayIn
from members.desk.choices import Purpose
from members.desk.flows import look
from members.linking import flows as linking
from members.linking.choices import CallResult
from members.linking.queries import digests_of
from members.linking.rules import NoCall, PaidCall
from members.models import (
    AcceptedInvitation,
    ApplicationReview,
    InvitedMailbox,
    MemberInvitation,
    OutgoingMail,
    Period,
    ServiceDays,
    User,
)
from tests import factories
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PLACE = 'INSERT INTO "members_acceptedinvitation"'
LOCK_OF_INVITATION = 'SELECT "members_memberinvitation"'
PLACES, GUESTS = 3, 8


@pytest.fixture
def link(transactional_db) -> MemberInvitation:
    now = timezone.now()
    return MemberInvitation.objects.create(
        by_staff=True, made_at=now, expires_at=now + timedelta(days=1), places=PLACES, gift_months=1
    )


def guest(number: int) -> User:
    member = factories.make_account(f"客{number}", pledged=False)
    member.awaits_admission = True
    member.save()
    return member


def take(link, member):
    return lambda: accept_invitation(number=link.pk, member=member, now=timezone.now()).place


def test_a_link_lets_in_as_many_as_it_has_places(link):
    taken = at_once(LOCK_OF_INVITATION, *[take(link, guest(number)) for number in range(GUESTS)])

    counted = Counter(taken)
    assert counted == {**dict.fromkeys(range(1, PLACES + 1), 1), NoWayIn.USED_UP: GUESTS - PLACES}
    assert User.objects.filter(awaits_admission=True).count() == GUESTS - PLACES
    assert Period.objects.count() == PLACES


def test_one_guest_who_clicks_twice_takes_one_place_and_one_month(link):
    member = guest(1)
    assert at_once(LOCK_OF_INVITATION, take(link, member), take(link, member)) == [1, 1]
    assert Period.objects.count() == 1


def test_without_the_lock_two_want_one_place_and_the_constraint_stops_one(link, monkeypatch):
    """The control: both count the same number of places taken."""
    monkeypatch.setattr(
        invitation.MemberInvitation.objects, "select_for_update", lambda **_: MemberInvitation.objects.all()
    )
    taken = at_once(PLACE, take(link, guest(1)), take(link, guest(2)))

    assert sorted(taken, key=str) == sorted([1, IntegrityError], key=str)
    assert AcceptedInvitation.objects.count() == 1


@pytest.fixture
def applied(transactional_db, settings) -> User:
    settings.ENTRANCE = "application"
    member = guest(1)
    application.apply(member=member, answers={}, now=timezone.now())
    return member


def answer(member, by, act):
    look(member=member, by=by, purpose=Purpose.APPLICATION, now=timezone.now())
    return lambda: (
        application.answer_application(
            member=member, by=by, act=act, words="読んで決めました。", seen_version=1, now=timezone.now()
        ).state
    )


LOCK_OF_MEMBER = 'SELECT "members_user"'


def test_two_of_the_staff_give_one_answer(applied):
    one, two = (factories.make_member(name, roles=(Role.DESK,)) for name in ("ふみ", "そら"))
    given = at_once(LOCK_OF_MEMBER, answer(applied, one, ReviewAct.ACCEPT), answer(applied, two, ReviewAct.DECLINE))

    assert NoReview.CHANGED_MEANWHILE in given
    assert ApplicationReview.objects.count() == OutgoingMail.objects.count() == 1


def test_without_the_lock_both_are_written_down(applied, monkeypatch):
    """The control: both read the version that they saw."""
    one, two = (factories.make_member(name, roles=(Role.DESK,)) for name in ("ふみ", "そら"))
    acts = answer(applied, one, ReviewAct.ASK), answer(applied, two, ReviewAct.DECLINE)
    monkeypatch.setattr(User.objects, "select_for_update", lambda **_: User.objects.all())
    at_once('INSERT INTO "members_applicationreview"', *acts)

    assert ApplicationReview.objects.count() == 2


# --- days that the service says are paid

LAST_PERIOD = 'INSERT INTO "members_period"'


@pytest.fixture
def paying_there(transactional_db, settings) -> User:
    settings.OPENID = OpenID(
        "https://accounts.example.jp", "kouryu", "a secret", "会", trusts_addresses=True, paid_until_claim="paid_until"
    )
    member = guest(1)
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    SocialAccount.objects.create(user=member, provider=PROVIDER, uid="1", extra_data=claimed(until))
    return member


def claimed(day: str) -> dict[str, str]:
    return {"paid_until": day, "said_at": timezone.now().isoformat()}


def sign_in(member):
    return lambda: linking.take_over_paid_days(member=member, now=timezone.now()) is not None


def test_two_sign_ins_at_once_give_the_days_once(paying_there):
    assert sorted(at_once(LOCK_OF_MEMBER, sign_in(paying_there), sign_in(paying_there))) == [False, True]
    assert Period.objects.count() == 1


def test_without_the_locks_the_constraint_stops_the_second(paying_there, monkeypatch):
    """The control: both find no day. A member who is here already: letting one in would lock their row, too."""
    User.objects.update(awaits_admission=False)
    now = timezone.now()
    heard = {"said_until": timezone.localdate(now), "said_at": now}  # so that neither writes the word down and waits
    ServiceDays.objects.create(provider=PROVIDER, subject=digests_of("1")[0], **heard)
    monkeypatch.setattr(User.objects, "select_for_update", lambda **_: User.objects.all())
    monkeypatch.setattr(ServiceDays.objects, "select_for_update", lambda **_: ServiceDays.objects.all())
    given = at_once(LAST_PERIOD, sign_in(paying_there), sign_in(paying_there))
    assert sorted(given, key=str) == sorted([True, IntegrityError], key=str)


def calls(day, digest="one"):
    now = timezone.now()
    call = PaidCall("call-1", now, "1", timezone.localdate(now) + timedelta(days=day))
    return lambda: linking.hear_call(call=call, digest=digest, now=now)[0]


def test_one_call_that_comes_twice_at_once_is_heard_once(paying_there):
    given = at_once('INSERT INTO "members_servicecall"', calls(9), calls(9))
    assert sorted(given) == [CallResult.GIVEN, CallResult.HELD]
    assert Period.objects.count() == 1


def test_one_id_for_two_calls_at_once_counts_for_one(paying_there):
    given = at_once('INSERT INTO "members_servicecall"', calls(9, "one"), calls(19, "other"))
    assert NoCall.ID_USED in given
    assert Period.objects.count() == 1


def test_a_call_beside_a_sign_in_gives_the_days_once(paying_there):
    at_once('SELECT "members_user"', calls(9), sign_in(paying_there))
    assert Period.objects.count() == 1


# --- invitations to one mailbox

MAILBOX_WRITTEN = 'UPDATE "members_invitedmailbox"'


def write_to(address, by):
    wish = InvitationWish(by_staff=True, address=address, places=1, last_day=timezone.localdate())
    return lambda: invitation.invite(by=by, wish=wish, now=timezone.now()) and None


@pytest.fixture
def inviters(transactional_db) -> list[User]:
    """Three of the staff; the mailbox has had one mail already, and may have one more this week."""
    three = [factories.make_member(name, roles=(Role.DESK,)) for name in ("ふみ", "そら", "もと")]
    write_to("hana@example.jp", three[0])()
    return three


def test_many_who_invite_at_once_write_no_more_than_a_mailbox_gets(inviters):
    spellings = ("hana@example.jp", "Hana+a@example.jp", "hana+b@example.jp")
    at_once(MAILBOX_WRITTEN, *[write_to(address, by) for address, by in zip(spellings, inviters, strict=True)])
    assert OutgoingMail.objects.count() == INVITES.mails_a_week


def test_without_the_lock_of_the_mailbox_all_of_them_write(inviters, monkeypatch):
    """The control: each has read that one more may go."""
    monkeypatch.setattr(InvitedMailbox.objects, "select_for_update", lambda **_: InvitedMailbox.objects.all())
    at_once(MAILBOX_WRITTEN, *[write_to("hana@example.jp", by) for by in inviters])
    assert OutgoingMail.objects.count() == 1 + len(inviters)
