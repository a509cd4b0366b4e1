"""Lotteries: what was promised before, and what was drawn."""

from __future__ import annotations

from django.db import models

from events.models.event import Event
from events.models.registration import Registration


class Draw(models.Model):
    """One per lottery event, made when it is published. `seed` stays secret until the draw.

    What the draw was made from and what came of it is kept here as published, so that it stays true for ever,
    whoever's account goes later.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="draw")
    seed = models.CharField(max_length=64)  # 32 random bytes in hexadecimal
    seed_hash = models.CharField(max_length=64)
    drawn_at = models.DateTimeField(null=True, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)  # how many the first in the order won
    tickets = models.JSONField(default=list, blank=True)  # [code, lots] in the order of the codes
    list_digest = models.CharField(max_length=64, blank=True)
    order = models.JSONField(default=list, blank=True)  # codes as drawn

    def __str__(self) -> str:
        return f"draw {self.pk}"


class Ticket(models.Model):
    """What an applicant is called in the draw; shown to nobody else, so that nothing published leads to them."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="ticket")
    code = models.CharField(max_length=16, unique=True)
    lots = models.PositiveSmallIntegerField(null=True, blank=True)
    is_win = models.BooleanField(null=True, blank=True)  # null until drawn; stays a win when declined

    def __str__(self) -> str:
        return f"ticket {self.pk}"
