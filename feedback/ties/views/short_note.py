"""The page of two tied members: their short notes, and the ways to the rest."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.letters.views.reach import refuse_reach
from feedback.models import Tie
from feedback.ties import refusals
from feedback.ties.flows import short_note as flows
from feedback.ties.forms.short_note import ShortNoteForm
from feedback.ties.queries import short_note as short_notes
from feedback.ties.queries import talk as talks
from feedback.ties.rules.short_note import NoNote
from feedback.ties.views.finding import is_within_reach, tie_with
from kouryu import references, web
from members.accounts.access import Access, open_to

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def notes(request: HttpRequest, member_pk: int) -> HttpResponse:
    """What the two wrote, the latest first, and a form for who agreed to the check."""
    tie = tie_with(request, member_pk)
    if request.method != "POST":
        return _page(request, tie, ShortNoteForm())
    form, back = ShortNoteForm(request.POST), reverse("feedback:notes", args=[member_pk])
    if not is_within_reach(request, tie):
        return refuse_reach(request, back, form)
    if short_notes.agreed_to_check(request.user) is None:
        return web.refuse(request, refusals.explain(NoNote.NO_CONSENT), back=back, typed=form)
    if not form.is_valid():
        return _page(request, tie, form)
    words = form.cleaned_data["words"]
    return web.carry_out(
        request,
        partial(flows.send_note, by=request.user, to_id=member_pk, words=words, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=back, typed=form),
        done=_("送りました。"),
        to=back,
    )


@require_POST
@open_to(Access.MEMBER)
def see(request: HttpRequest, member_pk: int) -> HttpResponse:
    """Take the mark of something new away."""
    flows.see_notes(by=request.user, from_id=member_pk, now=timezone.now())
    return redirect("feedback:notes", member_pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def check_consent(request: HttpRequest) -> HttpResponse:
    """What the check of words is, and the consent to it, to give and to take back."""
    if request.method != "POST":
        page = {"consent": short_notes.agreed_to_check(request.user), "then": _then(request.GET.get("then", ""))}
        return render(request, "feedback/ties/short_note/consent.html", page)
    if request.POST.get("act") == "revoke":
        flows.revoke_check(by=request.user, now=timezone.now())
        messages.success(request, _("同意を取りさげました。これからは、ひとことを送れません。届いたものは読めます。"))
        return redirect("feedback:check_consent")
    flows.agree_to_check(by=request.user, now=timezone.now())
    messages.success(request, _("同意をうかがいました。ひとことを送れます。"))
    then = _then(request.POST.get("then", ""))
    return redirect("feedback:notes", then) if then else redirect("feedback:people")


def _then(reference: str) -> int | None:
    """Whose page the reader came from."""
    return references.number_behind("person", reference)


def _page(request: HttpRequest, tie: Tie, form: ShortNoteForm) -> HttpResponse:
    now = timezone.now()
    page = Paginator(short_notes.conversation(tie), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tie": tie,
        "person": tie.other(request.user),
        "form": form,
        "page": page,
        "has_news": short_notes.unseen(tie, request.user).exists(),
        "has_consent": short_notes.agreed_to_check(request.user) is not None,
        "talks": talks.listed(tie, request.user, now),
        "is_within_reach": is_within_reach(request, tie),
    }
    return render(request, "feedback/ties/short_note/notes.html", context, status=422 if form.errors else 200)
