"""The moderators' queue and the page of one case."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from events.event.queries import leaders
from feedback.cases import queries
from feedback.cases.choices import CaseState
from feedback.cases.rules import why_not_take
from feedback.models import Case
from feedback.safety import flows, refusals
from feedback.safety.forms.case import DecisionForm
from kouryu import web
from members.accounts.access import Access, open_to

A_PAGE = 50
PARTS = {"mine", "others", "decided"}  # of the queue; without one of them: all that waits for a decision


@require_safe
@open_to(Access.MODERATOR, can=gettext_lazy("報告を読み、決める"))
def cases(request: HttpRequest) -> HttpResponse:
    """The queue: most urgent first, then oldest; decided ones latest first."""
    asked = request.GET.get("show", "")
    show = asked if asked in PARTS else ""
    found = queries.cases_for(request.user).shown(show, request.user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    counts = queries.case_counts(request.user)
    return render(request, "feedback/safety/cases/cases.html", {"page": page, "show": show, "counts": counts})


@require_safe
@open_to(Access.MODERATOR, can=gettext_lazy("報告を読み、決める"))
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """What was reported; once it is taken, with its words and what can be decided."""
    return _show(request, _find(request, pk))


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("報告を読み、決める"))
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a case into one's hands; refused where somebody else holds it."""
    found = _find(request, pk)
    page = reverse("feedback:case", args=[pk])
    return web.carry_out(
        request,
        partial(flows.take, case_id=found.pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=page),
        to=page,
    )


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("報告を読み、決める"))
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a case back for others."""
    found = _find(request, pk)
    return web.carry_out(
        request,
        partial(flows.release, case_id=found.pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("feedback:case", args=[pk])),
        done=_("一覧にもどしました。ほかの担当が引き受けられます。"),
        to="feedback:cases",
    )


@require_POST
@open_to(Access.MODERATOR, can=gettext_lazy("報告を読み、決める"))
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide; a second click finds the decision made and shows it."""
    found, now = _find(request, pk), timezone.now()
    form = DecisionForm(request.POST, case=queries.case_facts(found, request.user), now=now)
    if not form.is_valid():
        return _show(request, found, form=form)
    page = reverse("feedback:case", args=[pk])
    return web.carry_out(
        request,
        partial(flows.decide, case_id=found.pk, verdict=form.verdict, by=request.user, now=now),
        refused=web.refused_page(request, refusals.explain, back=page, typed=form),
        done=_("決定を記録しました。お知らせくださった方に、対応したことが届きます。"),
        to=page,
    )


def _find(request: HttpRequest, pk: int) -> Case:
    visible = Case.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("member__profile", "taken_by__profile"), pk=pk)


def _show(request: HttpRequest, found: Case, *, form: DecisionForm | None = None) -> HttpResponse:
    """The page of the case; with a form that was filled in wrongly, once more with what was typed."""
    now = timezone.now()
    facts = queries.case_facts(found, request.user)
    read = partial(flows.read, case_id=found.pk, by=request.user, now=now)
    is_mine = facts.state == CaseState.TAKEN and facts.taken_by_me
    context = {
        "case": found,
        "reports": web.attempt(read, refused=lambda _why: None, done=list),
        "readings": queries.readings_of(found),
        "to_lead": leaders.coming_of(found.member, now) if found.member else [],
        "record": found.member and queries.record_of(found.member, found, request.user),
        "is_mine": is_mine,
        "can_take": not facts.taken_by_me and why_not_take(facts, now) is None,
        "form": form or (DecisionForm(case=facts, now=now) if is_mine else None),
    }
    return render(request, "feedback/safety/cases/case.html", context, status=422 if form else 200)
