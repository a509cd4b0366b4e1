"""The list of phrases that staff keep."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback.rules.term import NoTerm
from feedback.screenings import reach_of
from kouryu.refusal import Refused
from members import audit
from members.choices import TermKind
from members.models import ScreeningTerm, User
from members.rules.screening import why_not_pattern


@transaction.atomic
def add_term(*, kind: TermKind, pattern: str, note: str, by: User, now: datetime) -> ScreeningTerm:
    """Put a phrase on the list, from the next letter on; one that is there already is set to this kind and note.

    One that stands in too many letters waits until another moderator switches it on. Refused where `why_not_pattern`
    says so.
    """
    pattern = pattern.strip()
    if problem := why_not_pattern(pattern):
        raise Refused(problem)
    is_wide = reach_of(pattern).is_wide
    fields = {"kind": kind, "note": note, "is_active": not is_wide, "waits_for_second": is_wide}
    term, created = ScreeningTerm.objects.select_for_update(no_key=True).get_or_create(
        pattern=pattern, defaults={**fields, "changed_by": by, "changed_at": now}
    )
    if created:
        audit.record("propose-screening-term" if is_wide else "add-screening-term", term, by=by, now=now, why=kind)
        return term
    if (term.kind, term.note) == (kind, note) and (term.is_active or term.waits_for_second):
        return term
    for name, value in fields.items():
        setattr(term, name, value)
    return _keep(term, "change-screening-term", by=by, now=now)


@transaction.atomic
def switch_off_term(*, term_id: int, by: User, now: datetime) -> ScreeningTerm:
    """No longer look for it; it stays on the list, so that it can be switched on again. One that waits is dropped."""
    term = _locked(term_id)
    if not term.is_active and not term.waits_for_second:
        return term
    term.is_active = term.waits_for_second = False
    return _keep(term, "switch-off-screening-term", by=by, now=now)


@transaction.atomic
def switch_on_term(*, term_id: int, by: User, now: datetime) -> ScreeningTerm:
    """Look for it again. One that stands in too many letters waits for another moderator, who switches it on.

    Refused for whoever asked for it.
    """
    term = _locked(term_id)
    if term.is_active:
        return term
    if term.waits_for_second and term.changed_by_id == by.pk:
        raise Refused(NoTerm.SECOND_PERSON)
    needs_second = not term.waits_for_second and reach_of(term.pattern).is_wide
    term.is_active, term.waits_for_second = not needs_second, needs_second
    verb = "propose-screening-term" if needs_second else "switch-on-screening-term"
    return _keep(term, verb, by=by, now=now)


def _locked(term_id: int) -> ScreeningTerm:
    return ScreeningTerm.objects.select_for_update(no_key=True).get(pk=term_id)


def _keep(term: ScreeningTerm, verb: str, *, by: User, now: datetime) -> ScreeningTerm:
    term.changed_by, term.changed_at = by, now
    term.save(update_fields=["kind", "note", "is_active", "waits_for_second", "changed_by", "changed_at"])
    audit.record(verb, term, by=by, now=now, why=term.kind)
    return term
