"""From the plans to a paid period: ordering, transferring, confirming, stopping."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.membership import queries
from members.membership import words as order_screen
from members.membership.choices import DueState, PeriodSource
from members.membership.flows import grants, ordering, stopping, transfers
from members.membership.rules import NoCancellation, NoConfirmation, NoOrder
from members.models import AuditEntry, Due, Membership, OutgoingMail, Period
from tests import factories

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=TOKYO)
TODAY = NOW.date()


@pytest.fixture
def monthly(db):
    return factories.make_plan()


@pytest.fixture
def yearly(db):
    return factories.make_plan("yearly", price_yen=33000, months=12)


def order(member, plan, now=NOW) -> Due:
    return ordering.order_by_transfer(
        member=member, plan_key=plan.key, screen_version="2026-11", screen_text="全文", now=now
    )


def confirm(payment, desk, now=NOW, amount=None) -> Period:
    return transfers.confirm_transfer(
        reference=payment.reference, by=desk, amount_seen=amount or payment.amount_yen, now=now
    )


def mail_keys(member) -> list[str]:
    return list(OutgoingMail.objects.filter(to=member).order_by("pk").values_list("key", flat=True))


def audit_verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_order_keeps_the_screen_and_mails_the_reference(yu, monthly):
    payment = order(yu, monthly)
    assert (payment.state, payment.amount_yen, payment.due_on) == (
        DueState.OPEN,
        3300,
        TODAY + timedelta(days=14),
    )
    assert (payment.agreement.screen_version, payment.agreement.screen_text) == ("2026-11", "全文")
    mail = OutgoingMail.objects.get(to=yu)
    assert mail.key == f"membership/ordered/{payment.pk}"
    assert payment.reference in mail.subject
    assert "全文" in mail.text
    assert "3,300円" in mail.text
    assert audit_verbs() == ["order-membership"]
    assert not yu.periods.exists()


def test_ordering_twice_is_one_order(yu, monthly):
    assert order(yu, monthly) == order(yu, monthly, NOW + timedelta(days=1))
    assert len(mail_keys(yu)) == 1
    assert audit_verbs() == ["order-membership"]


def test_another_plan_waits_for_the_open_order(yu, monthly, yearly):
    order(yu, monthly)
    with pytest.raises(Refused) as refused:
        order(yu, yearly)
    assert refused.value.reason == NoOrder.OTHER_ORDER_OPEN
    assert Due.objects.count() == 1


def test_plan_that_does_not_exist_is_refused(yu):
    with pytest.raises(Refused) as refused:
        ordering.order_by_transfer(member=yu, plan_key="gold", screen_version="", screen_text="", now=NOW)
    assert refused.value.reason == NoOrder.PLAN_GONE


def test_confirming_starts_the_period_today(yu, fumi, monthly):
    payment = order(yu, monthly)
    period = confirm(payment, fumi, NOW + timedelta(days=3))
    assert (period.starts_on, period.ends_on) == (date(2026, 11, 24), date(2026, 12, 24))
    assert (period.source, period.allocation.due, period.plan) == (PeriodSource.PAID, payment, monthly)
    payment.refresh_from_db()
    assert (payment.state, payment.settled_by) == (DueState.CONFIRMED, fumi)
    assert mail_keys(yu) == [f"membership/ordered/{payment.pk}", f"membership/confirmed/{period.pk}"]
    assert audit_verbs() == ["order-membership", "book-received", "book-allocated", "confirm-transfer"]


def test_confirming_twice_is_one_period(yu, fumi, sora, monthly):
    payment = order(yu, monthly)
    first = confirm(payment, fumi)
    assert confirm(payment, sora, NOW + timedelta(days=1)) == first
    assert Period.objects.filter(member=yu).count() == 1
    assert audit_verbs() == ["order-membership", "book-received", "book-allocated", "confirm-transfer"]
    assert len(mail_keys(yu)) == 2


def test_paying_ahead_loses_no_day(yu, fumi, monthly):
    factories.make_period(yu, starts_on=TODAY, days=10)
    period = confirm(order(yu, monthly), fumi)
    assert (period.starts_on, period.ends_on) == (TODAY + timedelta(days=10), date(2027, 1, 1))


def test_what_is_missing_is_waited_for_and_told(yu, fumi, monthly):
    payment = order(yu, monthly)
    assert confirm(payment, fumi, amount=3299) is None
    payment.refresh_from_db()
    assert (payment.state, queries.missing_yen(payment)) == (DueState.OPEN, 1)
    assert not yu.periods.exists()
    mail = OutgoingMail.objects.get(key__startswith="membership/part/")
    assert [part for part in ("3,299円", "1円", payment.reference) if part not in mail.text] == []


def test_nobody_confirms_their_own_transfer(fumi, monthly):
    payment = order(fumi, monthly)
    with pytest.raises(Refused) as refused:
        confirm(payment, fumi)
    assert refused.value.reason == NoConfirmation.OWN_ORDER


def test_cancelled_order_is_not_confirmed(yu, fumi, monthly):
    payment = order(yu, monthly)
    ordering.cancel_order(reference=payment.reference, by=yu, now=NOW)
    ordering.cancel_order(reference=payment.reference, by=yu, now=NOW)
    with pytest.raises(Refused) as refused:
        confirm(payment, fumi)
    assert refused.value.reason == NoConfirmation.CANCELLED
    assert audit_verbs() == ["order-membership", "cancel-order"]
    assert order(yu, monthly).pk != payment.pk


def test_confirmed_order_is_not_cancelled(yu, fumi, monthly):
    payment = order(yu, monthly)
    confirm(payment, fumi)
    with pytest.raises(Refused) as refused:
        ordering.cancel_order(reference=payment.reference, by=yu, now=NOW)
    assert refused.value.reason == NoCancellation.CONFIRMED


def test_stopping_keeps_the_paid_days_and_takes_back_the_open_order(aki, monthly):
    payment = order(aki, monthly)
    stopping.stop_membership(member=aki, now=NOW)
    stopping.stop_membership(member=aki, now=NOW + timedelta(hours=1))
    payment.refresh_from_db()
    assert payment.state == DueState.CANCELLED
    assert aki.periods.count() == 1
    assert audit_verbs() == ["order-membership", "stop-membership"]
    assert [key.split("/")[1] for key in mail_keys(aki)] == ["ordered", "stopped"]


def test_ordering_again_after_stopping_asks_for_renewals_again(yu, monthly):
    stopping.stop_membership(member=yu, now=NOW)
    order(yu, monthly)
    assert Membership.objects.get(member=yu).stopped_at is None


def test_resuming_orders_nothing(aki):
    stopping.stop_membership(member=aki, now=NOW)
    stopping.resume_membership(member=aki, now=NOW)
    stopping.resume_membership(member=aki, now=NOW)
    assert Membership.objects.get(member=aki).stopped_at is None
    assert not Due.objects.exists()
    assert audit_verbs() == ["stop-membership", "resume-membership"]


def test_granted_days_follow_the_paid_ones(yu, sora):
    factories.make_period(yu, starts_on=TODAY, days=10)
    period = grants.grant_period(member=yu, months=2, by=sora, now=NOW)
    assert (period.starts_on, period.source, period.granted_by) == (
        TODAY + timedelta(days=10),
        PeriodSource.GRANTED,
        sora,
    )


# --- the pages


def test_plans_page_tells_an_unpaid_member_what_they_get(yu, monthly, yearly, signed_in):
    answer = signed_in(yu).get(reverse("members:plans"))
    assert answer.status_code == 200
    page = answer.content.decode()
    for words in ("3,300円", "33,000円", "税込", "自動では更新されません"):
        assert words in page


def test_plan_withdrawn_is_not_found(yu, monthly, signed_in):
    monthly.is_offered = False
    monthly.save(update_fields=["is_offered"])
    assert signed_in(yu).get(reverse("members:order", args=["monthly"])).status_code == 404


def test_last_screen_says_everything_the_law_wants(yu, monthly, signed_in):
    page = signed_in(yu).get(reverse("members:order", args=["monthly"])).content.decode()
    for words in (
        "プランと期間",
        "お支払い金額",
        "3,300円（税込）",
        "お支払いの方法",
        "お支払いの時期",
        "利用のはじまり",
        "お申し込みの期限",
        "更新",
        "取り消しとやめかた",
        "お金のかかる申し込みを確定する",
    ):
        assert words in page


def test_from_the_screen_to_the_reference(yu, monthly, signed_in):
    browser = signed_in(yu)
    screen = browser.get(reverse("members:order", args=["monthly"])).context["screen"]
    answer = browser.post(reverse("members:order", args=["monthly"]), {"screen": screen.fingerprint}, follow=True)
    payment = Due.objects.get(member=yu)
    assert answer.redirect_chain == [(reverse("members:payment", args=[payment.reference]), 302)]
    assert (payment.agreement.screen_text, payment.agreement.screen_version) == (screen.text, order_screen.VERSION)
    assert payment.reference in answer.content.decode()
    again = browser.post(reverse("members:order", args=["monthly"]), {"screen": screen.fingerprint})
    assert again.url == reverse("members:payment", args=[payment.reference])
    assert Due.objects.count() == 1


@pytest.mark.parametrize("screen", [{}, {"screen": "x"}, {"screen": "\x00" * 300}], ids=["missing", "old", "hostile"])
def test_order_for_a_screen_that_was_not_shown_is_shown_again(yu, monthly, signed_in, screen):
    answer = signed_in(yu).post(reverse("members:order", args=["monthly"]), screen)
    assert answer.status_code == 422
    assert "内容が変わりました" in answer.content.decode()
    assert not Due.objects.exists()


def test_extra_fields_change_neither_price_nor_payer(yu, mio, monthly, signed_in):
    browser = signed_in(yu)
    screen = browser.get(reverse("members:order", args=["monthly"])).context["screen"]
    data = {"screen": screen.fingerprint, "amount_yen": 1, "member": mio.pk, "state": "confirmed"}
    browser.post(reverse("members:order", args=["monthly"]), data)
    payment = Due.objects.get()
    assert (payment.member, payment.amount_yen, payment.state) == (yu, 3300, DueState.OPEN)


def test_refused_order_says_why_and_what_next(yu, monthly, yearly, signed_in):
    browser = signed_in(yu)
    screen = browser.get(reverse("members:order", args=["yearly"])).context["screen"]
    order(yu, monthly)
    answer = browser.post(reverse("members:order", args=["yearly"]), {"screen": screen.fingerprint})
    assert answer.status_code == 409
    assert "先にそちらを取り消してください" in answer.content.decode()


def test_payment_of_another_member_is_not_found(mio, yu, monthly, signed_in):
    payment = order(yu, monthly)
    url = reverse("members:payment", args=[payment.reference])
    assert signed_in(mio).get(url).status_code == 404
    assert signed_in(mio).post(url).status_code == 404
    payment.refresh_from_db()
    assert payment.state == DueState.OPEN


def test_order_can_be_taken_back_on_its_page(yu, monthly, signed_in):
    payment = order(yu, monthly)
    url = reverse("members:payment", args=[payment.reference])
    for _ in range(2):
        answer = signed_in(yu).post(url, follow=True)
        assert answer.status_code == 200
    payment.refresh_from_db()
    assert payment.state == DueState.CANCELLED


def test_stopping_takes_two_clicks(aki, signed_in):
    browser = signed_in(aki)
    assert browser.get(reverse("members:stop")).status_code == 200
    answer = browser.post(reverse("members:stop"), follow=True)
    assert answer.redirect_chain == [(reverse("members:account"), 302)]
    assert Membership.objects.get(member=aki).stopped_at


def test_resuming_is_no_link(aki, signed_in):
    assert signed_in(aki).get(reverse("members:resume")).status_code == 405
