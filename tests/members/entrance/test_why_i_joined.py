"""Why somebody joined: asked once, gently; read by their groups where they allow it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from events.models import Attendance
from members.models import JudgedText, Profile
from tests.factories import make_event, make_registration, sit_together

REASON = reverse("members:welcome_reason")


def profile_of(member) -> Profile:
    return Profile.objects.get(member=member)


@pytest.fixture
def evening(aki, mio, ren):
    event = make_event(ren)
    for member in (aki, mio):
        registration = make_registration(event, member)
        Attendance.objects.create(registration=registration, presence="present", recorded_at=event.starts_at)
    sit_together(event, aki, mio)
    return event


def test_it_can_be_passed_over(mio, signed_in):
    Profile.objects.update(steps_done=["pledge", "work", "themes"])
    answer = signed_in(mio).post(REASON, {})
    assert answer.url == reverse("members:welcome") + "?after=reason"
    kept = profile_of(mio)
    assert (kept.join_reasons, kept.joined_because, kept.visibility) == ([], "", {"join_reasons": "nobody"})


@pytest.mark.parametrize("allows", [True, False])
def test_a_group_reads_it_where_that_was_allowed(aki, mio, evening, signed_in, allows):
    told = {"reasons": ["one-firm", "words"], "words": "外の空気を吸いたくて。"}
    signed_in(mio).post(REASON, {**told, "shows_to_groups": "on"} if allows else told)

    page = signed_in(aki).get(reverse("events:group", args=[evening.pk])).content.decode()
    assert [words in page for words in ("外を知りたくなった", "外の空気を吸いたくて。")] == [allows, allows]
    assert ("/report/" in page) == allows
    stranger = signed_in(evening.host).get(reverse("events:desk", args=[evening.pk])).content.decode()
    assert "外の空気を吸いたくて。" not in stranger


def test_a_choice_made_on_the_page_of_ones_card_stands_here_too(mio, signed_in):
    browser = signed_in(mio)
    browser.post(REASON, {"reasons": ["next"], "shows_to_groups": "on"})
    assert browser.get(REASON).context["form"]["shows_to_groups"].value() is True
    form = browser.get(reverse("members:card")).context["form"]
    answers = {name: form[name].value() for name in form.fields if name.endswith("_seen_by")}
    browser.post(reverse("members:card"), {**answers, "join_reasons_seen_by": "nobody"})
    assert browser.get(REASON).context["form"]["shows_to_groups"].value() is False
    assert profile_of(mio).join_reasons == ["next"]


def test_words_are_looked_at_like_all_that_others_read(mio, signed_in):
    browser = signed_in(mio)
    answer = browser.post(REASON, {"words": "くわしくは 090-1234-5678 まで"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["words"])
    assert "090-1234-5678" in answer.content.decode()
    answer = browser.post(REASON, {"words": "くわしくは 090-1234-5679 まで"}, follow=True)
    assert "運営が先に目を通します" in answer.content.decode()
    assert (profile_of(mio).joined_because, JudgedText.objects.get().kind) == ("", "reason")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reasons": ["next", "words", "nudged"]}, "reasons"),
        ({"words": "あ" * 81}, "words"),
        ({"reasons": ["x"]}, "reasons"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(mio, signed_in, typed, field):
    answer = signed_in(mio).post(REASON, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
