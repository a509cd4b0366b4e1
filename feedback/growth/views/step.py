"""My next steps: deciding one, what became of them, and the links in the mail of the day."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.models import Event
from feedback.growth import refusals
from feedback.growth.choices import StepState
from feedback.growth.flows import step as flows
from feedback.growth.forms import DayForm, StepForm
from feedback.growth.queries import step as steps
from feedback.growth.rules.step import Day, chosen_day
from feedback.letters.queries import encounter as encounters
from feedback.models import NextStep
from kouryu import references, web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to
from members.accounts.card import cards_of
from members.models import User

PER_PAGE = 20


@require_safe
@open_to(Access.MEMBER)
def steps_page(request: HttpRequest) -> HttpResponse:
    """What lies ahead and what is behind; nobody else sees either."""
    ahead = list(steps.open_steps(request.user))
    page = Paginator(steps.past_steps(request.user), PER_PAGE).get_page(request.GET.get("page"))
    people = {step.person_id for step in [*ahead, *page.object_list]}
    context = {
        "ahead": ahead,
        "page": page,
        "met": set(steps.people_met(request.user).filter(pk__in=people).values_list("pk", flat=True)),
        "today": timezone.localdate(),
        "days": DayForm.base_fields["day"].choices[:3],
    }
    return render(request, "feedback/growth/step/steps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def new_step(request: HttpRequest) -> HttpResponse:
    """Decide a step; `?event=` after an evening, `?person=` for somebody met, neither for oneself."""
    event, people = _about(request)
    chosen = request.GET.get("person", "")
    initial = {"person": chosen} if any(person.reference == chosen for person in people) else {}
    cards = cards_of(people, viewer=request.user)
    form = StepForm(request.POST if request.method == "POST" else None, people=cards, initial=initial)
    if not form.is_valid():
        context = {"form": form, "event": event}
        return render(request, "feedback/growth/step/new.html", context, status=422 if form.errors else 200)
    event_id = event.pk if event else None
    return web.carry_out(
        request,
        partial(flows.decide, by=request.user, event_id=event_id, now=timezone.now(), **form.proposal()),
        refused=web.refused_page(request, refusals.explain, back=request.get_full_path(), typed=form),
        done=_("一歩を決めました。その日の朝に、お知らせします。"),
        to="feedback:steps",
    )


def _about(request: HttpRequest) -> tuple[Event | None, list[User]]:
    """The evening that the address names and the people one can choose; 404 for what the reader has no part in."""
    if "event" in request.GET:
        event = steps.evenings_of(request.user).filter(pk=web.as_id(request.GET["event"])).first()
        if event is None:
            raise Http404
        return event, [companion.person for companion in encounters.companions(event, request.user, timezone.now())]
    if "person" in request.GET:
        met = steps.people_met(request.user).select_related("profile")
        return None, [get_object_or_404(met, pk=references.number_behind("person", request.GET["person"]))]
    return None, []


@require_POST
@open_to(Access.MEMBER)
def settle_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, or let go."""
    state = request.POST.get("act", "")
    if state not in {StepState.DONE, StepState.LET_GO}:
        raise Http404
    return web.carry_out(
        request,
        partial(flows.settle, by=request.user, step_id=pk, state=StepState(state), now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_thanks(state),
        to="feedback:steps",
    )


@require_POST
@open_to(Access.MEMBER)
def put_off_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day."""
    step = get_object_or_404(NextStep.objects.of(request.user), pk=pk)
    form = DayForm(request.POST)
    if not form.is_valid():
        return render(request, "feedback/growth/step/put_off.html", {"form": form, "step": step}, status=422)
    return web.carry_out(
        request,
        partial(flows.put_off, by=request.user, step_id=pk, on=form.cleaned_data["on"], now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=_thanks(steps.PUT_OFF),
        to="feedback:steps",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.PUBLIC)
def step_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail of the day, without signing in. GET: one button. POST: the answer counts, once.

    The words of the step are not shown: whoever holds a forwarded mail learns no more than the mail says.
    """
    link = steps.link_of(token)
    step = steps.step_behind(link, timezone.now()) if link else None
    if link is None or step is None:
        return render(request, "feedback/growth/step/unknown_link.html", status=404)
    is_spent = step.state != StepState.OPEN or step.on != link.on
    if request.method == "POST" and not is_spent:
        _answer(step, link.act)
        is_spent = True
    return render(request, "feedback/growth/step/link.html", {"link": link, "is_spent": is_spent})


def _answer(step: NextStep, act: str) -> None:
    """What the button says; whoever answered elsewhere in the same moment was first, and that stays."""
    now = timezone.now()
    try:
        if act == steps.PUT_OFF:
            week = chosen_day(Day.NEXT_WEEK, None, timezone.localdate(now))
            flows.put_off(by=step.member, step_id=step.pk, on=week, now=now)
        else:
            flows.settle(by=step.member, step_id=step.pk, state=StepState(act), now=now)
    except Refused:
        return


def _thanks(act: str) -> str:
    return {
        StepState.DONE.value: _("できましたね。おつかれさまでした。"),
        StepState.LET_GO.value: _("やめることも、ひとつの答えです。しまっておきます。"),
        steps.PUT_OFF: _("日を延ばしました。"),
    }[act]
