"""Transfers as they really come: too little, too much, for two, from nobody, taken back; two people above a limit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.invariants import membership as invariants
from members.membership import queries
from members.membership.choices import BookAccount, BookAct, DueState, ProposalState, UndoCause
from members.membership.flows import credit, ordering, second, transfers
from members.membership.limits import TRANSFERS
from members.membership.rules import NoBooking, NoConfirmation, folded_kana, why_not_confirm, why_not_forgive
from members.models import BookLine, BookProposal, Due, FormerPeriod, OutgoingMail, PaymentIn, Refund
from tests import factories

NOW = datetime(2026, 12, 1, 12, tzinfo=TOKYO)
TODAY = NOW.date()
A_DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db):
    return factories.make_plan()


def order(member, now=NOW) -> Due:
    return ordering.order_by_transfer(
        member=member, plan_key="monthly", screen_version="1", screen_text="-", payer_kana="ﾔﾏﾀﾞ", now=now
    )


def note(due, by, yen=3300, seen=0, now=NOW):
    return transfers.confirm_transfer(reference=due.reference, by=by, amount_seen=yen, seen=seen, now=now)


def undo(payment, by, cause=UndoCause.MISTAKE, now=NOW) -> None:
    transfers.undo_payment(payment_pk=payment.pk, cause=cause, reason="別の方の入金でした", by=by, now=now)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as why:
        act(*args, **kwargs)
    return why.value.reason


def mails(member) -> list[str]:
    return [mail.key.split("/")[1] for mail in OutgoingMail.objects.filter(to=member).order_by("pk")]


@pytest.fixture(autouse=True)
def the_book_adds_up(plan):
    yield
    written_straight = {"bookings_were_made", "prices_are_as_their_lines_say", "granted_days_were_granted"}
    checks = [one for one in invariants.CHECKS if one.__name__ not in written_straight]
    assert [breach for one in checks for breach in one(timezone.now() + timedelta(days=400))] == []


# --- rules


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"cancelled": True}, NoConfirmation.CANCELLED),
        ({"own_order": True}, NoConfirmation.OWN_ORDER),
        ({"received_on": TODAY + A_DAY}, NoConfirmation.NOT_YET),
        ({"received_on": TODAY - TRANSFERS.oldest}, None),
        ({"received_on": TODAY - TRANSFERS.oldest - A_DAY}, NoConfirmation.TOO_OLD),
    ],
)
def test_a_transfer_is_refused_for_a_reason(facts, expected):
    usual = {"cancelled": False, "own_order": False, "received_on": TODAY, "today": TODAY}
    assert why_not_confirm(**{**usual, **facts}) == expected


@pytest.mark.parametrize(
    ("paid", "missing", "expected"),
    [
        (3299, 1, None),
        (2300, TRANSFERS.most_forgiven_yen, None),
        (2299, TRANSFERS.most_forgiven_yen + 1, NoBooking.FORGIVE_TOO_MUCH),
        (0, 100, NoBooking.FORGIVE_NOT_PART),
        (3300, 0, NoBooking.FORGIVE_NOT_PART),
    ],
)
def test_only_a_little_is_forgiven(paid, missing, expected):
    assert why_not_forgive(paid_yen=paid, missing_yen=missing) == expected


@pytest.mark.parametrize(
    "spelt",
    ["ヤマダ ショウジ", "ﾔﾏﾀﾞ ｼﾖｳｼﾞ", "やまだ　しょうじ", "ヤマダ・ショウジ", "ヤマダ(ショウジ)", "ヤマダーショウジ"],
)
def test_kana_compare_however_a_bank_spells_them(spelt):
    assert folded_kana(spelt) == "ヤマダシヨウジ"


# --- too little, too much


def test_parts_add_up_and_the_last_gives_the_days(yu, fumi):
    due = order(yu)
    assert note(due, fumi, 3000) is None
    period = note(due, fumi, 300, seen=1, now=NOW + 2 * A_DAY)
    assert (period.starts_on, mails(yu)) == (TODAY + 2 * A_DAY, ["ordered", "part", "confirmed"])


def test_another_click_or_tab_books_nothing_more(yu, fumi, sora):
    due = order(yu)
    for by, yen in ((fumi, 3000), (fumi, 3000), (sora, 2999)):
        note(due, by, yen)
    assert PaymentIn.objects.get().amount_yen == 3000


def test_a_yen_that_the_bank_took_is_let_go(yu, fumi):
    due = order(yu)
    note(due, fumi, 2860)
    period = transfers.forgive_difference(reference=due.reference, by=fumi, now=NOW)
    assert period.starts_on == TODAY
    assert queries.booked_yen(due, BookAccount.DIFFERENCES) == 440
    assert refused(transfers.forgive_difference, reference=due.reference, by=fumi, now=NOW) == NoBooking.DUE_SETTLED


def test_what_was_let_go_is_missing_again_when_the_rest_goes_back(yu, fumi):
    due = order(yu)
    note(due, fumi, 3000)
    transfers.forgive_difference(reference=due.reference, by=fumi, now=NOW)
    undo(PaymentIn.objects.get(), fumi, UndoCause.RETURNED)
    due.refresh_from_db()
    assert (due.state, queries.missing_yen(due)) == (DueState.OPEN, due.amount_yen)
    assert queries.booked_yen(due, BookAccount.DIFFERENCES) == 0


def test_what_is_over_is_kept_and_the_member_extends(yu, fumi):
    note(order(yu), fumi, 6600)
    assert (queries.credit_yen(yu), mails(yu)) == (3300, ["ordered", "confirmed", "credit"])
    period = credit.extend_with_credit(member=yu, now=NOW)
    assert (period.starts_on, period.ends_on, queries.credit_yen(yu)) == (date(2027, 1, 1), date(2027, 2, 1), 0)


def test_a_second_payment_goes_back_when_the_member_chooses_so(yu, fumi):
    due = order(yu)
    note(due, fumi)
    note(due, fumi, seen=1)
    (refund,) = transfers.ask_for_credit_back(member=yu, now=NOW)
    assert (refund.amount_yen, queries.credit_yen(yu)) == (3300, 0)
    for _click in range(2):
        transfers.pay_refund(refund_pk=refund.pk, by=fumi, now=NOW)
    assert sum(BookLine.objects.filter(account=BookAccount.BANK).values_list("amount_yen", flat=True)) == 3300
    assert refused(transfers.ask_for_credit_back, member=yu, now=NOW) == NoBooking.NO_CREDIT


def test_too_little_credit_extends_nothing(yu, fumi):
    note(order(yu), fumi, 6599)
    assert refused(credit.extend_with_credit, member=yu, now=NOW) == NoBooking.CREDIT_SHORT


def test_an_order_that_is_taken_back_gives_its_part_back(yu, fumi):
    due = order(yu)
    note(due, fumi, 3000)
    ordering.cancel_order(reference=due.reference, by=yu, now=NOW)
    assert queries.credit_yen(yu) == 3000


# --- for somebody else, from nobody


def test_one_payer_pays_for_two(yu, mio, fumi):
    mine, theirs = order(yu), order(mio)
    note(mine, fumi, 6600)
    payment = PaymentIn.objects.get()
    period = transfers.assign_payment(payment_pk=payment.pk, reference=theirs.reference, by=fumi, now=NOW)
    assert period.member == mio
    assert (queries.credit_yen(yu), queries.unspent_yen(payment)) == (0, 0)
    undo(payment, fumi)
    assert (queries.credit_yen(yu), queries.credit_yen(mio)) == (0, 0)
    assert not any(queries.periods_of(due).exists() for due in (mine, theirs))


def test_money_of_nobody_waits_until_it_is_known(yu, fumi):
    typed = {"key": "k", "amount_yen": 3300, "received_on": TODAY, "payer_name": "ﾔﾏﾀﾞ"}
    for _click in range(2):
        payment = transfers.note_payment(**typed, by=fumi, now=NOW)
    assert list(queries.payments_without_a_member()) == [payment]
    due = order(yu)
    transfers.assign_payment(payment_pk=payment.pk, reference=due.reference, by=fumi, now=NOW)
    assert (yu.periods.count(), list(queries.payments_without_a_member())) == (1, [])


def test_money_of_nobody_goes_back(fumi):
    payment = transfers.note_payment(key="k", amount_yen=500, received_on=TODAY, by=fumi, now=NOW)
    refund = transfers.owe_refund(payment_pk=payment.pk, reason="お心あたりがない", by=fumi, now=NOW)
    transfers.pay_refund(refund_pk=refund.pk, by=fumi, now=NOW)
    assert not any(queries_of(account) for account in BookAccount)


def queries_of(account: BookAccount) -> int:
    return sum(BookLine.objects.filter(account=account).values_list("amount_yen", flat=True))


# --- undone


def test_an_undone_payment_takes_its_days_and_the_order_waits_again(yu, fumi):
    due = order(yu)
    note(due, fumi)
    undo(PaymentIn.objects.get(), fumi, UndoCause.RETURNED)
    due.refresh_from_db()
    assert (due.state, due.settled_by, yu.periods.count()) == (DueState.OPEN, None, 0)
    assert FormerPeriod.objects.get().change == "undone"
    assert "銀行から戻されました" in OutgoingMail.objects.get(key__startswith="membership/undone/").text
    assert note(due, fumi, seen=1).starts_on == TODAY


def test_later_days_move_up_when_earlier_ones_go(yu, fumi):
    note(order(yu), fumi)
    first = PaymentIn.objects.get()
    second_due = order(yu)
    note(second_due, fumi)
    undo(first, fumi, now=NOW + 10 * A_DAY)
    period = yu.periods.get()
    assert (period.starts_on, period.ends_on) == (TODAY + 10 * A_DAY, TODAY + 41 * A_DAY)


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda payment, fumi: undo(payment, fumi), NoBooking.UNDONE),
        (
            lambda payment, fumi: transfers.ask_for_credit_back(member=payment.member, now=NOW),
            NoBooking.REFUNDED,
        ),
    ],
    ids=["twice", "refunded"],
)
def test_what_is_gone_is_not_undone(yu, fumi, prepare, reason):
    note(order(yu), fumi, 3400)
    payment = PaymentIn.objects.get()
    prepare(payment, fumi)
    assert refused(undo, payment, fumi) == reason


# --- nobody for themselves, and two people


def test_nobody_books_for_themselves(fumi, sora):
    due = order(fumi)
    note(due, sora, 3000)
    payment = PaymentIn.objects.get()
    assert {
        refused(undo, payment, fumi),
        refused(transfers.forgive_difference, reference=due.reference, by=fumi, now=NOW),
        refused(transfers.owe_refund, payment_pk=payment.pk, reason="-", by=fumi, now=NOW),
        refused(transfers.assign_payment, payment_pk=payment.pk, reference=due.reference, by=fumi, now=NOW),
    } == {NoBooking.OWN}


def propose(due, by, yen=3300):
    values = {"reference": due.reference, "amount_seen": yen, "received_on": TODAY, "seen": 0}
    return second.act_or_propose(BookAct.CONFIRM, values, amount_yen=yen, member=due.member, by=by, now=NOW)


def test_from_the_limit_on_two_people_are_needed(yu, fumi, sora):
    second.set_limit(yen=3300, by=sora, now=NOW)
    due = order(yu)
    proposal = propose(due, fumi)
    assert (proposal.state, yu.periods.count()) == (ProposalState.OPEN, 0)
    assert refused(second.agree, proposal_pk=proposal.pk, by=fumi, now=NOW) == NoBooking.SAME_PERSON
    second.agree(proposal_pk=proposal.pk, by=sora, now=NOW)
    assert yu.periods.count() == 1
    assert refused(second.agree, proposal_pk=proposal.pk, by=sora, now=NOW) == NoBooking.SETTLED_MEANWHILE


def test_below_the_limit_one_is_enough(yu, fumi, sora):
    second.set_limit(yen=3301, by=sora, now=NOW)
    assert propose(order(yu), fumi) is None
    assert yu.periods.count() == 1


def test_whose_money_it_is_is_neither_of_the_two(fumi, sora):
    second.set_limit(yen=1, by=sora, now=NOW)
    due = order(fumi)
    assert refused(propose, due, fumi) == NoBooking.OWN
    proposal = propose(due, sora)
    assert refused(second.agree, proposal_pk=proposal.pk, by=fumi, now=NOW) == NoBooking.OWN


def test_a_proposal_is_declined_and_nothing_is_booked(yu, fumi, sora):
    second.set_limit(yen=1, by=sora, now=NOW)
    proposal = propose(order(yu), fumi)
    second.decline(proposal_pk=proposal.pk, by=fumi, now=NOW)
    assert not PaymentIn.objects.exists()


# --- the pages


def test_the_desk_notes_assigns_and_undoes_on_its_pages(yu, mio, fumi, signed_in):
    mine, theirs = order(yu, timezone.now()), order(mio, timezone.now())
    desk = signed_in(fumi)
    page = reverse("members:desk_transfer", args=[mine.reference])
    desk.post(page, {"amount_seen": "６，６００円", "seen": 0, "payer_name": "ﾔﾏﾀﾞ ﾊﾅｺ"})
    payment = PaymentIn.objects.get()
    assert payment.payer_kana == "ヤマダハナコ"
    shown = desk.get(reverse("members:desk_payment", args=[payment.pk])).content.decode()
    assert "3,300円" in shown
    desk.post(reverse("members:desk_assign", args=[payment.pk]), {"reference": theirs.reference.lower()})
    assert mio.periods.filter(source="paid").exists()
    answer = desk.post(reverse("members:desk_undo", args=[payment.pk]), {"cause": "mistake", "reason": ""})
    assert (answer.status_code, yu.periods.count()) == (422, 1)
    desk.post(reverse("members:desk_undo", args=[payment.pk]), {"cause": "mistake", "reason": "まちがい"})
    assert yu.periods.count() == 0


def test_two_people_meet_on_the_page_of_the_desk(yu, fumi, sora, signed_in):
    signed_in(sora).post(reverse("members:desk_limit"), {"yen": "3,000"})
    due = order(yu, timezone.now())
    signed_in(fumi).post(reverse("members:desk_transfer", args=[due.reference]), {"amount_seen": 3300, "seen": 0})
    proposal = BookProposal.objects.get()
    page = signed_in(sora).get(reverse("members:desk_transfers")).content.decode()
    assert "確かめたので、記す" in page
    signed_in(sora).post(reverse("members:desk_settle_proposal", args=[proposal.pk]), {"answer": "agree"})
    assert yu.periods.count() == 1


def test_the_member_reads_what_is_missing_and_chooses_what_becomes_of_the_rest(yu, fumi, signed_in):
    now = timezone.now()
    due = order(yu, now)
    note(due, fumi, 3000, now=now)
    browser = signed_in(yu)
    assert "300円" in browser.get(reverse("members:payment", args=[due.reference])).content.decode()
    note(due, fumi, 3600, seen=1, now=now)
    assert "次の期間に使う" in browser.get(reverse("members:plans")).content.decode()
    browser.post(reverse("members:credit"), {"choice": "extend"})
    assert yu.periods.count() == 2
    note(due, fumi, 100, seen=2, now=now)
    browser.post(reverse("members:credit"), {"choice": "back"})
    assert Refund.objects.get().amount_yen == 100


def test_a_payer_is_found_by_the_kana_told_at_the_order(yu, mio, fumi, signed_in):
    wanted = order(yu)
    found = signed_in(fumi).get(reverse("members:desk_transfers"), {"q": "やまだ"}).context["page"]
    assert [due.reference for due in found] == [wanted.reference]


def test_kana_are_not_asked_twice_and_may_stay_empty(yu, signed_in):
    browser = signed_in(yu)
    screen = browser.get(reverse("members:order", args=["monthly"])).context["screen"]
    browser.post(reverse("members:order", args=["monthly"]), {"screen": screen.fingerprint})
    assert Due.objects.get().payer_kana == ""
