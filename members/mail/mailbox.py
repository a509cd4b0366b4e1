"""Which mails has the development site written to its files? Read by the mailbox page, never in production."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from functools import cached_property, lru_cache
from pathlib import Path

FILE_ENDINGS = {".log", ".eml"}
MOST_FILES = 500  # the newest; the page is for looking at what has just happened
# Django's file backend writes this line behind each mail.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
TO = re.compile(rb"^to:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)  # a long line goes on in the next one
UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError)  # what the parser knows of brokenness


@dataclass(frozen=True)
class FiledMail:
    """One mail as its reader would see it. What a page does not show is not read: that takes a few milliseconds each.

    What is broken in it is empty.
    """

    key: str  # names it in an address; a digest of what stands in the file
    raw: bytes = field(repr=False)
    named_to: bytes = field(repr=False)  # its receiver as it stands in the file

    @cached_property
    def to(self) -> str:
        return self._header("To")

    @cached_property
    def subject(self) -> str:
        return self._header("Subject")

    @cached_property
    def sent_at(self) -> datetime | None:
        try:
            return parsedate_to_datetime(self._header("Date"))
        except (ValueError, TypeError):
            return None

    @property
    def text(self) -> str:
        return self._part("text/plain")

    @property
    def html(self) -> str:
        return self._part("text/html")

    @property
    def calendar(self) -> str:
        return self._part("text/calendar")

    @cached_property
    def _headers(self) -> EmailMessage:
        return BytesHeaderParser(policy=policy.default).parsebytes(self.raw)

    def _header(self, name: str) -> str:
        try:
            return str(self._headers[name] or "")
        except UNREADABLE:
            return ""

    def _part(self, content_type: str) -> str:
        try:
            parts = message_from_bytes(self.raw, policy=policy.default).walk()
            found = next((part for part in parts if part.get_content_type() == content_type), None)
            return str(found.get_content()) if found else ""
        except UNREADABLE:
            return ""


def newest_mails(folder: Path, *, address: str = "") -> list[FiledMail]:
    """What lies in the folder, newest first; only mails to `address` if given. Broken files are left out."""
    mails = [mail for path, changed_at in _newest_files(folder) for mail in _read(path, changed_at)]
    wanted = address.strip().lower().encode()
    return [mail for mail in mails if wanted in mail.named_to.lower()]


def find_mail(folder: Path, key: str) -> FiledMail | None:
    """The mail that the page's address names."""
    return next((mail for mail in newest_mails(folder) if mail.key == key), None)


def _newest_files(folder: Path) -> list[tuple[Path, int]]:
    """The files, each with when it was last written to."""
    if not folder.is_dir():
        return []
    dated = []
    for path in folder.iterdir():
        if path.suffix not in FILE_ENDINGS:
            continue
        try:
            dated.append((path.stat().st_mtime_ns, path))
        except OSError:  # gone meanwhile
            continue
    return [(path, changed_at) for changed_at, path in sorted(dated, reverse=True)[:MOST_FILES]]


@lru_cache(maxsize=2 * MOST_FILES)  # few of five hundred files are new at the next look
def _read(path: Path, changed_at: int) -> tuple[FiledMail, ...]:
    """The mails of one file as it was at that moment, newest first: it holds all that left over one connection."""
    try:
        raw = path.read_bytes()
    except OSError:
        return ()
    parts = [part for part in (raw + b"\n").split(SEPARATOR) if part.strip()]
    return tuple(mail for part in reversed(parts) if (mail := _filed(part)))


def _filed(raw: bytes) -> FiledMail | None:
    """A mail, or None for bytes that are none: those name nobody whom they are to."""
    raw = raw.lstrip()
    headers = END_OF_HEADERS.split(raw, maxsplit=1)[0]
    to = TO.search(headers)
    return FiledMail(key=hashlib.sha256(raw).hexdigest()[:24], raw=raw, named_to=to[1]) if to else None
