"""The pages that Stripe would host: paying in Checkout, 3-D Secure, the portal, an invoice that is open.

They take the numbers that Stripe publishes for practising and no others, and keep nothing of what else is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from string import Template

from demo.fake_stripe.api import Api
from demo.fake_stripe.billing import HolderWanted
from demo.fake_stripe.cards import CARDS, PracticeCard, card_with
from demo.fake_stripe.problems import StripeProblem
from demo.fake_stripe.store import Thing

FRAME = Template("""<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title（練習用の決済）</title><style>
body{font:16px/1.7 system-ui,sans-serif;margin:0;background:#f4f3f8;color:#1f1d2b}
main{max-width:26rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1.25rem;margin:.5rem 0}
.note{background:#fff4d6;border:1px solid #b58a1b;border-radius:.5rem;padding:.5rem .75rem;font-size:.875rem}
.bad{background:#fde8e8;border:1px solid #b3261e;border-radius:.5rem;padding:.5rem .75rem}
label{display:block;margin:.75rem 0 .25rem}input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem}
button{font:inherit;padding:.625rem 1rem;margin:1rem .5rem 0 0;border-radius:.5rem;border:0}
button{background:#453a8f;color:#fff}
button.plain{background:#fff;color:#1f1d2b;border:1px solid #6b6880}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}
dd{margin:0;text-align:right}a{color:#3a2f87}
</style></head><body><main>
<p class="note">これは練習用の決済ページです。ほんもののカードは使えません。お金は動きません。</p>
<h1>$title</h1>$body</main></body></html>""")
PROBLEM_WORDS = {
    "generic_decline": "カードが使えませんでした。別のカードをお試しください。",
    "insufficient_funds": "カードの残高が足りません。別のカードをお試しください。",
}


@dataclass(frozen=True)
class PageAnswer:
    """What a page answers: HTML, or where to go."""

    body: str = ""
    to: str = ""
    status: int = 200


def page(title: str, body: str, status: int = 200) -> PageAnswer:
    return PageAnswer(FRAME.substitute(title=escape(title), body=body), status=status)


class Pages:
    """Every hosted page, by the first part of its path. A form is sent to the address of its page."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.store = api.store
        self.billing = api.billing

    def respond(self, method: str, path: str, typed: dict[str, str]) -> PageAnswer:
        kind, _, identifier = path.strip("/").partition("/")
        ways: dict[str, Callable[..., PageAnswer]] = {"pay": self.pay, "portal": self.portal, "invoice": self.invoice}
        if kind not in ways:
            return page("ページがありません", "<p>このアドレスには何もありません。</p>", 404)
        with self.store.transaction():
            return ways[kind](identifier, typed if method == "POST" else None)

    # --- Checkout

    def pay(self, identifier: str, typed: dict[str, str] | None) -> PageAnswer:
        session = self.store.find("checkout.session", identifier)
        if session is None:
            return page("ページがありません", "<p>お支払いのページが見つかりません。</p>", 404)
        back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", identifier)
        if session["status"] == "complete":
            return PageAnswer(to=back, status=303)
        if session["status"] == "expired":
            sentence = "<p>このページの期限は切れました。お申し込みからやり直してください。</p>"
            return page("期限が切れました", sentence, 410)
        price = self.store.get("price", session["_price"])
        intro = self._what(session, price)
        cancel = session["cancel_url"]
        foot = f'<p><a href="{escape(cancel)}">支払わずに戻る</a></p>' if cancel else ""
        done = partial(self._complete, session, price, back)
        return self._with_card(session, typed, intro, "支払う", foot, done)

    def _what(self, session: Thing, price: Thing) -> str:
        product = self.store.get("product", price["product"])
        terms = price["recurring"]
        every = f"{terms['interval_count']} × {terms['interval']}" if terms else "一回"
        return (
            f"<dl><dt>{escape(product['name'])}</dt><dd>¥{session['amount_total']:,}</dd>"
            f"<dt>くり返し</dt><dd>{escape(every)}</dd></dl>"
        )

    def _complete(
        self, session: Thing, price: Thing, back: str, card: PracticeCard, name: str, asked: bool
    ) -> PageAnswer:
        customer = self.store.get("customer", session["customer"])
        method = self.billing.card_of(customer, card, name, holder_was_asked=asked)
        if session["mode"] == "subscription":
            subscription, invoice = self.billing.subscribe(
                customer, price, method, session["_metadata"], holder_was_asked=asked
            )
            session |= {"subscription": subscription["id"], "invoice": invoice["id"]}
        else:
            intent = self.billing.pay_once(
                *(customer, method, session["amount_total"], session["currency"], session["_metadata"]),
                holder_was_asked=asked,
            )
            session |= {"payment_intent": intent["id"]}
        self.billing.attach(method)
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        session["customer_details"] = {
            "address": method["billing_details"]["address"],
            "business_name": None,
            "email": customer["email"],
            "individual_name": None,
            "name": name,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        }
        session.pop("_pending", None)
        self.store.emit("checkout.session.completed", self.store.put(session))
        return PageAnswer(to=back, status=303)

    # --- what all pages with a card share

    def _with_card(self, thing: Thing, typed, intro: str, button: str, foot: str, done) -> PageAnswer:
        """The form of a card; then 3-D Secure, if the bank asks; then `done(card, name, holder_was_asked)`."""
        if typed is None:
            return page("お支払い", intro + card_form(button) + foot)
        pending = thing.get("_pending")
        if "proved" in typed and pending:
            if typed["proved"] != "yes":
                self.store.put({**thing, "_pending": None})
                return page("お支払い", intro + bad("本人認証が終わりませんでした。") + card_form(button) + foot, 402)
            return self._try(thing, intro, button, foot, done, CARDS[pending["number"]], pending["name"], asked=True)
        card = card_with(typed.get("number", ""))
        name = typed.get("name", "").strip()[:100]
        if card is None:
            problem = bad("この番号は使えません。練習用の番号（4242 4242 4242 4242 など）を入力してください。")
            return page("お支払い", intro + problem + card_form(button, name) + foot, 402)
        return self._try(thing, intro, button, foot, done, card, name, asked=False)

    def _try(self, thing, intro, button, foot, done, card: PracticeCard, name: str, *, asked: bool) -> PageAnswer:
        try:
            return done(card, name, asked)
        except HolderWanted:
            self.store.put({**thing, "_pending": {"number": card.number, "name": name}})
            return page("本人認証（3Dセキュア）", CHALLENGE)
        except StripeProblem as problem:
            reason = problem.error.get("decline_code", "")
            self.store.put({**thing, "_pending": None})
            words = bad(PROBLEM_WORDS.get(reason, problem.error["message"]))
            return page("お支払い", intro + words + card_form(button, name) + foot, 402)

    # --- an invoice that is open

    def invoice(self, identifier: str, typed: dict[str, str] | None) -> PageAnswer:
        invoice = self.store.find("invoice", identifier)
        if invoice is None:
            return page("ページがありません", "<p>請求が見つかりません。</p>", 404)
        total = f"<dl><dt>{escape(invoice['number'])}</dt><dd>¥{invoice['total']:,}</dd></dl>"
        if invoice["status"] != "open":
            return page("お支払いずみです", total)

        def done(card: PracticeCard, name: str, asked: bool) -> PageAnswer:
            customer = self.store.get("customer", invoice["customer"])
            method = self.billing.card_of(customer, card, name, holder_was_asked=asked)
            self.billing.pay_open_invoice(invoice, method, holder_was_asked=asked)
            self._use(customer, method)
            return PageAnswer(to=f"/invoice/{identifier}", status=303)

        return self._with_card(invoice, typed, total, "支払う", "", done)

    # --- the portal

    def portal(self, identifier: str, typed: dict[str, str] | None) -> PageAnswer:
        session = self.store.find("billing_portal.session", identifier)
        customer = self.store.find("customer", session and session["customer"])
        if session is None or customer is None or customer.get("deleted"):
            return page("ページがありません", "<p>このページの期限は切れました。</p>", 404)
        self.billing.bring_up_to_date(customer)
        customer = self.store.get("customer", customer["id"])
        if typed and "act" in typed:
            self._act(customer, typed)
            return PageAnswer(to=f"/portal/{identifier}", status=303)
        back = f'<p><a href="{escape(session["return_url"])}">もどる</a></p>' if session["return_url"] else ""

        def done(card: PracticeCard, name: str, asked: bool) -> PageAnswer:
            self.billing.prove_card(card, holder_was_asked=asked)
            method = self.billing.card_of(customer, card, name, holder_was_asked=asked)
            self.billing.attach(method)
            self._use(customer, method)
            self.store.put({**session, "_pending": None})
            flow = session["flow"]
            redirect = flow and flow["after_completion"]["redirect"]
            return PageAnswer(to=redirect["return_url"] if redirect else f"/portal/{identifier}", status=303)

        intro = "" if session["flow"] else self._overview(customer)
        return self._with_card(session, typed, intro, "このカードにする", back, done)

    def _use(self, customer: Thing, method: Thing) -> None:
        """Charge this card from now on."""
        customer["invoice_settings"]["default_payment_method"] = method["id"]
        self.store.emit("customer.updated", self.store.put(customer), {})
        for subscription in self.store.all("subscription", customer["id"]):
            if subscription["status"] != "canceled":
                self.billing.change_subscription(subscription, {"default_payment_method": method["id"]})

    def _overview(self, customer: Thing) -> str:
        """What is subscribed to, with the buttons that Stripe's portal has, and one for practising."""
        parts = []
        for one in self.store.all("subscription", customer["id"]):
            price = one["items"]["data"][0]["price"]
            words = f"<p>¥{price['unit_amount']:,}・{escape(one['status'])}</p>"
            if one["status"] != "canceled":
                act, label = ("resume", "続ける") if one["cancel_at_period_end"] else ("stop", "期間の終わりで解約する")
                words += button(act, label, one["id"])
            parts.append(words)
        open_ones = [one for one in self.store.all("invoice", customer["id"]) if one["status"] == "open"]
        parts += [f'<p><a href="/invoice/{one["id"]}">未払い ¥{one["total"]:,}</a></p>' for one in open_ones]
        if not customer["test_clock"]:
            parts.append(button("pass", "（練習）31日すすめる", customer["id"]))
        return "".join(parts)

    def _act(self, customer: Thing, typed: dict[str, str]) -> None:
        if typed["act"] == "pass":
            self.let_pass(customer, 31)
            return
        subscription = self.store.find("subscription", typed.get("id"))
        if subscription and subscription["customer"] == customer["id"] and subscription["status"] != "canceled":
            self.billing.change_subscription(subscription, {"cancel_at_period_end": typed["act"] == "stop"})

    def let_pass(self, customer: Thing, days: int) -> None:
        """Let days pass for one customer, and happen what falls due in them."""
        self.store.put(customer | {"_ahead": customer["_ahead"] + days * 86_400})
        self.billing.bring_up_to_date(self.store.get("customer", customer["id"]))


def bad(sentence: str) -> str:
    return f'<p class="bad" role="alert">{escape(sentence)}</p>'


def button(act: str, label: str, identifier: str) -> str:
    return (
        f'<form method="post"><input type="hidden" name="id" value="{escape(identifier)}">'
        f'<button class="plain" name="act" value="{act}">{escape(label)}</button></form>'
    )


def card_form(button: str, name: str = "") -> str:
    return (
        '<form method="post"><label for="number">カード番号</label>'
        '<input id="number" name="number" inputmode="numeric" autocomplete="off" required>'
        '<label for="expiry">有効期限</label><input id="expiry" placeholder="12 / 34" autocomplete="off">'
        '<label for="cvc">セキュリティコード</label><input id="cvc" inputmode="numeric" autocomplete="off">'
        '<label for="name">カードの名義</label>'
        f'<input id="name" name="name" value="{escape(name)}" autocomplete="off">'
        f'<button type="submit">{escape(button)}</button></form>'
    )


CHALLENGE = (
    "<p>カード会社が、ご本人かどうかを確かめています。</p>"
    '<form method="post"><button name="proved" value="yes">認証する</button>'
    '<button class="plain" name="proved" value="no">やめる</button></form>'
)
