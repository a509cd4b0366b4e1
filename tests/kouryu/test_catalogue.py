"""Every word of the site has its English, and the compiled catalogue in the repository is the current one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = ["kouryu", "members", "events", "feedback", "demo", "templates"]

Words = set[tuple[str, str]]


def words_of(catalogue: polib.POFile) -> Words:
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}


@pytest.fixture(scope="module")
def words_in_the_source(tmp_path_factory) -> Words:
    """What `makemessages` finds, in a copy: it would write into the repository."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "manage.py", copy)
    (copy / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "--locale", "en", "--verbosity", "0"]
    subprocess.run(command, cwd=copy, check=True)
    return words_of(polib.pofile(str(copy / "locale" / "en" / "LC_MESSAGES" / "django.po")))


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is missing; bin/test says so")
def test_the_catalogue_has_the_words_of_the_source_and_no_others(words_in_the_source):
    known = words_of(polib.pofile(str(CATALOGUE)))

    assert sorted(words_in_the_source - known) == []
    assert sorted(known - words_in_the_source) == []


def test_every_word_is_translated():
    catalogue = polib.pofile(str(CATALOGUE))

    assert [entry.msgid for entry in [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]] == []


def test_the_compiled_catalogue_is_the_current_one():
    def compiled(catalogue) -> dict:
        return {
            (entry.msgctxt or "", entry.msgid): (entry.msgstr, entry.msgstr_plural)
            for entry in catalogue
            if not entry.obsolete
        }

    assert compiled(polib.mofile(str(CATALOGUE.with_suffix(".mo")))) == compiled(polib.pofile(str(CATALOGUE)))


def test_no_placeholder_got_lost():
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))

    def english(entry: polib.POEntry) -> str:
        # The singular may say "one" where the plural has the number.
        return list(entry.msgstr_plural.values())[-1] if entry.msgid_plural else entry.msgstr

    catalogue = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in catalogue if placeholders(english(entry)) != placeholders(entry.msgid)] == []


SAID = re.compile(
    r'{% translate "(?P<plain>[^"]*)" %}|{% blocktranslate[^%]*%}(?P<block>[^%]*){% endblocktranslate %}'
    r"|(?P<nothing>{% (?:if|endif|with|endwith)[^%]*%})"
)

JOINED = re.compile(r"{% joined %}.*?{% endjoined %}", re.DOTALL)


def as_one_line(joined: re.Match) -> str:
    return re.sub(r"[ \t]*\n\s*", "", joined[0])


def test_english_sentences_do_not_run_into_each_other():
    """Japanese needs no space after a full stop: where two sentences touch in a template, one of the English has it."""
    english = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}

    def sentence(said: re.Match) -> str:
        words = said["plain"] or re.sub(r"{{ (\w+) }}", r"%(\1)s", said["block"] or "").strip()
        return english.get(words, "")

    touching = []
    for page in sorted((ROOT / "templates").rglob("*.*")):
        found = list(SAID.finditer(JOINED.sub(as_one_line, page.read_text(encoding="utf-8"))))
        run: list[re.Match] = []
        for said in found:
            if run and said.start() != run[-1].end():
                run = []
            if run and not said["nothing"]:
                before = next((sentence(one) for one in reversed(run) if not one["nothing"]), "")
                if before.endswith((".", "!", "?")) and sentence(said)[:1].isalnum():
                    touching.append((page.name, sentence(said)))
            run.append(said)
    assert touching == []


def test_every_word_to_translate_is_found_by_gettext():
    """Under another name than `_` gettext's functions are not looked for, and what they say stays Japanese."""
    names = r"n?p?gettext(?:_lazy|_noop)?"
    hidden = re.compile(rf"^from django\.utils\.translation import .*\b{names} as (?!_$|_,)", re.MULTILINE)
    places = [file for name in SOURCES for file in (ROOT / name).rglob("*.py")]

    assert len(places) > 300
    assert [str(file.relative_to(ROOT)) for file in places if hidden.search(file.read_text())] == []
