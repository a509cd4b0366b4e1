"""What must always be true of evenings: who was there, who sat with whom, what was drawn, what a mark weighs.

Part of `events.invariants.seats`.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from django.db.models import Exists, F, OuterRef, Q, Subquery

from events.event.choices import EventState
from events.models import (
    Attendance,
    CalendarFeed,
    CoHost,
    Draw,
    Event,
    EventTemplate,
    Invitation,
    Mark,
    Note,
    Offer,
    Registration,
    Round,
    Seat,
    Series,
    Signal,
    StepCount,
    Ticket,
    Word,
)
from events.registration.choices import Presence, RegistrationState, Sparing
from events.registration.limits import MARKS
from events.registration.rules import lottery
from events.registration.rules.mark import POINTS
from members.audit.checking import BY_SQL, future_breaches, gone, lines_of, noted, then

CHECK_IN_VERBS = ("attendance.note", "attendance.correct", "room.join")
HOST_NAMED = ("event.plan", "event.hand-over")
ASK_THE_HOST = "Ask the host who was there; letters and follow-ups go by this."


@then(ASK_THE_HOST)
def who_is_present_has_a_seat(now: datetime) -> list[str]:
    """Only a confirmed seat is checked in. Who was checked in and withdrew after that, before the start, is excused,
    whatever the door noted before.
    """
    withdrew = Q(
        registration__changed_at__gte=F("recorded_at"),
        registration__changed_at__lt=F("registration__event__starts_at"),
    )
    broken = Attendance.objects.exclude(registration__state=RegistrationState.CONFIRMED).exclude(withdrew)
    return [
        f"attendance {row.pk} is {row.presence} on a registration that is {row.registration.state}"
        for row in broken.select_related("registration").order_by("pk")
    ]


@then(ASK_THE_HOST)
def presence_was_noted(now: datetime) -> list[str]:
    """By the door or by themselves, with a line; and nobody leaves before they came."""
    unnoted = Q(presence=Presence.PRESENT) & ~Q(Exists(_lines_of_registration(*CHECK_IN_VERBS)))
    backwards = Q(left_at__lt=F("recorded_at")) | (Q(left_at__isnull=False) & ~Q(presence=Presence.PRESENT))
    broken = Attendance.objects.filter(unnoted | backwards).order_by("pk")
    came = noted(Registration, *CHECK_IN_VERBS)
    lost = Registration.objects.filter(came, attendance=None).exclude(noted(Registration, "attendance.undo"))
    return [f"attendance {row.pk} is not as the door noted it" for row in broken] + [
        f"registration {row.pk} was noted at the door, and that is gone" for row in lost.order_by("pk")
    ]


@then(ASK_THE_HOST)
def who_sits_in_a_group_was_registered(now: datetime) -> list[str]:
    theirs = Registration.objects.filter(member=OuterRef("member"), event=OuterRef("round__event"))
    came = lines_of(Registration, *CHECK_IN_VERBS).filter(object_id=OuterRef("pk"))
    broken = Seat.objects.exclude(Exists(theirs)).order_by("pk")
    away = Seat.objects.filter(Exists(theirs)).exclude(Exists(theirs.filter(Exists(came)))).order_by("pk")
    return [f"place {seat.pk} is of somebody who never registered" for seat in broken] + [
        f"place {seat.pk} is of somebody whom the door never saw" for seat in away
    ]


@then("Ask the host; members see an evening only once it is published, and letters go by its end.")
def events_stand_as_their_lines_say(now: datetime) -> list[str]:
    """Published, closed and called off each have their line, and an evening closes after it began."""
    was_shown = Q(state__in=[EventState.PUBLISHED, EventState.CLOSED])
    unpublished = was_shown & (Q(published_at=None) | ~Q(noted(Event, "event.publish")))
    unclosed = Q(state=EventState.CLOSED) & ~Q(noted(Event, "event.close", at=OuterRef("closed_at")))
    early = Q(closed_at__lt=F("starts_at")) | (Q(closed_at__isnull=False) & ~Q(state=EventState.CLOSED))
    kept = Q(state=EventState.CALLED_OFF) & ~Q(noted(Event, "event.call-off"))
    broken = Event.objects.filter(unpublished | unclosed | early | kept).order_by("pk")
    return [f"event {event.pk} is {event.state}, and its lines or times say otherwise" for event in broken]


@then(BY_SQL + " Hand the evening over to its host again at /hosting/.")
def events_are_of_their_host(now: datetime) -> list[str]:
    """Of whoever planned it, or of whom the last line names: a host sees who comes, and leads them."""
    lines = lines_of(Event, *HOST_NAMED).filter(object_id=OuterRef("pk")).order_by("-pk")
    said = {name: Subquery(lines.values(name)[:1]) for name in ("verb", "why", "by")}
    rows = Event.objects.order_by("pk").annotate(**said).values_list("pk", "host", "series", *said)
    return [
        f"event {pk} is of a host whom no line names"
        for pk, host, series, verb, why, by in rows.iterator()
        if str(host) != (why or _planner(verb, series, by) or str(host))
    ]


def _planner(verb: str | None, series: int | None, by: int | None) -> str:
    """Whose evening it is where its line names nobody: of whoever planned it. Of a series an owner may plan more."""
    return str(by) if verb == "event.plan" and by and not series else ""


@then(BY_SQL)
def invited_people_were_invited(now: datetime) -> list[str]:
    """An invitation opens an evening to somebody: none without the line of that moment."""
    line = lines_of(Event, "event.invite").filter(object_id=OuterRef("event"), at=OuterRef("invited_at"))
    broken = Invitation.objects.exclude(Exists(line)).order_by("pk")
    return [f"invitation {row.pk} is of nobody" for row in broken]


@then("Publish nothing of it; ask those who took part to compare the seed's hash that they were shown before.")
def draws_can_be_repeated(now: datetime) -> list[str]:
    """The seed is the one that was promised, the order follows from it, and the tickets say what was drawn."""
    draws = Draw.objects.order_by("pk").select_related("event")
    return [f"draw {draw.pk} does not follow from its seed" for draw in draws.iterator() if not _is_repeatable(draw)]


def _is_repeatable(draw: Draw) -> bool:
    if lottery.hash_of(draw.seed) != draw.seed_hash:
        return False
    rows = Ticket.objects.filter(registration__event=draw.event_id)
    if draw.drawn_at is None:
        return not (draw.order or draw.tickets or rows.exclude(is_win=None).exists())
    tickets = [lottery.LotteryEntry(code, lots) for code, lots in draw.tickets]
    if lottery.list_digest(tickets) != draw.list_digest or lottery.drawn_order(draw.seed, tickets) != draw.order:
        return False
    winners, lots = set(draw.order[: draw.seats or 0]), dict(draw.tickets)
    drawn = rows.filter(is_win__isnull=False).values_list("code", "lots", "is_win")
    return all(lots.get(code) == number and (code in winners) == is_win for code, number, is_win in drawn)


@then("Lift the mark with an answer at /marks/ if it should not be; the member reads why.")
def marks_weigh_what_they_should(now: datetime) -> list[str]:
    """Each was left with a line, weighs what its kind weighs, and is over after its time. What weighs nothing says why,
    and so does its line, or the evening; what was answered has the line of the answer.
    """
    heavy = Q()
    for kind, points in POINTS.items():
        heavy |= Q(kind=kind, spared_for="") & ~Q(points=points)
    long = ~Q(expires_at=F("given_at") + MARKS.kept_for)
    answered = ~Q(ruling="") & (Q(objected_at=None) | Q(answered_at=None) | Q(answered_at__lt=F("objected_at")))
    own = Q(answered_by=F("registration__member"))
    ruled = noted(Mark, "mark.rule", why=OuterRef("ruling"), at=OuterRef("answered_at"))
    told = Q(noted(Mark, "mark.leave", why=OuterRef("spared_for")))
    told |= Q(spared_for=Sparing.ILLNESS) & Q(noted(Mark, "mark.illness"))
    told |= Q(spared_for=Sparing.CALLED_OFF, registration__event__state=EventState.CALLED_OFF)
    told |= Q(spared_for=Sparing.CHANGED, registration__event__terms_changed_at__isnull=False)
    unsaid = (~Q(spared_for="") & ~told) | (~Q(ruling="") & ~Q(ruled)) | ~Q(noted(Mark, "mark.leave"))
    broken = Mark.objects.filter(heavy | long | answered | own | unsaid).order_by("pk")
    return [f"mark {mark.pk} is not as it was left" for mark in broken]


@then(BY_SQL)
def co_hosts_were_asked(now: datetime) -> list[str]:
    """With the right that the host chose, and taken by the member themselves: a right shows who comes."""
    asked = noted(CoHost, "co-host.ask", why=OuterRef("right"))
    taken = noted(CoHost, "co-host.accept", why=OuterRef("right"), by=OuterRef("member"))
    broken = CoHost.objects.filter(~Q(asked) | (Q(member__isnull=False) & ~Q(taken))).order_by("pk")
    return [f"co-host {row.pk} has a right that nobody gave or took" for row in broken]


@then("Ask the member: what stands beside an evening is only of those who registered for it.")
def what_is_kept_of_an_evening_is_of_its_people(now: datetime) -> list[str]:
    theirs = Registration.objects.filter(member=OuterRef("member"), event=OuterRef("event"))
    rows = chain.from_iterable(
        model.objects.exclude(Exists(theirs)).order_by("pk").iterator() for model in (Signal, Note)
    )
    return [f"{row} is of somebody who never registered" for row in rows]


@then("Delete the row: the count starts anew with the people of that moment, and tells nothing of who came since.")
def counts_change_in_steps(now: datetime) -> list[str]:
    """Whoever is in a batch was counted once and stays known: else two looks would tell who came between them."""
    return [
        f"count {row.pk} has forgotten or doubled people" for row in StepCount.objects.iterator() if not _is_whole(row)
    ]


def _is_whole(count: StepCount) -> bool:
    people = [person for batch in count.batches for person in batch["people"]]
    return len(set(people)) == len(people) and set(people) <= set(count.seen)


def _lines_of_registration(*verbs: str):
    return lines_of(Registration, *verbs).filter(object_id=OuterRef("registration"))


KEPT: dict = {
    Event: ("event.plan",),
    Mark: ("mark.leave",),
    Registration: ("registration.confirm", "registration.wait", "registration.apply"),
    Series: ("series.begin",),
}


@then(BY_SQL)
def events_rows_are_still_there(now: datetime) -> list[str]:
    return gone(KEPT)


MOMENTS: dict = {
    Attendance: ["recorded_at", "left_at"],
    CalendarFeed: ["made_at"],
    CoHost: ["added_at", "accepted_at"],
    Draw: ["drawn_at"],
    Event: ["created_at", "published_at", "closed_at", "balance_invited_at"],
    EventTemplate: ["kept_at"],
    Invitation: ["invited_at"],
    Mark: ["given_at", "objected_at", "answered_at"],
    Note: ["written_at"],
    Offer: ["made_at", "answered_at"],
    Registration: ["registered_at", "changed_at", "seat_given_up_at"],
    Round: ["drawn_at", "published_at", "started_at"],
    Series: ["created_at"],
    Signal: ["sent_at", "seen_at"],
    StepCount: ["taken_at"],
    Word: ["said_at"],
}


@then("See whether a clock was ahead. What is dated ahead is not believed; put the time right when the clock is.")
def events_moments_have_come(now: datetime) -> list[str]:
    return future_breaches(MOMENTS, now)


CHECKS = [
    who_is_present_has_a_seat,
    presence_was_noted,
    who_sits_in_a_group_was_registered,
    events_stand_as_their_lines_say,
    events_are_of_their_host,
    invited_people_were_invited,
    draws_can_be_repeated,
    marks_weigh_what_they_should,
    co_hosts_were_asked,
    what_is_kept_of_an_evening_is_of_its_people,
    counts_change_in_steps,
    events_rows_are_still_there,
    events_moments_have_come,
]
