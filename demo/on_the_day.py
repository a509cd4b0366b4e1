"""The evening itself in the demo's year: who arrives, how the groups are led, and what follows the close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from demo import acts
from demo.anonymous_picks import AnonymousGivers
from demo.stage import DemoStage
from demo.writing import LETTERS_FOR, LetterWriting
from events.evening.flows import attendance, checking_in, closing
from events.evening.flows import evening as evening_flows
from events.groups.flows import grouping
from events.models import Event, Registration, Round
from kouryu.refusal import Refused


class OnTheDay:
    """From ten minutes before the start to the close."""

    def __init__(self, stage: DemoStage, anonymous_picks: AnonymousGivers) -> None:
        self.stage = stage
        self.anonymous_picks = anonymous_picks
        self.writing = LetterWriting(stage)

    def take_place(self, planned: Event) -> None:
        """Plan the evening of an event that was published."""
        self.stage.at(planned.starts_at - timedelta(minutes=10), lambda: self._room_opens(planned))
        self.stage.at(planned.starts_at + timedelta(minutes=6), lambda: self._draw(planned))
        self.stage.at(planned.ends_at + timedelta(minutes=2), lambda: self._close(planned))

    def _room_opens(self, planned: Event) -> None:
        """Most join by their own button, some are ticked by the host, one sends word, one stays away."""
        confirmed = list(Registration.objects.filter(event=planned).confirmed().select_related("member"))
        fixed = [r for r in confirmed if self.stage.part_of[r.member_id]]
        free = [r for r in confirmed if not self.stage.part_of[r.member_id]]
        self.stage.dice.shuffle(free)
        for place, seat in enumerate(fixed + free[::-1]):
            moment = self.stage.now + timedelta(minutes=place % 12)
            if seat in free[:1] and len(confirmed) > 8:
                continue  # absent, without a word
            self.stage.at(
                moment, self._arriving(planned, seat, excused=seat in free[1:2] and self.stage.dice.random() < 0.6)
            )

    def _arriving(self, planned: Event, seat: Registration, *, excused: bool) -> Callable[[], None]:
        host = planned.host

        def act() -> None:
            if excused:
                checking_in.excuse(event_id=planned.pk, registration_id=seat.pk, by=host, now=self.stage.now)
            elif self.stage.dice.random() < 0.2:
                checking_in.check_in(event_id=planned.pk, registration_id=seat.pk, by=host, now=self.stage.now)
            else:
                attendance.join_room(member=seat.member, event_id=planned.pk, now=self.stage.now)

        return act

    def _draw(self, planned: Event) -> None:
        try:
            rounds = grouping.draw_groups(event_id=planned.pk, by=planned.host, now=self.stage.now, seed=planned.pk)
        except Refused:
            return  # too few came to sit together
        for number, drawn in enumerate(rounds):
            moment = self.stage.now + timedelta(minutes=20 * number)
            self.stage.at(moment, self._leading(planned, drawn))

    def _leading(self, planned: Event, drawn: Round) -> Callable[[], None]:
        """The groups are shown, and the talk begins."""
        act = {"event_id": planned.pk, "round_id": drawn.pk, "by": planned.host}

        def lead() -> None:
            evening_flows.publish_round(**act, now=self.stage.now)
            evening_flows.begin_round(**act, now=self.stage.now)

        return lead

    def _close(self, planned: Event) -> None:
        closing.close_event(event_id=planned.pk, by=planned.host, now=self.stage.now)
        for wait, act in acts.after(planned):
            self.stage.at(self.stage.now + wait, lambda act=act: act(self.stage.now))
        self.writing.after(planned)
        cast = {pk for pk, key in self.stage.part_of.items() if key in LETTERS_FOR}
        for leave in self.anonymous_picks.after(planned, spared=cast):
            self.stage.at(self.stage.now + timedelta(days=2), lambda leave=leave: leave(self.stage.now))
