"""Views are alike: a flow is called by one helper, which says what is refused."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from kouryu import web
from kouryu.refusal import Explanation, Refused
from members.desk.rules import NoStaffNote

ROOT = Path(__file__).resolve().parents[2]

# Views that catch a refusal themselves, and why. All others call their flow through `web.carry_out` or `web.attempt`.
CATCHES_ITSELF = {
    "feedback/growth/views/step.py": "the link in a mail says the same, whether its button came first or second",
}


def views() -> Iterator[Path]:
    for app in ("members", "events", "feedback"):
        yield from sorted([*ROOT.glob(f"{app}/*/views.py"), *ROOT.glob(f"{app}/*/views/*.py")])


def catches_of(source: str) -> list[int]:
    """The lines that catch a refusal: `except Refused`, one of its kinds, or `suppress(Refused)`."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        caught: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            caught = list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = node.args
        if any(ast.unparse(one).split(".")[-1] in {"Refused", "NeedsMending"} for one in caught):
            lines.append(node.lineno)
    return lines


def test_a_view_catches_no_refusal_by_itself():
    catching = {
        f"{file.relative_to(ROOT)}:{line}"
        for file in views()
        if str(file.relative_to(ROOT)) not in CATCHES_ITSELF
        for line in catches_of(file.read_text())
    }
    assert catching == set(), "call the flow through kouryu.web.carry_out or kouryu.web.attempt"


def test_what_is_excepted_still_catches():
    silent = [name for name in CATCHES_ITSELF if not catches_of((ROOT / name).read_text())]
    assert silent == []


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    flow()\nexcept Refused:\n    pass",
        "try:\n    flow()\nexcept (Gone, refusal.Refused) as why:\n    pass",
        "try:\n    flow()\nexcept NeedsMending as found:\n    pass",
        "with suppress(Refused):\n    flow()",
        "with contextlib.suppress(KeyError, Refused):\n    flow()",
    ],
)
def test_each_way_of_catching_one_is_seen(source):
    assert len(catches_of(source)) == 1


def request_from_a_page() -> HttpRequest:
    request = RequestFactory().post("/")
    request.session = SessionStore()
    MessageMiddleware(answer).process_request(request)
    return request


def said(request: HttpRequest) -> list[str]:
    return [str(message) for message in messages.get_messages(request)]


def no(reason):
    raise Refused(reason)


def explain(reason):
    return Explanation(f"not {reason}")


def answer(refused):
    return HttpResponse(f"because {refused.reason}", status=409)


def test_what_is_carried_out_is_said_and_leads_on():
    request = request_from_a_page()
    response = web.carry_out(request, dict, refused=answer, done="done", to="/there/")
    assert (response.status_code, response["Location"], said(request)) == (302, "/there/", ["done"])


def test_without_words_it_only_leads_on():
    request = request_from_a_page()
    assert web.carry_out(request, dict, refused=answer, to="members:account").status_code == 302
    assert said(request) == []


def test_what_is_refused_says_nothing_of_being_done():
    request = request_from_a_page()
    flow = partial(no, NoStaffNote.TOO_SHORT)
    response = web.carry_out(request, flow, refused=answer, done="done", to="/there/")
    assert (response.status_code, response.content.decode()) == (409, f"because {NoStaffNote.TOO_SHORT}")
    assert said(request) == []


def test_the_result_is_there_for_the_answer():
    assert web.attempt(lambda: 34, refused=answer, done=lambda result: result + 1) == 35


def test_a_refusal_of_the_answer_is_none_of_the_flow():
    with pytest.raises(Refused):
        web.attempt(dict, refused=answer, done=lambda _result: no(NoStaffNote.TOO_SHORT))


class Words(forms.Form):
    text = forms.CharField()


@pytest.mark.parametrize(("field", "at"), [("text", "text"), (None, "__all__")])
def test_a_refusal_goes_back_onto_its_form(field, at):
    form = Words({"text": "typed"})
    assert form.is_valid()
    refused = web.refused_on_form(form, explain, lambda: HttpResponse(status=422), field=field)
    assert refused(Refused(NoStaffNote.TOO_SHORT)).status_code == 422
    assert form.errors == {at: [f"not {NoStaffNote.TOO_SHORT}"]}
    assert form["text"].value() == "typed"


METHODS = {"require_POST", "require_GET", "require_safe", "require_http_methods"}


def decorators_of(function: ast.FunctionDef) -> list[str]:
    """The names of its decorators, from the outside in."""
    called = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return [ast.unparse(one).split(".")[-1] for one in called]


def faults_of(decorators: list[str]) -> str:
    """What is wrong with the decorators of a page; empty where nothing is."""
    if not METHODS & set(decorators):
        return "say which methods it takes: @require_safe, @require_POST or @require_http_methods"
    if "open_to" not in decorators:
        return "say who may open it: @open_to"
    if decorators[0] not in METHODS or decorators[1] != "open_to":
        return "first the methods, then @open_to, then all else"
    return ""


@pytest.mark.parametrize(
    ("decorators", "is_right"),
    [
        (["require_safe", "open_to"], True),
        (["require_http_methods", "open_to", "at_open_page"], True),
        (["open_to"], False),
        (["require_POST"], False),
        (["open_to", "require_POST"], False),
        (["asked_by_the_page", "require_GET", "open_to"], False),
        (["require_POST", "at_open_page", "open_to"], False),
    ],
)
def test_the_order_of_decorators(decorators, is_right):
    assert (faults_of(decorators) == "") == is_right


def test_every_page_names_its_methods_then_who_may_open_it_then_all_else():
    wrong = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": fault
        for file in views()
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and {"open_to", *METHODS} & set(decorators_of(node))
        if (fault := faults_of(decorators_of(node)))
    }
    assert wrong == {}


def pages(resolver: URLResolver) -> Iterator[Callable[..., object]]:
    """What our own modules answer with; allauth's views and the admin's have labels and methods of their own."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name == "admin":
            continue
        if isinstance(pattern, URLResolver):
            yield from pages(pattern)
        elif not pattern.callback.__module__.startswith("allauth."):
            yield pattern.callback


def test_every_address_leads_to_a_page_with_these_decorators():
    """Or to a class that names its methods: a page made in another way would be seen by nobody."""
    pages_seen = set(pages(get_resolver()))
    assert len(pages_seen) > 100
    plain = []
    for page in pages_seen:
        made_of = getattr(page, "view_class", None)
        if made_of is not None:
            is_right = "http_method_names" in vars(made_of) and hasattr(page, "access")
        else:
            source = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(page)))).body[0]
            is_right = isinstance(source, ast.FunctionDef) and faults_of(decorators_of(source)) == ""
        if not is_right:
            plain.append(f"{page.__module__}.{page.__qualname__}")
    assert plain == []
