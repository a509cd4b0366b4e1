"""From the order screen to paid days, by card: once, however notices come; renewals, failures, stopping, returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from kouryu.refusal import Refused
from members.cards import flows, gateway
from members.cards.choices import CheckoutState
from members.cards.limits import CARD_FAILURES
from members.cards.mails import stop_path
from members.cards.rules import NoCardPayment, days_to_tell_of
from members.membership.choices import BookAccount, DueState, PaymentWay
from members.membership.flows.grants import grant_period
from members.membership.flows.ordering import cancel_order, order_by_transfer
from members.membership.flows.renewals import send_renewals
from members.membership.flows.stopping import resume_membership, stop_membership
from members.membership.flows.transfers import confirm_transfer
from members.membership.rules import NoOrder
from members.models import (
    BookLine,
    CardCheckout,
    CardFailure,
    CardReturn,
    CardSubscription,
    Due,
    Membership,
    OutgoingMail,
    PaymentIn,
    Period,
    PlanAgreement,
    StripeEvent,
)
from tests import factories
from tests.rig.stripe import ASKS_ALWAYS, DECLINED, DECLINED_LATER, DISPUTED, SUCCEEDS, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return factories.make_plan()


@pytest.fixture
def ordered(yu, plan):
    """An order by card, and the page on which it is paid."""

    def order(member=yu, key="monthly"):
        due = flows.order_by_card(
            member=member, plan_key=key, screen_version="1", screen_text="全文", now=timezone.now()
        )
        return due, checkout(member, due)

    return order


def checkout(member, due):
    back_url = "http://127.0.0.1:1/back"
    return flows.begin_checkout(member=member, reference=due.reference, back_url=back_url, now=timezone.now())


def work(**later):
    return flows.work_on_notices(now=timezone.now() + timedelta(**later))


def told(send, notices, *kinds, newest_first=False, times=1):
    """Send the site all notices of these kinds that it does not know, and let it work."""
    events = [event for event in notices(*kinds) if not StripeEvent.objects.filter(event_id=event["id"]).exists()]
    for event in reversed(events) if newest_first else events:
        for _ in range(times):
            assert send(event).status_code == 200
            work()


@pytest.fixture
def paid(ordered, notices, send, yu):
    """The order of Yū was paid, and the site knows."""

    def pay(number=SUCCEEDS):
        due, url = ordered()
        page = typed(url, number=number)
        if page.status == 200:
            typed(url, proved="yes")
        told(send, notices)
        due.refresh_from_db()
        return due

    return pay


def pass_days(server, member, days):
    server.let_pass(customer=member.card_customer.stripe_id, days=days)


def pass_period(server, member):
    server.let_period_pass(customer=member.card_customer.stripe_id)


def ledger():
    """What stands on each account of the book, without those at zero."""
    sums = BookLine.objects.values("account").annotate(sum=Sum("amount_yen")).order_by("account")
    return {row["account"]: row["sum"] for row in sums if row["sum"]}


def keys(member, start=""):
    found = OutgoingMail.objects.filter(to=member, key__startswith=start).order_by("pk")
    return list(found.values_list("key", flat=True))


# --- the order


def test_a_card_that_pays_gives_the_days(yu, paid):
    due = paid()
    today = timezone.localdate()
    period = Period.objects.get(member=yu)
    assert (due.state, due.way, period.starts_on) == (DueState.CONFIRMED, PaymentWay.CARD, today)
    payment = PaymentIn.objects.get()
    assert (payment.way, payment.amount_yen, payment.member, payment.received_on) == ("card", 3300, yu, today)
    assert period.allocation.due == due
    assert period.allocation.payment == payment
    assert ledger() == {BookAccount.CARD: 3300, BookAccount.DEFERRED: -3300}
    assert CardCheckout.objects.get().state == CheckoutState.PAID
    assert keys(yu) == [f"membership/confirmed/{period.pk}"]
    assert "カードで自動で" in OutgoingMail.objects.get().text


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_notices_in_any_order_and_number_pay_once(yu, ordered, notices, send, newest_first, times):
    _due, url = ordered()
    typed(url, number=SUCCEEDS)
    told(send, notices, newest_first=newest_first, times=times)
    assert (Period.objects.filter(member=yu).count(), PaymentIn.objects.count()) == (1, 1)
    assert ledger() == {BookAccount.CARD: 3300, BookAccount.DEFERRED: -3300}


def test_notices_that_never_come_are_found_within_minutes_and_by_night(yu, ordered, notices, send):
    _due, url = ordered()
    typed(url, number=SUCCEEDS)
    assert flows.watch_checkouts(now=timezone.now()) == 0, "its notice may be on the way"
    assert flows.watch_checkouts(now=timezone.now() + timedelta(seconds=30)) == 1
    assert Period.objects.filter(member=yu).count() == 1
    flows.ask_for_missing(now=timezone.now())
    work()
    assert (Period.objects.filter(member=yu).count(), PaymentIn.objects.count()) == (1, 1)


def test_the_night_alone_finds_a_payment(yu, ordered):
    _due, url = ordered()
    typed(url, number=SUCCEEDS)
    flows.ask_for_missing(now=timezone.now())
    work()
    assert Period.objects.filter(member=yu).count() == 1


def test_two_tabs_lead_to_one_page(yu, ordered):
    due, url = ordered()
    assert checkout(yu, due) == url
    assert ordered() == (due, url)


def test_an_answer_that_got_lost_opens_no_second_page(yu, plan, server, sdk):
    due = flows.order_by_card(member=yu, plan_key="monthly", screen_version="1", screen_text="", now=timezone.now())
    server.lose_answers(count=1)
    checkout(yu, due)  # the SDK asks again, under the same key
    assert len(sdk.v1.customers.list().data) == 1
    CardCheckout.objects.update(stripe_id=None, url="")  # killed before the answer was written down
    checkout(yu, due)
    assert len(sdk.v1.checkout.sessions.list().data) == 1


def test_stripe_learns_no_name_and_no_address_from_us(yu, ordered, sdk):
    ordered()
    customer = sdk.v1.customers.list().data[0]
    assert (customer.name, customer.email) == (None, None)
    assert list(customer.metadata.to_dict()) == ["member"]


def test_while_stripe_is_away_the_order_waits(yu, plan, settings):
    here, settings.STRIPE = settings.STRIPE, replace(settings.STRIPE, api_url="http://127.0.0.1:1")
    due = flows.order_by_card(member=yu, plan_key="monthly", screen_version="1", screen_text="", now=timezone.now())
    with pytest.raises(Refused) as refused:
        checkout(yu, due)
    assert refused.value.reason == NoCardPayment.AWAY
    settings.STRIPE = here
    assert checkout(yu, due).startswith("http")


def test_a_declined_card_pays_nothing(yu, ordered, notices, send):
    due, url = ordered()
    typed(url, number=DECLINED)
    told(send, notices)
    due.refresh_from_db()
    assert (due.state, PaymentIn.objects.count()) == (DueState.OPEN, 0)


def test_three_d_secure_pays_once_it_was_passed(yu, paid):
    assert paid(ASKS_ALWAYS).state == DueState.CONFIRMED


def test_an_order_that_was_taken_back_cannot_be_paid_any_more(yu, ordered, sdk):
    due, url = ordered()
    cancel_order(reference=due.reference, by=yu, now=timezone.now())
    with pytest.raises(Refused) as refused:
        checkout(yu, due)
    assert refused.value.reason == NoCardPayment.NOT_OPEN
    assert flows.watch_checkouts(now=timezone.now() + timedelta(minutes=1)) == 1
    assert typed(url, number=SUCCEEDS).status == 410


def test_an_order_that_the_desk_saw_paid_by_transfer_cannot_be_paid_by_card_any_more(yu, sora, ordered):
    due, url = ordered()
    confirm_transfer(reference=due.reference, by=sora, amount_seen=due.amount_yen, now=timezone.now())
    assert flows.watch_checkouts(now=timezone.now() + timedelta(minutes=1)) == 1
    assert typed(url, number=SUCCEEDS).status == 410


def test_what_was_paid_for_an_order_just_taken_back_buys_its_days(yu, ordered, notices, send):
    """Nothing is lost, and nothing is paid without a day."""
    due, url = ordered()
    typed(url, number=SUCCEEDS)
    cancel_order(reference=due.reference, by=yu, now=timezone.now())
    told(send, notices)
    assert Period.objects.filter(member=yu).count() == 1
    assert list(Due.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "confirmed"]
    assert ledger() == {BookAccount.CARD: 3300, BookAccount.DEFERRED: -3300}


def test_changing_from_transfer_to_card_and_back_leaves_one_order(yu, plan, ordered):
    transfer = {"member": yu, "plan_key": "monthly", "screen_version": "1", "screen_text": "", "now": timezone.now()}
    first = order_by_transfer(**transfer)
    second, _url = ordered()
    third = order_by_transfer(**transfer)
    assert [first.pk, second.pk, third.pk] == list(Due.objects.order_by("pk").values_list("pk", flat=True))
    states = list(Due.objects.order_by("pk").values_list("state", "way"))
    assert states == [("cancelled", "transfer"), ("cancelled", "card"), ("open", "transfer")]


def test_who_is_charged_by_itself_orders_nothing_more(yu, paid, plan):
    paid()
    for order in (flows.order_by_card, order_by_transfer):
        with pytest.raises(Refused) as refused:
            order(member=yu, plan_key="monthly", screen_version="1", screen_text="", now=timezone.now())
        assert refused.value.reason == NoOrder.RENEWS_BY_ITSELF


# --- hostile and odd


def test_an_invoice_in_another_currency_is_never_booked(yu, paid, sdk, notices, send, server):
    paid()
    invoice = server.store.all("invoice")[0]
    server.store.put(invoice | {"id": "in_usd", "currency": "usd"})
    outcome = flows.take_invoice(gateway.invoice("in_usd"), now=timezone.now())
    assert (outcome, PaymentIn.objects.count()) == ("other-currency", 1)


def test_an_invoice_of_a_customer_of_somebody_else_is_nobodys(yu, paid, server):
    paid()
    server.store.put(server.store.all("invoice")[0] | {"id": "in_other", "customer": "cus_other"})
    assert flows.take_invoice(gateway.invoice("in_other"), now=timezone.now()) == "nobodys"


def test_what_is_paid_after_its_member_left_is_kept_for_the_desk(yu, paid, server):
    paid()
    pass_period(server, yu)
    yu.is_active = False
    yu.save()
    invoice = server.store.all("invoice")[0]["id"]
    assert flows.take_invoice(gateway.invoice(invoice), now=timezone.now()) == "booked-as-unknown"
    assert flows.take_invoice(gateway.invoice(invoice), now=timezone.now()) == "booked-before"
    assert ledger()[BookAccount.UNKNOWN] == -3300


def test_another_amount_than_ordered_is_kept_as_credit(yu, ordered, server, notices, send):
    """More than the price buys the days once; the rest is the member's."""
    _due, url = ordered()
    typed(url, number=SUCCEEDS)
    invoice = server.store.all("invoice")[0]
    server.store.put(invoice | {"amount_paid": 4000})
    told(send, notices)
    assert ledger() == {BookAccount.CARD: 4000, BookAccount.DEFERRED: -3300, BookAccount.CREDIT: -700}


# --- renewals


def test_a_renewal_is_charged_and_follows_the_days_before(yu, paid, server, notices, send):
    paid()
    pass_period(server, yu)
    told(send, notices)
    first, second = Period.objects.filter(member=yu).order_by("starts_on")
    assert second.starts_on == first.ends_on
    assert ledger() == {BookAccount.CARD: 6600, BookAccount.DEFERRED: -6600}
    assert Due.objects.order_by("pk").last().renews == first


def test_nobody_asks_for_a_transfer_where_a_card_is_charged(yu, paid):
    paid()
    over = timezone.now() + (Period.objects.get(member=yu).ends_on - timezone.localdate()) + timedelta(days=1)
    assert send_renewals(now=over - timedelta(days=7)) == 0
    assert send_renewals(now=over) == 0, "nor is it said that the days are over"
    stop_membership(member=yu, now=timezone.now())
    flows.tell_stripe(now=timezone.now())
    assert send_renewals(now=over) == 1


@pytest.mark.parametrize(("months", "days"), [(1, 7), (12, 30)])
def test_a_charge_is_announced_with_amount_date_digits_and_a_link(yu, ordered, notices, send, months, days):
    factories.make_plan("other", price_yen=3300, months=months)
    _due, url = ordered(key="other")
    typed(url, number=SUCCEEDS)
    told(send, notices)
    card = CardSubscription.objects.get()
    early = card.period_ends_at - timedelta(days=days, minutes=1)
    assert flows.announce_charges(now=early) == 0
    assert flows.announce_charges(now=early + timedelta(minutes=2)) == 1
    assert flows.announce_charges(now=early + timedelta(days=1)) == 0, "once"
    mail = OutgoingMail.objects.get(key__startswith="cards/announced")
    for words in ("3,300円", "4242", stop_path(card)):
        assert words in mail.text


def test_who_stopped_is_told_of_no_charge(yu, paid):
    paid()
    stop_membership(member=yu, now=timezone.now())
    flows.tell_stripe(now=timezone.now())
    assert flows.announce_charges(now=timezone.now() + timedelta(days=28)) == 0


def agreed_on(member, plan, price_yen):
    """A new price that this member was told of, for the next period."""
    ends_on = Period.objects.filter(member=member).latest("ends_on").ends_on
    return PlanAgreement.objects.create(
        member=member, plan=plan, price_yen=price_yen, tax_percent=10, from_on=ends_on, made_at=timezone.now()
    )


def test_a_new_price_is_charged_once_its_day_has_come(yu, plan, paid, server, notices, send):
    paid()
    assert flows.agree_on_prices(now=timezone.now()) == 0
    agreed_on(yu, plan, 3850)
    assert flows.agree_on_prices(now=timezone.now()) == 1
    assert flows.agree_on_prices(now=timezone.now()) == 0
    pass_period(server, yu)
    told(send, notices)
    assert list(PaymentIn.objects.order_by("pk").values_list("amount_yen", flat=True)) == [3300, 3850]
    assert Period.objects.filter(member=yu).count() == 2


def test_what_was_charged_before_stripe_knew_of_a_new_price_buys_its_days(yu, plan, paid, server, notices, send):
    paid()
    agreed_on(yu, plan, 3850)
    pass_period(server, yu)
    told(send, notices)
    assert Period.objects.filter(member=yu).count() == 2
    assert ledger() == {BookAccount.CARD: 6600, BookAccount.DEFERRED: -6600}


# --- stopping


def test_stopping_here_stops_there_and_going_on_goes_on(yu, paid, sdk):
    paid()
    card = CardSubscription.objects.get()
    for act, stops in ((stop_membership, True), (resume_membership, False)):
        act(member=yu, now=timezone.now())
        assert flows.tell_stripe(now=timezone.now()) == 1
        assert flows.tell_stripe(now=timezone.now()) == 0
        assert sdk.v1.subscriptions.retrieve(card.stripe_id).cancel_at_period_end is stops
        card.refresh_from_db()
        assert card.stops is stops


def test_who_stopped_is_not_charged_again(yu, paid, server, notices, send):
    paid()
    stop_membership(member=yu, now=timezone.now())
    flows.tell_stripe(now=timezone.now())
    pass_days(server, yu, 62)
    told(send, notices)
    assert PaymentIn.objects.count() == 1
    assert CardSubscription.objects.get().status == "canceled"


def test_a_stop_waits_while_stripe_is_away(yu, paid, settings):
    paid()
    stop_membership(member=yu, now=timezone.now())
    here, settings.STRIPE = settings.STRIPE, replace(settings.STRIPE, api_url="http://127.0.0.1:1")
    assert flows.tell_stripe(now=timezone.now()) == 0
    settings.STRIPE = here
    assert flows.tell_stripe(now=timezone.now()) == 1


def test_what_is_chosen_at_stripe_holds_here_too(yu, paid, sdk, notices, send):
    paid()
    card = CardSubscription.objects.get()
    sdk.v1.subscriptions.update(card.stripe_id, {"cancel_at_period_end": True})
    told(send, notices)
    assert Membership.objects.get(member=yu).stopped_at
    assert any(key.startswith("membership/stopped") for key in keys(yu))
    sdk.v1.subscriptions.update(card.stripe_id, {"cancel_at_period_end": False})
    told(send, notices)
    assert Membership.objects.get(member=yu).stopped_at is None
    assert flows.tell_stripe(now=timezone.now()) == 0


def test_the_link_in_the_mail_stops_with_one_click(yu, paid, client):
    paid()
    url = stop_path(CardSubscription.objects.get())
    assert client.get(url).status_code == 200
    assert Membership.objects.get(member=yu).stopped_at is None, "programs that read mails open every link"
    assert "自動更新を止めました" in client.post(url).content.decode()
    assert Membership.objects.get(member=yu).stopped_at
    assert client.post(url).status_code == 200
    assert client.get(url[:-2] + "/").status_code == 404


# --- failures


def fail(server, sdk, member):
    """The next charges of this member's card are declined."""
    portal = sdk.v1.billing_portal.sessions.create({"customer": member.card_customer.stripe_id})
    assert typed(portal.url, number=DECLINED_LATER).status == 303


def test_a_failed_charge_is_told_after_one_four_and_eight_days(yu, paid, server, sdk, notices, send):
    paid()
    fail(server, sdk, yu)
    pass_period(server, yu)
    told(send, notices)
    assert CardSubscription.objects.get().status == "past_due"
    failed_at = CardFailure.objects.get().failed_at
    sent = []
    for hours in range(0, 10 * 24, 6):
        sent += [hours // 24] * flows.tell_of_failures(now=failed_at + timedelta(hours=hours))
    assert sent == [1, 4, 8]
    assert len(keys(yu, "cards/failed")) == 3
    assert "最後のお知らせ" in OutgoingMail.objects.filter(key__startswith="cards/failed").last().text


def test_who_paid_meanwhile_is_told_nothing_wrong(yu, paid, server, sdk, notices, send):
    paid()
    fail(server, sdk, yu)
    pass_period(server, yu)
    told(send, notices)
    invoice = sdk.v1.invoices.list({"status": "open"}).data[0]
    assert typed(invoice.hosted_invoice_url, number=SUCCEEDS).status == 303
    failed_at = CardFailure.objects.get().failed_at
    assert flows.tell_of_failures(now=failed_at + timedelta(days=1)) == 0, "although its notice never came"
    assert CardFailure.objects.get().settled_at
    assert Period.objects.filter(member=yu).count() == 2


def test_a_seat_is_kept_while_a_charge_is_tried_again(yu, paid, server, sdk, notices, send, settings):
    """The days of grace are as many as the days of trying: access and seats stay meanwhile."""
    paid()
    assert CARD_FAILURES.told_after_days[-1] <= settings.GRACE_DAYS


@pytest.mark.parametrize(
    ("hours", "days"), [(0, []), (23, []), (24, [1]), (71, [1]), (73, []), (96, [4]), (191, []), (192, [8]), (240, [])]
)
def test_when_a_failure_is_told(hours, days):
    now = timezone.now()
    assert days_to_tell_of(now - timedelta(hours=hours), now) == days


# --- money that goes back


def test_a_refund_and_a_dispute_are_noted_beside_their_payment(yu, paid, server, sdk, notices, send):
    paid(DISPUTED)
    dispute = CardReturn.objects.get()
    assert (dispute.kind, dispute.amount_yen, dispute.payment) == ("dispute", 3300, PaymentIn.objects.get())
    server.close_dispute(dispute=dispute.stripe_id, status="won")
    told(send, notices)
    dispute.refresh_from_db()
    assert dispute.status == "won"


def test_a_refund_made_at_stripe_is_noted_once(yu, paid, sdk, notices, send):
    paid()
    intent = sdk.v1.payment_intents.list().data[0].id
    sdk.v1.refunds.create({"payment_intent": intent, "amount": 1000})
    told(send, notices, times=2)
    noted = CardReturn.objects.get()
    assert (noted.kind, noted.amount_yen, noted.status) == ("refund", 1000, "succeeded")


# --- pages


def test_the_order_screen_says_what_recurs_and_keeps_it_with_the_order(yu, plan, signed_in, server):
    client = signed_in(yu)
    page = client.get(reverse("members:card_order", args=["monthly"]))
    words = page.content.decode()
    for sentence in ("自動で更新されます", "年に39,600円", "7日前に", "Stripe"):
        assert sentence in words
    screen = page.context["screen"].fingerprint
    leaving = client.post(reverse("members:card_order", args=["monthly"]), {"screen": screen})
    assert server.url in leaving.content.decode()
    due = Due.objects.get(member=yu)
    assert "自動で更新されます" in due.agreement.screen_text
    assert client.post(reverse("members:card_order", args=["monthly"]), {"screen": "other"}).status_code == 422


def test_the_page_of_an_open_order_leads_on_and_takes_it_back(yu, ordered, signed_in, server):
    due, url = ordered()
    client = signed_in(yu)
    assert "待っています" in client.get(reverse("members:payment", args=[due.reference])).content.decode()
    assert url in client.post(reverse("members:card_pay", args=[due.reference])).content.decode()
    client.post(reverse("members:payment", args=[due.reference]))
    refused = client.post(reverse("members:card_pay", args=[due.reference]))
    assert refused.status_code == 409
    assert "もうお支払いを待っていません" in refused.content.decode()


def test_another_card_is_chosen_at_stripe(yu, paid, signed_in, server):
    paid()
    assert f"{server.url}/portal/" in signed_in(yu).post(reverse("members:card_change")).content.decode()


def test_who_never_paid_by_card_has_none_to_change(yu, signed_in):
    assert signed_in(yu).post(reverse("members:card_change")).status_code == 409


@pytest.mark.parametrize("name", ["landing", "legal", "terms", "plans"])
def test_texts_promise_what_the_site_does(name, plan, yu, signed_in, settings, client):
    page = {"landing": "home", "legal": "members:legal", "terms": "members:terms", "plans": "members:plans"}[name]
    reader = signed_in(yu) if name == "plans" else client
    assert "止めるまで" in reader.get(reverse(page)).content.decode()
    settings.STRIPE = None
    without = reader.get(reverse(page)).content.decode()
    assert "止めるまで" not in without
    assert "カード" not in without


@pytest.mark.parametrize("page", ["card_order", "card_pay", "card_change", "card_stop"])
def test_without_keys_there_are_no_pages_of_cards(page, yu, plan, signed_in, settings):
    settings.STRIPE = None
    arguments = {"card_order": ["monthly"], "card_pay": ["X"], "card_change": [], "card_stop": ["x"]}[page]
    assert signed_in(yu).post(reverse(f"members:{page}", args=arguments)).status_code == 404


def test_the_account_page_says_what_comes_next(yu, paid, signed_in):
    paid()
    words = signed_in(yu).get(reverse("members:plans")).content.decode()
    for sentence in ("下四桁 4242", "3,300円", "カードを変える", "自動更新を止めて"):
        assert sentence in words


def test_days_that_were_given_go_on_before_the_card_is_charged_for_more(yu, ordered, notices, send):
    """Who has days already pays now, and the days follow those."""
    grant_period(member=yu, months=2, by=None, now=timezone.now())
    _due, url = ordered()
    typed(url, number=SUCCEEDS)
    told(send, notices)
    given, bought = Period.objects.filter(member=yu).order_by("starts_on")
    assert bought.starts_on == given.ends_on
