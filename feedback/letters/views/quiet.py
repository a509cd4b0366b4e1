"""The quiet minutes: what I saw in the people of my groups becomes drafts of letters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from events.models import Event
from feedback.letters import refusals
from feedback.letters.choices import LetterState
from feedback.letters.flows.letter import save_draft
from feedback.letters.forms import QuickPicksForm
from feedback.letters.queries import encounter as encounters
from kouryu import web
from members.accounts.access import Access, open_to


@dataclass(frozen=True)
class PicksLine:
    """One of the people of my groups, with the form about them; none where a letter is already on its way."""

    companion: encounters.Companion
    form: QuickPicksForm | None


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def quiet(request: HttpRequest, pk: int) -> HttpResponse:
    """One form for each of the people of my groups; each is kept by itself, and sends nothing."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not event.has_groups or not encounters.was_there(event, request.user):
        raise Http404
    about = web.posted_reference(request, "about", "person")
    lines = [
        _line(request, companion, about) for companion in encounters.companions(event, request.user, timezone.now())
    ]
    chosen = next((line for line in lines if line.companion.person.pk == about), None)
    if request.method != "POST" or (chosen and chosen.form and not chosen.form.is_valid()):
        status = 422 if request.method == "POST" else 200
        form = chosen.form if chosen else None
        context = {"event": event, "lines": lines, "form": form, "about": about}
        return render(request, "feedback/letters/quiet/quiet.html", context, status=status)
    if chosen is None or chosen.form is None:
        return web.bad_request(request, ValueError("nobody of my groups, or their letter is on its way"))
    return _keep(request, event, chosen.companion, chosen.form)


def _line(request: HttpRequest, companion: encounters.Companion, about: int | None) -> PicksLine:
    letter, person = companion.letter, companion.person
    if not companion.is_within_reach or (letter is not None and letter.state != LetterState.DRAFT):
        return PicksLine(companion, None)
    written = {"picks": letter.picks, "saw": letter.saw} if letter else {}
    data = request.POST if request.method == "POST" and person.pk == about else None
    return PicksLine(companion, QuickPicksForm(data, initial=written, prefix=f"about-{person.reference}"))


def _keep(request: HttpRequest, event: Event, companion: encounters.Companion, form: QuickPicksForm) -> HttpResponse:
    page = reverse("feedback:quiet", args=[event.pk])
    return web.carry_out(
        request,
        partial(
            save_draft,
            by=request.user,
            receiver_id=companion.person.pk,
            event_id=event.pk,
            picks=form.cleaned_data["picks"],
            saw=form.cleaned_data["saw"],
            would_count=companion.letter.would_count if companion.letter else "",
            now=timezone.now(),
        ),
        refused=web.refused_page(request, refusals.explain, back=page, typed=form),
        done=_("書きとめました。まだ、だれにも届きません。"),
        to=f"{page}#about-{companion.person.reference}",
    )
