"""One cleaning, one count and one way to fill a table for every text of the site."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from events.registration.forms.registration import RegistrationForm
from kouryu.fields import LineField, NameField, WordsField
from kouryu.tables import safe_cell
from kouryu.widgets import CountedTextarea
from kouryu.words import clean_line, clean_words, is_seen, normalised
from tests import modules

NODE = shutil.which("node")
TYPED = [
    "",
    "  前後の空白　",
    "ひとつめ\r\nふたつめ\r\nみっつめ",
    "ひとつめ\nふたつめ\rみっつめ\u2028よっつめ",
    "か\u3099く",
    "𠮷野家の😀👨\u200d👩\u200d👧",
    "見\u200bえ\u202eな\u3164い",
    "\u2800点字の\u2800空白\u2800",
    "\r\n\r\n終わりの空行\r\n\r\n",
    "葛\U000e0100城",
    "❤️1️⃣",
    "\U000e0041\U000e0042タグ",
]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("は\u200dな\u200c", "はな"),
        ("👨\u200d👩\u200d👧 と\u200dね", "👨\u200d👩\u200d👧 とね"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("葛\U000e0100城❤\ufe0fあ\ufe0f", "葛\U000e0100城❤\ufe0fあ"),
        ("左\u200e右\u200f字\u061c", "左右字"),
        ("\u3164\u115f\u1160\uffa0", ""),
        ("点\u2800字", "点 字"),
        ("Z\u0335\u0336\u0337\u0338algo", "Z\u0335\u0336algo"),
        ("\U000e0068\U000e0069", ""),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_nobody_sees_is_left_out(typed, kept):
    assert clean_words(typed) == kept
    assert clean_words(clean_words(typed)) == kept


@pytest.mark.parametrize("char", "\u3164\uffa0\u115f\u1160\u2800\u200b\u202e\u00ad\U000e0041")
def test_blank_letters_are_not_seen(char):
    assert not is_seen(char)


def text_fields():
    """Every plain field of text of every form of ours."""
    for module in modules.of_layer("forms"):
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, forms.Form) and form.__module__ == module.__name__:
                for name, field in form.base_fields.items():
                    if type(field) is forms.CharField:
                        yield f"{form.__name__}.{name}", field


def test_every_text_goes_through_the_one_cleaning():
    """Passwords and codes stay as they are typed; what the page itself sends is hidden."""
    loose = [
        name
        for name, field in text_fields()
        if not field.widget.is_hidden and not isinstance(field.widget, forms.PasswordInput)
    ]
    assert loose == ["SignupForm.username"]  # of the library; no page of ours shows it


def test_ten_lines_that_the_browser_counts_as_199_are_199():
    words = "\r\n".join(["あ" * 19] * 10)
    form = RegistrationForm(QueryDict(mutable=True) | {"wants_to_talk": words, "mode": "talk"})

    assert form.errors == {}
    assert len(form.cleaned_data["wants_to_talk"]) == 199


def test_one_letter_too_many_says_how_many_there_are():
    form = RegistrationForm({"wants_to_talk": "\r\n".join(["あ" * 19] * 10) + "いい", "mode": "talk"})

    assert "いまは201字です" in form.errors["wants_to_talk"][0]
    assert ">201</span>" in str(form["wants_to_talk"])


@pytest.mark.skipif(NODE is None, reason="no JavaScript here; the browser's own tests read the same file")
def test_the_page_counts_as_the_server_does():
    script = Path(settings.BASE_DIR, "kouryu/static/kouryu/js/kouryu.js").read_text("utf-8")
    counting = re.search(r"const unseen = .*?\n};\n", script, re.DOTALL).group()
    run = f"{counting}console.log(JSON.stringify({json.dumps(TYPED)}.map(used)))"
    counted = subprocess.run([NODE, "-e", run], capture_output=True, text=True, check=True).stdout

    assert json.loads(counted) == [len(clean_words(text)) for text in TYPED]


@pytest.mark.parametrize("field", [WordsField(widget=CountedTextarea, required=False), LineField(required=False)])
def test_nul_is_refused_not_dropped(field):
    with pytest.raises(forms.ValidationError):
        field.clean("a\x00b")


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "=1+1",
            "+1",
            "-1",
            "@SUM(1)",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(1)",
            "﹦1",
            "﹢1",
            "﬩1",
            "⁼1",
            "₊1",
            "﹣1",
            "﹫a",
        ),
        *("\u200b=1", "\ufeff=1", "  =1", "\u3000＝1", "\u202e=1", "\u3164=1", "\u2800＝1", "\t=1", "\r=1", "\n=1"),
        *("−1", "‐1", "–1", "|cmd", "%0A=1"),
    ],
    ids=ascii,
)
def test_no_cell_is_run_by_a_spreadsheet(cell):
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["はな", "1+1", "a@example.org", 3, None, "", "「＝」のはなし", "❤=1", "10:30-12:00"])
def test_other_cells_stay_as_they_are(cell):
    assert safe_cell(cell) == cell


@pytest.mark.parametrize("field", [LineField, WordsField])
def test_a_field_keeps_only_what_is_seen(field):
    assert field().clean("20時\u202eまで\u200b\u3164") == "20時まで"


def test_a_line_has_no_breaks():
    assert clean_line("ひと\r\nつ\t の　行") == "ひと つ の 行"


@pytest.mark.parametrize("field", [WordsField, LineField, NameField])
def test_what_is_too_long_is_read_by_no_other_rule(field):
    read = []
    name = field(max_length=30, validators=[read.append], error_messages={"max_length": "{%(show_value)d}"})
    with pytest.raises(ValidationError) as found:
        name.clean("L I N E " * 30_000)
    assert found.value.messages == ["{239999}"]
    assert read == []
    name.clean("ゆき")
    assert read == ["ゆき"]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("marks", ["\u0300\u0316", "\uff9e\u0300", "\u3099\u0300\u0316"], ids=ascii)
def test_a_tower_is_cut_before_it_is_put_into_order(form, marks):
    """Ordering it would take minutes; thirty marks in a row are more than any writing needs (UAX 15)."""
    assert len(normalised(form, "か" + marks * 20_000)) <= 31 * 2
    assert normalised(form, "か" + marks + "き" + marks) == unicodedata.normalize(form, "か" + marks + "き" + marks)


def test_nobody_else_puts_what_was_typed_into_a_normal_form():
    root = Path(settings.BASE_DIR)
    files = [file for app in ("kouryu", "members", "events", "feedback", "demo") for file in (root / app).rglob("*.py")]
    found = {str(file.relative_to(root)) for file in files if "unicodedata.normalize" in file.read_text()}
    # The second reads lists of Unicode's own letters, one by one.
    assert found == {"kouryu/words.py", "members/texts/rules/lookalikes.py"}
