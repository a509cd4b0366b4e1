"""What stays with a member whose paid days are over: their own letters, mirror and notes, to be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from members.accounts.rules import Access, NoEntry, Reader, why_not_open
from members.models import Period
from tests import factories

KEPT = ["feedback:letters", "feedback:letters_given", "feedback:mirror", "feedback:take_home_notes", "events:notes"]
SHUT = [
    "events:events",
    "events:mine",
    "feedback:people",
    "feedback:network",
    "feedback:growth",
    "feedback:introductions",
]


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        (Reader(), NoEntry.NOT_SIGNED_IN),
        (Reader(signed_in=True), NoEntry.UNPAID),
        (Reader(signed_in=True, pledged=True), NoEntry.UNPAID),
        (Reader(signed_in=True, was_member=True), NoEntry.PLEDGE_MISSING),
        (Reader(signed_in=True, was_member=True, pledged=True), None),
        (Reader(signed_in=True, was_member=True, pledged=True, paid=True), None),
        (Reader(signed_in=True, was_member=True, pledged=True, suspended=True), NoEntry.SUSPENDED),
    ],
)
def test_who_reads_what_is_kept(reader, reason):
    assert why_not_open(Access.KEPT, reader) == reason


@pytest.fixture
def lapsed(aki):
    """A member with a letter, whose days and days of grace are over."""
    ended = timezone.localdate() - timedelta(days=settings.GRACE_DAYS)
    Period.objects.filter(member=aki).update(starts_on=ended - timedelta(days=100), ends_on=ended)
    return aki


@pytest.fixture
def letter(lapsed, mio):
    evening = factories.make_evening([[lapsed, mio]], now=timezone.now() - timedelta(days=200))
    return factories.make_letter(mio, lapsed, evening, saw="最後まで聴いていました。")


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_opens_with_a_word_about_it(lapsed, signed_in, name):
    answer = signed_in(lapsed).get(reverse(name))
    assert answer.status_code == 200
    assert "これからも読めます" in answer.content.decode()


@pytest.mark.parametrize("name", SHUT)
def test_nothing_else_of_the_members_opens(lapsed, signed_in, name):
    assert signed_in(lapsed).get(reverse(name)).status_code == 403


def test_a_letter_is_opened_and_read_and_nothing_is_written(lapsed, letter, signed_in):
    browser = signed_in(lapsed)
    assert browser.post(reverse("feedback:open_letter", args=[letter.pk])).status_code == 302
    page = browser.get(reverse("feedback:letter", args=[letter.pk])).content.decode()
    assert "最後まで聴いていました。" in page
    assert 'method="post"' not in page.split("<main")[1].split("</main>")[0]
    for name in ("answer", "react", "put_away", "take_out"):
        assert browser.post(reverse(f"feedback:{name}", args=[letter.pk])).status_code == 403
    assert browser.get(reverse("feedback:report_letter", args=[letter.pk])).status_code == 403


@pytest.mark.parametrize("name", KEPT)
def test_kept_pages_have_no_form_of_their_own(lapsed, letter, signed_in, name):
    page = signed_in(lapsed).get(reverse(name)).content.decode()
    assert 'method="post"' not in page.split("<main")[1].split("</main>")[0]


def test_a_letter_to_somebody_else_stays_theirs(lapsed, mio, ren, signed_in):
    evening = factories.make_evening([[mio, ren]], now=timezone.now() - timedelta(days=200))
    theirs = factories.make_letter(mio, ren, evening)
    assert signed_in(lapsed).get(reverse("feedback:letter", args=[theirs.pk])).status_code == 404


def test_paying_again_opens_everything(lapsed, signed_in):
    factories.make_period(lapsed, starts_on=timezone.localdate())
    answer = signed_in(lapsed).get(reverse("events:events"))
    assert answer.status_code == 200
    assert "これからも読めます" not in answer.content.decode()


def test_whoever_never_paid_reads_what_members_get(yu, signed_in):
    assert signed_in(yu).get(reverse("feedback:letters")).status_code == 403
