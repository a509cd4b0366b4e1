"""Template tags about members, for the pages of every app: `{% load members %}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.templatetags.kouryu import place
from members.accounts.access import access_of, label_of, roles_open
from members.accounts.card import ProfileCard, card_of
from members.accounts.rules import Reader
from members.cards.queries import subscription_of
from members.mail import tokens
from members.membership import providers
from members.models import CardSubscription, Due, PricePlan, User

register = template.Library()


@register.simple_tag(takes_context=True)
def block_url(context: Context, person: Any) -> str:
    """The page on which the reader can block `person` (a user, or anything with the user's `pk`).

    For pages that show this person to this reader anyway; the link works for nobody else (members/mail/tokens.py).
    """
    token = tokens.block_token(viewer_id=context["request"].user.pk, person_id=person.pk)
    return reverse("members:block", args=[token])


@register.simple_tag(takes_context=True)
def text_report_url(context: Context, kind: str, row: int) -> str:
    """The page on which the reader can report this text, that the row with this key holds; it works for nobody else."""
    token = tokens.text_token(viewer_id=context["request"].user.pk, kind=kind, row_id=row)
    return reverse("feedback:report_text", args=[kind, token])


@register.simple_tag(takes_context=True)
def card_subscription(context: Context) -> CardSubscription | None:
    """What recurs by the reader's card, or did until they stopped it and its period lasts."""
    return subscription_of(context["request"].user) if settings.STRIPE else None


@register.simple_tag
def ways_to_order(plan: PricePlan) -> list[tuple[str, str]]:
    """Each way of paying that this site takes, and where this plan is ordered so."""
    return [(provider.way, provider.order_url(plan)) for provider in providers.offered()]


@register.simple_tag
def pay_template(due: Due) -> str:
    """How this open order is paid."""
    return providers.PROVIDERS[due.way].pay_template(due)


@register.filter
def can_open(reader: Reader | None, page: str) -> bool:
    """Whether a role of the reader opens this page of the staff: `{% if reader|can_open:"feedback:cases" %}`."""
    return reader is not None and roles_open(reader.roles, page)


@register.simple_tag(takes_context=True)
def staff_place(context: Context, page: str, label: str, drawing: str, but: str = "") -> str:
    """One entry of the staff's menu (`place`), for those who can open the page; nothing for others.

    Whoever is on a page with the same label has been let in without a role, as the helper of a host.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    is_let_in = match is not None and access_of(match.func, match.url_name) == label_of(page)
    if not is_let_in and not can_open(context.get("reader"), page):
        return ""
    return place(context, page, label, drawing, but=but)


@register.simple_tag(takes_context=True)
def first_place(context: Context, *pages: str) -> str:
    """The address of the first of these pages of the staff that the reader can open; empty where none does."""
    return next((reverse(page) for page in pages if can_open(context.get("reader"), page)), "")


@register.filter
def card(person: User, viewer: User) -> ProfileCard:
    """`person` as `viewer` sees them: `{{ letter.giver|card:user }}` is the called name."""
    return card_of(person, viewer=viewer)


@register.filter
def add_up(numbers: Iterable[int]) -> int:
    """All of these numbers together."""
    return sum(numbers)


@register.filter
def yen(amount: int) -> str:
    """3300 → 3,300円."""
    return _("%(amount)s円") % {"amount": f"{amount:,}"}
