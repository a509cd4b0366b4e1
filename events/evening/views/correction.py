"""The desk corrects, after closing, who was there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.evening.flows import attendance as flows
from events.evening.forms import CorrectionForm
from events.groups import refusals
from events.models import Registration
from events.registration.choices import Presence
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.desk.views import at_open_page
from members.models import User


@open_to(Access.DESK, can=gettext_lazy("会のあとに、参加の記録を直す"))
@at_open_page
def correct(request: HttpRequest, member: User, *, pk: int) -> HttpResponse:
    """Note that the member was there, or had sent word."""
    seats = Registration.objects.select_related("event", "attendance")
    registration = get_object_or_404(seats, event=pk, member=member)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    title = _("参加の記録を直す")
    values = {"member": member, "registration": registration, "form": form, "title": title}
    if not form.is_valid():
        return render(request, "events/evening/correction.html", values, status=422 if form.errors else 200)
    presence, why = Presence(form.cleaned_data["presence"]), form.cleaned_data["why"]
    try:
        flows.correct_attendance(
            member=member, event_id=pk, presence=presence, by=request.user, why=why, now=timezone.now()
        )
    except Refused as refused:
        form.add_error(None, refusals.explain(refused.reason, event=registration.event).sentence)
        return render(request, "events/evening/correction.html", values, status=422)
    messages.success(request, _("参加の記録を直しました。"))
    return redirect("members:desk_member", member.pk)
