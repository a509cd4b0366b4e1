"""The ledgers of safety: cases and decisions, without anybody's words."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from feedback.models import Case, Decision
from members.desk.ledgers import LedgerAdmin


@admin.register(Case)
class CaseLedger(LedgerAdmin):
    title = _("知らせへの対応")
    columns = ("id", "state", "urgency", "opened_at", "taken_by", "taken_at")
    people = ("taken_by",)
    list_filter = ("state", "urgency")


@admin.register(Decision)
class DecisionLedger(LedgerAdmin):
    title = _("決めたこと")
    columns = ("case", "kind", "until", "decided_by", "decided_at")
    people = ("decided_by",)
    list_filter = ("kind",)
