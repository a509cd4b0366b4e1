"""How the service is asked who somebody is: OpenID Connect through allauth, with what allauth leaves to its users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from jwt import PyJWK, PyJWKSet, PyJWS, PyJWTError, get_unverified_header
from requests import RequestException

from kouryu.openid import PROVIDER
from members.linking.limits import SERVICE
from members.linking.queries import PAID_UNTIL, SAID_AT
from members.linking.rules import last_paid_day

# What a server of somebody else's may answer: no JSON, other shapes, nothing that is asked for.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, PyJWTError)
# With a key pair: the key that a service shows can check a signature, and make none.
SIGNED_BY_A_PAIR = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
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
            _must_be_signed(answer["response"]["id_token"], self._keys())
            login = super().complete_login(request, app, token, **answer)
            said = login.account.extra_data
            _must_belong_together(said, state=request.GET.get("state", ""))
            claims = {**said["id_token"], **said.get("userinfo", {})}
            is_proved = settings.OPENID.trusts_addresses and claims.get("email_verified") is True
        for address in login.email_addresses:
            address.email, address.verified = address.email.lower(), is_proved
        login.account.extra_data = _kept_of(claims, timezone.now())
        return login

    def _keys(self) -> list[PyJWK]:
        """The keys that the service shows now."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        return PyJWKSet.from_dict(answer.json()).keys


def _must_be_signed(token: str, keys: list[PyJWK]) -> None:
    """The token was signed with one of these keys: the one that it names, or any where it names none.

    allauth asks for no signature of what came by TLS from the service itself (OpenID Connect Core, 3.1.3.7). Behind a
    proxy that opens TLS this would believe whoever stands there. What the token says, allauth asks afterwards.
    """
    header = get_unverified_header(token)
    algorithm, name = header["alg"], header.get("kid")
    if algorithm not in SIGNED_BY_A_PAIR:
        raise OAuth2Error("an algorithm that proves nothing")
    if not any(_has_signed(token, key, algorithm) for key in keys if name is None or key.key_id == name):
        raise OAuth2Error("no key of the service signed it")


def _has_signed(token: str, key: PyJWK, algorithm: str) -> bool:
    try:
        PyJWS().decode(token, key.key, algorithms=[algorithm])
    except (PyJWTError, TypeError, ValueError):  # also a key for another algorithm
        return False
    return True


def _must_belong_together(said: dict[str, Any], *, state: str) -> None:
    """An answer of its own for this question, whose two parts are about one account (OpenID Connect Core, 3.1.3.7)."""
    token = said.get("id_token")
    if not token:
        raise OAuth2Error("no id_token")
    if not constant_time_compare(str(token.get("nonce", "")), nonce_of(state)):
        raise OAuth2Error("another nonce")
    if said.get("userinfo", token)["sub"] != token["sub"]:
        raise OAuth2Error("two subjects")


def _kept_of(claims: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The day alone, read once: what a claim may hold otherwise can neither be stored nor read again for sure."""
    name = settings.OPENID.paid_until_claim
    day = last_paid_day(claims.get(name)) if name else None
    return {PAID_UNTIL: day.isoformat(), SAID_AT: now.isoformat()} if day else {}
