"""Contacts that a member gives to one other, once that one gives theirs too."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F

from feedback.ties.limits import CONTACTS
from feedback.ties.models.tie import Tie
from members.models import User


class ContactOfferQuerySet(models.QuerySet["ContactOffer"]):
    def since_formed(self) -> ContactOfferQuerySet:
        """Those of ties that hold, offered since the tie began: a new beginning asks both anew."""
        return self.filter(tie__ended_at=None, offered_at__gte=F("tie__formed_at"))


class ContactOffer(models.Model):
    """One member's contact for the other end of one tie. Nobody but its holder sees the row until both have one.

    Taking it back deletes it: nothing of it is left.
    """

    tie = models.ForeignKey(Tie, on_delete=models.CASCADE, related_name="contact_offers")
    holder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=CONTACTS.words)
    offered_at = models.DateTimeField()

    objects = ContactOfferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tie", "holder"], name="one_contact_per_tie_and_holder"),
        ]

    def __str__(self) -> str:
        return f"contact offer {self.pk}"
