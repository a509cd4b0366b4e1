"""Notices of Stripe: which are believed, that each is stored and done once, and what of those that never came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from demo.fake_stripe.webhooks import body_of, signature
from members.cards import flows, gateway
from members.cards.choices import EventSource
from members.cards.limits import WEBHOOKS
from members.cards.rules import moment, notice_from, try_again_after
from members.invariants.cards import notices_are_worked_on
from members.models import CardSubscription, StripeEvent
from tests.members.cards.conftest import WEBHOOK
from tests.rig.stripe import DECLINED_LATER, SECRET, SUCCEEDS, typed

pytestmark = pytest.mark.django_db

SUBSCRIPTIONS = (
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
)


@pytest.fixture
def subscribe(sdk, customer_of):
    """A member's subscription, paid with a card of this number."""

    def pay(member, number=SUCCEEDS, currency="jpy"):
        price = {"currency": currency, "unit_amount": 3300, "product_data": {"name": "月会費"}}
        price |= {"recurring": {"interval": "month", "interval_count": 1}}
        session = sdk.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer_of(member).stripe_id,
                "line_items": [{"quantity": 1, "price_data": price}],
                "success_url": "http://127.0.0.1:1/",
            }
        )
        assert typed(session.url, number=number).status == 303
        return sdk.v1.checkout.sessions.retrieve(session.id).subscription

    return pay


def work(minutes=0):
    return flows.work_on_notices(now=timezone.now() + timedelta(minutes=minutes))


# --- which are believed


def test_a_signed_notice_is_stored_before_anything_is_done(aki, subscribe, notices, send):
    subscribe(aki)
    event = notices("customer.subscription.created")[0]
    assert send(event).status_code == 200
    stored = StripeEvent.objects.get()
    assert (stored.event_id, stored.kind, stored.worked_at) == (event["id"], event["type"], None)
    assert (stored.object_id, stored.source) == (event["data"]["object"]["id"], EventSource.WEBHOOK)
    assert not CardSubscription.objects.exists()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"secret": "whsec_another"}, "署名"),
        ({"age": 301}, "署名"),
        ({"age": 86_400}, "署名"),
        ({"livemode": True}, "本番とテスト"),
        ({"account": "acct_another"}, "別のアカウント"),
        ({"id": "x" * 256}, "読めません"),
        ({"data": {"object": []}}, "読めません"),
        ({"data": None}, "読めません"),
        ({"created": "soon"}, "読めません"),
        ({"created": 10**30}, "読めません"),
        ({"type": 3}, "読めません"),
    ],
)
def test_a_hostile_notice_is_refused_and_leaves_nothing(aki, subscribe, notices, send, how, sentence):
    subscribe(aki)
    answer = send(notices("invoice.paid")[0], **how)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not StripeEvent.objects.exists()


def test_a_notice_of_our_own_account_by_name_is_taken(aki, subscribe, notices, send, settings):
    subscribe(aki)
    assert send(notices("invoice.paid")[0], account=settings.STRIPE.account).status_code == 200


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (b"{}", ""),
        (b"{}", "t=1,v1=00"),
        (b"", "t=,v1="),
        (b"\xff\xfe", "t=1,v1=00"),
        (b"{}", "v1=" + "0" * 5000),
        (b"{}", "t=1,v1=\u00e9"),
        (b"{}", "\u00e9"),
        (b"x" * (WEBHOOKS.largest + 1), "t=1,v1=00"),
        (b"x" * 2_000_000, "t=1,v1=00"),
    ],
)
def test_rubbish_is_refused_without_a_fault(body, signature):
    answer = Client().post(WEBHOOK, body, "application/json", headers={"Stripe-Signature": signature})
    assert answer.status_code in {400, 413}
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("changed", [b" ", b"\n"])
def test_the_very_bytes_are_signed(aki, subscribe, notices, changed):
    """One blank more means the same JSON, and is not what Stripe signed."""
    subscribe(aki)
    body = body_of(notices("invoice.paid")[0])
    signed = signature(body, SECRET, int(timezone.now().timestamp()))
    send = {"content_type": "application/json", "headers": {"Stripe-Signature": signed}}
    assert Client().post(WEBHOOK, body + changed, **send).status_code == 400
    assert Client().post(WEBHOOK, body, **send).status_code == 200


def test_two_secrets_count_while_one_is_replaced(aki, subscribe, notices, send, settings):
    settings.STRIPE = replace(settings.STRIPE, webhook_secrets=("whsec_new", *settings.STRIPE.webhook_secrets))
    subscribe(aki)
    first, second = notices("invoice.created", "invoice.paid")
    assert send(first).status_code == 200
    assert send(second, secret="whsec_new").status_code == 200


def test_without_keys_there_is_no_such_address(aki, subscribe, notices, send, settings):
    subscribe(aki)
    settings.STRIPE = None
    assert send(notices("invoice.paid")[0]).status_code == 404
    assert work() == flows.ask_for_missing(now=timezone.now()) == flows.forget_customers(now=timezone.now()) == 0


def test_no_session_and_no_cookie_are_made(aki, subscribe, notices, send):
    subscribe(aki)
    assert send(notices("invoice.paid")[0]).cookies == {}


# --- once, in any order


@pytest.mark.parametrize("order", ["in-order", "reversed"])
@pytest.mark.parametrize("times", [1, 2])
def test_in_any_order_and_number_the_end_is_the_same(aki, subscribe, sdk, notices, send, order, times):
    subscription = subscribe(aki)
    sdk.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    told = notices(*SUBSCRIPTIONS)
    for event in told if order == "in-order" else told[::-1]:
        for _ in range(times):
            assert send(event).status_code == 200
            work()
    kept = CardSubscription.objects.get()
    assert (kept.member, kept.status, kept.stops) == (aki, "active", True)
    assert (kept.amount_yen, kept.months, kept.card_brand, kept.card_last4) == (3300, 1, "visa", "4242")
    assert StripeEvent.objects.count() == len(told)
    assert not StripeEvent.objects.filter(worked_at=None).exists()


def test_an_answer_that_is_older_than_the_last_one_says_nothing_new(aki, subscribe, sdk, notices, send):
    subscription = subscribe(aki)
    now = timezone.now()
    old = gateway.subscription(subscription)
    sdk.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    flows.subscriptions.note_subscription(gateway.subscription(subscription), asked_at=now, now=now)
    outcome = flows.subscriptions.note_subscription(old, asked_at=now - timedelta(seconds=1), now=now)
    assert (outcome, CardSubscription.objects.get().stops) == ("older-than-known", True)


def test_the_card_that_pays_is_the_one_that_was_chosen_last(aki, subscribe, sdk, notices, send):
    subscription = subscribe(aki)
    customer = sdk.v1.subscriptions.retrieve(subscription).customer
    typed(sdk.v1.billing_portal.sessions.create({"customer": customer}).url, number=DECLINED_LATER)
    send(notices("customer.subscription.updated")[-1])
    work()
    assert CardSubscription.objects.get().card_last4 == "0341"


# --- what cannot be done


@pytest.mark.parametrize(
    ("kind", "outcome"), [("invoice.created", "nothing-to-do"), ("customer.created", "nothing-to-do")]
)
def test_what_nobody_asked_for_is_stored_and_nothing_else(aki, subscribe, notices, send, kind, outcome):
    subscribe(aki)
    send(notices(kind)[0])
    assert work() == 1
    assert StripeEvent.objects.get().outcome == outcome


def test_another_currency_is_noted_and_kept_out(aki, subscribe, notices, send):
    subscribe(aki, currency="usd")
    send(notices("customer.subscription.created")[0])
    work()
    assert StripeEvent.objects.get().outcome == "other-currency"
    assert not CardSubscription.objects.exists()


def test_a_customer_of_somebody_else_is_nobodys(sdk, aki, subscribe, notices, send):
    subscribe(aki)
    aki.card_customer.delete()
    send(notices("customer.subscription.created")[0])
    work()
    assert StripeEvent.objects.get().outcome == "nobodys"


def test_an_object_that_stripe_does_not_know_is_done_with(aki, subscribe, notices, send):
    subscribe(aki)
    event = notices("customer.subscription.created")[0]
    send(event, data={"object": event["data"]["object"] | {"id": "sub_forged"}})
    work()
    assert StripeEvent.objects.get().outcome == "gone-at-stripe"
    assert not CardSubscription.objects.exists()


def test_what_a_notice_says_about_its_object_is_not_believed(aki, subscribe, notices, send):
    subscribe(aki)
    event = notices("customer.subscription.created")[0]
    send(event, data={"object": event["data"]["object"] | {"status": "canceled", "customer": "cus_other"}})
    work()
    assert CardSubscription.objects.get().status == "active"


def test_while_stripe_is_away_a_notice_waits_longer_each_time(aki, subscribe, notices, send, settings):
    subscribe(aki)
    send(notices("customer.subscription.created")[0])
    here, settings.STRIPE = settings.STRIPE, replace(settings.STRIPE, api_url="http://127.0.0.1:1")
    assert work() == 0
    waiting = StripeEvent.objects.get()
    assert (waiting.attempts, waiting.worked_at, waiting.outcome) == (1, None, "away: APIConnectionError")
    settings.STRIPE = here
    assert work() == 0, "its minute is not over"
    assert work(minutes=2) == 1
    assert CardSubscription.objects.exists()


def test_a_notice_whose_worker_died_is_taken_up_again(aki, subscribe, notices, send):
    """The claim of a dead worker runs out; nobody else had it meanwhile."""
    subscribe(aki)
    send(notices("customer.subscription.created")[0])
    claimed = timezone.now() + WEBHOOKS.claimed_for
    StripeEvent.objects.update(next_try_at=claimed, attempts=1)
    assert work() == 0
    assert work(minutes=6) == 1


def test_how_long_a_failure_waits():
    minutes = [try_again_after(attempts) // timedelta(minutes=1) for attempts in (1, 2, 3, 6, 7, 100)]
    assert minutes == [1, 2, 4, 32, 60, 60]


def test_a_notice_that_waits_for_a_day_is_a_breach(aki, subscribe, notices, send):
    subscribe(aki)
    send(notices("customer.subscription.created")[0])
    assert notices_are_worked_on(timezone.now()) == []
    assert len(notices_are_worked_on(timezone.now() + timedelta(days=2))) == 1


# --- what never came


def test_the_night_finds_what_never_came(aki, subscribe, sdk, notices, send):
    subscription = subscribe(aki)
    sdk.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    send(notices("customer.subscription.created")[0])
    missing = flows.ask_for_missing(now=timezone.now())
    assert missing == len(notices()) - 1
    assert flows.ask_for_missing(now=timezone.now()) == 0
    work()
    assert CardSubscription.objects.get().stops
    assert StripeEvent.objects.filter(source=EventSource.LIST).count() == missing
    assert not StripeEvent.objects.filter(worked_at=None).exists()


def test_more_than_a_page_of_missing_notices(sdk):
    for number in range(130):
        sdk.v1.customers.create({"name": str(number)})
    assert flows.ask_for_missing(now=timezone.now()) == 130


def test_a_night_without_an_answer_is_no_fault(settings):
    settings.STRIPE = replace(settings.STRIPE, api_url="http://127.0.0.1:1")
    assert flows.ask_for_missing(now=timezone.now()) == 0


# --- who goes


def test_who_goes_is_forgotten_at_stripe_and_charged_no_more(aki, subscribe, sdk, notices, send):
    subscription = subscribe(aki)
    for event in notices(*SUBSCRIPTIONS):
        send(event)
    work()
    flows.begin_forgetting(member=aki, now=timezone.now())
    assert not CardSubscription.objects.exists()
    for event in notices(*SUBSCRIPTIONS):
        StripeEvent.objects.filter(event_id=event["id"]).delete()
        send(event)
    work()
    assert set(StripeEvent.objects.filter(kind__in=SUBSCRIPTIONS).values_list("outcome", flat=True)) == {"member-left"}
    assert flows.forget_customers(now=timezone.now()) == 1
    assert sdk.v1.subscriptions.retrieve(subscription).status == "canceled"
    assert flows.forget_customers(now=timezone.now()) == 0


def test_forgetting_waits_until_stripe_answers(aki, customer_of, settings):
    customer_of(aki)
    flows.begin_forgetting(member=aki, now=timezone.now())
    here, settings.STRIPE = settings.STRIPE, replace(settings.STRIPE, api_url="http://127.0.0.1:1")
    assert flows.forget_customers(now=timezone.now()) == 0
    settings.STRIPE = here
    assert flows.forget_customers(now=timezone.now()) == 1


def test_a_customer_whom_stripe_forgot_already_is_fine(aki, customer_of, sdk):
    sdk.v1.customers.delete(customer_of(aki).stripe_id)
    flows.begin_forgetting(member=aki, now=timezone.now())
    assert flows.forget_customers(now=timezone.now()) == 1


# --- what a notice says


def test_a_notice_says_where_to_look():
    event = {"id": "evt_1", "type": "invoice.paid", "livemode": False, "created": 1_800_000_000}
    event["data"] = {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1"}}
    notice = notice_from(event)
    assert (notice.object_id, notice.customer_id, notice.account, notice.is_live) == ("in_1", "cus_1", "", False)
    assert notice.created_at == moment(1_800_000_000)


@pytest.mark.parametrize("event", [None, [], "x", {}, {"id": "evt_1"}, {"id": "evt\x00", "type": "a"}])
def test_what_is_no_event_is_no_notice(event):
    assert notice_from(event) is None
