"""Each table with a key to an account says what becomes of its rows when the account goes."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.conf import settings

from kouryu.leaving import PARTINGS, STAYS
from members.models import User


def naming_an_account() -> set[type]:
    return {
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    }


def test_each_table_is_named_once():
    named = Counter([table for parting in PARTINGS for table in parting.tables] + list(STAYS))

    assert [table.__name__ for table in naming_an_account() if table not in named] == [], "say it in leaving.py"
    assert [table.__name__ for table, times in named.items() if times > 1] == []


def test_each_chapter_says_it_of_its_own_tables():
    """But for what allauth brings, the account itself, what ends with a role, and the name that the books want."""
    allowed = {"EmailAddress", "Authenticator", "SocialAccount", "NameOnRecord", "Profile", "PledgeAcceptance"}
    allowed |= {"RoleGrant", "Event", "Series"}
    elsewhere = [
        (parting.act.__module__, table.__name__)
        for parting in PARTINGS
        for table in parting.tables
        if table.__module__.split(".")[:2] != parting.act.__module__.split(".")[:2]
    ]
    assert [one for one in elsewhere if one[1] not in allowed] == []


def test_whatever_stays_says_why_and_how_long():
    assert [table.__name__ for table, stay in STAYS.items() if not (stay.why and stay.until)] == []


def test_no_leaving_is_without_a_declaration():
    root = Path(settings.BASE_DIR)
    files = [file for app in ("members", "events", "feedback") for file in (root / app).glob("*/leaving.py")]
    silent = [
        str(file)
        for file in files
        if not any(
            name in ast.unparse(ast.parse(file.read_text())) for name in ("@on_leaving", "stays(", "@holds_leaving")
        )
    ]
    assert len(files) > 15
    assert silent == []
