"""Affinity groups: a member's taps on the page of the card, and the owner's page of names."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kouryu import web
from members.accounts.access import Access, open_to
from members.affinity import flows, refusals
from members.affinity.forms import AffinityForm
from members.models import AffinityGroup

RETIRED_SHOWN = 50
_CAN_NAME = gettext_lazy("会員が自分で入る「なかま」を決める")


@require_POST
@open_to(Access.ACCOUNT)
def join_affinity(request: HttpRequest, affinity_pk: int) -> HttpResponse:
    """Put oneself into a group."""
    return web.carry_out(
        request,
        partial(flows.join_affinity, member=request.user, number=affinity_pk, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("members:card")),
        done=_("なかまに入りました。いつでも、ここから出られます。"),
        to=reverse("members:card") + "#affinity",
    )


@require_POST
@open_to(Access.ACCOUNT)
def leave_affinity(request: HttpRequest, affinity_pk: int) -> HttpResponse:
    """Take oneself out of a group."""
    return web.carry_out(
        request,
        partial(flows.leave_affinity, member=request.user, number=affinity_pk),
        refused=web.refused_page(request, refusals.explain, back=reverse("members:card")),
        done=_("なかまから出ました。入っていた記録は、残りません。"),
        to=reverse("members:card") + "#affinity",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.OWNER, can=_CAN_NAME)
def affinities(request: HttpRequest) -> HttpResponse:
    """The groups, without a number or a name of anybody, and the form for another one."""
    form = AffinityForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _affinities_page(request, form)
    return web.carry_out(
        request,
        partial(flows.name_affinity, by=request.user, now=timezone.now(), **form.cleaned_data),
        refused=web.refused_on_form(form, refusals.explain, lambda: _affinities_page(request, form)),
        done=_("加えました。会員のページと、会の条件に出ます。"),
        to="members:desk_affinities",
    )


@require_POST
@open_to(Access.OWNER, can=_CAN_NAME)
def retire_affinity(request: HttpRequest, affinity_pk: int) -> HttpResponse:
    """Let nobody join a group, and no host ask for it, from now on."""
    return web.carry_out(
        request,
        partial(flows.retire_affinity, number=affinity_pk, by=request.user, now=timezone.now()),
        refused=web.refused_page(request, refusals.explain, back=reverse("members:desk_affinities")),
        done=_("やめました。公開中の会の条件は、その会が終わるまで、そのままです。"),
        to="members:desk_affinities",
    )


def _affinities_page(request: HttpRequest, form: AffinityForm) -> HttpResponse:
    values = {
        "form": form,
        "affinities": AffinityGroup.objects.open(),
        "retired": AffinityGroup.objects.exclude(retired_at=None).order_by("-retired_at", "-pk")[:RETIRED_SHOWN],
    }
    return render(request, "members/affinity/affinities.html", values, status=422 if form.errors else 200)
