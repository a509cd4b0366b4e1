"""The desk corrects, after closing, who was there."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.evening import refusals
from events.evening.flows import attendance as flows
from events.evening.forms import CorrectionForm
from events.models import Registration
from events.registration.choices import Presence
from kouryu import web
from members.accounts.access import Access, open_to
from members.desk.views import at_open_page
from members.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("会のあとに、参加の記録を直す"))
@at_open_page
def correct(request: HttpRequest, member: User, *, pk: int) -> HttpResponse:
    """Note that the member was there, or had sent word."""
    seats = Registration.objects.select_related("event", "attendance")
    registration = get_object_or_404(seats, event=pk, member=member)
    form = CorrectionForm(request.POST if request.method == "POST" else None)

    def show() -> HttpResponse:
        values = {"member": member, "registration": registration, "form": form, "title": _("参加の記録を直す")}
        return render(request, "events/evening/correction.html", values, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    presence, why = Presence(form.cleaned_data["presence"]), form.cleaned_data["why"]
    seat = {"member": member, "event_id": pk}
    return web.carry_out(
        request,
        partial(flows.correct_attendance, **seat, presence=presence, why=why, by=request.user, now=timezone.now()),
        refused=web.refused_on_form(form, partial(refusals.explain, event=registration.event), show),
        done=_("参加の記録を直しました。"),
        to=reverse("members:desk_member", args=[member.pk]),
    )
