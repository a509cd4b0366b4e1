"""Giving my contact to one tied member; theirs shows once both have given one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.letters.views.reach import refuse_reach
from feedback.ties import refusals
from feedback.ties.flows import contact as flows
from feedback.ties.forms.contact import ContactForm
from feedback.ties.queries import contact as contacts
from feedback.ties.views.finding import is_within_reach, tie_with
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def contact(request: HttpRequest, member_pk: int) -> HttpResponse:
    """Mine, and theirs if both are there. Until then this page is the same whatever the other one did."""
    tie = tie_with(request, member_pk)
    if request.POST.get("act") == "take-back":
        flows.take_back_contact(by=request.user, from_id=member_pk)
        messages.success(request, _("連絡先を取りさげました。たがいに、もう見えません。"))
        return redirect("feedback:contact" if is_within_reach(request, tie) else "feedback:notes", member_pk)
    if not is_within_reach(request, tie):
        return refuse_reach(request, reverse("feedback:notes", args=[member_pk]))
    exchange = contacts.exchange(tie, request.user)
    form = ContactForm(request.POST if request.method == "POST" else None, initial={"text": exchange.own or ""})
    if not form.is_valid():
        context = {"person": tie.other(request.user), "exchange": exchange, "form": form}
        return render(request, "feedback/ties/contact/contact.html", context, status=422 if form.errors else 200)
    text, page = form.cleaned_data["text"], reverse("feedback:contact", args=[member_pk])
    return web.carry_out(
        request,
        partial(flows.offer_contact, by=request.user, to_id=member_pk, text=text, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=page, typed=form),
        done=_("連絡先をお預かりしました。"),
        to=page,
    )
