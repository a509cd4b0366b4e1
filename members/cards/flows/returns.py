"""Money of a card that goes back: noted beside its payment, for the desk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from members.accounts.locks import lock_account
from members.audit import audit
from members.cards.choices import ReturnKind
from members.cards.rules import ReturnFacts
from members.models import CardReturn, PaymentIn

NOTED, UNKNOWN = "return-noted", "return-of-unknown-payment"


@transaction.atomic
def note_return(kind: ReturnKind, facts: ReturnFacts, *, asked_at: datetime, now: datetime) -> str:
    """Keep what Stripe says of a refund or a dispute; a code for what came of it."""
    payment = PaymentIn.objects.filter(external_id=facts.invoice_id).first() if facts.invoice_id else None
    if payment is None:
        return UNKNOWN
    if payment.member_id:
        lock_account(payment.member_id)
    said = {"amount_yen": facts.amount_yen, "status": facts.status[:40], "at": facts.at, "asked_at": asked_at}
    found, is_new = CardReturn.objects.get_or_create(
        stripe_id=facts.stripe_id, defaults={"payment": payment, "kind": kind, **said}
    )
    if is_new:
        audit.record(f"note-{kind}", found, by=None, now=now)
    elif found.asked_at <= asked_at:
        CardReturn.objects.filter(pk=found.pk).update(**said)
    return NOTED
