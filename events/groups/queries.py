"""Reads about rounds, groups and seats: facts for drawing, moving and repairing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import combinations, groupby
from operator import itemgetter

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from events.event.choices import EventState, ItemKind
from events.groups.limits import PAST_COMPANY
from events.groups.rules.drawing import Setting, weight_of_meeting
from events.groups.rules.evening import RoundTimes
from events.groups.rules.grouping import Ground, GroupingTask, Participant, SeatingPlan, shared_ground
from events.groups.rules.seating import Pinned
from events.models import Event, Group, Registration, Round, RunSheetItem, Seat
from events.registration.choices import Presence
from events.registration.queries.registration import lines_about
from events.registration.rules.closing import EveningFacts
from members.accounts.card import card_for, card_of
from members.accounts.choices import Audience, GroupSize
from members.accounts.taxonomies import nameable_themes
from members.models import KeptApart, User
from members.standing import queries as standing


def evening_of(event: Event) -> EveningFacts:
    """The facts for the rules about leading an evening. No query."""
    return EveningFacts(
        state=event.state,
        starts_at=event.starts_at,
        room_opens_for=settings.ROOM_OPENS_BEFORE,
    )


def people_present(event: Event) -> list[Registration]:
    """Those with a seat who were checked in and have not left, in the order of their arrival in the books."""
    return list(
        event.registrations.confirmed()
        .filter(attendance__presence=Presence.PRESENT, attendance__left_at=None)
        .select_related("member__profile")
        .prefetch_related("member__profile__theme_rows")
        .order_by("pk")
    )


def group_size_of(event: Event, number: int) -> int:
    """How many sit in a group of this round; the plan may have lost talks since it was drawn."""
    sizes = [talk.group_size or event.group_size for talk in talks_of(event)]
    return sizes[min(number, len(sizes)) - 1] if sizes else event.group_size


def talks_of(event: Event) -> QuerySet[RunSheetItem]:
    """The rounds of the run sheet, in their order."""
    return event.run_sheet.filter(kind=ItemKind.TALK)


def blocked_pairs(member_ids: Collection[int | str]) -> list[tuple[str, str]]:
    """Pairs of these members of whom one blocks the other, whoever it was."""
    return [(str(a), str(b)) for a, b in standing.blocked_pairs(member_ids)]


def apart_pairs(member_ids: Collection[int | str]) -> list[tuple[str, str]]:
    """Pairs of these members of whom one would rather not sit with the other again, whoever it is."""
    pairs = KeptApart.objects.filter(holder__in=member_ids, person__in=member_ids).order_by("pk")
    return [(str(a), str(b)) for a, b in pairs.values_list("holder_id", "person_id")]


def past_company(event: Event, member_ids: Collection[int]) -> list[tuple[str, str, float]]:
    """Pairs of these members who sat together at an earlier event; the more recent, the heavier."""
    seats = (
        Seat.objects.taken()
        .filter(member__in=member_ids, round__event__state=EventState.CLOSED)
        .exclude(round__event=event)
        .values_list("group_id", "member_id", "round__event__starts_at")
        .order_by("group_id", "member_id")
    )
    weights: dict[tuple[str, str], float] = {}
    for _group, rows in groupby(seats, key=itemgetter(0)):
        together = list(rows)
        weight = weight_of_meeting(event.starts_at - together[0][2])
        for (_, a, _), (_, b, _) in combinations(together, 2):
            pair = (str(a), str(b))
            weights[pair] = max(weight, weights.get(pair, 0))
    return [(a, b, weight) for (a, b), weight in sorted(weights.items())]


def people_met(member: User) -> frozenset[int]:
    """The ids of those with whom `member` sat in a group, where no block stands between the two."""
    met = Seat.encounters.of(member).values_list("member_id", flat=True)
    return frozenset(met) - standing.blocked_ids(member)


# --- leading through the evening


def talk_of(drawn: Round) -> RoundTimes:
    """When this round was drawn, shown and begun, and when it ends. No query."""
    return RoundTimes(drawn.number, drawn.published_at, drawn.started_at, drawn.ends_at)


def acts_of(event: Event, verb: str, *, why: str | None = None) -> int:
    """How often this was done to an event, by anybody."""
    lines = lines_about(event, verb)
    return lines.count() if why is None else lines.filter(why=why).count()


def groups_by_round(event: Event) -> QuerySet[Round]:
    """The drawn rounds with their groups, seats and people, in four queries whatever their number."""
    seats = Seat.objects.select_related("member__profile").order_by("pk")
    groups = Group.objects.prefetch_related(Prefetch("seats", queryset=seats))
    return event.rounds.prefetch_related(Prefetch("groups", queryset=groups), Prefetch("seats", queryset=seats))


def groups_of(drawn: Round) -> QuerySet[Group]:
    """The groups of a round with their seats, as they are now."""
    return Group.objects.filter(round=drawn).prefetch_related(Prefetch("seats", Seat.objects.order_by("pk")))


def has_locks(drawn: Round) -> bool:
    """Whether a group or a seat of this round is locked."""
    return any(one.is_locked for one in (*drawn.groups.all(), *drawn.seats.all()))


def pinned_groups(drawn: Round, present: Collection[int]) -> list[Pinned]:
    """The members of a round who keep their seats in a new draw; a lock holds nobody who is not there."""
    return [_pinned(group, present) for group in drawn.groups.all()]


def _pinned(group: Group, present: Collection[int]) -> Pinned:
    stay = (seat for seat in group.seats.all() if (group.is_locked or seat.is_locked) and seat.member_id in present)
    return Pinned(tuple(str(seat.member_id) for seat in stay), is_closed=group.is_locked)


def whole_plan(event: Event) -> tuple[list[Round], SeatingPlan]:
    """The drawn rounds, and the same in the words of the grouping rules."""
    rounds = list(groups_by_round(event))
    rooms = [[[str(seat.member_id) for seat in group.seats.all()] for group in drawn.groups.all()] for drawn in rounds]
    return rounds, SeatingPlan(rooms)


def person_at_table(member: User) -> Participant:
    """What the claims about a group may look at."""
    return Participant(
        id=str(member.pk), industry=member.profile.industry or None, job=member.profile.occupation or None
    )


def minutes_of_talk(event: Event, number: int) -> int:
    """How long the run sheet gives this talk; the plan may have lost talks since they were drawn."""
    minutes = list(talks_of(event).values_list("minutes", flat=True))
    return minutes[min(number, len(minutes)) - 1]


def met_tonight(event: Event) -> list[tuple[str, str, float]]:
    """Pairs who already sat together this evening, so heavy that meeting again is the last resort."""
    seats = Seat.objects.filter(round__event=event, round__started_at__isnull=False)
    rows = seats.order_by("group_id", "member_id").values_list("group_id", "member_id")
    pairs = (pair for _, group in groupby(rows, key=itemgetter(0)) for pair in combinations([m for _, m in group], 2))
    return [(str(a), str(b), PAST_COMPANY.weight_tonight) for a, b in pairs]


def grouping_task(event: Event, present: list[Registration], setting: Setting, *, seed: int) -> GroupingTask:
    """Everything that seating these people in these rooms may look at."""
    member_ids = [registration.member_id for registration in present]
    apart = apart_pairs(member_ids) if setting.keeps_wishes else []
    return GroupingTask(
        people=tuple(_person(registration) for registration in present),
        sizes=setting.sizes,
        blocked=(*blocked_pairs(member_ids), *apart),
        history=tuple(past_company(event, member_ids)),
        rules=setting.rules,
        seed=seed,
    )


def ground_of(crew: Iterable[Registration], reader: User) -> Ground:
    """What these people of one group share, as far as `reader`, one of them, may be told.

    Of themes only those that the reader chose too: who has none of it would otherwise learn who has.
    """
    people = {registration.member_id: _person_as_seen(registration, reader) for registration in crew}
    mine = people[reader.pk].themes if reader.pk in people else ()
    return shared_ground(list(people.values()), nameable_themes() & set(mine))


def _person_as_seen(registration: Registration, reader: User) -> Participant:
    """Without the industry and the occupation that their holder keeps from the reader.

    An occupation about which nothing was ever chosen counts, and is named of nobody.
    """
    person, profile = _person(registration), registration.member.profile
    seen = card_of(registration.member, viewer=reader)
    names_job = "occupation" not in profile.visibility or seen.occupation
    return replace(person, industry=person.industry if seen.industry else None, job=person.job if names_job else None)


def _person(registration: Registration) -> Participant:
    """What counts when people are seated. What they help with and ask about counts where their group reads it."""
    profile, seen = registration.member.profile, card_for(Audience.GROUP, registration.member)
    may_match_private = profile.private_themes_match
    themes = (row for row in profile.theme_rows.all() if row.entry and (may_match_private or not row.entry.is_private))
    return Participant(
        id=str(registration.member_id),
        industry=profile.industry or None,
        job=profile.occupation or None,
        first_timer=registration.is_first_timer,
        small=profile.group_size == GroupSize.THREE,
        gives=tuple(topic.code for topic in seen.gives),
        asks=tuple(topic.code for topic in seen.asks),
        themes=tuple(sorted(row.theme for row in themes)),
    )
