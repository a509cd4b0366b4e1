"""How the service is asked who somebody is: OpenID Connect through allauth, with what allauth leaves to its users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from requests import RequestException

from kouryu.openid import PROVIDER
from members.linking.limits import SERVICE
from members.linking.queries import PAID_UNTIL
from members.linking.rules import last_paid_day

# What a server of somebody else's may answer: no JSON, other shapes, nothing that is asked for.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
AWAY = (RequestException, OAuth2Error)


def way_to(request: HttpRequest, *, process: str, next_url: str) -> str:
    """Where the service asks who somebody is. `AWAY` is raised where it does not say so itself."""
    provider = get_adapter(request).get_provider(request, PROVIDER)
    provider.oauth2_adapter_class = ServiceAdapter
    state = get_random_string(32)
    with _malformed_is_an_error():
        answer = provider.redirect(
            request, process, next_url or None, state_id=state, auth_params={"nonce": nonce_of(state)}
        )
    return answer["Location"]


def nonce_of(state: str) -> str:
    """What the service writes into its answer to this question: so that no other answer is taken for it."""
    return salted_hmac("members.linking.nonce", state, algorithm="sha256").hexdigest()


@contextmanager
def _malformed_is_an_error() -> Iterator[None]:
    try:
        yield
    except MALFORMED as wrong:
        raise OAuth2Error(f"malformed answer: {type(wrong).__name__}") from wrong


class ServiceAdapter(OpenIDConnectOAuth2Adapter):
    """Asks the service, and takes its answer for true only where all of it fits together."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Where its pages are, as it says itself; the issuer must be the one that the operator named."""
        url = self.get_provider().server_url
        key = f"openid/{salted_hmac('members.linking.config', url, algorithm='sha256').hexdigest()}"
        config = cache.get(key)
        if config is None:
            config = super().openid_config
            if config["issuer"].rstrip("/") != settings.OPENID.url:
                raise OAuth2Error("another issuer")
            cache.set(key, config, SERVICE.known_for.total_seconds())
        return config

    def get_access_token_data(self, request: HttpRequest, app: Any, client: Any, **others: Any) -> dict[str, Any]:
        with _malformed_is_an_error():
            return super().get_access_token_data(request, app, client, **others)

    def parse_token(self, data: dict[str, Any]) -> Any:
        with _malformed_is_an_error():
            return super().parse_token(data)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **answer: Any) -> SocialLogin:
        """Who it is. Of what the service says only the day until which is paid is kept."""
        with _malformed_is_an_error():
            login = super().complete_login(request, app, token, **answer)
            said = login.account.extra_data
            _must_belong_together(said, state=request.GET.get("state", ""))
            claims = {**said["id_token"], **said.get("userinfo", {})}
            is_proved = settings.OPENID.trusts_addresses and claims.get("email_verified") is True
        for address in login.email_addresses:
            address.email, address.verified = address.email.lower(), is_proved
        login.account.extra_data = _kept_of(claims)
        return login


def _must_belong_together(said: dict[str, Any], *, state: str) -> None:
    """An answer of its own for this question, whose two parts are about one account (OpenID Connect Core, 3.1.3.7)."""
    token = said.get("id_token")
    if not token:
        raise OAuth2Error("no id_token")
    if not constant_time_compare(str(token.get("nonce", "")), nonce_of(state)):
        raise OAuth2Error("another nonce")
    if said.get("userinfo", token)["sub"] != token["sub"]:
        raise OAuth2Error("two subjects")


def _kept_of(claims: dict[str, Any]) -> dict[str, Any]:
    """The day alone, read once: what a claim may hold otherwise can neither be stored nor read again for sure."""
    name = settings.OPENID.paid_until_claim
    day = last_paid_day(claims.get(name)) if name else None
    return {PAID_UNTIL: day.isoformat()} if day else {}
