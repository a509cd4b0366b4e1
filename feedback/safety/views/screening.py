"""The moderators' list of phrases: what the screening looks for, what it leaves alone, and a sentence to try it on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from feedback.letters.queries.screening import reach_of
from feedback.safety import flows, refusals
from feedback.safety.forms.screening import TermForm, TryForm
from kouryu import web
from members.accounts.access import Access, open_to
from members.models import ScreeningTerm
from members.texts import screening
from members.texts.choices import TermKind
from members.texts.forms import cut
from members.texts.rules.screening import ScreeningVerdict

A_PAGE = 40


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MODERATOR, can=gettext_lazy("見守りのことばを決める"))
def terms(request: HttpRequest) -> HttpResponse:
    """GET: the list, all or of one kind. POST: one phrase more."""
    form = TermForm(request.POST if request.method == "POST" else None)
    show = partial(_show, request, form=form, status=422 if request.method == "POST" else 200)
    if not form.is_valid():
        return show()
    phrase = {**form.cleaned_data, "kind": TermKind(form.cleaned_data["kind"])}
    return web.attempt(
        partial(flows.add_term, **phrase, by=request.user, now=timezone.now()),
        refused=web.refused_on_form(form, refusals.explain, show, field="pattern"),
        done=partial(_tell, request, _("加えました。つぎに贈られることばから、はたらきます。")),
    )


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("見守りのことばを決める"))
def switch_off_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for this phrase no longer."""
    return _switch(request, pk, flows.switch_off_term, _("とめました。いつでも、またつかえます。"))


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("見守りのことばを決める"))
def switch_on_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for this phrase again."""
    return _switch(request, pk, flows.switch_on_term, _("またつかいます。"))


def _switch(request: HttpRequest, pk: int, flow: Callable[..., ScreeningTerm], said: str) -> HttpResponse:
    term = get_object_or_404(ScreeningTerm, pk=pk)
    return web.attempt(
        partial(flow, term_id=term.pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("feedback:terms")),
        done=partial(_tell, request, said),
    )


def _tell(request: HttpRequest, said: str, term: ScreeningTerm) -> HttpResponse:
    """What became of it, and how many letters it would have stopped."""
    reach = reach_of(term.pattern)
    numbers = {"most": reach.most, "letters": reach.letters}
    if term.waits_for_second:
        waits = _(
            "最近のことば%(letters)s通のうち、多くて%(most)s通にあたります。"
            "多いので、ほかの担当が「つかう」を押すまで、はたらきません。"
        )
        messages.warning(request, waits % numbers)
    else:
        messages.success(request, said)
        messages.info(request, _("最近のことば%(letters)s通のうち、あたるのは%(most)s通までです。") % numbers)
    return redirect("feedback:terms")


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("見守りのことばを決める"))
def try_sentence(request: HttpRequest) -> HttpResponse:
    """What the screening says about a sentence; nothing is kept of it."""
    form = TryForm(request.POST)
    if not form.is_valid():
        return _show(request, trial=form, status=422)
    sentence = form.cleaned_data["sentence"]
    verdict = screening.verdict_on(sentence)
    return _show(request, trial=form, verdict=verdict, tried=cut(sentence, [one.span for one in verdict.sentences]))


def _show(
    request: HttpRequest,
    *,
    form: TermForm | None = None,
    trial: TryForm | None = None,
    verdict: ScreeningVerdict | None = None,
    tried: list[tuple[str, bool]] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = request.GET.get("kind", "")
    kind = asked if asked in TermKind.values else ""
    found = ScreeningTerm.objects.select_related("changed_by__profile").order_by("kind", "pattern")
    page = Paginator(found.filter(kind=kind) if kind else found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kind": kind,
        "kinds": TermKind.choices,
        "form": form if form is not None and form.is_bound else trial or TermForm(),
        "term_form": form or TermForm(),
        "trial": trial or TryForm(),
        "verdict": verdict,
        "why": verdict and verdict.reason and refusals.explain(verdict.reason).sentence,
        "tried": tried,
    }
    return render(request, "feedback/safety/screening/terms.html", context, status=status)
