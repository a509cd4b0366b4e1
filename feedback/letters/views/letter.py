"""Writing a letter, the letters that came, and the letters one gave."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.models import Event
from feedback.letters import refusals
from feedback.letters.choices import LetterState, Reaction
from feedback.letters.flows import letter as flows
from feedback.letters.flows.skip import skip
from feedback.letters.flows.thanks import thank_for_letter
from feedback.letters.forms import DraftForm, LetterForm, ThanksForm
from feedback.letters.queries import anonymous_picks
from feedback.letters.queries import encounter as encounters
from feedback.letters.queries import letter as reads
from feedback.letters.rules import deliver_at, why_not_write
from feedback.models import StrengthFeedback
from kouryu import web
from members.accounts.access import Access, open_to
from members.accounts.news import see_news
from members.models import User
from members.texts.forms import Mend, to_mend
from members.texts.views import mended_or

A_PAGE = 20
WORDS = ("saw", "would_count")  # the parts of a letter that are screened, in this order


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER)
def write(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """One person of the evening: thanks, and the form of a letter.

    Its buttons: give it, keep it as a draft, see it, or give none to this person; then the next person comes.
    """
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    people = encounters.companions(event, request.user, timezone.now())
    companion = _companion_or_404(request, event, people, member_pk)
    if anonymous_picks.stands_beside(request.user, member_pk, event):
        return redirect("feedback:leave_picks", pk, member_pk)
    onward, now = _onward(event, people, companion), timezone.now()
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "none":
        return _give_none(request, companion, event, onward)
    letter = encounters.letter_between(request.user, companion.person, event)
    meeting = encounters.encounter(request.user, member_pk, event, letter, now)
    form = _form(request, act, letter)
    if reason := why_not_write(meeting, now):
        back, typed = reverse("feedback:evening", args=[pk]), form if form.is_bound else None
        return web.refuse(request, refusals.explain(reason), back=back, typed=typed)

    def show(mend: Sequence[Mend] = ()) -> HttpResponse:
        context = {
            "event": event,
            "companion": companion,
            "place": people.index(companion) + 1,
            "people": people,
            "onward": onward,
            "letter": letter,
            "form": form,
            "mend": mend,
            "thanks_form": ThanksForm(auto_id=f"%s-{companion.person.reference}"),
            "as_it_arrives": _preview(request.user, event, form),
            "note": encounters.note_of(event, request.user),
            "arrives_at": (letter and letter.deliver_at) or deliver_at(now, event.starts_at),
        }
        return render(request, "feedback/letters/letter/write.html", context, status=422 if form.errors else 200)

    if request.method != "POST" or not form.is_valid() or act == "preview":
        return show()
    words = {"receiver_id": member_pk, "event_id": event.pk, **form.cleaned_data}
    refused = mended_or(
        web.refused_page(request, refusals.explain, back=reverse("feedback:evening", args=[pk]), typed=form),
        mend=partial(to_mend, form, WORDS, is_letter=True),
        show=show,
    )
    if act == "draft":
        return web.carry_out(
            request,
            partial(flows.save_draft, by=request.user, **words, now=timezone.now()),
            refused=refused,
            done=_("書きかけをしまいました。続きはいつでも書けます。"),
            to=onward,
        )
    return web.attempt(
        partial(flows.write_letter, by=request.user, **words, now=timezone.now()),
        refused=refused,
        done=lambda written: _say_given(request, written, onward),
    )


def _companion_or_404(
    request: HttpRequest, event: Event, people: list[encounters.Companion], member_pk: int
) -> encounters.Companion:
    for companion in people:
        if companion.person.pk == member_pk and encounters.was_there(event, request.user):
            return companion
    raise Http404


def _onward(event: Event, people: list[encounters.Companion], current: encounters.Companion) -> str:
    """The next person about whom nothing is decided, and after the last one the page of them all."""
    later = people[people.index(current) + 1 :]
    following = next((one for one in later if one.is_undecided), None)
    if following is None:
        return reverse("feedback:evening", args=[event.pk])
    return reverse("feedback:write", args=[event.pk, following.person.pk])


def _form(request: HttpRequest, act: str, letter: StrengthFeedback | None) -> DraftForm:
    form_class = DraftForm if act in {"draft", "preview"} else LetterForm
    written = {"picks": letter.picks, "saw": letter.saw, "would_count": letter.would_count} if letter else {}
    return form_class(request.POST if request.method == "POST" else None, initial=written)


def _preview(giver: User, event: Event, form: DraftForm) -> StrengthFeedback:
    """The letter as it would arrive with what stands in the form now; stored nowhere."""
    return StrengthFeedback(
        giver=giver,
        event=event,
        picks=form["picks"].value() or [],
        saw=form["saw"].value() or "",
        would_count=form["would_count"].value() or "",
        giver_industry=giver.profile.industry,
    )


def _say_given(request: HttpRequest, letter: StrengthFeedback, onward: str) -> HttpResponse:
    given = _("贈りました。届くまでは、書きなおせます。")
    held = _("お預かりしました。運営が先に目を通し、届けるか、書きなおしをお願いするかを、お知らせします。")
    messages.success(request, held if letter.state == LetterState.HELD else given)
    return redirect(onward)


def _give_none(request: HttpRequest, companion: encounters.Companion, event: Event, onward: str) -> HttpResponse:
    return web.carry_out(
        request,
        partial(skip, by=request.user, receiver_id=companion.person.pk, event_id=event.pk, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("feedback:evening", args=[event.pk])),
        done=_("この方には贈りません。相手には何も伝わりません。"),
        to=onward,
    )


@require_safe
@open_to(Access.KEPT)
def letters(request: HttpRequest) -> HttpResponse:
    """What came to me: letters, sealed or open, then thanks and what I put away; each a page at a time."""
    context = {
        "letters": _page(request, reads.received(request.user), "page"),
        "put_away": _page(request, reads.put_away(request.user), "away"),
        "thanks": _page(request, reads.thanks_to(request.user), "thanks"),
    }
    see_news("letters", "thanks", member=request.user, now=timezone.now())
    return render(request, "feedback/letters/letter/letters.html", context)


@require_safe
@open_to(Access.KEPT)
def letters_given(request: HttpRequest) -> HttpResponse:
    """What I wrote; never what became of it."""
    page = _page(request, reads.given(request.user), "page")
    return render(request, "feedback/letters/letter/given.html", {"letters": page, "now": timezone.now()})


def _page(request: HttpRequest, found: QuerySet, name: str) -> Page:
    return Paginator(found, A_PAGE).get_page(request.GET.get(name))


@require_safe
@open_to(Access.KEPT)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: an envelope until its seal is broken, with the question about own strengths before the first."""
    letter = _received_or_404(request, pk)
    if letter.opened_at is None:
        asks = reads.asks_before_the_first(request.user)
        return render(request, "feedback/letters/letter/sealed.html", {"letter": letter, "asks": asks})
    return _show(request, letter)


def _received_or_404(request: HttpRequest, pk: int) -> StrengthFeedback:
    visible = StrengthFeedback.objects.visible_to(request.user).select_related("giver__profile", "event")
    return get_object_or_404(visible, pk=pk)


def _show(
    request: HttpRequest, letter: StrengthFeedback, form: ThanksForm | None = None, mend: Sequence[Mend] = ()
) -> HttpResponse:
    """The open letter; with a form of thanks that could not be sent, once more with what was typed."""
    context = {
        "letter": letter,
        "thanks": encounters.thanks_between(request.user, letter.giver, letter.event),
        "form": form or ThanksForm(),
        "mend": mend,
        "reactions": Reaction.choices,
    }
    return render(request, "feedback/letters/letter/letter.html", context, status=422 if form else 200)


@require_POST
@open_to(Access.KEPT)
def open_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Break the seal of a letter that came to me."""
    flows.open_letter(letter_id=pk, by=request.user, now=timezone.now())
    return redirect("feedback:letter", pk)


@require_POST
@open_to(Access.MEMBER)
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a letter out of my mirror; its giver never learns of it."""
    flows.put_away(letter_id=pk, by=request.user, now=timezone.now())
    messages.success(request, _("しまいました。あなたの鏡には入りません。贈った方には伝わりません。"))
    return redirect("feedback:letters")


@require_POST
@open_to(Access.MEMBER)
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a letter count in my mirror again."""
    flows.take_out(letter_id=pk, by=request.user)
    messages.success(request, _("とりだしました。また鏡に入ります。"))
    return redirect("feedback:letter", pk)


@require_POST
@open_to(Access.MEMBER)
def react(request: HttpRequest, pk: int) -> HttpResponse:
    """What I say to myself about a letter; empty takes it back."""
    letter, reaction = _received_or_404(request, pk), request.POST.get("reaction", "")
    if reaction and reaction not in Reaction.values:
        return web.bad_request(request, ValueError("a reaction that no button of ours sends"))
    flows.react(letter_id=letter.pk, by=request.user, reaction=reaction)
    messages.success(request, _("あなたにだけ、のこしました。") if reaction else _("けしました。"))
    return redirect("feedback:letter", pk)


@require_POST
@open_to(Access.MEMBER)
def regret(request: HttpRequest, pk: int) -> HttpResponse:
    """I would rather not have given this letter: a word to myself."""
    flows.regret(letter_id=pk, by=request.user, now=timezone.now())
    messages.success(request, _("あなたにだけ、のこしました。相手には何も伝わりません。"))
    return redirect("feedback:letters_given")


@require_POST
@open_to(Access.MEMBER)
def take_back_regret(request: HttpRequest, pk: int) -> HttpResponse:
    """I think otherwise after all."""
    flows.take_back_regret(letter_id=pk, by=request.user)
    messages.success(request, _("けしました。"))
    return redirect("feedback:letters_given")


@require_POST
@open_to(Access.MEMBER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks for a letter; a line that cannot go is shown again as typed."""
    letter = _received_or_404(request, pk)
    form = ThanksForm(request.POST)
    if not form.is_valid():
        return _show(request, letter, form)
    page = reverse("feedback:letter", args=[pk])
    return web.carry_out(
        request,
        partial(thank_for_letter, by=request.user, letter_id=pk, line=form.cleaned_data["line"], now=timezone.now()),
        refused=mended_or(
            web.refused_page(request, refusals.explain, back=page, typed=form),
            mend=partial(to_mend, form, ["line"], is_letter=True),
            show=partial(_show, request, letter, form),
        ),
        done=_("お礼を伝えました。"),
        to=page,
    )
