"""Links that name a person without giving their id away.

`/members/12/block/` would let anybody walk the ids and read who is a member. Such a link therefore carries a token:
signed, so that only the site can make one.
"""

from __future__ import annotations

from django.core import signing

_blocker = signing.Signer(salt="members.block")
_stopper = signing.Signer(salt="members.mail.stop")


def block_token(*, viewer_id: int, person_id: int) -> str:
    """What the link to the block page carries; of no use to anybody but `viewer_id`, whom a page showed this person."""
    return _blocker.sign_object([viewer_id, person_id])


def person_of(token: str, *, viewer_id: int) -> int | None:
    """Whom the link is about; None when we did not make it, or made it for another reader."""
    try:
        made_for, person_id = _blocker.unsign_object(token)
    except signing.BadSignature:
        return None
    return person_id if made_for == viewer_id else None


def stop_token(*, member_id: int, kind: str) -> str:
    """What the link in a mail carries by which this kind is stopped; it never runs out, as old mails are kept."""
    return _stopper.sign_object([member_id, kind])


def mail_to_stop(token: str) -> tuple[int, str] | None:
    """Whose mails of which kind the link stops; None when we did not make it."""
    try:
        member_id, kind = _stopper.unsign_object(token)
    except signing.BadSignature:
        return None
    return member_id, kind
