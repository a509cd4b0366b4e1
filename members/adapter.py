"""Where allauth meets ours: an account gets its profile at once, and every mail goes through the outbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from members import audit, mails
from members.models import Profile, User

CHANGES = {
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "account/email/password_set": "password",
    "account/email/email_changed": "address",
}


class AccountAdapter(DefaultAccountAdapter):
    """Everything that differs from allauth's defaults.

    A mail is a row in the outbox and a wake-up: a mail server that is dead or slow holds up nobody who signs up.
    """

    def new_user(self, request: HttpRequest) -> User:
        return User(joined_at=timezone.now(), language=request.LANGUAGE_CODE)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The account and its profile, or neither."""
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit)
                Profile.objects.create(member=user)
        except IntegrityError:
            # A second click overtook the first: answered like every address that has an account.
            raise ImmediateHttpResponse(prevent_enumeration(request, email=form.cleaned_data["email"])) from None
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """However somebody signs in, their session ends that many days later, and is not prolonged by use."""
        super().login(request, user)
        request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        audit.record("sign-in", user, by=user, now=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A line also where no account has this address: the same work, so that time tells nobody which is which."""
        super().authentication_failed(request, **credentials)
        known = User.objects.filter(email__iexact=credentials.get("email") or "").first()
        audit.record("fail-to-sign-in", known or User(), by=None, now=timezone.now())

    def clean_email(self, email: str) -> str:
        """allauth's field takes longer addresses than RFC 5321 and our column."""
        MaxLengthValidator(User._meta.get_field("email").max_length)(email)
        return super().clean_email(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes. Where an address has no account nobody is written to: anybody could type it."""
        member = context.get("user") or User.objects.filter(email__iexact=email).first()
        if member is None or "code" not in context:
            return
        code, now = context["code"], timezone.now()
        if template_prefix.endswith("password_reset_code"):
            mails.password_code(member, address=email, code=code, until=now + mails.CODE_HOLDS_FOR, now=now)
            return
        until = self._asked_at(code, now) + mails.CODE_HOLDS_FOR
        mails.verification_code(member, address=email, code=code, until=until, now=now)

    def _asked_at(self, code: str, now: datetime) -> datetime:
        """When the page of this code was opened: a code that is sent again ends with the first one."""
        asked = self.request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY) or {}
        return datetime.fromtimestamp(asked["at"], tz=UTC) if asked.get("code") == code else now

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner. Hashing something takes the time that making the account would have taken."""
        make_password("as long as a password that is really set")
        if member := User.objects.filter(email__iexact=email).first():
            mails.account_known(member, now=timezone.now())

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Changes of password or address; the latter goes to the old address, which allauth names."""
        if what := CHANGES.get(template_prefix):
            mails.account_changed(user, what=what, address=email or user.email, now=timezone.now())

    def is_safe_url(self, url: str) -> bool:
        """Only a path of ours: anything else, `redirect` could also take for the name of a view."""
        return bool(url) and url.startswith("/") and super().is_safe_url(url)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:account")
