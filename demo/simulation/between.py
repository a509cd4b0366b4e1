"""What those do who are tied: first notes, talks for two, introductions, and sometimes an end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import time, timedelta
from random import Random

from demo.simulation.world import World, day_of, moment
from feedback.models import Introduction, Talk, Tie
from feedback.ties.choices import TalkKind
from feedback.ties.flows import introduction, short_note, talk, tie

FIRST_NOTES = (
    "先日の会では、お話できてうれしかったです。またいつか続きを聞かせてください。",
    "つながれてうれしいです。あのときの工夫、さっそく朝の打ち合わせで試してみました。",
    "会のあと、教えていただいた見かたをずっと考えていました。",
)
ANSWERS = (
    "こちらこそ、ありがとうございます。続き、ぜひ聞かせてください。",
    "試してくださったんですね。どうだったか、またお話ししましょう。",
)
TO_EACH = "きっと話が合うと思います。どちらも、任せかたについて考えている方です。"
ROOM = "https://meet.example.jp/for-two"
TALKED_AT = (12, 19, 20)  # o'clock
LENGTH = timedelta(minutes=20)


class Between:
    """How ties live on."""

    def __init__(self, world: World) -> None:
        self.world = world

    def ties_formed(self) -> None:
        """What the pairs of this morning and since yesterday will do, each in their own time."""
        for new in Tie.objects.filter(formed_at__gt=self.world.now - timedelta(days=1)).order_by("first", "second"):
            dice = self.world.dice.of("tied", new.first_id, new.second_id)
            pair = dice.choice(((new.first_id, new.second_id), (new.second_id, new.first_id)))
            self._plan(pair, dice)

    def introduce(self) -> None:
        """Once a month those with two ties or more may think of two who should know each other."""
        ties: dict[int, list[int]] = defaultdict(list)
        for low, high in Tie.objects.holding().order_by("first", "second").values_list("first", "second"):
            ties[low].append(high)
            ties[high].append(low)
        month = (self.world.now.year, self.world.now.month)
        for member in sorted(one for one, others in ties.items() if len(others) > 1):
            dice = self.world.dice.of("introduces", member, *month)
            if self.world.people[member].belongs and dice.random() < self.world.assumed.introduces_in_a_month:
                self._introduce(member, *dice.sample(ties[member], 2))

    def _plan(self, pair: tuple[int, int], dice: Random) -> None:
        assumed = self.world.assumed
        one, other = pair
        if dice.random() < assumed.writes_first:
            self._in(dice, 3, lambda: self._write(one, other, dice))
        if dice.random() < assumed.proposes_talk:
            self._in(dice, 30, lambda: self._propose(one, other, dice))
        if dice.random() < assumed.ends_tie:
            self._in(dice, 60, lambda: self._call(tie.end_tie, one, other_id=other))

    def _in(self, dice: Random, days: int, act: Callable[[], object]) -> None:
        """Some time within so many days, between breakfast and the evening."""
        self.world.clock.at(self.world.now + timedelta(days=dice.randrange(days), hours=dice.randint(1, 12)), act)

    def _write(self, one: int, other: int, dice: Random) -> None:
        self._call(short_note.agree_to_check, one)
        sent = self._call(short_note.send_note, one, to_id=other, words=dice.choice(FIRST_NOTES))
        if sent is not None and dice.random() < self.world.assumed.writes_back:
            self._in(dice, 3, lambda: self._answer(other, one, dice))

    def _answer(self, one: int, other: int, dice: Random) -> None:
        self._call(short_note.agree_to_check, one)
        self._call(short_note.send_note, one, to_id=other, words=dice.choice(ANSWERS))

    def _propose(self, one: int, other: int, dice: Random) -> None:
        """Three times within two weeks; the other one chooses one of them, or lets the proposal lapse."""
        days = sorted(dice.sample(range(3, 14), 3))
        today, hour = day_of(self.world.now), time(dice.choice(TALKED_AT))
        times = [moment(today + timedelta(days=ahead), hour) for ahead in days]
        proposed = self._call(talk.propose, one, to_id=other, kind=TalkKind.TALK, times=times, link=ROOM)
        if proposed is not None and dice.random() < self.world.assumed.finds_time:
            self._in(dice, 2, lambda: self._choose(other, proposed, dice))

    def _choose(self, other: int, proposed: Talk, dice: Random) -> None:
        starts_at = dice.choice(proposed.moments)
        agreed = self._call(talk.choose_time, other, talk_id=proposed.pk, starts_at=starts_at)
        if agreed is not None:
            happens = dice.random() < self.world.assumed.talk_takes_place
            said = talk.say_held if happens else talk.say_missed
            after = starts_at + LENGTH + timedelta(hours=1)
            self.world.clock.at(after, lambda: self._call(said, other, talk_id=proposed.pk))

    def _introduce(self, member: int, one: int, other: int) -> None:
        self._call(short_note.agree_to_check, member)
        facts = {"one_id": one, "other_id": other, "to_one": TO_EACH, "to_other": TO_EACH}
        made = self._call(introduction.introduce, member, **facts)
        for asked in (one, other):
            dice = self.world.dice.of("is introduced", member, one, other, asked)
            if made is not None and made.asks:
                self._in(dice, 5, lambda asked=asked, dice=dice: self._agree(made, asked, dice))

    def _agree(self, made: Introduction, asked: int, dice: Random) -> None:
        gladly = dice.random() < self.world.assumed.agrees_to_introduction
        self._call(introduction.agree if gladly else introduction.decline, asked, introduction_id=made.pk)

    def _call(self, flow: Callable, by: int, **facts: object) -> object:
        return self.world.clock.call(flow, by=self.world.user(by), **facts)
