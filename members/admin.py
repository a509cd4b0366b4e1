"""The ledgers of members: days, payments, roles, mails, acts of the staff."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from members.desk.ledgers import LedgerAdmin
from members.models import (
    AuditEntry,
    AuditSeal,
    Heartbeat,
    Look,
    MemberImport,
    OutgoingMail,
    Payment,
    Period,
    PricePlan,
    RoleGrant,
    Suspension,
)

# What the staff's own acts are about. Lines about anything else tell what members do and wish, and stay in the dark.
OF_STAFF = [
    "members.payment",
    "members.period",
    "members.plan",
    "members.rolegrant",
    "members.memberimport",
    "members.screeningterm",
    "feedback.case",
    "events.event",
]


@admin.register(PricePlan)
class PricePlanLedger(LedgerAdmin):
    columns = ("key", "name_ja", "price_yen", "months", "is_offered")


@admin.register(Payment)
class PaymentLedger(LedgerAdmin):
    columns = ("reference", "member", "plan", "amount_yen", "state", "ordered_at", "due_on", "settled_at", "settled_by")
    people = ("member", "settled_by")
    list_filter = ("state", "plan")
    search_fields = ("reference",)
    date_hierarchy = "ordered_at"


@admin.register(Period)
class PeriodLedger(LedgerAdmin):
    columns = ("member", "plan", "starts_on", "ends_on", "source", "payment", "granted_by")
    people = ("member", "granted_by")
    list_filter = ("source", "plan")
    date_hierarchy = "starts_on"


@admin.register(RoleGrant)
class RoleGrantLedger(LedgerAdmin):
    columns = ("member", "role", "granted_at", "granted_by", "last_day", "ended_at")
    people = ("member", "granted_by")
    list_filter = ("role",)


@admin.register(Suspension)
class SuspensionLedger(LedgerAdmin):
    columns = ("member", "starts_at", "until", "imposed_by", "ended_at", "lifted_by")
    people = ("member", "imposed_by", "lifted_by")


@admin.register(OutgoingMail)
class OutgoingMailLedger(LedgerAdmin):
    """Without key and address: the key of some mails tells who wrote to whom."""

    columns = ("kind", "to", "state", "queued_at", "send_after", "sent_at", "attempts", "refusals", "doubts")
    people = ("to",)
    list_filter = ("state", "kind")
    date_hierarchy = "queued_at"


@admin.register(AuditEntry)
class AuditEntryLedger(LedgerAdmin):
    """The acts of the staff."""

    columns = ("at", "by", "verb", "object_type", "object_id", "fields", "why", "request_id", "seal")
    people = ("by",)
    list_filter = ("object_type", "verb")
    search_fields = ("request_id",)
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).filter(object_type__in=OF_STAFF)


@admin.register(AuditSeal)
class AuditSealLedger(LedgerAdmin):
    columns = ("number", "lines", "digest", "sealed_at")


@admin.register(Heartbeat)
class HeartbeatLedger(LedgerAdmin):
    columns = ("job", "beat_at")
    ordering = ("job",)


@admin.register(Look)
class LookLedger(LedgerAdmin):
    columns = ("at", "by", "role", "member", "purpose")
    people = ("by", "member")
    list_filter = ("role", "purpose")


@admin.register(MemberImport)
class MemberImportLedger(LedgerAdmin):
    columns = ("sent_at", "by", "file_name", "state", "rows_read", "made", "already_here", "faulty", "ended_at")
    people = ("by",)
