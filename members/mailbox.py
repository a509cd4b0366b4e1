"""Which mails has the development site written to its files? Read by the mailbox page, never in production."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

FILE_ENDINGS = {".log", ".eml"}
MOST_FILES = 500  # the newest; the page is for looking at what has just happened
# Django's file backend writes this line behind each mail.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class FiledMail:
    """One mail as its reader would see it."""

    key: str  # names it in an address; a digest of what stands in the file
    to: str
    subject: str
    sent_at: datetime | None
    text: str
    html: str
    calendar: str


def newest_mails(folder: Path, *, address: str = "") -> list[FiledMail]:
    """What lies in the folder, newest first; only mails to `address` if given. Broken files are left out."""
    mails = [mail for path, changed_at in _newest_files(folder) for mail in _read(path, changed_at)]
    wanted = address.strip().lower()
    return [mail for mail in mails if wanted in mail.to.lower()]


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


@lru_cache(maxsize=2 * MOST_FILES)  # reading five hundred files takes seconds, and few of them are new at the next look
def _read(path: Path, changed_at: int) -> tuple[FiledMail, ...]:
    """The mails of one file as it was at that moment, newest first: it holds all that left over one connection."""
    try:
        raw = path.read_bytes()
    except OSError:
        return ()
    parts = [part for part in (raw + b"\n").split(SEPARATOR) if part.strip()]
    return tuple(mail for part in reversed(parts) if (mail := _parse(part)))


def _parse(raw: bytes) -> FiledMail | None:
    """A mail, or None for bytes that are none."""
    try:
        message = message_from_bytes(raw.lstrip(), policy=policy.default)
        if "To" not in message:
            return None
        return FiledMail(
            key=hashlib.sha256(raw).hexdigest()[:24],
            to=str(message["To"]),
            subject=str(message["Subject"] or ""),
            sent_at=parsedate_to_datetime(message["Date"]) if message["Date"] else None,
            text=_part(message, "text/plain"),
            html=_part(message, "text/html"),
            calendar=_part(message, "text/calendar"),
        )
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):  # what the parser knows of brokenness
        return None


def _part(message: EmailMessage, content_type: str) -> str:
    for part in message.walk():
        if part.get_content_type() == content_type:
            return str(part.get_content())
    return ""
