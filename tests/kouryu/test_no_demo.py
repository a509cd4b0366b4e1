"""The product knows nothing of the demo: it is shortened, decorated and started from outside (decision 0048)."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("kouryu", "members", "events", "feedback", "templates")
READ = {".py", ".html", ".txt", ".css", ".js", ".svg", ".json", ".csv"}
NAMES_IT = re.compile(r"demo(?!n)|デモ|playable", re.IGNORECASE)  # but no demonstration
WORD_LIST = Path("members/data/japanese_words.txt")  # of passwords; the word is one among thousands
INSTALLED = re.compile(
    r"^if not PRODUCTION:\n    INSTALLED_APPS\.append\(\"demo\"\).*$", re.MULTILINE
)  # in kouryu/settings.py


def text_of(file: Path) -> str:
    words = file.read_text()
    return INSTALLED.sub("", words, count=1) if file == ROOT / "kouryu" / "settings.py" else words


def test_no_file_of_the_product_names_the_demo():
    files = (file for name in PRODUCT for file in sorted((ROOT / name).rglob("*")) if file.suffix in READ)
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in files
        if file.relative_to(ROOT) != WORD_LIST
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if NAMES_IT.search(line)
    ]
    assert found == [], "let demo/site do it from outside"


def test_one_place_installs_it_outside_production():
    assert len(INSTALLED.findall((ROOT / "kouryu" / "settings.py").read_text())) == 1
