"""The list of phrases that staff keep."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kouryu.refusal import Refused
from members import audit
from members.choices import TermKind
from members.models import ScreeningTerm, User
from members.rules.screening import why_not_pattern


@transaction.atomic
def add_term(*, kind: TermKind, pattern: str, note: str, by: User, now: datetime) -> ScreeningTerm:
    """Put a phrase on the list, from the next letter on; one that is there already is set to this kind and note.

    Refused where `why_not_pattern` says so.
    """
    pattern = pattern.strip()
    if problem := why_not_pattern(pattern):
        raise Refused(problem)
    term, created = ScreeningTerm.objects.select_for_update(no_key=True).get_or_create(
        pattern=pattern, defaults={"kind": kind, "note": note, "changed_by": by, "changed_at": now}
    )
    if created:
        audit.record("add-screening-term", term, by=by, now=now, why=kind)
        return term
    if (term.kind, term.note, term.is_active) == (kind, note, True):
        return term
    term.kind, term.note, term.is_active = kind, note, True
    return _keep(term, "change-screening-term", by=by, now=now)


@transaction.atomic
def switch_off_term(*, term_id: int, by: User, now: datetime) -> ScreeningTerm:
    """No longer look for it; it stays on the list, so that it can be switched on again."""
    term = _locked(term_id)
    if not term.is_active:
        return term
    term.is_active = False
    return _keep(term, "switch-off-screening-term", by=by, now=now)


@transaction.atomic
def switch_on_term(*, term_id: int, by: User, now: datetime) -> ScreeningTerm:
    """Look for it again."""
    term = _locked(term_id)
    if term.is_active:
        return term
    term.is_active = True
    return _keep(term, "switch-on-screening-term", by=by, now=now)


def _locked(term_id: int) -> ScreeningTerm:
    return ScreeningTerm.objects.select_for_update(no_key=True).get(pk=term_id)


def _keep(term: ScreeningTerm, verb: str, *, by: User, now: datetime) -> ScreeningTerm:
    term.changed_by, term.changed_at = by, now
    term.save(update_fields=["kind", "note", "is_active", "changed_by", "changed_at"])
    audit.record(verb, term, by=by, now=now, why=term.kind)
    return term
