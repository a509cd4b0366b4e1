"""The pages of an evening that is over, of its questions, of the community's numbers and of one's own data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.event.choices import Right
from events.event.limits import SHOWN
from events.event.views import event_to_run
from events.models import Event
from feedback.insight import queries as impressions
from feedback.insight import refusals
from feedback.insight.export import archive
from feedback.insight.flows import answer_questions, note_export
from feedback.insight.forms import ImpressionForm
from feedback.insight.rules import NoImpression, why_not_answer
from feedback.insight.words import groups_of, lines_of
from feedback.letters.flows.skip import think_again
from feedback.letters.flows.thanks import thank as thank_somebody
from feedback.letters.forms import ThanksForm
from feedback.letters.queries import encounter as encounters
from feedback.models import MonthFigures
from kouryu import web
from members.accounts.access import Access, open_to
from members.models import User
from members.texts.forms import Mend, to_mend
from members.texts.views import mended_or

MONTHS_SHOWN = 24


@require_safe
@open_to(Access.FIGURES, can=gettext_lazy("みんなの数字を読む"))
def numbers(request: HttpRequest) -> HttpResponse:
    """The latest month, or the one asked for among those listed."""
    months = list(MonthFigures.objects.order_by("-month")[:MONTHS_SHOWN])
    asked = request.GET.get("month", "")
    shown = next((one for one in months if not asked or f"{one.month:%Y-%m}" == asked), None)
    if asked and shown is None:
        raise Http404
    page = {
        "months": months,
        "shown": shown,
        "lines": lines_of(shown) if shown else [],
        "groups": groups_of(shown) if shown else [],
        "fewest": SHOWN.fewest,
    }
    return render(request, "feedback/insight/community/numbers.html", page)


@dataclass(frozen=True)
class ThanksLine:
    """One of the people of my groups, with the form of a thank-you."""

    companion: encounters.Companion
    form: ThanksForm


@require_safe
@open_to(Access.MEMBER)
def evening(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with whom I sat in a group, what I have given them, and until when I can write."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not encounters.was_there(event, request.user):
        raise Http404
    return _show(request, event)


@require_POST
@open_to(Access.MEMBER)
def thank(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Say thanks with a ready sentence, a line of one's own or none; what cannot go is shown again as typed."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    companion = _companion_or_404(request, event, member_pk)
    back = reverse("feedback:evening", args=[pk])
    form = ThanksForm(request.POST, auto_id=f"%s-{companion.person.reference}")
    show = partial(_show, request, event, {member_pk: form})
    if not form.is_valid():
        return show()
    thanks = {"receiver_id": member_pk, "event_id": pk, "line": form.cleaned_data["line"]}
    return web.carry_out(
        request,
        partial(thank_somebody, by=request.user, **thanks, now=timezone.now()),
        refused=mended_or(
            web.refused_page(request, refusals.explain, back=back, typed=form),
            mend=partial(to_mend, form, ["line"], is_letter=True),
            show=show,
        ),
        done=_("お礼を伝えました。"),
        to=_afterwards(request, event, member_pk),
    )


@require_POST
@open_to(Access.MEMBER)
def reconsider(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Be asked about this person again."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    _companion_or_404(request, event, member_pk)
    think_again(by=request.user, receiver_id=member_pk, event_id=pk)
    return redirect("feedback:write", pk, member_pk)


def _companion_or_404(request: HttpRequest, event: Event, member_pk: int) -> encounters.Companion:
    for companion in encounters.companions(event, request.user, timezone.now()):
        if companion.person.pk == member_pk:
            return companion
    raise Http404


def _afterwards(request: HttpRequest, event: Event, member_pk: int) -> str:
    """Back to where the thanks were said: this person's own page, or everybody's."""
    if request.POST.get("at") == "write":
        return reverse("feedback:write", args=[event.pk, member_pk])
    return reverse("feedback:evening", args=[event.pk])


def _show(
    request: HttpRequest, event: Event, typed: dict[int, ThanksForm] | None = None, mend: Sequence[Mend] = ()
) -> HttpResponse:
    """The page; `typed` holds the form that could not be sent, by the receiver's id."""
    typed = typed or {}
    now, closes_at = timezone.now(), encounters.letters_close_at(event)
    people = encounters.companions(event, request.user, now)
    context = {
        "event": event,
        "companions": people,
        "lines": [
            ThanksLine(one, typed.get(one.person.pk) or ThanksForm(auto_id=f"%s-{one.person.reference}"))
            for one in people
        ],
        "form": next(iter(typed.values()), None),
        "mend": mend,
        "closes_at": closes_at,
        "asks_questions": impressions.asks(event, request.user, now),
        "may_write": event.starts_at <= now <= closes_at,
        "next": next((one for one in people if one.is_undecided), None),
    }
    return render(request, "feedback/insight/evening/evening.html", context, status=422 if typed else 200)


@require_http_methods(["GET", "POST"])
@open_to(Access.SIGNED_IN)  # also to the suspended: their data stays theirs
@reauthentication_required(allow_get=True)
def my_data(request: HttpRequest) -> HttpResponseBase:
    """GET: what is in it. POST: the archive, once the password was typed lately."""
    if request.method != "POST":
        return render(request, "feedback/insight/export/my_data.html")
    return web.attempt(
        partial(note_export, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain),
        done=lambda _noted: _archive_of(request.user),
    )


def _archive_of(member: User) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="kouryu-{timezone.localdate()}.zip"'}
    return StreamingHttpResponse(archive(member), content_type="application/zip", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """My answers; to be changed until the questions close."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    now, back = timezone.now(), reverse("feedback:evening", args=[pk])
    reason = why_not_answer(impressions.evening_of(event, request.user), now)
    if reason == NoImpression.NOT_THERE:
        raise Http404
    if reason:
        return web.refuse(request, refusals.explain(reason), back=back)
    given = impressions.impression_of(event, request.user)
    initial = {name: getattr(given, name) for name in impressions.QUESTIONS} if given else None
    form = ImpressionForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        page = {"event": event, "form": form, "given": given, "closes_at": impressions.closes_at(event)}
        return render(request, "feedback/insight/impression/questions.html", page, status=422 if form.is_bound else 200)
    return web.carry_out(
        request,
        partial(answer_questions, by=request.user, event_id=pk, now=now, **form.cleaned_data),
        refused=web.refused_page(request, refusals.explain, back=back),
        done=_("ありがとうございます。締め切りまでは、答えなおせます。"),
        to=back,
    )


@require_safe
@open_to(Access.HOSTING, can=gettext_lazy("会の感想を、集まりとして読む"))
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of them, for the host: nothing before they have closed, nothing under five."""
    event, now = event_to_run(request, pk, Right.EVERYTHING), timezone.now()
    page = {
        "event": event,
        "closes_at": impressions.closes_at(event),
        "has_closed": now >= impressions.closes_at(event),
        "answers": impressions.answers_of(event, now),
        "fewest": SHOWN.fewest,
    }
    return render(request, "feedback/insight/impression/answers.html", page)
