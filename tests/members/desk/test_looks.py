"""The page of a member opens for a purpose, for a while, and the member reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import get_resolver, reverse
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.desk import flows
from members.desk.choices import Purpose
from members.desk.limits import LOOKS
from members.desk.rules import NoLook, is_open, why_not_look
from members.models import AuditEntry, Look
from tests import factories

NOW = timezone.now()


@pytest.mark.parametrize(
    ("purpose", "words", "reason"),
    [
        (Purpose.QUESTION, "", None),
        (Purpose.SAFETY, "", None),
        ("", "", NoLook.PURPOSE_UNSAID),
        ("curious", "見たいです", NoLook.PURPOSE_UNSAID),
        (Purpose.OTHER, "", NoLook.PURPOSE_UNSAID),
        (Purpose.OTHER, "   ん   ", NoLook.PURPOSE_UNSAID),
        (Purpose.OTHER, "監査です", None),
    ],
)
def test_why_not_look(purpose, words, reason):
    assert why_not_look(purpose, words) == reason


@pytest.mark.parametrize(
    ("ago", "expected"),
    [(timedelta(), True), (LOOKS.open_for - timedelta(microseconds=1), True), (LOOKS.open_for, False)],
)
def test_a_look_lasts_for_a_while(ago, expected):
    assert is_open(NOW - ago, NOW) == expected
    assert not is_open(NOW + timedelta(microseconds=1), NOW)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ((Role.DESK,), Role.DESK),
        ((Role.MODERATOR,), Role.MODERATOR),
        ((Role.OWNER,), Role.OWNER),
        ((Role.OWNER, Role.DESK), Role.OWNER),
        ((Role.DESK, Role.MODERATOR), Role.MODERATOR),
    ],
)
def test_a_look_leaves_who_in_which_role_why_and_when(aki, roles, role):
    staff = factories.make_member("担当者", roles=roles)
    flows.look(member=aki, by=staff, purpose=Purpose.OTHER, words=" 監査の\nため ", now=NOW)

    look = Look.objects.get()
    assert (look.member, look.by, look.role, look.purpose, look.words, look.at) == (
        *(aki, staff, role, Purpose.OTHER, "監査の ため", NOW),
    )
    line = AuditEntry.objects.get(verb="look")
    assert (line.by, line.object_type, line.object_id, line.why) == (staff, "members.user", aki.pk, "other")


def test_an_open_look_is_the_same_one_and_a_later_one_is_another(aki, fumi):
    first = flows.look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    assert flows.look(member=aki, by=fumi, purpose=Purpose.PAYMENT, now=NOW + timedelta(minutes=1)) == first
    assert flows.look(member=aki, by=fumi, purpose=Purpose.PAYMENT, now=NOW + LOOKS.open_for) != first


def pages_of_a_member():
    found = []
    for part in get_resolver().url_patterns:
        for pattern in getattr(part, "url_patterns", []):
            if str(pattern.pattern).startswith("desk/members/<person:"):
                found.append(f"{part.namespace}:{pattern.name}")
    assert len(found) > 5
    return found


@pytest.mark.parametrize("name", pages_of_a_member())
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_of_a_member_opens_without_a_look(aki, sora, signed_in, name, method):
    """Whatever stands below the address of a member: without a look it shows nothing and does nothing."""
    more = {"members:desk_end_role": {"role": "host"}, "events:correct_attendance": {"pk": 1}}.get(name, {})
    url, browser = reverse(name, kwargs={"person_pk": aki.pk, **more}), signed_in(sora)
    answer = getattr(browser, method)(url)
    if answer.status_code not in {302, 405}:
        assert name == "members:desk_member"
        assert aki.email not in answer.content.decode()
        assert answer.templates[0].name == "members/desk/look.html"
    assert not Look.objects.exists()


def test_a_look_of_another_or_of_yesterday_opens_nothing(aki, mio, fumi, sora, signed_in):
    flows.look(member=aki, by=sora, purpose=Purpose.QUESTION, now=timezone.now())
    flows.look(member=mio, by=fumi, purpose=Purpose.QUESTION, now=timezone.now())
    flows.look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=timezone.now() - LOOKS.open_for)
    assert aki.email not in signed_in(fumi).get(reverse("members:desk_member", args=[aki.pk])).content.decode()


def test_the_way_to_the_page_and_what_the_member_reads_of_it(aki, fumi, signed_in):
    browser, url = signed_in(fumi), reverse("members:desk_member", args=[aki.pk])
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {"purpose": "other", "words": ""}).status_code == 422
    page = browser.post(url, {"purpose": "question", "words": ""}, follow=True).content.decode()
    assert aki.email in page

    mine = signed_in(aki).get(reverse("members:looks")).content.decode()
    assert "ふみ" in mine
    assert "会費の窓口" in mine
    assert "ご本人からのお問い合わせ" in mine


def test_an_act_is_refused_once_the_look_is_over(aki, fumi, signed_in):
    """The page was left open over lunch."""
    flows.look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    with pytest.raises(Refused) as refused:
        flows.write_note(member=aki, by=fumi, words="電話で確認しました。", now=NOW + LOOKS.open_for)
    assert refused.value.reason == NoLook.NOT_OPEN
    with time_machine.travel(timezone.now() + LOOKS.open_for, tick=True):
        answer = signed_in(fumi).post(reverse("members:desk_note", args=[aki.pk]), {"words": "電話で確認しました。"})
    assert answer.status_code == 302
    assert not aki.staff_notes.exists()
