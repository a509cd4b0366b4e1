"""Blocking somebody: who can, what it leaves behind, and that nobody else learns of it."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from kouryu.refusal import Refused
from members.mail.tokens import block_token, person_of
from members.models import AuditEntry, Block, OutgoingMail, User
from members.standing.flows import block, unblock
from members.standing.queries import blocked_ids
from members.standing.rules import BlockRequest, NoBlock, why_not_block
from tests import factories

NOW = timezone.now()


def link(viewer: User, person: User) -> str:
    token = block_token(viewer_id=viewer.pk, person_id=person.pk)
    return reverse("members:block", args=[token])


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        pytest.param(BlockRequest(is_oneself=False, is_member=True), None, id="another member"),
        pytest.param(BlockRequest(is_oneself=True, is_member=True), NoBlock.NOT_POSSIBLE, id="oneself"),
        pytest.param(BlockRequest(is_oneself=False, is_member=False), NoBlock.NOT_POSSIBLE, id="nobody"),
    ],
)
def test_why_not_block(wish, expected):
    assert why_not_block(wish) == expected


def test_a_block_counts_in_both_directions(aki, mio, ren):
    block(member=aki, other_id=mio.pk, now=NOW)
    block(member=ren, other_id=aki.pk, now=NOW)

    assert blocked_ids(aki) == {mio.pk, ren.pk}
    assert blocked_ids(mio) == {aki.pk}
    assert blocked_ids(ren) == {aki.pk}


def test_blocked_ids_is_one_query(aki, mio, ren, django_assert_num_queries):
    block(member=aki, other_id=mio.pk, now=NOW)
    block(member=ren, other_id=aki.pk, now=NOW)

    with django_assert_num_queries(1):
        blocked_ids(aki)


def test_blocking_twice_is_one_block_and_one_audit_line(aki, mio):
    first = block(member=aki, other_id=mio.pk, now=NOW)
    second = block(member=aki, other_id=mio.pk, now=timezone.now())

    assert first == second
    assert Block.objects.get().blocked_at == NOW
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "object_type", "object_id")) == [
        ("block", aki.pk, "members.block", first.pk)
    ]


def test_blocking_tells_nobody(aki, mio, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        block(member=aki, other_id=mio.pk, now=NOW)

    assert callbacks == []
    assert not OutgoingMail.objects.exists()


def test_oneself_a_stranger_id_and_a_closed_account_get_the_same_answer(aki, mio):
    User.objects.filter(pk=mio.pk).update(is_active=False)

    reasons = set()
    for other_id in (aki.pk, mio.pk, 999_999, 2**63):
        with pytest.raises(Refused) as refused:
            block(member=aki, other_id=other_id, now=NOW)
        reasons.add(refused.value.reason)

    assert reasons == {NoBlock.NOT_POSSIBLE}
    assert not Block.objects.exists()


def test_a_block_can_be_taken_back_by_the_one_who_made_it(aki, mio):
    row = block(member=aki, other_id=mio.pk, now=NOW)

    unblock(member=mio, other_id=row.blocked_id, now=NOW)
    assert Block.objects.exists()

    unblock(member=aki, other_id=row.blocked_id, now=NOW)
    unblock(member=aki, other_id=row.blocked_id, now=NOW)
    assert not Block.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "object_id")) == [
        ("block", row.pk),
        ("unblock", row.pk),
    ]


def test_a_token_is_of_no_use_to_another_reader(aki, mio, ren):
    token = block_token(viewer_id=aki.pk, person_id=mio.pk)

    assert person_of(token, viewer_id=aki.pk) == mio.pk
    assert person_of(token, viewer_id=ren.pk) is None
    assert person_of(token + "x", viewer_id=aki.pk) is None


def test_the_template_tag_makes_the_readers_own_link(aki, mio, rf):
    request = rf.get("/")
    request.user = aki
    page = Template("{% load members %}{% block_url person %}")

    assert page.render(Context({"request": request, "person": mio})) == link(aki, mio)


def test_the_page_says_what_blocking_does_and_changes_nothing(aki, mio, signed_in):
    page = signed_in(aki).get(link(aki, mio))

    assert page.status_code == 200
    assert "みおさん" in page.content.decode()
    assert not Block.objects.exists()


def test_blocking_leads_to_the_list_also_at_the_second_click(aki, mio, signed_in):
    browser = signed_in(aki)

    for _click in range(2):
        answer = browser.post(link(aki, mio))
        assert (answer.status_code, answer.url) == (302, reverse("members:blocks"))

    assert Block.objects.count() == 1
    assert "みお" in browser.get(reverse("members:blocks")).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_made_for_somebody_else_or_by_hand_is_not_found(aki, mio, ren, signed_in, method):
    browser = signed_in(ren)

    for url in (link(aki, mio), reverse("members:block", args=[str(mio.pk)])):
        assert getattr(browser, method)(url).status_code == 404
    assert not Block.objects.exists()


def test_blocking_oneself_is_refused_with_a_sentence(aki, signed_in):
    answer = signed_in(aki).post(link(aki, aki))

    assert answer.status_code == 409
    assert "この方はブロックできません。" in answer.content.decode()


def test_the_list_names_whom_i_block_and_never_who_blocks_me(aki, mio, ren, signed_in):
    block(member=aki, other_id=mio.pk, now=NOW)
    block(member=ren, other_id=aki.pk, now=NOW)

    page = signed_in(aki).get(reverse("members:blocks"))

    assert [row.blocked for row in page.context["blocks"]] == [mio]
    assert "れん" not in page.content.decode()


def test_unblocking_from_the_list_and_clicking_again(aki, mio, signed_in):
    row = block(member=aki, other_id=mio.pk, now=NOW)
    browser = signed_in(aki)

    for _click in range(2):
        answer = browser.post(reverse("members:unblock", args=[row.blocked_id]))
        assert (answer.status_code, answer.url) == (302, reverse("members:blocks"))

    assert not Block.objects.exists()


def test_unblocking_needs_a_post_and_ones_own_block(aki, mio, ren, signed_in):
    row = block(member=aki, other_id=mio.pk, now=NOW)

    assert signed_in(aki).get(reverse("members:unblock", args=[row.blocked_id])).status_code == 405
    signed_in(ren).post(reverse("members:unblock", args=[row.blocked_id]))
    signed_in(ren).post(reverse("members:unblock", args=[2**63 - 1]))

    assert Block.objects.count() == 1


def test_the_list_asks_as_much_for_one_as_for_thirty(
    aki, mio, signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    browser = signed_in(aki)
    block(member=aki, other_id=mio.pk, now=NOW)
    with django_assert_max_num_queries(10) as asked:
        browser.get(reverse("members:blocks"))

    for _ in range(29):
        block(member=aki, other_id=factories.make_member().pk, now=NOW)
    with django_assert_num_queries(len(asked)):
        browser.get(reverse("members:blocks"))
