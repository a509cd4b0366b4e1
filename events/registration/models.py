"""Seats: registrations and offers, presence, draws, marks, and calendars that programs fetch."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import OuterRef, Q

from events.event.models import Event, overlap
from events.registration.choices import (
    COUNTED,
    SEATED,
    Answer,
    MarkKind,
    Mode,
    Presence,
    RegistrationState,
    Ruling,
    Sparing,
)
from events.registration.limits import MARKS, SEATS
from members.models import User


class CalendarFeed(models.Model):
    """At most one per member; renewed by a new row, revoked by none. The address itself is not stored."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    nonce = models.CharField(max_length=64)  # the token is made of this and of SECRET_KEY
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed {self.pk}"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        return self.filter(state=RegistrationState.CONFIRMED)

    def seated(self) -> RegistrationQuerySet:
        """Those who hold a numbered seat: confirmed, or offered and not yet answered."""
        return self.filter(state__in=SEATED)

    def in_line(self) -> RegistrationQuerySet:
        """Those who wait, first come first."""
        return self.filter(state=RegistrationState.WAITING).order_by("queue_number")

    def in_line_up_to(self, queue_number: int | OuterRef) -> RegistrationQuerySet:
        """Those who wait and came no later than this one; in one event their count is a place in its line."""
        return self.in_line().filter(queue_number__lte=queue_number)

    def applied(self) -> RegistrationQuerySet:
        """Those who take part in a lottery that is not drawn yet."""
        return self.filter(state=RegistrationState.APPLIED)

    def overlapping(self, starts_at: datetime | OuterRef, ends_at: datetime | OuterRef) -> RegistrationQuerySet:
        """Those in events that take place, if only in part, between the two moments."""
        return self.filter(overlap("event__", starts_at, ends_at))

    def live(self) -> RegistrationQuerySet:
        """All but those that were withdrawn."""
        return self.exclude(state=RegistrationState.WITHDRAWN)


class Registration(models.Model):
    """One per member and event, for good; its state is the seat's. Withdrawn and back again is the same row."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(max_length=10, choices=RegistrationState)
    seat_number = models.PositiveSmallIntegerField(null=True, blank=True)
    queue_number = models.PositiveIntegerField()  # order of arrival within the event; a return goes to the end
    wants_to_talk = models.CharField(max_length=SEATS.words, blank=True)
    can_offer = models.CharField(max_length=SEATS.words, blank=True)
    shares_wish = models.BooleanField(default=False)  # those in my group may read `wants_to_talk` beside my name
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.TALK)
    registered_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)  # when they last said yes to the event as it was then
    changed_at = models.DateTimeField()
    seat_given_up_at = models.DateTimeField(null=True, blank=True)  # when a confirmed seat was given back
    calendar_sequence = models.PositiveIntegerField(default=0)
    # What was true when they came, so that figures and reasons stay true later.
    is_first_timer = models.BooleanField(default=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["event", "state", "queue_number"], name="line_of_event"),
            models.Index(fields=["member", "state"], name="registrations_of_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_registration_per_member"),
            models.UniqueConstraint(fields=["event", "queue_number"], name="one_place_in_line"),
            # No seat can be granted beyond the capacity of that moment: seats are numbered.
            models.UniqueConstraint(fields=["event", "seat_number"], name="one_person_per_seat"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["offered", "confirmed"], seat_number__isnull=False)
                    | Q(state__in=["applied", "waiting", "withdrawn"], seat_number__isnull=True)
                ),
                name="seat_number_only_with_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"registration {self.pk}"

    @property
    def is_standing(self) -> bool:
        """Whether it was made and not withdrawn."""
        return self.pk is not None and self.state != RegistrationState.WITHDRAWN

    @property
    def said_yes_at(self) -> datetime:
        """When the member last said yes; of who came before that was written down, when they first did."""
        return self.agreed_at or self.registered_at


class OfferQuerySet(models.QuerySet["Offer"]):
    def unanswered(self) -> OfferQuerySet:
        """Those without an answer, also where nobody has written down yet that their time is over."""
        return self.filter(answer="")

    def open_at(self, now: datetime) -> OfferQuerySet:
        """Those that may still be answered."""
        return self.unanswered().filter(expires_at__gt=now)

    def lapsed_at(self, now: datetime) -> OfferQuerySet:
        """Those whose time is over without an answer."""
        return self.unanswered().filter(expires_at__lte=now)


class Offer(models.Model):
    """A freed seat held for one person until a deadline. Once answered or expired it is spent for ever."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="offers")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registration"], condition=Q(answer=""), name="one_open_offer"),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class Attendance(models.Model):
    """One row when someone was there or sent word; no row and a seat means absent once the event is closed."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="attendance")
    presence = models.CharField(max_length=8, choices=Presence)
    recorded_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)  # was there, and went before the end
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.presence


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


class MarkQuerySet(models.QuerySet["Mark"]):
    def standing(self) -> MarkQuerySet:
        """Those that the staff did not lift."""
        return self.exclude(ruling=Ruling.LIFTED)

    def weighing(self) -> MarkQuerySet:
        """Those with points, however old."""
        return self.standing().filter(points__gt=0)

    def weighing_at(self, now: datetime) -> MarkQuerySet:
        """Those that count against their member at this moment."""
        return self.weighing().filter(expires_at__gt=now)

    def for_seats_given_up(self) -> MarkQuerySet:
        """Those that count as a seat given up, with points or without."""
        return self.standing().filter(spared_for__in=COUNTED)

    def objected_to(self) -> MarkQuerySet:
        """Those of which the member said that they are wrong."""
        return self.exclude(objected_at=None)


class Mark(models.Model):
    """At most one per registration. What was spared stays as a row without points: that happens only so often."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="mark")
    kind = models.CharField(max_length=16, choices=MarkKind)
    points = models.PositiveSmallIntegerField()
    spared_for = models.CharField(max_length=12, choices=Sparing, blank=True)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    objection = models.CharField(max_length=MARKS.objection, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    ruling = models.CharField(max_length=8, choices=Ruling, blank=True)
    answer = models.CharField(max_length=MARKS.answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = MarkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(spared_for="", points__gt=0) | (~Q(spared_for="") & Q(points=0)),
                name="spared_weighs_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"mark {self.pk}"
