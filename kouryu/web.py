"""How the site answers when something is refused or went wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.db import InterfaceError, InternalError, OperationalError
from django.db.models import Model
from django.forms import BaseForm, CharField
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from kouryu import references, request_id
from kouryu.refusal import Explain, Explanation, Refused

Result = TypeVar("Result")
Answer = TypeVar("Answer")

BEFORE_SIGNING_IN = {
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "start_over",
}


def carry_out(
    request: HttpRequest,
    flow: Callable[[], object],
    *,
    refused: Callable[[Refused], HttpResponse],
    done: str = "",
    to: str | Model,
) -> HttpResponse:
    """Call a flow for a view that was posted to: the message `done` and a redirect to `to`, or what `refused` answers.

    `flow` is called without arguments: `partial(flows.withdraw, member=request.user, …)`. `to` is what Django's
    `redirect` takes.
    """

    def lead_on(_result: object) -> HttpResponse:
        if done:
            messages.success(request, done)
        return redirect(to)

    return attempt(flow, refused=refused, done=lead_on)


def attempt(
    flow: Callable[[], Result], *, refused: Callable[[Refused], Answer], done: Callable[[Result], Answer]
) -> Answer:
    """Call a flow whose result is needed for the answer: what `done` makes of it, or what `refused` answers.

    A refusal that `done` raises is no longer the flow's and is a fault.
    """
    try:
        result = flow()
    except Refused as why:
        return refused(why)
    return done(result)


def refused_page(
    request: HttpRequest, explain: Explain, *, back: str = "", typed: BaseForm | None = None
) -> Callable[[Refused], HttpResponse]:
    """For `refused`: the page of `refuse`, with the sentence that `explain` has for the reason."""
    return lambda refused: refuse(request, explain(refused.reason), back=back, typed=typed)


def refused_on_form(
    form: BaseForm, explain: Explain, show: Callable[[], HttpResponse], *, field: str | None = None
) -> Callable[[Refused], HttpResponse]:
    """For `refused`: the form as `show` shows it, with the sentence at `field`, or above all of them."""

    def answer(refused: Refused) -> HttpResponse:
        form.add_error(field, explain(refused.reason).sentence)
        return show()

    return answer


def refuse(
    request: HttpRequest, explanation: Explanation, *, back: str = "", typed: BaseForm | None = None
) -> HttpResponse:
    """A page (409) that says why the site refused, what to do next, and the way back.

    Words of the form `typed` stand there to be copied: nobody writes a page for nothing.
    """
    fields = typed.fields if typed else {}
    words = [typed[name].value() for name, field in fields.items() if isinstance(field, CharField)]
    page = {"explanation": explanation, "back": back, "words": list(filter(None, words))}
    return render(request, "refused.html", page, status=409)


def unless_modified(request: HttpRequest, etag: str, render_page: Callable[[], HttpResponse]) -> HttpResponse:
    """What `render_page` answers, marked; 304 without drawing for whoever says that they have seen this mark."""
    tag = f'"{etag}"'
    response = HttpResponseNotModified() if request.headers.get("If-None-Match") == tag else render_page()
    response.headers["ETag"] = tag
    return response


def posted_reference(request: HttpRequest, name: str, kind: str) -> int | None:
    """The number behind the reference that a button of ours sent; None for anything that no button of ours sends."""
    return references.number_behind(kind, request.POST.get(name, ""))


def as_id(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) <= 18 else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or the form came from elsewhere: say so (403) and what to do.

    Who signed in meanwhile in another tab is led on: a page from before signing in has nothing left to ask. Nothing of
    what was sent is used but where it was to lead, which a page of another site could open as well.
    """
    if request.user.is_authenticated and request.resolver_match.url_name in BEFORE_SIGNING_IN:
        then = request.POST.get("next", "")
        is_ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, None)
        return redirect(then if is_ours else settings.LOGIN_REDIRECT_URL)
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """No trace, no database, no context processor: only the id under which the log has it.

    Django asks this for every exception that nobody caught, wherever it was raised: in a view, a template, or a
    middleware that looked for the session. So this is the one place that tells a database that is away from a bug.
    """
    fault = sys.exc_info()[1]
    if isinstance(fault, DATABASE_IS_AWAY) and not _is_wrong_sql(fault):
        return _unavailable(request, is_busy=_state_of(fault).startswith(BUSY_STATES))
    return HttpResponse(render_to_string("errors/500.html", _plain_values()), status=500)


# A connection that broke, a server that is starting, ending, full or only a replica, a limit of ours that was passed.
DATABASE_IS_AWAY = (OperationalError, InterfaceError, InternalError)
BUSY_STATES = ("40", "55P03")  # SQLSTATE: rolled back because of others (deadlock, serialization); a lock not had
TRY_AGAIN_AFTER, TRY_AGAIN_WHEN_BUSY_AFTER = 10, 1  # seconds


def _unavailable(request: HttpRequest, *, is_busy: bool) -> HttpResponse:
    """503: nobody is to blame, and when to try again. What was being sent may have arrived: the page says to look."""
    values = {**_plain_values(), "is_busy": is_busy, "was_sending": request.method not in {"GET", "HEAD"}}
    retry_after = TRY_AGAIN_WHEN_BUSY_AFTER if is_busy else TRY_AGAIN_AFTER
    page = render_to_string("errors/503.html", values)
    return HttpResponse(page, status=503, headers={"Retry-After": str(retry_after)})


def _state_of(fault: BaseException) -> str:
    """PostgreSQL's five letters for what happened; empty where there are none."""
    return getattr(fault.__cause__, "sqlstate", None) or ""


def _is_wrong_sql(fault: BaseException) -> bool:
    """SQLite says of a table that is missing, too, that it is an operational error; PostgreSQL does not."""
    return getattr(fault.__cause__, "sqlite_errorname", "") == "SQLITE_ERROR"


def _plain_values() -> dict[str, object]:
    return {"request_id": request_id.current.get(), "operator": settings.OPERATOR, "language": get_language()}
