"""References: how an address names one row of a table without telling its number.

A number in an address can be guessed, and its gaps count what other people did. A reference is the number, sealed with
the site's key and the word of its kind: the same number always gives the same reference, only the site can make one,
and that of a letter is of no use where a person is named. Addresses take it by `<letter:pk>`, views get the number.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest, digest

from django.conf import settings
from django.urls import register_converter

HALF = 8  # bytes: of the seal, and of the number
LENGTH = 22  # characters: two halves in base64, without its padding
PATTERN = f"[A-Za-z0-9_-]{{{LENGTH}}}"


def reference_to(kind: str, number: int) -> str:
    """The reference to this row among those of its kind."""
    return _sealed(settings.SECRET_KEY, kind, number)


def number_behind(kind: str, reference: str) -> int | None:
    """The number of the row; None for whatever the site did not make for this kind."""
    try:
        raw = urlsafe_b64decode(f"{reference}==")
    except ValueError:
        return None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        number = _masked(secret, kind, raw[:HALF], raw[HALF:])
        if number.bit_length() < 64 and compare_digest(_sealed(secret, kind, number), reference):  # bits of a key
            return number
    return None


class Reference:
    """A converter of addresses. Whatever is not a reference of its kind fits no address: 404, before any view."""

    regex = PATTERN
    kind: str

    def to_python(self, value: str) -> int:
        number = number_behind(self.kind, value)
        if number is None:
            raise ValueError("no reference of ours")
        return number

    def to_url(self, value: int | str) -> str:
        return reference_to(self.kind, int(value))


def register(*kinds: str) -> None:
    """Let addresses name rows of these kinds, as `<kind:pk>`."""
    for kind in kinds:
        register_converter(type(f"ReferenceTo_{kind}", (Reference,), {"kind": kind}), kind)


def _sealed(secret: str, kind: str, number: int) -> str:
    """The seal, then the number under a mask that is drawn from the seal."""
    plain = number.to_bytes(HALF, "big")
    seal = digest(_key(secret, "seal", kind), plain, sha256)[:HALF]
    hidden = _masked(secret, kind, seal, plain).to_bytes(HALF, "big")
    return urlsafe_b64encode(seal + hidden).decode().rstrip("=")


def _masked(secret: str, kind: str, seal: bytes, number: bytes) -> int:
    mask = digest(_key(secret, "mask", kind), seal, sha256)[:HALF]
    return int.from_bytes(mask, "big") ^ int.from_bytes(number, "big")


def _key(secret: str, purpose: str, kind: str) -> bytes:
    return digest(secret.encode(), f"kouryu.references/{purpose}/{kind}".encode(), sha256)
