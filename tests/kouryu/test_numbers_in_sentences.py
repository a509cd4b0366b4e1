"""A number stands in the `limits.py` of a chapter, and sentences get it from there (docs/decisions/0049)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import time
from functools import reduce
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.template import Context, Template
from django.utils import translation

from feedback.letters.limits import LETTERS
from feedback.letters.refusals import explain
from feedback.letters.rules import NoLetter
from kouryu import numbers
from tests.kouryu.numbers_left import SENTENCES, TIMES

ROOT = Path(__file__).resolve().parents[2]
APPS = ["kouryu", "members", "events", "feedback"]
COUNTERS = "人|日|つ|字|文字|分|時間|回|通|件|円|か月|年|週|名|組|席"
# 十分 is a word; 一 counts only before what is measured (一文, 一歩 and 一度 are words).
TYPED = re.compile(
    rf"[0-9０-９]\s?(?:{COUNTERS})|(?!十分)[二三四五六七八九十百千](?:{COUNTERS})|一(?:人|日|字|分|時間|回|通|件|円|か月|年|週)"
    r"|[0-9０-９二三四五六七八九十]\s?時|[0-9０-９][:：][0-9０-９]{2}"
)
GETTEXT = {
    name + lazy for name in ("gettext", "ngettext", "pgettext", "npgettext", "gettext_noop") for lazy in ("", "_lazy")
} | {"_"}
TRANSLATE = re.compile(r"""{%-?\s*trans(?:late)?\s+("[^"]*"|'[^']*')""")
ARGUMENT = re.compile(r"""_\(("[^"]*"|'[^']*')\)""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(?:(?!%}).)*%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
# timedelta(hours=3), time(7, 30), 10 * MINUTE
SET_DOWN = re.compile(
    r"(?:datetime\.)?(?:timedelta|time)\((?:(?:\w+=)?-?[\d.]+(?:, )?)+\)"
    r"|[\d.]+ \* (?:MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)|(?:MINUTE|HOUR|DAY|WEEK|MONTH|YEAR) \* [\d.]+"
)
NUMBER_OF = re.compile(r'"([\w.]+)"\|limit\b')

Sentence = tuple[str, int, str]  # file, line, source


def sentences_of_code(file: str, text: str) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in GETTEXT:
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from ((file, node.lineno, source) for source in words)


def sentences_of_template(file: str, text: str) -> Iterator[Sentence]:
    for pattern in (TRANSLATE, ARGUMENT, BLOCK):
        for found in pattern.finditer(text):
            source = " ".join(found[1].strip("\"'").split())
            yield file, text.count("\n", 0, found.start()) + 1, source


def code() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            yield str(path.relative_to(ROOT)), path.read_text()


def sentences() -> Iterator[Sentence]:
    for file, text in code():
        yield from sentences_of_code(file, text)
    for file, text in templates():
        yield from sentences_of_template(file, text)


def limits() -> Iterator[ModuleType]:
    for file, _ in code():
        if re.fullmatch(r"\w+/\w+/limits\.py", file):
            yield import_module(file.removesuffix(".py").replace("/", "."))


def home_of(file: str) -> str:
    """The module that the number of a sentence in this file belongs into."""
    parts = [part for part in Path(file).parts[:-1] if part != "templates"]
    return f"{'/'.join(parts[:2])}/limits.py" if parts and parts[0] in APPS else "the limits.py of the chapter"


def is_left(file: str, source: str) -> bool:
    return any(re.search(where, file) and re.search(what, source) for where, what, _why in SENTENCES)


def test_no_sentence_has_a_number_typed_in():
    typed = [
        f"{file}:{line} {source!r}: put the number into {home_of(file)} and a placeholder here (kouryu/numbers.py)"
        for file, line, source in sentences()
        if TYPED.search(source) and not is_left(file, source)
    ]
    assert typed == [], "\n".join(typed)


def test_every_exception_is_needed_and_has_a_reason():
    found = [(file, source) for file, _, source in sentences() if TYPED.search(source)]
    unused = [
        (where, what)
        for where, what, why in SENTENCES
        if not why or not any(re.search(where, file) and re.search(what, source) for file, source in found)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("source", "is_typed"),
    [
        ("会から14日で締め切りました。", True),
        ("１２人まで", True),
        ("三つのうちから", True),
        ("朝7時に届きます", True),
        ("夜十時から", True),
        ("20:00にお知らせします", True),
        ("一時に多くの", False),
        ("十分です", False),
        ("一文で", False),
        ("会から%(within)sで締め切りました。", False),
    ],
)
def test_what_a_typed_number_is(source, is_typed):
    assert bool(TYPED.search(source)) is is_typed


def test_it_reads_code_and_templates():
    text = 'x = gettext_lazy("3つ" "まで")\n'
    block = '{% blocktranslate trimmed with a=b|c:"d" %}\n{{ a }}まで12人\n{% endblocktranslate %}'
    page = '<p>\n{% translate "14日" %}' + block

    assert list(sentences_of_code("a.py", text)) == [("a.py", 1, "3つまで")]
    assert list(sentences_of_template("a.html", page)) == [("a.html", 2, "14日"), ("a.html", 2, "{{ a }}まで12人")]


def test_every_number_that_a_template_names_is_there():
    lost = []
    for file, text in templates():
        for name in NUMBER_OF.findall(text):
            app, chapter, *names = name.split(".")
            try:
                reduce(getattr, names, import_module(f"{app}.{chapter}.limits"))
            except (ImportError, AttributeError) as error:
                lost.append(f"{file}: {name}: {error}")
    assert lost == []


def constants_of_time(text: str) -> Iterator[tuple[int, str]]:
    """Line and source of every length of time and hour of the day that a module sets down itself.

    Nothing, and a day, a week or a microsecond more or less, limit nothing; a unit (`DAY`) is no number.
    """
    tree = ast.parse(text)
    steps = {
        id(part)
        for one in ast.walk(tree)
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add | ast.Sub)
        for part in (one.left, one.right)
    }
    for one in ast.walk(tree):
        source = ast.unparse(one) if isinstance(one, ast.Call | ast.BinOp) else ""
        by_one = {"timedelta(days=1)", "timedelta(weeks=1)", "timedelta(microseconds=1)"}
        is_step = id(one) in steps and source in by_one
        if SET_DOWN.fullmatch(source) and source != "timedelta(0)" and not is_step:
            yield one.lineno, source


def in_chapters() -> Iterator[tuple[str, int, str]]:
    for file, text in code():
        if not file.startswith("kouryu/") and not file.endswith("/limits.py"):
            yield from ((file, line, source) for line, source in constants_of_time(text))


def test_lengths_and_hours_stand_in_limits():
    elsewhere = [
        f"{file}:{line} {source}: put it into {home_of(file)}"
        for file, line, source in in_chapters()
        if not any(re.search(where, file) for where, _ in TIMES)
    ]
    assert elsewhere == [], "\n".join(elsewhere)


def test_every_time_left_elsewhere_is_there_and_has_a_reason():
    files = {file for file, _, _ in in_chapters()}
    assert [where for where, why in TIMES if not why or not any(re.search(where, file) for file in files)] == []


def test_it_sees_lengths_and_hours():
    text = "\n".join(
        [
            "A, B = timedelta(days=1), datetime.time(7)",
            "def f(x, wait=timedelta(hours=1)):",
            "    a = 2 * DAY + timedelta(days=x)",
            "    return x + timedelta(days=1), within(timedelta(days=1), x), timedelta(0), time.monotonic(), DAY",
        ]
    )

    found = list(constants_of_time(text))
    assert sorted(found) == [
        (1, "datetime.time(7)"),
        (1, "timedelta(days=1)"),
        (2, "timedelta(hours=1)"),
        (3, "2 * DAY"),
        (4, "timedelta(days=1)"),
    ]


def test_a_number_stands_in_the_chapter_that_asks_it():
    """Or below several that ask it. Refusals only repeat it; what is kept how long is asked by one table for all."""
    texts = {file: text for file, text in code() if not file.endswith(("/limits.py", "/refusals.py", "/retention.py"))}
    strange = []
    for module in limits():
        chapter = str(Path(module.__file__).parent.relative_to(ROOT))
        for name in [name for name, value in vars(module).items() if is_dataclass(value) and name.isupper()]:
            asked = re.compile(rf"\b{name}\b")
            users = [file for file, text in texts.items() if asked.search(text) and module.__name__ in text]
            chapters = {"/".join(Path(file).parts[:2]) for file in users} or {chapter}
            if chapter not in chapters and len(chapters) == 1:
                strange.append(f"{chapter}/limits.py {name} is asked by {chapters.pop()} alone")
    assert strange == [], "\n".join(strange)


LENGTH = re.compile(r"\bmax_length=\d")
# One of a list, or the digest of something longer.
KEPT_APART = re.compile("choices=|digest")
BY_NOBODY = "widget=forms.HiddenInput"
LENGTHS_LEFT = {"members/membership/forms.py"}  # its forms are about to be written anew


def test_how_long_a_text_may_be_stands_in_limits():
    typed = [
        f"{file}:{number} {line.strip()}: put it into {home_of(file)}, for the form and for the column"
        for file, text in code()
        if "forms" in Path(file).with_suffix("").parts and file not in LENGTHS_LEFT
        for number, line in enumerate(text.splitlines(), 1)
        if LENGTH.search(line) and BY_NOBODY not in line
    ]
    assert typed == [], "\n".join(typed)


def test_a_column_is_as_long_as_its_limit():
    """Where a chapter has a limit of the name of a column, the column reads it."""
    typed = []
    for module in limits():
        names = {name for value in vars(module).values() if is_dataclass(value) for name in vars(value)}
        for models in (ROOT / module.__name__.replace(".", "/")).parent.glob("models*"):
            for file in [models] if models.is_file() else sorted(models.glob("*.py")):
                for column, source in re.findall(r"(\w+) = models\.\w+Field\((.*)", file.read_text()):
                    if column in names and LENGTH.search(source) and not KEPT_APART.search(source):
                        typed.append(f"{file.relative_to(ROOT)} {column}")
    assert typed == [], "\n".join(typed)


def test_hours_of_the_day_are_whole_as_sentences_say_them():
    subjects = [
        value
        for module in limits()
        for value in vars(module).values()
        if is_dataclass(value) and not isinstance(value, type)
    ]
    hours = [hour for one in subjects for hour in vars(one).values() if isinstance(hour, time)]
    assert hours, "no limit is an hour"
    assert [hour for hour in hours if hour != time(hour.hour)] == []


@pytest.mark.parametrize(
    ("say", "number", "japanese", "english"),
    [
        ("people", 12, "12人", "12 people"),
        ("people", 1, "1人", "1 person"),
        ("minutes", numbers.HOUR, "60分", "60 minutes"),
        ("hours", numbers.DAY, "24時間", "24 hours"),
        ("days", 2 * numbers.WEEK, "14日", "14 days"),
        ("days", numbers.DAY, "1日", "1 day"),
        ("spelled", 3, "3", "three"),
        ("spelled", 13, "13", "13"),
        ("grouped", 2000, "2000", "2,000"),
        ("spelled_people", 3, "3人", "three people"),
        ("spelled_minutes", 10 * numbers.MINUTE, "10分", "ten minutes"),
        ("spelled_hours", numbers.HOUR, "1時間", "an hour"),
        ("spelled_days", numbers.DAY, "1日", "a day"),
        ("spelled_weeks", 2 * numbers.WEEK, "2週間", "two weeks"),
        ("spelled_length", numbers.YEAR + numbers.DAY, "1年", "a year"),
        ("spelled_length", 60 * numbers.DAY, "60日", "60 days"),
        ("hour", time(20), "20時", "20:00"),
        ("hour_of_day", time(0), "夜中の12時", "12 am"),
        ("hour_of_day", time(7), "朝7時", "7 am"),
        ("hour_of_day", time(12), "昼12時", "12 pm"),
        ("hour_of_day", time(22), "夜10時", "10 pm"),
    ],
)
def test_how_numbers_are_said(say, number, japanese, english):
    said = getattr(numbers, say)(number)  # lazy: said before the language is chosen

    with translation.override("ja"):
        assert str(said) == japanese
    with translation.override("en"):
        assert str(said) == english


def test_a_sentence_is_as_lazy_as_its_words():
    sentence = numbers.with_numbers(translation.gettext_lazy("%(length)s話す"), length=numbers.minutes(numbers.HOUR))

    with translation.override("ja"):
        assert str(sentence) == "60分話す"
    with translation.override("en"):
        assert str(sentence) == "Talk for 60 minutes"


def test_a_changed_number_changes_what_refusals_and_pages_say(set_limit):
    set_limit(LETTERS, a_day=2, within=3 * numbers.DAY)
    page = Template(
        '{% load i18n %}{% blocktranslate with within="feedback.letters.LETTERS.within"|limit|days %}'
        "この会のことばは、会から{{ within }}で締め切りました。つぎの会で、また贈れます。{% endblocktranslate %}"
    )

    with translation.override("ja"):
        assert explain(NoLetter.ENOUGH_TODAY).sentence.startswith("きょうは2人に贈りました。")
        assert explain(NoLetter.TOO_LATE).sentence == page.render(Context())
        assert "会から3日で" in page.render(Context())
    with translation.override("en"):
        assert "2 people" in explain(NoLetter.ENOUGH_TODAY).sentence
        assert "closed 3 days after it" in page.render(Context())
