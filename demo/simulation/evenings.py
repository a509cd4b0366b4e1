"""Evenings: planned by the month, wished for, filled, held and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from demo.evenings import HOUR, LONG_HERE, LUNCH, MORNING, PAST
from demo.simulation.afterwards import Afterwards
from demo.simulation.people import SimulatedMember, times
from demo.simulation.world import World, moment
from demo.words import OFFERS, TOPICS
from events.evening.flows import attendance, checking_in, closing, evening
from events.event.choices import Format, Promise
from events.event.rules.event import EventPlan, Item
from events.groups.flows import grouping
from events.hosting.flows import event
from events.models import Event, Offer, Registration
from events.registration.choices import Mode
from events.registration.flows import registration, waitlist
from events.registration.rules.reminder import Reminder, due_at
from kouryu.clock import TOKYO
from members.accounts.choices import TimeBand

ROOM = "https://meet.example.jp/simulated"
SATURDAY = 5
BANDS = {20: TimeBand.WEEKDAY_EVENING, 12: TimeBand.WEEKDAY_LUNCH, 9: TimeBand.WEEKEND_MORNING}
RUN_SHEETS: dict[int, tuple[Item, ...]] = {20: HOUR, 12: LUNCH, 9: MORNING}
LAST_CHANCE = timedelta(hours=2)  # nobody of the model registers later than this before the start
ASKED_BEFORE_GIVING_UP = 3  # evenings tried where one is not for them


class Evenings:
    """How evenings come about and what happens at them."""

    def __init__(self, world: World, afterwards: Afterwards) -> None:
        self.world, self.afterwards = world, afterwards
        self.coming: list[Event] = []
        self._planned = 0

    # --- the month ahead

    def plan_month(self, first: date, days: int) -> None:
        """Hosts publish the evenings of the days from `first` on, and members wish for some of them."""
        month = (first.year, first.month)
        self.coming = [one for one in self.coming if one.starts_at > self.world.now]
        new = [self._publish(first, days, number) for number in range(self._evenings_needed(days))]
        self.coming += new
        for person in list(self.world.people.values()):
            if person.belongs:
                dice = self.world.dice.of("wishes", person.number, *month)
                self._wish(person, times(person.evenings_a_month * days / 30, dice), new, dice)

    def look_around(self, person: SimulatedMember) -> None:
        """Somebody who has just joined looks at what is left of the evenings that are published."""
        dice = self.world.dice.of("first evening", person.number)
        soon = [one for one in self.coming if one.starts_at > self.world.now + LAST_CHANCE]
        if person.belongs and dice.random() < self.world.assumed.tries_an_evening_soon:
            self._wish(person, 1, soon, dice)

    def _evenings_needed(self, days: int) -> int:
        assumed = self.world.assumed
        wishes = sum(one.evenings_a_month for one in self.world.people.values() if one.belongs) * days / 30
        seats = sum(assumed.seats) / len(assumed.seats) * assumed.expected_share_of_seats
        return max(1, round(wishes / seats))

    def _publish(self, first: date, days: int, number: int) -> Event:
        assumed, clock = self.world.assumed, self.world.clock
        self._planned += 1
        dice = self.world.dice.of("evening", self._planned)
        *_, shares = zip(*assumed.hours, strict=True)
        hour, minute, weekend, _ = dice.choices(assumed.hours, shares)[0]
        days_of_kind = [
            day
            for day in (first + timedelta(days=ahead) for ahead in range(days))
            if (day.weekday() >= SATURDAY) == weekend
        ]
        starts_at = moment(dice.choice(days_of_kind), time(hour, minute))
        host = self.world.user(self.world.hosts[self._planned % len(self.world.hosts)])
        planned = clock.call(event.plan_event, by=host, plan=self._plan(starts_at, dice))
        clock.call(event.publish_event, event_id=planned.pk, by=host)
        self._schedule(planned)
        return planned

    def _plan(self, starts_at: datetime, dice: Random) -> EventPlan:
        assumed = self.world.assumed
        pattern, sheet = dice.choice(PAST), RUN_SHEETS[starts_at.hour]
        return EventPlan(
            title=pattern.title,
            description=pattern.description,
            starts_at=starts_at,
            minutes=sum(item.minutes for item in sheet),
            registration_closes_at=starts_at,
            capacity=dice.choice(assumed.seats),
            group_size=4,
            format=Format.ONLINE,
            room_url=ROOM,
            themes=pattern.themes,
            promises=tuple(Promise.values),
            conditions=LONG_HERE if dice.random() < assumed.share_with_conditions else (),
            run_sheet=sheet,
        )

    def _schedule(self, planned: Event) -> None:
        at, start = self.world.clock.at, planned.starts_at
        for what in (Reminder.HOUR_BEFORE, Reminder.FIVE_MINUTES):
            at(due_at(what, start), self.world.remind)
        at(start - timedelta(minutes=10), lambda: self._room_opens(planned))
        at(start + timedelta(minutes=6), lambda: self._draw(planned))
        at(planned.ends_at + timedelta(minutes=2), lambda: self._close(planned))
        at(planned.ends_at + timedelta(minutes=40), self.world.follow_up)

    # --- seats

    def _wish(self, person: SimulatedMember, number: int, evenings: list[Event], dice: Random) -> None:
        """Choose evenings at hours that suit, and when to register for each of them."""
        suiting = [
            one for one in evenings if BANDS[one.starts_at.astimezone(TOKYO).hour] in person.time_bands
        ] or evenings
        chosen = dice.sample(suiting, min(number, len(suiting)))
        for wanted in chosen:
            others = dice.sample(suiting, min(ASKED_BEFORE_GIVING_UP, len(suiting)))
            window = (wanted.starts_at - LAST_CHANCE - self.world.now).total_seconds()
            when = self.world.now + timedelta(seconds=dice.random() * window)
            self.world.clock.at(when, self._registering(person, [wanted, *others]))

    def _registering(self, person: SimulatedMember, wanted: list[Event]) -> Callable[[], None]:
        return lambda: self._register(person, wanted)

    def _register(self, person: SimulatedMember, wanted: list[Event]) -> None:
        """Register for the first of these evenings that is for them and not over."""
        if not person.belongs:
            return
        for one in wanted:
            dice = self.world.dice.of("registers", person.number, one.pk)
            if one.starts_at <= self.world.now + LAST_CHANCE:
                continue
            made = self.world.clock.call(
                registration.register,
                member=self.world.user(person.pk),
                event_id=one.pk,
                wants_to_talk=dice.choice(TOPICS) if dice.random() < 0.6 else "",
                can_offer=dice.choice(OFFERS),
                mode=dice.choice((Mode.TALK, Mode.TALK, Mode.LISTEN, Mode.CHAT)),
            )
            if made is not None:
                self._may_give_back(made, dice)
                return

    def _may_give_back(self, made: Registration, dice: Random) -> None:
        assumed, start = self.world.assumed, made.event.starts_at
        if dice.random() >= assumed.gives_seat_back:
            return
        late = dice.random() < assumed.on_the_last_day
        earliest = max(self.world.now, start - timedelta(hours=20)) if late else self.world.now
        when = earliest + (start - timedelta(minutes=30) - earliest) * dice.random()
        self.world.clock.at(when, lambda: self._give_back(made))

    def _give_back(self, made: Registration) -> None:
        facts = {"member": self.world.user(made.member_id), "event_id": made.event_id}
        self.world.clock.call(registration.withdraw, **facts)

    def answer_offers(self) -> None:
        """Those who were offered a freed seat since yesterday look at their mail."""
        assumed, now = self.world.assumed, self.world.now
        open_offers = Offer.objects.open_at(now).select_related("registration")
        for offer in open_offers.order_by("pk"):
            made = offer.registration
            roll = self.world.dice.of("offer", made.member_id, made.event_id).random()
            answer = waitlist.accept_offer if roll < assumed.takes_offer else waitlist.decline_offer
            if roll < 1 - assumed.lets_offer_pass:
                self.world.clock.call(answer, member=self.world.user(made.member_id), event_id=made.event_id)

    # --- the evening

    def _room_opens(self, planned: Event) -> None:
        """Everybody who comes arrives before the groups are drawn."""
        assumed = self.world.assumed
        for seat in planned.registrations.confirmed().select_related("member").order_by("pk"):
            dice = self.world.dice.of("arrives", seat.member_id, planned.pk)
            roll, after = dice.random(), timedelta(minutes=dice.randrange(15))
            facts = {"event_id": planned.pk, "registration_id": seat.pk, "by": planned.host}
            if roll < assumed.stays_away:
                continue
            if roll < assumed.stays_away + assumed.sends_word:
                self._later(after, checking_in.excuse, facts)
            elif dice.random() < assumed.ticked_by_host:
                self._later(after, checking_in.check_in, facts)
            else:
                self._later(after, attendance.join_room, {"member": seat.member, "event_id": planned.pk})

    def _later(self, after: timedelta, flow: Callable, facts: dict) -> None:
        self.world.clock.at(self.world.now + after, lambda: self.world.clock.call(flow, **facts))

    def _draw(self, planned: Event) -> None:
        """Groups are drawn, and each round is shown when its talk begins."""
        facts = {"event_id": planned.pk, "by": planned.host}
        rounds = self.world.clock.call(grouping.draw_groups, **facts, seed=planned.pk, planner=self.world.planner)
        for number, drawn in enumerate(rounds or ()):
            after = timedelta(minutes=20 * number)
            self._later(after, evening.publish_round, {**facts, "round_id": drawn.pk})
            self._later(after, evening.begin_round, {**facts, "round_id": drawn.pk})

    def _close(self, planned: Event) -> None:
        closed = self.world.clock.call(closing.close_event, event_id=planned.pk, by=planned.host)
        self.afterwards.evening_closed(closed)


def _band_of(planned: Event) -> TimeBand:
    return BANDS[planned.starts_at.astimezone(TOKYO).hour]
