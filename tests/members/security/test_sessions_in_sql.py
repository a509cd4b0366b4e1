"""A session is read in plain SQL as Django's own store would read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from members.security.sessions import SessionStore

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def stored() -> str:
    store = SessionStore()
    store["word"] = "縁"
    store.set_expiry(60)
    store.save()
    return store.session_key


@pytest.mark.parametrize(
    ("after", "is_open"),
    [(timedelta(), True), (timedelta(seconds=59), True), (timedelta(seconds=60), False), (timedelta(days=1), False)],
)
def test_an_open_session_is_read_and_an_over_one_is_not(after, is_open):
    now = timezone.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        key = stored()
    with time_machine.travel(now + after, tick=False):
        assert SessionStore(key).load().get("word") == ("縁" if is_open else None)


@pytest.mark.parametrize("key", ["", "x" * 32, "no such key", "'; --", "aaaaaaaa\x00"])
def test_no_session_is_made_of_a_key_that_nobody_was_given(key):
    store = SessionStore(key)
    assert store.load() == {}
    store["word"] = "縁"
    store.save()
    assert store.session_key not in {key, None}


def test_an_open_session_costs_one_question(django_assert_num_queries):
    key = stored()
    with django_assert_num_queries(1):
        assert SessionStore(key).load()["word"] == "縁"
