"""The desk's page of members: finding one, opening their page, and what can be done there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, NamedTuple

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kouryu import web
from kouryu.refusal import Refused
from members.accounts.access import Access, open_to, what_roles_can
from members.accounts.choices import Role
from members.accounts.rules import is_opened_by
from members.desk import flows, queries, refusals, sections
from members.desk.forms import (
    GrantRoleForm,
    LookForm,
    MemberSearchForm,
    NameOnRecordForm,
    ReasonForm,
    StaffNoteForm,
)
from members.desk.rules import NoLook, NoRoleChange, NoStaffNote
from members.models import NameOnRecord, User

View = Callable[..., HttpResponse]


class ActWords(NamedTuple):
    """What the page of an act says: its name, what it does, and that it is done."""

    title: str
    lead: str
    done: str


@require_safe
@open_to(Access.MEMBER_DESK, can=gettext_lazy("会員をさがし、理由を記して開く"))
def members(request: HttpRequest) -> HttpResponse:
    """Find a member by whatever is known of them."""
    form = MemberSearchForm(request.GET or None)
    line = form.cleaned_data["q"] if form.is_valid() else ""
    found = _found(request.user, line) if line else []
    if line:
        flows.note_search(by=request.user, found=len(found), now=timezone.now())
    values = {"form": form, "line": line, "found": found, "show_names": _keeps_names(request.user)}
    return render(request, "members/desk/members.html", values)


def at_open_page(view: View) -> View:
    """Give the view the member whose page this reader has opened; whoever has not is led to opening it."""

    @wraps(view)
    def with_member(request: HttpRequest, person_pk: int, **kwargs: Any) -> HttpResponse:
        member = get_object_or_404(User.objects.select_related("profile", "name_on_record"), pk=person_pk)
        if queries.open_look(request.user, member, timezone.now()) is None:
            return redirect("members:desk_member", member.pk)
        return view(request, member, **kwargs)

    return with_member


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.MEMBER_DESK, can=gettext_lazy("会員をさがし、理由を記して開く"))
def member(request: HttpRequest, person_pk: int) -> HttpResponse:
    """One member on one page, once it is said why. GET without an open look, and POST: the question why."""
    person = get_object_or_404(User.objects.select_related("profile", "name_on_record"), pk=person_pk)
    now = timezone.now()
    if request.method != "POST" and queries.open_look(request.user, person, now):
        return _page(request, person, StaffNoteForm())
    form = LookForm(request.POST if request.method == "POST" else None)

    def show() -> HttpResponse:
        status = 422 if form.errors else 200
        return render(request, "members/desk/look.html", {"member": person, "form": form}, status=status)

    if not form.is_valid():
        return show()
    return web.carry_out(
        request,
        partial(flows.look, member=person, by=request.user, now=now, **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, show, field="words"),
        to=_address_of(person),
    )


@require_POST
@open_to(Access.MEMBER_DESK, can=gettext_lazy("会員についてのメモを残す"))
@at_open_page
def note(request: HttpRequest, member: User) -> HttpResponse:
    """Keep a note."""
    form = StaffNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, status=422)
    words = form.cleaned_data["words"]
    return web.carry_out(
        request,
        partial(flows.write_note, member=member, by=request.user, words=words, now=timezone.now()),
        refused=web.refused_on_form(
            form, refusals.explain, lambda: _page(request, member, form, status=422), field="words"
        ),
        done=_("メモを残しました。"),
        to=_address_of(member),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("お名前の記録を直す"))
@at_open_page
def name(request: HttpRequest, member: User) -> HttpResponse:
    """Correct the name on record."""
    held = NameOnRecord.objects.filter(member=member).first() or NameOnRecord(member=member, version=0)
    initial = {"name": held.name, "reading": held.reading, "seen_version": held.version}
    form = NameOnRecordForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return _name_page(request, member, form)

    def refused(why: Refused) -> HttpResponse:
        if why.reason == NoLook.NOT_OPEN:
            return redirect("members:desk_member", member.pk)
        form.add_error(_FIELD_OF.get(why.reason), refusals.explain(why.reason).sentence)
        return _name_page(request, member, _with_version_now(form, held), held=held)

    return web.carry_out(
        request,
        partial(flows.correct_name, member=member, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=refused,
        done=_("お名前を直しました。"),
        to=_address_of(member),
    )


@require_safe
@open_to(Access.OWNER, can=gettext_lazy("役割をわたし、終える"))
def roles(request: HttpRequest) -> HttpResponse:
    """Who holds which role, and what each role may do."""
    can, held = what_roles_can(), queries.holders()
    rows = [{"role": role, "can": can[role.value], "grants": held[role.value]} for role in Role]
    return render(request, "members/desk/roles.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=gettext_lazy("役割をわたし、終える"))
@at_open_page
def grant_role(request: HttpRequest, member: User) -> HttpResponse:
    """Grant the member a role."""
    form = GrantRoleForm(request.POST if request.method == "POST" else None)
    values = {"member": member, "form": form, "title": _("役割をわたす")}
    if not form.is_valid():
        return render(request, "members/desk/grant_role.html", values, status=422 if form.errors else 200)
    given = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
    return web.carry_out(
        request,
        partial(flows.grant_role_with_reason, member=member, by=request.user, now=timezone.now(), **given),
        refused=_refused_at_field(request, "members/desk/grant_role.html", values),
        done=_("役割をわたしました。"),
        to=_address_of(member),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=gettext_lazy("役割をわたし、終える"))
def end_role(request: HttpRequest, person_pk: int, role: str) -> HttpResponse:
    """End a role of the member; the page shows what depends on it."""
    if role not in Role.values:
        raise Http404
    return _end_role(request, person_pk, role=Role(role))


@at_open_page
def _end_role(request: HttpRequest, member: User, *, role: Role) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    values = {
        "member": member,
        "form": form,
        "title": _("役割を終える"),
        "role": role,
        "sections": sections.shaken_by(role, member, request.user, now),
    }
    if not form.is_valid():
        return render(request, "members/desk/end_role.html", values, status=422 if form.errors else 200)
    return web.carry_out(
        request,
        partial(
            flows.end_role_with_reason, member=member, role=role, by=request.user, why=form.cleaned_data["why"], now=now
        ),
        refused=_refused_at_field(request, "members/desk/end_role.html", values),
        done=_("役割を終えました。"),
        to=_address_of(member),
    )


def act_for_a_reason(
    request: HttpRequest,
    member: User,
    act: Callable[..., object],
    *,
    says: ActWords,
    explain: web.Explain = refusals.explain,
) -> HttpResponse:
    """A page with one question, why; POST does `act(member, by, why, now)` and says that it is done.

    `explain` has the sentences of the chapter whose act it is.
    """
    form = ReasonForm(request.POST if request.method == "POST" else None)
    values = {"member": member, "form": form, "title": says.title, "lead": says.lead}
    if not form.is_valid():
        return render(request, "members/desk/act.html", values, status=422 if form.errors else 200)

    def show() -> HttpResponse:
        return render(request, "members/desk/act.html", values, status=422)

    return web.carry_out(
        request,
        partial(act, member=member, by=request.user, why=form.cleaned_data["why"], now=timezone.now()),
        refused=web.refused_on_form(form, explain, show, field="why"),
        done=says.done,
        to=_address_of(member),
    )


@require_safe
@open_to(Access.SIGNED_IN)
def looks(request: HttpRequest) -> HttpResponse:
    """Who of the staff opened the reader's page, in which role, when and why."""
    return render(request, "members/desk/looks.html", {"looks": queries.looks_at(request.user)[:LOOKS_SHOWN]})


LOOKS_SHOWN = 200


def _found(reader: User, line: str) -> list[User]:
    also = sections.found_elsewhere(line) if _keeps_names(reader) else []
    return queries.found_by(line, also=also, kinds=queries.kinds_for(reader.roles))


def _keeps_names(reader: User) -> bool:
    """Names on record are the desk's, not the moderators'."""
    return is_opened_by(reader.roles, Access.DESK)


_FIELD_OF = {
    NoStaffNote.NAME_MISSING: "name",
    NoStaffNote.TOO_SHORT: "why",
    NoRoleChange.DAY_PAST: "last_day",
    NoRoleChange.DAY_FAR: "last_day",
    NoRoleChange.HELD_ALREADY: "role",
}


def _refused_at_field(request: HttpRequest, template: str, values: dict[str, Any]) -> Callable[[Refused], HttpResponse]:
    """The form again, with the sentence at the field that the reason is about."""

    def answer(why: Refused) -> HttpResponse:
        values["form"].add_error(_FIELD_OF.get(why.reason), refusals.explain(why.reason).sentence)
        return render(request, template, values, status=422)

    return answer


def _address_of(member: User) -> str:
    return reverse("members:desk_member", args=[member.pk])


def _page(request: HttpRequest, member: User, form: Form, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = [(one, one.read(member, request.user, now)) for one in sections.sections_for(request.user.roles)]
    values = {
        "member": member,
        "sections": [{"section": one, **facts} for one, facts in shown],
        "form": form,
        "notes": queries.notes_about(member, request.user),
        "looks": queries.looks_at(member)[:LOOKS_SHOWN],
        "look": queries.open_look(request.user, member, now),
    }
    return render(request, "members/desk/member.html", values, status=status)


def _name_page(request: HttpRequest, member: User, form: Form, *, held: NameOnRecord | None = None) -> HttpResponse:
    values = {"member": member, "form": form, "title": _("お名前を直す"), "held": held}
    return render(request, "members/desk/name.html", values, status=422 if form.errors else 200)


def _with_version_now(form: NameOnRecordForm, held: NameOnRecord) -> NameOnRecordForm:
    """The same words, and the version that the page shows beside them: saving again is then a decision."""
    form.data = {**form.data.dict(), "seen_version": held.version}
    return form
