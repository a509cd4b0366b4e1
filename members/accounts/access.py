"""Access labels of pages: every view says who may open it; a view without a label is closed.

`@open_to(Access.MEMBER)` only labels the view. `members.entrance.middleware.AccessMiddleware` reads the label on each
request and asks `members.accounts.rules.why_not_open`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar

from django.urls import URLResolver, get_resolver
from django.utils.functional import Promise

from members.accounts.choices import Role
from members.accounts.rules import ROLES_FOR, Access, is_opened_by

__all__ = [
    "ALLAUTH_PAGES",
    "Access",
    "access_of",
    "asked_by_the_page",
    "is_asked_by_a_page",
    "label_of",
    "open_to",
    "roles_open",
    "what_roles_can",
]

View = TypeVar("View", bound=Callable[..., object])

# allauth's views cannot carry our label. Whatever of allauth is not named here is closed.
ALLAUTH_PAGES = {
    "account_login": Access.PUBLIC,
    "account_signup": Access.PUBLIC,
    "account_request_login_code": Access.PUBLIC,
    "account_confirm_login_code": Access.PUBLIC,
    "account_logout": Access.SIGNED_IN,
    "account_email_verification_sent": Access.PUBLIC,
    "account_inactive": Access.PUBLIC,
    "account_reset_password": Access.PUBLIC,
    "account_confirm_password_reset_code": Access.PUBLIC,
    "account_complete_password_reset": Access.PUBLIC,
    "account_password_reset_completed": Access.PUBLIC,
    "account_change_password": Access.ACCOUNT,
    "account_reauthenticate": Access.SIGNED_IN,
    "account_email": Access.ACCOUNT,
    "mfa_authenticate": Access.PUBLIC,
    "mfa_reauthenticate": Access.SIGNED_IN,
    "mfa_login_webauthn": Access.PUBLIC,
    "mfa_reauthenticate_webauthn": Access.SIGNED_IN,
    "mfa_index": Access.ACCOUNT,
    "mfa_list_webauthn": Access.ACCOUNT,
    "mfa_add_webauthn": Access.ACCOUNT,
    "mfa_edit_webauthn": Access.ACCOUNT,
    "mfa_remove_webauthn": Access.ACCOUNT,
    "mfa_activate_totp": Access.ACCOUNT,
    "mfa_deactivate_totp": Access.ACCOUNT,
    "mfa_view_recovery_codes": Access.ACCOUNT,
    "mfa_generate_recovery_codes": Access.ACCOUNT,
}


def open_to(access: Access, *, can: Promise | str = "") -> Callable[[View], View]:
    """Label a view with the least that its reader must be; of the staff's pages also with what `can` be done there."""

    def label(view: View) -> View:
        view.access, view.can = access, can  # type: ignore[attr-defined]  # labels on a plain function
        return view

    return label


def asked_by_the_page(view: View) -> View:
    """Label a view that an open page asks by itself again and again: it proves that nobody is there."""
    view.asked_by_the_page = True  # type: ignore[attr-defined]  # a label on a plain function
    return view


def is_asked_by_a_page(view: Callable[..., object]) -> bool:
    return getattr(view, "asked_by_the_page", False)


def what_roles_can() -> dict[str, list[str]]:
    """What each role may do, in words: read off the labels by which pages open. Owners may do all of it."""
    words: dict[str, dict[str, None]] = {role: {} for role in Role.values}
    for _name, view in _pages(get_resolver()):
        access, can = getattr(view, "access", None), str(getattr(view, "can", ""))
        for role in ROLES_FOR.get(access, ()) if can else ():
            words[role][can] = None
        if access == Access.OWNER and can:
            words[Role.OWNER][can] = None
    return {role: list(found) for role, found in words.items()}


def roles_open(roles: frozenset[str], page: str) -> bool:
    """Does one of these roles open the page of the staff with this URL name? Read off the label of its view."""
    return is_opened_by(roles, label_of(page))


@cache
def label_of(page: str) -> Access:
    """The label of the view behind this URL name, whatever stands in its address."""
    return next(access_of(view, page) for name, view in _pages(get_resolver()) if name == page)


def _pages(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    """URL name and view of each page."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern, f"{above}{pattern.namespace}:" if pattern.namespace else above)
        else:
            yield f"{above}{pattern.name}", pattern.callback


def access_of(view: Callable[..., object], url_name: str | None) -> Access:
    """The label of a view; `Access.CLOSED` when nobody gave it one."""
    return getattr(view, "access", None) or ALLAUTH_PAGES.get(url_name or "", Access.CLOSED)
