"""Links that name a person, for one reader or for whoever holds a mail.

A reference alone (kouryu/references.py) cannot be guessed; these tokens are of no use to another reader either.
"""

from __future__ import annotations

from django.core import signing

from kouryu import references

_stopper = signing.Signer(salt="members.mail.stop")


def block_token(*, viewer_id: int, person_id: int) -> str:
    """What the link to the block page carries; of no use to anybody but `viewer_id`, whom a page showed this person."""
    return references.reference_to(_blocked_by(viewer_id), person_id)


def person_of(token: str, *, viewer_id: int) -> int | None:
    """The member whom the link is about; None when we did not make it, or made it for another reader."""
    return references.number_behind(_blocked_by(viewer_id), token)


def text_token(*, viewer_id: int, kind: str, row_id: int) -> str:
    """What the link carries by which `viewer_id`, to whom a page showed this text, reports it."""
    return references.reference_to(_text_for(viewer_id, kind), row_id)


def text_behind(token: str, *, viewer_id: int, kind: str) -> int | None:
    """The row that holds the text; None when we did not make the token, or made it for another reader."""
    return references.number_behind(_text_for(viewer_id, kind), token)


def stop_token(*, member_id: int, kind: str) -> str:
    """What the link in a mail carries by which this kind is stopped; it never runs out, as old mails are kept."""
    return _stopper.sign_object([references.reference_to("mails-of", member_id), kind])


def mail_to_stop(token: str) -> tuple[int, str] | None:
    """Whose mails of which kind the link stops; None when we did not make it."""
    try:
        reference, kind = _stopper.unsign_object(token)
    except signing.BadSignature:
        return None
    member_id = references.number_behind("mails-of", reference)
    return None if member_id is None else (member_id, kind)


def _blocked_by(viewer_id: int) -> str:
    return f"blocked-by-{viewer_id}"


def _text_for(viewer_id: int, kind: str) -> str:
    return f"text-{kind}-for-{viewer_id}"
