"""A year of kouryu, played through the real flows with the clock as an argument.

Everything that a member, host, desk or moderator does here is a call of the flow their page calls. Between the acts
the sweeps run as beat would run them, so that offers expire, follow-ups leave and letters arrive when they should.
The same seed and the same last moment give the same year.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from events import queries as queries_of_events
from events.choices import Allotment, Answer, EventState, Mode, Promise, RegistrationState
from events.flows import (
    attendance,
    checking_in,
    closing,
    event,
    follow_up,
    grouping,
    lottery,
    mark,
    registration,
    waitlist,
)
from events.flows import evening as evening_flows
from events.models import Event, Mark, Offer, Registration, Round, Seat
from events.rules.event import Plan as EventPlan
from feedback.choices import DecisionKind, ReportReason
from feedback.demo import acts, ties
from feedback.demo.cast import PARTS, Part, Person, others
from feedback.demo.evenings import DRAFT, PAST, PLAYABLE, UPCOMING, Evening
from feedback.demo.letters import Scenes
from feedback.demo.nameless import NamelessGivers
from feedback.demo.words import OFFERS, THANKS, TOPICS, WOULD_COUNT
from feedback.flows import case, letter, report, strengths, thanks
from feedback.models import Case, StrengthFeedback
from feedback.rules.case import Verdict
from feedback.strengths import strengths as all_strengths
from kouryu.refusal import Refused
from members.choices import Camera, GroupSize, Length, Listening, PaymentState, TimeBand
from members.flows import block, delivery, membership, profile, roles
from members.models import Payment, Plan, Profile, User
from members.order_screen import VERSION, OrderScreen

TOKYO = ZoneInfo("Asia/Tokyo")
PASSWORD = "yoru-no-ocha-wo-issho-ni"
SWEEPS = (time(7, 1), time(13, 40), time(21, 40))
ROOM = "https://meet.example.jp/kouryu-{number}"
PLAYING = (
    "letters-0",
    "letters-1",
    "letters-2",
    "letters-3",
    "letters-8",
    "member01",
    "member02",
    "member04",
    "member05",
)
LETTERS_FOR = {"letters-0": 0, "letters-1": 1, "letters-2": 2, "letters-3": 3, "letters-8": 8}


class Year:
    """The simulation: a clock, a list of acts to come, and the people."""

    def __init__(self, end: datetime, seed: int = 20261) -> None:
        self.end = end.astimezone(TOKYO)
        self.now = self.end - timedelta(days=400)
        self.dice = Random(seed)
        self.scenes = Scenes(self.dice)
        self.acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.people: dict[str, User] = {}
        self.person_of: dict[int, Person] = {}
        self.part_of: dict[int, str] = {}
        self.letters_wanted = dict(LETTERS_FOR)
        self.offers_seen: set[int] = set()
        self.evenings_left: dict[int, int] = {}
        self.known_for: dict[int, list[str]] = {}
        self.nameless = NamelessGivers(seed, self.known_for)

    # --- the clock

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Plan an act; what would lie in the future of the demo never happens."""
        if moment < self.end:
            heapq.heappush(self.acts, (moment, next(self.order), act))

    def play(self) -> None:
        """Play everything up to the end, with the sweeps in between."""
        self._people_join()
        for evening in PAST:
            self._plan(evening, self._date_of(evening))
        self._concerns()
        for evening in UPCOMING:
            self._plan(evening, self._date_of(evening))
        for evening in PAST[-2:]:
            self._gives_a_seat_up(evening)
        self.at(self.end - timedelta(days=1), self._draft)
        self.at(self.end - timedelta(days=2), self._playable)
        for moment, act in acts.before(self.end):
            self.at(moment, lambda act=act: act(self.now))
        self._run()
        self.now = self.end
        self._sweep()

    def _run(self) -> None:
        next_sweep, acted = self.now, True
        while self.acts:
            moment, _, act = heapq.heappop(self.acts)
            while next_sweep < moment:
                self.now = next_sweep
                if acted:
                    self._sweep()
                elif _is_morning(next_sweep):
                    self._quiet_morning()
                next_sweep, acted = _sweep_after(next_sweep), False
            self.now, acted = moment, True
            act()

    def _sweep(self) -> None:
        now = self.now
        waitlist.move_waiting_lists(now=now)
        closing.close_overdue_events(now=now)
        mark.mark_absences(now=now)
        follow_up.send_follow_ups(now=now)
        letter.release_letters(now)
        ties.sweep(now)
        self.nameless.sweep(now)
        membership.send_renewals(now=now)
        delivery.deliver_due(lambda: now)

    def _quiet_morning(self) -> None:
        """Between acts only the days themselves bring something: deadlines and references."""
        waitlist.move_waiting_lists(now=self.now)
        membership.send_renewals(now=self.now)
        delivery.deliver_due(lambda: self.now)

    def _date_of(self, evening: Evening) -> datetime:
        day = (self.end + timedelta(days=evening.days)).date()
        if evening.weekday >= 0:
            day += timedelta(days=(evening.weekday - day.weekday()) % 7)
        return datetime.combine(day, evening.at, TOKYO)

    # --- people

    def _people_join(self) -> None:
        password = make_password(PASSWORD)
        start = self.now
        for number, part in enumerate(PARTS):
            moment = start + timedelta(hours=number) if part.pays and part.evenings != 0 else self._late(part)
            self.at(moment, self._joining(part.key, part.person, password, part))
        for number, person in enumerate(others(), 1):
            # Two thirds are there from the first weeks on, the others find their way during the year.
            days = self.dice.randint(1, 40) if number % 3 else self.dice.randint(41, 330)
            moment = start + timedelta(days=days, minutes=self.dice.randint(0, 600))
            self.at(moment, self._joining(f"member{number:02d}", person, password, None))

    def _late(self, part: Part) -> datetime:
        """Staff are there from the start; the newest of the cast joined these days."""
        return self.now if part.roles else self.end - timedelta(days=3, hours=len(part.key))

    def _joining(self, key: str, person: Person, password: str, part: Part | None) -> Callable[[], None]:
        def join() -> None:
            member = self._sign_up(key, person, password)
            self.part_of[member.pk] = key if part else ""
            self.evenings_left[member.pk] = 99 if part is None or part.evenings is None else part.evenings
            for role in part.roles if part else ():
                roles.grant_role(member=member, role=role, by=None, now=self.now)
            self._fill_in(member, person)
            if key != "unpaid":
                self._order(member, "yearly" if self.dice.random() < 0.7 else "half-year")
            if part is None or part.pays:
                self.at(self.now + timedelta(hours=20), lambda: self._pay_open(member))

        return join

    @transaction.atomic
    def _sign_up(self, key: str, person: Person, password: str) -> User:
        member = User.objects.create_user(f"{key}@example.jp", joined_at=self.now)
        member.password = password
        member.save(update_fields=["password"])
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        Profile.objects.create(member=member)
        self.people[key] = member
        self.person_of[member.pk] = person
        self.known_for[member.pk] = self.dice.sample(sorted(all_strengths()), 3)
        return member

    def _fill_in(self, member: User, person: Person) -> None:
        now = self.now
        profile.accept_pledge(member=member, now=now)
        profile.save_work(
            member=member,
            called_name=person.name,
            work_status=person.work_status,
            industry=person.industry,
            industry_group="",
            occupation=person.occupation,
            years_at_company=person.years,
            now=now,
        )
        profile.save_themes(member=member, themes=person.themes, undecided=not person.themes, now=now)
        profile.save_preferences(
            member=member,
            length=Length.UP_TO_60,
            group_size=self.dice.choice([GroupSize.THREE, GroupSize.FOUR, GroupSize.ANY]),
            camera=self.dice.choice([Camera.OFF, Camera.EITHER, Camera.EITHER]),
            listening=self.dice.choice([Listening.LISTEN, Listening.TALK, Listening.EITHER]),
            time_bands=self.dice.choice(
                [
                    [TimeBand.WEEKDAY_EVENING],
                    [TimeBand.WEEKDAY_LUNCH, TimeBand.WEEKDAY_EVENING],
                    [TimeBand.WEEKEND_MORNING],
                ]
            ),
            now=now,
        )
        picks = person.strengths or tuple(self.dice.sample(sorted(all_strengths()), self.dice.randint(0, 4)))
        if picks:
            strengths.choose_own_strengths(member=member, picks=picks, now=now)
        else:
            strengths.choose_later(member=member)

    def _order(self, member: User, plan_key: str) -> None:
        today = day_of(self.now)
        screen = OrderScreen(
            plan=Plan.objects.get(key=plan_key),
            starts_on_if_confirmed_now=today,
            due_on=today + timedelta(days=settings.TRANSFER_DUE_DAYS),
            continues=False,
        )
        membership.order_by_transfer(
            member=member, plan_key=plan_key, screen_version=VERSION, screen_text=screen.text, now=self.now
        )

    def _pay_open(self, member: User) -> None:
        """The transfer arrives, and the desk confirms it."""
        payment = Payment.objects.filter(member=member, state=PaymentState.OPEN).first()
        if not payment:
            return
        desk = self.people["owner"] if member == self.people["desk"] else self.people["desk"]  # never one's own
        period = membership.confirm_transfer(
            reference=payment.reference, by=desk, amount_seen=payment.amount_yen, now=self.now
        )
        renewal = datetime.combine(period.ends_on - timedelta(days=6), time(11), TOKYO)
        self.at(renewal, lambda: self._pay_open(member))

    # --- an evening

    def plan_of(self, evening: Evening, starts_at: datetime, number: int) -> EventPlan:
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
            host_words=evening.host_words,
            place=evening.place,
            room_url="" if evening.place else ROOM.format(number=number),
            themes=evening.themes,
            promises=tuple(Promise.values),
            conditions=evening.conditions,
            run_sheet=evening.run_sheet,
        )

    def _plan(self, evening: Evening, starts_at: datetime) -> None:
        published = min(starts_at - timedelta(days=24), self.end - timedelta(days=8))
        self.at(published, lambda: self._publish(evening, starts_at))

    def _publish(self, evening: Evening, starts_at: datetime) -> None:
        host = self.people[evening.host]
        plan = self.plan_of(evening, starts_at, self.dice.randint(100, 999))
        planned = event.plan_event(by=host, plan=plan, now=self.now)
        event.publish_event(event_id=planned.pk, by=host, now=self.now)
        if evening.allotment == Allotment.LOTTERY:
            self._applications(planned, evening)
        else:
            self._registrations(planned, evening)
        self.at(starts_at - timedelta(minutes=10), lambda: self._doors(planned))
        self.at(starts_at + timedelta(minutes=6), lambda: self._draw(planned))
        self.at(planned.ends_at + timedelta(minutes=2), lambda: self._close(planned))

    def _registrations(self, planned: Event, evening: Evening) -> None:
        """Who belongs registers over the days after publishing; the cast with a number of evenings goes first."""
        window = max((min(planned.starts_at, self.end) - self.now).total_seconds() - 7200, 3600)
        members = [m for m in self.people.values() if self._may_want(m)]
        self.dice.shuffle(members)
        first = [m for m in members if self.part_of[m.pk] in LETTERS_FOR or self.part_of[m.pk] == "suspended"]
        rest = [m for m in members if m not in first[:4]]
        for place, member in enumerate(first[:4]):
            self.at(self.now + timedelta(seconds=window * 0.02 * place), self._registering(planned, member, evening))
        for place, member in enumerate(rest):
            # Those of the cast who are to wait come when the seats are gone.
            share = self.dice.uniform(0.1, 0.4 if evening.waits and place < evening.capacity * 2 else 1)
            self.at(self.now + timedelta(seconds=window * share), self._registering(planned, member, evening))
        for place, key in enumerate(evening.waits):
            moment = self.now + timedelta(seconds=window * (0.42 + 0.02 * place))
            self.at(moment, self._waiting(planned, key))
        if evening.waits:
            self.at(self.end - timedelta(hours=2), lambda: self._frees_a_seat(planned))

    def _applications(self, planned: Event, evening: Evening) -> None:
        """Who takes part in a lottery comes by dice of its own, so that every other evening stays as it was."""
        dice = Random(evening.title)
        window = (min(planned.registration_closes_at, self.end) - self.now).total_seconds()
        paying = sorted(pk for pk, key in self.part_of.items() if not key)
        members = [*dice.sample(paying, evening.applicants), *(self.people[key].pk for key in evening.applies)]
        for pk in members:
            moment = self.now + timedelta(seconds=window * dice.uniform(0.05, 0.9))
            self.at(moment, self._applying(planned, pk, dice.choice(TOPICS)))
        self.at(planned.registration_closes_at, lambda: lottery.hold_draw(planned.pk, now=self.now))

    def _applying(self, planned: Event, member_pk: int, topic: str) -> Callable[[], None]:
        def apply() -> None:
            member = User.objects.select_related("profile").get(pk=member_pk)
            with suppress(Refused):  # seated elsewhere at that time: as it would be on the page
                registration.register(member=member, event_id=planned.pk, wants_to_talk=topic, now=self.now)

        return apply

    def _may_want(self, member: User) -> bool:
        key = self.part_of[member.pk]
        return self.evenings_left[member.pk] > 0 and key not in {"host", "host-2", "unpaid", "ordered", "moderator"}

    def _waiting(self, planned: Event, key: str) -> Callable[[], None]:
        def wait() -> None:
            member = User.objects.select_related("profile").get(pk=self.people[key].pk)
            registration.register(member=member, event_id=planned.pk, wants_to_talk=TOPICS[2], now=self.now)

        return wait

    def _frees_a_seat(self, planned: Event) -> None:
        """Somebody withdraws shortly before the demo starts: the first in line finds an open offer."""
        seated = Registration.objects.filter(event=planned).confirmed().select_related("member__profile")
        registration.withdraw(member=seated.order_by("-pk")[0].member, event_id=planned.pk, now=self.now)

    def _registering(self, planned: Event, member: User, evening: Evening) -> Callable[[], None]:
        most = evening.capacity if evening.waits else evening.applicants

        def register() -> None:
            if planned.registrations.live().count() >= most or not self._may_want(member):
                return
            try:
                made = registration.register(
                    member=User.objects.select_related("profile").get(pk=member.pk),
                    event_id=planned.pk,
                    wants_to_talk=self.dice.choice(TOPICS) if self.dice.random() < 0.7 else "",
                    can_offer=self.dice.choice(OFFERS),
                    mode=self.dice.choice([Mode.TALK, Mode.TALK, Mode.LISTEN, Mode.CHAT]),
                    now=self.now,
                )
            except Refused:
                return  # not for them, or not yet paid: as it would be on the page
            if self.evenings_left[member.pk] < 99:
                self.evenings_left[member.pk] -= 1
            elif made.state == RegistrationState.CONFIRMED and self.dice.random() < 0.12:
                self._withdraws_later(planned, member)

        return register

    def _withdraws_later(self, planned: Event, member: User) -> None:
        gap = (planned.starts_at - self.now).total_seconds()
        moment = self.now + timedelta(seconds=gap * self.dice.uniform(0.5, 0.95))
        self.at(moment, lambda: self._withdraw(planned, member))

    def _withdraw(self, planned: Event, member: User) -> None:
        registration.withdraw(member=member, event_id=planned.pk, now=self.now)
        self._answers_come(planned)

    def _answers_come(self, planned: Event) -> None:
        """Whoever was offered a seat answers in a few hours, or lets the deadline pass."""
        offers = Offer.objects.filter(registration__event=planned, answer="").exclude(pk__in=self.offers_seen)
        for offer in offers.select_related("registration__member"):
            self.offers_seen.add(offer.pk)
            answer = self.dice.choice([Answer.ACCEPTED, Answer.ACCEPTED, Answer.DECLINED, Answer.EXPIRED])
            self.at(self.now + timedelta(hours=3), self._answering(planned, offer.registration.member, answer))

    def _answering(self, planned: Event, member: User, answer: Answer) -> Callable[[], None]:
        def act() -> None:
            try:
                if answer == Answer.ACCEPTED:
                    waitlist.accept_offer(member=member, event_id=planned.pk, now=self.now)
                elif answer == Answer.DECLINED:
                    waitlist.decline_offer(member=member, event_id=planned.pk, now=self.now)
            except Refused:
                return  # the offer had passed meanwhile
            self._answers_come(planned)

        return act

    def _doors(self, planned: Event) -> None:
        """Most join by their own button, some are ticked by the host, one sends word, one stays away."""
        confirmed = list(Registration.objects.filter(event=planned).confirmed().select_related("member"))
        fixed = [r for r in confirmed if self.part_of[r.member_id]]
        free = [r for r in confirmed if not self.part_of[r.member_id]]
        self.dice.shuffle(free)
        for place, seat in enumerate(fixed + free[::-1]):
            moment = self.now + timedelta(minutes=place % 12)
            if seat in free[:1] and len(confirmed) > 8:
                continue  # absent, without a word
            self.at(moment, self._arriving(planned, seat, excused=seat in free[1:2] and self.dice.random() < 0.6))

    def _arriving(self, planned: Event, seat: Registration, *, excused: bool) -> Callable[[], None]:
        host = planned.host

        def act() -> None:
            if excused:
                checking_in.excuse(event_id=planned.pk, registration_id=seat.pk, by=host, now=self.now)
            elif self.dice.random() < 0.2:
                checking_in.check_in(event_id=planned.pk, registration_id=seat.pk, by=host, now=self.now)
            else:
                attendance.join_room(member=seat.member, event_id=planned.pk, now=self.now)

        return act

    def _draw(self, planned: Event) -> None:
        try:
            rounds = grouping.draw_groups(event_id=planned.pk, by=planned.host, now=self.now, seed=planned.pk)
        except Refused:
            return  # too few came to sit together
        for number, drawn in enumerate(rounds):
            moment = self.now + timedelta(minutes=20 * number)
            self.at(moment, self._leading(planned, drawn))

    def _leading(self, planned: Event, drawn: Round) -> Callable[[], None]:
        """The groups are shown, and the talk begins."""
        act = {"event_id": planned.pk, "round_id": drawn.pk, "by": planned.host}

        def lead() -> None:
            evening_flows.publish_round(**act, now=self.now)
            evening_flows.begin_round(**act, now=self.now)

        return lead

    def _close(self, planned: Event) -> None:
        closing.close_event(event_id=planned.pk, by=planned.host, now=self.now)
        for wait, act in acts.after(planned):
            self.at(self.now + wait, lambda act=act: act(self.now))
        for writer, reader in self._pairs_to_write(planned):
            wait = self.dice.choice([50, 75, 95, 60 * 13, 60 * 22])
            moment = self.now + timedelta(minutes=wait + self.dice.randint(0, 20))
            self.at(moment, self._writing(planned, writer, reader))
        cast = {pk for pk, key in self.part_of.items() if key in LETTERS_FOR}
        for leave in self.nameless.after(planned, spared=cast):
            self.at(self.now + timedelta(days=2), lambda leave=leave: leave(self.now))

    # --- afterwards

    def _pairs_to_write(self, planned: Event) -> Iterator[tuple[User, User]]:
        """Who writes to whom: those of the cast get their number of letters, the others as chance has it."""
        mates: dict[int, set[int]] = defaultdict(set)
        for group in _groups_of(planned):
            for pk in group:
                mates[pk] |= group - {pk}
        users = User.objects.in_bulk(mates)
        for reader_id in sorted(mates):
            givers = sorted(mates[reader_id])
            self.dice.shuffle(givers)
            key = self.part_of[reader_id]
            if key in LETTERS_FOR:
                givers = self._new_givers(reader_id, givers)[: min(self.letters_wanted[key], self._share(key))]
                self.letters_wanted[key] -= len(givers)
            else:
                givers = [giver for giver in givers if self.dice.random() < 0.4]
            yield from ((users[giver], users[reader_id]) for giver in givers)

    def _new_givers(self, reader_id: int, givers: list[int]) -> list[int]:
        known = set(StrengthFeedback.objects.filter(receiver_id=reader_id).values_list("giver_id", flat=True))
        return [giver for giver in givers if giver not in known]

    def _share(self, key: str) -> int:
        """How many of their letters come from one evening, so that they come from several where they have several."""
        return {"letters-8": 3, "letters-3": 2, "letters-2": 1}.get(key, 1)

    def _writing(self, planned: Event, writer: User, reader: User) -> Callable[[], None]:
        def write() -> None:
            line = self.dice.choice(THANKS)
            try:
                thanks.thank(by=writer, receiver_id=reader.pk, event_id=planned.pk, line=line, now=self.now)
            except Refused:
                return  # one of them blocked the other since: as it would be on the page
            picks, scene = self.scenes.of(writer.pk, self._picks_for(reader))
            industry = self.person_of[writer.pk].industry
            letter.write_letter(
                by=User.objects.select_related("profile").get(pk=writer.pk),
                receiver_id=reader.pk,
                event_id=planned.pk,
                picks=picks,
                saw=scene,
                would_count=WOULD_COUNT[industry] if self.dice.random() < 0.7 else "",
                now=self.now,
            )
            morning = datetime.combine(day_of(self.now) + timedelta(days=1), time(8, 15), TOKYO)
            self.at(morning, lambda: self._open_letters(reader))

        return write

    def _open_letters(self, reader: User) -> None:
        """In the morning the seal is broken, mostly."""
        if not self.part_of[reader.pk] and self.dice.random() < 0.15:
            return
        for found in StrengthFeedback.objects.released().filter(receiver=reader, opened_at=None).order_by("pk"):
            letter.open_letter(letter_id=found.pk, by=reader, now=self.now)

    def _picks_for(self, reader: User) -> list[str]:
        """What people see in somebody clusters around what that person is like."""
        known, everything = self.known_for[reader.pk], sorted(all_strengths())
        first = self.dice.choice(known[:2]) if self.dice.random() < 0.75 else self.dice.choice(everything)
        more = [known[2]] if self.dice.random() < 0.4 else self.dice.sample(everything, self.dice.randint(0, 1))
        return list(dict.fromkeys([first, *more]))

    # --- keeping it safe

    def _concerns(self) -> None:
        """What was reported over the year, and what the moderator made of it; two are still waiting."""
        start = self.end
        self.at(start - timedelta(days=160), lambda: self._reported_person(ReportReason.PUT_DOWN, DecisionKind.ADVICE))
        self.at(start - timedelta(days=130), lambda: self._reported_event(DecisionKind.NO_PROBLEM))
        self.at(start - timedelta(days=100), self._somebody_blocks)
        self.at(start - timedelta(days=70), lambda: self._reported_letter(DecisionKind.HIDE))
        self.at(start - timedelta(days=30), self._solicitation)
        self.at(start - timedelta(days=1), lambda: self._reported_person(ReportReason.PRYING, None))
        self.at(start - timedelta(hours=20), lambda: self._reported_letter(None))

    def _latest_pair(self) -> tuple[Event, User, User]:
        """Two people without a part who sat together lately."""
        for planned in Event.objects.filter(ends_at__lt=self.now).order_by("-ends_at"):
            for group in _groups_of(planned):
                plain = sorted(pk for pk in group if not self.part_of[pk])
                if len(plain) >= 2:
                    one, two = self.dice.sample(plain, 2)
                    return planned, User.objects.get(pk=one), User.objects.get(pk=two)
        raise LookupError("nobody met yet")

    def _reported_person(self, reason: ReportReason, decision: DecisionKind | None) -> None:
        _, reporter, other = self._latest_pair()
        words = {
            ReportReason.PUT_DOWN: "「その業界はもう先がないですよね」と、何度か笑いながら言われました。",
            ReportReason.PRYING: "会社名と住んでいる場所を、断っても続けて聞かれました。",
        }[reason]
        report.report(reporter=reporter, kind="member", subject_id=other.pk, reason=reason, words=words, now=self.now)
        self._decide_later(f"member/{other.pk}", decision)

    def _reported_event(self, decision: DecisionKind) -> None:
        planned, reporter, _ = self._latest_pair()
        report.report(
            reporter=reporter,
            kind="event",
            subject_id=planned.pk,
            reason=ReportReason.NUISANCE,
            words="終わりの時間を少し過ぎました。次の予定がある人もいたと思います。",
            now=self.now,
        )
        self._decide_later(f"event/{planned.pk}", decision)

    def _reported_letter(self, decision: DecisionKind | None) -> None:
        fixed = [pk for pk, key in self.part_of.items() if key]
        found = StrengthFeedback.objects.released().exclude(receiver_id__in=fixed).select_related("receiver")
        chosen = found.filter(cases=None).order_by("-released_at", "pk").first()
        if chosen is None:
            return
        report.report(
            reporter=chosen.receiver,
            kind="letter",
            subject_id=chosen.pk,
            reason=ReportReason.OTHER,
            words="書かれている場面に心当たりがありません。別の方あてのものかもしれません。",
            now=self.now,
        )
        self._decide_later(f"letter/{chosen.pk}", decision)

    def _solicitation(self) -> None:
        other = self.people["suspended"]
        seats = Seat.objects.filter(member=other).select_related("group")
        mates = Seat.objects.filter(group__in=[seat.group for seat in seats]).exclude(member=other)
        reporters = [seat.member for seat in mates.select_related("member") if not self.part_of[seat.member_id]]
        for reporter in reporters[:2]:
            report.report(
                reporter=reporter,
                kind="member",
                subject_id=other.pk,
                reason=ReportReason.SOLICITATION,
                words="会のあと、投資の説明会に来ないかと誘われました。",
                now=self.now,
            )
        if reporters:
            self._decide_later(f"member/{other.pk}", DecisionKind.SUSPEND)

    def _decide_later(self, subject_key: str, decision: DecisionKind | None) -> None:
        if decision is None:
            return
        reasons = {
            DecisionKind.NO_PROBLEM: "終了は2分おくれでした。進行役に時間の目安を伝え、見守りを続けます。",
            DecisionKind.ADVICE: "ほかの業界を下げる言いかたは、約束に反します。次からはお控えください。",
            DecisionKind.HIDE: "別の会の方あてに書かれたものと確かめました。非表示にします。",
            DecisionKind.SUSPEND: "会の参加者に投資の説明会への勧誘をしたことを、複数の知らせから確かめました。",
        }

        def decide() -> None:
            kai = self.people["moderator"]
            found = Case.objects.get(subject_key=subject_key)
            until = self.end + timedelta(days=90) if decision == DecisionKind.SUSPEND else None
            case.take(case_id=found.pk, by=kai, now=self.now)
            verdict = Verdict(kind=decision, reason=reasons[decision], until=until)
            case.decide(case_id=found.pk, verdict=verdict, by=kai, now=self.now)

        self.at(self.now + timedelta(hours=5), decide)

    def _somebody_blocks(self) -> None:
        _, one, other = self._latest_pair()
        block.block(member=one, other_id=other.pk, now=self.now)

    def _gives_a_seat_up(self, evening: Evening) -> None:
        """Somebody of the cast gives a seat back three hours before the start, and says why when it weighs."""
        starts_at = self._date_of(evening)

        def take() -> None:
            member = User.objects.select_related("profile").get(pk=self.people["host-2"].pk)
            planned = Event.objects.get(title=evening.title)
            registration.register(member=member, event_id=planned.pk, wants_to_talk=TOPICS[0], now=self.now)

        def give_up() -> None:
            member, planned = self.people["host-2"], Event.objects.get(title=evening.title)
            registration.withdraw(member=member, event_id=planned.pk, now=self.now)
            left = Mark.objects.get(registration__member=member, registration__event=planned)
            if left.points:
                self.at(self.now + timedelta(days=1), self._objecting(left))

        self.at(starts_at - timedelta(days=23, hours=23), take)
        self.at(starts_at - timedelta(hours=3), give_up)

    def _objecting(self, left: Mark) -> Callable[[], None]:
        said = "乗っていた電車が止まり、間に合わないと分かってすぐに取り消しました。"
        member = left.registration.member
        return lambda: mark.object_to_mark(mark_id=left.pk, member=member, objection=said, now=self.now)

    # --- what can be played through

    def _draft(self) -> None:
        event.plan_event(by=self.people["host"], plan=self.plan_of(DRAFT, self._date_of(DRAFT), 1), now=self.now)

    def _playable(self) -> None:
        host, starts_at = self.people["host"], self.end.replace(hour=20, minute=0, second=0, microsecond=0)
        plan = self.plan_of(PLAYABLE, starts_at + timedelta(days=1), 1)
        add_playable(host=host, plan=plan, dice=self.dice, now=self.now)


def has_playable(now: datetime) -> bool:
    """Is there an evening that the host can start at once, or that is running?"""
    return Event.objects.filter(is_playable=True, state=EventState.PUBLISHED, ends_at__gt=now).exists()


def refresh(now: datetime) -> Event:
    """Publish another evening to play through, after the last one is over."""
    latest = Event.objects.filter(is_playable=True).order_by("pk").last()
    tomorrow = now.astimezone(TOKYO).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=1)
    plan = replace(queries_of_events.plan_of(latest), starts_at=tomorrow, registration_closes_at=tomorrow, minutes=60)
    dice = Random(latest.pk)
    return add_playable(host=latest.host, plan=plan, dice=dice, now=now)


def add_playable(*, host: User, plan: EventPlan, dice: Random, now: datetime) -> Event:
    """Publish an evening that its host can start at once, with nine people in it."""
    planned = event.plan_event(by=host, plan=plan, now=now, is_playable=True)
    event.publish_event(event_id=planned.pk, by=host, now=now)
    addresses = [f"{key}@example.jp" for key in PLAYING]
    for member in User.objects.select_related("profile").filter(email__in=addresses).order_by("pk"):
        with suppress(Refused):  # who played with marks may have to wait a while, as on the page
            registration.register(
                member=member,
                event_id=planned.pk,
                wants_to_talk=dice.choice(TOPICS),
                can_offer=dice.choice(OFFERS),
                mode=Mode.TALK,
                now=now,
            )
    return planned


def _sweep_after(moment: datetime) -> datetime:
    """The next sweep: in the morning, and when follow-ups leave."""
    day = moment.astimezone(TOKYO).date()
    times = [datetime.combine(day, hour, TOKYO) for hour in SWEEPS]
    return next((time for time in times if time > moment), datetime.combine(day + timedelta(days=1), SWEEPS[0], TOKYO))


def _is_morning(moment: datetime) -> bool:
    return moment.astimezone(TOKYO).time() == SWEEPS[0]


def _groups_of(planned: Event) -> list[set[int]]:
    """The members of each group that an event showed, over all rounds."""
    groups: dict[int, set[int]] = defaultdict(set)
    for group_id, member_id in Seat.objects.seen().filter(round__event=planned).values_list("group_id", "member_id"):
        groups[group_id].add(member_id)
    return [groups[key] for key in sorted(groups)]


def day_of(moment: datetime) -> date:
    """The day in Tokyo."""
    return moment.astimezone(TOKYO).date()
