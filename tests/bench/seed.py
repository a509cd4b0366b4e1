"""Members with a session each, and events, written straight into the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from events.models import Event, Registration
from events.registration.choices import SEAT_MAIL, Mode, RegistrationState
from members.membership.choices import PeriodSource
from members.models import MemberSession, OutgoingMail, Period, PledgeAcceptance, Profile, User
from members.security.sessions import SessionStore
from tests import factories
from tests.bench.load import Ask

CSRF = "a" * 32  # a valid secret; the form sends the same
FORM = urlencode(
    {
        "csrfmiddlewaretoken": CSRF,
        "wants_to_talk": "となりの業界の、引き継ぎのしかた",
        "can_offer": "棚卸しの工夫",
        "mode": Mode.TALK,
    }
)
STEPS = ["pledge", "work", "themes", "reason", "preferences", "strengths"]


def make_members(count: int, *, prefix: str) -> list[User]:
    """Paid-up members who finished the welcome steps."""
    now, today = timezone.now(), timezone.localdate()
    members = User.objects.bulk_create(
        User(email=f"{prefix}{number}@example.jp", joined_at=now, password="!") for number in range(count)
    )
    Profile.objects.bulk_create(
        Profile(member=member, called_name=f"会員{member.pk}", industry="E", occupation="02", steps_done=STEPS)
        for member in members
    )
    PledgeAcceptance.objects.bulk_create(
        PledgeAcceptance(member=member, version="2026-11", accepted_at=now) for member in members
    )
    Period.objects.bulk_create(
        Period(
            member=member,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=335),
            source=PeriodSource.GRANTED,
        )
        for member in members
    )
    return members


def sign_in(members: Sequence[User], *, body: str = "") -> list[Ask]:
    """A session for each of them, and what their browser sends with a request."""
    store = SessionStore()
    sessions = [
        MemberSession(
            member=member,
            session_key=store._get_new_session_key(),
            expire_date=timezone.now() + timedelta(days=1),
            session_data=store.encode(
                {
                    SESSION_KEY: str(member.pk),
                    BACKEND_SESSION_KEY: "members.entrance.backend.MemberBackend",
                    HASH_SESSION_KEY: member.get_session_auth_hash(),
                }
            ),
        )
        for member in members
    ]
    MemberSession.objects.bulk_create(sessions)
    names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    return [Ask(f"{names[0]}={session.session_key}; {names[1]}={CSRF}", body) for session in sessions]


def make_evening(guests: Sequence[User], **fields: object) -> Event:
    """A published event with these people seated."""
    event = factories.make_event(**fields)
    for guest in guests:
        factories.make_registration(event, guest, wants_to_talk="となりの業界の、引き継ぎのしかた")
    return event


def stand_in_line(event: Event, members: Sequence[User]) -> None:
    """The first of them seated as far as there are seats, the others waiting behind."""
    now = timezone.now()
    Registration.objects.bulk_create(
        Registration(
            event=event,
            member=member,
            state=RegistrationState.CONFIRMED if number <= event.capacity else RegistrationState.WAITING,
            seat_number=number if number <= event.capacity else None,
            queue_number=number,
            registered_at=now,
            changed_at=now,
        )
        for number, member in enumerate(members, 1)
    )


def make_due_mails(count: int) -> None:
    """Mails of the usual size, for one reader."""
    now, [reader] = timezone.now(), make_members(1, prefix="mailed")
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            key=f"bench/{number}",
            kind=SEAT_MAIL,
            to=reader,
            address=reader.email,
            subject="席が決まりました",
            text="会の案内です。\n" * 40,
            html="<p>会の案内です。</p>" * 100,
            queued_at=now,
            send_after=now,
            expires_at=now + timedelta(days=3),
        )
        for number in range(count)
    )
