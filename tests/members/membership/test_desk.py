"""The membership desk: what is expected, what has arrived."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.membership.choices import DueState
from members.membership.flows import ordering, transfers
from members.models import Due, Period
from tests import factories

URL = "members:desk_transfers"


@pytest.fixture
def plan(db):
    return factories.make_plan()


def order(member, plan, days_ago=0) -> Due:
    now = timezone.now() - timedelta(days=days_ago)
    return ordering.order_by_transfer(
        member=member, plan_key=plan.key, screen_version="2026-11", screen_text="全文", now=now
    )


def page_of(payment) -> str:
    return reverse("members:desk_transfer", args=[payment.reference])


def listed(answer) -> list[str]:
    return [payment.reference for payment in answer.context["page"]]


def test_open_transfers_stand_oldest_first_and_overdue_is_marked(fumi, yu, mio, plan, signed_in):
    young, old = order(yu, plan), order(mio, plan, days_ago=20)
    answer = signed_in(fumi).get(reverse(URL))
    assert listed(answer) == [old.reference, young.reference]
    assert answer.content.decode().count("期日を過ぎています") == 1


@pytest.mark.parametrize("dress", [str, str.lower, lambda text: f" {text[:3]}-{text[3:]} "], ids=["as is", "low", "-"])
def test_a_transfer_is_found_by_its_reference(fumi, yu, mio, plan, signed_in, dress):
    wanted = order(yu, plan)
    order(mio, plan)
    assert listed(signed_in(fumi).get(reverse(URL), {"q": dress(wanted.reference)})) == [wanted.reference]


LINES = ["{} ﾔﾏﾀﾞ ﾊﾅｺ", "ﾌﾘｺﾐ {}", "振込＊{}ヤマダ", "ヤマダハナコ{}"]  # as banks list them


@pytest.mark.parametrize("line", LINES)
def test_a_transfer_is_found_by_its_line_in_the_banks_list(fumi, yu, mio, plan, signed_in, line):
    wanted = order(yu, plan)
    order(mio, plan)
    assert listed(signed_in(fumi).get(reverse(URL), {"q": line.format(wanted.reference)})) == [wanted.reference]


def test_an_order_taken_back_is_found_by_its_reference_only(fumi, yu, plan, signed_in):
    gone = order(yu, plan)
    ordering.cancel_order(reference=gone.reference, by=yu, now=timezone.now())
    desk = signed_in(fumi)
    answer = desk.get(reverse(URL), {"q": f"ﾌﾘｺﾐ {gone.reference}"})
    assert listed(answer) == [gone.reference]
    assert "取り消し" in answer.content.decode()
    assert listed(desk.get(reverse(URL), {"q": "3300"})) == []


@pytest.mark.parametrize("typed", ["3300", "3,300", "３，３００円", "¥3,300"])
def test_a_transfer_is_found_by_its_amount(fumi, yu, plan, signed_in, typed):
    wanted = order(yu, plan)
    assert wanted.amount_yen == 3300
    assert listed(signed_in(fumi).get(reverse(URL), {"q": typed})) == [wanted.reference]


@pytest.mark.parametrize(
    ("called", "typed"),
    [
        ("つばさ", "ツバサ"),
        ("タナカ", "ﾀﾅｶ"),
        ("Ａｎｎｅ", "Anne"),
        ("がく", "か\u3099く"),
        ("葛\U000e0100城", "葛城"),
        ("みお さん", "みおさん"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(fumi, yu, mio, plan, signed_in, called, typed):
    yu.profile.called_name = called
    yu.profile.save(update_fields=["called_name"])
    wanted = order(yu, plan)
    order(mio, plan)
    assert listed(signed_in(fumi).get(reverse(URL), {"q": typed})) == [wanted.reference]


def test_a_transfer_is_found_by_called_name(fumi, yu, mio, plan, signed_in):
    order(yu, plan)
    wanted = order(mio, plan)
    assert listed(signed_in(fumi).get(reverse(URL), {"q": "みお"})) == [wanted.reference]


@pytest.mark.parametrize(
    "search", ["\x00", "%", "'; --", "あ" * 5000, "\u202e"], ids=["NUL", "%", "sql", "long", "rtl"]
)
def test_hostile_searches_find_nothing_or_all(fumi, yu, plan, signed_in, search):
    order(yu, plan)
    assert signed_in(fumi).get(reverse(URL), {"q": search, "page": "9" * 30}).status_code == 200


def test_confirming_starts_the_membership(fumi, yu, plan, signed_in):
    payment = order(yu, plan)
    assert signed_in(yu).get("/events/").status_code == 403
    answer = signed_in(fumi).post(page_of(payment), {"amount_seen": "３,３００円", "note": "名義 ハハ"}, follow=True)
    assert answer.redirect_chain == [(page_of(payment), 302)]
    payment.refresh_from_db()
    assert (payment.state, payment.settled_by, payment.note) == (DueState.CONFIRMED, fumi, "名義 ハハ")
    assert signed_in(yu).get(reverse("members:payment", args=[payment.reference])).status_code == 200
    assert signed_in(yu).get("/events/").status_code == 200


def test_a_second_click_changes_nothing_and_shows_the_same_page(fumi, sora, yu, plan, signed_in):
    payment = order(yu, plan)
    for member in (fumi, sora, fumi):
        answer = signed_in(member).post(page_of(payment), {"amount_seen": 3300})
        assert (answer.status_code, answer.url) == (302, page_of(payment))
    assert Period.objects.filter(member=yu).count() == 1
    payment.refresh_from_db()
    assert payment.settled_by == fumi


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"amount_seen": "0"}, id="zero"),
        pytest.param({"amount_seen": "1000000000"}, id="a thousand million"),
        pytest.param({"amount_seen": "3300", "received_on": "2027-02-29"}, id="no such day"),
        pytest.param({"amount_seen": "3300", "received_on": "2199-01-01"}, id="a day ahead"),
        pytest.param({"amount_seen": "3300", "received_on": "2020-01-01"}, id="long ago"),
        pytest.param({"amount_seen": "-3300"}, id="negative"),
        pytest.param({"amount_seen": "9" * 40}, id="huge"),
        pytest.param({"amount_seen": "9" * 5000}, id="too many digits"),
        pytest.param({"amount_seen": "\x00"}, id="NUL"),
        pytest.param({"amount_seen": "三千三百"}, id="words"),
        pytest.param({"amount_seen": "3300", "note": "あ" * 201}, id="long note"),
    ],
)
def test_what_does_not_match_confirms_nothing(fumi, yu, plan, signed_in, data):
    payment = order(yu, plan)
    answer = signed_in(fumi).post(page_of(payment), data)
    assert answer.status_code == 422
    assert "入力を確かめてください" in answer.content.decode()
    payment.refresh_from_db()
    assert payment.state == DueState.OPEN
    assert not yu.periods.exists()


def test_a_cancelled_order_says_what_to_do(fumi, yu, plan, signed_in):
    payment = order(yu, plan)
    ordering.cancel_order(reference=payment.reference, by=yu, now=timezone.now())
    answer = signed_in(fumi).post(page_of(payment), {"amount_seen": 3300})
    assert answer.status_code == 422
    assert "取り消されています" in answer.content.decode()


def test_the_desk_does_not_confirm_for_itself(fumi, plan, signed_in):
    payment = order(fumi, plan)
    answer = signed_in(fumi).post(page_of(payment), {"amount_seen": 3300})
    assert answer.status_code == 422
    payment.refresh_from_db()
    assert payment.state == DueState.OPEN


def test_the_desk_is_invisible_to_others(aki, ren, kai, yu, plan, signed_in):
    payment = order(yu, plan)
    for member in (aki, ren, kai, yu):
        browser = signed_in(member)
        assert browser.get(reverse(URL)).status_code == 404
        assert browser.post(page_of(payment), {"amount_seen": 3300}).status_code == 404
    assert not yu.periods.exists()


def test_the_owner_is_the_desk_too(sora, signed_in):
    assert signed_in(sora).get(reverse(URL)).status_code == 200


def test_unknown_references_are_not_found(fumi, signed_in):
    assert signed_in(fumi).get(reverse("members:desk_transfer", args=["NOPE"])).status_code == 404
    assert signed_in(fumi).post(reverse("members:desk_transfer", args=["x" * 200])).status_code == 404


def test_the_list_asks_as_few_questions_for_thirty_as_for_one(
    fumi, sora, plan, signed_in, django_assert_max_num_queries
):
    def questions() -> int:
        with django_assert_max_num_queries(10) as asked:
            signed_in_fumi.get(reverse(URL))
        return len(asked)

    signed_in_fumi = signed_in(fumi)
    for member, settle in ((factories.make_account(), False), (factories.make_account(), True)):
        payment = order(member, plan)
        if settle:
            transfers.confirm_transfer(reference=payment.reference, by=sora, amount_seen=3300, now=timezone.now())
    few = questions()
    for number in range(58):
        payment = order(factories.make_account(), plan)
        if number % 2:
            transfers.confirm_transfer(reference=payment.reference, by=sora, amount_seen=3300, now=timezone.now())
    assert questions() == few
