"""The sessions in which a member is signed in, and what proves more than a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from kouryu.encryption import Unreadable, decrypt
from kouryu.references import number_behind, reference_to
from members.models import FactorReset, MemberSession, User
from members.security.choices import ResetState
from members.security.rules import Person, is_over_for_staff, may_agree
from members.standing.queries import open_suspension

DEVICE, USED_AT = "device", "used_at"  # in a session: what `device_of` said at the sign-in; a time stamp
SECRETS = ("secret", "seed")  # the keys of `Authenticator.data` that hold encrypted text
PROVED = "second_factor_of"  # in a session: whose second factor was used in it, or set up


@dataclass(frozen=True)
class OpenSession:
    """A session as its member reads of it; `handle` names it on the page."""

    handle: str
    device: str
    signed_in_at: datetime
    used_at: datetime
    is_here: bool


def open_sessions(member: User, *, here: str | None, now: datetime) -> list[OpenSession]:
    """Where `member` is signed in: the session with the key `here` first, then the one that was used last."""
    rows = MemberSession.objects.filter(member=member, expire_date__gt=now)
    found = [_as_read(row, here) for row in rows]
    if member.role_grants.live().exists():
        found = [one for one in found if not is_over_for_staff(one.signed_in_at, one.used_at, now)]
    return sorted(found, key=lambda one: (one.is_here, one.used_at), reverse=True)


def used_at(noted: int | None, signed_in_at: datetime) -> datetime:
    """When a session was last used: what it notes of that, or its sign-in."""
    return datetime.fromtimestamp(noted, UTC) if noted else signed_in_at


def note_proof(session: SessionBase, member: User) -> None:
    """From now on this session counts as proved by a second factor, as long as `member` is the one signed in."""
    session[PROVED] = member.pk


def forget_proof(session: SessionBase) -> None:
    session.pop(PROVED, None)


def is_proved(session: SessionBase, member: User) -> bool:
    """Whether `member` used a second factor in this session, or set it up in it."""
    return session.get(PROVED) == member.pk


def has_factor(member: User) -> bool:
    """Whether `member` has a second factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user=member).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def passkeys_of(member: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=member, type=Authenticator.Type.WEBAUTHN)


def find_passkey(credential_id: str) -> Authenticator | None:
    """The passkey with this id, whoever's it is; ids are as browsers write them (`AddPasskeyForm` keeps them true)."""
    rows = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, data__credential__id=credential_id)
    return rows.select_related("user").first()


def unreadable_secrets() -> list[Authenticator]:
    """The second factors whose secret no key of today reads."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [row for row in rows.iterator() if not all(map(_is_readable, secrets_of(row)))]


def secrets_of(row: Authenticator) -> list[str]:
    """What the row keeps encrypted: the secret of an app, the seed of recovery codes."""
    return [row.data[name] for name in SECRETS if name in row.data]


def _is_readable(token: str) -> bool:
    try:
        decrypt(token)
    except Unreadable:
        return False
    return True


def _as_read(row: MemberSession, here: str | None) -> OpenSession:
    kept = row.get_decoded()
    signed_in_at = row.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return OpenSession(
        handle=row.handle,
        device=kept.get(DEVICE, ""),
        signed_in_at=signed_in_at,
        used_at=used_at(kept.get(USED_AT), signed_in_at),
        is_here=row.session_key == here,
    )


# --- the way back of who lost everything


def open_reset(member: User) -> FactorReset | None:
    """The way back that is open for `member`."""
    rows = FactorReset.objects.open().select_related("proposed_by__profile", "confirmed_by__profile")
    return rows.filter(member=member).first()


def open_resets() -> QuerySet[FactorReset]:
    """All that are open, the longest first."""
    return FactorReset.objects.open().order_by("asked_at", "pk")


def person_of(member: User, now: datetime) -> Person:
    """What the rules of a way back ask of `member` now, freshly read."""
    roles = frozenset(member.role_grants.live().values_list("role", flat=True))
    return Person(is_out=not member.is_active or open_suspension(member, now) is not None, roles=roles)


def person_if_there(member: User | None, now: datetime) -> Person | None:
    """As `person_of`; None for an account that was deleted since."""
    return person_of(member, now) if member else None


def words_of(reset: FactorReset) -> list[tuple[datetime, str]]:
    """What each request said, the first one first, with its moment."""
    later = [(datetime.fromisoformat(one["at"]), one["words"]) for one in reset.later_words]
    return [(reset.asked_at, reset.words), *later]


def state_of(reset: FactorReset | None, now: datetime) -> str | None:
    """How far it is. A proposal of somebody who could not make it any more is none: another one proposes it."""
    if reset is None or reset.state != ResetState.PROPOSED:
        return reset.state if reset else None
    about, proposer = person_of(reset.member, now), person_if_there(reset.proposed_by, now)
    is_theirs = proposer is not None and may_agree(proposer, about=about)
    return reset.state if is_theirs else ResetState.ASKED


def stop_token_of(reset: FactorReset) -> str:
    """By what the link that stops it names it."""
    return reference_to("factor-reset", reset.pk)


def reset_by(token: str) -> FactorReset | None:
    """The one that such a link names."""
    number = number_behind("factor-reset", token)
    return FactorReset.objects.filter(pk=number).first() if number is not None else None
