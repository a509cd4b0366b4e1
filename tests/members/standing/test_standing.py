"""Suspending a member, letting them in again, and what they see meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.accounts.rules import MemberStanding
from members.entrance.backend import MemberBackend
from members.models import AuditEntry, OutgoingMail, Suspension, User
from members.standing.flows import lift, suspend
from members.standing.queries import standing_of, with_standing
from members.standing.rules import Lifting, NoSuspension, SuspensionProposal, why_not_lift, why_not_suspend
from tests import factories

REASON = "会のあとに、断った方を何度も勧誘していたためです。"
NOW = timezone.now()
IN_A_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def yui(db):
    """A second moderator."""
    return factories.make_member("ゆい", roles=(Role.MODERATOR,))


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        pytest.param(SuspensionProposal(False, IN_A_WEEK, REASON), None, id="readable reason and an end"),
        pytest.param(SuspensionProposal(True, IN_A_WEEK, REASON), NoSuspension.ONESELF, id="oneself"),
        pytest.param(
            SuspensionProposal(False, IN_A_WEEK, REASON, only_owner=True), NoSuspension.ONLY_OWNER, id="for an owner"
        ),
        pytest.param(SuspensionProposal(False, NOW, REASON), NoSuspension.UNTIL_PAST, id="ends at this moment"),
        pytest.param(SuspensionProposal(False, NOW + timedelta(days=366), REASON), None, id="a leap year at most"),
        pytest.param(
            SuspensionProposal(False, NOW + timedelta(days=367), REASON), NoSuspension.UNTIL_FAR, id="more than a year"
        ),
        pytest.param(
            SuspensionProposal(False, IN_A_WEEK, "勧誘" + " " * 20), NoSuspension.REASON_SHORT, id="blank reason"
        ),
        pytest.param(SuspensionProposal(False, IN_A_WEEK, "あ" * 9), NoSuspension.REASON_SHORT, id="nine characters"),
        pytest.param(SuspensionProposal(False, IN_A_WEEK, "あ" * 10), None, id="ten characters"),
    ],
)
def test_why_not_suspend(proposal, expected):
    assert why_not_suspend(proposal, NOW) == expected


def test_suspending_keeps_the_reason_and_leaves_an_audit_line(aki, kai):
    suspension = suspend(member=aki, until=IN_A_WEEK, reason=f" {REASON} ", by=kai, now=NOW)

    assert (suspension.starts_at, suspension.until, suspension.reason) == (NOW, IN_A_WEEK, REASON)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "object_type", "object_id", "fields")) == [
        ("suspend", kai.pk, "members.user", aki.pk, ["reason", "until"])
    ]


def test_a_later_suspension_takes_the_place_of_the_open_one(aki, kai):
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=NOW)
    later = NOW + timedelta(days=1)

    suspend(member=aki, until=later + timedelta(days=30), reason=REASON, by=kai, now=later)

    assert list(Suspension.objects.order_by("starts_at").values_list("starts_at", "ended_at")) == [
        (NOW, later),
        (later, None),
    ]


def test_a_member_whose_suspension_ran_out_can_be_suspended_again(aki, kai):
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=NOW)
    much_later = NOW + timedelta(days=100)

    suspend(member=aki, until=much_later + timedelta(days=7), reason=REASON, by=kai, now=much_later)

    assert Suspension.objects.open_at(much_later).get().starts_at == much_later


def test_nobody_suspends_themselves(kai):
    with pytest.raises(Refused) as refused:
        suspend(member=kai, until=IN_A_WEEK, reason=REASON, by=kai, now=NOW)

    assert refused.value.reason == NoSuspension.ONESELF
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    ("of", "by", "refused"),
    [
        ("aki", "kai", False),
        ("ren", "kai", False),  # hosts and the desk are members like others here
        ("fumi", "kai", False),
        ("yui", "kai", True),
        ("sora", "kai", True),
        ("yui", "sora", False),
    ],
)
def test_whether_those_who_watch_are_put_out_or_let_in_is_for_an_owner(request, yui, sora, of, by, refused):
    member, staff = (request.getfixturevalue(name) for name in (of, by))
    acts = [
        lambda: suspend(member=member, until=IN_A_WEEK, reason=REASON, by=staff, now=NOW),
        lambda: lift(member=member, by=staff, reason=REASON, now=NOW),
    ]
    if refused:
        Suspension.objects.create(member=member, starts_at=NOW, until=IN_A_WEEK, reason=REASON)
    for act in acts:
        if refused:
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.reason == NoSuspension.ONLY_OWNER
        else:
            act()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(Lifting(True, False, REASON), None, id="a reason"),
        pytest.param(Lifting(False, False, REASON), NoSuspension.NOT_SUSPENDED, id="not suspended"),
        pytest.param(Lifting(True, True, REASON), NoSuspension.ONESELF, id="oneself"),
        pytest.param(Lifting(True, False, REASON, only_owner=True), NoSuspension.ONLY_OWNER, id="for an owner"),
        pytest.param(Lifting(True, False, "あ" * 9 + " " * 9), NoSuspension.LIFT_UNEXPLAINED, id="too short"),
    ],
)
def test_why_not_lift(facts, expected):
    assert why_not_lift(facts) == expected


def test_staff_let_a_member_in_again_on_a_page_that_keeps_the_reason(aki, kai, sora, signed_in):
    suspension = suspend(member=aki, until=timezone.now() + timedelta(days=7), reason=REASON, by=kai, now=NOW)
    page, browser = reverse("members:lift", args=[suspension.pk]), signed_in(sora)
    assert page in browser.get(reverse("members:suspensions")).content.decode()
    assert browser.get(page).status_code == 200

    short = browser.post(page, {"reason": "まちがい"})
    assert (short.status_code, "まちがい" in short.content.decode()) == (422, True)
    title = short.content.decode().split("<title>")[1].split("</title>")[0]
    assert title.count("エラー") == 1
    assert browser.post(page, {"reason": "別の方の行いを、取りちがえていました。"}).status_code == 302

    suspension.refresh_from_db()
    assert (suspension.lifted_by, suspension.lifted_because) == (sora, "別の方の行いを、取りちがえていました。")
    assert suspension.ended_at is not None
    assert AuditEntry.objects.get(verb="lift-suspension").by == sora
    assert OutgoingMail.objects.get().to == aki
    assert signed_in(aki).get(reverse("members:blocks")).status_code == 200
    assert browser.get(page).status_code == 404
    assert page not in browser.get(reverse("members:suspensions")).content.decode()


def test_lifting_ends_the_suspension_once(aki, kai, sora):
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=NOW)
    lift(member=aki, by=sora, reason=REASON, now=NOW + timedelta(hours=1))

    with pytest.raises(Refused) as refused:
        lift(member=aki, by=sora, reason=REASON, now=NOW + timedelta(hours=2))

    assert refused.value.reason == NoSuspension.NOT_SUSPENDED
    assert Suspension.objects.get().ended_at == NOW + timedelta(hours=1)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by")) == [
        ("suspend", kai.pk),
        ("lift-suspension", sora.pk),
    ]


def test_a_suspended_member_is_out_at_the_next_request_of_the_same_session(aki, kai, signed_in):
    browser = signed_in(aki)
    assert browser.get(reverse("members:blocks")).status_code == 200

    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=timezone.now())

    answer = browser.get(reverse("members:blocks"))
    assert (answer.status_code, answer.url) == (302, reverse("members:standing"))
    page = browser.get(answer.url)
    assert page.status_code == 200
    assert REASON in page.content.decode()
    # A menu whose every entry leads back here would only mock the reader.
    assert "<nav" not in page.content.decode().partition("<main")[0]


def test_a_form_sent_by_a_suspended_member_is_answered_with_the_reason(aki, kai, signed_in):
    browser = signed_in(aki)
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=timezone.now())

    answer = browser.post(reverse("members:unblock", args=[1]))

    assert answer.status_code == 403
    assert REASON in answer.content.decode()


def test_a_suspended_member_can_sign_out(aki, kai, signed_in):
    browser = signed_in(aki)
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=timezone.now())

    assert browser.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in browser.session


def test_a_suspension_that_ran_out_or_was_lifted_lets_the_member_in(aki, mio, kai, signed_in):
    long_ago = timezone.now() - timedelta(days=30)
    suspend(member=aki, until=long_ago + timedelta(days=7), reason=REASON, by=kai, now=long_ago)
    suspend(member=mio, until=IN_A_WEEK, reason=REASON, by=kai, now=timezone.now())
    lift(member=mio, by=kai, reason=REASON, now=timezone.now())

    for member in (aki, mio):
        assert signed_in(member).get(reverse("members:blocks")).status_code == 200


def test_the_standing_page_of_somebody_in_good_standing_shows_no_decision(aki, mio, kai, signed_in):
    suspend(member=mio, until=IN_A_WEEK, reason=REASON, by=kai, now=timezone.now())

    page = signed_in(aki).get(reverse("members:standing"))

    assert page.status_code == 200
    assert page.context["suspension"] is None


def test_the_standing_page_is_closed_to_visitors(client):
    answer = client.get(reverse("members:standing"))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_the_standing_of_a_member_costs_no_further_query(aki, kai, django_assert_num_queries):
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=NOW)

    with django_assert_num_queries(1):
        users = with_standing(User.objects.exclude(pk=kai.pk), timezone.now(), timezone.localdate())
        assert [standing_of(user).is_suspended for user in users] == [True]


def test_the_standing_is_one_value_of_paid_days_suspension_and_roles(aki, kai):
    suspend(member=aki, until=IN_A_WEEK, reason=REASON, by=kai, now=NOW)
    latest = max(aki.periods.values_list("ends_on", flat=True))
    stand = {user.pk: standing_of(user) for user in with_standing(User.objects.all(), NOW, timezone.localdate(NOW))}
    assert stand[aki.pk] == MemberStanding(latest, is_suspended=True, roles=frozenset())
    assert not stand[kai.pk].is_suspended
    assert stand[kai.pk].roles == {Role.MODERATOR}


def test_the_standing_counts_no_period_that_has_not_begun(aki):
    aki.periods.update(starts_on=timezone.localdate(NOW) + timedelta(days=1))
    [row] = with_standing(User.objects.filter(pk=aki.pk), NOW, timezone.localdate(NOW))
    assert standing_of(row).paid_until is None


def test_the_user_of_a_session_has_a_standing_and_another_row_has_none(aki, mio):
    assert MemberBackend().get_user(aki.pk).standing.roles == frozenset()
    assert User.objects.get(pk=mio.pk).standing is None


def test_roles_cost_a_query_only_where_nobody_said_that_there_are_none(aki, django_assert_num_queries):
    user, row = MemberBackend().get_user(aki.pk), User.objects.get(pk=aki.pk)
    with django_assert_num_queries(0):
        assert user.roles == frozenset()
    with django_assert_num_queries(1):
        assert row.roles == frozenset()


def test_nobody_but_the_standing_reads_its_columns():
    """They exist on some rows only: whoever wants to know asks for the value."""
    columns = ("standing_paid_until", "standing_suspended", "standing_has_role")
    root = Path(settings.BASE_DIR)
    homes = [root / "members/standing" / name for name in ("queries.py", "sql.py")]
    files = [file for app in ("members", "events", "feedback", "demo", "kouryu") for file in (root / app).rglob("*.py")]
    assert all(name in home.read_text() for name in columns for home in homes)
    found = [file.name for file in files if file not in homes and any(name in file.read_text() for name in columns)]
    assert found == []
