"""Where allauth's accounts of others meet ours: who is linked, who is let in, and what is said when it fails."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import signals
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from requests import RequestException

from kouryu.openid import PROVIDER
from members.accounts.fields import AddressField
from members.linking import flows
from members.linking.queries import paid_day_said, service_account_of
from members.linking.refusals import explain
from members.linking.rules import NoLink
from members.models import Profile, User

log = logging.getLogger(__name__)
STATUS = {NoLink.AWAY: 503, NoLink.NOT_PROVED: 401, NoLink.CANCELLED: 200}


def refused(request: HttpRequest, reason: NoLink) -> HttpResponse:
    """The page that says why nobody was signed in, and what to do."""
    return render(
        request, "members/linking/refused.html", {"explanation": explain(reason)}, status=STATUS.get(reason, 409)
    )


class SocialAdapter(DefaultSocialAccountAdapter):
    """Everything that differs from allauth's defaults."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Stop before anything is written: an account without an address, or a second one for one member."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            self._must_be_free(request, sociallogin)
        elif not sociallogin.is_existing:
            self._must_have_address(request, sociallogin)
        elif sociallogin.account.pk is None:  # found by the address
            self._must_have_no_other(request, sociallogin)

    def _must_be_free(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        held = service_account_of(request.user) if request.user.is_authenticated else None
        if held and held.uid != sociallogin.account.uid:
            raise ImmediateHttpResponse(refused(request, NoLink.HAS_ONE))
        same = SocialAccount.objects.filter(provider=PROVIDER, uid=sociallogin.account.uid)
        is_of_another = sociallogin.is_existing and sociallogin.user != request.user  # also by a trusted address
        if is_of_another or same.exclude(user=request.user.pk).exists():
            raise ImmediateHttpResponse(refused(request, NoLink.OF_ANOTHER))

    def _must_have_no_other(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An address that passed on to another account of the service opens nothing: its member says so themselves."""
        if service_account_of(sociallogin.user):
            raise ImmediateHttpResponse(refused(request, NoLink.HAS_ONE))

    def _must_have_address(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        address = sociallogin.email_addresses[0].email if sociallogin.email_addresses else ""
        try:
            AddressField().clean(address)
        except ValidationError as wrong:
            raise ImmediateHttpResponse(refused(request, NoLink.NO_ADDRESS)) from wrong

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """As for everybody; whoever the service says has paid comes in where others need an invitation."""
        last_day = paid_day_said(sociallogin.account, timezone.now())
        has_paid = last_day is not None and last_day >= timezone.localdate()
        return has_paid or super().is_open_for_signup(request, sociallogin)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """The account, its profile and the link, or nothing of it."""
        try:
            with transaction.atomic():
                user = super().save_user(request, sociallogin, form)
                Profile.objects.create(member=user)
                flows.note_link(member=user, now=timezone.now())
        except IntegrityError as overtaken:
            raise ImmediateHttpResponse(refused(request, NoLink.ADDRESS_TAKEN)) from overtaken
        return user

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The address alone: names that the service knows are not what a member wants to be called here."""
        user = sociallogin.user
        user.email = (data.get("email") or "").lower()
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("members:service_account")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """One page for whatever went wrong; the log says which kind it was, never what the service said."""
        log.warning("signing in with the service failed: %s %s", error, type(exception).__name__)
        reason = NoLink.CANCELLED if error == AuthError.CANCELLED else NoLink.NOT_PROVED
        if isinstance(exception, RequestException):
            reason = NoLink.AWAY
        raise ImmediateHttpResponse(refused(request, reason))


def connect() -> None:
    """Hear of accounts that allauth links to a member who is there already."""
    signals.social_account_added.connect(note_added, dispatch_uid="linking/note-added")


def note_added(request: HttpRequest, sociallogin: SocialLogin, **_others: Any) -> None:
    flows.note_link(member=sociallogin.user, now=timezone.now())
    flows.take_over_paid_days(member=sociallogin.user, now=timezone.now())
