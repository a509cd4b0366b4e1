"""Encryption for what a copy of the database must not show: secrets of second factors, and sessions.

The keys are made from SECRET_KEY and SECRET_KEY_FALLBACKS: the first encrypts, each of them reads.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signing import JSONSerializer

PURPOSE = b"kouryu.encryption"  # so that no key here is one that something else is signed with


class Unreadable(ValueError):
    """None of today's keys encrypted it."""


def encrypt(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """What was encrypted; `Unreadable` where no key of today did it."""
    try:
        return _cipher().decrypt(token).decode()
    except (InvalidToken, ValueError) as wrong:
        raise Unreadable from wrong


def encrypt_anew(token: str) -> str:
    """The same text under the key of today; `Unreadable` as in `decrypt`."""
    try:
        return _cipher().rotate(token).decode()
    except (InvalidToken, ValueError) as wrong:
        raise Unreadable from wrong


class EncryptedJSONSerializer(JSONSerializer):
    """Django's JSON for sessions, encrypted: codes of mails and a secret that is being set up wait in them."""

    def dumps(self, obj: Any) -> bytes:
        return _cipher().encrypt(super().dumps(obj))

    def loads(self, data: bytes) -> Any:
        return super().loads(_cipher().decrypt(data))


def _cipher() -> MultiFernet:
    return _made_from(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _made_from(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_key_from(secret)) for secret in secrets])


def _key_from(secret: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return urlsafe_b64encode(key)
