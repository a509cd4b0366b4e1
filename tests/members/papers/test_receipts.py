"""A receipt from the payment to the file: issued once, frozen, for whom the member says, and corrected by a return."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from reportlab.pdfgen.canvas import Canvas

from kouryu.clock import TOKYO
from kouryu.refusal import Gone, Refused
from members.invariants import papers as invariants
from members.membership.choices import BookAccount, BookingKind
from members.membership.flows.book import Posting, book
from members.membership.flows.book import reverse as reverse_booking
from members.models import Receipt, Refund
from members.papers import drawings as pdf
from members.papers import flows
from members.papers.choices import PaperKind
from members.papers.rules import NoReceipt
from tests import factories

NOW = datetime(2026, 12, 31, 23, 59, tzinfo=TOKYO)
NEW_YEAR = datetime(2027, 1, 1, 0, 0, tzinfo=TOKYO)
ISSUER = {
    "name": "交流の会",
    "address": "東京都千代田区1-1",
    "phone": "03-0000-0000",
    "registration_number": "T7000012050002",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def issuer(settings):
    settings.OPERATOR = {**settings.OPERATOR, **ISSUER}


@pytest.fixture
def member():
    return factories.make_member("はる")


@pytest.fixture
def paid(member):
    return factories.make_allocation(member, now=NOW)


def issue(paid, addressee="株式会社はるかぜ 御中", now=NOW) -> Receipt:
    return flows.issue_receipt(payment_pk=paid.payment_id, member=paid.payment.member, addressee=addressee, now=now)


def breaches(now=NEW_YEAR) -> list[str]:
    return [line for check in invariants.CHECKS for line in check(now)]


def test_a_receipt_says_what_was_paid_by_whom_and_to_whom(paid):
    receipt = issue(paid)
    assert (receipt.reference, receipt.amount_yen, receipt.addressee) == ("2026-000001", 3300, "株式会社はるかぜ 御中")
    assert [(rate.tax_percent, rate.amount_yen, rate.tax_yen) for rate in receipt.sums] == [(10, 3300, 300)]
    assert (receipt.issuer_name, receipt.registration_number) == ("交流の会", "T7000012050002")
    assert breaches() == []


def test_a_second_click_issues_nothing(paid):
    assert issue(paid) == issue(paid, "ほかの宛名")
    assert Receipt.objects.get().addressee == "株式会社はるかぜ 御中"


def test_numbers_begin_anew_with_the_year_in_japan(paid):
    other = factories.make_allocation(factories.make_member(), plan=paid.due.plan, now=NOW)
    assert [issue(paid).reference, issue(other, now=NEW_YEAR).reference] == ["2026-000001", "2027-000001"]


def test_the_issuer_of_then_stays_on_it(paid, settings):
    receipt = issue(paid)
    settings.OPERATOR = {**settings.OPERATOR, "name": "あとの名前", "registration_number": ""}
    receipt.refresh_from_db()
    assert (receipt.issuer_name, pdf.title_of(receipt)) == ("交流の会", "領収書（適格請求書）")


def test_without_a_number_it_is_a_plain_receipt(paid, settings, client, member):
    settings.OPERATOR = {**settings.OPERATOR, "registration_number": ""}
    receipt = issue(paid)
    assert pdf.title_of(receipt) == "領収書"
    client.force_login(member)
    assert "うち消費税等" not in client.get(reverse("members:receipt", args=[receipt.pk])).text


def test_another_addressee_is_a_reissue_under_the_same_number(paid, member):
    receipt = issue(paid)
    before = pdf.receipt_pdf(receipt)
    flows.reissue_receipt(receipt_pk=receipt.pk, member=member, addressee="はる 様", now=NEW_YEAR)
    receipt.refresh_from_db()
    assert (receipt.reference, receipt.addressee, receipt.reissues) == ("2026-000001", "はる 様", 1)
    assert receipt.reissued_at == NEW_YEAR
    assert pdf.receipt_pdf(receipt) != before
    assert breaches() == []


def test_what_a_paper_says_stands_in_the_file(paid, monkeypatch):
    """What is drawn, word by word: a PDF keeps glyphs of a cut font, not words."""
    drawn: list[str] = []
    monkeypatch.setattr(Canvas, "drawString", lambda self, x, y, text: drawn.append(text))
    pdf.receipt_pdf(issue(paid))
    words = " ".join(drawn)
    for said in (
        *("領収書", "（適格請求書）", "番号 2026-000001", "発行日 2026年12月31日", "株式会社はるかぜ 御中", "¥3,300"),
        *("お支払い日 2026年12月31日", "銀行振込", "会費（", "1か月分", "10%対象　¥3,300", "うち消費税等　¥300"),
        *("交流の会", "登録番号 T7000012050002", "東京都千代田区1-1"),
    ):
        assert said in words


def test_the_same_receipt_is_the_same_file(paid):
    receipt = issue(paid)
    assert pdf.receipt_pdf(receipt) == pdf.receipt_pdf(receipt)


@pytest.mark.parametrize("column", ["number", "amount_yen", "issuer_name", "registration_number"])
def test_the_database_refuses_to_change_what_was_issued(paid, column):
    receipt = issue(paid)
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(**{column: "9"})


def test_a_payment_of_somebody_else_is_not_there(paid):
    with pytest.raises(Gone):
        flows.issue_receipt(payment_pk=paid.payment_id, member=factories.make_member(), addressee="例", now=NOW)


def test_nothing_is_issued_for_money_that_pays_nothing(paid):
    reverse_booking(paid.booking, by=None, reason="別の方の分", now=NOW)
    with pytest.raises(Refused) as refused:
        issue(paid)
    assert refused.value.reason == NoReceipt.NOTHING_PAID


@pytest.mark.parametrize("addressee", ["https://example.com/ 御中", "090-1234-5678", "hana@example.jp"])
def test_an_addressee_is_no_place_for_contacts(paid, addressee):
    with pytest.raises(Refused) as refused:
        issue(paid, addressee)
    assert refused.value.reason == NoReceipt.ADDRESSEE_BARRED


@pytest.mark.parametrize("addressee", ["株式会社はるかぜ 採用部 御中", "合同会社 夜のお茶", "髙﨑 𠮷野 様", "上様"])
def test_companies_and_people_are_addressees(paid, addressee):
    assert issue(paid, addressee).addressee == addressee


def test_what_was_reversed_has_a_returned_invoice(paid, member):
    receipt = issue(paid)
    reverse_booking(paid.booking, by=None, reason="振り込みが戻った", now=NOW)
    assert [flows.write_returns(now=NOW), flows.write_returns(now=NOW)] == [1, 0]
    back = Receipt.objects.get(kind=PaperKind.RETURN)
    assert (back.returns, back.reference, back.amount_yen) == (receipt, "2026-000002", 3300)
    assert pdf.title_of(back) == "適格返還請求書"
    with pytest.raises(Refused) as refused:
        flows.reissue_receipt(receipt_pk=receipt.pk, member=member, addressee="はる 様", now=NOW)
    assert refused.value.reason == NoReceipt.RETURNED
    assert breaches() == []


def refund(paid, yen: int, *, key: str) -> Refund:
    member, due = paid.payment.member, paid.due
    owed = book(
        BookingKind.REFUND_OWED,
        f"refund/{key}",
        [Posting(BookAccount.DEFERRED, yen, member, due), Posting(BookAccount.REFUNDS, -yen, member, due)],
        now=NOW,
        member=member,
    )
    left = book(
        BookingKind.REFUND_PAID,
        f"refund-paid/{key}",
        [Posting(BookAccount.REFUNDS, yen, member, due), Posting(BookAccount.BANK, -yen)],
        now=NOW,
        member=member,
    )
    return Refund.objects.create(
        booking=owed, paid_out=left, member=member, due=due, payment=paid.payment, way="transfer", amount_yen=yen
    )


def test_refunds_are_returned_one_by_one_and_never_more_than_was_paid(paid):
    issue(paid)
    refund(paid, 1100, key="one")
    flows.write_returns(now=NOW)
    refund(paid, 2200, key="two")
    flows.write_returns(now=NOW)
    returns = Receipt.objects.filter(kind=PaperKind.RETURN)
    assert [(back.amount_yen, back.sums[0].tax_yen) for back in returns] == [(1100, 100), (2200, 200)]
    assert flows.write_returns(now=NOW) == 0
    assert breaches() == []


def test_a_gap_is_found(paid):
    receipt = issue(paid)
    receipt.lines.all().delete()
    Receipt.objects.filter(pk=receipt.pk).delete()
    assert invariants.receipts_have_no_gaps(NOW) == ["2026: 1 numbers given, 0 receipts, the last is 0"]


def test_money_that_went_back_without_a_paper_is_found(paid):
    issue(paid)
    reverse_booking(paid.booking, by=None, reason="振り込みが戻った", now=NOW)
    assert invariants.what_went_back_has_its_paper(NOW) == []
    assert len(invariants.what_went_back_has_its_paper(NEW_YEAR + timedelta(days=3))) == 1


# --- pages


def test_from_the_payment_to_the_file(paid, member, client):
    client.force_login(member)
    new = reverse("members:new_receipt", args=[paid.payment_id])
    assert new in client.get(reverse("members:receipts")).text
    answer = client.post(new, {"addressee": "株式会社はるかぜ 御中"}, follow=True)
    receipt = Receipt.objects.get()
    file = reverse("members:receipt_file", args=[receipt.pk])
    assert file in answer.text
    answer = client.get(file)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("addressee", ["", " ", "あ" * 61, "https://example.com/", "😀 様", "株式\n会社"])
def test_an_addressee_that_cannot_be_is_asked_for_again(paid, member, client, addressee):
    client.force_login(member)
    answer = client.post(reverse("members:new_receipt", args=[paid.payment_id]), {"addressee": addressee})
    assert answer.status_code == 422
    assert not Receipt.objects.exists()


def test_nobody_else_opens_a_receipt(paid, client):
    receipt = issue(paid)
    client.force_login(factories.make_member())
    for name in ("members:receipt", "members:receipt_file", "members:desk_receipt_file"):
        assert client.get(reverse(name, args=[receipt.pk])).status_code in {403, 404}
    assert client.get(reverse("members:new_receipt", args=[paid.payment_id])).status_code == 404


@pytest.mark.parametrize("letter", "髙﨑𠮷德濵①㈱々〆ヶＡa-&・（）¥%é")
def test_letters_of_names_can_be_printed(letter):
    assert pdf.unprintable(letter) == []


def test_a_long_addressee_stays_on_the_sheet(paid):
    assert pdf.receipt_pdf(issue(paid, "長い名前の株式会社" * 6)).startswith(b"%PDF-")
