"""Three rows or three thousand of everything: the pages ask the same queries, and what they send stays small."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.models import Attendance, Event, Group, Registration, Round, Seat
from events.registration.choices import Presence, RegistrationState
from feedback.growth.choices import StepState
from feedback.letters.choices import LetterState
from feedback.mirror.rules.month import Month
from feedback.models import (
    Acquaintance,
    AnonymousPicks,
    AnonymousPool,
    BaseRates,
    CheckConsent,
    Help,
    Intention,
    Introduction,
    MirrorSnapshot,
    NextStep,
    Normal,
    NotedEvening,
    Ordinary,
    PersonBehind,
    ShortNote,
    StrengthFeedback,
    TakeHomeNote,
    Talk,
    Thanks,
    Tie,
    TurningPoint,
    Wonder,
)
from feedback.ties.choices import IntentionKind, TalkKind, TalkState
from feedback.ties.queries.short_note import CHECK_VERSION
from members.membership.choices import PeriodSource
from members.models import Period, Profile, User
from tests.factories import make_event

FEW, MANY = 3, 3000
LARGEST = 110_000  # bytes of a page of thirty people, before it is compressed
MOST_OF_GROWTH = 19  # queries, one of them for what is new, at most once a minute
PICKS = ("open-ask", "listen-through", "act-try", "tell-plain", "think-core")
NOW = timezone.now()


@pytest.mark.one_database
def test_pages_ask_the_same_for_three_rows_and_for_three_thousand(aki, signed_in):
    User.objects.filter(pk=aki.pk).update(joined_at=NOW - timedelta(days=500))
    Period.objects.filter(member=aki).update(starts_on=NOW.date() - timedelta(days=500))
    aki.self_strengths.create(version=1, picks=PICKS[:2], chosen_at=NOW)
    CheckConsent.objects.create(member=aki, version=CHECK_VERSION, given_at=NOW)
    rates = BaseRates.objects.create(computed_on=NOW.date(), computed_at=NOW, pairs=0)
    MirrorSnapshot.objects.create(member=aki, rates=rates, shown={"windows": {}, "n": 3}, taken_at=NOW)
    host = make_event(starts_at=NOW + timedelta(days=9)).host
    client = signed_in(aki)
    first = _live_through(aki, host, range(FEW))
    pages = _pages(aki, first)
    for page in pages:
        client.get(page)  # what is the same on every page is remembered from here on
    few = {page: _measure(client, page) for page in pages}
    _live_through(aki, host, range(FEW, MANY))
    many = {page: _measure(client, page) for page in pages}

    print(*(f"{page} {few[page]} {many[page]}" for page in pages), sep="\n")  # shown when something fails
    assert {page: asked for page, (asked, _) in many.items()} == {page: asked for page, (asked, _) in few.items()}
    assert {page: size for page, (_, size) in many.items() if size > LARGEST} == {}
    assert many[reverse("feedback:growth")][0] <= MOST_OF_GROWTH


def _pages(member: User, first: Sequence[User]) -> list[str]:
    last_month = Month.of(NOW).previous
    names = (
        "letters letters_given mirror words people network introductions steps take_home_notes normals "
        "turning_points growth"
    )
    return [
        *(reverse(f"feedback:{name}") for name in names.split()),
        reverse("feedback:network") + f"?until={last_month.year}-{last_month.number:02}",
        reverse("feedback:turning_point", args=[member.turning_points.earliest("pk").pk]),
        reverse("feedback:notes", args=[first[0].pk]),
        reverse("feedback:introduce", args=[first[0].pk]),
        reverse("feedback:together", args=[first[0].pk]),
        reverse("feedback:statement", args=[last_month.year, last_month.number]),
    ]


def _measure(client: Client, page: str) -> tuple[int, int]:
    """How many queries it asks, and its bytes."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page)
    assert answer.status_code == 200, page
    return len(captured), len(answer.content)


def _live_through(member: User, host: User, numbers: range) -> list[User]:
    """So many evenings of last month, each with somebody new; all that can come of an evening has come of each."""
    people = _people(numbers)
    evenings = _evenings(member, host, people, numbers)
    met = list(zip(numbers, people, evenings, strict=True))
    _write(member, met)
    _go_on(member, met)
    _note_down(member, met)
    return people


def _people(numbers: range) -> list[User]:
    people = User.objects.bulk_create(User(email=f"met{number}@example.jp", joined_at=NOW) for number in numbers)
    Profile.objects.bulk_create(
        Profile(member=person, called_name=f"友{number}", industry="EPJIK"[number % 5])
        for number, person in zip(numbers, people, strict=True)
    )
    days = {"starts_on": NOW.date() - timedelta(days=30), "ends_on": NOW.date() + timedelta(days=30)}
    Period.objects.bulk_create(Period(member=person, source=PeriodSource.GRANTED, **days) for person in people)
    return people


def _evenings(member: User, host: User, people: list[User], numbers: range) -> list[Event]:
    first = Month.of(NOW).previous.begins_at
    evenings = Event.objects.bulk_create(
        Event(
            host=host,
            title="業界の当たり前を見せ合う夜",
            starts_at=first + number * timedelta(minutes=13),
            ends_at=first + number * timedelta(minutes=13) + timedelta(hours=1),
            registration_closes_at=first,
            capacity=12,
            state=EventState.CLOSED,
            created_at=first,
            published_at=first,
            closed_at=NOW,
        )
        for number in numbers
    )
    NotedEvening.objects.bulk_create(NotedEvening(event=event, noted_at=NOW) for event in evenings)
    rounds = Round.objects.bulk_create(
        Round(event=event, number=1, drawn_at=NOW, published_at=NOW) for event in evenings
    )
    groups = Group.objects.bulk_create(Group(round=drawn, number=1) for drawn in rounds)
    pairs = [(place, one) for place, person in enumerate(people) for one in (member, person)]
    Seat.objects.bulk_create(Seat(round=rounds[place], group=groups[place], member=one) for place, one in pairs)
    rows = Registration.objects.bulk_create(
        Registration(
            event=evenings[place],
            member=one,
            state=RegistrationState.CONFIRMED,
            seat_number=number,
            queue_number=number,
            wants_to_talk="採用の悩み",
            can_offer="採用面接の進めかた",
            shares_wish=True,
            registered_at=NOW,
            changed_at=NOW,
        )
        for number, (place, one) in enumerate(pairs, 1)
    )
    Attendance.objects.bulk_create(
        Attendance(registration=row, presence=Presence.PRESENT, recorded_at=NOW) for row in rows
    )
    return evenings


def _write(member: User, met: list[tuple[int, User, Event]]) -> None:
    """Letters both ways, thanks, anonymous picks both ways, ordinary things and wonders."""
    words = {"saw": "話しはじめる前に、全員の顔を見ていました。" * 3, "would_count": "引き継ぎの場面で役立ちます。" * 3}
    arrived = {"state": LetterState.RELEASED, "written_at": NOW, "deliver_at": NOW, "released_at": NOW}
    both = {**words, **arrived, "opened_at": NOW}
    StrengthFeedback.objects.bulk_create(
        StrengthFeedback(giver=one, receiver=other, event=event, picks=[PICKS[number % 5]], put_away_at=away, **both)
        for number, person, event in met
        for one, other, away in ((person, member, NOW if number % 3 == 2 else None), (member, person, None))
    )
    Thanks.objects.bulk_create(
        Thanks(giver=person, receiver=member, event=event, line="ありがとう", thanked_at=NOW)
        for _, person, event in met
    )
    pool, _ = AnonymousPool.objects.get_or_create(
        receiver=member, released_on=NOW.date().replace(day=1), defaults={"ended_before": NOW, "is_closed": True}
    )
    AnonymousPicks.objects.bulk_create(
        AnonymousPicks(giver=person, receiver=member, event=event, picks=["read-room"], left_at=NOW, pool=pool)
        for _, person, event in met
    )
    ordinaries = Ordinary.objects.bulk_create(
        Ordinary(member=member, event=event, place=1, words="ふたりで読み合わせる", noted_at=NOW) for _, _, event in met
    )
    Wonder.objects.bulk_create(
        Wonder(ordinary=ordinary, giver=person, words="うちでは、ひとりで見ます。" * 4, written_at=NOW, shows_at=NOW)
        for ordinary, (_, person, _) in zip(ordinaries, met, strict=True)
    )


def _go_on(member: User, met: list[tuple[int, User, Event]]) -> None:
    """Ties, and all that tied members do; each introduces the one before, and is introduced by the one after."""
    Intention.objects.bulk_create(
        Intention(
            holder=member,
            person=person,
            event=event,
            kind=IntentionKind.HEAR,
            chosen_at=NOW,
            locks_at=NOW,
            forms_at=NOW,
            settled_at=NOW,
        )
        for _, person, event in met
    )
    Acquaintance.objects.bulk_create(
        Acquaintance(first=member, second=person, state=1, met_at=event.starts_at, latest_at=event.starts_at, times=1)
        for _, person, event in met
    )
    ties = Tie.objects.bulk_create(
        Tie(first=member, second=person, event=event, formed_at=event.ends_at) for _, person, event in met
    )
    ShortNote.objects.bulk_create(
        ShortNote(tie=tie, writer_id=tie.second_id, text="また話しましょう。" * 4, written_at=NOW) for tie in ties
    )
    Talk.objects.bulk_create(
        Talk(
            tie=tie,
            proposer=member,
            kind=TalkKind.TALK,
            state=TalkState.HELD,
            times=[NOW.isoformat()],
            proposed_at=NOW,
            lapses_at=NOW,
            starts_at=NOW,
            held_at=NOW,
        )
        for tie in ties
    )
    Help.objects.bulk_create(
        Help(helper=member, helped=person, noted_on=event.starts_at.date(), noted_at=event.starts_at)
        for _, person, event in met
    )
    words = {"to_one": "採用の話が合いそうです。", "to_other": "面接の話が合いそうです。"}
    days = {"made_at": NOW, "lapses_at": NOW + timedelta(days=7), "formed_at": NOW}
    Introduction.objects.bulk_create(
        Introduction(introducer_id=introducer, one_id=one, other_id=other, **words, **days)
        for before, after in pairwise(ties)
        for introducer, one, other in (
            (member.pk, before.second_id, after.second_id),
            (after.second_id, member.pk, before.second_id),
        )
    )


def _note_down(member: User, met: list[tuple[int, User, Event]]) -> None:
    """What a member keeps for themselves, and what others ask of them."""
    TakeHomeNote.objects.bulk_create(
        TakeHomeNote(member=member, event=event, text="問いの立てかたを覚えておく。" * 5, written_at=NOW)
        for _, _, event in met
    )
    Normal.objects.bulk_create(
        Normal(member=member, event=event, person=person, before="会議は一時間", wants_to_tell=True, written_at=NOW)
        for _, person, event in met
    )
    states = {0: StepState.OPEN, 1: StepState.DONE}  # of open ones there are twenty at most
    NextStep.objects.bulk_create(
        NextStep(
            member=member,
            person=person,
            event=event,
            text="資料の感想を聞く",
            first_on=NOW.date(),
            on=NOW.date(),
            decided_at=NOW,
            state=states.get(number, StepState.LET_GO),
            settled_at=NOW if number else None,
        )
        for number, person, event in met
    )
    points = TurningPoint.objects.bulk_create(
        TurningPoint(member=member, title="部署を移った", month=NOW.date().replace(day=1), recorded_at=NOW) for _ in met
    )
    PersonBehind.objects.bulk_create(
        PersonBehind(turning_point=point, person=person, asked_at=NOW, answered_at=NOW, agreed=True)
        for point, (_, person, _) in zip(points, met, strict=True)
    )
