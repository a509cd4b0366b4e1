"""Random histories of two members over six years: whatever happens, the book adds up and no day is paid twice.

After each act the book comes to zero, no two days overlap, credit is what payments left, and access is compared with
the days that stand and those of grace. At the end of each history all checks of the book run.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.invariants import membership as invariants
from members.membership import queries
from members.membership.choices import DueState, UndoCause
from members.membership.flows import credit, grants, ordering, plans, renewals, stopping, transfers
from members.models import BookLine, PaymentIn, PricePlan, Refund, User
from members.standing.queries import with_standing
from tests import factories

NOW = datetime(2024, 1, 31, 10, tzinfo=TOKYO)  # a leap year, at a month's end
SIX_YEARS = 6 * 365
HISTORIES, ACTS_EACH = 100, 25

ACTS = st.sampled_from(
    [
        *("order", "order", "pay", "pay", "pay", "part", "over", "forgive", "undo", "cancel", "stop", "resume"),
        *("grant", "renew", "price", "assign", "unordered", "extend", "credit back", "refund paid", "cancel"),
    ]
)
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 1), st.integers(0, 110)), min_size=5, max_size=ACTS_EACH)


class Life:
    """Two members, a desk, and a clock that only goes forward."""

    def __init__(self) -> None:
        self.now = NOW
        self.desk = factories.make_account("窓口", now=NOW)
        self.members = [factories.make_account(f"会員{number}", now=NOW) for number in range(2)]
        for key, months, yen in (("monthly", 1, 3300), ("yearly", 12, 33000)):
            names = {"key": key, "name_ja": key, "name_en": key, "months": months}
            plans.set_up_plan(names, price_yen=yen, tax_percent=10, now=NOW)

    def act(self, name: str, who: int, number: int) -> None:
        """Do it, or be refused; a refusal leaves nothing behind."""
        self.now = min(self.now + timedelta(days=number), NOW + timedelta(days=SIX_YEARS))
        with suppress(Refused), transaction.atomic():
            getattr(self, f"_{name.replace(' ', '_')}")(self.members[who], number)

    def _order(self, member: User, number: int) -> None:
        key = "yearly" if number % 5 == 0 else "monthly"
        ordering.order_by_transfer(member=member, plan_key=key, screen_version="1", screen_text="-", now=self.now)

    def _note(self, member: User, more: int) -> None:
        due = queries.open_due(member) or member.dues.exclude(state=DueState.CANCELLED).last()
        if due and (yen := queries.missing_yen(due) + more) > 0:
            seen = queries.times_noted(due)
            for _click in range(2):
                transfers.confirm_transfer(
                    reference=due.reference, by=self.desk, amount_seen=yen, seen=seen, now=self.now
                )

    def _pay(self, member: User, number: int) -> None:
        self._note(member, 0)

    def _part(self, member: User, number: int) -> None:
        self._note(member, -1 - number * 7)

    def _over(self, member: User, number: int) -> None:
        self._note(member, 1 + number * 60)

    def _forgive(self, member: User, number: int) -> None:
        if due := queries.open_due(member):
            transfers.forgive_difference(reference=due.reference, by=self.desk, now=self.now)

    def _undo(self, member: User, number: int) -> None:
        payments = list(PaymentIn.objects.standing().order_by("pk"))
        if payments:
            payment = payments[number % len(payments)]
            transfers.undo_payment(
                payment_pk=payment.pk, cause=UndoCause.MISTAKE, reason="まちがい", by=self.desk, now=self.now
            )

    def _cancel(self, member: User, number: int) -> None:
        if due := queries.open_due(member):
            ordering.cancel_order(reference=due.reference, by=member, now=self.now)

    def _stop(self, member: User, number: int) -> None:
        stopping.stop_membership(member=member, now=self.now)

    def _resume(self, member: User, number: int) -> None:
        stopping.resume_membership(member=member, now=self.now)

    def _grant(self, member: User, number: int) -> None:
        grants.grant_period(member=member, months=1 + number % 3, by=self.desk, now=self.now)

    def _renew(self, member: User, number: int) -> None:
        renewals.send_renewals(now=self.now)

    def _price(self, member: User, number: int) -> None:
        plan = PricePlan.objects.get(key="monthly")
        plans.set_price(
            plan_key=plan.key,
            price_yen=3000 + number * 10,
            tax_percent=10,
            from_on=timezone.localdate(self.now) + timedelta(days=number % 50),
            seen=plan.prices.count(),
            by=self.desk,
            now=self.now,
        )
        plans.tell_prices(now=self.now)

    def _unordered(self, member: User, number: int) -> None:
        transfers.note_payment(
            key=str(PaymentIn.objects.count()),
            amount_yen=3300 + number,
            received_on=timezone.localdate(self.now),
            by=self.desk,
            now=self.now,
        )

    def _assign(self, member: User, number: int) -> None:
        due = queries.open_due(member)
        left = [payment.pk for payment in PaymentIn.objects.standing() if queries.unspent_yen(payment)]
        if due and left:
            chosen = left[number % len(left)]
            transfers.assign_payment(payment_pk=chosen, reference=due.reference, by=self.desk, now=self.now)

    def _extend(self, member: User, number: int) -> None:
        credit.extend_with_credit(member=member, now=self.now)

    def _credit_back(self, member: User, number: int) -> None:
        transfers.ask_for_credit_back(member=member, now=self.now)

    def _refund_paid(self, member: User, number: int) -> None:
        for refund in Refund.objects.filter(paid_out=None):
            transfers.pay_refund(refund_pk=refund.pk, by=self.desk, now=self.now)


def expected_access(member: User, day) -> bool:
    """By the days themselves: one of a standing period, or of the grace after it."""
    grace = timedelta(days=settings.GRACE_DAYS)
    days = [(period.starts_on, period.ends_on) for period in member.periods.all()]
    return any(starts_on <= day < ends_on + grace for starts_on, ends_on in days)


def has_access(member: User, now: datetime) -> bool:
    today = timezone.localdate(now)
    row = with_standing(User.objects.filter(pk=member.pk), now, today).get()
    until = row.standing_paid_until
    return bool(until and today < until + timedelta(days=settings.GRACE_DAYS))


def check(life: Life) -> None:
    """What must hold after each act."""
    assert (BookLine.objects.aggregate(sum=Sum("amount_yen"))["sum"] or 0) == 0
    for member in life.members:
        days = sorted(member.periods.values_list("starts_on", "ends_on"))
        assert all(end <= start for (_, end), (start, _) in pairwise(days)), "days are paid twice"
        for ahead in (0, 20, 45):
            moment = life.now + timedelta(days=ahead)
            assert has_access(member, moment) == expected_access(member, timezone.localdate(moment))
        held = sum(queries.unspent_yen(payment) for payment in PaymentIn.objects.standing().filter(member=member))
        assert queries.credit_yen(member) == held, "credit is what payments left"


@pytest.mark.long
@pytest.mark.django_db
@examples(max_examples=HISTORIES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(steps=STEPS)
def test_whatever_happens_the_book_adds_up(steps):
    with transaction.atomic():
        life = Life()
        for name, who, number in steps:
            life.act(name, who, number)
            check(life)
        assert [breach for one in invariants.CHECKS for breach in one(life.now)] == []
        transaction.set_rollback(True)
