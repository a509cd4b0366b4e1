"""How the site answers when something is refused or went wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.forms import BaseForm, CharField
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from kouryu import request_id
from kouryu.refusal import Explanation


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


def unless_seen(request: HttpRequest, mark: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """What `draw` answers, marked; 304 without drawing for whoever says that they have seen this mark."""
    tag = f'"{mark}"'
    response = HttpResponseNotModified() if request.headers.get("If-None-Match") == tag else draw()
    response.headers["ETag"] = tag
    return response


def posted_id(request: HttpRequest, name: str) -> int | None:
    """The id that a button of ours sent; None for anything that no button of ours sends."""
    return as_id(request.POST.get(name, ""))


def as_id(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) <= 18 else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or the form came from elsewhere: say so (403) and what to do."""
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """No trace, no database, no context processor: only the id under which the log has it."""
    values = {"request_id": request_id.current.get(), "operator": settings.OPERATOR, "language": get_language()}
    return HttpResponse(render_to_string("errors/500.html", values), status=500)
