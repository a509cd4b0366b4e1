"""Two people above a limit that the owner sets: one asks for an act on money, another one lets it happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kouryu.refusal import Refused, get_or_gone
from members.audit import audit
from members.membership import queries
from members.membership.choices import BookAct, ProposalState
from members.membership.flows import transfers
from members.membership.rules import NoBooking
from members.models import BookLimit, BookProposal, User

ACTS: Mapping[BookAct, Callable[..., Any]] = {
    BookAct.CONFIRM: transfers.confirm_transfer,
    BookAct.NOTE: transfers.note_payment,
    BookAct.ASSIGN: transfers.assign_payment,
    BookAct.UNDO: transfers.undo_payment,
    BookAct.REFUND: transfers.owe_refund,
}


@transaction.atomic
def act_or_propose(
    act: BookAct, values: Mapping[str, Any], *, amount_yen: int, member: User | None, by: User, now: datetime
) -> BookProposal | None:
    """Carry out an act, or keep it for a second person from the owner's limit on. None: it is done.

    The act's flow says whatever it refuses; above the limit it does so when the second person agrees, but for one's own
    money, which is refused at once.
    """
    if amount_yen < queries.second_person_from():
        ACTS[act](**values, by=by, now=now)
        return None
    if member and member.pk == by.pk:
        raise Refused(NoBooking.OWN)
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    proposal = BookProposal.objects.create(
        act=act, values=kept, amount_yen=amount_yen, member=member, proposed_at=now, proposed_by=by
    )
    audit.record("propose-booking", proposal, by=by, now=now, why=act)
    return proposal


@transaction.atomic
def agree(*, proposal_pk: int, by: User, now: datetime) -> None:
    """Be the second person: the act happens. Refused for whoever asked, for one's own money, and a second time."""
    proposal = get_or_gone(BookProposal.objects.all(), pk=proposal_pk)
    if proposal.proposed_by_id == by.pk:
        raise Refused(NoBooking.SAME_PERSON)
    if proposal.member_id == by.pk:
        raise Refused(NoBooking.OWN)
    _settle(proposal, ProposalState.DONE, by=by, now=now)
    values = dict(proposal.values)
    if values.get("received_on"):
        values["received_on"] = date.fromisoformat(values["received_on"])
    ACTS[BookAct(proposal.act)](**values, by=by, now=now)
    audit.record("agree-to-booking", proposal, by=by, now=now, why=proposal.act)


@transaction.atomic
def decline(*, proposal_pk: int, by: User, now: datetime) -> None:
    """Let an act be; whoever asked may also do so. Refused once it is settled."""
    proposal = get_or_gone(BookProposal.objects.all(), pk=proposal_pk)
    _settle(proposal, ProposalState.DECLINED, by=by, now=now)
    audit.record("decline-booking", proposal, by=by, now=now, why=proposal.act)


@transaction.atomic
def set_limit(*, yen: int, by: User, now: datetime) -> BookLimit:
    """From how many yen an act needs a second person."""
    limit = BookLimit.objects.create(yen=yen, set_at=now, set_by=by)
    audit.record("set-book-limit", limit, by=by, now=now, why=str(yen))
    return limit


def _settle(proposal: BookProposal, state: ProposalState, *, by: User, now: datetime) -> None:
    waiting = BookProposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN)
    if not waiting.update(state=state, settled_by=by, settled_at=now):
        raise Refused(NoBooking.SETTLED_MEANWHILE)
