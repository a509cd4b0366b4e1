"""A membership that is paid by card, from the first order to the last day: a real Chromium, and a practice Stripe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from demo.fake_stripe import ACCOUNT
from kouryu.env import Stripe
from members.cards import flows
from members.models import CardFailure, CardSubscription, Membership, OutgoingMail, PaymentIn, Period
from tests import factories, sweeps
from tests.browser.test_main_line import link_in, sign_in
from tests.rig.site import wait_until
from tests.rig.stripe import ASKS_ONCE, DECLINED, DECLINED_LATER, KEY, SECRET, SUCCEEDS, fake_stripe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def payments(tmp_path, live_server, settings):
    """Its notices go to the very site that the browser sees."""
    with fake_stripe(tmp_path, webhook=live_server.url + reverse("members:stripe_notice")) as server:
        settings.STRIPE = Stripe(KEY, (SECRET,), ACCOUNT, server.url)
        yield server


def test_a_membership_by_card_from_first_to_last(meet, payments):
    yu = factories.make_account("ゆう")
    factories.make_plan()
    person = meet("yu")
    sign_in(person, yu)

    def settled() -> None:
        """All notices have come, and a worker has done what follows."""
        wait_until(payments.store.is_delivered, what="every notice has come")
        sweeps.run("work-on-notices")

    def period_passes() -> None:
        payments.let_period_pass(customer=yu.card_customer.stripe_id)
        settled()

    def days_pass(days: int) -> None:
        payments.let_pass(customer=yu.card_customer.stripe_id, days=days)
        settled()

    # the order: what recurs is said before, and a declined card costs nothing
    person.go(reverse("members:plans"))
    person.looks("cards-plans")
    person.follows("カードで申し込む")
    person.sees("止めるまで、自動で更新されます")
    person.looks("cards-order")
    person.presses("お金のかかる申し込みを確定する")
    person.page.wait_for_url(f"{payments.url}/pay/**")
    person.types("カード番号", DECLINED)
    person.presses("支払う")
    person.sees("カードが使えませんでした")
    person.types("カード番号", ASKS_ONCE)
    person.presses("支払う")
    person.sees("ご本人かどうか")
    person.presses("認証する")
    person.page.wait_for_url("**/membership/payments/**")
    person.looks("cards-waiting")
    settled()
    person.page.reload()
    person.sees("お支払いが済みました")
    assert Period.objects.get(member=yu).allocation.payment.way == "card"
    assert "カードで自動で" in OutgoingMail.objects.get(key__startswith="membership/confirmed").text

    # a month later: charged by itself
    person.go(reverse("members:plans"))
    person.sees("下四桁 3155")
    person.looks("cards-renews")
    period_passes()
    assert Period.objects.filter(member=yu).count() == 2

    # another card, which fails a month later: told a day after, nothing lost meanwhile, paid from the mail
    person.go(reverse("members:plans"))
    person.presses("カードを変える")
    person.page.wait_for_url(f"{payments.url}/portal/**")
    person.types("カード番号", DECLINED_LATER)
    person.presses("このカードにする")
    person.page.wait_for_url("**/account/")
    period_passes()
    person.go(reverse("members:plans"))
    person.sees("お支払いができませんでした")
    person.looks("cards-failed")
    flows.tell_of_failures(now=CardFailure.objects.get().failed_at + timedelta(days=1))
    assert "席は、そのまま" in OutgoingMail.objects.get(key__startswith="cards/failed").text
    page = CardFailure.objects.get().page_url
    person.go(page)
    person.types("カード番号", SUCCEEDS)
    person.presses("支払う")
    person.sees("お支払いずみです")
    settled()
    assert Period.objects.filter(member=yu).count() == PaymentIn.objects.count() == 3

    # told a week before, stopped by one press in the mail, without signing in
    card = CardSubscription.objects.get()
    flows.announce_charges(now=card.period_ends_at - timedelta(days=6))
    mail = OutgoingMail.objects.get(key__startswith="cards/announced").text
    stranger = meet("stranger")
    stranger.go(link_in(mail, "/card/stop/"))
    stranger.looks("cards-stop")
    stranger.presses("自動更新を止める")
    stranger.sees("自動更新を止めました")
    sweeps.run("tell-stripe-who-stops")
    settled()
    assert payments.store.get("subscription", card.stripe_id)["cancel_at_period_end"]

    # goes on after all, then stops with two clicks; nothing is charged any more
    person.go(reverse("members:plans"))
    person.presses("やめるのを取り消す")
    sweeps.run("tell-stripe-who-stops")
    settled()
    person.go(reverse("members:plans"))
    person.follows("自動更新を止めて、会員をやめる")
    person.presses("やめる")
    assert Membership.objects.get(member=yu).stopped_at
    sweeps.run("tell-stripe-who-stops")
    days_pass(62)
    assert CardSubscription.objects.get().status == "canceled"
    assert PaymentIn.objects.count() == 3
    assert person.errors == stranger.errors == []
