"""Compare an object with the class of the official SDK, which is generated from Stripe's published specification."""

from __future__ import annotations

import sys
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

import stripe
import stripe.billing_portal
import stripe.checkout
import stripe.test_helpers
from stripe import StripeObject

NAMES = {
    "Configuration": stripe.billing_portal.Configuration,
    "TestClock": stripe.test_helpers.TestClock,
}


def hints_of(kind: type) -> dict[str, Any]:
    """Field by field what the SDK says of this class."""
    inner = {name: one for name, one in vars(kind).items() if isinstance(one, type)}
    found = {}
    for name, hint in vars(kind).get("__annotations__", {}).items():
        if name.startswith("_") or name == "OBJECT_NAME" or get_origin(hint) is typing.ClassVar:
            continue
        found[name] = _resolved(hint, sys.modules[kind.__module__], inner)
    return found


def _resolved(hint: Any, module: types.ModuleType, inner: dict[str, type]) -> Any:
    """The hint with its names looked up; of a class that is exported under another name only the id is compared."""
    holder = type("Holder", (), {"__annotations__": {"it": hint}})
    unknown: dict[str, Any] = {}
    while True:
        try:
            return typing.get_type_hints(holder, {**NAMES, **vars(module), **unknown}, inner)["it"]
        except NameError as missing:
            unknown[missing.name] = getattr(stripe, missing.name, Any)


def faults(value: Any, hint: Any, where: str) -> list[str]:
    """Where this value differs from what the SDK says; nothing for one that fits."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return []
    if origin in {Union, types.UnionType}:
        tries = [faults(value, one, where) for one in parts]
        return min(tries, key=len)
    if origin is Literal:
        return [] if value in parts else [f"{where}: {value!r} is none of {parts}"]
    if hint is type(None):
        return [] if value is None else [f"{where}: {value!r} is not null"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [fault for number, one in enumerate(value) for fault in faults(one, parts[0], f"{where}[{number}]")]
    if origin is not None and isinstance(origin, type) and issubclass(origin, stripe.ListObject):
        if not isinstance(value, dict) or value.get("object") != "list":
            return [f"{where}: no list object"]
        return faults(value["data"], list[parts[0]], f"{where}.data")
    if (isinstance(origin, type) and issubclass(origin, StripeObject)) or hint is dict or origin is dict:
        return [] if isinstance(value, dict) else [f"{where}: no object"]
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        return differences(value, hint, where)
    if hint.__name__ == "Decimal":
        return [] if isinstance(value, str) else [f"{where}: {value!r} is no decimal as text"]
    is_right = isinstance(value, (int, float) if hint is float else hint)
    return [] if is_right and not (hint is int and value is True) else [f"{where}: {value!r} is no {hint.__name__}"]


def differences(thing: Any, kind: type, where: str = "") -> list[str]:
    """Fields that the class does not have, needed ones that are missing, and values of another type."""
    where = where or kind.__name__
    if not isinstance(thing, dict):
        return [f"{where}: {thing!r} is no object"]
    hints = hints_of(kind)
    found = [f"{where}.{name}: not published" for name in thing if name not in hints]
    for name, hint in hints.items():
        if name in thing:
            found += faults(thing[name], hint, f"{where}.{name}")
        elif type(None) not in get_args(hint):
            found.append(f"{where}.{name}: missing")
    return found
