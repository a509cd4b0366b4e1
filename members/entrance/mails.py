"""The mails about accounts and their codes. Each function builds one mail and puts it into the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string

from members.entrance.limits import CODES
from members.mail.choices import ACCOUNT_MAIL, CodeMail
from members.mail.outbox import code_key, enqueue, has_had_enough, nobody
from members.models import User

# --- the account: answers to the member's own click, each one of its own, therefore a random part in the key


def verification_code(member: User, *, address: str, code: str, until: datetime, now: datetime) -> None:
    """The code that proves an address, at sign-up or when the address changes. It holds until `until`."""
    _code(CodeMail.VERIFICATION, member, address, code, until, now)


def password_code(member: User, *, address: str, code: str, until: datetime, now: datetime, browser: str = "") -> None:
    """The code that lets a member choose a new password; `browser` names the known one that it was asked with."""
    _code(CodeMail.NEW_PASSWORD, member, address, code, until, now, browser)


def login_code(member: User, *, address: str, code: str, until: datetime, now: datetime, browser: str = "") -> None:
    """The code that signs a member in; `browser` names the known one that it was asked with."""
    _code(CodeMail.LOGIN, member, address, code, until, now, browser)


def proof_code(member: User, *, address: str, code: str, until: datetime, now: datetime, browser: str = "") -> None:
    """The code that proves who is signed in, before something that matters is changed."""
    _code(CodeMail.PROOF, member, address, code, until, now, browser)


def code_for_nobody(*, address: str, until: datetime, now: datetime) -> None:
    """What is written when somebody asks for a code with an address that has no account: a mail that goes nowhere."""
    _code(CodeMail.LOGIN, nobody(), address, "AAAA-AAAA", until, now)


def _code(
    what: CodeMail, member: User, address: str, code: str, until: datetime, now: datetime, browser: str = ""
) -> None:
    """Leaves while there is time to type it, or never."""
    _asked_mail(what, member, address, {"code": code, "until": until}, now, until - CODES.time_to_type, browser)


def account_known(member: User, *, now: datetime) -> None:
    """Somebody signed up with an address that has an account. Only its owner is told so."""
    _asked_mail("known", member, member.email, {}, now)


def sign_in_guide(member: User, *, now: datetime) -> None:
    """How to sign in, sent by the desk at the member's wish. It holds no code: only its owner can ask for one."""
    _asked_mail("sign-in", member, member.email, {}, now)


def account_changed(member: User, *, what: str, address: str, now: datetime) -> None:
    """Password or address were changed. `what` is one of `password`, `address`, told to the old address too."""
    _account_mail("changed", member, address, {"what": what, "changed_at": now}, now)


@transaction.atomic
def _asked_mail(
    what: str,
    member: User,
    address: str,
    context: dict[str, Any],
    now: datetime,
    expires_at: datetime | None = None,
    browser: str = "",
) -> None:
    """A mail that anybody can have sent by typing an address: one too many goes nowhere, and nobody is told."""
    if has_had_enough(what, to=member, address=address, browser=browser, now=now) or not member.pk:
        member, address = nobody(), ""
    _account_mail(what, member, address, context, now, expires_at, browser)


def _account_mail(
    what: str,
    member: User,
    address: str,
    context: dict[str, Any],
    now: datetime,
    expires_at: datetime | None = None,
    browser: str = "",
) -> None:
    enqueue(
        code_key(what, member, browser) + get_random_string(12),
        kind=ACCOUNT_MAIL,
        to=member,
        address=address,
        template=f"account/{what}",
        context=context,
        now=now,
        expires_at=expires_at,
    )
