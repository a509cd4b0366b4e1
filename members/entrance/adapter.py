"""Where allauth meets ours: an account gets its profile at once, and every mail goes through the outbox."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kouryu.refusal import Refused
from members.admission.choices import Entrance
from members.admission.flows.invitation import accept_invitation
from members.admission.queries import PENDING, invitation_facts, pending_invitation
from members.admission.refusals import explain
from members.admission.rules import why_not_use
from members.audit import audit
from members.entrance import flows, mails, proofs
from members.entrance.limits import CODES
from members.leaving import flows as leaving
from members.linking.flows import take_over_paid_days, unlink_stranger
from members.models import AuditEntry, Profile, User
from members.security import flows as security
from members.security import known_browser
from members.security.adapter import NOTICES
from members.security.mails import security_changed
from members.security.queries import DEVICE, is_proved
from members.security.rules import device_of

ASKED_CODE = "asked_code"  # in the session: whose code was asked for last, and when
# Errors of allauth's that mean a wrong guess on a page that asks for proof, besides the sign-in itself.
WRONG_PROOFS = {"incorrect_code": "code", "enter_current_password": "password"}
WHY_AT_MOST = AuditEntry._meta.get_field("why").max_length
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

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("コードが合いません。いちばん新しいメールのコードを、もう一度入れてください。"),
        "too_many_login_attempts": _(
            "コードが3回合わなかったため、このコードは使えなくなりました。もう一度はじめから、新しいコードを受けとってください。"
        ),
        "codes_paused": _(
            "コードのまちがいが続いたため、しばらくのあいだ、コードを確かめられません。"
            "お心あたりがないときは、パスワードを変えてください。"
        ),
        "proofs_paused": _(
            "コードを続けてお送りしました。いちばん新しいメールのコードを入れるか、しばらくたってから、もう一度お試しください。"
        ),
        "sign_in_paused": _(
            "パスワードのまちがいが続いたため、しばらくのあいだ、この方法ではログインできません。"
            "下の「メールのコードでログインする」から、いますぐログインできます。"
        ),
    }

    def new_user(self, request: HttpRequest) -> User:
        return User(
            joined_at=timezone.now(),
            language=request.LANGUAGE_CODE,
            awaits_admission=settings.ENTRANCE != Entrance.OPEN,
        )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody signs up, except where only an invitation lets somebody in: then whoever took one that still does."""
        if settings.ENTRANCE != Entrance.INVITATION:
            return True
        invitation = pending_invitation(request.session)
        return invitation is not None and why_not_use(invitation_facts(invitation), timezone.now()) is None

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The account and its profile, or neither."""
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            Profile.objects.create(member=user)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """However somebody signs in, their session ends that many days later, and is not prolonged by use."""
        super().login(request, user)
        request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
        audit.record("sign-in", user, by=user, now=timezone.now(), why=_way_in(request, user))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Staff without a second factor are led to set one up; their pages stay closed until then."""
        self._accept_invitation(request, user)
        take_over_paid_days(member=user, now=timezone.now())
        response = super().post_login(request, user, **kwargs)
        if user.roles and not is_proved(request.session, user):
            response = redirect_to_login(response.url, reverse("members:second_factor"))
        known_browser.remember(response, user)
        return response

    def _accept_invitation(self, request: HttpRequest, user: User) -> None:
        """The invitation that this visitor took before signing up or in. Refused, it leaves a sentence."""
        number = request.session.pop(PENDING, None)
        if number is None:
            return
        try:
            accept_invitation(number=number, member=user, now=timezone.now())
        except Refused as refused:
            messages.warning(request, explain(refused.reason).sentence)

    def logout(self, request: HttpRequest) -> None:
        audit.record("sign-out", request.user, by=request.user, now=timezone.now())
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords from elsewhere do not keep the owner out of a browser that they used before."""
        address = (credentials.get("email") or "").lower()
        limits = self._limits(request, address)
        may_try = all(ratelimit.consume(request, action=action, key=key) for action, key in limits.items())
        if may_try and "sign_in_known_browser" not in limits:
            may_try = self._may_network_try(request, credentials)
        if not may_try:
            self._note_failure(address, why="paused")
            raise self.validation_error("sign_in_paused")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A right password takes back what was counted: only its owner can do that."""
        user = super().authenticate(request, **credentials)
        if user:
            for action, key in self._limits(request, user.email).items():
                ratelimit.clear(request, action=action, key=key)
        return user

    def _limits(self, request: HttpRequest, address: str) -> dict[str, str]:
        """The limits of settings.ACCOUNT_RATE_LIMITS that this try counts for, the narrowest first, and their keys."""
        if browser := known_browser.id_for(request, User.objects.filter(email=address).first()):
            return {"sign_in_known_browser": f"{browser} {address}"}
        return {"sign_in_from_network": f"{self._network(request)} {address}", "sign_in_anywhere": address}

    def _may_network_try(self, request: HttpRequest, credentials: dict[str, Any]) -> bool:
        """allauth's own limit, of failures per network whatever the account."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            return False
        return True

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        self._note_failure(credentials.get("email") or "")

    def _note_failure(self, address: str, why: str = "") -> None:
        """A line also where no account has this address: the same work, so that time tells nobody which is which."""
        known = User.objects.filter(email__iexact=address).first()
        audit.record("fail-to-sign-in", known or User(), by=None, now=timezone.now(), why=why)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """A wrong code, and a wrong password on the page that changes it, leave a line as a failed sign-in does."""
        if why := WRONG_PROOFS.get(code):
            audit.record("fail-to-prove", self._who_proves(), by=None, now=timezone.now(), why=why)
        return super().validation_error(code, *args)

    def _who_proves(self) -> User:
        """Whose account it is about; one without a number where no account has the address."""
        if self.request.user.is_authenticated:
            return self.request.user
        asked = self.request.session.get(ASKED_CODE) or {}
        return User.objects.filter(pk=asked.get("member")).first() or User()

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose share of a limit per network this request uses up: that of its address, or, in a browser that knows
        the account, that account's own. Else one person keeps out everybody behind the same address.
        """
        return self._own_share(request) if request.method == "POST" else super().get_client_ip(request)

    def _own_share(self, request: HttpRequest) -> str:
        """A form that names another account counts for the address, so that a second account buys no guesses."""
        typed = (request.POST.get("login") or request.POST.get("email") or "").strip().lower()
        owner = User.objects.filter(pk=known_browser.owner_of(request)).first()
        is_own = owner is not None and typed in {"", owner.email}
        return f"member-{owner.pk}" if is_own else super().get_client_ip(request)

    def _network(self, request: HttpRequest) -> str:
        """The address; of IPv6 the half that a household or a company has."""
        address = super().get_client_ip(request).strip()
        return str(ipaddress.ip_network(f"{address}/64", strict=False)) if ":" in address else address

    def set_password(self, user: User, password: str) -> None:
        """A change by somebody signed in, or a new one with a code from the mail. All other sessions end."""
        is_change = self.request.user.is_authenticated
        here = self.request.session.session_key if is_change else None
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            verb = "change-password" if is_change else "reset-password"
            audit.record(verb, user, by=user, now=timezone.now(), fields=["password"])
            security.end_other_sessions(member=user, here=here, now=timezone.now())
        if not is_change:
            self.request.session[known_browser.PROVED] = user.pk

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A proved address. Where it takes the place of another, all other sessions end, as with a new password."""
        request.asked_for_this_proof = True  # for `forget_what_a_stranger_chose`
        member = email_address.user
        with transaction.atomic():
            old = User.objects.values_list("email", flat=True).get(pk=member.pk)
            is_confirmed = super().confirm_email(request, email_address)
            if not is_confirmed or email_address.email == old:
                return is_confirmed
            audit.record("change-address", member, by=member, now=timezone.now(), fields=["email"])
            security.end_other_sessions(member=member, here=request.session.session_key, now=timezone.now())
        update_session_auth_hash(request, User.objects.get(pk=member.pk))
        return is_confirmed

    def clean_email(self, email: str) -> str:
        """allauth's field takes longer addresses than RFC 5321 and our column."""
        MaxLengthValidator(User._meta.get_field("email").max_length)(email)
        return super().clean_email(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes. Where an address has no account nobody is written to: anybody could type it."""
        now = timezone.now()
        if template_prefix.endswith("unknown_account"):  # allauth has looked once more than for one that is known
            mails.code_for_nobody(address=email, until=now + CODES.holds_for, now=now)
            self.request.session.pop(ASKED_CODE, None)
            return
        member = context.get("user") or User.objects.filter(email__iexact=email).first()
        if member is None or "code" not in context:
            return
        asked_at = self._asked_at(now)
        self.request.session[ASKED_CODE] = {"member": member.pk, "at": asked_at.timestamp()}
        about = {"address": email, "code": context["code"], "until": asked_at + CODES.holds_for, "now": now}
        browser = known_browser.id_for(self.request, member)
        if template_prefix.endswith("password_reset_code"):
            mails.password_code(member, **about, browser=browser)
        elif template_prefix.endswith("login_code"):
            mails.login_code(member, **about, browser=browser)
        else:
            mails.verification_code(member, **about)

    def _asked_at(self, now: datetime) -> datetime:
        """When the page of this code was opened: a code that the page sends again ends with the first one."""
        asked = self.request.session.get(ASKED_CODE)
        is_again = self.request.resolver_match.url_name == "account_email_verification_sent"
        return datetime.fromtimestamp(asked["at"], tz=UTC) if asked and is_again else now

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner. Hashing something takes the time that making the account would have taken.

        An account that comes from the service has no password, so nothing is hashed there either.
        """
        if self.request.POST.get("password1"):
            make_password("as long as a password that is really set")
        if member := User.objects.filter(email__iexact=email).first():
            mails.account_known(member, now=timezone.now())

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Changes of password, address or factors; that of the address goes to the old one, which allauth names."""
        if change := NOTICES.get(template_prefix):
            security_changed(user, change=change, now=timezone.now())
        if what := CHANGES.get(template_prefix):
            mails.account_changed(user, what=what, address=email or user.email, now=timezone.now())

    def is_safe_url(self, url: str) -> bool:
        """Only a path of ours: anything else, `redirect` could also take for the name of a view."""
        return bool(url) and url.startswith("/") and super().is_safe_url(url)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Whoever has a second factor proves it with that one: a known password must not be enough to take it away.

        The first is what the page offers: a passkey, where there is one. All others have a code from their mail, too,
        so that nobody has to choose a password first.
        """
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        if factors:
            return sorted(factors, key=lambda method: not method["id"].endswith(":webauthn"))
        by_mail = {"id": "mail", "description": gettext("メールのコード"), "url": reverse("members:prove_by_mail")}
        return [*methods, by_mail]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """allauth takes an account that has neither password nor factor as proved; ours must have just signed in."""
        is_required = super().is_reauthentication_required(app=app, **kwargs)
        has_something_to_ask = proofs.can_prove_otherwise(self.request.user)
        if is_required and not has_something_to_ask and not proofs.is_fresh(self.request, timezone.now()):
            raise ReauthenticationRequired
        return is_required

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:account")


def _way_in(request: HttpRequest, user: User) -> str:
    """What was proved at this sign-in, such as `password+totp`, for the record of acts."""
    proofs = get_authentication_records(request, user)
    return "+".join(proof.get("type") or proof["method"] for proof in proofs)[:WHY_AT_MOST]


def forget_what_a_stranger_chose(request: HttpRequest, email_address: EmailAddress, **_others: Any) -> None:
    """A first proof by a code to sign in or for a new password: whoever signed up may have been anybody, and must not
    come in with the password that they chose, nor with an account of the service that they linked. In the browser that
    signed up, the code of the sign-up proves both.
    """
    if getattr(request, "asked_for_this_proof", False):
        return
    if unlink_stranger(member=email_address.user, now=timezone.now()):
        messages.info(
            request,
            _(
                "このアドレスがご本人のものと、はじめて確かめられました。念のため、それより前のサービスとのつながりは外しました。"
            ),
        )
    nobody_chose_one = not email_address.user.has_usable_password()  # a member of a list (members/moving)
    flows.drop_password(member=email_address.user, now=timezone.now())
    if nobody_chose_one:
        return
    sentence = _(
        "このアドレスがご本人のものと、はじめて確かめられました。念のため、登録のときのパスワードは使えなくしています。"
        "「パスワードを忘れたとき」から、新しく決められます。"
    )
    messages.info(request, sentence)


def carry_over_what_is_remembered(email_address: EmailAddress, **_others: Any) -> None:
    """An address that was just proved: what an earlier account with it left behind counts for this one."""
    leaving.carry_over(User.objects.select_related("profile").get(pk=email_address.user_id), now=timezone.now())
