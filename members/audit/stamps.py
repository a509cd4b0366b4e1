"""What proves that a line of the record of acts, or a seal of many, was written by the site itself.

Both are keyed: whoever can write into the database but does not hold SECRET_KEY cannot make them. An earlier key
counts as long as SECRET_KEY_FALLBACKS names it (docs/decisions/0042).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer

# What a stamp covers, in this order. A change here makes every old stamp untrue.
STAMPED = ("at", "by_id", "verb", "object_type", "object_id", "fields", "why", "request_id")
NONCE_BYTES = 8  # so that a copied line has the stamp of its original and is found


class Stamps:
    """Makes and proves stamps. Make one for many lines: the keys are read once."""

    def __init__(self) -> None:
        self._lines, self._seals, self._heads = (
            Signer(salt=f"members.audit.{name}") for name in ("line", "seal", "head")
        )

    def of_line(self, values: Sequence[object]) -> str:
        """A new stamp for a line with these values of `STAMPED`."""
        nonce = secrets.token_hex(NONCE_BYTES)
        return f"{nonce}:{self._lines.signature(_told(nonce, *values))}"

    def proves_line(self, values: Sequence[object], stamp: str) -> bool:
        """Whether it is the stamp that the site made for these values."""
        nonce, _, signature = stamp.partition(":")
        return _proves(self._lines, _told(nonce, *values), signature)

    def of_seal(self, number: int, before: str, sealed_at: datetime, batch: SealBatch) -> str:
        """The digest of a seal; `before` is the digest of the one before, empty for the first."""
        return self._seals.signature(_told(number, before, sealed_at, batch.lines, batch.digest))

    def proves_seal(self, number: int, before: str, sealed_at: datetime, batch: SealBatch, digest: str) -> bool:
        """Whether the seal holds exactly these lines, behind that one."""
        return _proves(self._seals, _told(number, before, sealed_at, batch.lines, batch.digest), digest)

    def of_head(self, number: int, digest: str) -> str:
        """The stamp of the chain's end."""
        return self._heads.signature(_told(number, digest))

    def proves_head(self, number: int, digest: str, stamp: str) -> bool:
        """Whether the end of the chain is where the site put it."""
        return _proves(self._heads, _told(number, digest), stamp)


class SealBatch:
    """The lines of one seal, in the order of their ids, as a count and a digest."""

    def __init__(self, lines: Iterable[tuple[int, str]] = ()) -> None:
        self.lines, self._hash = 0, hashlib.sha256()
        for line_id, stamp in lines:
            self.add(line_id, stamp)

    def add(self, line_id: int, stamp: str) -> None:
        """Take in one more line."""
        self.lines += 1
        self._hash.update(f"{line_id}:{stamp}\n".encode())

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _told(*values: object) -> str:
    """The values as one text that stands for nothing else, the same from every database."""
    return json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _proves(signer: Signer, text: str, signature: str) -> bool:
    try:
        signer.unsign(f"{text}{signer.sep}{signature}")
    except BadSignature:
        return False
    return True
