"""The pledge and the welcome steps: saved, left, resumed, changed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from members.entrance import flows
from members.entrance.rules import PLEDGE_VERSION, Step, is_consistent, next_undone
from members.models import AuditEntry, PledgeAcceptance
from tests import factories

WORK = {
    "called_name": "はな",
    "work_status": "employed",
    "industry": "E",
    "industry_group": "09",
    "occupation": "02",
    "years_at_company": "10-19",
}
PREFERENCES = {
    "length": "60",
    "group_size": "4",
    "camera": "off",
    "listening": "listen",
    "time_bands": ["weekday-evening", "weekend-morning"],
}


@pytest.fixture
def hana(db):
    return factories.make_account("はな", pledged=False)


@pytest.fixture
def browser(signed_in, hana):
    return signed_in(hana)


def steps_done(member) -> list[str]:
    member.profile.refresh_from_db()
    return member.profile.steps_done


# --- rules


@pytest.mark.parametrize(
    ("done", "after", "step"),
    [
        ([], "", Step.PLEDGE),
        (["pledge"], "", Step.WORK),
        (["pledge", "themes"], "", Step.WORK),
        (["pledge", "themes"], "work", Step.REASON),
        (["pledge", "themes", "reason"], "work", Step.PREFERENCES),
        (["pledge", "work", "themes", "reason", "preferences"], "", Step.STRENGTHS),
        (["pledge"], "strengths", None),
        (["pledge"], "nonsense", Step.WORK),
        ([step.value for step in Step], "", None),
    ],
)
def test_next_undone_step(done, after, step):
    assert next_undone(done, after=after) == step


@pytest.mark.parametrize(
    ("industry", "group", "consistent"),
    [("E", "09", True), ("E", "", True), ("", "", True), ("G", "09", False), ("", "09", False), ("E", "zz", False)],
)
def test_group_belongs_to_its_division(industry, group, consistent):
    assert is_consistent(industry, group, {"09": "E", "39": "G"}) is consistent


# --- pages


def test_the_pledge_is_stored_with_version_and_time(browser, hana):
    answer = browser.post(reverse("members:pledge"), {"accepted": "on"})
    assert answer.url == reverse("members:welcome")
    acceptance = PledgeAcceptance.objects.get(member=hana)
    assert (acceptance.version, acceptance.accepted_at <= timezone.now()) == (PLEDGE_VERSION, True)
    assert steps_done(hana) == ["pledge"]
    browser.post(reverse("members:pledge"), {"accepted": "on"})
    assert PledgeAcceptance.objects.get(member=hana) == acceptance
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["accept-pledge"]


def test_the_pledge_wants_its_tick(browser, hana):
    answer = browser.post(reverse("members:pledge"))
    assert answer.status_code == 422
    assert "入力を確かめてください" in answer.content.decode()
    assert steps_done(hana) == []


def test_the_whole_way(browser, hana):
    assert browser.get(reverse("members:welcome")).url == reverse("members:pledge")
    browser.post(reverse("members:pledge"), {"accepted": "on"})
    assert browser.get(reverse("members:welcome")).url == reverse("members:welcome_work")
    answer = browser.post(reverse("members:welcome_work"), WORK, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("members:welcome_themes")
    answer = browser.post(reverse("members:welcome_themes"), {"themes": ["fit", "care"]}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("members:welcome_reason")
    answer = browser.post(reverse("members:welcome_reason"), {}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("members:welcome_preferences")
    browser.post(reverse("members:welcome_preferences"), PREFERENCES)
    assert steps_done(hana) == ["pledge", "work", "themes", "reason", "preferences"]
    profile = hana.profile
    assert {name: getattr(profile, name) for name in WORK} == WORK
    assert {name: getattr(profile, name) for name in PREFERENCES} == PREFERENCES
    assert {row.theme for row in profile.theme_rows.all()} == {"fit", "care"}
    flows.finish_step(member=hana, step=Step.STRENGTHS)
    assert browser.get(reverse("members:welcome")).url == reverse("members:plans")


def test_the_page_of_themes_says_that_choosing_some_is_a_consent(signed_in, aki):
    html = signed_in(aki).get(reverse("members:welcome_themes")).content.decode()
    assert "選ぶことで、お預かりに同意いただいたことになります" in html
    assert reverse("members:privacy") in html


def test_a_paid_member_ends_at_the_events(signed_in, aki):
    assert signed_in(aki).get(reverse("members:welcome")).url == reverse("events:events")


def test_a_step_can_be_left_and_comes_back(browser, hana):
    flows.accept_pledge(member=hana, now=timezone.now())
    page = browser.get(reverse("members:welcome_work"))
    later = reverse("members:welcome") + "?after=work"
    assert later in page.content.decode()
    assert browser.get(later).url == reverse("members:welcome_themes")
    assert browser.get(reverse("members:welcome")).url == reverse("members:welcome_work")


def test_an_answer_is_changed_from_the_account_page(browser, hana):
    flows.accept_pledge(member=hana, now=timezone.now())
    browser.post(reverse("members:welcome_themes"), {"themes": ["fit", "care"]})
    page = browser.get(reverse("members:welcome_themes"))
    assert set(page.context["form"]["themes"].value()) == {"fit", "care"}
    answer = browser.post(reverse("members:welcome_themes"), {"undecided": "on"})
    assert answer.url == reverse("members:account")
    hana.profile.refresh_from_db()
    assert (hana.profile.theme_rows.count(), hana.profile.themes_undecided) == (0, True)


def test_private_themes_bring_people_together_only_when_asked_for(browser, hana):
    browser.post(reverse("members:welcome_themes"), {"themes": ["care"]})
    hana.profile.refresh_from_db()
    assert not hana.profile.private_themes_match

    browser.post(reverse("members:welcome_themes"), {"themes": ["care"], "private_themes_match": "on"})
    hana.profile.refresh_from_db()
    assert hana.profile.private_themes_match
    assert browser.get(reverse("members:welcome_themes")).context["form"]["private_themes_match"].value() is True


def test_not_working_needs_no_industry(browser, hana):
    browser.post(reverse("members:welcome_work"), {"called_name": "はな", "work_status": "caring"})
    hana.profile.refresh_from_db()
    assert (hana.profile.work_status, hana.profile.industry, hana.profile.occupation) == ("caring", "", "")
    assert steps_done(hana) == ["work"]


def test_introverts_defaults_are_preset(browser):
    form = browser.get(reverse("members:welcome_preferences")).context["form"]
    assert {name: form[name].value() for name in form.fields} == {
        "length": "60",
        "group_size": "4",
        "camera": "either",
        "listening": "either",
        "time_bands": [],
    }


def test_sensitive_themes_carry_the_lock(browser):
    page = browser.get(reverse("members:welcome_themes")).content.decode()
    assert page.count("（名前といっしょには出ません）") == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"called_name": ""}, "called_name", id="no name"),
        pytest.param({"called_name": "あ" * 31}, "called_name", id="overlong name"),
        pytest.param({"called_name": "は\x00な"}, "called_name", id="NUL"),
        pytest.param({"called_name": "は\u202eな"}, "called_name", id="turned text"),
        pytest.param({"work_status": ""}, "work_status", id="no status"),
        pytest.param({"work_status": "king"}, "work_status", id="invented status"),
        pytest.param({"industry": "Z"}, "industry", id="invented industry"),
        pytest.param({"industry_group": "39"}, "industry_group", id="group of another division"),
        pytest.param({"industry": "", "industry_group": "09"}, "industry_group", id="group without division"),
        pytest.param({"occupation": "99"}, "occupation", id="invented occupation"),
        pytest.param({"years_at_company": "7"}, "years_at_company", id="invented years"),
    ],
)
def test_bad_work_answers_are_shown_again_as_typed(browser, hana, changes, field):
    typed = {**WORK, **changes}
    answer = browser.post(reverse("members:welcome_work"), typed)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert field in form.errors
    assert {name: form[name].value() for name in typed} == typed
    assert steps_done(hana) == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"themes": ["fit", "stuck", "change", "plateau", "learn", "place"]}, id="six"),
        pytest.param({"themes": ["fit", "nonsense"]}, id="invented"),
        pytest.param({"themes": ["fit"], "undecided": "on"}, id="both"),
    ],
)
def test_bad_themes_save_nothing(browser, hana, data):
    assert browser.post(reverse("members:welcome_themes"), data).status_code == 422
    assert not hana.profile.theme_rows.exists()


def test_a_theme_named_twice_counts_once(browser, hana):
    browser.post(reverse("members:welcome_themes"), {"themes": ["fit", "fit"]})
    assert [row.theme for row in hana.profile.theme_rows.all()] == ["fit"]


@pytest.mark.parametrize("name", ["welcome", "pledge", "welcome_work", "welcome_themes", "welcome_preferences"])
def test_visitors_sign_in_first(client, name):
    answer = client.get(reverse(f"members:{name}"))
    assert answer.url.startswith(reverse("account_login"))


def test_one_member_never_writes_anothers_answers(browser, hana, mio):
    browser.post(reverse("members:welcome_work"), {**WORK, "member": mio.pk, "steps_done": "strengths"})
    mio.profile.refresh_from_db()
    assert mio.profile.called_name == "みお"
    assert steps_done(hana) == ["work"]
