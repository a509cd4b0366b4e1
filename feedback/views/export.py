"""わたしのデータ: everything of my own in one archive, at once."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from feedback import refusals
from feedback.export import archive
from feedback.flows.export import note_export
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to


@require_http_methods(["GET", "POST"])
@open_to(Access.SIGNED_IN)  # also to the suspended: their data stays theirs
@reauthentication_required(allow_get=True)
def my_data(request: HttpRequest) -> HttpResponseBase:
    """GET: what is in it. POST: the archive, once the password was typed lately."""
    if request.method != "POST":
        return render(request, "feedback/export/my_data.html")
    now = timezone.now()
    try:
        note_export(by=request.user, now=now)
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason))
    name = f"kouryu-{timezone.localdate(now)}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(archive(request.user), content_type="application/zip", headers=headers)
