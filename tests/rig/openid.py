"""A real OpenID provider on this machine, whose answers a test may spoil on their way."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests

from kouryu.env import OpenID
from tests.rig.patience import hang_limit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a library of the provider's is on its way from one module to another
    import oidc_provider_mock
    from authlib.jose import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

Change = Callable[[dict[str, Any]], Any]


KEY = RSAKey.generate_key(is_private=True)  # shown beside the provider's own, so that a test can sign as it does


READ_BY_EVERYBODY = b"c2hvd24tdG8tYW55Ym9keS1hcy1hLWtleS10aGF0LXNpZ25z"  # a secret that a careless service shows


@dataclass
class Provider:
    """The provider's own app, whose answers a test may spoil on their way."""

    url: str = ""
    sign_with: Callable[[dict[str, Any]], str] = field(default=lambda claims: signed(claims))
    spoil_token: Change | None = None
    spoil_answer: Change | None = None
    asked: list[str] = field(default_factory=list)

    def knows(self, subject: str, **claims: object) -> None:
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=hang_limit()).raise_for_status()

    def sends_back(self, there: str, subject: str) -> str:
        """Where somebody is sent who signs in there as `subject`."""
        answer = requests.post(there, data={"sub": subject}, allow_redirects=False, timeout=hang_limit())
        return answer.headers["Location"]

    def denied(self, there: str) -> str:
        """Where somebody is sent who says no there; with the state, which this provider leaves out then."""
        answer = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=hang_limit())
        return answer.headers["Location"] + "&state=" + parse_qs(urlsplit(there).query)["state"][0]


def named(
    url: str, *, trusts_addresses: bool = False, paid_until_claim: str = "paid_until", call_secret: str = ""
) -> OpenID:
    """What the environment would say of it."""
    return OpenID(url, "kouryu", "a secret", "キャリア会", trusts_addresses, paid_until_claim, call_secret)


def signed(claims: dict[str, Any], *, key: Any = None, algorithm: str = "RS256", kid: str | None = None) -> str:
    """A token with these claims; without a key it is signed as the provider signs."""
    key = KEY.get_private_key() if key is None else key
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid or KEY.thumbprint()})


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, until the end of the block."""
    provider, app = Provider(), oidc_provider_mock.app()

    @Request.application
    def between(request: Request) -> Response:
        provider.asked.append(request.path)
        answer = Response.from_app(app, request.environ)
        if request.path == "/jwks":
            shown = json.loads(answer.get_data())
            shown["keys"] += [KEY.as_dict(), {"kty": "oct", "kid": "shared", "k": READ_BY_EVERYBODY.decode()}]
            return Response(json.dumps(shown), mimetype="application/json")
        if request.path != "/oauth2/token" or answer.status_code != 200:
            return answer
        said = json.loads(answer.get_data())
        if provider.spoil_token:
            claims = jwt.decode(said["id_token"], options={"verify_signature": False})
            said["id_token"] = provider.sign_with(provider.spoil_token(claims))
        if provider.spoil_answer:
            said = provider.spoil_answer(said)
        return Response(json.dumps(said), mimetype="application/json")

    server = make_server("localhost", 0, between, threaded=True)
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
