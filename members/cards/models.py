"""Who pays by card, what recurs, and what Stripe told. No number of a card is ever here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.accounts.models import User
from members.cards.choices import LIVING, CheckoutState, EventSource, ReturnKind, SubscriptionStatus
from members.membership.models import Due, PaymentIn


class CardCustomer(models.Model):
    """A member as Stripe knows them. `key` makes one there and no second, whatever gets lost between us."""

    member = models.OneToOneField(User, on_delete=models.PROTECT, related_name="card_customer")
    key = models.UUIDField(unique=True)
    stripe_id = models.CharField(max_length=255, unique=True, null=True, blank=True)  # None: being made
    made_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)  # the account went: Stripe is to forget them, too
    forgotten_at = models.DateTimeField(null=True, blank=True)  # and did; with that nothing is charged any more

    def __str__(self) -> str:
        return self.stripe_id or f"customer of user {self.member_id}"


class CardSubscriptionQuerySet(models.QuerySet["CardSubscription"]):
    def living(self) -> CardSubscriptionQuerySet:
        """Those that will be charged again, or would be."""
        return self.filter(status__in=LIVING)


class CardSubscription(models.Model):
    """What recurs by card, as Stripe said when it was asked last. It decides about no day: periods do."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="card_subscriptions")
    stripe_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=20, choices=SubscriptionStatus)
    amount_yen = models.PositiveIntegerField()
    months = models.PositiveSmallIntegerField()
    period_ends_at = models.DateTimeField()  # the next charge, unless it stops
    stops = models.BooleanField(default=False)  # at the end of its period
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    began_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # an answer that is older than this says nothing new

    objects = CardSubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.stripe_id


class CardCheckout(models.Model):
    """A page of Stripe's on which an order may be paid. `key` opens one there and no second."""

    due = models.OneToOneField(Due, on_delete=models.PROTECT, related_name="checkout", primary_key=True)
    key = models.UUIDField(unique=True)
    stripe_id = models.CharField(max_length=255, unique=True, null=True, blank=True)  # None: being opened
    url = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=CheckoutState, default=CheckoutState.OPEN)
    opened_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], condition=models.Q(state="open"), name="card_checkouts_open")
        ]

    def __str__(self) -> str:
        return f"checkout of {self.due_id}"


class CardFailure(models.Model):
    """A charge that failed: since when, and where it can be paid. Settled once it was paid, or nobody tries again."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="card_failures")
    invoice_id = models.CharField(max_length=255, unique=True)
    amount_yen = models.PositiveIntegerField()
    page_url = models.TextField(blank=True)
    failed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"failure of {self.invoice_id}"


class CardReturn(models.Model):
    """Money of a card that goes back, or is disputed, as Stripe says it. The desk books it."""

    payment = models.ForeignKey(PaymentIn, on_delete=models.PROTECT, related_name="card_returns")
    kind = models.CharField(max_length=8, choices=ReturnKind)
    stripe_id = models.CharField(max_length=255, unique=True)
    amount_yen = models.PositiveIntegerField()
    status = models.CharField(max_length=40)  # Stripe's own word
    at = models.DateTimeField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.stripe_id}"


class StripeEvent(models.Model):
    """That Stripe told of something: stored before anything is done about it, and done once. Not what it told."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255, blank=True)
    customer_id = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=8, choices=EventSource)
    created_at = models.DateTimeField()  # at Stripe
    received_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=60, blank=True)  # a code: what was done, or why nothing could be

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=models.Q(worked_at=None), name="stripe_events_to_work_on"),
            models.Index(fields=["received_at"], name="stripe_events_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
