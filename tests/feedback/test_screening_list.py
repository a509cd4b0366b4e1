"""The moderators' list of phrases."""

from __future__ import annotations

import pytest
from django.urls import reverse

from members.models import AuditEntry, ScreeningTerm


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
