"""Exceptions from the rules of style, which stand in the files themselves."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNEXPLAINED = re.compile(r"#\s*(noqa|type: ignore)(: ?[A-Z0-9, ]+|\[[a-z, -]+\])?\s*$")


def test_every_exception_says_why():
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    silent = [
        f"{name}:{number}"
        for name in listed.splitlines()
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1)
        if UNEXPLAINED.search(line)
    ]
    assert silent == []
