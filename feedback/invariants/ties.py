"""What must always be true between two people: ties and what they share, wishes, introductions, the picture.

No sentence says who wished for whom: of wishes it counts, of all else it names the row.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import chain, combinations

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Greatest, Least

from events.event.choices import EventState
from events.models import Seat
from feedback.invariants.letters import beside
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
from feedback.ties.choices import CONTACT_KINDS, IntentionKind, TalkState
from feedback.ties.limits import INTRODUCTIONS, TIES
from feedback.ties.rules.network import AcquaintanceSummary, Interaction, InteractionKind, summary_of
from members.audit.checking import swept_at, then
from members.audit.limits import BOOKS
from members.models import Block, EndedBlock, KeptApart

Pair = tuple[int, int]  # the smaller id first

WISHES = "Tell nobody who wished for what. Compare with the latest backup, and ask who wrote into the database."
SWEEP = "See whether beat and worker run: the sweeps of ties mend it by themselves."
AT_AN_END = Q(tie__first=F("holder")) | Q(tie__second=F("holder"))


@then(WISHES)
def ties_are_in_order(now: datetime) -> list[str]:
    broken = Tie.objects.filter(first__gte=F("second")).order_by("pk")
    return [f"tie {tie.pk} names its two the wrong way round" for tie in broken]


@then(WISHES)
def one_tie_per_pair(now: datetime) -> list[str]:
    pairs = Tie.objects.values(low=Least("first", "second"), high=Greatest("first", "second"))
    rows = pairs.annotate(number=Count("pk")).filter(number__gt=1).order_by("low", "high")
    return [f"users {row['low']} and {row['high']} have {row['number']} ties" for row in rows]


@then(SWEEP)
def contacts_stay_within_an_open_tie(now: datetime) -> list[str]:
    swept = swept_at("forget-contacts", now, without=BOOKS.swept_within)
    outlived = Q(tie__ended_at__lt=swept) | Q(offered_at__lt=F("tie__formed_at"), tie__formed_at__lt=swept)
    return [
        f"contact {offer.pk} is of a tie that has ended"
        for offer in ContactOffer.objects.filter(outlived).order_by("pk")
    ] + [
        f"contact {offer.pk} is of somebody outside its tie"
        for offer in ContactOffer.objects.exclude(AT_AN_END).order_by("pk")
    ]


@then(WISHES)
def what_tied_people_do_is_between_the_two(now: datetime) -> list[str]:
    notes = ShortNote.objects.exclude(Q(writer=F("tie__first")) | Q(writer=F("tie__second"))).order_by("pk")
    talks = Talk.objects.exclude(Q(proposer=F("tie__first")) | Q(proposer=F("tie__second"))).order_by("pk")
    return [f"short note {note.pk} is of somebody outside its tie" for note in notes] + [
        f"talk {talk.pk} is of somebody outside its tie" for talk in talks
    ]


@then(WISHES)
def wishes_have_their_morning(now: datetime) -> list[str]:
    """What both want has come true, and who would rather not meet again is kept apart, once the sweep has passed.

    A suspension moves the morning; of wishes older than the sweep reads nothing is expected.
    """
    over = swept_at("form-ties", now, without=BOOKS.swept_within)
    mutual = Intention.objects.mutual(over, TIES.form_within).values("event")
    ties = mutual.annotate(number=Count("pk")).order_by("event")
    partings = Intention.objects.partings(over).values("event").annotate(number=Count("pk")).order_by("event")
    return [f"event {row['event']}: {row['number']} wishes of two have not come true" for row in ties] + [
        f"event {row['event']}: {row['number']} wishes to be kept apart have had no effect" for row in partings
    ]


@then(WISHES)
def introductions_form_on_two_consents_in_time(now: datetime) -> list[str]:
    agreed = Q(asks=True, one_agreed=True, other_agreed=True, formed_at__lt=F("lapses_at"))
    broken = Introduction.objects.formed().exclude(agreed).order_by("pk")
    return [f"introduction {each.pk} led to a tie without two consents in time" for each in broken]


@then(WISHES)
def introductions_lapse_in_time(now: datetime) -> list[str]:
    late = F("made_at") + INTRODUCTIONS.waits_for
    broken = Introduction.objects.waiting(now).filter(lapses_at__gt=late).order_by("pk")
    return [f"introduction {each.pk} waits for longer than all others" for each in broken]


@then("Run manage.py rebuild_ties: it mends what differs and says how much.")
def the_picture_is_what_the_ledger_says(now: datetime) -> list[str]:
    """Dots, lines and faces, for everybody at once; but for pairs of evenings that the sweep has not noted yet."""
    interactions, unsettled = _everything_that_happened()
    stored = {(row.first_id, row.second_id): row for row in Acquaintance.objects.all()}
    return [
        f"users {low} and {high} are not what the ledger says they are to each other"
        for low, high in sorted({*interactions, *stored} - unsettled)
        if not _agrees(stored.get((low, high)), summary_of(interactions.get((low, high), ())))
    ]


def _agrees(row: Acquaintance | None, summary: AcquaintanceSummary | None) -> bool:
    if row is None or summary is None:
        return row is None and summary is None
    kept = (row.state, row.met_at, row.latest_at, row.times)
    return kept == (summary.state, summary.met_at, summary.latest_at, summary.times)


def _everything_that_happened() -> tuple[dict[Pair, list[Interaction]], set[Pair]]:
    """The ledger of everybody in five queries, and the pairs who sat together at an evening that is not noted yet."""
    noted = set(NotedEvening.objects.values_list("event_id", flat=True))
    interactions: dict[Pair, list[Interaction]] = defaultdict(list)
    unsettled: set[Pair] = set()
    for (event_id, pair), at in _meetings().items():
        interactions[pair].append(Interaction(at, InteractionKind.MET))
        if event_id not in noted:
            unsettled.add(pair)
    for one, other, at in Help.objects.values_list("helper_id", "helped_id", "noted_at"):
        interactions[_pair(one, other)].append(Interaction(at, InteractionKind.HELPED))
    held = Talk.objects.filter(state=TalkState.HELD)
    for one, other, at in held.values_list("tie__first_id", "tie__second_id", "held_at"):
        interactions[_pair(one, other)].append(Interaction(at, InteractionKind.TALKED))
    formed = Introduction.objects.formed().values_list("introducer_id", "one_id", "other_id", "formed_at")
    for introducer, one, other, at in formed:
        interactions[_pair(one, other)].append(Interaction(at, InteractionKind.CONNECTED))
        for end in (one, other):
            interactions[_pair(introducer, end)].append(Interaction(at, InteractionKind.INTRODUCED))
    return interactions, unsettled


def _meetings() -> dict[tuple[int, Pair], datetime]:
    """When each pair met at each closed evening: once, however many rounds they sat together."""
    seats = Seat.objects.taken().filter(round__event__state=EventState.CLOSED).order_by("member_id")
    groups: dict[tuple[int, int, datetime], list[int]] = defaultdict(list)
    for group, event, at, member in seats.values_list(
        "group_id", "round__event_id", "round__event__starts_at", "member_id"
    ):
        groups[(group, event, at)].append(member)
    return {(event, pair): at for (_, event, at), people in groups.items() for pair in combinations(people, 2)}


def _pair(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))


@then(WISHES)
def ties_come_from_two_wishes_or_an_introduction(now: datetime) -> list[str]:
    """Of an evening: each of the two wanted contact then, and nobody can turn that afterwards. Else somebody brought
    them together, and both agreed. What was taken back after its lock still counts: the tie stays. The wishes of
    somebody whose account went are gone with it.
    """
    wish = Intention.objects.filter(
        event=OuterRef("event"), kind__in=CONTACT_KINDS, settled_at__lte=OuterRef("formed_at")
    )
    both = Exists(wish.filter(holder=OuterRef("first"), person=OuterRef("second"))) & Exists(
        wish.filter(holder=OuterRef("second"), person=OuterRef("first"))
    )
    introduced = Introduction.objects.filter(tie=OuterRef("pk"), formed_at=OuterRef("formed_at"))
    ties = Tie.objects.filter(first__is_active=True, second__is_active=True)
    broken = ties.exclude(Q(both, event__isnull=False) | Q(Exists(introduced), event=None)).order_by("pk")
    return [f"tie {tie.pk} does not come from two wishes or an introduction" for tie in broken]


@then(WISHES)
def wishes_that_came_true_left_a_tie(now: datetime) -> list[str]:
    """Also one that has ended since. Where a block or a leaving spent the wishes, there is none."""
    back = Intention.objects.filter(
        holder=OuterRef("person"), person=OuterRef("holder"), event=OuterRef("event"), settled_at=OuterRef("settled_at")
    ).filter(kind__in=CONTACT_KINDS)
    tie = Tie.objects.filter(
        Q(first=OuterRef("holder"), second=OuterRef("person")) | Q(first=OuterRef("person"), second=OuterRef("holder"))
    )
    ends = Q(blocker=OuterRef("holder"), blocked=OuterRef("person")) | Q(
        blocker=OuterRef("person"), blocked=OuterRef("holder")
    )
    met = Intention.objects.filter(Exists(back), kind__in=CONTACT_KINDS, settled_at__isnull=False)
    met = met.filter(holder__is_active=True, person__is_active=True)
    apart = Exists(Block.objects.filter(ends)) | Exists(EndedBlock.objects.filter(ends))
    lost = met.exclude(Exists(tie)).exclude(apart).values("event").annotate(number=Count("pk")).order_by("event")
    return [f"event {row['event']}: {row['number']} wishes came true and left no tie" for row in lost]


@then(WISHES)
def who_wishes_has_met(now: datetime) -> list[str]:
    """Wishes are about somebody of one's own group, and so are the ties of an evening."""
    ties = Tie.objects.filter(event__isnull=False).exclude(Exists(beside("first", "second", "event"))).order_by("pk")
    wishes = Intention.objects.exclude(Exists(beside("holder", "person", "event"))).values("event")
    return [f"tie {tie.pk} is between people who shared no group at that evening" for tie in ties] + [
        f"event {row['event']}: {row['number']} wishes are about people of no group of theirs"
        for row in wishes.annotate(number=Count("pk")).order_by("event")
    ]


@then(WISHES)
def wishes_lock_before_they_take_effect(now: datetime) -> list[str]:
    """And are settled at that moment or later, never before."""
    order = Q(locks_at__gte=F("forms_at")) | Q(chosen_at__gt=F("locks_at")) | Q(settled_at__lt=F("forms_at"))
    rows = Intention.objects.filter(order).values("event").annotate(number=Count("pk")).order_by("event")
    return [f"event {row['event']}: {row['number']} wishes took effect before their morning" for row in rows]


@then(WISHES)
def kept_apart_are_those_who_wished_so(now: datetime) -> list[str]:
    """Counted, not named: nobody is told who would rather not sit with whom."""
    wish = Intention.objects.filter(
        holder=OuterRef("holder"),
        person=OuterRef("person"),
        kind=IntentionKind.ONLY_THIS,
        settled_at__isnull=False,
        taken_back_at=None,
    )
    number = KeptApart.objects.exclude(Exists(wish)).count()
    return [f"{number} are kept apart although nobody wished so"] if number else []


@then("Ask the two: what they do together needs a tie that holds.")
def what_tied_people_do_falls_within_their_tie(now: datetime) -> list[str]:
    """Nothing is proposed, answered, written or noted after its end. What is from before it began is of an earlier
    time of the same two: then an introduction or wishes of that time are there.
    """
    ended = Q(tie__ended_at__isnull=False)
    talks = Talk.objects.filter(
        ended & (Q(proposed_at__gt=F("tie__ended_at")) | Q(settled_at__gt=F("tie__ended_at")))
        | Q(proposed_at__lt=F("tie__formed_at"), tie__first__is_active=True, tie__second__is_active=True)
        & ~_was_tied_before("proposed_at")
    )
    notes = ShortNote.objects.filter(
        ended & Q(written_at__gt=F("tie__ended_at"))
        | Q(written_at__lt=F("tie__formed_at")) & ~_was_tied_before("written_at")
    )
    tied = Tie.objects.annotate(low=Least(OuterRef("helper"), OuterRef("helped")))
    tied = tied.filter(first=F("low"), second=Greatest(OuterRef("helper"), OuterRef("helped")))
    interactions = Help.objects.exclude(Exists(tied))
    return [
        f"{row} is of no time in which the two were tied"
        for row in chain(talks.order_by("pk"), notes.order_by("pk"), interactions.order_by("pk"))
    ]


def _was_tied_before(moment: str) -> Q:
    introduced = Introduction.objects.formed().filter(
        one=OuterRef("tie__first"), other=OuterRef("tie__second"), formed_at__lte=OuterRef(moment)
    )
    wish = Intention.objects.filter(kind__in=CONTACT_KINDS, settled_at__lte=OuterRef(moment))
    here = wish.filter(holder=OuterRef("tie__first"), person=OuterRef("tie__second"))
    there = wish.filter(holder=OuterRef("tie__second"), person=OuterRef("tie__first"))
    return Q(Exists(introduced)) | (Q(Exists(here)) & Q(Exists(there)))


@then("Ask the two whether they talked; only a talk that one of them says was held makes them a line.")
def talks_are_held_at_the_time_they_chose(now: datetime) -> list[str]:
    held = Q(state=TalkState.HELD) & ~Q(held_at=F("starts_at"))
    ahead = Q(state__in=[TalkState.HELD, TalkState.MISSED], starts_at__gt=now)
    unsettled = ~Q(state=TalkState.PROPOSED) & (Q(settled_at=None) | Q(settled_at__lt=F("proposed_at")))
    early = Q(state=TalkState.PROPOSED, settled_at__isnull=False) | Q(lapses_at__lte=F("proposed_at"))
    broken = Talk.objects.filter(held | ahead | unsettled | early).order_by("pk")
    return [f"talk {talk.pk} did not take place as it says" for talk in broken]


@then(WISHES)
def introductions_are_between_the_introducers_own(now: datetime) -> list[str]:
    """Whoever brings two together was tied to both; and the tie that came of it is between these two."""
    missing = Q()
    for end in ("one", "other"):
        ends = Q(first=OuterRef("introducer"), second=OuterRef(end)) | Q(
            second=OuterRef("introducer"), first=OuterRef(end)
        )
        missing |= ~Q(Exists(Tie.objects.filter(ends)))  # a tie that ended stays as a row
    elsewhere = Q(tie__isnull=False) & (~Q(tie__first=F("one")) | ~Q(tie__second=F("other")))
    oneself = Q(introducer=F("one")) | Q(introducer=F("other"))
    tied_to_nothing = Q(formed_at__isnull=False, tie=None) | Q(formed_at=None, tie__isnull=False)
    broken = Introduction.objects.filter(missing | elsewhere | oneself | tied_to_nothing).order_by("pk")
    return [f"introduction {each.pk} is not between two ties of its introducer" for each in broken]


CHECKS = [
    ties_come_from_two_wishes_or_an_introduction,
    wishes_that_came_true_left_a_tie,
    who_wishes_has_met,
    wishes_lock_before_they_take_effect,
    kept_apart_are_those_who_wished_so,
    what_tied_people_do_falls_within_their_tie,
    talks_are_held_at_the_time_they_chose,
    introductions_are_between_the_introducers_own,
    ties_are_in_order,
    one_tie_per_pair,
    contacts_stay_within_an_open_tie,
    what_tied_people_do_is_between_the_two,
    wishes_have_their_morning,
    introductions_form_on_two_consents_in_time,
    introductions_lapse_in_time,
    the_picture_is_what_the_ledger_says,
]
