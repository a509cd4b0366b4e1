"""What all parts of the simulation share, and the sweeps that beat would run."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo.simulation.assumptions import Assumptions
from demo.simulation.clock import Clock
from demo.simulation.people import Dice, Person
from events.evening.flows import closing
from events.groups.flows.grouping import Planner
from events.registration.flows import follow_up, mark, registration, reminder, waitlist
from feedback.growth.flows import ladder, statement
from feedback.insight import flows as community
from feedback.letters.flows import letter, nameless
from feedback.ties.flows import anniversary, network, short_note, tie
from members.audit import flows as sealing
from members.mail.flows import delivery, forgetting
from members.membership import flows as membership
from members.models import OutgoingMail, User

TOKYO = ZoneInfo("Asia/Tokyo")


class World:
    """The clock, the people, and how the site is run."""

    def __init__(self, assumed: Assumptions, clock: Clock, dice: Dice, planner: Planner) -> None:
        self.assumed, self.clock, self.dice, self.planner = assumed, clock, dice, planner
        self.people: dict[int, Person] = {}  # who has joined, by primary key
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
            for hour in SWEEPS:
                self.clock.at(moment(day, hour), self.sweep)
            day += timedelta(days=1)

    def remind(self) -> None:
        """What beat does at the minute when reminders are due."""
        self.clock.call(reminder.send_reminders)
        self.clock.call(deliver_mails)

    def follow_up(self) -> None:
        """What beat does when an evening has been over for a while."""
        self.clock.call(network.note_evenings)
        self.clock.call(follow_up.send_follow_ups)
        self.clock.call(deliver_mails)

    def sweep(self) -> None:
        """What is due at this hour; then the mails leave."""
        for flow in SWEEPS[self.now.astimezone(TOKYO).time()]:
            self.clock.call(flow)
        self.clock.call(deliver_mails)
        self.clock.call(sealing.seal_lines)


# Beat runs all of these every half minute or ten; here each runs at the hours at which it has something to do.
SWEEPS = {
    time(7): (
        membership.send_renewals,
        registration.give_back_unpaid_seats,
        waitlist.move_waiting_lists,
        closing.close_overdue_events,
        mark.mark_absences,
        network.note_evenings,
        letter.release_letters,
        nameless.release_nameless,
        nameless.drop_nameless,
        tie.form_ties,
        follow_up.send_follow_ups,
        short_note.forget_notes,
        statement.tell_statements,
        community.freeze_months,
        forgetting.forget_words,
    ),
    time(8): (anniversary.tell_anniversaries, ladder.climb),
    time(13): (waitlist.move_waiting_lists,),
    time(20): (waitlist.move_waiting_lists, reminder.send_reminders, ladder.climb),
}


def deliver_mails(*, now: datetime) -> None:
    """Let the mails leave that are due, and forget their words: who got which kind when is what is counted."""
    if delivery.deliver_due(lambda: now):
        OutgoingMail.objects.filter(sent_at=now).update(text="", html="", calendar="")


def moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TOKYO)


def day_of(when: datetime) -> date:
    """The day in Tokyo."""
    return when.astimezone(TOKYO).date()
