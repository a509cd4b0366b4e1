"""Telling the moderators about a person, a letter or an event; and reading a decision about oneself."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from feedback.cases import queries
from feedback.cases.choices import ReportReason, SubjectKind
from feedback.models import Decision
from feedback.safety import flows, refusals
from feedback.safety.forms.report import ReportForm
from feedback.safety.queries import subject as subjects
from kouryu import web
from members.accounts.access import Access, open_to
from members.mail.tokens import text_behind
from members.texts.choices import TextKind


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def report(request: HttpRequest, pk: int, kind: SubjectKind | TextKind) -> HttpResponse:
    """GET: the form, or what becomes of the report that was already sent. POST: send it."""
    now = timezone.now()
    subject = subjects.find(reporter=request.user, kind=kind, pk=pk, now=now)
    if subject is None or subject.concerned == request.user:
        raise Http404
    if sent := queries.open_report_by(request.user, subject.key):
        return render(request, "feedback/safety/report/reported.html", {"report": sent, "subject": subject})
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "feedback/safety/report/report.html", {"form": form, "subject": subject}, status=status)
    told = {"reason": ReportReason(form.cleaned_data["reason"]), "words": form.cleaned_data["words"]}
    return web.carry_out(
        request,
        partial(flows.report, reporter=request.user, kind=kind, subject_id=pk, **told, now=now),
        refused=web.refused_page(request, refusals.explain, typed=form),
        to=request.path,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def report_text(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """The same about a text that many read, by the link that a page gave this reader."""
    pk = text_behind(token, viewer_id=request.user.pk, kind=kind)
    if pk is None or kind not in TextKind.values:
        raise Http404
    return report(request, pk, TextKind(kind))


@require_safe
@open_to(Access.SIGNED_IN)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A measure, readable by the member concerned only, also while they are suspended."""
    measures = Decision.objects.about(request.user)
    return render(request, "feedback/safety/decision/decision.html", {"decision": get_object_or_404(measures, pk=pk)})
