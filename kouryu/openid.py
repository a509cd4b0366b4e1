"""What allauth reads of the provider that the environment names."""

from __future__ import annotations

from typing import Any

from kouryu.env import OpenID

PROVIDER = "service"  # its name in addresses and rows; there is one at most


def providers(known: OpenID | None) -> dict[str, Any]:
    """Allauth's `SOCIALACCOUNT_PROVIDERS`."""
    if known is None:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": known.label,
        "client_id": known.client_id,
        "secret": known.secret,
        "settings": {"server_url": known.url, "email_authentication": known.trusts_addresses},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
