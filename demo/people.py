"""Members of the demo's year: when they join, and how they pay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from demo import staff_app
from demo.cast import PARTS, CastMember, Part, others
from demo.stage import DemoStage, day_of
from demo.topics import card_facts_of, reason_of
from feedback.letters.strengths import strengths as all_strengths
from feedback.mirror.flows import strengths
from kouryu.clock import TOKYO
from members.accounts.choices import Camera, GroupSize, Length, Listening, TimeBand
from members.desk import flows as roles
from members.entrance import flows as profile
from members.membership.choices import DueState
from members.membership.flows.ordering import order_by_transfer
from members.membership.flows.transfers import confirm_transfer
from members.membership.limits import ORDERS
from members.membership.words import VERSION, OrderScreen
from members.models import Due, PricePlan, Profile, User

PASSWORD = "yoru-no-ocha-wo-issho-ni"


class People:
    """The cast and the others, each with an account, a profile, own strengths and paid days."""

    def __init__(self, stage: DemoStage) -> None:
        self.stage = stage

    def join(self) -> None:
        password = make_password(PASSWORD)
        start = self.stage.now
        for number, part in enumerate(PARTS):
            moment = start + timedelta(hours=number) if part.pays and part.evenings != 0 else self._late(part)
            self.stage.at(moment, self._joining(part.key, part.person, password, part))
        for number, person in enumerate(others(), 1):
            # Two thirds are there from the first weeks on, the others find their way during the year.
            days = self.stage.dice.randint(1, 40) if number % 3 else self.stage.dice.randint(41, 330)
            moment = start + timedelta(days=days, minutes=self.stage.dice.randint(0, 600))
            self.stage.at(moment, self._joining(f"member{number:02d}", person, password, None))

    def _late(self, part: Part) -> datetime:
        """Staff are there from the start; the newest of the cast joined these days."""
        return self.stage.now if part.roles else self.stage.end - timedelta(days=3, hours=len(part.key))

    def _joining(self, key: str, person: CastMember, password: str, part: Part | None) -> Callable[[], None]:
        def sign_up() -> None:
            member = self._sign_up(key, person, password)
            self.stage.part_of[member.pk] = key if part else ""
            self.stage.evenings_left[member.pk] = 99 if part is None or part.evenings is None else part.evenings
            for role in part.roles if part else ():
                roles.grant_role(member=member, role=role, by=None, now=self.stage.now)
            if part and part.roles:
                staff_app.give_to(member, now=self.stage.now)
            self._fill_in(member, person)
            if key != "unpaid":
                self._order(member, "yearly" if self.stage.dice.random() < 0.7 else "half-year")
            if part is None or part.pays:
                self.stage.at(self.stage.now + timedelta(hours=20), lambda: self._pay_open(member))

        return sign_up

    @transaction.atomic
    def _sign_up(self, key: str, person: CastMember, password: str) -> User:
        member = User.objects.create_user(f"{key}@example.jp", joined_at=self.stage.now)
        member.password = password
        member.save(update_fields=["password"])
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        Profile.objects.create(member=member)
        self.stage.people[key] = member
        self.stage.person_of[member.pk] = person
        self.stage.known_for[member.pk] = self.stage.dice.sample(sorted(all_strengths()), 3)
        return member

    def _fill_in(self, member: User, person: CastMember) -> None:
        now = self.stage.now
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
        reasons, shows = reason_of(person)
        profile.save_reason(member=member, reasons=reasons, words="", shows_to_groups=shows, now=now)
        profile.save_card(member=member, card=card_facts_of(person), now=now)
        profile.save_preferences(
            member=member,
            length=Length.UP_TO_60,
            group_size=self.stage.dice.choice([GroupSize.THREE, GroupSize.FOUR, GroupSize.ANY]),
            camera=self.stage.dice.choice([Camera.OFF, Camera.EITHER, Camera.EITHER]),
            listening=self.stage.dice.choice([Listening.LISTEN, Listening.TALK, Listening.EITHER]),
            time_bands=self.stage.dice.choice(
                [
                    [TimeBand.WEEKDAY_EVENING],
                    [TimeBand.WEEKDAY_LUNCH, TimeBand.WEEKDAY_EVENING],
                    [TimeBand.WEEKEND_MORNING],
                ]
            ),
            now=now,
        )
        picks = person.strengths or tuple(
            self.stage.dice.sample(sorted(all_strengths()), self.stage.dice.randint(0, 4))
        )
        if picks:
            strengths.choose_own_strengths(member=member, picks=picks, now=now)
        else:
            strengths.choose_later(member=member)

    def _order(self, member: User, plan_key: str) -> None:
        today = day_of(self.stage.now)
        screen = OrderScreen(
            plan=PricePlan.objects.priced(today).get(key=plan_key),
            starts_on_if_confirmed_now=today,
            due_on=today + timedelta(days=ORDERS.due_days),
            continues=False,
        )
        order_by_transfer(
            member=member, plan_key=plan_key, screen_version=VERSION, screen_text=screen.text, now=self.stage.now
        )

    def _pay_open(self, member: User) -> None:
        """The transfer arrives, and the desk confirms it."""
        due = Due.objects.filter(member=member, state=DueState.OPEN).first()
        if not due:
            return
        desk = (
            self.stage.people["owner"] if member == self.stage.people["desk"] else self.stage.people["desk"]
        )  # never one's own
        period = confirm_transfer(reference=due.reference, by=desk, amount_seen=due.amount_yen, now=self.stage.now)
        renewal = datetime.combine(period.ends_on - timedelta(days=6), time(11), TOKYO)
        self.stage.at(renewal, lambda: self._pay_open(member))
