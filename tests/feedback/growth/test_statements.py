"""The monthly statement: sums from the ledgers, one mail a month, and an honest offer once a period."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.growth.choices import STATEMENT_MAIL
from feedback.growth.flows.statement import tell_statement, tell_statements
from feedback.growth.queries.statement import sums_of
from feedback.growth.rules.statement import NoOffer, OfferFacts, PaidDays, month_to_tell, share_of, why_no_offer
from feedback.letters.choices import LetterState
from feedback.mirror.rules.month import Month
from feedback.models import NextStep, Statement, Talk, Tie
from kouryu.clock import TOKYO
from members.mail.flows.preferences import take_rest
from members.membership.choices import DueState
from members.models import Block, Due, OutgoingMail, Period, Suspension, User
from tests.factories import make_due, make_evening, make_letter, make_member, make_paid_period, make_plan

OCTOBER = Month(2026, 10)
NOW = FIRST = datetime(2026, 11, 1, 9, 0, tzinfo=TOKYO)
WEEK = timedelta(days=6)


def october(day: int, hour: int = 20) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=TOKYO)


@pytest.fixture
def payer(db) -> User:
    """A member since summer who pays by the month."""
    return paying("あき", months=[8, 9, 10, 11])


def paying(name: str, *, months: list[int], price: int = 3300) -> User:
    member = make_member(name, industry="E", now=datetime(2026, 7, 20, tzinfo=TOKYO))
    member.periods.all().delete()
    plan = make_plan("monthly", price_yen=price)
    for month in months:
        make_paid_period(
            member,
            starts_on=date(2026, month, 1),
            plan=plan,
            reference=f"{member.pk}-{month}",
            now=FIRST,
            settled_at=None,
        )
    return member


# --- rules


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (FIRST - timedelta(seconds=1), None),
        (FIRST, OCTOBER),
        (FIRST + WEEK - timedelta(seconds=1), OCTOBER),
        (FIRST + WEEK, None),
        (datetime(2027, 1, 2, 12, tzinfo=TOKYO), Month(2026, 12)),
    ],
)
def test_a_month_is_told_in_the_first_days_of_the_next(moment, expected):
    assert month_to_tell(moment, within=WEEK) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"has_paid_days_now": False}, NoOffer.NOT_PAYING),
        ({"has_paid_days_in_both": False}, NoOffer.NEW),
        ({"joined_at": datetime(2026, 9, 1, tzinfo=TOKYO)}, NoOffer.NEW),
        ({"joined_at": datetime(2026, 8, 31, 23, tzinfo=TOKYO)}, None),
        ({"was_active": True}, NoOffer.ACTIVE),
        ({"offered_in_period": True}, NoOffer.DONE),
    ],
)
def test_an_offer_comes_after_two_silent_months_once_a_period(changes, expected):
    facts = {
        "has_paid_days_now": True,
        "has_paid_days_in_both": True,
        "joined_at": datetime(2026, 7, 1, tzinfo=TOKYO),
        "was_active": False,
        "offered_in_period": False,
        **changes,
    }
    assert why_no_offer(OfferFacts(**facts), OCTOBER) == expected


# --- the sums


def test_the_sums_are_what_the_ledgers_say(payer, mio):
    evening = make_evening([[payer, mio, make_member(industry="J")]], now=october(10))
    make_evening([[payer, make_member(industry="K")]], now=october(1, 1))  # began on the last of September
    make_letter(mio, payer, evening, released_at=october(11, 7))
    make_letter(payer, mio, evening, state=LetterState.HIDDEN, written_at=october(10))
    sums = sums_of(payer, OCTOBER)
    assert (sums.fee_yen, sums.evenings) == (3300, [evening])
    assert (sums.people_met, sums.industries_met, sums.letters_received, sums.letters_given) == (2, 2, 1, 1)
    assert sums_of(payer, Month(2026, 12)) is None


def test_ties_talks_and_steps_count_by_the_day_they_came(payer, mio):
    tie = Tie.objects.create(first=payer, second=mio, formed_at=october(2))
    for day, state in ((9, "held"), (10, "declined")):
        held_at = october(day) if state == "held" else None
        Talk.objects.create(
            tie=tie,
            proposer=mio,
            kind="short",
            state=state,
            proposed_at=october(3),
            lapses_at=october(30),
            starts_at=held_at,
            held_at=held_at,
        )
    for state in ("done", "let-go"):
        NextStep.objects.create(
            member=payer,
            text="試す",
            first_on=october(5).date(),
            on=october(5).date(),
            decided_at=october(1),
            state=state,
            settled_at=october(5),
        )
    sums = sums_of(payer, OCTOBER)
    assert (sums.ties, sums.talks, sums.steps, sums.is_silent) == (1, 1, 1, False)
    assert sums_of(payer, OCTOBER.previous).ties == 0
    Block.objects.create(blocker=mio, blocked=payer, blocked_at=FIRST)
    assert (sums_of(payer, OCTOBER).ties, sums_of(payer, OCTOBER).talks) == (1, 1)  # a sum that fell would tell
    Block.objects.create(blocker=payer, blocked=mio, blocked_at=FIRST)
    assert (sums_of(payer, OCTOBER).ties, sums_of(payer, OCTOBER).talks) == (0, 0)


def test_an_order_that_was_never_paid_is_no_payment(payer):
    before = sums_of(payer, OCTOBER).paid_yen
    make_due(payer, now=october(3), state=DueState.CANCELLED, settled_at=october(4))
    assert sums_of(payer, OCTOBER).paid_yen == before


MONTHLY, HALF_A_YEAR, A_YEAR = (3300, 1), (18000, 6), (33000, 12)


def paid(starts_on: date, ends_on: date, price: tuple[int, int]) -> PaidDays:
    return PaidDays(starts_on, ends_on, *price)


@pytest.mark.parametrize(
    ("periods", "yen"),
    [
        pytest.param([paid(date(2026, 10, 1), date(2026, 11, 1), MONTHLY)], 3300, id="a month"),
        pytest.param([paid(date(2026, 8, 1), date(2027, 2, 1), HALF_A_YEAR)], 3000, id="half a year"),
        pytest.param([paid(date(2026, 3, 10), date(2027, 3, 10), A_YEAR)], 2750, id="a year"),
        pytest.param(
            [
                paid(date(2026, 9, 15), date(2026, 10, 15), MONTHLY),
                paid(date(2026, 10, 15), date(2026, 11, 15), MONTHLY),
            ],
            3300,
            id="two months that meet in it",
        ),
        pytest.param(
            [
                paid(date(2025, 10, 20), date(2026, 10, 20), A_YEAR),
                paid(date(2026, 10, 20), date(2027, 10, 20), A_YEAR),
            ],
            2750,
            id="two years that meet in it: not 66,000",
        ),
        pytest.param(
            [
                paid(date(2026, 9, 16), date(2026, 10, 17), MONTHLY),
                paid(date(2026, 10, 17), date(2027, 10, 17), A_YEAR),
            ],
            3034,  # 3300 * 16/31 + 2750 * 15/31 = 3033.87
            id="from months to a year",
        ),
        pytest.param([paid(date(2026, 10, 25), date(2027, 10, 25), A_YEAR)], 621, id="from the 25th on: seven days"),
        pytest.param([paid(date(2026, 11, 1), date(2026, 12, 1), MONTHLY)], 0, id="another month"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_the_part_of_a_month(periods, yen):
    assert share_of(OCTOBER, periods) == yen


def test_a_year_comes_to_what_was_paid():
    year = paid(date(2026, 1, 1), date(2027, 1, 1), A_YEAR)
    assert sum(share_of(Month(2026, number), [year]) for number in range(1, 13)) == 33000
    february = paid(date(2028, 2, 1), date(2028, 3, 1), MONTHLY)
    assert share_of(Month(2028, 2), [february]) == 3300


def test_what_was_paid_in_the_month_is_told_apart(payer):
    Due.objects.filter(reference=f"{payer.pk}-11").update(settled_at=october(28))
    sums = sums_of(payer, OCTOBER)
    assert (sums.fee_yen, sums.paid_yen, sums.is_shared) == (3300, 3300, False)
    assert sums_of(payer, OCTOBER.next).paid_yen == 0


# --- the mail


def mails() -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind=STATEMENT_MAIL).values_list("key", flat=True))


def test_a_month_is_told_once_however_often_the_sweep_runs(payer):
    for hours in (0, 0, 1, 30):
        tell_statements(FIRST + timedelta(hours=hours))
    assert mails() == [f"statement/{payer.pk}/2026-10"]
    assert Statement.objects.count() == 1
    tell_statements(FIRST + timedelta(days=20))
    assert len(mails()) == 1


@pytest.mark.parametrize("why", ["rests", "left", "suspended", "no day", "switched off"])
def test_who_is_told_nothing(payer, why):
    if why == "rests":
        take_rest(by=payer, now=FIRST)
    if why == "left":
        User.objects.filter(pk=payer.pk).update(is_active=False)
    if why == "suspended":
        Suspension.objects.create(member=payer, starts_at=october(1), reason="…")
    if why == "no day":
        Period.objects.filter(member=payer, starts_on=OCTOBER.first_day).delete()
    if why == "switched off":
        User.objects.filter(pk=payer.pk).update(muted_mail=[STATEMENT_MAIL])
    tell_statements(FIRST)
    assert mails() == []
    assert Statement.objects.filter(settled_at__isnull=False).count() == (1 if why == "switched off" else 0)


def test_who_takes_a_rest_after_the_sweep_looked_is_told_nothing(payer):
    take_rest(by=payer, now=FIRST)
    assert tell_statement(member_id=payer.pk, month=OCTOBER, now=FIRST) is False
    assert Statement.objects.count() == 0


def test_two_silent_months_bring_one_offer_a_period(payer):
    tell_statements(FIRST)
    assert Statement.objects.get().offers_rest
    assert "むりに" not in OutgoingMail.objects.get().subject
    assert "どれでも、何もしなくても、かまいません" in OutgoingMail.objects.get().text
    december = datetime(2026, 12, 1, 9, tzinfo=TOKYO)
    Period.objects.filter(member=payer, starts_on=date(2026, 11, 1)).update(ends_on=date(2027, 5, 1))
    tell_statements(december)
    assert [one.offers_rest for one in Statement.objects.order_by("month")] == [True, False]


@pytest.mark.parametrize("what", ["came", "wrote", "was written to", "came in September"])
def test_one_sign_of_life_and_nothing_is_offered(payer, mio, what):
    evening = make_evening([[payer, mio]], now=datetime(2026, 9, 9, 21, tzinfo=TOKYO) if "Sep" in what else october(9))
    if not what.startswith("came"):
        evening.registrations.filter(member=payer).delete()
        pair = (payer, mio) if what == "wrote" else (mio, payer)
        make_letter(*pair, evening, written_at=october(10), released_at=october(11))
    tell_statements(FIRST)
    assert Statement.objects.get(member=payer).offers_rest is False


def test_the_sweep_asks_little_for_those_who_were_told(payer):
    tell_statements(FIRST)
    with CaptureQueriesContext(connection) as captured:
        assert tell_statements(FIRST + timedelta(hours=1)) == 0
    assert len(captured) == 1


# --- the page


@pytest.fixture
def month() -> Month:
    return Month.of(timezone.now()).previous


@pytest.fixture
def old_member(db) -> User:
    """Joined half a year ago, and paid for a month of then, one of now, and all between."""
    member = make_member("あき", now=timezone.now() - timedelta(days=200))
    period = member.periods.get()
    member.periods.all().delete()
    make_paid_period(member, starts_on=period.starts_on, ends_on=period.ends_on, now=FIRST, settled_at=None)
    return member


def address(month: Month) -> str:
    return reverse("feedback:statement", args=[month.year, month.number])


def test_a_yearly_payer_reads_the_month_and_not_the_year_twice(db, month, signed_in):
    member = make_member("あき", now=timezone.now() - timedelta(days=800))
    plan, middle = make_plan("yearly", price_yen=33000, months=12), month.first_day + timedelta(days=14)
    member.periods.all().delete()
    for years in (-1, 0):
        starts_on = middle.replace(year=middle.year + years)
        make_paid_period(
            member,
            starts_on=starts_on,
            plan=plan,
            now=FIRST,
            settled_at=month.begins_at - timedelta(days=400) if years else month.begins_at,
        )
    page = signed_in(member).get(address(month)).content.decode()
    assert "66,000円" not in page
    assert '<b class="t-xl num">2,750円</b>' in page
    assert "33,000円（12か月分）" in page
    assert 'この月に確認したお支払い：<span class="num">33,000円</span>' in page


def test_the_page_says_what_was_paid_and_offers_what_there_is(old_member, month, signed_in):
    make_plan("yearly", price_yen=26400, months=12)
    tell_statements(month.ends_at + timedelta(hours=9))
    page = signed_in(old_member).get(address(month)).content.decode()
    assert [part for part in ("3,300円", "ひと休みする", "2,200円") if part not in page] == []
    take_rest(by=old_member, now=timezone.now())
    assert "ひと休みする" not in signed_in(old_member).get(address(month)).content.decode()


def test_a_month_that_was_not_or_is_not_over_is_not_there(old_member, month, signed_in):
    client = signed_in(old_member)
    before = Month.of(old_member.joined_at - timedelta(days=40))
    addresses = [address(one) for one in (before, month.next, month.next.next)]
    addresses += [f"/statements/{odd}/" for odd in ("2026-13", "2026-0", f"{'9' * 30}-1", "0-1")]
    assert {client.get(one).status_code for one in addresses} == {404}


def test_another_members_month_is_their_own(old_member, mio, month, signed_in):
    assert signed_in(mio).get(address(month)).status_code == 404  # joined today
