"""A host's own templates: keep an event as one, rename it, delete it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.event.views import hosted_event, refused_at_desk
from events.hosting import refusals
from events.hosting.flows.template import delete_template, keep_as_template, rename_template
from events.hosting.forms.template import RenameForm, TemplateForm
from kouryu import web
from members.accounts.access import Access, open_to


@require_http_methods(["GET", "POST"])
@open_to(Access.HOST, can=gettext_lazy("会のひな型を使う"))
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep this event's shape and words for the next one."""
    event = hosted_event(request, pk)
    form = TemplateForm(request.POST if request.method == "POST" else None, initial={"name": event.title})
    if not form.is_valid():
        page = {"event": event, "form": form}
        return render(request, "events/hosting/template.html", page, status=422 if form.is_bound else 200)
    return web.carry_out(
        request,
        partial(keep_as_template, event_id=event.pk, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=refused_at_desk(request, refusals.explain, event),
        done=_("ひな型として残しました。新しい会を書くときに選べます。"),
        to="events:new",
    )


@require_http_methods(["GET", "POST"])
@open_to(Access.HOST, can=gettext_lazy("会のひな型を使う"))
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or delete a template of one's own; nobody else is told or concerned."""
    kept = get_object_or_404(request.user.event_templates, pk=pk)
    if request.method == "POST" and "delete" in request.POST:
        delete_template(template_id=pk, by=request.user, now=timezone.now())
        messages.success(request, _("ひな型を消しました。これまでの会は、そのままです。"))
        return redirect("events:new")
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": kept.name})
    if not form.is_valid():
        page = {"template": kept, "form": form}
        return render(request, "events/hosting/template.html", page, status=422 if form.is_bound else 200)
    rename_template(template_id=pk, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
    messages.success(request, _("名前を変えました。"))
    return redirect("events:new")
