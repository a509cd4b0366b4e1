"""What all parts of the simulation share, and the sweeps that beat would run."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from demo.simulation.assumptions import Assumptions
from demo.simulation.clock import Clock
from demo.simulation.people import Dice, SimulatedMember
from demo.sweeps import SIMULATED
from events.groups.flows.grouping import Planner
from kouryu.clock import TOKYO
from kouryu.sweeps import declared
from members.mail.flows import delivery
from members.models import OutgoingMail, User


class World:
    """The clock, the people, and how the site is run."""

    def __init__(self, assumed: Assumptions, clock: Clock, dice: Dice, planner: Planner) -> None:
        self.assumed, self.clock, self.dice, self.planner = assumed, clock, dice, planner
        self.people: dict[int, SimulatedMember] = {}  # who has joined, by primary key
        self.hosts: list[int] = []
        self.desk: User | None = None

    @property
    def now(self) -> datetime:
        return self.clock.now

    def user(self, member_id: int) -> User:
        """A member as a request would have them: fresh from the database."""
        return User.objects.select_related("profile").get(pk=member_id)

    def sweep_daily(self) -> None:
        """Plan the sweeps of every day."""
        day = day_of(self.now)
        while day <= day_of(self.clock.end):
            for hour in SIMULATED:
                self.clock.at(moment(day, hour), self.sweep)
            day += timedelta(days=1)

    def remind(self) -> None:
        """What beat does at the minute when reminders are due."""
        self._run("remind")
        self.clock.call(deliver_mails)

    def follow_up(self) -> None:
        """What beat does when an evening has been over for a while."""
        self._run("note-evenings", "follow-up")
        self.clock.call(deliver_mails)

    def sweep(self) -> None:
        """What is due at this hour; then the mails leave."""
        self._run(*SIMULATED[self.now.astimezone(TOKYO).time()])
        self.clock.call(deliver_mails)
        self._run("seal-audit")

    def _run(self, *names: str) -> None:
        for name in names:
            for flow in declared()[name].flows:
                self.clock.call(flow)


def deliver_mails(*, now: datetime) -> None:
    """Let the mails leave that are due, and forget their words: who got which kind when is what is counted."""
    if delivery.deliver_due(lambda: now):
        OutgoingMail.objects.filter(sent_at=now).update(text="", html="", calendar="")


def moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TOKYO)


def day_of(when: datetime) -> date:
    """The day in Tokyo."""
    return when.astimezone(TOKYO).date()
