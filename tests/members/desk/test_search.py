"""The desk finds a member by any spelling of what is known of them."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from members.desk import queries, sections
from members.desk.flows import write_keys
from members.desk.limits import SEARCHES
from members.desk.rules import folded
from members.membership.flows import ordering, transfers
from members.models import AuditEntry, NameOnRecord
from tests import factories

pytestmark = pytest.mark.each_database  # letters and their cases are what databases compare otherwise
URL = "members:desk_members"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("やまだ はなこ", "ヤマダハナコ", id="katakana, no space"),
        pytest.param("やまだはなこ", "ﾔﾏﾀﾞ ﾊﾅｺ", id="half width"),
        pytest.param("しょうこ", "ｼﾖｳｺ", id="small kana as a bank writes them"),
        pytest.param("こーた", "コタ", id="long mark"),
        pytest.param("齋藤", "斉藤", id="a variant of a kanji"),
        pytest.param("渡邊", "渡邉", id="two variants of one kanji"),
        pytest.param("山﨑", "山崎", id="a variant outside of the common set"),
        pytest.param("髙橋　あき", "高橋あき", id="ladder taka, wide space"),
        pytest.param("𠮷野", "吉野", id="beyond the first plane"),
        pytest.param("Ｈａｎａ．Y", "hanay", id="full width, case, dot"),
        pytest.param("Zoë Müller", "zoe muller", id="accents"),
        pytest.param("か\u3099く", "がく", id="voiced mark by itself"),
        pytest.param("hana.yamada@example.jp", "HANA.YAMADA＠EXAMPLE.JP", id="an address"),
    ],
)
def test_two_spellings_are_folded_into_one(one, other):
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize(("one", "other"), [("かき", "がき"), ("山田", "山本"), ("みお", "みよ"), ("はは", "ぱぱ")])
def test_other_names_stay_others(one, other):
    assert folded(one) != folded(other)


def named(called, name="", reading="", **fields):
    member = factories.make_member(called, **fields)
    if name:
        NameOnRecord.objects.create(member=member, name=name, reading=reading)
    return member


def found(line):
    return queries.found_by(line, also=sections.found_elsewhere(line))


@pytest.fixture
def hanako(db):
    return named("はなちゃん", "山﨑 花子", "やまざき はなこ")


@pytest.mark.parametrize(
    "line",
    [
        *("はなちゃん", "ハナチャン", "山崎花子", "山﨑　花子", "花子", "崎", "ﾔﾏｻﾞｷ ﾊﾅｺ", "ﾌﾘｺﾐ ﾔﾏｻﾞｷ ﾊﾅｺ"),
        *("やまざき", "はなこ やまざき", "振込＊ヤマザキハナコ", "MEMBER"),
    ],
)
def test_a_member_is_found_by_name_reading_and_address(hanako, line):
    named("ほかの人", "佐藤 次郎", "さとう じろう")
    assert found(line)[:1] == [hanako]


def test_a_member_is_found_by_the_address(hanako):
    assert found(hanako.email) == [hanako]
    assert found(hanako.email.upper().replace("@", "＠")) == [hanako]


@pytest.mark.parametrize("line", ["", " ", "ん", "・・", "佐", "だれでもない", "%", "_", "\x00"])
def test_nobody_is_found_by_nothing(hanako, line):
    assert found(line) == []


@pytest.mark.parametrize("state", ["open", "cancelled", "confirmed"])
def test_an_order_leads_to_its_payer_in_whatever_state_it_is(hanako, fumi, state):
    now = timezone.now()
    plan = factories.make_plan()
    payment = ordering.order_by_transfer(
        member=hanako, plan_key=plan.key, screen_version="2026-11", screen_text="全文", now=now
    )
    if state == "cancelled":
        ordering.cancel_order(reference=payment.reference, by=hanako, now=now)
    if state == "confirmed":
        transfers.confirm_transfer(reference=payment.reference, by=fumi, amount_seen=payment.amount_yen, now=now)
    assert found(f"ﾌﾘｺﾐ ﾀﾅｶ {payment.reference}") == [hanako]


def test_the_exact_bearer_of_a_name_comes_before_longer_ones(db):
    longer = [named(f"ゆき{number}") for number in range(SEARCHES.shown + 5)]
    exact = named("ゆき")
    assert found("ユキ")[0] == exact
    assert len(found("ユキ")) == SEARCHES.shown < len(longer)


def test_a_new_name_and_a_new_address_are_found_at_once(hanako):
    hanako.profile.called_name = "さくら"
    hanako.profile.save(update_fields=["called_name"])
    hanako.email = "sakura@example.jp"
    hanako.save(update_fields=["email"])
    assert found("サクラ") == found("sakura@example.jp") == [hanako]
    assert found("はなちゃん") == []


def test_keys_of_a_word_that_is_gone_go_too(hanako):
    NameOnRecord.objects.filter(member=hanako).update(reading="")
    hanako.refresh_from_db()
    write_keys(hanako)
    assert found("やまざき はなこ") == []


@pytest.mark.parametrize("line", ["山﨑 花子", "やまざき", "member", "PAY"])
def test_moderators_find_nobody_by_what_is_the_desks(hanako, kai, signed_in, line):
    plan = factories.make_plan()
    order = ordering.order_by_transfer(
        member=hanako, plan_key=plan.key, screen_version="2026-11", screen_text="全文", now=timezone.now()
    )
    page = signed_in(kai).get(reverse(URL), {"q": order.reference if line == "PAY" else line}).content.decode()
    assert "はなちゃんさん" not in page


def test_a_name_that_grows_when_it_is_folded_still_makes_a_key(hanako):
    hanako.profile.called_name = "\ufdfa" * 30
    hanako.profile.save()
    assert len(hanako.search_keys.get(kind="called").words) == SEARCHES.longest_key


@pytest.mark.parametrize("reader", ["fumi", "kai", "sora"])
def test_moderators_find_people_without_their_names_on_record(request, hanako, signed_in, reader):
    page = signed_in(request.getfixturevalue(reader)).get(reverse(URL), {"q": "はなちゃん"}).content.decode()
    assert "はなちゃんさん" in page
    assert ("山﨑 花子" in page) == (reader != "kai")


def test_a_search_leaves_a_line_without_its_words(hanako, fumi, signed_in):
    browser = signed_in(fumi)
    browser.get(reverse(URL))
    browser.get(reverse(URL), {"q": "はなちゃん"})
    line = AuditEntry.objects.get(verb="search-members")
    assert (line.by, line.why, line.fields) == (fumi, "1", [])


def test_a_line_that_is_too_long_gets_a_sentence(fumi, signed_in):
    answer = signed_in(fumi).get(reverse(URL), {"q": "あ" * 200})
    assert answer.status_code == 200
    assert "あ" * 200 in answer.content.decode()
    assert answer.context["form"].errors
