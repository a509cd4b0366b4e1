"""A class name means one thing in the whole product, no enum has a twin, and names are words that others know."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ["kouryu", "members", "events", "feedback", "demo"]
ENUMS = ("Enum", "Choices")
BY_DJANGO = {"Command", "Migration"}  # Django looks for a class of just this name in each of their files
INSTEAD = {
    "pulse": "version",
    "gait": "cadence",
    "mon": "avatar",
    "ladder": "sequence",
    "rung": "mail",
    "deed": "interaction",
    "stretch": "slot",
    "bury": "reap",
    "hiding place": "batch",
    "nameless": "anonymous",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
PRIVATE = re.compile(rf"\b({'|'.join(INSTEAD)})s?\b")

Names = list[tuple[str, str]]  # each with the file and line where it stands


def classes_in(source: str, file: str) -> Names:
    """The classes of a module, not those within classes and functions."""
    return [(node.name, f"{file}:{node.lineno}") for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]


def names_in(source: str, file: str) -> Iterator[tuple[str, str]]:
    """The module's own name, and those of all its classes and functions."""
    yield Path(file).stem, file
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, f"{file}:{node.lineno}"


def named_twice(classes: Names) -> list[str]:
    """One sentence per class name that stands at two places."""
    places = defaultdict(list)
    for name, place in classes:
        places[name].append(place)
    return [
        f"{name} at {' and '.join(found)}: say in each name whose it is, as EventPlan and SeatingPlan do"
        for name, found in sorted(places.items())
        if len(found) > 1 and name not in BY_DJANGO
    ]


def enums_in(source: str, file: str) -> Iterator[tuple[frozenset[tuple[str, str]], str]]:
    """Members and values of each enum of a module, and where it stands."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith(ENUMS) for base in node.bases):
            members = [one for one in node.body if isinstance(one, ast.Assign)]
            stored = ((one.value.elts[0] if isinstance(one.value, ast.Tuple) else one.value) for one in members)
            pairs = zip(members, stored, strict=True)
            yield (
                frozenset((ast.unparse(one.targets[0]), ast.unparse(value)) for one, value in pairs),
                f"{file}:{node.lineno}",
            )


def twins(enums: Iterable[tuple[frozenset[tuple[str, str]], str]]) -> list[str]:
    """One sentence per set of members that is written down twice."""
    places = defaultdict(list)
    for members, place in enums:
        places[members].append(place)
    return [
        f"{' and '.join(found)} have the same members: a rule may import the choices of its chapter"
        for found in places.values()
        if len(found) > 1
    ]


def private(names: Names) -> list[str]:
    """One sentence per name that holds a word which only we knew."""
    return [
        f"{place} {name}: say {INSTEAD[found[1]]!r} or another word of the trade (docs/glossary.md)"
        for name, place in names
        if (found := PRIVATE.search(" ".join(WORD.findall(name)).lower()))
    ]


def sources(*folders: str) -> Iterator[tuple[str, str]]:
    """Text and path of each Python file below these folders."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.read_text(encoding="utf-8"), str(file.relative_to(ROOT))


def test_a_class_name_means_one_thing():
    classes = [one for source, file in sources(*PRODUCT) for one in classes_in(source, file)]

    assert len(classes) > 500
    assert named_twice(classes) == []


def test_no_enum_is_written_down_twice():
    enums = [one for source, file in sources(*PRODUCT) for one in enums_in(source, file)]

    assert len(enums) > 100
    assert twins(enums) == []


def test_two_enums_with_the_same_members_are_found():
    one = enums_in('class A(StrEnum):\n    X = "x"\n    Y = "y"', "a.py")
    other = enums_in('class B(TextChoices):\n    Y = "y", _("Y")\n    X = "x", _("X")', "b.py")
    third = enums_in('class C(StrEnum):\n    X = "x"\n    Y = "z"', "c.py")

    assert [line.partition(" have")[0] for line in twins([*one, *other, *third])] == ["a.py:1 and b.py:1"]


def test_names_are_words_that_others_know():
    names = [one for source, file in sources(*PRODUCT, "tests") for one in names_in(source, file)]

    assert len(names) > 5000
    assert private(names) == []


def test_two_classes_of_one_name_are_found_with_their_places():
    one, other = classes_in("\nclass Plan: pass", "a.py"), classes_in("class Plan: pass\nclass Other: pass", "b.py")

    assert [line.partition(": ")[0] for line in named_twice(one + other)] == ["Plan at a.py:2 and b.py:1"]


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("class MailLadderLimits: pass", "limits.py"),
        ("class HidingPlace: pass", "rules.py"),
        ("def deeds_of(): pass", "queries.py"),
        ("class Watch:\n    def _bury(self): pass", "watch.py"),
        ("async def recent_pulse_of(): pass", "queries.py"),
        ("", "feedback/letters/flows/nameless.py"),
    ],
)
def test_a_private_word_is_found(source, file):
    assert len(private(list(names_in(source, file)))) == 1


def test_a_word_within_another_is_none_of_them():
    assert private(list(names_in("def months_of(): pass\nclass Indeed: pass\nclass Monday: pass", "harmony.py"))) == []
