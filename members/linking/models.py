"""What the service has said and given for each of its own accounts, whoever is linked to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ServiceDays(models.Model):
    """One account of the service: until when it said that is paid, and up to which day its days were given.

    It outlives every link, so that no day is given twice. Whose it is, nobody reads here.
    """

    provider = models.CharField(max_length=20)
    subject = models.CharField(max_length=64)  # a digest keyed with SECRET_KEY (`members.linking.queries`)
    said_until = models.DateField(null=True)  # the last paid day, as far as that word counts
    said_at = models.DateTimeField(null=True)
    given_until = models.DateField(null=True)  # the first day that was not given to anybody

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "subject"], name="one_row_per_service_account"),
        ]

    def __str__(self) -> str:
        return f"days of service account {self.pk}"


class ServiceCall(models.Model):
    """A signed call of the service's server that was heard, so that its id counts once."""

    call = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of its bytes: the same call sent again is no other
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"call {self.pk}"
