"""Roles are given and ended on a page, by owners, with a reason; the site always keeps an owner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from members.accounts.access import access_of, what_roles_can
from members.accounts.choices import Role
from members.accounts.rules import ROLES_FOR, Access, Reader, why_not_open
from members.desk import flows
from members.desk.choices import Purpose, StaffAct
from members.desk.limits import ROLES
from members.desk.rules import NoAct, NoRoleChange, RoleWish, why_not_act, why_not_end, why_not_grant
from members.models import AuditEntry, RoleGrant, Suspension
from tests import factories

WHY = "来月から、会の進行をお願いします。"
TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (RoleWish(False, True, None), None),
        (RoleWish(False, True, TODAY), None),
        (RoleWish(False, True, TODAY - timedelta(days=1)), NoRoleChange.DAY_PAST),
        (RoleWish(False, True, TODAY + ROLES.longest), None),
        (RoleWish(False, True, TODAY + ROLES.longest + timedelta(days=1)), NoRoleChange.DAY_FAR),
        (RoleWish(True, True, None), NoRoleChange.HELD_ALREADY),
        (RoleWish(False, False, None), NoRoleChange.NOT_IN_STANDING),
    ],
)
def test_why_not_give(wish, reason):
    assert why_not_grant(wish, TODAY) == reason


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_held": True, "role": Role.HOST, "owners_left": 0}, None),
        ({"is_held": True, "role": Role.OWNER, "owners_left": 1}, None),
        ({"is_held": True, "role": Role.OWNER, "owners_left": 0}, NoRoleChange.LAST_OWNER),
        ({"is_held": False, "role": Role.OWNER, "owners_left": 0}, NoRoleChange.NOT_HELD),
    ],
)
def test_why_not_end(facts, reason):
    assert why_not_end(**facts) == reason


def opened(member, staff):
    flows.look(member=member, by=staff, purpose=Purpose.CORRECTION, now=timezone.now())
    return member


def give(browser, member, **sent):
    url = reverse("members:desk_grant_role", args=[member.pk])
    return browser.post(url, {"role": "host", "last_day": "", "why": WHY, **sent})


def take(browser, member, role, why=WHY):
    return browser.post(reverse("members:desk_end_role", args=[member.pk, role]), {"why": why})


def test_an_owner_gives_and_ends_a_role(aki, sora, signed_in):
    opened(aki, sora)
    browser = signed_in(sora)
    assert give(browser, aki).status_code == 302
    assert signed_in(aki).get(reverse("events:new")).status_code == 200
    assert take(browser, aki, "host").status_code == 302
    assert signed_in(aki).get(reverse("events:new")).status_code == 404

    assert [note.act for note in aki.staff_notes.order_by("pk")] == [StaffAct.GRANT_ROLE, StaffAct.END_ROLE]
    lines = AuditEntry.objects.filter(verb__in=["grant-role", "end-role"], by=sora).order_by("pk")
    assert [(line.verb, line.why) for line in lines] == [("grant-role", "host"), ("end-role", "host")]


@pytest.mark.parametrize(
    "sent", [{"why": ""}, {"why": "短"}, {"role": "king"}, {"role": ""}, {"last_day": "2020-01-01"}, {"last_day": "x"}]
)
def test_bad_input_gives_no_role_and_loses_nothing(aki, sora, signed_in, sent):
    opened(aki, sora)
    answer = give(signed_in(sora), aki, **sent)
    assert answer.status_code == 422
    assert not aki.role_grants.exists()
    assert sent.get("why", WHY) in answer.content.decode()


def test_a_suspended_member_gets_no_role(aki, sora, signed_in):
    now = timezone.now()
    Suspension.objects.create(member=aki, imposed_by=sora, reason="理由", starts_at=now, until=now + timedelta(days=1))
    opened(aki, sora)
    assert give(signed_in(sora), aki).status_code == 422
    assert not aki.role_grants.exists()


def test_the_last_owner_stays(sora, signed_in):
    opened(sora, sora)
    assert take(signed_in(sora), sora, "owner").status_code == 422
    other = factories.make_member("のぞみ", roles=(Role.OWNER,))
    assert take(signed_in(sora), sora, "owner").status_code == 302
    assert [grant.member for grant in RoleGrant.objects.live().filter(role=Role.OWNER)] == [other]


def test_a_role_ends_after_its_last_day(aki, sora):
    now = timezone.now()
    flows.grant_role(member=aki, role=Role.HOST, by=sora, last_day=timezone.localdate(now), now=now)
    assert flows.end_due_roles(now=now) == 0
    assert flows.end_due_roles(now=now + timedelta(days=1)) == 1
    assert flows.end_due_roles(now=now + timedelta(days=1)) == 0
    assert not aki.role_grants.live().exists()
    assert AuditEntry.objects.filter(verb="end-role", by=None).count() == 1


def test_ending_a_host_shows_the_evenings_that_need_care(ren, sora, signed_in):
    event = factories.make_event(ren, title="星の夜")
    opened(ren, sora)
    browser = signed_in(sora)
    page = browser.get(reverse("members:desk_end_role", args=[ren.pk, "host"])).content.decode()
    assert "星の夜" in page
    assert reverse("events:hand_over", args=[event.pk]) in page
    other = browser.get(reverse("members:desk_end_role", args=[ren.pk, "moderator"])).content.decode()
    assert "星の夜" not in other


def test_the_page_of_roles_names_holders_and_what_each_may_do(aki, fumi, kai, sora, signed_in):
    page = signed_in(sora).get(reverse("members:desk_roles")).content.decode()
    assert all(name in page for name in ("ふみ", "かい", "そら", "報告を読み、決める", "お振り込みを確かめて"))
    assert "あき" not in page


def staff_pages(resolver=None):
    for part in (resolver or get_resolver()).url_patterns:
        if hasattr(part, "url_patterns"):
            yield from staff_pages(part)
        elif (access := access_of(part.callback, part.name)) in ROLES_FOR:
            yield part.name, access, str(getattr(part.callback, "can", ""))


def test_every_page_of_the_staff_says_what_can_be_done_there():
    pages = list(staff_pages())
    assert len(pages) > 50
    assert [name for name, _, can in pages if not can] == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_what_is_said_of_a_role_is_what_opens_to_it(role):
    reader = Reader(signed_in=True, roles=frozenset({role.value}))
    opens = {can for _, access, can in staff_pages() if why_not_open(access, reader) is None}
    assert set(what_roles_can()[role.value]) == opens


def test_only_owners_have_what_is_for_owners():
    only = {can for _, access, can in staff_pages() if access == Access.OWNER}
    assert only <= set(what_roles_can()[Role.OWNER.value])
    assert not any(only & set(words) for role, words in what_roles_can().items() if role != Role.OWNER.value)


def test_an_analyst_reads_figures_and_nothing_else_of_the_staff():
    analyst = Reader(signed_in=True, roles=frozenset({Role.ANALYST.value}))
    assert {name for name, access, _ in staff_pages() if why_not_open(access, analyst) is None} == {"numbers"}


def test_an_analyst_finds_the_figures(signed_in, db):
    analyst = factories.make_member("つき", roles=(Role.ANALYST,))
    browser = signed_in(analyst)
    assert f'href="{reverse("feedback:numbers")}"' in browser.get(reverse("events:events")).content.decode()
    page = browser.get(reverse("feedback:numbers")).content.decode()
    assert reverse("feedback:cases") not in page
    assert reverse("members:desk_members") not in page


@pytest.mark.parametrize("flaw", ["last day", "suspended", "account shut"])
def test_an_owner_who_will_not_stay_is_no_other_owner(sora, signed_in, flaw):
    now = timezone.now()
    other = factories.make_member("のぞみ", roles=(Role.OWNER,))
    if flaw == "last day":
        other.role_grants.update(last_day=timezone.localdate(now) + timedelta(days=1))
    if flaw == "suspended":
        Suspension.objects.create(member=other, imposed_by=sora, reason="理由", starts_at=now)
    if flaw == "account shut":
        other.is_active = False
        other.save()
    opened(sora, sora)
    assert take(signed_in(sora), sora, "owner").status_code == 422


def test_the_day_of_the_last_owner_does_not_come(sora):
    now = timezone.now()
    sora.role_grants.update(last_day=timezone.localdate(now))
    assert flows.end_due_roles(now=now + timedelta(days=2)) == 0
    assert sora.role_grants.live().exists()


@pytest.mark.parametrize(
    ("is_oneself", "of", "by", "reason"),
    [
        (False, set(), {Role.DESK}, None),
        (False, {Role.HOST}, {Role.DESK}, None),
        (True, {Role.DESK}, {Role.DESK}, NoAct.ONESELF),
        (False, {Role.MODERATOR}, {Role.DESK}, NoAct.ONLY_OWNER),
        (False, {Role.OWNER}, {Role.DESK}, NoAct.ONLY_OWNER),
        (False, {Role.OWNER}, {Role.OWNER}, None),
        (True, {Role.OWNER}, {Role.OWNER}, None),
    ],
)
def test_why_not_act(is_oneself, of, by, reason):
    roles = {"of": frozenset(of), "by": frozenset(by)}
    assert why_not_act(is_oneself=is_oneself, **roles) == reason
