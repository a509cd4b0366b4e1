"""`manage.py compute_mirror`: the page's numbers for a file of letters, or one sentence that says what is wrong."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from feedback.mirror.rules.mirror import Observation, figures, reflect


def letter(giver, *picks, industry="P", **more):
    return {"giver": giver, "industry": industry, "event": "e1", "picks": list(picks), **more}


def compute(tmp_path, content):
    file = tmp_path / "letters.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    out = StringIO()
    call_command("compute_mirror", str(file), stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_it_prints_what_the_page_computes(tmp_path):
    letters = [
        letter("a", "tell-plain", "act-try", industry="J", candidates=99),
        letter("b", "tell-plain", industry=None),
        letter(7, "tell-plain", industry=""),
        letter(None, "act-try", candidates=3),
        letter(None, "open-ask", candidates=2),
    ]
    whole = {"letters": letters, "own": ["act-try"], "base_rate": {"tell-plain": 0.1}, "own_industry": None}

    looks = [
        Observation("a", "J", ("tell-plain", "act-try")),
        Observation("b", "", ("tell-plain",)),
        Observation(7, "", ("tell-plain",)),
        Observation(None, "", ("act-try",)),
    ]
    assert compute(tmp_path, whole) == figures(reflect(looks, ["act-try"], base_rates={"tell-plain": 0.1}))


def test_what_it_prints_in_full(tmp_path):
    found = compute(tmp_path, {"letters": [letter(giver, "act-try") for giver in "abc"], "own": ["open-ask"]})

    assert found == {
        "n": 3,
        "stage": "open",
        "seen": {
            "act-try": {
                "k": 3,
                "mean": pytest.approx(0.4666666667),
                "p_above": pytest.approx(0.9797, abs=1e-4),
                "level": "many",
                "industries": ["P"],
            }
        },
        "windows": {"both": [], "found": ["act-try"], "kept": None},
    }


def test_no_letters_are_a_blank_mirror(tmp_path):
    assert compute(tmp_path, {"letters": []}) == {"n": 0, "stage": "blank", "seen": {}, "windows": None}


def one(**changes):
    return {"letters": [{**letter("a", "act-try"), **changes}]}


def without(key):
    return {"letters": [{name: value for name, value in letter("a", "act-try").items() if name != key}]}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "The file is not JSON: Expecting value in line 1.", id="empty"),
        pytest.param(b"{", "The file is not JSON: Expecting property name", id="half"),
        pytest.param(b"\xff\xfe{}", "The file is not text in UTF-8.", id="not-utf-8"),
        pytest.param(b"[" * 200_000, "The file is nested too deeply.", id="nested"),
        pytest.param(b'{"letters": NaN}', "NaN is not a number.", id="nan"),
        pytest.param(b"[" + b"9" * 5000 + b"]", "The file holds a number that is too long", id="long-number"),
        pytest.param(b'{"letters": [], "letters": []}', '"letters" stands twice in one object.', id="key-twice"),
        pytest.param(b" " * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB.", id="huge"),
        pytest.param([], "The file must be an object {…}.", id="a-list"),
        pytest.param({}, 'The file has no "letters".', id="no-letters"),
        pytest.param({"letters": {}}, '"letters" must be a list.', id="letters-no-list"),
        pytest.param({"letters": [], "onw": []}, 'The file has an unknown "onw".', id="unknown-part"),
        pytest.param({"letters": ["a"]}, "Letter 1 must be an object {…}.", id="letter-no-object"),
        pytest.param(without("giver"), 'Letter 1 has no "giver".', id="no-giver"),
        pytest.param(without("picks"), 'Letter 1 has no "picks".', id="no-picks"),
        pytest.param(one(givr="a"), 'Letter 1 has an unknown "givr".', id="unknown-key"),
        pytest.param(one(giver=True), '"giver" of letter 1 must be a text', id="giver-true"),
        pytest.param(one(giver=""), '"giver" of letter 1 must be a text', id="giver-empty"),
        pytest.param(one(giver=[]), '"giver" of letter 1 must be a text', id="giver-list"),
        pytest.param(one(giver=1.5), '"giver" of letter 1 must be a text', id="giver-half"),
        pytest.param(one(industry=3), '"industry" of letter 1 must be a text', id="industry-number"),
        pytest.param(one(event=None), '"event" of letter 1 must be a text', id="event-null"),
        pytest.param(one(picks="act-try"), '"picks" of letter 1 must be a list', id="picks-text"),
        pytest.param(one(picks=[["act-try"]]), 'A strength in "picks" of letter 1 must be a text', id="pick-list"),
        pytest.param(one(picks=["x" * 201]), 'A strength in "picks" of letter 1 must be a text', id="pick-long"),
        pytest.param(one(candidates="3"), '"candidates" of letter 1 must be a whole number', id="candidates-text"),
        pytest.param(one(candidates=-1), '"candidates" of letter 1 must be a whole number', id="candidates-below"),
        pytest.param(one(giver=None), '"candidates" of letter 1 must be a whole number', id="nameless-uncounted"),
        pytest.param({"letters": [], "own": "act-try"}, '"own" must be a list', id="own-text"),
        pytest.param({"letters": [], "own": [None]}, 'A strength in "own" must be a text', id="own-null"),
        pytest.param({"letters": [], "base_rate": []}, '"base_rate" must be an object', id="rates-list"),
        pytest.param({"letters": [], "base_rate": {"a": 2}}, 'The base rate of "a" must be a number', id="rate-two"),
        pytest.param({"letters": [], "base_rate": {"a": True}}, 'The base rate of "a" must be', id="rate-true"),
        pytest.param({"letters": [], "base_rate": {"a": "1"}}, 'The base rate of "a" must be', id="rate-text"),
        pytest.param({"letters": [], "own_industry": 5}, '"own_industry" must be a text', id="own-industry-number"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, content, sentence):
    with pytest.raises(CommandError) as refused:
        compute(tmp_path, content)

    said = str(refused.value)
    assert (said[: len(sentence)], said.count("\n"), refused.value.returncode) == (sentence, 0, 2)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"The file cannot be opened: No such file or directory\.") as refused:
        call_command("compute_mirror", str(tmp_path / "none.json"))

    assert refused.value.returncode == 2
