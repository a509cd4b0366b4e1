"""A letter on the anniversary of a meeting: once a year, to both ends of a tie that holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from feedback.models import Acquaintance, Tie
from feedback.ties.choices import ANNIVERSARY_MAIL
from feedback.ties.flows.anniversary import tell_anniversaries, tell_anniversary
from feedback.ties.rules.anniversary import anniversary_in, days_to_look_at, years_to_tell
from kouryu.clock import TOKYO
from members.mail.flows.preferences import switch_off, take_rest
from members.models import Block, OutgoingMail, Suspension, User
from tests.factories import make_evening, make_letter, make_member

MET = datetime(2025, 11, 20, 19, 0, tzinfo=TOKYO)
NOW = DAY = datetime(2026, 11, 20, 8, 0, tzinfo=TOKYO)
WITHIN = timedelta(days=3)


@pytest.mark.parametrize(
    ("year", "met_on", "expected"),
    [
        (2026, date(2025, 11, 20), date(2026, 11, 20)),
        (2025, date(2024, 2, 29), date(2025, 2, 28)),
        (2028, date(2024, 2, 29), date(2028, 2, 29)),
    ],
)
def test_the_day_of_the_year(year, met_on, expected):
    assert anniversary_in(year, met_on) == expected


@pytest.mark.parametrize(
    ("met_at", "now", "expected"),
    [
        (MET, DAY - timedelta(seconds=1), None),
        (MET, DAY, 1),
        (MET, DAY + WITHIN - timedelta(seconds=1), 1),
        (MET, DAY + WITHIN, None),
        (MET, MET + timedelta(days=1), None),
        (MET, DAY.replace(year=2030), 5),
        (datetime(2025, 12, 31, 23, tzinfo=TOKYO), datetime(2027, 1, 1, 12, tzinfo=TOKYO), 1),
        (datetime(2024, 2, 29, 20, tzinfo=TOKYO), datetime(2025, 2, 28, 9, tzinfo=TOKYO), 1),
        (datetime(2024, 2, 29, 20, tzinfo=TOKYO), datetime(2028, 2, 28, 9, tzinfo=TOKYO), None),
        (datetime(2024, 2, 29, 20, tzinfo=TOKYO), datetime(2028, 2, 29, 9, tzinfo=TOKYO), 4),
    ],
)
def test_when_it_is_told(met_at, now, expected):
    assert years_to_tell(met_at, now, within=WITHIN) == expected


def test_no_anniversary_is_overlooked_by_the_first_look():
    """Every meeting of four years, at every morning of its anniversaries."""
    missed = []
    for number in range(4 * 365 + 1):
        met_on = date(2024, 1, 1) + timedelta(days=number)
        now = datetime.combine(anniversary_in(2029, met_on), DAY.time(), TOKYO)
        for days in range(WITHIN.days):
            if (met_on.month, met_on.day) not in days_to_look_at(now + timedelta(days=days), within=WITHIN):
                missed.append(met_on)
    assert missed == []


@pytest.fixture
def tie(aki, mio) -> Tie:
    Acquaintance.objects.create(first=aki, second=mio, state=1, met_at=MET, latest_at=MET, times=1)
    return Tie.objects.create(first=aki, second=mio, formed_at=MET + timedelta(days=40))


def told() -> set[tuple[int, str]]:
    mails = OutgoingMail.objects.filter(kind=ANNIVERSARY_MAIL)
    return {(mail.to_id, mail.subject) for mail in mails}


def test_both_are_told_once_a_year_without_a_name(tie):
    for hours in (0, 0, 5, 30):
        tell_anniversaries(DAY + timedelta(hours=hours))
    assert told() == {(tie.first_id, "出会って、一年になりました"), (tie.second_id, "出会って、一年になりました")}
    assert OutgoingMail.objects.count() == 2
    assert "みお" not in OutgoingMail.objects.get(to=tie.first).text
    tell_anniversaries(DAY.replace(year=2027))
    assert OutgoingMail.objects.count() == 4


@pytest.mark.parametrize("why", ["ended", "blocked", "blocked back", "left", "suspended", "only met"])
def test_nobody_is_told_of_who_is_gone_or_kept_apart(tie, why):
    if why == "ended":
        Tie.objects.update(ended_at=DAY)
    if why.startswith("blocked"):
        pair = (tie.first, tie.second) if why == "blocked" else (tie.second, tie.first)
        Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=DAY)
    if why == "left":
        User.objects.filter(pk=tie.second_id).update(is_active=False)
    if why == "suspended":
        Suspension.objects.create(member=tie.second, starts_at=MET, reason="…")
    if why == "only met":
        Tie.objects.all().delete()
    tell_anniversaries(DAY)
    assert told() == set()


def test_a_tie_that_ended_after_the_sweep_looked_is_not_told(tie):
    Tie.objects.update(ended_at=DAY)
    assert tell_anniversary(member_id=tie.first_id, tie_id=tie.pk, now=DAY) is False


def test_who_rests_or_switched_it_off_is_left_alone_and_the_other_is_told(tie):
    take_rest(by=tie.first, now=DAY)
    tell_anniversaries(DAY)
    assert {member for member, _ in told()} == {tie.second_id}
    switch_off(member_id=tie.second_id, kind=ANNIVERSARY_MAIL, now=DAY)
    tell_anniversaries(DAY.replace(year=2027))
    assert len(told()) == 1


def test_the_page_shows_what_both_know_and_only_to_the_two(tie, kai, signed_in):
    evening = make_evening([[tie.first, tie.second]], now=MET, state="closed")
    make_letter(tie.second, tie.first, evening)
    make_evening([[tie.first, make_member()], [tie.second, make_member()]], now=MET, state="closed", title="別々の組")
    page = signed_in(tie.first).get(reverse("feedback:together", args=[tie.second_id])).content.decode()
    assert "2025年11月20日" in page
    assert (evening.title in page, "別々の組" in page, "みおさんから届いたことば" in page) == (True, False, True)
    assert signed_in(kai).get(reverse("feedback:together", args=[tie.second_id])).status_code == 404
    Tie.objects.update(ended_at=DAY)
    assert signed_in(tie.first).get(reverse("feedback:together", args=[tie.second_id])).status_code == 404
