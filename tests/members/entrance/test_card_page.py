"""What a member tells others of themselves: what may be written, who sees it, and how it looks to them."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.cases.choices import DecisionKind
from feedback.cases.rules import ProposedDecision
from feedback.models import Case
from feedback.safety.flows import decide, hand_over_texts, take
from members.accounts.card import FACTS
from members.entrance.flows import CardFacts, save_card, save_work
from members.entrance.rules import LinkFault, why_not_link
from members.models import AuditEntry, JudgedText, Profile
from members.texts.flows import NeedsMending
from tests import factories

LURE = "https://example.jp/副業で月30万円の無料セミナー-LINE-abc_1234"


@pytest.fixture
def told() -> dict[str, object]:
    """The form as somebody fills it in, the audiences as they are preset."""
    seen_by = {f"{fact}_seen_by": rule.default.value for fact, rule in FACTS.items()}
    return {
        "name_reading": "みお",
        "past_industries": ["E", "G"],
        "gives": ["meetings", "ai"],
        "asks": ["hiring"],
        "links": "https://example.jp/mio\r\n\r\nhttps://note.example.jp/n/1?a=b#c",
        **seen_by,
    }


def profile_of(member) -> Profile:
    return Profile.objects.get(member=member)


def test_what_was_told_is_kept_and_shown_as_others_see_it(mio, signed_in, told):
    browser = signed_in(mio)
    answer = browser.post(reverse("members:card"), told, follow=True)

    kept, page = profile_of(mio), answer.content.decode()
    assert answer.redirect_chain == [(reverse("members:as_seen"), 302)]
    assert (kept.name_reading, kept.past_industries, kept.gives, kept.asks) == (
        "みお",
        ["E", "G"],
        ["meetings", "ai"],
        ["hiring"],
    )
    assert kept.links == "https://example.jp/mio\nhttps://note.example.jp/n/1?a=b#c"
    assert [page.count(words) for words in ("会議の進めかた", "採用・面接", "https://example.jp/mio</a>")] == [2, 2, 1]


def test_saving_the_page_as_it_is_shows_no_more_than_before(mio, signed_in):
    browser = signed_in(mio)
    preset = browser.get(reverse("members:card")).context["form"]
    browser.post(reverse("members:card"), {f"{fact}_seen_by": preset[f"{fact}_seen_by"].value() for fact in FACTS})

    assert profile_of(mio).visibility == {fact: rule.default.value for fact, rule in FACTS.items()}


def test_nothing_that_did_not_change_is_written_down(mio, told, signed_in):
    browser = signed_in(mio)
    browser.post(reverse("members:card"), told)
    before = AuditEntry.objects.count()
    browser.post(reverse("members:card"), told)

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name_reading", "山田", "ひらがな、カタカナ、ローマ字で"),
        ("name_reading", "うんえいじむきょく", "この読みかたは使えません"),
        ("past_industries", ["A", "B", "C", "D", "E", "F"], "5つまで選べます"),
        ("gives", ["ai", "hiring", "meetings", "local"], "3つまで選べます"),
        ("asks", ["money-for-nothing"], "money-for-nothing"),
        ("links", "http://example.jp/", "「https://」で始まるアドレス"),
        ("links", "javascript:alert(1)", "「https://」で始まるアドレス"),
        ("links", "https://user@evil.example.jp/", "アドレスとして読めません"),
        ("links", "\n".join(f"https://example.jp/{n}" for n in range(4)), "リンクは3つまで"),
        ("links", "https://example.jp/" + "a" * 200, "200字まで"),
        ("links_seen_by", "members", "正しく選択"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_stays_there(mio, signed_in, told, field, value, sentence):
    answer = signed_in(mio).post(reverse("members:card"), {**told, field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in str(answer.context["form"].errors[field])
    assert "会議の進めかた" in answer.content.decode()
    assert profile_of(mio).gives == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("https://example.jp", None),
        ("HTTPS://Example.JP/ページ?q=1#x", None),
        ("http://example.jp", LinkFault.NOT_HTTPS),
        ("//example.jp", LinkFault.NOT_HTTPS),
        ("data:text/html,x", LinkFault.NOT_HTTPS),
        ("https://", LinkFault.NOT_AN_ADDRESS),
        ("https://localhost/", LinkFault.NOT_AN_ADDRESS),
        ("https://127.0.0.1/", LinkFault.NOT_AN_ADDRESS),
        ("https://example.jp:8000/", LinkFault.NOT_AN_ADDRESS),
        ("https://me:pw@example.jp/", LinkFault.NOT_AN_ADDRESS),
        ("https://еxample.jp/", LinkFault.NOT_AN_ADDRESS),  # a Cyrillic letter
        ('https://example.jp/"onmouseover=', LinkFault.NOT_AN_ADDRESS),
        ("https://example.jp/a b", LinkFault.NOT_AN_ADDRESS),
        ("https://example.jp/" + "a" * 200, LinkFault.TOO_LONG),
    ],
)
def test_a_link_leads_where_it_says(line, fault):
    assert why_not_link(line, longest=200) == fault


def test_a_lure_in_a_link_has_to_be_mended_and_is_held_the_second_time(mio, kai, signed_in, told):
    browser = signed_in(mio)
    first = browser.post(reverse("members:card"), {**told, "links": LURE})
    assert (first.status_code, list(first.context["form"].errors)) == (422, ["links"])
    second = browser.post(reverse("members:card"), {**told, "links": LURE + "2"}, follow=True)

    assert "運営が先に目を通します" in second.content.decode()
    assert (profile_of(mio).links, profile_of(mio).gives) == ("", ["meetings", "ai"])
    held = JudgedText.objects.get(writer=mio)
    assert (held.kind, held.about, held.state) == ("links", mio.pk, "held")
    hand_over_texts(timezone.now())
    case = Case.objects.get()
    take(case_id=case.pk, by=kai, now=timezone.now())
    verdict = ProposedDecision(DecisionKind.NO_PROBLEM, "確かめて、こう決めました。")
    decide(case_id=case.pk, verdict=verdict, by=kai, now=timezone.now())
    assert profile_of(mio).links == held.words


def test_a_put_down_is_never_shown_as_a_link(mio):
    with pytest.raises(NeedsMending):
        save_card(member=mio, card=CardFacts(links=["https://example.jp/使えない無能な人"]), now=timezone.now())
    assert profile_of(mio).links == ""


def test_another_name_has_another_reading(mio, told, signed_in):
    signed_in(mio).post(reverse("members:card"), told)
    work = {"work_status": "employed", "industry": "", "industry_group": "", "occupation": "", "years_at_company": ""}
    save_work(member=mio, called_name="みお", **work, now=timezone.now())
    assert profile_of(mio).name_reading == "みお"
    save_work(member=mio, called_name="まお", **work, now=timezone.now())
    assert profile_of(mio).name_reading == ""


def test_a_link_shows_to_a_tie_who_can_report_it(aki, mio, signed_in, told):
    signed_in(mio).post(reverse("members:card"), told)
    tie = factories.make_tie(aki, mio)
    page = signed_in(aki).get(reverse("feedback:people")).content.decode()
    assert '<a href="https://example.jp/mio" rel="noopener noreferrer nofollow">' in page
    assert "/report/" in page
    tie.delete()
    assert "example.jp/mio" not in signed_in(aki).get(reverse("feedback:people")).content.decode()
