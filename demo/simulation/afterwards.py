"""After an evening: thanks, letters, how to go on, and ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from demo.simulation.people import SimulatedMember
from demo.simulation.world import World, day_of, moment
from demo.words import SAW, THANKS, WOULD_COUNT
from events.models import Event, Seat
from feedback.growth.choices import StepState
from feedback.growth.flows import step
from feedback.letters.flows import letter, thanks
from feedback.letters.strengths import strengths
from feedback.models import NextStep, StrengthFeedback
from feedback.ties.choices import CONTACT_KINDS, IntentionKind
from feedback.ties.flows import tie
from members.standing import flows as block

BEGINNINGS = (
    "",
    "ひとつめの輪で、",
    "ふたつめの輪のおわりに、",
    "お題が出てすぐのことです。",
    "話が一巡したころ、",
    "小さな場面ですが、覚えています。",
    "あとから思い出したことです。",
    "メモに残してありました。",
    "時間が残りすくないとき、",
)
STEPS = (
    "聞いた工夫を、明日の朝礼でひとつ試す",
    "教わった本を、図書館で探す",
    "上司に、任せてほしい仕事をひとつ伝える",
    "ほかの部署の人に、当たり前をひとつ聞いてみる",
    "三行だけ、今日の話を書き残す",
)
DAYS_AHEAD = (1, 7, 7, 30)
AFTER_THE_EVENING = (30, 50, 75, 110)  # minutes until somebody sits down to write


class Afterwards:
    """What members do about those they met."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._everything = sorted(strengths())

    def evening_closed(self, closed: Event) -> None:
        """Plan what each of those who were there does about each of those they sat with."""
        for writer, others in self._met_at(closed).items():
            for other in others:
                self._plan(closed, self.world.people[writer], self.world.people[other])
            self._plan_step(closed, self.world.people[writer], others)

    def open_letters(self) -> None:
        """Each morning those who want to know break the seals of what came."""
        came = StrengthFeedback.objects.released().filter(released_at__gt=self.world.now - timedelta(hours=12))
        for found in came.filter(opened_at=None).select_related("receiver").order_by("pk"):
            dice = self.world.dice.of("opens", found.giver_id, found.receiver_id, found.event_id)
            if dice.random() < self.world.assumed.opens_letter:
                self.world.clock.call(letter.open_letter, letter_id=found.pk, by=found.receiver)

    def _met_at(self, closed: Event) -> dict[int, list[int]]:
        """Who sat with whom at this evening, as far as they were there: members in order, each person once."""
        groups: dict[int, list[int]] = defaultdict(list)
        rows = Seat.objects.taken().filter(round__event=closed)
        for group, member in rows.order_by("pk").values_list("group", "member"):
            groups[group].append(member)
        met: dict[int, set[int]] = defaultdict(set)
        for group in groups.values():
            for member in group:
                met[member].update(group)
        return {member: sorted(met[member] - {member}) for member in sorted(met)}

    def _plan(self, closed: Event, writer: SimulatedMember, other: SimulatedMember) -> None:
        assumed = self.world.assumed
        dice = self.world.dice.of("after", writer.number, other.number, closed.pk)
        facts = {"by": writer.pk, "event_id": closed.pk}
        if dice.random() < assumed.thanks:
            self._at(self._moment(closed, dice), thanks.thank, receiver_id=other.pk, line=dice.choice(THANKS), **facts)
        if dice.random() < self._readiness(writer, other):
            writer.written_to.add(other.pk)
            self._at(
                self._moment(closed, dice),
                letter.write_letter,
                receiver_id=other.pk,
                **facts,
                **self._words(writer, other, dice),
            )
        if kind := self._way_to_go_on(writer, other, closed, dice):
            self._at(self._moment(closed, dice), tie.choose_intention, person_id=other.pk, kind=kind, **facts)
        if dice.random() < assumed.blocks:
            when = self._moment(closed, dice)
            self.world.clock.at(when, lambda: self._block(writer, other))

    def _plan_step(self, closed: Event, person: SimulatedMember, others: list[int]) -> None:
        """One sentence and a day, for one of those they met or for themselves."""
        dice = self.world.dice.of("step", person.number, closed.pk)
        if dice.random() < self.world.assumed.decides_step:
            when = self._moment(closed, dice)
            whom = dice.choice(others) if others and dice.random() < self.world.assumed.for_somebody_met else None
            self.world.clock.at(when, lambda: self._decide(closed, person, whom, dice))

    def _decide(self, closed: Event, person: SimulatedMember, whom: int | None, dice: Random) -> None:
        on = day_of(self.world.now) + timedelta(days=dice.choice(DAYS_AHEAD))
        facts = {"by": self.world.user(person.pk), "person_id": whom, "event_id": closed.pk, "on": on}
        decided = self.world.clock.call(step.decide, text=dice.choice(STEPS), **facts)
        if decided is not None:
            self.world.clock.at(moment(on, time(21)), lambda: self._settle(decided, dice))

    def _settle(self, decided: NextStep, dice: Random) -> None:
        """The evening of its day: done, once more, let go, or no answer."""
        assumed, roll = self.world.assumed, dice.random()
        facts = {"by": self.world.user(decided.member_id), "step_id": decided.pk}
        if roll < assumed.step_done:
            self.world.clock.call(step.settle, state=StepState.DONE, **facts)
        elif roll < assumed.step_done + assumed.step_put_off:
            self.world.clock.call(step.put_off, on=day_of(self.world.now) + timedelta(days=7), **facts)
        elif roll < assumed.step_done + assumed.step_put_off + assumed.step_let_go:
            self.world.clock.call(step.settle, state=StepState.LET_GO, **facts)

    def _at(self, when: datetime, flow: Callable, *, by: int, **facts: object) -> None:
        self.world.clock.at(when, lambda: self.world.clock.call(flow, by=self.world.user(by), **facts))

    def _block(self, writer: SimulatedMember, other: SimulatedMember) -> None:
        self.world.clock.call(block.block, member=self.world.user(writer.pk), other_id=other.pk)

    def _moment(self, closed: Event, dice: Random) -> datetime:
        """The same evening, the next day, or within a week."""
        assumed, roll = self.world.assumed, dice.random()
        if roll < assumed.same_evening:
            return closed.ends_at + timedelta(minutes=dice.choice(AFTER_THE_EVENING))
        days = 1 if roll < assumed.same_evening + assumed.next_day else dice.randint(2, 7)
        day = day_of(closed.ends_at) + timedelta(days=days)
        return moment(day, time(dice.randint(7, 21), dice.randrange(60)))

    def _readiness(self, writer: SimulatedMember, other: SimulatedMember) -> float:
        assumed = self.world.assumed
        chance = writer.readiness * (assumed.more_to_other_industry if writer.industry != other.industry else 1)
        return chance * (assumed.again_to_the_same if other.pk in writer.written_to else 1)

    def _words(self, writer: SimulatedMember, other: SimulatedMember, dice: Random) -> dict:
        """What people see in somebody gathers around what that person is like."""
        sees, known = self.world.assumed.sees_what_is_there, other.known_for
        picks = [dice.choice(known if dice.random() < sees else self._everything) for _ in range(dice.randint(1, 3))]
        return {
            "picks": list(dict.fromkeys(picks)),
            "saw": dice.choice(BEGINNINGS) + dice.choice(SAW[picks[0]]),
            "would_count": WOULD_COUNT[writer.industry] if dice.random() < 0.6 else "",
        }

    def _way_to_go_on(
        self, writer: SimulatedMember, other: SimulatedMember, closed: Event, dice: Random
    ) -> IntentionKind | None:
        """What they would choose on the page, or None where they choose nothing."""
        assumed = self.world.assumed
        if dice.random() >= assumed.says_how_to_go_on:
            return None
        if dice.random() < assumed.only_this_time:
            return IntentionKind.ONLY_THIS
        low, high = sorted((writer.number, other.number))
        shared = self.world.dice.of("liking", low, high, closed.pk).random()
        bar = assumed.bar_for_contact - (assumed.new_industry_lowers_bar if writer.industry != other.industry else 0)
        return dice.choice(CONTACT_KINDS) if (shared + dice.random()) / 2 > bar else None
