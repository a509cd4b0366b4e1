"""Which addresses mails can be sent to."""

from __future__ import annotations

from enum import StrEnum


class BadAddress(StrEnum):
    """Why no mail would arrive at an address that looks like one."""

    NOT_ASCII = "not-ascii"
    DOTS = "dots"


def why_no_mail_to(address: str) -> BadAddress | None:
    """Letters beyond ASCII lead elsewhere or nowhere; mail servers refuse the dots of some old Japanese addresses."""
    name, at, _domain = address.rpartition("@")
    if not address.isascii():
        return BadAddress.NOT_ASCII
    if at and not name.startswith('"') and (name.startswith(".") or name.endswith(".") or ".." in name):
        return BadAddress.DOTS
    return None


def mailbox_of(address: str) -> str:
    """What two addresses share that lead to one mailbox: no case, no quotes, no tag behind a plus.

    Some servers keep `a+b` apart; where it is only asked how many mails one mailbox gets, they count as one.
    """
    name, _at, domain = address.strip().lower().rpartition("@")
    if name.startswith('"'):
        name = name.strip('"').replace("\\", "")
    name = name.partition("+")[0] or name
    if domain in {"gmail.com", "googlemail.com"}:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"
