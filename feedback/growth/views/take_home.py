"""What I take home: a note about an evening, and what I held for normal. Nobody else has a page that shows it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.models import Event
from feedback.growth import refusals
from feedback.growth.flows.take_home import keep_normal
from feedback.growth.forms import NOBODY, NormalForm, TakeHomeForm
from feedback.growth.queries import step as steps
from feedback.growth.queries import take_home as take_homes
from feedback.letters.queries import encounter as encounters
from feedback.models import Normal, TakeHomeNote
from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.card import cards_of
from members.models import User

PER_PAGE = 20


@require_safe
@open_to(Access.KEPT)
def notes(request: HttpRequest) -> HttpResponse:
    """My notes of all evenings, a page at a time."""
    page = Paginator(take_homes.notes_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/growth/take_home/notes.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """My note about an evening where I was; saving it empty takes it away."""
    event = get_object_or_404(steps.evenings_of(request.user), pk=pk)
    kept = TakeHomeNote.objects.filter(member=request.user, event=event).first()
    initial = {"text": kept.text if kept else ""}
    form = TakeHomeForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        context = {"form": form, "event": event}
        return render(request, "feedback/growth/take_home/note.html", context, status=422 if form.errors else 200)
    _keep_note(request.user, event, form.cleaned_data["text"])
    messages.success(request, _("保存しました。"))
    return redirect("feedback:take_home_notes")


def _keep_note(member: User, event: Event, text: str) -> None:
    """No flow: nothing to refuse, nobody to tell, and no line that staff could read."""
    if not text:
        TakeHomeNote.objects.filter(member=member, event=event).delete()
        return
    values = {"text": text, "written_at": timezone.now()}
    TakeHomeNote.objects.update_or_create(member=member, event=event, defaults=values)


@require_safe
@open_to(Access.MEMBER)
def normals(request: HttpRequest) -> HttpResponse:
    """What I held for normal; where I wish to tell somebody, with the button that does."""
    page = Paginator(take_homes.normals_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    take_homes.tell_apart(request.user, page.object_list)
    return render(request, "feedback/growth/take_home/normals.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def new_normal(request: HttpRequest) -> HttpResponse:
    """One more; `?event=` where it comes from an evening."""
    event = None
    if "event" in request.GET:
        event = get_object_or_404(steps.evenings_of(request.user), pk=web.as_id(request.GET["event"]))
    return _edit(request, Normal(member=request.user, event=event))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def normal(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my normals, to be changed."""
    return _edit(request, _own_or_404(request, pk))


@require_POST
@open_to(Access.MEMBER)
def drop_normal(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of my normals."""
    _own_or_404(request, pk).delete()
    messages.success(request, _("消しました。"))
    return redirect("feedback:normals")


def _own_or_404(request: HttpRequest, pk: int) -> Normal:
    return get_object_or_404(take_homes.normals_of(request.user), pk=pk)


def _edit(request: HttpRequest, normal: Normal) -> HttpResponse:
    people = _people_of(request.user, normal.event)
    person = next((one.reference for one in people if one.pk == normal.person_id), NOBODY)
    initial = {"before": normal.before, "after": normal.after, "person": person, "wants_to_tell": normal.wants_to_tell}
    cards = cards_of(people, viewer=request.user)
    form = NormalForm(request.POST if request.method == "POST" else None, people=cards, initial=initial)
    if not form.is_valid():
        return _form_page(request, form, normal)
    words = form.cleaned_data
    normal.before, normal.after, normal.written_at = words["before"], words["after"], timezone.now()
    normal.person_id, normal.wants_to_tell = words.get("person"), words.get("wants_to_tell", False)
    return web.carry_out(
        request,
        partial(keep_normal, normal),
        refused=web.refused_on_form(form, refusals.explain, lambda: _form_page(request, form, normal)),
        done=_("保存しました。"),
        to="feedback:normals",
    )


def _form_page(request: HttpRequest, form: NormalForm, normal: Normal) -> HttpResponse:
    context = {"form": form, "normal": normal}
    return render(request, "feedback/growth/take_home/normal.html", context, status=422 if form.errors else 200)


def _people_of(member: User, event: Event | None) -> list[User]:
    """The people who sat with `member` at that evening; of no evening nobody."""
    return [companion.person for companion in encounters.companions(event, member, timezone.now())] if event else []
