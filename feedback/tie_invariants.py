"""What must always be true between two people: of ties and what they share, wishes, introductions, and the picture?

Part of `feedback.invariants`. No sentence says who wished for whom: of wishes it counts, of all else it names the row.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import combinations

from django.conf import settings
from django.db.models import Count, F, Q
from django.db.models.functions import Greatest, Least

from events.choices import EventState
from feedback.choices import TalkState
from feedback.models import (
    Acquaintance,
    ContactOffer,
    Help,
    Intention,
    Introduction,
    NotedEvening,
    ShortNote,
    Talk,
    Tie,
)
from feedback.network import seats_taken
from feedback.rules.network import Deed, DeedKind, Standing, standing_of
from members.models import Block, Heartbeat

Pair = tuple[int, int]  # the smaller id first
SWEPT_WITHIN = timedelta(hours=2)  # where no beat runs (a simulation): by then the sweeps of the hour have been called

AT_AN_END = Q(tie__first=F("holder")) | Q(tie__second=F("holder"))


def ties_are_in_order(now: datetime) -> list[str]:
    broken = Tie.objects.filter(first__gte=F("second")).order_by("pk")
    return [f"tie {tie.pk} names its two the wrong way round" for tie in broken]


def one_tie_per_pair(now: datetime) -> list[str]:
    pairs = Tie.objects.values(low=Least("first", "second"), high=Greatest("first", "second"))
    rows = pairs.annotate(number=Count("pk")).filter(number__gt=1).order_by("low", "high")
    return [f"users {row['low']} and {row['high']} have {row['number']} ties" for row in rows]


def blocks_end_ties(now: datetime) -> list[str]:
    """But for what the next sweep ends; no page shows it even before."""
    blocks = Block.objects.filter(blocked_at__lte=_swept_at("form-ties", now))
    standing = Tie.objects.across(blocks).order_by("pk")
    return [f"tie {tie.pk} still stands between people of whom one has blocked the other" for tie in standing]


def contacts_stay_within_an_open_tie(now: datetime) -> list[str]:
    swept_at = _swept_at("forget-ended-ties", now)
    outlived = Q(tie__ended_at__lt=swept_at) | Q(offered_at__lt=F("tie__formed_at"), tie__formed_at__lt=swept_at)
    return [
        f"contact {offer.pk} is of a tie that has ended"
        for offer in ContactOffer.objects.filter(outlived).order_by("pk")
    ] + [
        f"contact {offer.pk} is of somebody outside its tie"
        for offer in ContactOffer.objects.exclude(AT_AN_END).order_by("pk")
    ]


def what_tied_people_do_is_between_the_two(now: datetime) -> list[str]:
    notes = ShortNote.objects.exclude(Q(writer=F("tie__first")) | Q(writer=F("tie__second"))).order_by("pk")
    talks = Talk.objects.exclude(Q(proposer=F("tie__first")) | Q(proposer=F("tie__second"))).order_by("pk")
    return [f"short note {note.pk} is of somebody outside its tie" for note in notes] + [
        f"talk {talk.pk} is of somebody outside its tie" for talk in talks
    ]


def wishes_have_their_morning(now: datetime) -> list[str]:
    """What both want has come true, and who would rather not meet again is kept apart, once the sweep has passed.

    A suspension moves the morning; of wishes older than the sweep reads nothing is expected.
    """
    over = _swept_at("form-ties", now)
    mutual = Intention.objects.mutual(over, settings.TIES_FORM_WITHIN).values("event")
    ties = mutual.annotate(number=Count("pk")).order_by("event")
    partings = Intention.objects.partings(over).values("event").annotate(number=Count("pk")).order_by("event")
    return [f"event {row['event']}: {row['number']} wishes of two have not come true" for row in ties] + [
        f"event {row['event']}: {row['number']} wishes to be kept apart have had no effect" for row in partings
    ]


def introductions_form_on_two_consents_in_time(now: datetime) -> list[str]:
    agreed = Q(asks=True, one_agreed=True, other_agreed=True, formed_at__lt=F("lapses_at"))
    broken = Introduction.objects.formed().exclude(agreed).order_by("pk")
    return [f"introduction {each.pk} led to a tie without two consents in time" for each in broken]


def introductions_lapse_in_time(now: datetime) -> list[str]:
    late = F("made_at") + settings.INTRODUCTION_WAITS_FOR
    broken = Introduction.objects.waiting(now).filter(lapses_at__gt=late).order_by("pk")
    return [f"introduction {each.pk} waits for longer than all others" for each in broken]


def the_picture_is_what_the_ledger_says(now: datetime) -> list[str]:
    """Dots, lines and faces, for everybody at once; but for pairs of evenings that the sweep has not noted yet."""
    deeds, unsettled = _everything_that_happened()
    stored = {(row.first_id, row.second_id): row for row in Acquaintance.objects.all()}
    return [
        f"users {low} and {high} are not what the ledger says they are to each other"
        for low, high in sorted({*deeds, *stored} - unsettled)
        if not _agrees(stored.get((low, high)), standing_of(deeds.get((low, high), ())))
    ]


def _swept_at(job: str, now: datetime) -> datetime:
    """When this sweep last did its work: what came later may still wait, also in a copy that was just restored."""
    last = Heartbeat.objects.filter(pk=job).first()
    return last.beat_at if last else now - SWEPT_WITHIN


def _agrees(row: Acquaintance | None, standing: Standing | None) -> bool:
    if row is None or standing is None:
        return row is None and standing is None
    kept = (row.state, row.met_at, row.latest_at, row.times)
    return kept == (standing.state, standing.met_at, standing.latest_at, standing.times)


def _everything_that_happened() -> tuple[dict[Pair, list[Deed]], set[Pair]]:
    """The ledger of everybody in five queries, and the pairs who sat together at an evening that is not noted yet."""
    noted = set(NotedEvening.objects.values_list("event_id", flat=True))
    deeds: dict[Pair, list[Deed]] = defaultdict(list)
    unsettled: set[Pair] = set()
    for (event_id, pair), at in _meetings().items():
        deeds[pair].append(Deed(at, DeedKind.MET))
        if event_id not in noted:
            unsettled.add(pair)
    for one, other, at in Help.objects.values_list("helper_id", "helped_id", "noted_at"):
        deeds[_pair(one, other)].append(Deed(at, DeedKind.HELPED))
    held = Talk.objects.filter(state=TalkState.HELD)
    for one, other, at in held.values_list("tie__first_id", "tie__second_id", "held_at"):
        deeds[_pair(one, other)].append(Deed(at, DeedKind.TALKED))
    formed = Introduction.objects.formed().values_list("introducer_id", "one_id", "other_id", "formed_at")
    for introducer, one, other, at in formed:
        deeds[_pair(one, other)].append(Deed(at, DeedKind.CONNECTED))
        for end in (one, other):
            deeds[_pair(introducer, end)].append(Deed(at, DeedKind.INTRODUCED))
    return deeds, unsettled


def _meetings() -> dict[tuple[int, Pair], datetime]:
    """When each pair met at each closed evening: once, however many rounds they sat together."""
    seats = seats_taken().filter(round__event__state=EventState.CLOSED).order_by("member_id")
    groups: dict[tuple[int, int, datetime], list[int]] = defaultdict(list)
    for group, event, at, member in seats.values_list(
        "group_id", "round__event_id", "round__event__starts_at", "member_id"
    ):
        groups[(group, event, at)].append(member)
    return {(event, pair): at for (_, event, at), people in groups.items() for pair in combinations(people, 2)}


def _pair(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))


CHECKS = [
    ties_are_in_order,
    one_tie_per_pair,
    blocks_end_ties,
    contacts_stay_within_an_open_tie,
    what_tied_people_do_is_between_the_two,
    wishes_have_their_morning,
    introductions_form_on_two_consents_in_time,
    introductions_lapse_in_time,
    the_picture_is_what_the_ledger_says,
]
