"""The ledgers of members: days, payments, roles, mails, acts of the staff."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.desk.ledgers import LedgerAdmin
from members.models import (
    Allocation,
    AuditEntry,
    AuditSeal,
    Booking,
    BookLine,
    Due,
    Heartbeat,
    Look,
    MemberImport,
    OutgoingMail,
    PaymentIn,
    Period,
    PlanPrice,
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
    "members.affinitygroup",
    "members.memberimport",
    "members.screeningterm",
    "feedback.case",
    "events.event",
]


@admin.register(PricePlan)
class PricePlanLedger(LedgerAdmin):
    title = _("プラン")
    columns = ("key", "name_ja", "months", "is_offered")


@admin.register(PlanPrice)
class PlanPriceLedger(LedgerAdmin):
    title = _("プランの価格")
    columns = ("plan", "price_yen", "tax_percent", "from_on", "set_at", "set_by")
    people = ("set_by",)
    list_filter = ("plan",)


@admin.register(Due)
class DueLedger(LedgerAdmin):
    title = _("お申し込みと会費")
    columns = (
        "reference",
        "member",
        "amount_yen",
        "months",
        "state",
        "ordered_at",
        "due_on",
        "settled_at",
    )
    people = ("member",)
    list_filter = ("state",)
    search_fields = ("reference",)
    date_hierarchy = "ordered_at"


@admin.register(PaymentIn)
class PaymentInLedger(LedgerAdmin):
    title = _("入金")
    columns = ("received_on", "way", "amount_yen", "member", "booking")
    people = ("member",)
    list_filter = ("way",)
    date_hierarchy = "received_on"


@admin.register(Allocation)
class AllocationLedger(LedgerAdmin):
    title = _("入金の充当")
    columns = ("booking", "due", "amount_yen")


@admin.register(Booking)
class BookingLedger(LedgerAdmin):
    title = _("帳簿")
    columns = ("at", "booked_on", "kind", "member", "by")
    people = ("member", "by")
    list_filter = ("kind",)
    date_hierarchy = "booked_on"


@admin.register(BookLine)
class BookLineLedger(LedgerAdmin):
    title = _("帳簿の行")
    columns = ("booking", "account", "amount_yen", "member", "due")
    people = ("member",)
    list_filter = ("account",)


@admin.register(Period)
class PeriodLedger(LedgerAdmin):
    title = _("会員期間")
    columns = ("member", "plan", "starts_on", "ends_on", "source", "allocation", "granted_by")
    people = ("member", "granted_by")
    list_filter = ("source", "plan")
    date_hierarchy = "starts_on"


@admin.register(RoleGrant)
class RoleGrantLedger(LedgerAdmin):
    title = _("役割")
    columns = ("member", "role", "granted_at", "granted_by", "last_day", "ended_at")
    people = ("member", "granted_by")
    list_filter = ("role",)


@admin.register(Suspension)
class SuspensionLedger(LedgerAdmin):
    title = _("利用停止")
    columns = ("member", "starts_at", "until", "imposed_by", "ended_at", "lifted_by")
    people = ("member", "imposed_by", "lifted_by")


@admin.register(OutgoingMail)
class OutgoingMailLedger(LedgerAdmin):
    """Without key and address: the key of some mails tells who wrote to whom."""

    title = _("メール")
    columns = ("kind", "to", "state", "queued_at", "send_after", "sent_at", "attempts", "refusals", "doubts")
    people = ("to",)
    list_filter = ("state", "kind")
    date_hierarchy = "queued_at"


@admin.register(AuditEntry)
class AuditEntryLedger(LedgerAdmin):
    """The acts of the staff."""

    title = _("運営のしたこと")
    columns = ("at", "by", "verb", "object_type", "object_id", "fields", "why", "request_id", "seal")
    people = ("by",)
    list_filter = ("object_type", "verb")
    search_fields = ("request_id",)
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).filter(object_type__in=OF_STAFF)


@admin.register(AuditSeal)
class AuditSealLedger(LedgerAdmin):
    title = _("記録の封")
    columns = ("number", "lines", "digest", "sealed_at")


@admin.register(Heartbeat)
class HeartbeatLedger(LedgerAdmin):
    title = _("自動の仕事が動いた時刻")
    columns = ("job", "beat_at")
    ordering = ("job",)


@admin.register(Look)
class LookLedger(LedgerAdmin):
    title = _("会員のページを開いた記録")
    columns = ("at", "by", "role", "member", "purpose")
    people = ("by", "member")
    list_filter = ("role", "purpose")


@admin.register(MemberImport)
class MemberImportLedger(LedgerAdmin):
    title = _("一覧の読みこみ")
    columns = ("sent_at", "by", "file_name", "state", "rows_read", "made", "already_here", "faulty", "ended_at")
    people = ("by",)
