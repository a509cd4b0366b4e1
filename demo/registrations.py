"""Registrations of the demo's year: seats, places in line, lotteries, withdrawals."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from demo.affinities import members_of
from demo.evenings import DemoEvening
from demo.stage import DemoStage
from demo.words import OFFERS, TOPICS
from demo.writing import LETTERS_FOR
from events.models import Event, Mark, Offer, Registration
from events.registration.choices import Answer, Mode, RegistrationState
from events.registration.flows import lottery, mark, registration, waitlist
from kouryu.refusal import Refused
from members.models import User


class Registrations:
    """What members do about an evening before it begins."""

    def __init__(self, stage: DemoStage) -> None:
        self.stage = stage
        self.offers_seen: set[int] = set()

    def come(self, planned: Event, evening: DemoEvening) -> None:
        """Who belongs registers over the days after publishing; the cast with a number of evenings goes first."""
        window = max((min(planned.starts_at, self.stage.end) - self.stage.now).total_seconds() - 7200, 3600)
        members = [m for m in self.stage.people.values() if self._may_want(m)]
        self.stage.dice.shuffle(members)
        first = [
            m for m in members if self.stage.part_of[m.pk] in LETTERS_FOR or self.stage.part_of[m.pk] == "suspended"
        ]
        rest = [m for m in members if m not in first[:4]]
        for place, member in enumerate(first[:4]):
            self.stage.at(
                self.stage.now + timedelta(seconds=window * 0.02 * place), self._registering(planned, member, evening)
            )
        for place, member in enumerate(rest):
            # Those of the cast who are to wait come when the seats are gone.
            share = self.stage.dice.uniform(0.1, 0.4 if evening.waits and place < evening.capacity * 2 else 1)
            self.stage.at(
                self.stage.now + timedelta(seconds=window * share), self._registering(planned, member, evening)
            )
        for place, key in enumerate(evening.waits):
            moment = self.stage.now + timedelta(seconds=window * (0.42 + 0.02 * place))
            self.stage.at(moment, self._waiting(planned, key))
        if evening.waits:
            self.stage.at(self.stage.end - timedelta(hours=2), lambda: self._frees_a_seat(planned))

    def apply(self, planned: Event, evening: DemoEvening) -> None:
        """Who takes part in a lottery comes by dice of its own, so that every other evening stays as it was."""
        self._by_own_dice(planned, evening, sorted(pk for pk, key in self.stage.part_of.items() if not key))
        self.stage.at(planned.registration_closes_at, lambda: lottery.hold_draw(planned.pk, now=self.stage.now))

    def come_by_own_dice(self, planned: Event, evening: DemoEvening) -> None:
        """The same for an evening that gives its seats in order."""
        everybody = sorted(pk for pk, key in self.stage.part_of.items() if not key)
        self._by_own_dice(planned, evening, members_of(evening.affinity) if evening.affinity else everybody)

    def _by_own_dice(self, planned: Event, evening: DemoEvening, those: list[int]) -> None:
        dice = Random(evening.title)
        window = (min(planned.registration_closes_at, self.stage.end) - self.stage.now).total_seconds()
        members = [*dice.sample(those, evening.applicants), *(self.stage.people[key].pk for key in evening.applies)]
        for pk in members:
            moment = self.stage.now + timedelta(seconds=window * dice.uniform(0.05, 0.9))
            self.stage.at(moment, self._applying(planned, pk, dice.choice(TOPICS)))

    def _applying(self, planned: Event, member_pk: int, topic: str) -> Callable[[], None]:
        def take_part() -> None:
            member = User.objects.select_related("profile").get(pk=member_pk)
            with suppress(Refused):  # seated elsewhere at that time: as it would be on the page
                registration.register(member=member, event_id=planned.pk, wants_to_talk=topic, now=self.stage.now)

        return take_part

    def _may_want(self, member: User) -> bool:
        key = self.stage.part_of[member.pk]
        return self.stage.evenings_left[member.pk] > 0 and key not in {
            "host",
            "host-2",
            "unpaid",
            "ordered",
            "moderator",
        }

    def _waiting(self, planned: Event, key: str) -> Callable[[], None]:
        def wait() -> None:
            member = User.objects.select_related("profile").get(pk=self.stage.people[key].pk)
            registration.register(member=member, event_id=planned.pk, wants_to_talk=TOPICS[2], now=self.stage.now)

        return wait

    def _frees_a_seat(self, planned: Event) -> None:
        """Somebody withdraws shortly before the demo starts: the first in line finds an open offer."""
        seated = Registration.objects.filter(event=planned).confirmed().select_related("member__profile")
        registration.withdraw(member=seated.order_by("-pk")[0].member, event_id=planned.pk, now=self.stage.now)

    def _registering(self, planned: Event, member: User, evening: DemoEvening) -> Callable[[], None]:
        most = evening.capacity if evening.waits else evening.applicants

        def register() -> None:
            if planned.registrations.live().count() >= most or not self._may_want(member):
                return
            try:
                made = registration.register(
                    member=User.objects.select_related("profile").get(pk=member.pk),
                    event_id=planned.pk,
                    wants_to_talk=self.stage.dice.choice(TOPICS) if self.stage.dice.random() < 0.7 else "",
                    can_offer=self.stage.dice.choice(OFFERS),
                    mode=self.stage.dice.choice([Mode.TALK, Mode.TALK, Mode.LISTEN, Mode.CHAT]),
                    now=self.stage.now,
                )
            except Refused:
                return  # not for them, or not yet paid: as it would be on the page
            if self.stage.evenings_left[member.pk] < 99:
                self.stage.evenings_left[member.pk] -= 1
            elif made.state == RegistrationState.CONFIRMED and self.stage.dice.random() < 0.12:
                self._withdraws_later(planned, member)

        return register

    def _withdraws_later(self, planned: Event, member: User) -> None:
        gap = (planned.starts_at - self.stage.now).total_seconds()
        moment = self.stage.now + timedelta(seconds=gap * self.stage.dice.uniform(0.5, 0.95))
        self.stage.at(moment, lambda: self._withdraw(planned, member))

    def _withdraw(self, planned: Event, member: User) -> None:
        registration.withdraw(member=member, event_id=planned.pk, now=self.stage.now)
        self._answers_come(planned)

    def _answers_come(self, planned: Event) -> None:
        """Whoever was offered a seat answers in a few hours, or lets the deadline pass."""
        offers = Offer.objects.unanswered().filter(registration__event=planned).exclude(pk__in=self.offers_seen)
        for offer in offers.select_related("registration__member"):
            self.offers_seen.add(offer.pk)
            answer = self.stage.dice.choice([Answer.ACCEPTED, Answer.ACCEPTED, Answer.DECLINED, Answer.EXPIRED])
            self.stage.at(
                self.stage.now + timedelta(hours=3), self._answering(planned, offer.registration.member, answer)
            )

    def _answering(self, planned: Event, member: User, answer: Answer) -> Callable[[], None]:
        def act() -> None:
            try:
                if answer == Answer.ACCEPTED:
                    waitlist.accept_offer(member=member, event_id=planned.pk, now=self.stage.now)
                elif answer == Answer.DECLINED:
                    waitlist.decline_offer(member=member, event_id=planned.pk, now=self.stage.now)
            except Refused:
                return  # the offer had passed meanwhile
            self._answers_come(planned)

        return act

    def give_up_a_seat(self, evening: DemoEvening, starts_at: datetime) -> None:
        """Somebody of the cast gives a seat back three hours before the start, and says why when it weighs."""

        def take() -> None:
            member = User.objects.select_related("profile").get(pk=self.stage.people["host-2"].pk)
            planned = Event.objects.get(title=evening.title)
            registration.register(member=member, event_id=planned.pk, wants_to_talk=TOPICS[0], now=self.stage.now)

        def give_up() -> None:
            member, planned = self.stage.people["host-2"], Event.objects.get(title=evening.title)
            registration.withdraw(member=member, event_id=planned.pk, now=self.stage.now)
            left = Mark.objects.get(registration__member=member, registration__event=planned)
            if left.points:
                self.stage.at(self.stage.now + timedelta(days=1), self._objecting(left))

        self.stage.at(starts_at - timedelta(days=23, hours=23), take)
        self.stage.at(starts_at - timedelta(hours=3), give_up)

    def _objecting(self, left: Mark) -> Callable[[], None]:
        said = "乗っていた電車が止まり、間に合わないと分かってすぐに取り消しました。"
        member = left.registration.member
        return lambda: mark.object_to_mark(mark_id=left.pk, member=member, objection=said, now=self.stage.now)
