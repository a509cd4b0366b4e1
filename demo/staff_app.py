"""The authenticator app of the demo's staff, whose code the demo itself shows: nobody there has such a phone.

The site knows nothing of it: the staff of a demo sign in by the same two steps as those of a real site.
"""

from __future__ import annotations

import hmac
import struct
from base64 import b32decode
from datetime import datetime, timedelta
from hashlib import sha1

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from members.models import User
from members.security import flows

KEY = "KJXW62LONYQG63RAOZSXE2LGNFSWIIDB"  # anybody can read it here
PERIOD = timedelta(seconds=30)


def give_to(member: User, *, now: datetime) -> None:
    """Let `member` sign in with the codes of this app."""
    secret = get_adapter().encrypt(KEY)
    Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={"secret": secret}, created_at=now)
    flows.add_factor(member=member, kind=Authenticator.Type.TOTP, now=now)


def code_at(moment: datetime) -> str:
    """What the app shows then (RFC 6238)."""
    counter = int(moment.timestamp() // PERIOD.total_seconds())
    digest = hmac.digest(b32decode(KEY), struct.pack(">Q", counter), sha1)
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
