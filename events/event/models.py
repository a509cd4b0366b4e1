"""Events: what is planned, for whom, in which series, and who helps or is invited."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from events.event.choices import (
    Allotment,
    Combined,
    ConditionKind,
    EventState,
    Format,
    Gathering,
    ItemKind,
    Pattern,
    Right,
    VideoRoomKind,
)
from events.event.limits import EVENT_WORDS, EVENTS
from events.event.rules.cohost import rights_that_cover
from events.event.rules.series import Recurrence
from kouryu.numbers import MINUTE
from members.accounts.choices import Role
from members.models import RoleGrant, Suspension, User


class Series(models.Model):
    """A recurrence from which drafts are made ahead. Each date is an event of its own, to be moved or dropped alone."""

    host = models.ForeignKey(User, on_delete=models.PROTECT, related_name="series")
    pattern = models.CharField(max_length=12, choices=Pattern)
    first_on = models.DateField()  # on the wall clock of the zone, as is the time
    first_at = models.TimeField()
    zone = models.CharField(max_length=40)
    passed = models.PositiveSmallIntegerField()  # how many dates of the recurrence the host has decided about
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"series {self.pk}"

    @property
    def recurrence(self) -> Recurrence:
        """When its dates fall, as local times without a zone."""
        return Recurrence(self.pattern, datetime.combine(self.first_on, self.first_at))

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


IN_CALENDARS = ("calendar_sequence", "calendar_changed_at")  # what `Event.note_calendar_change` sets


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, member: User | int) -> EventQuerySet:
        """What a paid-up member may see: what was ever published. Visible is not eligible; blocks change nothing.

        An event to which nobody can come without an invitation is seen only by those who have one, by its host and
        those who help, and by whoever registered while it was open to all. `member` may be an id.
        """
        theirs = (
            Q(host=member)
            | Q(pk__in=Event.objects.filter(co_hosts__member=member).values("pk"))
            | Q(pk__in=Event.objects.filter(invitations__member=member).values("pk"))
            | Q(pk__in=Event.objects.filter(registrations__member=member).values("pk"))
        )
        return self.ever_published().filter(~_needs_invitation() | theirs)

    def ever_published(self) -> EventQuerySet:
        """Those that members could see at some time."""
        return self.exclude(state=EventState.DRAFT).exclude(published_at=None)

    def hosted_by(self, member: User) -> EventQuerySet:
        """A host's own events; the owner's are all. Only these decide who helps."""
        if Role.OWNER in member.roles:
            return self.all()
        return self.filter(host=member) if Role.HOST in member.roles else self.none()

    def run_by(self, member: User, right: Right) -> EventQuerySet:
        """Where this member may do what `right` stands for: as its host, or as a co-host until the event is over."""
        helps = Q(co_hosts__member=member, co_hosts__right__in=rights_that_cover(right))
        is_over = Q(state__in=[EventState.CLOSED, EventState.CALLED_OFF])
        return self.filter(Q(pk__in=self.hosted_by(member).values("pk")) | helps & ~is_over).distinct()

    def led(self) -> EventQuerySet:
        """Those whose host may lead them: an account that is open, a role that lasts, no suspension at that time."""
        return self.filter(host_may_lead())

    def leaderless(self) -> EventQuerySet:
        """Those whose host may not."""
        return self.exclude(host_may_lead())

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> EventQuerySet:
        """Those that take place, if only in part, between the two moments."""
        return self.filter(overlap("", starts_at, ends_at))

    def ending_before(self, moment: datetime) -> EventQuerySet:
        """Those that are over by this moment."""
        return self.filter(ends_at__lte=moment)


def overlap(event: str, starts_at: datetime | OuterRef, ends_at: datetime | OuterRef) -> Q:
    """Whether an event takes place between the two; `event` is the path to it from the rows that are asked."""
    return Q(**{f"{event}starts_at__lt": ends_at, f"{event}ends_at__gt": starts_at})


def host_may_lead() -> Q:
    """The host's standing at the start of an event, as a question to the database; it needs no clock."""
    return Q(host__is_active=True) & is_in_standing_to_lead("host", OuterRef("starts_at"))


def is_in_standing_to_lead(member: str, starts_at: datetime | OuterRef) -> Q:
    """A role that lasts, and no suspension at that moment; `member` names the column of whom it is asked."""
    roles = RoleGrant.objects.live().filter(member=OuterRef(member), role__in=[Role.HOST, Role.OWNER])
    out = Suspension.objects.filter(member=OuterRef(member), ended_at=None)
    return Q(Exists(roles)) & ~Exists(out.filter(Q(until=None) | Q(until__gt=starts_at)))


class Event(models.Model):
    """A closed cross-industry evening. `ends_at` is stored so that it can be asked for; flows keep it true."""

    host = models.ForeignKey(User, on_delete=models.PROTECT, related_name="hosted_events")
    title = models.CharField(max_length=EVENT_WORDS.title)
    description = models.TextField(max_length=EVENT_WORDS.description)
    host_words = models.CharField(max_length=EVENT_WORDS.host_words, blank=True)
    format = models.CharField(max_length=6, choices=Format, default=Format.ONLINE)
    gathering = models.CharField(max_length=8, choices=Gathering, default=Gathering.GROUPS)
    place = models.CharField(max_length=EVENT_WORDS.place, blank=True)  # on-site only
    room_kind = models.CharField(max_length=6, choices=VideoRoomKind, default=VideoRoomKind.SHARED)
    room_url = models.URLField(max_length=EVENT_WORDS.room_url, blank=True)  # shown only on the join page
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # of an unusually long event; for the staff
    length_reason = models.CharField(max_length=EVENT_WORDS.length_reason, blank=True)
    registration_opens_at = models.DateTimeField(null=True, blank=True)  # empty: as soon as it is published
    registration_closes_at = models.DateTimeField()
    allotment = models.CharField(max_length=10, choices=Allotment, default=Allotment.FIRST_COME)
    capacity = models.PositiveSmallIntegerField()
    group_size = models.PositiveSmallIntegerField(default=4)
    first_timer_seats = models.PositiveSmallIntegerField(default=0)  # of the capacity; kept for first-timers …
    first_timer_seats_until = models.DateTimeField(null=True, blank=True)  # … until then, then for everyone
    themes = models.JSONField(default=list, blank=True)  # keys of career themes: the common ground
    promises = models.JSONField(default=list, blank=True)  # Promise values
    conditions_combined = models.CharField(max_length=3, choices=Combined, default=Combined.ALL)
    state = models.CharField(max_length=10, choices=EventState, default=EventState.DRAFT)
    created_at = models.DateTimeField()
    publish_at = models.DateTimeField(null=True, blank=True)  # a draft waits for this moment
    published_at = models.DateTimeField(null=True, blank=True)
    # When, since it was published, the host last changed what somebody says yes to by registering.
    terms_changed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    called_off_reason = models.CharField(max_length=EVENT_WORDS.called_off_reason, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0)
    calendar_changed_at = models.DateTimeField(null=True, blank=True)  # when what calendars show of it changed
    version = models.PositiveIntegerField(default=1)  # raised at every edit, so that no host overwrites another
    # Raised by each act of an evening, so that pages that watch it learn cheaply whether there is anything new.
    evening_version = models.PositiveIntegerField(default=0)  # what members see
    desk_version = models.PositiveIntegerField(default=0)  # what only the host sees, beside that
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    changed_alone = models.BooleanField(default=False)  # follows its series no longer
    balance_invited_at = models.DateTimeField(null=True, blank=True)  # when missing industries were asked, once

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "starts_at"], name="event_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="event_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity__gte=2), name="event_has_room_for_two"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.pk])

    def note_calendar_change(self, now: datetime) -> None:
        """What calendars show of it has changed: their entries are to be replaced."""
        self.calendar_sequence += 1
        self.calendar_changed_at = now

    @property
    def start_key(self) -> str:
        """How an address names it as the start of a new event: its copy."""
        return f"copy-{self.pk}"

    def overlaps(self, other: Event) -> bool:
        """Whether both take place at some moment; no event overlaps itself."""
        return self.pk != other.pk and self.starts_at < other.ends_at and other.starts_at < self.ends_at

    @property
    def has_groups(self) -> bool:
        """Whether groups are drawn; where none are, nothing that rests on them is shown, asked or sent."""
        return self.gathering == Gathering.GROUPS

    @property
    def seats_in_a_ring(self) -> int:
        """How many seats are drawn together: those of one group, where there are groups."""
        return self.group_size if self.has_groups else EVENTS.ring

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / MINUTE)


class Condition(models.Model):
    """One thing an event asks of those who join; how several go together says the event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(max_length=20, choices=ConditionKind)
    values = models.JSONField(default=list, blank=True)  # any one of these is enough; empty where the kind says it all

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "kind"], name="one_condition_per_kind"),
        ]

    def __str__(self) -> str:
        return self.kind


def _needs_invitation() -> Q:
    """The rule `needs_invitation` as a question to the database."""
    of_event = Condition.objects.filter(event=OuterRef("pk"))
    invited, others = ConditionKind.INVITED, of_event.exclude(kind=ConditionKind.INVITED)
    return Exists(of_event.filter(kind=invited)) & (Q(conditions_combined=Combined.ALL) | ~Exists(others))


class RunSheetItem(models.Model):
    """One slot of the evening, in minutes. Talks are the rounds for which groups are drawn."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="run_sheet")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=EVENT_WORDS.item)
    note = models.CharField(max_length=EVENT_WORDS.item_note, blank=True)
    kind = models.CharField(max_length=5, choices=ItemKind, default=ItemKind.OTHER)
    group_size = models.PositiveSmallIntegerField(null=True, blank=True)  # None: the event's
    depth = models.PositiveSmallIntegerField(null=True, blank=True)  # of the prompts; None: deeper with each round

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "position"], name="one_item_per_position"),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.TALK) | Q(group_size=None, depth=None), name="size_and_depth_only_of_talks"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_talk(self) -> bool:
        return self.kind == ItemKind.TALK


class CoHost(models.Model):
    """A member who helps with one event; until somebody accepts, an open invitation behind an unguessable link.

    The row goes when they stop helping. What it allows ends with the event (`EventQuerySet.run_by`).
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="co_hosts")
    right = models.CharField(max_length=10, choices=Right)
    member = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="helps_with")
    token = models.CharField(max_length=43, unique=True)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_right_per_co_host"),
            models.CheckConstraint(
                condition=Q(member=None, accepted_at=None) | Q(member__isnull=False, accepted_at__isnull=False),
                name="co_host_has_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"co-host {self.pk}"


class StepCount(models.Model):
    """One count about people that changes in steps. Kept in a table: whoever could empty a cache could count anew."""

    subject = models.CharField(max_length=80, unique=True)  # what is counted: "seats/12"
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="step_counts")
    batches = models.JSONField(default=list)  # of {"people": [ids], "numbers": {table: {cell: number}}}
    seen = models.JSONField(default=list)  # ids of all who were ever counted
    taken_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # two readers at one moment take one step

    def __str__(self) -> str:
        return self.subject


class Invitation(models.Model):
    """A member whom the host invited by their address. No page lists them: it would tell who is a member."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="event_invitations")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_invitation_per_member"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
