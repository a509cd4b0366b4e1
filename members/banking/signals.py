"""The bank's lines follow what the desk does with their payments on other pages."""

from __future__ import annotations

from django.db import transaction

from members.banking.choices import BankLineState
from members.banking.flows import become
from members.membership.signals import payment_changed
from members.models import BankLine, PaymentIn


def connect() -> None:
    payment_changed.connect(_follow, sender=PaymentIn, dispatch_uid="bank-line-follows-its-payment")


@transaction.atomic
def _follow(sender: type[PaymentIn], payment: PaymentIn, **_more: object) -> None:
    """The line of a payment that was undone waits again; that of a payment with a member by now is booked."""
    line = BankLine.objects.select_for_update(no_key=True).filter(payment=payment).first()
    if line is None:
        return
    if not PaymentIn.objects.standing().filter(pk=payment.pk).exists():
        become(line, BankLineState.WAITING, None)
    elif line.state == BankLineState.UNKNOWN:
        become(line, BankLineState.BOOKED, payment)
