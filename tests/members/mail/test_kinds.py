"""Kinds of mail are declared once, in the choices of the chapter that writes them; no other list names them."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from django.conf import settings

from members.mail.kinds import KINDS, mail_kind, optional_kinds, weekly_kinds
from tests.kouryu.test_imports import MODULES


@pytest.fixture
def kinds():
    """The list, which is as it was after the test."""
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


def test_what_a_member_can_switch_off_comes_in_the_order_of_the_page():
    assert [kind.place for kind in optional_kinds()] == list(range(1, len(optional_kinds()) + 1))


def test_reminders_take_no_place_of_the_week():
    assert {kind for kind in optional_kinds() if kind.is_reminder}.isdisjoint(weekly_kinds())


@pytest.mark.parametrize(("name", "place"), [("letter", 0), ("letter-of-another-sort", 1)])
def test_a_name_or_a_place_that_is_taken_is_refused(kinds, name, place):
    with pytest.raises(ValueError, match=name):
        mail_kind(name, "x", place=place)


def test_a_new_kind_is_in_every_list_at_once(kinds):
    new = mail_kind("birthday", "x", place=99)
    assert optional_kinds()[-1] is weekly_kinds()[-1] is KINDS["birthday"] is new


def test_no_kind_is_made_elsewhere():
    found = [
        f"{file.relative_to(settings.BASE_DIR)}:{call.lineno}: declare it with `mail_kind` in the chapter's choices.py"
        for module, file in MODULES.items()
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if (call.func.id == "MailKind" and module != "members.mail.kinds")
        or (call.func.id == "mail_kind" and module.split(".")[2:3] != ["choices"])
    ]
    assert found == []


def test_a_process_that_serves_no_page_knows_every_kind():
    """The limit of the week and the checks read the list in workers and commands, which load no addresses."""
    ask = "import django; django.setup(); from members.mail.kinds import KINDS; print(*sorted(KINDS))"
    said = subprocess.run(
        [sys.executable, "-c", ask], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    declared = {
        call.args[0].value
        for file in MODULES.values()
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "mail_kind"
    }
    assert set(said.split()) == declared
