"""Members who move in with a list: sending it, seeing what it holds, running it; and the list of all members."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import web
from kouryu.numbers import people, with_numbers
from kouryu.refusal import Refused
from kouryu.uploads import takes_file
from members.accounts.access import Access, open_to
from members.models import MemberImport
from members.moving import flows, queries, refusals
from members.moving.choices import ImportState
from members.moving.forms import ListForm, MoveInForm
from members.moving.limits import LISTS
from members.moving.rules.cells import NoMovingIn
from members.moving.rules.reading import HEADINGS
from members.moving.words import COLUMNS

COLUMNS_SHOWN = [(HEADINGS[column], words) for column, words in COLUMNS.items()]
_CAN_MOVE_IN = gettext_lazy("会員の一覧を読みこんで、まとめて登録する")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_MOVE_IN)
@takes_file(largest=LISTS.largest, longest_body=LISTS.body)
def imports(request: HttpRequest) -> HttpResponse:
    """The lists that were sent, and the form for another. POST: check the file and show what it holds."""
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()

    def show() -> HttpResponse:
        values = {"form": form, "imports": queries.latest_imports(), "columns": COLUMNS_SHOWN}
        return render(request, "members/moving/imports.html", values, status=422 if form.errors else 200)

    if not form.is_valid():
        return show()
    file = form.cleaned_data["file"]
    return web.attempt(
        partial(flows.send_list, content=file.read(), file_name=file.name, by=request.user, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, show, field="file"),
        done=lambda sent: redirect("members:desk_import", sent.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=_CAN_MOVE_IN)
def one_import(request: HttpRequest, import_pk: int) -> HttpResponse:
    """What a list holds, row by row. POST: run it."""
    sent = get_object_or_404(MemberImport.objects.select_related("by__profile"), pk=import_pk)
    form = MoveInForm(request.POST if request.method == "POST" else None, faulty=sent.faulty)
    if not form.is_valid():
        return _page(request, sent, form)

    def refused(why: Refused) -> HttpResponse:
        form.add_error(None, refusals.explain(why.reason).sentence)
        if why.reason != NoMovingIn.FAULTY_ROWS:
            return _page(request, sent, form)
        return web.attempt(
            partial(flows.check_again, sent=sent, now=timezone.now()),
            refused=lambda _why: _page(request, sent, form),
            done=lambda checked: _page(request, checked, form),
        )

    def done(list_run: MemberImport) -> HttpResponse:
        messages.success(request, with_numbers(_("%(people)sを登録しました。"), people=people(list_run.made)))
        return redirect("members:desk_import", sent.pk)

    return web.attempt(
        partial(flows.move_in, sent=sent, by=request.user, leaving_out=form.leaving_out, now=timezone.now()),
        refused=refused,
        done=done,
    )


@require_POST
@open_to(Access.OWNER, can=gettext_lazy("会員全員の一覧を書き出す"))
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list of all members as a table for spreadsheets."""
    now = timezone.now()
    flows.note_export(by=request.user, now=now)
    headers = {"Content-Disposition": f'attachment; filename="members-{timezone.localdate(now)}.csv"'}
    return StreamingHttpResponse(_as_table(), content_type="text/csv; charset=utf-8", headers=headers)


def _as_table() -> Iterator[str]:
    """With the mark that says UTF-8, by which Excel knows it."""
    line = io.StringIO()
    table = csv.writer(line)
    yield "\ufeff"
    for row in queries.list_of_members():
        table.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _page(request: HttpRequest, sent: MemberImport, form: MoveInForm) -> HttpResponse:
    values = {
        "sent": sent,
        "form": form,
        "found": queries.findings_of(sent),
        "is_waiting": sent.state == ImportState.WAITING,
        "is_done": sent.state == ImportState.DONE,
    }
    return render(request, "members/moving/import.html", values, status=422 if form.errors else 200)
