"""What money does in the fake Stripe: charges, invoices, subscriptions, refunds and disputes, and its clocks."""

from __future__ import annotations

import time

from demo.fake_stripe import shapes
from demo.fake_stripe.cards import CARDS, IS_ATTACHED, PracticeCard
from demo.fake_stripe.problems import StripeProblem, declined, wrong
from demo.fake_stripe.shapes import DAY, later
from demo.fake_stripe.store import StripeStore, Thing

RETRIES = (1 * DAY, 3 * DAY, 4 * DAY)  # after each failure: a day after the first, four days, eight days
LIVING = {"active", "past_due", "trialing"}


class HolderWanted(Exception):
    """The bank wants to see the card's holder (3-D Secure)."""


class Billing:
    """Everything that changes money, on one store. Each method belongs into a transaction of the store."""

    def __init__(self, store: StripeStore, base: str) -> None:
        self.store = store
        self.base = base

    # --- time

    def now(self, customer: Thing | None = None) -> int:
        """The moment for a customer: of their test clock, or of this machine and what was made to pass for them."""
        clock = self.store.find("test_helpers.test_clock", customer and customer["test_clock"])
        if clock:
            return clock["frozen_time"]
        return int(time.time()) + (customer["_ahead"] if customer else 0)

    def bring_up_to_date(self, customer: Thing) -> None:
        """Everything that falls due for a customer by now, in the order in which it falls due."""
        until = self.now(customer)
        while due := self._next_due(customer, until):
            moment, act, thing = due
            act(thing, moment)

    def _next_due(self, customer, until):
        acts = []
        for subscription in self.store.all("subscription", customer["id"]):
            if subscription["status"] in {"active", "trialing"}:
                acts.append((subscription["items"]["data"][0]["current_period_end"], self._period_over, subscription))
        for invoice in self.store.all("invoice", customer["id"]):
            if invoice["status"] == "open" and invoice["_retry_at"] is not None:
                acts.append((invoice["_retry_at"], self._try_again, invoice))
        due = [act for act in acts if act[0] <= until]
        return min(due, key=lambda act: act[0]) if due else None

    def _period_over(self, subscription: Thing, moment: int) -> None:
        if subscription["cancel_at_period_end"]:
            self.end_subscription(subscription, moment, reason="cancellation_requested")
        else:
            self._renew(subscription, moment)

    def _renew(self, subscription: Thing, moment: int) -> None:
        one = subscription["items"]["data"][0]
        terms = one["price"]["recurring"]
        anchor = subscription["billing_cycle_anchor"]
        one["current_period_start"] = moment
        one["current_period_end"] = later(moment, terms["interval"], terms["interval_count"], anchor)
        subscription["status"] = "active"
        invoice = self._draw_up(subscription, "subscription_cycle", moment)
        self._change(subscription, {"latest_invoice": invoice["id"]})
        self._collect(invoice, moment)

    def _try_again(self, invoice: Thing, moment: int) -> None:
        invoice["_retry_at"] = None
        self.store.put(invoice)
        self._collect(invoice, moment)

    # --- what a subscription is

    def subscribe(
        self, customer: Thing, price: Thing, method: Thing, metadata: Thing, *, holder_was_asked: bool
    ) -> tuple[Thing, Thing]:
        """A subscription whose first period is paid, and its invoice. Raises `HolderWanted`, or what was refused."""
        now = self.now(customer)
        subscription = shapes.subscription(customer, price, method=method["id"], metadata=metadata, now=now)
        intent = self._intent(price["unit_amount"], price["currency"], customer, method, {}, now)
        self._charge(intent, method, holder_is_there=True, holder_was_asked=holder_was_asked, now=now)
        self.store.put(subscription)
        self.store.emit("customer.subscription.created", subscription)
        invoice = self._draw_up(subscription, "subscription_create", now)
        self._paid(invoice, intent, now)
        self._change(subscription, {"latest_invoice": invoice["id"]})
        return subscription, invoice

    def subscribe_without_holder(self, customer: Thing, price: Thing, asked: Thing, method: str) -> Thing:
        """A subscription that the site makes; its first charge may fail, and then it is incomplete."""
        now = self.now(customer)
        metadata = asked.get("metadata", {})
        subscription = shapes.subscription(customer, price, method=method, metadata=metadata, now=now)
        self.store.put(subscription)
        invoice = self._draw_up(subscription, "subscription_create", now)
        subscription["latest_invoice"] = invoice["id"]
        self.store.put(subscription)
        self.store.emit("customer.subscription.created", subscription)
        if not self._collect(invoice, now):
            self._change(self.store.get("subscription", subscription["id"]), {"status": "incomplete"})
        return self.store.get("subscription", subscription["id"])

    def end_subscription(self, subscription: Thing, moment: int, *, reason: str) -> Thing:
        subscription |= {"status": "canceled", "ended_at": moment}
        subscription["canceled_at"] = subscription["canceled_at"] or moment
        subscription["cancellation_details"] |= {"reason": reason}
        self.store.put(subscription)
        self.store.emit("customer.subscription.deleted", subscription)
        for invoice in self.store.all("invoice", subscription["customer"]):
            if invoice["_retry_at"] is not None and subscription_of(invoice) == subscription["id"]:
                self.store.put(invoice | {"_retry_at": None, "next_payment_attempt": None})
        return subscription

    def _change(self, subscription: Thing, changes: Thing) -> Thing:
        previous = {name: subscription.get(name) for name in changes}
        subscription |= changes
        self.store.put(subscription)
        self.store.emit("customer.subscription.updated", subscription, previous)
        return subscription

    def change_subscription(self, subscription: Thing, changes: Thing) -> Thing:
        """What was asked for, and nothing is charged at once."""
        now = self.now(self.store.get("customer", subscription["customer"]))
        if "cancel_at_period_end" in changes:
            stops = changes["cancel_at_period_end"]
            end = subscription["items"]["data"][0]["current_period_end"]
            reason = "cancellation_requested" if stops else None
            changes = changes | {
                "cancel_at": end if stops else None,
                "canceled_at": now if stops else None,
                "cancellation_details": {"comment": None, "feedback": None, "reason": reason},
            }
        return self._change(subscription, changes)

    # --- invoices

    def _draw_up(self, subscription: Thing, reason: str, now: int) -> Thing:
        """An invoice for the period of the subscription's item, made and made final."""
        customer = self.store.get("customer", subscription["customer"])
        customer["_invoices"] += 1
        self.store.put(customer)
        number = f"{customer['invoice_prefix']}-{customer['_invoices']:04}"
        invoice = shapes.invoice(customer, subscription, reason=reason, number=number, base=self.base, now=now)
        self.store.put(invoice)
        self.store.emit("invoice.created", invoice)
        invoice |= {
            "status": "open",
            "effective_at": now,
            "hosted_invoice_url": f"{self.base}/invoice/{invoice['id']}",
            "invoice_pdf": f"{self.base}/invoice/{invoice['id']}/pdf",
        }
        invoice["status_transitions"]["finalized_at"] = now
        self.store.put(invoice)
        self.store.emit("invoice.finalized", invoice)
        return invoice

    def _collect(self, invoice: Thing, now: int) -> bool:
        """Charge the card of the subscription, with nobody there. What fails is tried again, and ends it at last."""
        subscription = self.store.get("subscription", subscription_of(invoice))
        customer = self.store.get("customer", invoice["customer"])
        method = self.method_of(subscription)
        intent = self._intent_of(invoice, customer, method, now)
        try:
            if method is None:
                raise declined("generic_decline")
            self._charge(intent, method, holder_is_there=False, holder_was_asked=False, now=now)
        except HolderWanted:
            self._failed(invoice, intent, subscription, now)
            self.store.emit("invoice.payment_action_required", invoice)
            return False
        except StripeProblem:
            self._failed(invoice, intent, subscription, now)
            return False
        self._paid(invoice, intent, now)
        if subscription["status"] in {"past_due", "incomplete"}:
            self._change(subscription, {"status": "active"})
        return True

    def pay_open_invoice(self, invoice: Thing, method: Thing, *, holder_was_asked: bool) -> None:
        """Pay with somebody there: on the page of the invoice. Raises `HolderWanted`, or what the bank refused."""
        customer = self.store.get("customer", invoice["customer"])
        now = self.now(customer)
        intent = self._intent_of(invoice, customer, method, now)
        intent["payment_method"] = method["id"]
        self._charge(intent, method, holder_is_there=True, holder_was_asked=holder_was_asked, now=now)
        self._paid(invoice, intent, now)
        subscription = self.store.get("subscription", subscription_of(invoice))
        if subscription["status"] in {"past_due", "incomplete"}:
            self._change(subscription, {"status": "active"})

    def collect_again(self, invoice: Thing) -> Thing:
        """What `pay` does: one more try with the card that is there, and the bank's refusal for an answer."""
        if invoice["status"] != "open":
            raise wrong("Invoice is already paid" if invoice["status"] == "paid" else "Invoice is not open")
        customer = self.store.get("customer", invoice["customer"])
        self._collect(invoice, self.now(customer))
        return self.store.get("invoice", invoice["id"])

    def void(self, invoice: Thing) -> Thing:
        if invoice["status"] != "open":
            raise wrong("You can only void an invoice that is open.")
        invoice |= {"status": "void", "next_payment_attempt": None, "_retry_at": None}
        invoice["status_transitions"]["voided_at"] = self.now(self.store.get("customer", invoice["customer"]))
        self.store.emit("invoice.voided", self.store.put(invoice))
        return invoice

    def _paid(self, invoice: Thing, intent: Thing, now: int) -> None:
        invoice |= {
            "status": "paid",
            "attempted": True,
            "attempt_count": invoice["attempt_count"] + 1,
            "amount_paid": invoice["amount_due"],
            "amount_remaining": 0,
            "ending_balance": 0,
            "next_payment_attempt": None,
            "_intent": intent["id"],
            "_retry_at": None,
        }
        invoice["status_transitions"]["paid_at"] = now
        self.store.put(invoice)
        payment = self.store.put(shapes.invoice_payment(invoice, intent, now))
        self.store.emit("invoice_payment.paid", payment)
        self.store.emit("invoice.paid", invoice)
        self.store.emit("invoice.payment_succeeded", invoice)

    def _failed(self, invoice: Thing, intent: Thing, subscription: Thing, now: int) -> None:
        tried = invoice["_retries"]
        is_first = invoice["billing_reason"] == "subscription_create"
        again = now + RETRIES[tried] if tried < len(RETRIES) and not is_first else None
        invoice |= {
            "attempted": True,
            "attempt_count": invoice["attempt_count"] + 1,
            "next_payment_attempt": again,
            "_intent": intent["id"],
            "_retries": tried + 1,
            "_retry_at": again,
        }
        self.store.put(invoice)
        self.store.emit("invoice.payment_failed", invoice)
        if is_first:
            return
        if again is not None:
            if subscription["status"] != "past_due":
                self._change(subscription, {"status": "past_due"})
        else:
            self.end_subscription(subscription, now, reason="payment_failed")

    def payments_of(self, invoice: Thing) -> list[Thing]:
        payments = self.store.all("invoice_payment")
        return [payment for payment in payments if payment["invoice"] == invoice["id"]]

    def method_of(self, subscription: Thing) -> Thing | None:
        """The card that pays: the subscription's own, else the customer's."""
        customer = self.store.get("customer", subscription["customer"])
        chosen = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
        return self.store.find("payment_method", chosen)

    # --- charges

    def card_of(self, customer: Thing, card: PracticeCard, name: str, *, holder_was_asked: bool) -> Thing:
        """A card that somebody typed, before anything was charged to it."""
        now = self.now(customer)
        year = time.gmtime(now).tm_year + 3
        method = shapes.payment_method(card, customer["id"], name, now, year)
        return self.store.put(method | {"_proved": holder_was_asked})

    def attach(self, method: Thing) -> None:
        """Keep a card for later charges."""
        self.store.emit("payment_method.attached", method)

    def prove_card(self, card: PracticeCard, *, holder_was_asked: bool) -> None:
        """Whether a card may be kept. Raises `HolderWanted`, or what the bank refused."""
        if card.asks and not holder_was_asked:
            raise HolderWanted
        if card.declined and card.number not in IS_ATTACHED:
            raise declined(card.declined)

    def _intent(self, amount, currency, customer, method, metadata, now) -> Thing:
        intent = shapes.payment_intent(amount, currency, customer["id"], method and method["id"], metadata, now)
        self.store.put(intent)
        self.store.emit("payment_intent.created", intent)
        return intent

    def _intent_of(self, invoice: Thing, customer: Thing, method: Thing | None, now: int) -> Thing:
        """The one that tries to pay this invoice: each try is another charge of it."""
        known = self.store.find("payment_intent", invoice["_intent"])
        intent = known or self._intent(invoice["amount_due"], invoice["currency"], customer, method, {}, now)
        intent["payment_method"] = method and method["id"]
        return intent

    def pay_once(self, customer, method, amount, currency, metadata, *, holder_was_asked) -> Thing:
        """A payment that does not recur. Raises `HolderWanted`, or what the bank refused."""
        now = self.now(customer)
        intent = self._intent(amount, currency, customer, method, metadata, now)
        self._charge(intent, method, holder_is_there=True, holder_was_asked=holder_was_asked, now=now)
        return intent

    def _charge(self, intent, method, *, holder_is_there, holder_was_asked, now) -> None:
        card = CARDS[method["_number"]]
        wants_holder = card.asks_always or (card.asks_at_setup and not method["_proved"])
        if wants_holder and not holder_was_asked:
            state = "requires_action" if holder_is_there else "requires_payment_method"
            self.store.put(intent | {"status": state})
            raise HolderWanted
        charge = self.store.put(shapes.charge(intent, method, declined=card.declined, now=now))
        intent |= {"latest_charge": charge["id"]}
        if card.declined:
            problem = declined(card.declined, charge=charge["id"])
            error = {**problem.error, "payment_method": None}
            self.store.put(intent | {"status": "requires_payment_method", "last_payment_error": error})
            self.store.emit("charge.failed", charge)
            self.store.emit("payment_intent.payment_failed", intent)
            raise problem
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        self.store.put(intent)
        self.store.emit("charge.succeeded", charge)
        self.store.emit("payment_intent.succeeded", intent)
        if card.disputed:
            self.dispute(charge, "fraudulent")

    # --- money that goes back

    def refund(self, charge: Thing, asked: Thing, amount: int | None) -> Thing:
        left = charge["amount"] - charge["amount_refunded"]
        if charge["disputed"]:
            raise wrong(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
        if left == 0:
            message = f"Charge {charge['id']} has already been refunded."
            raise wrong(message, code="charge_already_refunded")
        amount = left if amount is None else amount
        if not 0 < amount <= left:
            raise wrong(f"Refund amount (¥{amount}) is greater than unrefunded amount on charge (¥{left})")
        now = self.now(self.store.find("customer", charge["customer"]))
        refund = self.store.put(shapes.refund(charge, amount, asked, now) | {"_customer": charge["customer"]})
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.store.put(charge)
        self.store.emit("refund.created", refund)
        self.store.emit("charge.refunded", charge)
        return refund

    def dispute(self, charge: Thing, reason: str) -> Thing:
        """The holder objects at their bank, which takes the money back for the time being."""
        now = self.now(self.store.find("customer", charge["customer"]))
        dispute = shapes.dispute(charge, reason, shapes.no_evidence(), now)
        self.store.put(dispute | {"_customer": charge["customer"]})
        self.store.put(charge | {"disputed": True})
        self.store.emit("charge.dispute.created", dispute)
        self.store.emit("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, dispute: Thing, status: str) -> Thing:
        """`won`: the money comes back; `lost`: it is gone."""
        self.store.put(dispute | {"status": status})
        dispute["status"] = status
        if status == "won":
            self.store.emit("charge.dispute.funds_reinstated", dispute)
        self.store.emit("charge.dispute.closed", dispute)
        return dispute


def subscription_of(invoice: Thing) -> str:
    return invoice["parent"]["subscription_details"]["subscription"]
