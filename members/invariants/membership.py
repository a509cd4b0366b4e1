"""What must always be true of the book and of paid days: sums agree, no day is paid twice, none is without a source."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from members.audit.checking import BY_SQL, future_breaches, gone, lines_of, noted, then
from members.membership.choices import BookAccount, BookingKind, DueState, PeriodSource, ProposalState
from members.membership.rules import add_months
from members.models import (
    Allocation,
    Booking,
    BookLimit,
    BookLine,
    BookProposal,
    Due,
    FormerPeriod,
    Membership,
    PaymentIn,
    Period,
    PlanAgreement,
    PlanPrice,
    Refund,
)

READ_AT_ONCE = 2000
BOOKKEEPING = "Compare with the bank's list and the member's mail; put it right with the desk, and note what you did."
PAID_WITH_LINES = ("confirm-transfer", "charge-card", "use-credit")

# --- the book


@then(BY_SQL)
def bookings_come_to_zero(now: datetime) -> list[str]:
    """And have two lines at least."""
    sums = Booking.objects.annotate(sum=Sum("lines__amount_yen"), number=Count("lines"))
    broken = sums.filter(~Q(sum=0) | Q(number__lt=2)).order_by("pk")
    return [f"booking {booking.pk} does not come to zero" for booking in broken]


@then(BY_SQL)
def bookings_were_made(now: datetime) -> list[str]:
    """Each with a line of its moment in the record of acts."""
    made = noted(Booking, *(f"book-{kind}" for kind in BookingKind.values), at=OuterRef("at"))
    return [f"booking {pk} was made by nobody" for pk in _numbers(Booking.objects.exclude(made))]


@then(BY_SQL)
def reversals_are_the_other_way_round(now: datetime) -> list[str]:
    """On each account, for each member and due."""
    both = Coalesce("booking__reverses", "booking")
    reversed_ones = Q(booking__reverses__isnull=False) | Q(booking__reversed_by__isnull=False)
    sums = BookLine.objects.filter(reversed_ones).annotate(of=both).values("of", "account", "member", "due")
    broken = sums.annotate(sum=Sum("amount_yen")).exclude(sum=0).values_list("of", flat=True)
    return [f"booking {pk} is not reversed by its own lines" for pk in sorted(set(broken))]


@then(BY_SQL)
def rows_are_as_they_were_booked(now: datetime) -> list[str]:
    """A payment, an allocation, a refund says what the lines of its booking say."""
    money = [BookAccount.BANK, BookAccount.CARD]
    kept = {
        PaymentIn: (F("amount_yen"), Q(account__in=money)),
        Allocation: (-F("amount_yen"), Q(account=BookAccount.DEFERRED, due=OuterRef("due"))),
        Refund: (-F("amount_yen"), Q(account=BookAccount.REFUNDS)),
    }
    return [
        f"{model._meta.model_name} {pk} is of another amount than its booking"
        for model, (amount, lines) in kept.items()
        for pk in _numbers(model.objects.annotate(booked=_sum(lines)).exclude(booked=amount))
    ]


@then(BOOKKEEPING)
def nobody_owes_us_credit(now: datetime) -> list[str]:
    """Of a member's credit, and of what was paid for a due, not more was used than there is."""
    credit = BookLine.objects.filter(account=BookAccount.CREDIT).values("member").annotate(sum=Sum("amount_yen"))
    deferred = BookLine.objects.filter(account=BookAccount.DEFERRED).values("due").annotate(sum=Sum("amount_yen"))
    return [
        f"user {row['member']} used more credit than they had" for row in credit.filter(sum__gt=0).order_by("member")
    ] + [f"due {row['due']} gave more than was paid for it" for row in deferred.filter(sum__gt=0).order_by("due")]


@then(BOOKKEEPING)
def payments_are_spent_once(now: datetime) -> list[str]:
    """A payment that stands pays dues of its own amount at most; a reversed one pays none."""
    spent = Sum("allocations__amount_yen", filter=Q(allocations__booking__reversed_by=None), default=0)
    payments = PaymentIn.objects.annotate(spent=spent)
    broken = payments.filter(Q(spent__gt=F("amount_yen")) | Q(booking__reversed_by__isnull=False, spent__gt=0))
    return [f"payment {pk} pays for more than it brought" for pk in _numbers(broken)]


# --- dues and what was agreed


@then(BOOKKEEPING)
def dues_are_paid_as_they_say(now: datetime) -> list[str]:
    """A confirmed one in full, an open one in part at most, one that was taken back not at all."""
    paid = Sum("allocations__amount_yen", filter=Q(allocations__booking__reversed_by=None), default=0)
    wrong = Q(state=DueState.CONFIRMED) & ~Q(paid=F("amount_yen"))
    wrong |= Q(state=DueState.OPEN, paid__gte=F("amount_yen")) | Q(state=DueState.CANCELLED, paid__gt=0)
    return [
        f"due {due.pk} is {due.state}, and {due.paid} of {due.amount_yen} yen are paid"
        for due in Due.objects.annotate(paid=paid).filter(wrong).order_by("pk")
    ]


@then(BOOKKEEPING)
def dues_cost_what_was_agreed(now: datetime) -> list[str]:
    """With the same member."""
    other = ~Q(amount_yen=F("agreement__price_yen")) | ~Q(member=F("agreement__member"))
    return [f"due {pk} is not what was agreed" for pk in _numbers(Due.objects.filter(other))]


@then(BOOKKEEPING)
def agreements_are_at_a_price_of_their_plan(now: datetime) -> list[str]:
    """That the plan had by then."""
    prices = PlanPrice.objects.filter(
        plan=OuterRef("plan"),
        price_yen=OuterRef("price_yen"),
        tax_percent=OuterRef("tax_percent"),
        from_on__lte=OuterRef("from_on"),
    )
    broken = PlanAgreement.objects.exclude(Exists(prices))
    return [f"agreement {pk} is at a price that its plan never had" for pk in _numbers(broken)]


@then(BY_SQL)
def prices_are_as_their_lines_say(now: datetime) -> list[str]:
    line = lines_of(PlanPrice, "set-price").filter(object_id=OuterRef("pk")).values("why")[:1]
    prices = PlanPrice.objects.annotate(said=Subquery(line)).order_by("pk")
    return [f"price {price.pk} is not as a line says" for price in prices if price.said != price.terms]


@then(BOOKKEEPING)
def dues_are_settled_once(now: datetime) -> list[str]:
    """A confirmed one says when, by whom with a line, and nobody confirms their own."""
    timeless = ~Q(state=DueState.OPEN) & (Q(settled_at=None) | Q(settled_at__lt=F("ordered_at")))
    touched = Q(state=DueState.OPEN) & Q(settled_by__isnull=False)
    own = Q(state=DueState.CONFIRMED, settled_by=F("member")) & ~Q(noted(Due, "use-credit", at=OuterRef("settled_at")))
    unnoted = Q(state=DueState.CONFIRMED) & ~Q(noted(Due, *PAID_WITH_LINES, at=OuterRef("settled_at")))
    return [
        f"due {pk} does not say rightly by whom and when it was settled"
        for pk in _numbers(Due.objects.filter(timeless | touched | own))
    ] + [f"due {pk} is confirmed, and no line says that it was then" for pk in _numbers(Due.objects.filter(unnoted))]


@then(BOOKKEEPING)
def renewals_follow_the_members_own_days(now: datetime) -> list[str]:
    """A renewal notice is for the days and the plan of the same member."""
    other = ~Q(renews__member=F("member")) | ~Q(renews__plan=F("agreement__plan"))
    broken = Due.objects.filter(renews__isnull=False).filter(other)
    return [f"due {pk} renews days that are not its member's" for pk in _numbers(broken)]


@then(BY_SQL + " Ask both of the desk.")
def two_people_agreed(now: datetime) -> list[str]:
    """An act above the owner's limit has a line of who asked and of another one who agreed; neither is its member."""
    asked = noted(BookProposal, "propose-booking", at=OuterRef("proposed_at"), by=OuterRef("proposed_by"))
    agreed = noted(BookProposal, "agree-to-booking", at=OuterRef("settled_at"), by=OuterRef("settled_by"))
    own = Q(member__isnull=False) & (Q(member=F("proposed_by")) | Q(member=F("settled_by")))
    gone = Q(proposed_by=None) | Q(settled_by=None)  # an account of the staff that was deleted since
    done = BookProposal.objects.filter(state=ProposalState.DONE)
    broken = done.filter(own | Q(settled_by=F("proposed_by")) | ~gone & ~(Q(asked) & Q(agreed)))
    return [f"proposal {pk} was not agreed to by two" for pk in _numbers(broken)]


# --- days


@then(BOOKKEEPING)
def periods_do_not_overlap(now: datetime) -> list[str]:
    others = Period.objects.filter(
        member=OuterRef("member"), starts_on__lt=OuterRef("ends_on"), ends_on__gt=OuterRef("starts_on")
    ).exclude(pk=OuterRef("pk"))
    overlapping = Period.objects.filter(Exists(others)).order_by("member", "starts_on")
    return [f"user {period.member_id}: paid days {period} overlap others" for period in overlapping]


@then(BOOKKEEPING)
def paid_days_have_their_allocation(now: datetime) -> list[str]:
    """One that stands, of a confirmed due of the same member and plan; granted ones have none."""
    paid = Q(source=PeriodSource.PAID)
    unpaid = Q(paid, allocation=None) | Q(~paid, allocation__isnull=False)
    of_due = Q(allocation__due__member=F("member"), allocation__due__agreement__plan=F("plan"))
    stands = Q(allocation__due__state=DueState.CONFIRMED, allocation__booking__reversed_by=None)
    broken = Period.objects.filter(unpaid | Q(allocation__isnull=False) & ~(of_due & stands))
    return [f"period {pk} is not paid for as it says" for pk in _numbers(broken)]


@then(BOOKKEEPING)
def confirmed_dues_have_their_days(now: datetime) -> list[str]:
    """Days that stand, or that were taken away with a word why."""
    days = Period.objects.filter(allocation__due=OuterRef("pk"))
    former = FormerPeriod.objects.filter(allocation__due=OuterRef("pk"))
    broken = Due.objects.filter(~Exists(days), ~Exists(former), state=DueState.CONFIRMED)
    return [f"due {pk} is confirmed and gave no days" for pk in _numbers(broken)]


@then(BOOKKEEPING)
def paid_days_are_as_long_as_their_due(now: datetime) -> list[str]:
    """What the allocation gave first is of the months that the due asked for; later changes stand beside it."""
    was = FormerPeriod.objects.filter(allocation=OuterRef("allocation")).order_by("pk")
    paid = Period.objects.filter(allocation__isnull=False).annotate(
        first_day=Coalesce(Subquery(was.values("starts_on")[:1]), "starts_on"),
        first_end=Coalesce(Subquery(was.values("ends_on")[:1]), "ends_on"),
    )
    days = paid.order_by("pk").values_list("pk", "first_day", "first_end", "allocation__due__months")
    return [
        f"period {pk} is not of {months} months"
        for pk, first_day, first_end, months in days.iterator(READ_AT_ONCE)
        if first_end != add_months(first_day, months)
    ]


@then(BY_SQL)
def granted_days_were_granted(now: datetime) -> list[str]:
    """With a line that says for how many months, or until when; lines of earlier versions say neither."""
    line = lines_of(Period, "grant-period").filter(object_id=OuterRef("pk")).values("why")[:1]
    was = FormerPeriod.objects.filter(period_id=OuterRef("pk")).order_by("pk")
    granted = Period.objects.exclude(source=PeriodSource.PAID).annotate(
        said=Subquery(line),
        first_day=Coalesce(Subquery(was.values("starts_on")[:1]), "starts_on"),
        first_end=Coalesce(Subquery(was.values("ends_on")[:1]), "ends_on"),
    )
    days = granted.order_by("pk").values_list("pk", "said", "first_day", "first_end")
    return [
        f"period {pk} is granted, and no line says so"
        for pk, said, starts_on, ends_on in days.iterator(READ_AT_ONCE)
        if said is None or (said and ends_on != _granted_until(starts_on, said))
    ]


def _granted_until(starts_on: date, said: str) -> date:
    """The day at which days end that were granted for so many months, or until this day."""
    return add_months(starts_on, int(said)) if said.isdecimal() else date.fromisoformat(said)


# --- what stays, and when it was


KEPT: dict = {
    Booking: tuple(f"book-{kind}" for kind in BookingKind.values),
    Due: ("order-membership", "send-renewal"),
    Period: ("grant-period",),
    PlanPrice: ("set-price",),
}


@then(BY_SQL)
def books_are_still_there(now: datetime) -> list[str]:
    return gone(KEPT)


MOMENTS: dict = {
    Booking: ["at"],
    BookLimit: ["set_at"],
    BookProposal: ["proposed_at", "settled_at"],
    Due: ["ordered_at", "settled_at"],
    FormerPeriod: ["changed_at"],
    Membership: ["stopped_at"],
    PlanAgreement: ["made_at"],
    PlanPrice: ["set_at"],
}


@then("See whether a clock was ahead. What is dated ahead is not believed; put the time right when the clock is.")
def moments_of_the_book_have_come(now: datetime) -> list[str]:
    return future_breaches(MOMENTS, now)


def _numbers(rows: QuerySet) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _sum(lines: Q) -> Coalesce:
    """What these lines of a row's booking come to."""
    of_booking = BookLine.objects.filter(lines, booking=OuterRef("booking")).order_by().values("booking")
    return Coalesce(Subquery(of_booking.annotate(sum=Sum("amount_yen")).values("sum")), 0)


CHECKS = [
    bookings_come_to_zero,
    bookings_were_made,
    reversals_are_the_other_way_round,
    rows_are_as_they_were_booked,
    nobody_owes_us_credit,
    payments_are_spent_once,
    dues_are_paid_as_they_say,
    dues_cost_what_was_agreed,
    agreements_are_at_a_price_of_their_plan,
    prices_are_as_their_lines_say,
    dues_are_settled_once,
    renewals_follow_the_members_own_days,
    two_people_agreed,
    periods_do_not_overlap,
    paid_days_have_their_allocation,
    confirmed_dues_have_their_days,
    paid_days_are_as_long_as_their_due,
    granted_days_were_granted,
    books_are_still_there,
    moments_of_the_book_have_come,
]
