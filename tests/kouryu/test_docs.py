"""The pages for engineers name what there is, lead somewhere, and fit beside each other on a screen."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from kouryu.sweeps import OFTEN, declared

ROOT = Path(settings.BASE_DIR)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Started by another command or by bin/demo, never by hand.
INNER = {"simulate_once", "demo_data"}
WIDEST = 160


def test_every_job_of_beat_is_explained():
    table = OPERATIONS.partition("## What beat does")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z0-9 ]+) \|", table, re.MULTILINE)
    assert sorted(rows) == sorted((one.name, how_often(one.every)) for one in declared().values())


def how_often(every: timedelta) -> str:
    words = {
        OFTEN: "often",
        timedelta(minutes=1): "every minute",
        timedelta(hours=1): "hourly",
        timedelta(days=1): "daily",
    }
    return words.get(every) or f"every {every // timedelta(minutes=1)} minutes"


def test_every_variable_of_the_environment_is_explained():
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "kouryu" / "settings.py").read_text())
    assert [name for name in read if f"| `{name}` |" not in OPERATIONS] == []


def test_every_command_is_explained():
    commands = {file.stem for file in ROOT.glob("*/management/commands/[!_]*.py")} - INNER
    assert [name for name in sorted(commands) if f"manage.py {name}" not in OPERATIONS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_fit_the_screen(page):
    """A row of a table cannot be broken; everything else can."""
    lines = enumerate(page.read_text().splitlines(), 1)
    assert [number for number, line in lines if len(line) > WIDEST and not line.startswith("|")] == []
