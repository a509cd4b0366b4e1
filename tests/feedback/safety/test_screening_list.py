"""The moderators' list of phrases."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.letters.flows.letter import write_letter
from feedback.letters.queries.screening import Reach
from feedback.safety.flows import add_term, switch_on_term
from kouryu.refusal import Refused
from members.models import AuditEntry, ScreeningTerm
from members.texts.choices import TermKind
from members.texts.flows import NeedsMending
from tests.factories import make_evening, make_letter, make_member


def listed(pattern):
    return ScreeningTerm.objects.filter(pattern=pattern).values_list("kind", "is_active", "changed_by").first()


def test_a_phrase_is_added_stopped_and_used_again(kai, signed_in):
    client, url = signed_in(kai), reverse("feedback:terms")
    for _ in range(2):
        client.post(url, {"kind": "put-down", "pattern": "ひどい〜ですね", "note": "会で聞いた"})
    term = ScreeningTerm.objects.get(pattern="ひどい〜ですね")
    assert listed("ひどい〜ですね") == ("put-down", True, kai.pk)
    for act, active in (("off", False), ("off", False), ("on", True)):
        client.post(reverse(f"feedback:switch_{act}_term", args=[term.pk]))
        assert listed("ひどい〜ですね")[1] == active

    verbs = AuditEntry.objects.filter(object_type="members.screeningterm").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["add-screening-term", "switch-off-screening-term", "switch-on-screening-term"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "x", "pattern": "ことば"},
        {"kind": "looks", "pattern": "〜"},
        {"kind": "looks", "pattern": "(a+)+$" * 10},
        {"kind": "looks", "pattern": "あ\x00い"},
        {"kind": "looks", "pattern": "ことば", "note": "あ" * 101},
    ],
    ids=["empty", "kind", "wildcard", "long", "nul", "note"],
)
def test_what_cannot_be_listed_is_shown_again_with_the_reason(kai, signed_in, data):
    before = ScreeningTerm.objects.count()
    answer = signed_in(kai).post(reverse("feedback:terms"), data)

    assert (answer.status_code, ScreeningTerm.objects.count()) == (422, before)
    assert "入力を確かめてください" in answer.content.decode()


@pytest.mark.parametrize(
    ("sentence", "status", "words"),
    [
        ("最後まで口をはさまずに聴いていました。", 200, "このまま届きます。"),
        ("よかったです。お若いのに。", 200, "<mark>お若いのに。</mark>"),
        ("無料セミナーは example.com です。", 200, "見守りの担当が先に読みます。"),
        ("", 422, "ためしたい文を書いてください。"),
        ("あ" * 601, 422, "600字までにしてください。"),
    ],
)
def test_a_sentence_is_tried_and_not_kept(kai, signed_in, sentence, status, words):
    answer = signed_in(kai).post(reverse("feedback:try_sentence"), {"sentence": sentence})

    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert AuditEntry.objects.count() == 0


def test_the_list_is_read_a_page_at_a_time(kai, signed_in, django_assert_max_num_queries):
    client, url = signed_in(kai), reverse("feedback:terms")
    client.get(url)  # the parts that every page shares are drawn and kept
    with django_assert_max_num_queries(12):
        answer = client.get(url, {"kind": "looks", "page": "999999999999999999999"})

    assert {term.kind for term in answer.context["page"]} == {"looks"}
    assert client.get(url, {"kind": "\x00"}).status_code == 200


# --- a phrase that would stop many letters


BROAD = [(TermKind.CONTACT, "して"), (TermKind.LINK, "とき"), (TermKind.INVITATION, "した")]
SAW = "話が止まったとき、ゆっくり質問して、みんなが話しました。"


@pytest.mark.parametrize(("kind", "pattern"), [*BROAD, (TermKind.ORDINARY, "の〜に")])
def test_a_broad_phrase_waits_for_another_moderator(kai, kind, pattern):
    now = timezone.now()
    term = add_term(kind=kind, pattern=pattern, note="", by=kai, now=now)
    assert (term.is_active, term.waits_for_second) == (False, True)
    with pytest.raises(Refused):
        switch_on_term(term_id=term.pk, by=kai, now=now)

    second = make_member("さち", roles=("moderator",))
    assert switch_on_term(term_id=term.pk, by=second, now=now).is_active
    again = switch_on_term(term_id=term.pk, by=kai, now=now)
    assert again.is_active


def test_a_broad_phrase_that_was_stopped_waits_again(kai):
    now = timezone.now()
    ScreeningTerm.objects.create(kind="contact", pattern="して", is_active=False)
    term = switch_on_term(term_id=ScreeningTerm.objects.get(pattern="して").pk, by=kai, now=now)

    assert (term.is_active, term.waits_for_second) == (False, True)


def test_phrases_of_staff_never_hold_a_letter_at_first_sight(aki, mio):
    now = timezone.now()
    event = make_evening([[aki, mio]], now=now)
    for kind, pattern in BROAD:
        ScreeningTerm.objects.create(kind=kind, pattern=pattern, changed_at=now)

    with pytest.raises(NeedsMending):
        write_letter(
            by=aki, receiver_id=mio.pk, event_id=event.pk, picks=["open-ask"], saw=SAW, would_count="", now=now
        )


def test_the_page_says_how_many_letters_it_would_stop(kai, signed_in):
    client, url = signed_in(kai), reverse("feedback:terms")
    few = client.post(url, {"kind": "put-down", "pattern": "ひどい〜ですね"}, follow=True).content.decode()
    many = client.post(url, {"kind": "contact", "pattern": "して"}, follow=True).content.decode()

    assert "130通のうち、あたるのは2通までです" in few
    assert "ほかの担当が「つかう」を押すまで、はたらきません" in many


def test_what_was_never_used_is_not_used_again(kai, signed_in):
    term = add_term(kind="contact", pattern="して", note="", by=kai, now=timezone.now())
    assert term.waits_for_second
    second = make_member("さち", roles=("moderator",))
    assert [button_of(signed_in(who), "して") for who in (kai, second)] == ["", "つかう"]
    ScreeningTerm.objects.filter(pattern="して").update(is_active=False, waits_for_second=False)
    assert button_of(signed_in(kai), "して") == "またつかう"


def button_of(browser: Client, pattern: str) -> str:
    """What the button beside this phrase says, on whichever page it stands; nothing where there is none."""
    first = browser.get(reverse("feedback:terms"))
    numbers = first.context["page"].paginator.page_range
    pages = (browser.get(reverse("feedback:terms"), {"page": number}).content.decode() for number in numbers)
    page = next(page for page in pages if f'<b lang="ja">{pattern}</b>' in page)
    found = re.search(rf'<button class="btn quiet sm">([^<]*)<span class="vh">\s*（{pattern}）', page)
    return found[1].strip() if found else ""


def test_a_phrase_does_not_tell_whether_it_stands_in_one_letter(kai, aki, mio, signed_in):
    """Nobody reads letters that were not reported, not even by adding one phrase after the other."""
    client, url = signed_in(kai), reverse("feedback:terms")
    make_letter(aki, mio, make_evening([[aki, mio]]), saw="転職のことを、さくらさんに話していました。")
    told = {
        pattern: re.search(
            "最近のことば[^<]*", client.post(url, {"kind": "looks", "pattern": pattern}, follow=True).text
        )[0]
        for pattern in ("さくらさん", "かえでさん")
    }
    assert told["さくらさん"] == told["かえでさん"]


@pytest.mark.parametrize(
    ("hits", "letters", "most"),
    [(0, 430, 8), (1, 430, 8), (8, 430, 8), (9, 430, 16), (430, 430, 430), (0, 0, 0), (3, 9, 3)],
)
def test_how_many_letters_a_phrase_stands_in_is_told_in_steps(hits, letters, most):
    assert Reach(hits, letters).most == most
