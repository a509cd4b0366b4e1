"""Links that name a person without giving their id away.

`/members/12/block/` would let anybody walk the ids and read who is a member. The link therefore carries a token that
a page made for this reader about a person whom it showed them: signed, of no use to anybody else.
"""

from __future__ import annotations

from django.core import signing

_signer = signing.Signer(salt="members.block")


def block_token(*, viewer_id: int, person_id: int) -> str:
    """What the link to the block page carries."""
    return _signer.sign_object([viewer_id, person_id])


def person_of(token: str, *, viewer_id: int) -> int | None:
    """Whom the link is about; None when we did not make it, or made it for another reader."""
    try:
        made_for, person_id = _signer.unsign_object(token)
    except signing.BadSignature:
        return None
    return person_id if made_for == viewer_id else None
