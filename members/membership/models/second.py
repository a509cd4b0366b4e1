"""What two people do together: the owner's limit, and acts that wait for the second."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.accounts.models import User
from members.membership.choices import BookAct, ProposalState


class BookLimit(models.Model):
    """From how many yen an act needs a second person, since when. The latest holds."""

    yen = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"two people from {self.yen} yen"


class BookProposal(models.Model):
    """An act that one of the desk asks for; it happens once another one agrees."""

    act = models.CharField(max_length=10, choices=BookAct)
    values = models.JSONField()  # what the flow of the act is called with
    amount_yen = models.PositiveIntegerField()
    # Whose money it is: neither of the two may be this member.
    member = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=ProposalState.DONE) | ~Q(settled_by=models.F("proposed_by")),
                name="two_people_book",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} of {self.amount_yen} yen"
