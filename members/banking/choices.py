"""The words of the bank's lists: what a line is, and why it is thought to be somebody's."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BankLineState(TextChoices):
    WAITING = "waiting", _("確認待ち")
    BOOKED = "booked", _("記帳ずみ")
    UNKNOWN = "unknown", _("持ち主不明")


BANK_LINE_MOVES = {
    BankLineState.WAITING: {BankLineState.BOOKED, BankLineState.UNKNOWN},
    BankLineState.UNKNOWN: {BankLineState.BOOKED, BankLineState.WAITING},
    BankLineState.BOOKED: {BankLineState.WAITING},
}


class Clue(TextChoices):
    """What speaks for a proposal, the strongest first."""

    REFERENCE = "reference", _("番号が行にある")
    EARLIER = "earlier", _("前にも同じ名義で振り込み")
    NAME = "name", _("お名前の読みが同じ")
    AMOUNT = "amount", _("金額が同じ")
