"""Reads about memberships: plans, paid days, orders, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from kouryu.clock import within
from kouryu.numbers import DAY
from members.membership import providers
from members.membership.choices import BookAccount, DueState, PeriodSource, ProposalState
from members.membership.limits import ORDERS, PRICES, RENEWALS, TRANSFERS
from members.membership.rules import (
    Days,
    OrderFacts,
    RenewalFacts,
    amount_in,
    days_bought,
    folded_kana,
    latest_end,
    normalised_reference,
    references_in,
)
from members.models import (
    Booking,
    BookLimit,
    BookLine,
    BookProposal,
    Due,
    PaymentIn,
    Period,
    PlanAgreement,
    PlanPrice,
    PricePlan,
    Refund,
    User,
)
from members.texts.rules.names import name_key

# --- membership


@dataclass(frozen=True)
class MembershipState:
    """What the account page says about paid days, in the words of one moment."""

    now: Period | None  # covers today
    next: Period | None  # paid ahead
    last: Period | None  # the latest that ended
    open_due: Due | None
    stopped: bool
    grace_until: date | None  # the last day of grace, while it lasts
    credit_yen: int = 0  # what we hold of them that is for no due yet
    can_extend: bool = False  # it is enough for what they agreed to
    price_ahead: PlanAgreement | None = None  # what the next period costs from a day on

    @property
    def last_day(self) -> date | None:
        """The last day that is paid for, over all periods that follow each other."""
        latest = self.next or self.now
        return latest.ends_on - timedelta(days=1) if latest else None


def membership_state(member: User, now: datetime) -> MembershipState:
    """Everything about the paid days and the credit of `member` in five queries."""
    today = timezone.localdate(now)
    periods = list(member.periods.select_related("plan").order_by("starts_on"))
    current = next((period for period in periods if period.starts_on <= today < period.ends_on), None)
    ahead = [period for period in periods if period.starts_on > today]
    ended = [period for period in periods if period.ends_on <= today]
    last = ended[-1] if ended else None
    grace_until = last.ends_on + timedelta(days=settings.GRACE_DAYS - 1) if last and not current else None
    membership = getattr(member, "membership", None)
    credit = credit_yen(member)
    agreed = agreement_on(member, max(today, latest_end(periods) or today)) if credit else None
    return MembershipState(
        now=current,
        next=ahead[-1] if ahead else None,
        last=last,
        open_due=open_due(member),
        stopped=bool(membership and membership.stopped_at),
        grace_until=grace_until if grace_until and today <= grace_until else None,
        credit_yen=credit,
        can_extend=bool(credit and agreed and agreed.plan.is_offered and credit >= agreed.price_yen),
        price_ahead=agreement_ahead(member, today),
    )


def open_due(member: User) -> Due | None:
    """The order that waits for its transfer; there is at most one."""
    return member.dues.filter(state=DueState.OPEN).select_related("agreement__plan").first()


def paid_until(member: User) -> date | None:
    """The end of the latest period, begun or not."""
    return latest_end(Days(*days) for days in member.periods.values_list("starts_on", "ends_on"))


def order_facts(member: User, plan: PricePlan, now: datetime) -> OrderFacts:
    """What the rule for ordering asks."""
    order = open_due(member)
    lately = Due.objects.filter(member=member, renews=None, ordered_at__range=within(DAY, now))
    return OrderFacts(
        plan_offered=plan.is_offered,
        open_order_of_other_plan=bool(order and order.agreement.plan_id != plan.pk),
        paid_until=paid_until(member),
        ordered_often_today=order is None and lately.count() >= ORDERS.a_day,
        renews_by_itself=providers.renews_by_itself(member),
    )


def next_days(member: User, plan: PricePlan, today: date) -> Days:
    """The days that this plan would buy if the transfer were confirmed today."""
    return days_bought(plan.months, today=today, paid_until=paid_until(member))


def offered_plans(today: date) -> QuerySet[PricePlan]:
    """The plans that can be ordered today, with their prices."""
    return PricePlan.objects.priced(today).filter(is_offered=True)


def agreement_for(period: Period) -> PlanAgreement | None:
    """What was agreed for the days after this period, of the same plan: the latest whose day has come by then."""
    agreed = PlanAgreement.objects.filter(member=period.member_id, plan=period.plan_id, from_on__lte=period.ends_on)
    return agreed.select_related("plan").order_by("from_on", "pk").last()


def latest_agreement(member: User, plan_id: int) -> PlanAgreement | None:
    """What was agreed, or told, for this plan last; its day may be ahead."""
    agreed = PlanAgreement.objects.filter(member=member, plan=plan_id)
    return agreed.select_related("plan").order_by("from_on", "pk").last()


def agreement_ahead(member: User, today: date) -> PlanAgreement | None:
    """The price that the member was told of and that does not hold yet."""
    ahead = PlanAgreement.objects.filter(member=member, from_on__gt=today).select_related("plan")
    return ahead.order_by("from_on", "pk").last()


# --- prices, and whom they touch


def plans_with_prices(today: date) -> list[PricePlan]:
    """All plans with the whole history of their prices, and `holders`: how many members have paid for them now."""
    plans = list(PricePlan.objects.prefetch_related("prices"))
    for plan in plans:
        plan.holders = holders_of(plan.pk, today).count()
    return plans


def holders_of(plan_id: int, today: date) -> QuerySet[User]:
    """Members who have paid days of this plan left and did not stop: those whose next reference is for this plan."""
    paid = Period.objects.filter(member=OuterRef("pk"), plan=plan_id, source=PeriodSource.PAID, ends_on__gt=today)
    return (
        User.objects.get_queryset().filter(Exists(paid), is_active=True).exclude(membership__stopped_at__isnull=False)
    )


def prices_to_tell(today: date) -> list[PlanPrice]:
    """Of each plan the latest price that members can be told of today."""
    prices = PlanPrice.objects.filter(from_on__lte=today + PRICES.told_before).select_related("plan")
    return list({price.plan_id: price for price in prices.order_by("from_on")}.values())


def untold_of(price: PlanPrice, today: date) -> QuerySet[User]:
    """Holders of the plan who agreed to something else, and were told of nothing since."""
    agreed = PlanAgreement.objects.filter(member=OuterRef("pk"), plan=price.plan_id).order_by("-from_on", "-pk")
    holders = holders_of(price.plan_id, today).annotate(
        agreed_yen=Subquery(agreed.values("price_yen")[:1]), agreed_tax=Subquery(agreed.values("tax_percent")[:1])
    )
    other = ~Q(agreed_yen=price.price_yen) | ~Q(agreed_tax=price.tax_percent)
    return holders.filter(other, agreed_yen__isnull=False).order_by("pk")


def agreement_at(member: User, plan_id: int, price_yen: int) -> PlanAgreement | None:
    """The latest agreement of this member on this very price of a plan."""
    agreed = PlanAgreement.objects.filter(member=member, plan=plan_id, price_yen=price_yen)
    return agreed.select_related("plan").order_by("from_on", "pk").last()


# --- what was paid


def paid_yen(due: Due) -> int:
    """What stands against this due."""
    return due.allocations.standing().aggregate(sum=Sum("amount_yen"))["sum"] or 0


def missing_yen(due: Due) -> int:
    """What this due still waits for."""
    return due.amount_yen - paid_yen(due)


def unspent_yen(payment: PaymentIn) -> int:
    """What of this payment pays no due yet and does not go back."""
    used = payment.allocations.standing().aggregate(sum=Sum("amount_yen"))["sum"] or 0
    back = payment.refunds.standing().aggregate(sum=Sum("amount_yen"))["sum"] or 0
    return payment.amount_yen - used - back


def times_noted(due: Due) -> int:
    """How many transfers were noted for this due, those taken back too: what a page knew when it was opened."""
    return Booking.objects.filter(key__startswith=f"transfer/{due.reference}/").count()


def credit_yen(member: User) -> int:
    """What we hold of a member that is for no due yet."""
    lines = BookLine.objects.filter(account=BookAccount.CREDIT, member=member)
    return -(lines.aggregate(sum=Sum("amount_yen"))["sum"] or 0)


def booked_yen(due: Due, account: BookAccount) -> int:
    """What the lines of this due on an account come to."""
    return due.book_lines.filter(account=account).aggregate(sum=Sum("amount_yen"))["sum"] or 0


def unspent_payments(member: User) -> list[PaymentIn]:
    """The member's payments of which something is left, the oldest first."""
    payments = PaymentIn.objects.standing().filter(member=member).order_by("received_on", "pk")
    return [payment for payment in payments if unspent_yen(payment)]


def payments_without_a_member() -> QuerySet[PaymentIn]:
    """Money that came in and that nobody was found for, or that is on its way back."""
    return PaymentIn.objects.standing().filter(member=None, refunds=None).order_by("received_on", "pk")


def refunds_to_pay() -> QuerySet[Refund]:
    """Money that is to go back and has not yet left."""
    refunds = Refund.objects.standing().filter(paid_out=None)
    return refunds.select_related("member__profile", "payment").order_by("pk")


def agreement_on(member: User, day: date) -> PlanAgreement | None:
    """What the member agreed to last, of whatever plan, as it holds on this day."""
    agreed = PlanAgreement.objects.filter(member=member, from_on__lte=day).select_related("plan")
    return agreed.order_by("from_on", "pk").last()


def second_person_from() -> int:
    """From how many yen an act needs a second person."""
    latest = BookLimit.objects.order_by("pk").last()
    return latest.yen if latest else TRANSFERS.second_person_from_yen


def open_proposals() -> QuerySet[BookProposal]:
    """Acts that wait for a second person, the oldest first."""
    waiting = BookProposal.objects.filter(state=ProposalState.OPEN)
    return waiting.select_related("proposed_by__profile", "member__profile").order_by("pk")


def periods_of(due: Due) -> QuerySet[Period]:
    """The days that this due bought, in their order; a rest may have parted them."""
    return Period.objects.filter(allocation__due=due).order_by("starts_on")


def first_period_of(due: Due) -> Period | None:
    """The first of the days that this due bought."""
    return periods_of(due).first()


def renewal_facts(period: Period) -> RenewalFacts:
    """What the rule for the renewal notice asks."""
    member = period.member
    membership = getattr(member, "membership", None)
    return RenewalFacts(
        ends_on=period.ends_on,
        paid_for=period.source == PeriodSource.PAID and agreement_for(period) is not None,
        plan_offered=bool(period.plan and period.plan.is_offered),
        stopped=bool(membership and membership.stopped_at),
        has_later_period=member.periods.filter(ends_on__gt=period.ends_on).exists(),
        already_noticed=Due.objects.filter(renews=period).exists(),
        has_open_order=open_due(member) is not None,
        renews_by_itself=providers.renews_by_itself(member),
    )


def period_ids_ending_soon(today: date) -> list[int]:
    """Paid periods within the days of notice that were not noticed yet; the rule decides on each under its lock."""
    until = today + timedelta(days=RENEWALS.notice_days)
    periods = Period.objects.filter(source=PeriodSource.PAID, ends_on__gt=today, ends_on__lte=until, renewed_by=None)
    return list(_latest_only(periods).order_by("ends_on", "pk").values_list("pk", flat=True))


def period_ids_ended(after: date, today: date) -> list[int]:
    """Each member's latest period, if it ended after the day `after` and up to today."""
    periods = Period.objects.filter(ends_on__gt=after, ends_on__lte=today)
    return list(_latest_only(periods).order_by("ends_on", "pk").values_list("pk", flat=True))


def _latest_only(periods: QuerySet[Period]) -> QuerySet[Period]:
    later = Period.objects.filter(member=OuterRef("member"), ends_on__gt=OuterRef("ends_on"))
    return periods.filter(~Exists(later))


# --- the membership desk


def open_transfers(search: str = "") -> QuerySet[Due]:
    """Orders that wait for their transfer, oldest first; found by a part of the reference, the payer's called name or
    kana however they are spelt, or the amount. A whole reference, also inside a line of a bank's list, finds settled
    ones, too.
    """
    dues = Due.objects.filter(state=DueState.OPEN)
    if search:
        wanted = name_key(search)
        named = Q(pk__in=[pk for pk, name in _payers(dues) if wanted and wanted in name_key(name)])
        part = Q(state=DueState.OPEN, reference__contains=normalised_reference(search) or search)
        of_amount = Q(state=DueState.OPEN, amount_yen=amount_in(search))
        kana = folded_kana(search)
        of_amount |= Q(state=DueState.OPEN, payer_kana__contains=kana) if kana else Q(pk=None)
        dues = Due.objects.filter(named | part | of_amount | Q(reference__in=references_in(search)))
    return dues.select_related("member__profile", "agreement__plan", "renews").order_by("ordered_at", "pk")


def _payers(dues: QuerySet[Due]) -> QuerySet:
    """Those who have told what they are called."""
    return dues.exclude(member__profile__called_name="").values_list("pk", "member__profile__called_name")


def recent_confirmations() -> QuerySet[Due]:
    """What the desk confirmed lately, newest first."""
    confirmed = Due.objects.filter(state=DueState.CONFIRMED)
    return confirmed.select_related("member__profile", "agreement__plan", "settled_by__profile").order_by(
        F("settled_at").desc(), "-pk"
    )
