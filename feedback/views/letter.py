"""Writing a letter, the letters that came, and the letters one gave."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Event
from feedback import nameless, queries, refusals
from feedback.choices import LetterState
from feedback.flows import letter as flows
from feedback.flows.screening import NeedsMending
from feedback.flows.thanks import thank
from feedback.forms.letter import DraftForm, LetterForm, ThanksForm
from feedback.forms.screening import to_mend
from feedback.models import StrengthFeedback
from feedback.rules.letter import deliver_at, why_not_write
from kouryu import web
from kouryu.refusal import Refused
from members.access import Access, open_to

WORDS = ("saw", "would_count")  # the parts of a letter that are screened, in this order


@open_to(Access.MEMBER)
def write(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """The form of a letter. Its buttons: give it, keep it as a draft, or give none to this person."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    companion = _companion_or_404(request, event, member_pk)
    if nameless.stands_beside(request.user, member_pk, event):
        return redirect("feedback:leave_nameless", pk, member_pk)
    now, back = timezone.now(), reverse("feedback:evening", args=[pk])
    letter = queries.letter_between(request.user, companion.person, event)
    meeting = queries.encounter(request.user, member_pk, event, letter, now)
    if reason := why_not_write(meeting, now):
        return web.refuse(request, refusals.explain(reason), back=back)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "none":
        return _give_none(request, companion, event, back)
    form, mend = _form(request, act, letter), None
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, act, companion, event, form, back)
        except NeedsMending as found:
            mend = to_mend(form, list(WORDS), found)
    on_its_way = letter.deliver_at if letter else None
    arrives_at = on_its_way or deliver_at(now, event.starts_at, settings.LETTER_NIGHT)
    context = {"event": event, "companion": companion, "letter": letter, "form": form, "arrives_at": arrives_at}
    context["mend"] = mend
    return render(request, "feedback/letter/write.html", context, status=422 if form.errors else 200)


def _companion_or_404(request: HttpRequest, event: Event, member_pk: int) -> queries.Companion:
    for companion in queries.companions(event, request.user):
        if companion.person.pk == member_pk and queries.was_there(event, request.user):
            return companion
    raise Http404


def _form(request: HttpRequest, act: str, letter: StrengthFeedback | None) -> DraftForm:
    form_class = DraftForm if act == "draft" else LetterForm
    written = {"picks": letter.picks, "saw": letter.saw, "would_count": letter.would_count} if letter else {}
    return form_class(request.POST if request.method == "POST" else None, initial=written)


def _keep(
    request: HttpRequest, act: str, companion: queries.Companion, event: Event, form: DraftForm, back: str
) -> HttpResponse:
    now = timezone.now()
    words = {"by": request.user, "receiver_id": companion.person.pk, "event_id": event.pk, **form.cleaned_data}
    try:
        if act == "draft":
            flows.save_draft(**words, now=now)
            messages.success(request, _("書きかけをしまいました。続きはいつでも書けます。"))
        else:
            letter = flows.write_letter(**words, now=now, night=settings.LETTER_NIGHT)
            messages.success(request, _given(letter))
    except NeedsMending:
        raise  # the form shows the sentence
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=back)
    return redirect(back)


def _given(letter: StrengthFeedback) -> str:
    if letter.state == LetterState.HELD:
        return _("お預かりしました。運営が先に目を通し、届けるか、書きなおしをお願いするかを、お知らせします。")
    return _("贈りました。届くまでは、書きなおせます。")


def _give_none(request: HttpRequest, companion: queries.Companion, event: Event, back: str) -> HttpResponse:
    try:
        flows.withdraw_letter(by=request.user, receiver_id=companion.person.pk, event_id=event.pk, now=timezone.now())
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=back)
    messages.success(request, _("この方には贈りません。相手には何も伝わりません。"))
    return redirect(back)


@open_to(Access.MEMBER)
def letters(request: HttpRequest) -> HttpResponse:
    """What came to me: letters, sealed or open, and thanks."""
    received = queries.letters_to(request.user)
    context = {
        "letters": [letter for letter in received if letter.put_away_at is None],
        "put_away": [letter for letter in received if letter.put_away_at],
        "thanks": queries.thanks_to(request.user),
    }
    return render(request, "feedback/letter/letters.html", context)


@open_to(Access.MEMBER)
def letters_given(request: HttpRequest) -> HttpResponse:
    """What I wrote; never what became of it."""
    given = queries.letters_from(request.user)
    return render(request, "feedback/letter/given.html", {"letters": given, "now": timezone.now()})


@open_to(Access.MEMBER)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: an envelope until its seal is broken, with the question about own strengths before the first."""
    visible = StrengthFeedback.objects.visible_to(request.user).select_related("giver__profile", "event")
    letter = get_object_or_404(visible, pk=pk)
    if letter.opened_at is None:
        asks = queries.asks_for_own_strengths(queries.own_strengths(request.user), queries.letters_to(request.user))
        return render(request, "feedback/letter/sealed.html", {"letter": letter, "asks": asks})
    thanks = queries.thanks_between(request.user, letter.giver, letter.event)
    return render(request, "feedback/letter/letter.html", {"letter": letter, "thanks": thanks})


@require_POST
@open_to(Access.MEMBER)
def open_letter(request: HttpRequest, pk: int) -> HttpResponse:
    flows.open_letter(letter_id=pk, by=request.user, now=timezone.now())
    return redirect("feedback:letter", pk)


@require_POST
@open_to(Access.MEMBER)
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    flows.put_away(letter_id=pk, by=request.user, now=timezone.now())
    messages.success(request, _("しまいました。あなたの鏡には入りません。贈った方には伝わりません。"))
    return redirect("feedback:letters")


@require_POST
@open_to(Access.MEMBER)
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    flows.take_out(letter_id=pk, by=request.user, now=timezone.now())
    messages.success(request, _("とりだしました。また鏡に入ります。"))
    return redirect("feedback:letter", pk)


@require_POST
@open_to(Access.MEMBER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks for a letter."""
    letter = get_object_or_404(StrengthFeedback.objects.visible_to(request.user), pk=pk)
    back = reverse("feedback:letter", args=[pk])
    form = ThanksForm(request.POST)
    line = form.cleaned_data["line"] if form.is_valid() else ""
    try:
        thank(by=request.user, receiver_id=letter.giver_id, event_id=letter.event_id, line=line, now=timezone.now())
    except Refused as refused:
        return web.refuse(request, refusals.explain(refused.reason), back=back)
    messages.success(request, _("お礼を伝えました。"))
    return redirect(back)
