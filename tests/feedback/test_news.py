"""What is new for me: told on every page, gone once it was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from events.models import Offer
from feedback.letters.choices import LetterState
from feedback.models import Thanks
from members.accounts.limits import NEWS
from members.accounts.news import news_for, see_news
from members.models import User
from tests.factories import (
    make_evening,
    make_event,
    make_introduction,
    make_letter,
    make_member,
    make_registration,
    make_tie,
)

HOME = reverse("events:events")
MARK = '#news"'


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio]], state="closed")


@pytest.fixture
def browser(aki, signed_in):
    return signed_in(aki)


def letter(evening, aki, mio):
    at = timezone.now()
    make_letter(mio, aki, evening, state=LetterState.RELEASED, released_at=at)


def thanks(evening, aki, mio):
    Thanks.objects.create(giver=mio, receiver=aki, event=evening, thanked_at=timezone.now())


def tie(evening, aki, mio):
    make_tie(aki, mio, evening)


def introduction(evening, aki, mio):
    make_introduction(mio, aki, make_member("けん"), now=timezone.now())


def offer(evening, aki, mio):
    now = timezone.now()
    row = make_registration(make_event(), aki, state="offered")
    Offer.objects.create(registration=row, made_at=now, expires_at=now + timedelta(hours=5))


CAME = {
    "letters": (letter, "ことばが1通", "feedback:letters"),
    "thanks": (thanks, "ありがとうが1つ", "feedback:letters"),
    "ties": (tie, "新しいつながりが1つ", "feedback:people"),
    "introductions": (introduction, "ご紹介が1つ", "feedback:introductions"),
    "offers": (offer, "席のご案内が1つ", "events:mine"),
}


@pytest.mark.parametrize("kind", CAME)
def test_it_is_told_on_every_page_and_gone_once_seen(evening, aki, mio, browser, kind):
    comes, words, where = CAME[kind]
    assert MARK not in browser.get(HOME).content.decode()
    comes(evening, aki, mio)
    caches["news"].clear()  # a minute later

    home, elsewhere = browser.get(HOME).content.decode(), browser.get(reverse("members:account")).content.decode()
    assert (words in home, MARK in home, MARK in elsewhere) == (True, True, True)
    assert MARK not in browser.get(reverse(where)).content.decode()
    assert MARK not in browser.get(HOME).content.decode()


def test_what_one_kind_shows_the_others_keep(evening, aki, mio, browser):
    letter(evening, aki, mio)
    tie(evening, aki, mio)
    caches["news"].clear()
    browser.get(reverse("feedback:people"))
    aki.refresh_from_db()
    assert news_for(aki, timezone.now()) == {"letters": 1}


def test_what_comes_after_a_look_is_new_again(evening, aki, mio, browser):
    thanks(evening, aki, mio)
    caches["news"].clear()
    browser.get(reverse("feedback:letters"))
    other = make_evening([[aki, mio]], state="closed")
    Thanks.objects.create(giver=mio, receiver=aki, event=other, thanked_at=timezone.now())
    caches["news"].clear()
    assert "ありがとうが1つ" in browser.get(HOME).content.decode()


def test_nothing_of_whom_i_block_is_news(evening, aki, mio):
    letter(evening, aki, mio)
    thanks(evening, aki, mio)
    tie(evening, aki, mio)
    aki.blocks_made.create(blocked=mio, blocked_at=timezone.now())
    assert news_for(aki, timezone.now()) == {}


def test_what_is_old_is_no_news(evening, aki, mio):
    Thanks.objects.create(giver=mio, receiver=aki, event=evening, thanked_at=timezone.now() - NEWS.looks_back_for)
    assert news_for(aki, timezone.now()) == {}


def test_a_look_of_the_future_was_none(evening, aki, mio):
    thanks(evening, aki, mio)
    aki.news_seen = {"thanks": (timezone.now() + timedelta(days=3)).isoformat()}
    assert news_for(aki, timezone.now()) == {"thanks": 1}
    aki.news_seen = {"thanks": "soon"}
    assert news_for(aki, timezone.now()) == {"thanks": 1}


def test_it_costs_one_question_a_minute_and_none_after(evening, aki, mio, django_assert_num_queries):
    for comes, _, _ in CAME.values():
        comes(evening, aki, mio)
    now = timezone.now()
    with django_assert_num_queries(1):
        assert news_for(aki, now) == dict.fromkeys(("offers", "letters", "thanks", "ties", "introductions"), 1)
    with django_assert_num_queries(0):
        news_for(aki, now)


def test_looking_where_nothing_is_new_writes_nothing(aki, django_assert_num_queries):
    now = timezone.now()
    news_for(aki, now)
    with django_assert_num_queries(0):
        see_news("letters", member=aki, now=now)
    assert User.objects.get(pk=aki.pk).news_seen == {}


def test_who_has_not_paid_is_told_nothing(yu, signed_in):
    assert MARK not in signed_in(yu).get(reverse("members:account")).content.decode()
