"""A year of kouryu, played through the real flows with the clock as an argument.

Everything that a member, host, desk or moderator does here is a call of the flow their page calls. Between the acts
the sweeps run as beat would run them, so that offers expire, follow-ups leave and letters arrive when they should.
The same seed and the same last moment give the same year.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from demo import acts, sweeps
from demo.affinities import Affinities
from demo.anonymous_picks import AnonymousGivers
from demo.concerns import Concerns
from demo.evenings import BY_DICE_OF_THEIR_OWN, DRAFT, PAST, PLAYABLE, UPCOMING, DemoEvening
from demo.on_the_day import OnTheDay
from demo.people import People
from demo.playable import add_playable
from demo.registrations import Registrations
from demo.stage import DemoStage
from events.event.choices import Allotment, Promise
from events.event.rules.event import EventPlan
from events.hosting.flows import event
from kouryu.clock import TOKYO
from members.models import AffinityGroup

HOURS = (time(7, 1), time(13, 40), time(21, 40))
ROOM = "https://meet.example.jp/kouryu-{number}"


class Year:
    """The evenings of the year, and everybody who plays in them."""

    def __init__(self, end: datetime, seed: int = 20261) -> None:
        self.stage = DemoStage(end, seed)
        self.anonymous_picks = AnonymousGivers(seed, self.stage.known_for)
        self.people = People(self.stage)
        self.registrations = Registrations(self.stage)
        self.on_the_day = OnTheDay(self.stage, self.anonymous_picks)
        self.concerns = Concerns(self.stage)

    def play(self) -> None:
        """Play everything up to the end, with the sweeps in between."""
        self.people.join()
        for evening in PAST:
            self._plan(evening, self._date_of(evening))
        self.concerns.come_up()
        for evening in UPCOMING:
            self._plan(evening, self._date_of(evening))
        self.stage.at(self.stage.end - timedelta(days=30), Affinities(self.stage).come_about)
        for evening in BY_DICE_OF_THEIR_OWN:
            self._plan(evening, self._date_of(evening))
        for evening in PAST[-2:]:
            self.registrations.give_up_a_seat(evening, self._date_of(evening))
        self.stage.at(self.stage.end - timedelta(days=1), self._draft)
        self.stage.at(self.stage.end - timedelta(days=2), self._playable)
        for moment, act in acts.before(self.stage.end):
            self.stage.at(moment, lambda act=act: act(self.stage.now))
        self._run()
        self.stage.now = self.stage.end
        self._sweep()

    def _run(self) -> None:
        next_sweep, acted = self.stage.now, True
        while self.stage.acts:
            moment, act = self.stage.next_act()
            while next_sweep < moment:
                self.stage.now = next_sweep
                if acted:
                    self._sweep()
                elif _is_morning(next_sweep):
                    self._quiet_morning()
                next_sweep, acted = _sweep_after(next_sweep), False
            self.stage.now, acted = moment, True
            act()

    def _sweep(self) -> None:
        for name in sweeps.YEAR:
            if name != "release-anonymous-picks" or self.anonymous_picks.is_new_month(self.stage.now):
                sweeps.run(name, self.stage.now)

    def _quiet_morning(self) -> None:
        for name in sweeps.QUIET_MORNING:
            sweeps.run(name, self.stage.now)

    # --- evenings

    def _plan(self, evening: DemoEvening, starts_at: datetime) -> None:
        published = min(starts_at - timedelta(days=24), self.stage.end - timedelta(days=8))
        self.stage.at(published, lambda: self._publish(evening, starts_at))

    def _publish(self, evening: DemoEvening, starts_at: datetime) -> None:
        host = self.stage.people[evening.host]
        plan = self._plan_of(evening, starts_at, self._room_of(evening))
        planned = event.plan_event(by=host, plan=plan, now=self.stage.now)
        event.publish_event(event_id=planned.pk, by=host, now=self.stage.now)
        if evening.allotment == Allotment.LOTTERY:
            self.registrations.apply(planned, evening)
        elif evening in BY_DICE_OF_THEIR_OWN:
            self.registrations.come_by_own_dice(planned, evening)
        else:
            self.registrations.come(planned, evening)
        self.on_the_day.take_place(planned)

    def _room_of(self, evening: DemoEvening) -> int:
        dice = Random(evening.title) if evening in BY_DICE_OF_THEIR_OWN else self.stage.dice
        return dice.randint(100, 999)

    def _plan_of(self, evening: DemoEvening, starts_at: datetime, number: int) -> EventPlan:
        return EventPlan(
            title=evening.title,
            description=evening.description,
            starts_at=starts_at,
            minutes=evening.minutes,
            registration_closes_at=starts_at - timedelta(days=evening.closes_days_before),
            allotment=evening.allotment,
            capacity=evening.capacity,
            group_size=4,
            format=evening.format,
            gathering=evening.gathering,
            host_words=evening.host_words,
            place=evening.place,
            room_url="" if evening.place else ROOM.format(number=number),
            themes=evening.themes,
            promises=tuple(Promise.values),
            conditions=evening.conditions + _affinity_of(evening),
            run_sheet=evening.run_sheet,
        )

    def _date_of(self, evening: DemoEvening) -> datetime:
        day = (self.stage.end + timedelta(days=evening.days)).date()
        if evening.weekday >= 0:
            day += timedelta(days=(evening.weekday - day.weekday()) % 7)
        return datetime.combine(day, evening.at, TOKYO)

    # --- what can be played through

    def _draft(self) -> None:
        event.plan_event(
            by=self.stage.people["host"], plan=self._plan_of(DRAFT, self._date_of(DRAFT), 1), now=self.stage.now
        )

    def _playable(self) -> None:
        host, starts_at = self.stage.people["host"], self.stage.end.replace(hour=20, minute=0, second=0, microsecond=0)
        plan = self._plan_of(PLAYABLE, starts_at + timedelta(days=1), 1)
        add_playable(host=host, plan=plan, dice=self.stage.dice, now=self.stage.now)


def _affinity_of(evening: DemoEvening) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The condition that its people are in a group."""
    if not evening.affinity:
        return ()
    return (("affinity", (str(AffinityGroup.objects.get(name_ja=evening.affinity).pk),)),)


def _sweep_after(moment: datetime) -> datetime:
    """The next sweep: in the morning, and when follow-ups leave."""
    day = moment.astimezone(TOKYO).date()
    times = [datetime.combine(day, hour, TOKYO) for hour in HOURS]
    return next((time for time in times if time > moment), datetime.combine(day + timedelta(days=1), HOURS[0], TOKYO))


def _is_morning(moment: datetime) -> bool:
    return moment.astimezone(TOKYO).time() == HOURS[0]
