"""Which offers are open, which marks weigh, who stands in line and what overlaps is said once, by the models."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["members", "events", "feedback", "demo"]
HOMES = ("events/event/models.py", "events/registration/models.py")
PROOFS = (
    "events/invariants/seats.py:order",  # a check of the order reads the numbers themselves
    "feedback/insight/retention.py:answer",  # to what was said against a mark, not to an offer
)
INSTEAD = {
    "order": "RegistrationQuerySet.in_line",
    "answer": "OfferQuerySet.unanswered, open_at or lapsed_at",
    "ruling": "MarkQuerySet.standing",
    "overlap": "EventQuerySet.overlapping or RegistrationQuerySet.overlapping",
}
ASKING = {"filter", "exclude", "get", "order_by", "Q"}


def said_again(source: str) -> Iterator[tuple[int, str]]:
    """Line and subject of every question to a table that a queryset of the models asks already."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", getattr(node.func, "id", "")) not in ASKING:
            continue
        words = {word.arg: ast.unparse(word.value) for word in node.keywords if word.arg}
        if any(ast.unparse(one) == "'queue_number'" for one in node.args):
            yield node.lineno, "order"
        if any(name.endswith("answer") and value == "''" for name, value in words.items()):
            yield node.lineno, "answer"
        if words.get("ruling") == "Ruling.LIFTED":
            yield node.lineno, "ruling"
        if all(any(name.endswith(end) for name in words) for end in ("starts_at__lt", "ends_at__gt")):
            yield node.lineno, "overlap"


def test_each_is_said_by_the_models_alone():
    files = [file for app in APPS for file in sorted((ROOT / app).rglob("*.py")) if "migrations" not in file.parts]
    found = [
        f"{file.relative_to(ROOT)}:{line}: ask {INSTEAD[subject]}"
        for file in files
        if str(file.relative_to(ROOT)) not in HOMES
        for line, subject in said_again(file.read_text())
        if f"{file.relative_to(ROOT)}:{subject}" not in PROOFS
    ]
    assert found == [], "\n".join(found)


def test_a_new_copy_would_be_found():
    assert list(said_again('rows.filter(state="waiting").order_by("queue_number")')) == [(1, "order")]
    assert list(said_again('Offer.objects.filter(registration=one, answer="")')) == [(1, "answer")]
    assert list(said_again('Count("offers", filter=Q(offers__answer=""))')) == [(1, "answer")]
    assert list(said_again("marks.exclude(ruling=Ruling.LIFTED)")) == [(1, "ruling")]
    assert list(said_again("seats.filter(event__starts_at__lt=b, event__ends_at__gt=a)")) == [(1, "overlap")]
    assert list(said_again("Event.objects.filter(ends_at__gt=now, starts_at__gte=now)")) == []
