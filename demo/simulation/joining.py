"""Joining, paying, renewing and leaving."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from demo.simulation.people import SimulatedMember
from demo.simulation.world import World, day_of
from feedback.mirror.flows import strengths
from feedback.models import StrengthFeedback
from members.accounts.choices import Role, WorkStatus
from members.desk import flows as roles
from members.entrance import flows as profile
from members.membership.choices import DueState
from members.membership.flows.grants import grant_period
from members.membership.flows.ordering import order_by_transfer
from members.membership.flows.stopping import stop_membership
from members.membership.flows.transfers import confirm_transfer
from members.membership.limits import ORDERS
from members.membership.words import VERSION, OrderScreen
from members.models import Due, Period, PricePlan, Profile, User


class Joining:
    """How people come to belong, and stop."""

    def __init__(self, world: World) -> None:
        self.world = world

    def people_join(self, people: list[SimulatedMember]) -> None:
        """Plan everybody's joining. The first of them lead evenings, and one of the staff confirms transfers."""
        hosts = max(2, len(people) // self.world.assumed.members_per_host)
        self.world.desk = self._staff("desk", Role.DESK)
        self.world.hosts = [self._staff(f"host{number}", Role.HOST).pk for number in range(hosts)]
        for person in people:
            self.world.clock.at(person.joins_at, lambda person=person: self._join(person))

    def leave(self) -> None:
        """On the first of a month some say that they stop; paid days run out by themselves."""
        assumed, now = self.world.assumed, self.world.now
        since = now - timedelta(days=assumed.unnoticed_days)
        noticed = set(
            StrengthFeedback.objects.released().filter(released_at__gt=since).values_list("receiver", flat=True)
        )
        for person in list(self.world.people.values()):
            is_new = person.joins_at > since
            chance = assumed.stops_in_a_month if is_new or person.pk in noticed else assumed.stops_unnoticed
            roll = self.world.dice.of("stops", person.number, now.year, now.month).random()
            if person.belongs and roll < chance:
                person.belongs = False
                self.world.clock.call(stop_membership, member=self.world.user(person.pk))

    def _staff(self, key: str, role: Role) -> User:
        member = self._account(f"{key}@example.jp")
        self.world.clock.call(
            profile.save_work,
            member=member,
            called_name=key,
            work_status=WorkStatus.EMPLOYED,
            industry="R",
            industry_group="",
            occupation="06",
            years_at_company="",
        )
        self.world.clock.call(roles.grant_role, member=member, role=role, by=None)
        self.world.clock.call(grant_period, member=member, months=36, by=None)
        return User.objects.select_related("profile").get(pk=member.pk)

    @transaction.atomic
    def _account(self, address: str) -> User:
        """What signing up leaves behind; proving an address by a code is not modelled."""
        member = User.objects.create_user(address, joined_at=self.world.now)
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        Profile.objects.create(member=member)
        return member

    def _join(self, person: SimulatedMember) -> None:
        call, member = self.world.clock.call, self._account(f"member{person.number}@example.jp")
        person.pk = member.pk
        self.world.people[person.pk] = person
        call(profile.accept_pledge, member=member)
        call(
            profile.save_work,
            member=member,
            called_name=person.called_name,
            work_status=WorkStatus.EMPLOYED,
            industry=person.industry,
            industry_group="",
            occupation=person.occupation,
            years_at_company=person.years,
        )
        call(profile.save_themes, member=member, themes=person.themes, undecided=not person.themes)
        call(
            profile.save_preferences,
            member=member,
            length=person.length,
            group_size=person.group_size,
            camera=person.camera,
            listening=person.listening,
            time_bands=person.time_bands,
        )
        if person.own_strengths:
            call(strengths.choose_own_strengths, member=member, picks=person.own_strengths)
        if person.pays:
            self._order(member, person)
            self.world.clock.at(self.world.now + timedelta(hours=20), lambda: self._transfer(person))

    def _order(self, member: User, person: SimulatedMember) -> None:
        today = day_of(self.world.now)
        screen = OrderScreen(
            plan=PricePlan.objects.priced(today).get(key=person.plan),
            starts_on_if_confirmed_now=today,
            due_on=today + timedelta(days=ORDERS.due_days),
            continues=False,
        )
        self.world.clock.call(
            order_by_transfer,
            member=member,
            plan_key=person.plan,
            screen_version=VERSION,
            screen_text=screen.text,
        )

    def _transfer(self, person: SimulatedMember) -> None:
        """The money arrives and the desk confirms it; six days before the end the next transfer is decided."""
        due = Due.objects.filter(member=person.pk, state=DueState.OPEN).first()
        if due is None:
            return
        period: Period = self.world.clock.call(
            confirm_transfer,
            reference=due.reference,
            by=self.world.desk,
            amount_seen=due.amount_yen,
        )
        person.belongs = True
        ahead = period.ends_on - day_of(self.world.now)
        self.world.clock.at(self.world.now + ahead - timedelta(days=6), lambda: self._renew(person))
        self.world.clock.at(self.world.now + ahead, lambda: self._runs_out(person))

    def _renew(self, person: SimulatedMember) -> None:
        dice = self.world.dice.of("renews", person.number, day_of(self.world.now).toordinal())
        if person.belongs and dice.random() < self.world.assumed.renews:
            self._transfer(person)

    def _runs_out(self, person: SimulatedMember) -> None:
        today = day_of(self.world.now)
        if not Period.objects.filter(member=person.pk, starts_on__lte=today, ends_on__gt=today).exists():
            person.belongs = False
