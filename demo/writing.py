"""Letters of the demo's year: written, thanked for, and opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from demo.groups import groups_of
from demo.letters import Scenes
from demo.stage import DemoStage, day_of
from demo.words import THANKS, WOULD_COUNT
from events.models import Event
from feedback.letters.flows import letter, thanks
from feedback.letters.strengths import strengths as all_strengths
from feedback.models import StrengthFeedback
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import User

LETTERS_FOR = {"letters-0": 0, "letters-1": 1, "letters-2": 2, "letters-3": 3, "letters-8": 8}


class LetterWriting:
    """Those of the cast get the number of letters that their part says."""

    def __init__(self, stage: DemoStage) -> None:
        self.stage = stage
        self.scenes = Scenes(stage.dice)
        self.letters_wanted = dict(LETTERS_FOR)

    def after(self, planned: Event) -> None:
        """Some write in the same night, some the next day."""
        for writer, reader in self._pairs_to_write(planned):
            wait = self.stage.dice.choice([50, 75, 95, 60 * 13, 60 * 22])
            moment = self.stage.now + timedelta(minutes=wait + self.stage.dice.randint(0, 20))
            self.stage.at(moment, self._writing(planned, writer, reader))

    def _pairs_to_write(self, planned: Event) -> Iterator[tuple[User, User]]:
        """Who writes to whom: those of the cast get their number of letters, the others as chance has it."""
        mates: dict[int, set[int]] = defaultdict(set)
        for group in groups_of(planned):
            for pk in group:
                mates[pk] |= group - {pk}
        users = User.objects.in_bulk(mates)
        for reader_id in sorted(mates):
            givers = sorted(mates[reader_id])
            self.stage.dice.shuffle(givers)
            key = self.stage.part_of[reader_id]
            if key in LETTERS_FOR:
                givers = self._new_givers(reader_id, givers)[: min(self.letters_wanted[key], self._share(key))]
                self.letters_wanted[key] -= len(givers)
            else:
                givers = [giver for giver in givers if self.stage.dice.random() < 0.4]
            yield from ((users[giver], users[reader_id]) for giver in givers)

    def _new_givers(self, reader_id: int, givers: list[int]) -> list[int]:
        known = set(StrengthFeedback.objects.filter(receiver_id=reader_id).values_list("giver_id", flat=True))
        return [giver for giver in givers if giver not in known]

    def _share(self, key: str) -> int:
        """How many of their letters come from one evening, so that they come from several where they have several."""
        return {"letters-8": 3, "letters-3": 2, "letters-2": 1}.get(key, 1)

    def _writing(self, planned: Event, writer: User, reader: User) -> Callable[[], None]:
        def write() -> None:
            line = self.stage.dice.choice(THANKS)
            try:
                thanks.thank(by=writer, receiver_id=reader.pk, event_id=planned.pk, line=line, now=self.stage.now)
            except Refused:
                return  # one of them blocked the other since: as it would be on the page
            picks, scene = self.scenes.of(writer.pk, self._picks_for(reader))
            industry = self.stage.person_of[writer.pk].industry
            letter.write_letter(
                by=User.objects.select_related("profile").get(pk=writer.pk),
                receiver_id=reader.pk,
                event_id=planned.pk,
                picks=picks,
                saw=scene,
                would_count=WOULD_COUNT[industry] if self.stage.dice.random() < 0.7 else "",
                now=self.stage.now,
            )
            morning = datetime.combine(day_of(self.stage.now) + timedelta(days=1), time(8, 15), TOKYO)
            self.stage.at(morning, lambda: self._open_letters(reader))

        return write

    def _open_letters(self, reader: User) -> None:
        """In the morning the seal is broken, mostly."""
        if not self.stage.part_of[reader.pk] and self.stage.dice.random() < 0.15:
            return
        for found in StrengthFeedback.objects.visible_to(reader).filter(opened_at=None).order_by("pk"):
            letter.open_letter(letter_id=found.pk, by=reader, now=self.stage.now)

    def _picks_for(self, reader: User) -> list[str]:
        """What people see in somebody clusters around what that person is like."""
        known, everything = self.stage.known_for[reader.pk], sorted(all_strengths())
        first = (
            self.stage.dice.choice(known[:2]) if self.stage.dice.random() < 0.75 else self.stage.dice.choice(everything)
        )
        more = (
            [known[2]]
            if self.stage.dice.random() < 0.4
            else self.stage.dice.sample(everything, self.stage.dice.randint(0, 1))
        )
        return list(dict.fromkeys([first, *more]))
