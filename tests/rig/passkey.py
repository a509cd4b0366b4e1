"""An authenticator in memory: makes a passkey and signs with it, as a phone or a security key would."""

from __future__ import annotations

import json
import re
import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpResponse
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


class Passkey:
    """One passkey for a site; `verifies` its user by a finger or a number."""

    def __init__(self, *, site: str = "testserver", verifies: bool = True) -> None:
        self.site, self.origin = site, f"https://{site}"
        self.flags = FLAG.UP | (FLAG.UV if verifies else FLAG(0))
        self.id = secrets.token_bytes(16)
        self.owner = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser sends when it was asked to make a passkey."""
        asked = options["publicKey"]
        self.owner = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self._key.public_key())
        credential = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)
        data = AuthenticatorData.create(self._site_hash(), self.flags | FLAG.AT, 0, credential)
        said = CollectedClientData.create("webauthn.create", asked["challenge"], self.origin)
        return self._sent(
            clientDataJSON=websafe_encode(said),
            attestationObject=websafe_encode(AttestationObject.create("none", data, {})),
            transports=["internal"],
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser sends when it was asked for a proof."""
        said = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], self.origin)
        data = AuthenticatorData.create(self._site_hash(), self.flags, 0)
        signature = self._key.sign(data + said.hash, ec.ECDSA(SHA256()))
        return self._sent(
            clientDataJSON=websafe_encode(said),
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=websafe_encode(self.owner),
        )

    def _site_hash(self) -> bytes:
        return sha256(self.site.encode()).digest()

    def _sent(self, **response: Any) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def asked_on(page: HttpResponse, what: str) -> dict[str, Any]:
    """What the page hands to the browser: `creation_options` or `request_options`."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)
    return json.loads(found[1])[what]
