"""Every reason that a rule gives has a sentence, in the table of the chapter whose pages can come upon it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from itertools import chain
from types import ModuleType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from events.event.rules.event import NoHosting
from events.hosting import refusals as hosting
from tests.modules import of_layer

# What rules name that no flow refuses for; each with what it is.
NO_REASONS = {
    "Access": "the label of a page; the middleware answers",
    "NoEntry": "why a page stays shut; the middleware answers with pages of their own",
    "BadAddress": "a fault of an address, said by the form",
    "LinkFault": "a fault of a link, said by the form",
    "Step": "a step of the welcome",
    "NoMail": "why a mail is not written; nobody reads it",
    "NoRenewal": "why no renewal is offered; a sweep passes by",
    "BadCell": "a fault of a row, said in the list of rows",
    "BankColumn": "what a column of a file says",
    "BadBankList": "a fault of a file, said by the form",
    "BadList": "a fault of a file, said by the form",
    "Action": "what the screening does with a text",
    "PlanFault": "a fault of a plan, said by the form",
    "Matching": "how many fit",
    "Leftover": "how many no longer fit",
    "EveningStage": "how far the evening is",
    "HostRule": "where hosts sit",
    "FirstTimerRule": "where first-timers sit",
    "NoPlanCause": "why no seating was found; the flow tries another",
    "FitReason": "why an evening suits",
    "Beyond": "a question about the member's own limits",
    "SeatOrLine": "what a registration gets",
    "Reminder": "which reminder",
    "SequenceMail": "which mail of the first weeks",
    "NoSuggestion": "why nothing is suggested; nobody reads it",
    "NoOffer": "why a statement offers nothing; the page leaves it out",
    "Day": "which day a step is for",
    "TargetVerdict": "whether a target is met",
    "Unit": "what a figure counts",
    "MirrorStage": "how much a mirror shows",
    "Level": "how common something is",
    "IntroductionPhase": "how far an introduction is",
    "InteractionKind": "what two did together",
    "Phase": "how far a talk is",
    "Lapse": "why what was agreed is not carried out; the record of acts says it",
}

# What a flow cannot come upon, though a rule that it asks could say so.
NEVER = {
    ("feedback.safety.views.case", "NoWithdrawal"): "the seats to give back are those that can be, at the same moment",
}

TABLES = {module.__name__: module.EXPLAINED for module in of_layer("refusals")}
ALL = set(chain.from_iterable(TABLES.values()))


def enumerations() -> Iterator[type[StrEnum]]:
    for module in of_layer("rules"):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.__name__:
                yield value


def is_explained(enumeration: type[StrEnum]) -> bool:
    return any(type(reason) is enumeration for reason in ALL)


def test_every_reason_of_a_rule_has_a_sentence():
    silent = [
        f"{enumeration.__module__}.{code}"
        for enumeration in enumerations()
        if enumeration.__name__ not in NO_REASONS
        for code in enumeration
        if not any(type(reason) is enumeration and reason == code for reason in ALL)
    ]
    assert silent == [], "write its sentence into refusals.py of the chapter, or say in NO_REASONS what it is"


def test_what_is_no_reason_is_there_and_has_no_sentence():
    by_name = {enumeration.__name__: enumeration for enumeration in enumerations()}
    assert [name for name in NO_REASONS if name not in by_name or is_explained(by_name[name])] == []


def test_no_two_reasons_have_one_code():
    """A table finds its sentence by the code."""
    owners: dict[str, set[str]] = {}
    for enumeration in filter(is_explained, enumerations()):
        for code in enumeration:
            owners.setdefault(code.value, set()).add(enumeration.__name__)
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


def test_each_chapter_explains_in_the_same_way():
    homemade = [
        f"{module.__name__}.{node.name}"
        for module in of_layer("refusals")
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("explain")
    ]
    assert homemade == [], "a table EXPLAINED, and explain = explainer(EXPLAINED)"


def enumerations_in(hint: object) -> Iterator[type[StrEnum]]:
    if get_origin(hint) in {Union, UnionType}:
        for part in get_args(hint):
            yield from enumerations_in(part)
    elif isinstance(hint, type) and issubclass(hint, StrEnum):
        yield hint


def used_by(node: ast.AST, names: dict[str, object]) -> Iterator[tuple[ast.expr, object]]:
    """Each name and each attribute of a module in this piece of source, and what it stands for."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in names:
            yield part, names[part.id]
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            owner = names.get(part.value.id)
            if isinstance(owner, ModuleType | type):
                yield part, getattr(owner, part.attr, None)


def layer_of(value: object) -> str:
    """`flows` for a function of `members/desk/flows.py` and of `events/hosting/flows/event.py`."""
    parts = (getattr(value, "__module__", None) or "").split(".")
    return parts[2] if len(parts) > 2 and parts[0] in {"members", "events", "feedback"} else ""


@cache
def raised_by(flow: Callable[..., object]) -> frozenset[StrEnum]:
    """The reasons that a flow may give: those it names, and all that a rule it asks may answer."""
    return frozenset(_raised(flow, set()))


def _raised(function: Callable[..., object], seen: set[object]) -> set[StrEnum]:
    function = inspect.unwrap(function)
    if function in seen or not inspect.isfunction(function):
        return set()
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found: set[StrEnum] = set()
    for _node, value in used_by(tree, function.__globals__):
        if layer_of(value) == "rules" and inspect.isfunction(value):
            found.update(chain.from_iterable(enumerations_in(get_type_hints(value).get("return"))))
        elif layer_of(value) in {"flows", "queries"}:
            found |= _raised(value, seen)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused":
            found.update(value for _node, value in used_by(node, function.__globals__) if isinstance(value, StrEnum))
            found.update(
                getattr(value, node_.attr)
                for node_ in ast.walk(node)
                if isinstance(node_, ast.Attribute)
                for value in [_enumeration(node_.value, function.__globals__)]
                if value is not None
            )
    return {reason for reason in found if is_explained(type(reason))}


def _enumeration(node: ast.expr, names: dict[str, object]) -> type[StrEnum] | None:
    """`NoStep` and `rules.NoStep`."""
    value = next((value for part, value in used_by(node, names) if part is node), None)
    return value if isinstance(value, type) and issubclass(value, StrEnum) else None


def pages() -> Iterator[tuple[str, set[StrEnum], set[StrEnum]]]:
    """Each module of views: its name, the reasons of its flows, and those it, or a view it calls, has sentences for."""
    for module in of_layer("views"):
        names = vars(module)
        called = {import_module(value.__module__) for value in names.values() if layer_of(value) == "views"}
        known = set().union(*(_sentences_at(one) for one in {module, *called}))
        used = {value for _node, value in used_by(ast.parse(inspect.getsource(module)), names) if callable(value)}
        raised = set(chain.from_iterable(raised_by(value) for value in used if layer_of(value) == "flows"))
        yield module.__name__, raised, known


def _sentences_at(module: ModuleType) -> set[StrEnum]:
    tables = [value for value in vars(module).values() if isinstance(value, ModuleType) and value.__name__ in TABLES]
    return set(chain.from_iterable(TABLES[table.__name__] for table in tables))


def test_a_page_has_a_sentence_for_all_that_its_flows_refuse():
    silent = {
        f"{name}: {type(reason).__name__}.{reason.name}"
        for name, raised, known in pages()
        for reason in raised - known
        if (name, type(reason).__name__) not in NEVER
    }
    assert silent == set()


# Calls of a flow outside `web.carry_out` and `web.attempt`, by view; and why what is refused there needs no answer.
CALLED_PLAINLY = {
    ("members.admission.views.application", "desk.look"): "the purpose is said by the page itself",
    ("events.hosting.views.cohost", "cohost.end_help"): "refused only where a host's page says what it was",
    ("events.hosting.views.planning", "count_leftover"): "it counts those who do not fit, and refuses nobody",
    ("feedback.growth.views.step", "flows.put_off"): "the link in a mail says the same, whichever came first",
    ("feedback.growth.views.step", "flows.settle"): "the link in a mail says the same, whichever came first",
    ("members.banking.views", "flows.accept_sure"): "it passes over a line that is refused",
    ("feedback.ties.views.talk", "flows.choose_time"): "called by a button that `web.carry_out` is given",
}


def test_a_flow_that_may_refuse_is_called_through_the_helper():
    """Called by itself it would be a fault of the page, in the one moment in which its rule says no."""
    called = set()
    for module in of_layer("views"):
        names, tree = vars(module), ast.parse(inspect.getsource(module))
        values = dict(used_by(tree, names))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            flow = values.get(call.func)
            if callable(flow) and layer_of(flow) == "flows" and raised_by(flow):
                called.add((module.__name__, ast.unparse(call.func)))
    assert called == set(CALLED_PLAINLY)


def test_a_plan_that_is_no_event_yet_is_refused_without_a_page_to_go_to():
    """The form of a new event has none, and shows the sentence alone."""
    explanation = hosting.explain(NoHosting.PLAN_FAULTY)
    assert (bool(explanation.sentence), explanation.next_url) == (True, "")
