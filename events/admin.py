"""The ledgers of events: evenings, seats, offers, draws, marks."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from events.models import Attendance, Draw, Event, Mark, Offer, Registration, Round
from members.desk.ledgers import LedgerAdmin


@admin.register(Event)
class EventLedger(LedgerAdmin):
    title = _("会")
    columns = (
        "id",
        "title",
        "host",
        "state",
        "starts_at",
        "capacity",
        "allotment",
        "published_at",
        "closed_at",
        "version",
    )
    people = ("host",)
    list_filter = ("state", "format", "allotment")
    search_fields = ("title",)
    date_hierarchy = "starts_at"


@admin.register(Registration)
class RegistrationLedger(LedgerAdmin):
    title = _("申し込み")
    columns = ("id", "event", "member", "state", "seat_number", "queue_number", "registered_at", "changed_at")
    people = ("member",)
    list_filter = ("state",)


@admin.register(Offer)
class OfferLedger(LedgerAdmin):
    title = _("空いた席のご案内")
    columns = ("registration", "made_at", "expires_at", "answer", "answered_at")
    list_filter = ("answer",)


@admin.register(Attendance)
class AttendanceLedger(LedgerAdmin):
    title = _("出席")
    columns = ("registration", "presence", "recorded_at", "left_at", "recorded_by")
    people = ("recorded_by",)
    list_filter = ("presence",)


@admin.register(Mark)
class MarkLedger(LedgerAdmin):
    title = _("印")
    columns = ("registration", "kind", "points", "spared_for", "given_at", "expires_at", "objected_at", "ruling")
    list_filter = ("kind", "ruling")


@admin.register(Draw)
class DrawLedger(LedgerAdmin):
    title = _("抽選")
    columns = ("event", "seed_hash", "drawn_at", "seats", "list_digest")


@admin.register(Round)
class RoundLedger(LedgerAdmin):
    title = _("輪")
    columns = ("event", "number", "drawn_at", "published_at", "started_at", "ends_at")
