"""The calls that the fake Stripe answers: one function for each, under the path and method of Stripe's own.

A parameter that is not named here is refused, as Stripe refuses one that it does not know.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from demo.fake_stripe import ACCOUNT, API_VERSION, shapes
from demo.fake_stripe.billing import LIVING, Billing, subscription_of
from demo.fake_stripe.forms import decoded, whole_number
from demo.fake_stripe.problems import StripeProblem, missing, wrong
from demo.fake_stripe.store import StripeStore, Thing, new_id, public

PAGES = {"limit", "starting_after", "ending_before", "expand", "created"}
LONGEST_PAGE = 100
INTERVALS = {"day", "week", "month", "year"}


@dataclass(frozen=True)
class ApiCall:
    """One call of the API: its way, the parameters that it takes, and what answers it."""

    method: str
    path: re.Pattern[str]
    takes: frozenset[str]
    answer: Callable[..., Thing]


CALLS: list[ApiCall] = []


def call(way: str, *takes: str) -> Callable[[Callable[..., Thing]], Callable[..., Thing]]:
    """Declare what answers `POST /v1/customers/{id}`, and which parameters it takes besides `expand`."""
    method, path = way.split()
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))

    def declare(answer: Callable[..., Thing]) -> Callable[..., Thing]:
        CALLS.append(ApiCall(method, pattern, frozenset(takes) | {"expand"}, answer))
        return answer

    return declare


class Api:
    """Answers calls on one store."""

    def __init__(self, store: StripeStore, base: str) -> None:
        self.store = store
        self.billing = Billing(store, base)
        self.base = base

    def respond(self, method: str, path: str, text: str, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Status, JSON and headers of the answer. Under a known idempotency key it is the answer of the first time."""
        key = headers.get("idempotency-key", "") if method == "POST" else ""
        asked = hashlib.sha256(f"{path}\n{text}".encode()).hexdigest()
        with self.store.transaction():
            known = self.store.answer_to(key) if key else None
            if known and known[0] == asked:
                return known[1], known[2], {"Idempotent-Replayed": "true", "Idempotency-Key": key}
            try:
                if known:
                    raise _other_parameters(key)
                thing, status = self._answer(method, path, decoded(text), headers), 200
            except StripeProblem as problem:
                thing, status = {"error": problem.error}, problem.status
            body = json.dumps(thing, ensure_ascii=False)
            if key and not known and status in {200, 402}:
                self.store.keep_answer(key, asked, status, body)
        return status, body, {"Idempotency-Key": key} if key else {}

    def _answer(self, method: str, path: str, asked: Thing, headers: dict[str, str]) -> Thing:
        _check_key(headers.get("authorization", ""))
        version = headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise wrong(f"This practice server knows API version {API_VERSION} only, not {version}.")
        found, parts = _find(method, path)
        for name in asked:
            if name not in found.takes:
                raise wrong(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        wanted = asked.pop("expand", [])
        return self._expanded(public(found.answer(self, asked, **parts)), wanted)

    def _expanded(self, thing: Thing, wanted: Iterable[str]) -> Thing:
        for path in wanted:
            self._expand(thing, path.split("."))
        return thing

    def _expand(self, thing: Any, parts: list[str]) -> None:
        """Put the object where its id stands; `data` goes into each of a list."""
        if not parts or thing is None:
            return
        if isinstance(thing, list):
            for one in thing:
                self._expand(one, parts)
            return
        name, rest = parts[0], parts[1:]
        if name == "payments" and thing["object"] == "invoice":
            thing["payments"] = shapes.list_of(
                [public(one) for one in self.billing.payments_of(thing)], "/v1/invoice_payments"
            )
        elif isinstance(thing.get(name), str):
            other = self.store.any(thing[name])
            thing[name] = public(other) if other else thing[name]
        self._expand(thing.get(name), rest)

    # --- what the calls below share

    def customer(self, asked: Thing, name: str = "customer") -> Thing:
        """The customer that a parameter names, brought up to their moment."""
        customer = self.store.find("customer", asked.get(name))
        if customer is None or customer.get("deleted"):
            raise missing("customer", asked.get(name), name)
        self.billing.bring_up_to_date(customer)
        return self.store.get("customer", customer["id"])

    def one(self, kind: str, identifier: str) -> Thing:
        """An object of a path, its customer brought up to their moment first."""
        thing = self.store.find(kind, identifier)
        if thing is None:
            raise missing(kind, identifier)
        customer = self.store.find("customer", thing.get("customer"))
        if customer and not customer.get("deleted"):
            self.billing.bring_up_to_date(customer)
        return self.store.get(kind, identifier)

    def page(self, kind: str, asked: Thing, path: str, *, of: Callable[[Thing], bool] = lambda _: True) -> Thing:
        """A page of a list, newest first, as `limit`, `starting_after`, `ending_before` and `created` say."""
        limit = whole_number(asked.get("limit", 10))
        if limit is None or not 1 <= limit <= LONGEST_PAGE:
            raise wrong(f"Invalid integer: {asked['limit']}", param="limit")
        found = [one for one in self.store.all(kind, asked.get("customer")) if of(one) and _in_time(one, asked)]
        ids = [one["id"] for one in found]
        if after := asked.get("starting_after"):
            found = found[_place(ids, after, kind) + 1 :]
        elif before := asked.get("ending_before"):
            found = found[: _place(ids, before, kind)][-limit:]
        return shapes.list_of([public(one) for one in found[:limit]], path, has_more=len(found) > limit)

    def price_of(self, asked: Thing) -> Thing:
        """The price that an item names, or describes."""
        if identifier := asked.get("price"):
            price = self.store.find("price", identifier)
            if price is None:
                raise missing("price", identifier, "line_items[0][price]")
            return price
        data = asked.get("price_data")
        if not data:
            raise wrong("An item needs `price` or `price_data`.", param="price_data")
        if product := data.pop("product_data", None):
            data["product"] = create_product(self, product)["id"]
        return create_price(self, data)


def _check_key(authorization: str) -> None:
    key = authorization.removeprefix("Bearer ")
    if not re.fullmatch(r"[sr]k_test_\w+", key):
        message = "Invalid API Key provided: this practice server takes keys that begin with sk_test_ only."
        raise StripeProblem(401, "invalid_request_error", message)


def _find(method: str, path: str) -> tuple[ApiCall, dict[str, str]]:
    for one in CALLS:
        if one.method == method and (match := one.path.fullmatch(path)):
            return one, match.groupdict()
    message = f"Unrecognized request URL ({method}: {path}). docs/fake-stripe.md says which calls are answered."
    raise StripeProblem(404, "invalid_request_error", message)


def _other_parameters(key: str) -> StripeProblem:
    message = f"Keys for idempotent requests can only be used with the same parameters they were first used with: {key}"
    return StripeProblem(400, "idempotency_error", message)


def _in_time(thing: Thing, asked: Thing) -> bool:
    bounds = asked.get("created", {})
    if isinstance(bounds, str):
        bounds = {"gte": bounds, "lte": bounds}
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(tests[name](thing["created"], int(bound)) for name, bound in bounds.items())


def _place(ids: list[str], identifier: str, kind: str) -> int:
    if identifier not in ids:
        raise missing(kind, identifier, "starting_after")
    return ids.index(identifier)


def _needed(asked: Thing, *names: str) -> None:
    for name in names:
        if asked.get(name) in (None, "", {}, []):
            raise wrong(f"Missing required param: {name}.", code="parameter_missing", param=name)


# --- account, customers, products, prices


@call("GET /v1/account")
def retrieve_account(api: Api, asked: Thing) -> Thing:
    return shapes.account(ACCOUNT)


PERSON = ("description", "email", "metadata", "name", "phone", "preferred_locales")


@call("POST /v1/customers", *PERSON, "test_clock")
def create_customer(api: Api, asked: Thing) -> Thing:
    clock = api.store.find("test_helpers.test_clock", asked.get("test_clock"))
    if asked.get("test_clock") and clock is None:
        raise missing("test_clock", asked["test_clock"], "test_clock")
    now = clock["frozen_time"] if clock else api.billing.now()
    customer = api.store.put(shapes.customer(asked, now))
    api.store.emit("customer.created", customer)
    return customer


@call("GET /v1/customers", *PAGES, "email")
def list_customers(api: Api, asked: Thing) -> Thing:
    email = asked.get("email")
    return api.page("customer", asked, "/v1/customers", of=lambda one: email in (None, one.get("email")))


@call("GET /v1/customers/{id}")
def retrieve_customer(api: Api, asked: Thing, id: str) -> Thing:
    found = api.store.find("customer", id)
    if found and found.get("deleted"):
        return found
    return api.customer({"customer": id})


@call("POST /v1/customers/{id}", *PERSON, "invoice_settings")
def update_customer(api: Api, asked: Thing, id: str) -> Thing:
    customer = api.customer({"customer": id})
    customer["invoice_settings"] |= asked.pop("invoice_settings", {})
    customer["metadata"] |= asked.pop("metadata", {})
    api.store.emit("customer.updated", api.store.put(customer | asked), {})
    return customer | asked


@call("DELETE /v1/customers/{id}")
def delete_customer(api: Api, asked: Thing, id: str) -> Thing:
    customer = api.customer({"customer": id})
    for subscription in api.store.all("subscription", id):
        if subscription["status"] in LIVING:
            api.billing.end_subscription(subscription, api.billing.now(customer), reason="cancellation_requested")
    api.store.emit("customer.deleted", customer)
    return api.store.put({"id": id, "object": "customer", "deleted": True, "_ahead": 0, "test_clock": None})


@call("POST /v1/products", "name", "description", "metadata")
def create_product(api: Api, asked: Thing) -> Thing:
    _needed(asked, "name")
    product = api.store.put(shapes.product(asked, api.billing.now()))
    api.store.emit("product.created", product)
    return product


@call("GET /v1/products", *PAGES)
def list_products(api: Api, asked: Thing) -> Thing:
    return api.page("product", asked, "/v1/products")


@call("GET /v1/products/{id}")
def retrieve_product(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("product", id)


@call("POST /v1/products/{id}", "name", "description", "metadata", "active")
def update_product(api: Api, asked: Thing, id: str) -> Thing:
    product = api.store.put(api.one("product", id) | asked)
    api.store.emit("product.updated", product, {})
    return product


PRICE = ("currency", "unit_amount", "product", "recurring", "nickname", "metadata", "lookup_key", "tax_behavior")


@call("POST /v1/prices", *PRICE)
def create_price(api: Api, asked: Thing) -> Thing:
    _needed(asked, "currency", "unit_amount", "product")
    if not api.store.find("product", asked["product"]):
        raise missing("product", asked["product"], "product")
    amount = whole_number(asked["unit_amount"])
    if amount is None or amount < 0:
        raise wrong(f"Invalid non-negative integer: {asked['unit_amount']}", param="unit_amount")
    terms = asked.get("recurring")
    if terms:
        count = whole_number(terms.get("interval_count", 1))
        if terms.get("interval") not in INTERVALS or not count or count < 1:
            raise wrong("Invalid recurring[interval] or recurring[interval_count].", param="recurring")
        terms = shapes.recurring(terms["interval"], count)
    price = api.store.put(shapes.price(asked, amount, terms, api.billing.now()))
    api.store.emit("price.created", price)
    return price


@call("GET /v1/prices", *PAGES, "product")
def list_prices(api: Api, asked: Thing) -> Thing:
    return api.page("price", asked, "/v1/prices", of=lambda one: asked.get("product") in (None, one["product"]))


@call("GET /v1/prices/{id}")
def retrieve_price(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("price", id)


# --- Checkout and the portal

SESSION = ("mode", "line_items", "success_url", "cancel_url", "customer", "client_reference_id", "metadata", "locale")


@call("POST /v1/checkout/sessions", *SESSION, "subscription_data", "payment_intent_data", "payment_method_types")
def create_session(api: Api, asked: Thing) -> Thing:
    _needed(asked, "mode", "line_items", "success_url", "customer")
    if asked["mode"] not in {"payment", "subscription"}:
        raise wrong(f"This practice server knows no mode {asked['mode']}.", param="mode")
    customer = api.customer(asked)
    prices = [(api.price_of(item), whole_number(item.get("quantity", 1)) or 1) for item in asked["line_items"]]
    recurs = [bool(price["recurring"]) for price, _ in prices]
    if asked["mode"] == "subscription" and recurs != [True]:
        raise wrong("You must provide exactly one recurring price here in `subscription` mode.", param="line_items")
    if asked["mode"] == "payment" and any(recurs):
        raise wrong("You specified `payment` mode but passed a recurring price.", param="line_items")
    amount = sum(price["unit_amount"] * quantity for price, quantity in prices)
    currency = prices[0][0]["currency"]
    session = shapes.session(asked, amount=amount, currency=currency, base=api.base, now=api.billing.now(customer))
    of_payment = asked.get("subscription_data") or asked.get("payment_intent_data") or {}
    return api.store.put(session | {"_price": prices[0][0]["id"], "_metadata": of_payment.get("metadata", {})})


@call("GET /v1/checkout/sessions", *PAGES, "customer", "subscription", "payment_intent")
def list_sessions(api: Api, asked: Thing) -> Thing:
    named = {name: asked[name] for name in ("subscription", "payment_intent") if name in asked}
    return api.page("checkout.session", asked, "/v1/checkout/sessions", of=lambda one: named.items() <= one.items())


@call("GET /v1/checkout/sessions/{id}")
def retrieve_session(api: Api, asked: Thing, id: str) -> Thing:
    session = api.one("checkout.session", id)
    if session["status"] == "open" and session["expires_at"] <= api.billing.now(api.customer(session)):
        return expire(api, session)
    return session


@call("POST /v1/checkout/sessions/{id}/expire")
def expire_session(api: Api, asked: Thing, id: str) -> Thing:
    session = api.one("checkout.session", id)
    if session["status"] != "open":
        raise wrong(f'Only Checkout Sessions with a status in ["open"] can be expired, not {session["status"]}.')
    return expire(api, session)


def expire(api: Api, session: Thing) -> Thing:
    session |= {"status": "expired", "url": None}
    api.store.emit("checkout.session.expired", api.store.put(session))
    return session


@call("POST /v1/billing_portal/sessions", "customer", "return_url", "locale", "flow_data")
def create_portal_session(api: Api, asked: Thing) -> Thing:
    customer = api.customer(asked)
    session = shapes.portal_session(asked, api.base, api.billing.now(customer))
    flow = asked.get("flow_data")
    if flow:
        if flow.get("type") != "payment_method_update":
            raise wrong("This practice server knows the flow payment_method_update only.", param="flow_data[type]")
        after = flow.get("after_completion") or {"type": "portal_homepage"}
        session["flow"] = {
            "after_completion": {
                "hosted_confirmation": None,
                "redirect": after.get("redirect"),
                "type": after["type"],
            },
            "subscription_cancel": None,
            "subscription_update": None,
            "subscription_update_confirm": None,
            "type": "payment_method_update",
        }
    return api.store.put(session)


# --- subscriptions

CHANGES = ("cancel_at_period_end", "default_payment_method", "items", "metadata", "proration_behavior", "trial_end")


@call("POST /v1/subscriptions", "customer", "items", "default_payment_method", "metadata", "payment_behavior")
def create_subscription(api: Api, asked: Thing) -> Thing:
    _needed(asked, "customer", "items")
    customer = api.customer(asked)
    method = asked.get("default_payment_method") or customer["invoice_settings"]["default_payment_method"]
    if not api.store.find("payment_method", method):
        message = "This customer has no attached payment source or default payment method."
        raise wrong(message, code="resource_missing")
    return api.billing.subscribe_without_holder(customer, api.price_of(asked["items"][0]), asked, method)


@call("GET /v1/subscriptions", *PAGES, "customer", "status")
def list_subscriptions(api: Api, asked: Thing) -> Thing:
    if asked.get("customer"):
        api.customer(asked)
    status = asked.get("status")

    def is_wanted(one: Thing) -> bool:
        return status == "all" or (one["status"] == status if status else one["status"] != "canceled")

    return api.page("subscription", asked, "/v1/subscriptions", of=is_wanted)


@call("GET /v1/subscriptions/{id}")
def retrieve_subscription(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("subscription", id)


@call("POST /v1/subscriptions/{id}", *CHANGES)
def update_subscription(api: Api, asked: Thing, id: str) -> Thing:
    subscription = api.one("subscription", id)
    if subscription["status"] == "canceled":
        raise wrong("A canceled subscription can only update its cancellation_details and metadata.")
    if asked.pop("proration_behavior", "none") != "none":
        raise wrong("This practice server knows proration_behavior=none only.", param="proration_behavior")
    changes: Thing = {}
    for name in ("cancel_at_period_end", "default_payment_method"):
        if name in asked:
            changes[name] = asked[name]
    if method := changes.get("default_payment_method"):
        api.one("payment_method", method)
    if "metadata" in asked:
        changes["metadata"] = subscription["metadata"] | asked["metadata"]
    if "items" in asked:
        changes["items"] = _with_price(api, subscription, asked["items"])
    if "trial_end" in asked:
        changes |= _with_trial(api, subscription, asked["trial_end"])
    return api.billing.change_subscription(subscription, changes)


def _with_price(api: Api, subscription: Thing, items: list[Thing]) -> Thing:
    """The item with another price, from the next invoice on."""
    known = subscription["items"]["data"][0]
    if len(items) != 1 or items[0].get("id") != known["id"]:
        raise wrong("Name the one item of the subscription by its id.", param="items[0][id]")
    price = api.price_of(items[0])
    if price["recurring"] != known["price"]["recurring"]:
        raise wrong("This practice server changes a price for one of the same interval only.", param="items[0][price]")
    return subscription["items"] | {"data": [known | {"price": price, "plan": shapes.plan_of(price)}]}


def _with_trial(api: Api, subscription: Thing, end: object) -> Thing:
    """Nothing is charged until `trial_end`, and periods begin there from then on."""
    moment, known = whole_number(end), subscription["items"]["data"][0]
    now = api.billing.now(api.customer(subscription))
    if moment is None or moment <= now:
        raise wrong("Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end")
    items = subscription["items"] | {"data": [known | {"current_period_start": now, "current_period_end": moment}]}
    trial = {"trial_start": now, "trial_end": moment, "status": "trialing", "billing_cycle_anchor": moment}
    return {"items": items, **trial}


@call("DELETE /v1/subscriptions/{id}", "prorate", "invoice_now")
def cancel_subscription(api: Api, asked: Thing, id: str) -> Thing:
    subscription = api.one("subscription", id)
    if subscription["status"] == "canceled":
        raise missing("subscription", id)
    now = api.billing.now(api.store.get("customer", subscription["customer"]))
    return api.billing.end_subscription(subscription, now, reason="cancellation_requested")


# --- invoices and what pays them


@call("GET /v1/invoices", *PAGES, "customer", "subscription", "status")
def list_invoices(api: Api, asked: Thing) -> Thing:
    if asked.get("customer"):
        api.customer(asked)

    def is_wanted(one: Thing) -> bool:
        return asked.get("status") in (None, one["status"]) and asked.get("subscription") in (
            None,
            subscription_of(one),
        )

    return api.page("invoice", asked, "/v1/invoices", of=is_wanted)


@call("GET /v1/invoices/{id}")
def retrieve_invoice(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("invoice", id)


@call("POST /v1/invoices/{id}/pay")
def pay_invoice(api: Api, asked: Thing, id: str) -> Thing:
    return api.billing.collect_again(api.one("invoice", id))


@call("POST /v1/invoices/{id}/void")
def void_invoice(api: Api, asked: Thing, id: str) -> Thing:
    return api.billing.void(api.one("invoice", id))


@call("GET /v1/invoice_payments", *PAGES, "invoice", "payment", "status")
def list_invoice_payments(api: Api, asked: Thing) -> Thing:
    intent = asked.get("payment", {}).get("payment_intent")

    def is_wanted(one: Thing) -> bool:
        return (
            asked.get("invoice") in (None, one["invoice"])
            and intent in (None, one["payment"]["payment_intent"])
            and asked.get("status") in (None, one["status"])
        )

    return api.page("invoice_payment", asked, "/v1/invoice_payments", of=is_wanted)


@call("GET /v1/payment_intents", *PAGES, "customer")
def list_intents(api: Api, asked: Thing) -> Thing:
    return api.page("payment_intent", asked, "/v1/payment_intents")


@call("GET /v1/payment_intents/{id}")
def retrieve_intent(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("payment_intent", id)


@call("GET /v1/charges/{id}")
def retrieve_charge(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("charge", id)


@call("GET /v1/payment_methods/{id}")
def retrieve_method(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("payment_method", id)


# --- money that goes back


@call("POST /v1/refunds", "payment_intent", "charge", "amount", "reason", "metadata")
def create_refund(api: Api, asked: Thing) -> Thing:
    intent = api.one("payment_intent", asked["payment_intent"]) if "payment_intent" in asked else None
    charge = api.store.find("charge", intent["latest_charge"] if intent else asked.get("charge"))
    if charge is None or not charge["paid"]:
        raise wrong("Provide `charge` or `payment_intent` of a payment that succeeded.", param="charge")
    amount = whole_number(asked["amount"]) if "amount" in asked else None
    if "amount" in asked and (amount is None or amount < 1):
        raise wrong(f"Invalid positive integer: {asked['amount']}", param="amount")
    return api.billing.refund(charge, asked, amount)


@call("GET /v1/refunds", *PAGES, "payment_intent", "charge")
def list_refunds(api: Api, asked: Thing) -> Thing:
    named = {name: asked[name] for name in ("payment_intent", "charge") if name in asked}
    return api.page("refund", asked, "/v1/refunds", of=lambda one: named.items() <= one.items())


@call("GET /v1/refunds/{id}")
def retrieve_refund(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("refund", id)


@call("GET /v1/disputes", *PAGES, "payment_intent", "charge")
def list_disputes(api: Api, asked: Thing) -> Thing:
    named = {name: asked[name] for name in ("payment_intent", "charge") if name in asked}
    return api.page("dispute", asked, "/v1/disputes", of=lambda one: named.items() <= one.items())


@call("GET /v1/disputes/{id}")
def retrieve_dispute(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("dispute", id)


@call("POST /v1/disputes/{id}/close")
def close_dispute(api: Api, asked: Thing, id: str) -> Thing:
    """Who closes a dispute accepts it: it is lost."""
    return api.billing.close_dispute(api.one("dispute", id), "lost")


# --- events and test clocks


@call("GET /v1/events", *PAGES, "type", "types")
def list_events(api: Api, asked: Thing) -> Thing:
    wanted = set(asked.get("types", [])) | ({asked["type"]} if "type" in asked else set())
    return api.page("event", asked, "/v1/events", of=lambda one: not wanted or one["type"] in wanted)


@call("GET /v1/events/{id}")
def retrieve_event(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("event", id)


@call("POST /v1/test_helpers/test_clocks", "frozen_time", "name")
def create_clock(api: Api, asked: Thing) -> Thing:
    frozen = whole_number(asked.get("frozen_time"))
    if frozen is None:
        raise wrong("Invalid integer: frozen_time", param="frozen_time")
    return api.store.put(shapes.test_clock(asked, frozen, api.billing.now()))


@call("GET /v1/test_helpers/test_clocks/{id}")
def retrieve_clock(api: Api, asked: Thing, id: str) -> Thing:
    return api.one("test_helpers.test_clock", id)


@call("POST /v1/test_helpers/test_clocks/{id}/advance", "frozen_time")
def advance_clock(api: Api, asked: Thing, id: str) -> Thing:
    """Everything that falls due until then has happened when this answers; Stripe itself takes a while."""
    clock = api.one("test_helpers.test_clock", id)
    frozen = whole_number(asked.get("frozen_time"))
    if frozen is None or frozen < clock["frozen_time"]:
        raise wrong("A test clock only goes forward.", param="frozen_time")
    api.store.put(clock | {"frozen_time": frozen})
    api.store.emit("test_helpers.test_clock.advancing", clock | {"status": "advancing"})
    for customer in api.store.all("customer"):
        if customer.get("test_clock") == id:
            api.billing.bring_up_to_date(customer)
    api.store.emit("test_helpers.test_clock.ready", clock | {"frozen_time": frozen})
    return clock | {"frozen_time": frozen}


def request_id() -> str:
    return new_id("req")
