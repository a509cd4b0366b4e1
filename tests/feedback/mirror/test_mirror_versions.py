"""Each night: base rates as a version, and what mirrors show against it, kept where it has changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from feedback.letters.choices import LetterState
from feedback.mirror.flows.mirror import recompute_base_rates, recompute_mirrors
from feedback.models import BaseRates, MirrorSnapshot, SamePicker
from kouryu.clock import TOKYO
from members.models import Heartbeat
from tests import sweeps
from tests.factories import make_evening, make_letter, make_member

NOW = NIGHT = datetime(2026, 11, 21, 4, 0, tzinfo=TOKYO)
DAY = timedelta(days=1)


def give(receiver, industries, *, picks=("act-try",), at=NIGHT - DAY, **fields):
    for industry in industries:
        giver = make_member(industry=industry)
        evening = make_evening([[giver, receiver]], now=at)
        letter = {"giver_industry": industry, "opened_at": at, "released_at": at, **fields}
        make_letter(giver, receiver, evening, picks=list(picks), **letter)


def snapshots(member):
    return list(MirrorSnapshot.objects.filter(member=member).order_by("pk"))


def test_the_night_keeps_base_rates_and_what_was_shown(aki):
    give(aki, "PJG")
    aki.self_strengths.create(version=1, picks=["open-ask"], chosen_at=NIGHT)

    assert recompute_mirrors(now=NIGHT) == 1
    rates, [snapshot] = BaseRates.objects.get(), snapshots(aki)
    assert (rates.computed_on, rates.pairs, len(rates.rates)) == (date(2026, 11, 21), 3, 30)
    assert rates.rates["act-try"] == pytest.approx((3 + 20) / 303)
    assert (snapshot.rates, snapshot.taken_at) == (rates, NIGHT)
    assert snapshot.shown == {
        "stage": "open",
        "n": 3,
        "seen": {"act-try": {"k": 3, "level": "many", "industries": ["G", "J", "P"]}},
        "windows": {"both": [], "found": ["act-try"], "kept": None},
    }


def test_twice_in_a_night_changes_nothing_and_letters_of_the_day_wait_for_the_next(aki):
    give(aki, "PJG")
    recompute_mirrors(now=NIGHT)
    give(aki, "M", at=NIGHT)

    assert recompute_mirrors(now=NIGHT + timedelta(hours=5)) == 0
    assert (BaseRates.objects.get().pairs, len(snapshots(aki))) == (3, 1)
    assert recompute_mirrors(now=NIGHT + DAY) == 1
    assert [snapshot.shown["n"] for snapshot in snapshots(aki)] == [3, 4]


def test_a_mirror_that_stayed_the_same_keeps_its_snapshot_for_the_new_version(aki):
    give(aki, "PJG")
    recompute_mirrors(now=NIGHT)

    assert recompute_mirrors(now=NIGHT + DAY) == 0
    [snapshot] = snapshots(aki)
    assert (snapshot.taken_at, snapshot.rates.computed_on) == (NIGHT, date(2026, 11, 22))


def test_a_sweep_killed_half_way_goes_on_where_it_was(aki, mio):
    give(aki, "PJG")
    give(mio, "PJG")
    recompute_base_rates(now=NIGHT)
    MirrorSnapshot.objects.create(member=aki, rates=BaseRates.objects.get(), shown={}, taken_at=NIGHT)

    assert recompute_mirrors(now=NIGHT + timedelta(minutes=10)) == 1
    assert (len(snapshots(aki)), len(snapshots(mio))) == (1, 1)


def test_a_closed_mirror_keeps_nothing_but_its_step(aki):
    give(aki, "PJ")
    recompute_mirrors(now=NIGHT)

    assert [snapshot.shown for snapshot in snapshots(aki)] == [{"stage": "letters"}]


def test_letters_that_do_not_count_are_not_usual_either(aki):
    give(aki, "PJ")
    give(aki, "G", state=LetterState.HIDDEN)
    give(aki, "M", state=LetterState.SCHEDULED)

    assert recompute_base_rates(now=NIGHT).pairs == 2


def test_the_page_reads_the_latest_version(aki, signed_in):
    """Three of three are sure where a strength is rare, and not where everybody is given it."""
    give(aki, "PJG")

    def level(rate, day):
        BaseRates.objects.create(computed_on=day, computed_at=NIGHT, pairs=9000, rates={"act-try": rate})
        page = signed_in(aki).get(reverse("feedback:mirror") + "?look=1")
        return page.context["mirror"].seen["act-try"].level

    assert [level(0.05, date(2026, 11, 20)), level(0.4, date(2026, 11, 21))] == ["many", "some"]


def test_old_letters_and_the_same_picks_weigh_half(aki, mio, signed_in):
    now = datetime.now(tz=TOKYO)
    give(aki, "PJ", at=now - timedelta(days=731))
    make_letter(mio, aki, make_evening([[aki, mio]]), picks=["act-try"], opened_at=now)
    rates = BaseRates.objects.create(computed_on=now.date(), computed_at=now, pairs=0, rates={})
    SamePicker.objects.create(rates=rates, giver=mio)
    seen = signed_in(aki).get(reverse("feedback:mirror") + "?look=1").context["mirror"].seen["act-try"]

    assert (seen.givers, seen.mean) == (3, pytest.approx((1.5 + 4 * 2 / 30) / (1.5 + 4)))


def test_whoever_picks_the_same_is_found_anew_each_night(aki, mio):
    for _ in range(10):
        receiver = make_member()
        make_letter(mio, receiver, make_evening([[mio, receiver]]), picks=["act-try"])
    SamePicker.objects.create(rates=recompute_base_rates(now=NIGHT - DAY), giver=aki)
    recompute_base_rates(now=NIGHT)

    assert list(SamePicker.objects.order_by("pk").values_list("giver", "rates__computed_on")) == [
        (mio.pk, date(2026, 11, 21))
    ]


def test_the_task_beats(aki):
    sweeps.run("recompute-mirrors")

    assert list(Heartbeat.objects.order_by("pk").values_list("job", flat=True)) == ["recompute-mirrors"]


def test_the_night_asks_the_same_queries_however_many_letters(aki, django_assert_num_queries):
    give(aki, "PJG")
    recompute_base_rates(now=NIGHT)
    give(aki, "MOLK")
    with django_assert_num_queries(13):
        recompute_mirrors(now=NIGHT)
