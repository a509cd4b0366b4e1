"""Choosing one's own strengths: as the last welcome step, again later, or not yet."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.letters.rules import NoOwnPicks
from feedback.letters.strengths import strengths
from feedback.mirror.flows.strengths import choose_later, choose_own_strengths
from feedback.models import SelfStrengthSet
from kouryu.refusal import Refused
from members.models import Profile
from tests.factories import make_account, make_evening, make_letter

NOW = timezone.now()
KEYS = list(strengths())


def versions():
    return sorted(SelfStrengthSet.objects.values_list("version", "picks"))


@pytest.fixture
def newcomer(db):
    account = make_account("はな")
    Profile.objects.filter(member=account).update(steps_done=["pledge", "work", "themes", "reason", "preferences"])
    return account


def steps(member):
    return Profile.objects.get(member=member).steps_done


def test_each_change_is_a_version_and_the_same_again_is_none(newcomer):
    for picks in (KEYS[:2], [KEYS[1], KEYS[0], KEYS[0]], KEYS[:5]):
        choose_own_strengths(member=newcomer, picks=picks, now=NOW)

    assert versions() == [(1, KEYS[:2]), (2, KEYS[:5])]
    assert steps(newcomer) == ["pledge", "work", "themes", "reason", "preferences", "strengths"]


@pytest.mark.parametrize(
    ("picks", "reason"),
    [([], NoOwnPicks.NONE), (KEYS[:6], NoOwnPicks.TOO_MANY), (["x"], NoOwnPicks.UNKNOWN)],
    ids=["none", "six", "unknown"],
)
def test_refused_choices_change_nothing(newcomer, picks, reason):
    with pytest.raises(Refused) as refused:
        choose_own_strengths(member=newcomer, picks=picks, now=NOW)

    assert (refused.value.reason, versions(), "strengths" in steps(newcomer)) == (reason, [], False)


def test_later_finishes_the_step_without_a_choice(newcomer):
    for _ in range(2):
        choose_later(member=newcomer)

    assert (versions(), steps(newcomer)[-1], len(steps(newcomer))) == ([], "strengths", 6)


# --- the page


def test_an_unpaid_newcomer_chooses_and_goes_on(newcomer, signed_in):
    client, url = signed_in(newcomer), reverse("feedback:welcome_strengths")
    assert "4/4" in client.get(url).content.decode()
    answer = client.post(url, {"picks": KEYS[:3]})

    assert (answer.status_code, answer.url, versions()) == (302, reverse("members:welcome"), [(1, KEYS[:3])])
    assert "4/4" not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("then", "name"),
    [
        ("mirror", "feedback:mirror"),
        ("letters", "feedback:letters"),
        ("https://example.com", "members:welcome"),
        ("//example.com", "members:welcome"),
    ],
)
@pytest.mark.parametrize("data", [{"picks": KEYS[:1]}, {"later": "yes"}], ids=["chosen", "later"])
def test_afterwards_one_is_back_where_one_was(aki, signed_in, then, name, data):
    answer = signed_in(aki).post(reverse("feedback:welcome_strengths") + f"?then={then}", data)

    assert (answer.status_code, answer.url) == (302, reverse(name))


@pytest.mark.parametrize(
    "picks", [[], KEYS[:6], ["x"], ["\x00"], KEYS * 5], ids=["none", "six", "unknown", "nul", "all"]
)
def test_bad_choices_are_shown_again(aki, signed_in, picks):
    answer = signed_in(aki).post(reverse("feedback:welcome_strengths"), {"picks": picks})

    assert (answer.status_code, list(answer.context["form"].errors), versions()) == (422, ["picks"], [])


def test_the_question_comes_back_before_the_first_letter_and_only_then(aki, mio, signed_in):
    client = signed_in(aki)
    letters = [make_letter(mio, aki, make_evening([[aki, mio]])) for _ in range(2)]

    def asks(letter):
        return client.get(reverse("feedback:letter", args=[letter.pk])).context.get("asks")

    assert asks(letters[0]) is True
    client.post(reverse("feedback:open_letter", args=[letters[0].pk]))
    assert asks(letters[1]) is False


def test_who_has_chosen_is_not_asked(aki, mio, signed_in):
    choose_own_strengths(member=aki, picks=KEYS[:1], now=NOW)
    letter = make_letter(mio, aki, make_evening([[aki, mio]]))

    assert signed_in(aki).get(reverse("feedback:letter", args=[letter.pk])).context["asks"] is False
