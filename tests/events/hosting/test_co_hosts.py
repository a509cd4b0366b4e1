"""A host asks members to help with one event."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import Right
from events.event.limits import CO_HOSTS
from events.event.rules.cohost import COVERS, NoCoHost, rights_that_cover, why_not_ask, why_not_help
from events.hosting.flows.cohost import ask_for_help, help_host
from events.models import CoHost, Event
from kouryu.refusal import Gone, Refused
from members.models import AuditEntry
from tests.factories import make_co_host, make_event, make_member, make_registration


@pytest.mark.parametrize(
    ("needed", "enough"),
    [
        ("check-in", {"check-in", "groups", "everything"}),
        ("groups", {"groups", "everything"}),
        ("everything", {"everything"}),
        ("name-co-hosts", set()),
    ],
)
def test_a_right_covers_the_smaller_ones(needed, enough):
    assert rights_that_cover(needed) == enough


@pytest.mark.parametrize(
    ("state", "asked", "reason"),
    [
        pytest.param("draft", 0, None, id="a draft"),
        pytest.param("published", CO_HOSTS.most - 1, None, id="one more"),
        pytest.param("published", CO_HOSTS.most, NoCoHost.MANY, id="enough"),
        pytest.param("closed", 0, NoCoHost.CLOSED, id="over"),
        pytest.param("called-off", CO_HOSTS.most, NoCoHost.CALLED_OFF, id="called off"),
    ],
)
def test_why_not_ask(state, asked, reason):
    assert why_not_ask(state, asked=asked) == reason


@pytest.mark.parametrize(
    ("state", "is_host", "reason"),
    [
        pytest.param("published", False, None, id="anybody"),
        pytest.param("published", True, NoCoHost.OWN_EVENT, id="the host"),
        pytest.param("closed", True, NoCoHost.CLOSED, id="over"),
        pytest.param("called-off", False, NoCoHost.CALLED_OFF, id="called off"),
    ],
)
def test_why_not_help(state, is_host, reason):
    assert why_not_help(state, is_host=is_host) == reason


def invitation_page(co_host):
    return reverse("events:help_host", args=[co_host.token])


def test_a_host_asks_and_a_member_helps(ren, aki, signed_in):
    event = make_event(ren)
    host, helper = signed_in(ren), signed_in(aki)
    people = reverse("events:co_hosts", args=[event.pk])
    desk = reverse("events:desk", args=[event.pk])

    host.post(people, {"right": "check-in"})
    co_host = CoHost.objects.get()
    assert co_host.token in host.get(people).content.decode()
    assert helper.get(desk).status_code == 404
    shown = helper.get(invitation_page(co_host)).content.decode()
    assert not Event.objects.run_by(aki, Right.CHECK_IN).exists()  # reading takes nothing
    answers = [helper.post(invitation_page(co_host), {"answer": "help"}) for _ in range(2)]

    assert "れんさんから" in shown
    assert [answer.url for answer in answers] == [desk, desk]
    assert helper.get(desk).status_code == 200
    assert "あきさん" in host.get(people).content.decode()
    assert co_host.token not in host.get(people).content.decode()
    assert event.title in helper.get(reverse("events:hosting")).content.decode()
    assert desk in helper.get(reverse("events:mine")).content.decode()
    lines = AuditEntry.objects.filter(verb__startswith="co-host.").order_by("pk")
    assert list(lines.values_list("verb", "by")) == [
        ("co-host.ask", ren.pk),
        ("co-host.accept", aki.pk),
    ]


def test_a_link_passed_on_lets_nobody_else_in(ren, aki, mio, signed_in):
    co_host = make_co_host(make_event(ren))
    signed_in(aki).post(invitation_page(co_host), {"answer": "help"})
    second = signed_in(mio)
    assert second.get(invitation_page(co_host)).status_code == 404
    assert second.post(invitation_page(co_host), {"answer": "help"}).status_code == 404
    assert second.post(invitation_page(co_host), {"answer": "stop"}).status_code == 404
    with pytest.raises(Gone):
        help_host(event_id=co_host.event_id, token=co_host.token, member=mio, now=timezone.now())
    assert CoHost.objects.get().member == aki


def test_help_ends_at_once_by_either_side(ren, aki, mio, signed_in):
    event = make_event(ren)
    one, other = make_co_host(event, aki), make_co_host(event, mio)
    for _ in range(2):
        signed_in(ren).post(reverse("events:end_help", args=[event.pk, one.pk]))
    signed_in(mio).post(invitation_page(other), {"answer": "stop"})
    assert not CoHost.objects.exists()
    assert {signed_in(who).get(reverse("events:desk", args=[event.pk])).status_code for who in (aki, mio)} == {404}


def test_another_host_ends_nobodys_help(ren, aki, signed_in):
    mine, theirs = make_co_host(make_event(ren), aki), make_event(make_member("ほかの進行役", roles=("host",)))
    signed_in(theirs.host).post(reverse("events:end_help", args=[theirs.pk, mine.pk]))
    assert CoHost.objects.get() == mine


def test_the_host_is_told_that_the_link_is_for_others(ren, signed_in):
    co_host = make_co_host(make_event(ren))
    answers = [signed_in(ren).get(invitation_page(co_host)), signed_in(ren).post(invitation_page(co_host))]
    assert [(answer.status_code, "送ってください" in answer.content.decode()) for answer in answers] == [
        (409, True)
    ] * 2


def test_a_second_invitation_takes_the_place_of_the_first(ren, aki):
    event = make_event(ren)
    make_co_host(event, aki, right="everything")
    smaller = ask_for_help(event_id=event.pk, right=Right.CHECK_IN, by=ren, now=timezone.now())
    help_host(event_id=event.pk, token=smaller.token, member=aki, now=timezone.now())
    assert list(event.co_hosts.order_by("pk").values_list("member", "right")) == [(aki.pk, "check-in")]


def test_enough_is_enough(ren, signed_in):
    event = make_event(ren)
    for _ in range(CO_HOSTS.most):
        make_co_host(event)
    with pytest.raises(Refused):
        ask_for_help(event_id=event.pk, right=Right.GROUPS, by=ren, now=timezone.now())
    page = signed_in(ren).get(reverse("events:co_hosts", args=[event.pk]))
    assert "6人まで" in page.content.decode()


@pytest.mark.parametrize("typed", [{}, {"right": "own"}, {"right": "\x00"}, {"right": ["check-in", "x"]}])
def test_an_unknown_right_is_asked_again(ren, signed_in, typed):
    event = make_event(ren)
    page = signed_in(ren).post(reverse("events:co_hosts", args=[event.pk]), typed)
    assert (page.status_code, set(page.context["form"].errors), CoHost.objects.count()) == (422, {"right"}, 0)


def test_the_desk_offers_a_helper_only_what_they_may_do(ren, aki, signed_in):
    event = make_event(ren, starts_at=timezone.now())
    make_registration(event)
    make_co_host(event, aki)
    shown = {who: signed_in(who).get(reverse("events:desk", args=[event.pk])).content.decode() for who in (ren, aki)}
    for name in ("groups", "close", "call_off", "co_hosts"):
        address = reverse(f"events:{name}", args=[event.pk])
        assert (address in shown[ren], address in shown[aki]) == (True, False)
    assert reverse("events:check_in", args=[event.pk]) in shown[aki]


def test_a_host_whose_role_ended_runs_nothing(ren):
    make_event(ren)
    ren.role_grants.update(ended_at=timezone.now())
    assert not Event.objects.run_by(ren, Right.CHECK_IN).exists()


def test_each_right_has_its_words_and_covers_those_above_it():
    rights = list(Right)
    assert all(right.label and right.hint for right in rights)
    assert [COVERS[right] for right in rights] == [frozenset(rights[: place + 1]) for place in range(len(rights))]
