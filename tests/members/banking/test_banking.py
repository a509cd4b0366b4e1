"""The bank's list at the desk: sent, proposed, accepted, booked as nobody's, undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.banking import flows, queries
from members.banking.choices import BankLineState, Clue
from members.banking.limits import BANK_DESK, BANK_LISTS
from members.banking.rules.matching import NoBankAct
from members.banking.rules.reading import read_bank_list
from members.desk.choices import SearchKind
from members.desk.rules import key_of
from members.invariants import banking as bank_invariants
from members.invariants import membership as invariants
from members.membership.choices import DueState, UndoCause
from members.membership.flows.second import set_limit
from members.membership.flows.transfers import (
    assign_payment,
    confirm_transfer,
    forgive_difference,
    note_payment,
    undo_payment,
)
from members.membership.rules import NoBooking
from members.models import (
    AuditEntry,
    BankLine,
    BankList,
    Booking,
    Due,
    FormerPeriod,
    OutgoingMail,
    PaymentIn,
    Period,
    SearchKey,
    User,
)
from tests import factories
from tests.members.banking import lists

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=TOKYO)
URL = "members:desk_bank"


@pytest.fixture
def desk() -> User:
    return factories.make_member("ふみ", roles=(Role.DESK,))


@pytest.fixture
def hana() -> User:
    return factories.make_account("はな")


def due_of(member: User, reference: str = "K4M7QRX", **fields: object) -> Due:
    return factories.make_due(member, reference=reference, now=NOW - timedelta(days=10), **fields)


def take_in(content: bytes, by: User) -> BankList:
    statement = read_bank_list(content, queries.around(NOW.date()))
    return flows.take_in(statement, file_name="list.csv", by=by, now=NOW)


def one_line(content: bytes, by: User) -> BankLine:
    take_in(content, by)
    return BankLine.objects.get()


def transfer(words: str = "振込 K4M7QRX ヤマダ", yen: int = 3300, day: str = "2026/11/24") -> bytes:
    return lists.table([(day, words, yen, "")])


def known_as(member: User, reading: str) -> None:
    SearchKey.objects.create(member=member, kind=SearchKind.READING, words=key_of(reading))


MADE_BY_FACTORIES = {invariants.prices_are_as_their_lines_say, invariants.granted_days_were_granted}  # without lines


def breaches() -> list[str]:
    checks = [check for check in (*invariants.CHECKS, *bank_invariants.CHECKS) if check not in MADE_BY_FACTORIES]
    return [breach for check in checks for breach in check(NOW + timedelta(minutes=5))]


def proposed(line: BankLine) -> list[tuple[str, tuple[Clue, ...], bool]]:
    return [(one.due.reference, one.clues, one.is_sure) for one in queries.proposals_of([line])[line.pk]]


# --- taking in


@pytest.mark.parametrize(
    ("make", "number"),
    [(lists.first_bank, 3), (lists.second_bank, 2), (lists.plain, 2)],
    ids=["first", "second", "plain"],
)
def test_a_list_gives_its_lines_once(desk, make, number):
    content = make(one="K4M7QRX")
    assert take_in(content, desk).lines_new == number
    assert take_in(content, desk).lines_new == 0
    assert BankLine.objects.count() == number
    assert not Booking.objects.exists()


def test_an_overlapping_list_gives_what_is_new(desk):
    rows = [(f"2026/11/{day}", "振込 ヤマダ", 3300, "") for day in (24, 24, 25)]
    take_in(lists.table(rows), desk)
    later = take_in(lists.table([*rows[2:], ("2026/11/26", "振込 ヤマダ", 3300, "")]), desk)
    assert (later.lines_read, later.lines_new) == (2, 1)


def test_a_stop_in_the_middle_of_a_list_leaves_nothing_of_it(desk, monkeypatch):
    monkeypatch.setattr(flows, "WRITTEN_AT_ONCE", 1)
    written = 0

    def stop_at_the_third(execute, sql, params, many, context):
        nonlocal written
        if sql.startswith("INSERT") and "members_bankline" in sql:
            written += 1
            if written == 3:
                raise SystemExit
        return execute(sql, params, many, context)

    with pytest.raises(SystemExit), connection.execute_wrapper(stop_at_the_third):
        take_in(lists.first_bank(one="K4M7QRX"), desk)
    assert (BankLine.objects.count(), BankList.objects.count()) == (0, 0)
    assert take_in(lists.first_bank(one="K4M7QRX"), desk).lines_new == 3


# --- whose it is


def test_a_reference_in_the_line_and_the_amount_are_sure(desk, hana):
    due = due_of(hana)
    line = one_line(transfer(), desk)
    assert proposed(line) == [(due.reference, (Clue.REFERENCE, Clue.AMOUNT), True)]


def test_the_reading_of_the_name_on_record_is_a_clue(desk, hana):
    due = due_of(hana)
    known_as(hana, "やまだ はなこ")
    line = one_line(transfer("ﾌﾘｺﾐ ﾔﾏﾀﾞ ﾊﾅｺ"), desk)
    assert proposed(line) == [(due.reference, (Clue.NAME, Clue.AMOUNT), True)]


def test_the_name_told_at_the_order_is_a_clue(desk, hana):
    due = due_of(hana, payer_kana="ヤマダハナコ")
    line = one_line(transfer("ﾌﾘｺﾐ ﾔﾏﾀﾞ ﾊﾅｺ"), desk)
    assert proposed(line) == [(due.reference, (Clue.NAME, Clue.AMOUNT), True)]


def test_who_paid_by_hand_under_this_name_is_a_clue(desk, hana):
    first = due_of(hana)
    confirm_transfer(reference=first.reference, by=desk, amount_seen=3300, payer_name="やまだ　しょうこ", now=NOW)
    again = due_of(hana, "A7C9DEF")
    line = one_line(transfer("ﾌﾘｺﾐ ﾔﾏﾀﾞ ｼﾖｳｺ"), desk)
    assert proposed(line) == [(again.reference, (Clue.EARLIER, Clue.AMOUNT), True)]


def test_who_paid_under_this_name_before_is_a_clue(desk, hana):
    first = due_of(hana)
    line = one_line(transfer("K4M7QRX ﾔﾏﾀﾞ ﾊﾅｺ"), desk)
    flows.accept_line(line_id=line.pk, reference=first.reference, by=desk, now=NOW)
    again = due_of(hana, "A7C9DEF")
    take_in(transfer("ﾔﾏﾀﾞ ﾊﾅｺ", day="2026/11/30"), desk)
    line = BankLine.objects.get(day=date(2026, 11, 30))
    assert proposed(line) == [(again.reference, (Clue.EARLIER, Clue.AMOUNT), True)]


def test_two_of_one_name_are_shown_and_neither_is_sure(desk, hana):
    other = factories.make_account("ゆう")
    due_of(hana), due_of(other, "A7C9DEF")
    for member in (hana, other):
        known_as(member, "やまだ はなこ")
    line = one_line(transfer("ﾔﾏﾀﾞ ﾊﾅｺ"), desk)
    assert [(reference, sure) for reference, _clues, sure in proposed(line)] == [("K4M7QRX", False), ("A7C9DEF", False)]


@pytest.mark.parametrize(
    ("words", "yen", "clues"),
    [
        ("K4M7QRX ヤマダ", 3000, (Clue.REFERENCE,)),  # another amount
        ("スズキ", 3300, (Clue.AMOUNT,)),  # the amount alone
    ],
)
def test_what_is_not_sure_is_only_shown(desk, hana, words, yen, clues):
    due = due_of(hana)
    assert proposed(one_line(transfer(words, yen), desk)) == [(due.reference, clues, False)]


def test_two_transfers_for_one_due_are_not_sure(desk, hana):
    due_of(hana)
    take_in(lists.table([("2026/11/24", "K4M7QRX", 3300, 1), ("2026/11/25", "K4M7QRX", 3300, 2)]), desk)
    assert queries.sure_proposals(list(queries.waiting_lines()), reader=desk) == ([], [])


def test_a_line_like_a_booked_one_is_not_sure(desk, hana):
    """The same transfer from a file of another kind, which knows no balance."""
    due = due_of(hana)
    line = one_line(transfer("K4M7QRX ヤマダ"), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    due_of(hana, "A7C9DEF")
    take_in(lists.table([("2026/11/24", "振込 ヤマダ", 3300, 103300)]), desk)
    assert proposed(queries.waiting_lines()[0]) == [("A7C9DEF", (Clue.EARLIER, Clue.AMOUNT), False)]
    assert queries.sure_proposals(list(queries.waiting_lines()), reader=desk) == ([], [])


def test_one_line_is_matched_by_as_many_queries_as_a_hundred(desk, hana):
    due_of(hana)
    rows = [(f"2026/11/{day:02}", f"ヤマダ{number}", 3300, number) for day in range(1, 21) for number in range(5)]
    take_in(lists.table(rows), desk)
    lines = list(queries.waiting_lines())
    counts = []
    for some in (lines[:1], lines):
        with CaptureQueriesContext(connection) as asked:
            queries.proposals_of(some)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- accepting


def test_accepting_books_the_money_and_gives_the_days(desk, hana):
    due = due_of(hana)
    line = one_line(transfer(), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    payment, period = PaymentIn.objects.get(), Period.objects.get(member=hana)
    line.refresh_from_db(), due.refresh_from_db()
    assert (line.state, line.payment, due.state) == (BankLineState.BOOKED, payment, DueState.CONFIRMED)
    assert (payment.member, payment.amount_yen, payment.received_on) == (hana, 3300, date(2026, 11, 24))
    assert payment.external_id == f"bank/{line.key}"
    assert period.starts_on == NOW.date()
    assert OutgoingMail.objects.filter(to=hana, key__startswith="membership/confirmed/").count() == 1
    assert AuditEntry.objects.filter(verb="accept-bank-line", object_id=line.pk).count() == 1
    assert breaches() == []


def test_accepting_twice_books_once(desk, hana):
    due = due_of(hana)
    line = one_line(transfer(), desk)
    for _click in range(2):
        flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    assert PaymentIn.objects.count() == 1


def test_nobody_accepts_undoes_or_joins_for_themselves(desk):
    due = due_of(desk)
    line = one_line(transfer(), desk)
    with pytest.raises(Refused, match=NoBankAct.OWN_DUE):
        flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    assert queries.sure_proposals([line], reader=desk) == ([], [])
    other = factories.make_member(roles=(Role.DESK,))
    flows.accept_line(line_id=line.pk, reference=due.reference, by=other, now=NOW)
    with pytest.raises(Refused, match=NoBooking.OWN):
        flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    assert PaymentIn.objects.standing().count() == 1


def test_a_booked_line_is_not_booked_for_another_due(desk, hana):
    due, other = due_of(hana), due_of(factories.make_account("ゆう"), "A7C9DEF")
    line = one_line(transfer(), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    with pytest.raises(Refused, match=NoBankAct.OVER):
        flows.accept_line(line_id=line.pk, reference=other.reference, by=desk, now=NOW)
    assert PaymentIn.objects.count() == 1


@pytest.mark.parametrize("reference", ["A7C9DEF", "K4M7QRX"])
def test_a_due_that_waits_no_more_takes_no_line(desk, hana, reference):
    due_of(hana, state=DueState.CANCELLED, settled_at=NOW)
    line = one_line(transfer(), desk)
    with pytest.raises(Refused, match=NoBankAct.NO_DUE):
        flows.accept_line(line_id=line.pk, reference=reference, by=desk, now=NOW)
    assert not PaymentIn.objects.exists()


@pytest.mark.parametrize(("yen", "state", "credit"), [(3000, DueState.OPEN, 0), (3500, DueState.CONFIRMED, 200)])
def test_another_amount_pays_what_it_can(desk, hana, yen, state, credit):
    due = due_of(hana)
    line = one_line(transfer(yen=yen), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    due.refresh_from_db()
    paid = due.allocations.get().amount_yen
    assert (due.state, yen - paid) == (state, credit)
    assert breaches() == []


def test_sure_lines_are_accepted_together_and_go_on_after_a_stop(desk, monkeypatch):
    monkeypatch.setattr(flows, "BANK_DESK", type(BANK_DESK)(a_step=2))
    references = ["K4M7QRX", "A7C9DEF", "C3C3C3C"]
    for reference in references:
        due_of(factories.make_account("はな"), reference)
    take_in(lists.table([("2026/11/24", f"{one} ヤマダ", 3300, "") for one in references]), desk)
    real, calls = flows.accept_line, []

    def stop_before_the_second(**facts):
        calls.append(facts)
        if len(calls) == 2:
            raise SystemExit
        return real(**facts)

    monkeypatch.setattr(flows, "accept_line", stop_before_the_second)
    with pytest.raises(SystemExit):
        flows.accept_sure(by=desk, now=NOW)
    assert PaymentIn.objects.count() == 1
    monkeypatch.setattr(flows, "accept_line", real)
    assert flows.accept_sure(by=desk, now=NOW) == 0
    assert PaymentIn.objects.count() == 3
    assert breaches() == []


# --- nobody's


def test_what_nobody_ordered_is_booked_as_nobodys_and_assigned_later(desk, hana):
    line = one_line(transfer("スズキ"), desk)
    flows.book_as_unknown(line_id=line.pk, by=desk, now=NOW)
    flows.book_as_unknown(line_id=line.pk, by=desk, now=NOW)
    assert (BankLine.objects.get().state, PaymentIn.objects.get().member) == (BankLineState.UNKNOWN, None)
    assert breaches() == []
    due = due_of(hana)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    assert (BankLine.objects.get().state, PaymentIn.objects.get().member) == (BankLineState.BOOKED, hana)
    assert Period.objects.filter(member=hana).count() == 1
    assert breaches() == []


# --- confirmed by hand


def test_a_transfer_confirmed_by_hand_is_joined_and_not_booked_again(desk, hana):
    due = due_of(hana)
    confirm_transfer(reference=due.reference, by=desk, amount_seen=3300, now=NOW)
    line = one_line(transfer(), desk)
    [payment] = queries.confirmed_by_hand(line)
    flows.join_to_payment(line_id=line.pk, payment_id=payment.pk, by=desk, now=NOW)
    assert PaymentIn.objects.count() == 1
    assert BankLine.objects.get().payment == payment
    take_in(transfer(day="2026/11/25"), desk)
    other = BankLine.objects.get(day=date(2026, 11, 25))
    with pytest.raises(Refused, match=NoBankAct.OVER):
        flows.join_to_payment(line_id=other.pk, payment_id=payment.pk, by=desk, now=NOW)
    assert breaches() == []


def test_nobody_joins_their_own_transfer(desk):
    due = due_of(desk)
    confirm_transfer(reference=due.reference, by=factories.make_member(roles=(Role.DESK,)), amount_seen=3300, now=NOW)
    line = one_line(transfer(), desk)
    with pytest.raises(Refused, match=NoBankAct.OWN_DUE):
        flows.join_to_payment(line_id=line.pk, payment_id=PaymentIn.objects.get().pk, by=desk, now=NOW)
    assert BankLine.objects.get().state == BankLineState.WAITING


# --- undoing


def test_undoing_takes_the_days_back_and_tells_the_member(desk, hana):
    due = due_of(hana)
    line = one_line(transfer(), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    for _click in range(2):
        flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    line.refresh_from_db(), due.refresh_from_db()
    assert (line.state, line.payment, due.state) == (BankLineState.WAITING, None, DueState.OPEN)
    assert not Period.objects.filter(member=hana).exists()
    assert FormerPeriod.objects.filter(member=hana).count() == 1
    assert {booking.reason for booking in Booking.objects.exclude(reverses=None)} == {"組戻し"}
    assert OutgoingMail.objects.filter(to=hana, key__startswith="membership/undone/").count() == 1
    assert breaches() == []


def test_an_undone_line_can_be_booked_again(desk, hana):
    due, other = due_of(hana), due_of(factories.make_account("ゆう"), "A7C9DEF")
    line = one_line(transfer(), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="ほかの方の入金", by=desk, now=NOW)
    flows.accept_line(line_id=line.pk, reference=other.reference, by=desk, now=NOW)
    assert PaymentIn.objects.standing().get().member == other.member
    assert breaches() == []


def test_undoing_what_was_assigned_gives_it_back_to_nobody(desk, hana):
    line = one_line(transfer(), desk)
    flows.book_as_unknown(line_id=line.pk, by=desk, now=NOW)
    flows.accept_line(line_id=line.pk, reference=due_of(hana).reference, by=desk, now=NOW)
    flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    assert not PaymentIn.objects.standing().exists()
    assert breaches() == []


def test_undoing_one_of_two_parts_keeps_the_other(desk, hana):
    due = due_of(hana)
    take_in(lists.table([("2026/11/24", "K4M7QRX", 3000, 1), ("2026/11/25", "K4M7QRX", 300, 2)]), desk)
    for line in queries.waiting_lines():
        flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    first = BankLine.objects.get(amount_yen=3000)
    flows.undo_line(line_id=first.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    due.refresh_from_db()
    assert (due.state, queries.open_dues()[0].missing_yen) == (DueState.OPEN, 3000)
    assert breaches() == []


def test_a_due_beside_a_newer_one_is_off(desk, hana):
    due = due_of(hana)
    line = one_line(transfer(), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    due_of(hana, "A7C9DEF")
    flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    due.refresh_from_db()
    assert due.state == DueState.CANCELLED
    assert breaches() == []


def test_undoing_takes_back_a_difference_that_was_forgiven(desk, hana):
    due = due_of(hana)
    line = one_line(transfer(yen=3100), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    forgive_difference(reference=due.reference, by=desk, now=NOW)
    flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    due.refresh_from_db()
    assert (due.state, queries.open_dues()[0].missing_yen) == (DueState.OPEN, 3300)
    assert breaches() == []


def test_a_line_follows_what_is_done_at_the_page_of_its_payment(desk, hana):
    line = one_line(transfer(), desk)
    flows.book_as_unknown(line_id=line.pk, by=desk, now=NOW)
    payment = PaymentIn.objects.get()
    assign_payment(payment_pk=payment.pk, reference=due_of(hana).reference, by=desk, now=NOW)
    assert BankLine.objects.get().state == BankLineState.BOOKED
    undo_payment(payment_pk=payment.pk, cause=UndoCause.MISTAKE, reason="まちがい", by=desk, now=NOW)
    assert (BankLine.objects.get().state, BankLine.objects.get().payment) == (BankLineState.WAITING, None)
    assert breaches() == []


# --- two people


@pytest.fixture
def two_from_3300() -> None:
    set_limit(yen=3300, by=factories.make_member(roles=(Role.OWNER,)), now=NOW)


def test_from_the_limit_on_a_line_is_neither_accepted_nor_nobodys(desk, hana, two_from_3300):
    due = due_of(hana)
    line = one_line(transfer(), desk)
    with pytest.raises(Refused, match=NoBankAct.TWO_PEOPLE):
        flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    with pytest.raises(Refused, match=NoBankAct.TWO_PEOPLE):
        flows.book_as_unknown(line_id=line.pk, by=desk, now=NOW)
    assert not PaymentIn.objects.exists()


def test_below_the_limit_one_person_is_enough(desk, hana, two_from_3300):
    due = due_of(hana)
    line = one_line(transfer(yen=3299), desk)
    flows.accept_line(line_id=line.pk, reference=due.reference, by=desk, now=NOW)
    assert PaymentIn.objects.get().member == hana


def test_from_the_limit_on_a_line_is_not_undone_here(desk, hana):
    line = one_line(transfer(), desk)
    flows.accept_line(line_id=line.pk, reference=due_of(hana).reference, by=desk, now=NOW)
    set_limit(yen=3300, by=factories.make_member(roles=(Role.OWNER,)), now=NOW)
    with pytest.raises(Refused, match=NoBankAct.TWO_PEOPLE):
        flows.undo_line(line_id=line.pk, cause=UndoCause.RETURNED, reason="組戻し", by=desk, now=NOW)
    assert PaymentIn.objects.standing().count() == 1


def test_what_needs_two_people_is_left_out_of_many_and_said(desk, hana, two_from_3300, signed_in):
    due_of(hana)
    line = one_line(transfer(), desk)
    by_one, for_two = queries.sure_proposals([line], reader=desk)
    assert (by_one, [one.pk for one, _due in for_two]) == ([], [line.pk])
    assert flows.accept_sure(by=desk, now=NOW) == 0
    assert not PaymentIn.objects.exists()
    client = signed_in(desk)
    together = reverse("members:desk_bank_together")
    for answer in (client.get(together), client.post(together, {"total": "0"})):
        assert "ほかの1件は、ふたりで確認する金額" in answer.content.decode()
    answer = client.post(page_of(line), {"reference": "K4M7QRX"})
    assert answer.status_code == 422
    assert "この金額は、ふたりで確認します。まだ何も変えていません。" in answer.content.decode()
    assert reverse("members:desk_transfers") in client.post(page_of(line, "unknown")).content.decode()


def test_a_line_joined_to_a_payment_of_nobody_is_nobodys(desk):
    payment = note_payment(key="1", amount_yen=3300, received_on=date(2026, 11, 24), by=desk, now=NOW)
    line = one_line(transfer(), desk)
    for _click in range(2):
        flows.join_to_payment(line_id=line.pk, payment_id=payment.pk, by=desk, now=NOW)
    assert BankLine.objects.get().state == BankLineState.UNKNOWN
    assert breaches() == []


# --- the pages


def send(client, content: bytes, name: str = "list.csv"):
    return client.post(reverse(URL), {"file": SimpleUploadedFile(name, content)})


def page_of(line: BankLine, act: str = "line") -> str:
    return reverse(f"members:desk_bank_{act}", args=[line.pk])


def test_the_desk_sends_a_list_and_books_from_it(desk, hana, signed_in):
    client = signed_in(desk)
    due = due_of(hana)
    assert send(client, lists.first_bank(one=due.reference)).status_code == 302
    page = client.get(reverse(URL)).content.decode()
    assert "番号が行にある" in page
    line = BankLine.objects.get(words__contains=due.reference)
    assert client.post(page_of(line), {"reference": due.reference}).status_code == 302
    line.refresh_from_db()
    assert line.state == BankLineState.BOOKED
    assert "はなさん" in client.get(f"{reverse(URL)}?state=booked").content.decode()
    answer = client.post(page_of(line, "undo"), {"cause": "returned", "reason": ""})
    assert answer.status_code == 422
    assert client.post(page_of(line, "undo"), {"cause": "returned", "reason": "組戻し"}).status_code == 302
    line.refresh_from_db()
    assert line.state == BankLineState.WAITING
    assert client.post(page_of(line, "unknown")).status_code == 302
    line.refresh_from_db()
    assert line.state == BankLineState.UNKNOWN


def test_all_that_is_sure_is_booked_from_one_page(desk, hana, signed_in):
    client = signed_in(desk)
    due = due_of(hana)
    send(client, lists.first_bank(one=due.reference))
    together = reverse("members:desk_bank_together")
    assert "1件を記帳する" in client.get(together).content.decode()
    assert "もうありません" in client.post(together, {"total": "1"}).content.decode()
    assert PaymentIn.objects.get().member == hana


def test_a_list_with_mistakes_is_told_row_by_row_and_nothing_is_kept(desk, signed_in):
    answer = send(signed_in(desk), lists.mistakes())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in page for words in ("3行目", "入金額", "三千三百円", "2027/1/4"))
    assert not BankList.objects.exists()


def test_a_list_of_twenty_megabytes_is_told_so(desk, signed_in):
    answer = send(signed_in(desk), b"x" * 20 * 1024 * 1024)
    assert answer.status_code == 422
    assert f"{BANK_LISTS.megabytes} MB" in answer.content.decode()


def test_a_wrong_reference_is_told_beside_what_was_typed(desk, signed_in):
    line = one_line(transfer(), desk)
    answer = signed_in(desk).post(page_of(line), {"reference": "A7C9DEF"})
    assert answer.status_code == 422
    assert "A7C9DEF" in answer.content.decode()


def test_the_page_asks_as_often_for_one_line_as_for_fifty(desk, hana, signed_in):
    client = signed_in(desk)
    due_of(hana)
    counts = []
    for number in (1, BANK_DESK.a_page):
        take_in(lists.table([("2026/11/24", f"ヤマダ{n} K4M7QRX", 3300, n) for n in range(number)]), desk)
        client.get(reverse(URL))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(URL))
        counts.append(len(asked))
    assert counts[0] == counts[1]
