"""Evenings for a group that members put themselves into, and that no count tells who is in it (decision 0070)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from events.event.choices import Combined, EventState
from events.event.limits import BATCHES, SHOWN
from events.event.rules.eligibility import AskedCondition, Conditions, NotEligible
from events.event.rules.figures import NoBalance
from events.event.rules.matching import Estimate, Leftover, Matching
from events.groups.flows.grouping import draw_groups
from events.hosting.flows.affinity import forget_affinities
from events.hosting.flows.balance import invite_missing_industries
from events.hosting.flows.matching import count_leftover, count_matching
from events.hosting.queries.matching import affinities_with_enough
from events.models import Attendance, Condition, Event, Registration, StepCount
from events.registration.flows.registration import register, withdraw
from feedback.growth.queries.mail_sequence import events_that_suit
from kouryu.refusal import Refused
from members.affinity.flows import join_affinity, leave_affinity, retire_affinity
from members.models import AffinityGroup, AffinityMember
from tests import factories
from tests.events.plans import make_plan, typed

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + BATCHES.pause


@pytest.fixture
def group() -> AffinityGroup:
    return AffinityGroup.objects.create(name_ja="管理職の女性", purpose_ja="決める立場の話を。", named_at=NOW)


def joined(group, number, **profile) -> list:
    members = [factories.make_member(**profile) for _ in range(number)]
    for member in members:
        join_affinity(member=member, number=group.pk, now=NOW)
    return members


def asking(group, *, any_is_enough=False, **kinds) -> Conditions:
    asked = [AskedCondition(kind, frozenset(values)) for kind, values in kinds.items()]
    return Conditions((AskedCondition("affinity", frozenset({str(group.pk)})), *asked), any_is_enough=any_is_enough)


def event_for(group, host=None, *, combined=Combined.ALL, **kinds) -> Event:
    event = factories.make_event(host, conditions_combined=combined, promises=["listening-ok"], capacity=40)
    for kind, values in {"affinity": [str(group.pk)], **kinds}.items():
        Condition.objects.create(event=event, kind=kind, values=values)
    return event


# --- joining an evening


def test_who_is_not_in_the_group_reads_which_it_is_and_where_to_put_themselves_in(aki, group, signed_in):
    page = signed_in(aki).get(event_for(group).get_absolute_url()).content.decode()
    assert "この会は「なかま：管理職の女性」を対象にしています。" in page
    assert "あてはまるときは、プロフィールに加えると申し込めます。" in page
    assert f'href="{reverse("members:card")}#affinity"' in page


def test_a_member_of_the_group_reads_what_a_seat_says_of_them_before_they_register(aki, group, signed_in):
    event = event_for(group)
    join_affinity(member=aki, number=group.pk, now=NOW)
    told = "対象に当てはまる方だということが、この会の進行役と運営、おなじ会に来る方に分かります"
    for path in (event.get_absolute_url(), reverse("events:register", args=[event.pk])):
        assert told in signed_in(aki).get(path).content.decode()
    assert told not in signed_in(aki).get(factories.make_event().get_absolute_url()).content.decode()


def test_who_comes_is_told_to_those_who_come_and_to_nobody_else(aki, mio, ren, group, signed_in):
    """An industry that one person has would say to everybody that they are in the group."""
    event = event_for(group, ren)
    others = [factories.make_member(industry=industry) for industry in "ABCD"]
    for member in (aki, *others):
        factories.make_registration(event, member, wants_to_talk=f"話 {member.pk}")
    join_affinity(member=mio, number=group.pk, now=NOW)

    for reader, is_told in ((aki, True), (ren, True), (mio, False), (factories.make_member(), False)):
        who = signed_in(reader).get(event.get_absolute_url()).context["page"].who
        assert bool(who.people) == is_told, reader.called_name
        assert who.is_withheld != is_told
    page = signed_in(mio).get(event.get_absolute_url()).content.decode()
    assert "席のある方にだけ出ます" in page
    assert "話 " not in page
    (card,) = signed_in(mio).get(reverse("events:events")).context["page"].object_list
    assert card.tally.industries == frozenset()


def test_whoever_leaves_the_group_keeps_their_seat_and_needs_the_group_to_register_again(aki, group):
    event = event_for(group)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=event.pk, now=timezone.now())
    assert refused.value.reason == NotEligible.AFFINITY_UNTOLD

    join_affinity(member=aki, number=group.pk, now=NOW)
    register(member=aki, event_id=event.pk, now=timezone.now())
    leave_affinity(member=aki, number=group.pk)
    assert Registration.objects.get().state == "confirmed"

    withdraw(member=aki, event_id=event.pk, now=timezone.now())
    with pytest.raises(Refused):
        register(member=aki, event_id=event.pk, now=timezone.now())


def test_the_list_says_the_same_as_the_page(aki, mio, group, signed_in):
    event = event_for(group)
    join_affinity(member=aki, number=group.pk, now=NOW)
    cards = [signed_in(one).get(reverse("events:events")).context["page"].object_list for one in (aki, mio)]
    assert [card.points >= 0 for cards_of_one in cards for card in cards_of_one if card.event == event] == [True, False]


def test_what_else_would_suit_somebody_knows_their_groups(aki, group, signed_in):
    closed = factories.make_event()
    Condition.objects.create(event=closed, kind="industry", values=["P"])
    for_group = event_for(group)
    assert signed_in(aki).get(closed.get_absolute_url()).context["page"].mine.others == []
    join_affinity(member=aki, number=group.pk, now=NOW)
    others = signed_in(aki).get(closed.get_absolute_url()).context["page"].mine.others
    assert [one.pk for one in others] == [for_group.pk]


# --- planning an evening


def test_a_host_chooses_a_group_like_any_other_condition(ren, group, signed_in):
    signed_in(ren).post(
        reverse("events:write", args=["hour"]), typed(make_plan(timezone.now()), affinities=[str(group.pk)])
    )
    condition = Condition.objects.get()
    assert (condition.kind, condition.values) == ("affinity", [str(group.pk)])


def test_a_retired_group_stays_with_its_evening_and_is_chosen_for_no_other(ren, sora, group, signed_in):
    event = event_for(group, ren)
    retire_affinity(number=group.pk, by=sora, now=NOW)
    client, chosen = signed_in(ren), {"affinities": [str(group.pk)]}

    answer = client.post(reverse("events:write", args=["hour"]), typed(make_plan(timezone.now()), **chosen))
    assert answer.status_code == 422
    assert "なかま「管理職の女性」は、もう条件にできません。外してから、保存してください。" in answer.content.decode()
    assert "管理職の女性" not in client.get(reverse("events:write", args=["hour"])).content.decode()

    assert "管理職の女性" in client.get(reverse("events:edit", args=[event.pk])).content.decode()
    plan = make_plan(timezone.now(), promises=("listening-ok",), capacity=40, title="あたらしい題")
    client.post(reverse("events:edit", args=[event.pk]), typed(plan, seen_version=str(event.version), **chosen))
    event.refresh_from_db()
    assert event.title == "あたらしい題"
    assert event.conditions.get().values == [str(group.pk)]


def test_whoever_was_not_in_a_retired_group_is_sent_to_other_evenings(aki, mio, sora, group, signed_in):
    event = event_for(group)
    join_affinity(member=aki, number=group.pk, now=NOW)
    retire_affinity(number=group.pk, by=sora, now=NOW)

    page = signed_in(mio).get(event.get_absolute_url()).context["page"]
    assert page.mine.refusal.next_url == reverse("events:events")
    register(member=aki, event_id=event.pk, now=timezone.now())  # who was in it may still come


@pytest.mark.parametrize(
    ("state", "days", "is_kept"),
    [
        (EventState.PUBLISHED, 7, True),
        (EventState.DRAFT, 7, True),
        (EventState.CALLED_OFF, 7, False),
        (EventState.CLOSED, -7, False),
        (EventState.PUBLISHED, -7, False),
    ],
)
def test_a_retired_group_forgets_its_members_once_no_evening_asks_for_it(state, days, is_kept, sora, group):
    event = event_for(group)
    starts_at = NOW + timedelta(days=days)
    Event.objects.filter(pk=event.pk).update(state=state, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    joined(group, SHOWN.fewest)
    affinities_with_enough(asking(group), now=NOW)

    assert forget_affinities(now=NOW) == 0  # it is open
    retire_affinity(number=group.pk, by=sora, now=NOW)
    assert forget_affinities(now=NOW) == (0 if is_kept else SHOWN.fewest)
    assert AffinityMember.objects.exists() == StepCount.objects.exists() == is_kept


# --- what a host learns of numbers


def test_a_group_is_told_from_five_on_and_by_itself(group):
    asked = asking(group)
    members = joined(group, SHOWN.fewest - 1)
    assert affinities_with_enough(asked, now=NOW) == {str(group.pk): False}
    join_affinity(member=factories.make_member(), number=group.pk, now=NOW)
    assert affinities_with_enough(asked, now=LATER) == {str(group.pk): True}
    assert len(members) == 4


def test_one_who_leaves_the_group_or_the_site_is_not_seen_in_its_number(group):
    """Whoever knows the number exactly, by accounts of their own, sees nothing move when one other person goes."""
    asked = asking(group)
    leaver, lapsed, *_ = joined(group, SHOWN.fewest)
    assert affinities_with_enough(asked, now=NOW) == {str(group.pk): True}
    leave_affinity(member=leaver, number=group.pk)
    lapsed.periods.all().delete()
    assert affinities_with_enough(asked, now=LATER) == {str(group.pk): True}
    join_affinity(member=leaver, number=group.pk, now=NOW)
    assert affinities_with_enough(asked, now=LATER + BATCHES.pause) == {str(group.pk): True}


def test_what_is_remembered_of_a_number_leads_to_nobody(group):
    members = joined(group, SHOWN.fewest)
    affinities_with_enough(asking(group), now=NOW)
    count = StepCount.objects.get()
    assert len(count.seen) == SHOWN.fewest
    assert not {one.pk for one in members} & set(count.seen)


SUBTRACTIONS = {
    "the group alone": {},
    "with everybody's industry": {"industries": ["E", "P"]},
    "with the industry of the others": {"industries": ["E"]},
    "with an industry that one person has": {"industries": ["P"]},
    "or everybody's industry": {"industries": ["E", "P"], "conditions_combined": "any"},
    "or the industry of the others": {"industries": ["E"], "conditions_combined": "any"},
    "or an industry that one person has": {"industries": ["P"], "conditions_combined": "any"},
    "with the first time": {"first_timers_only": "on"},
    "or an invitation": {"invited": "on", "conditions_combined": "any"},
}


@pytest.mark.parametrize("asked", SUBTRACTIONS.values(), ids=SUBTRACTIONS)
@pytest.mark.parametrize("role", ["host", "owner"])
@pytest.mark.parametrize("others", [3, 9, 29], ids=["hidden with the others", "few", "at the border of enough"])
def test_no_question_tells_whether_one_known_person_is_in_the_group(
    asked, role, others, group, ren, sora, mio, signed_in
):
    """The same answer with and without them, however the group is put together with what is known of them."""
    joined(group, others, industry="E")
    client, sent = signed_in(ren if role == "host" else sora), {"affinities": [str(group.pk)], **asked}

    def told() -> str:
        caches["parts"].clear()
        StepCount.objects.all().delete()
        return client.post(reverse("events:matching"), sent).content.decode()

    without = told()
    join_affinity(member=mio, number=group.pk, now=NOW)
    assert told() == without


def test_the_group_and_the_other_conditions_are_counted_apart(ren, group):
    joined(group, 6, industry="E")
    assert count_matching(by=ren, conditions=asking(group), now=NOW) == Estimate(Matching.BY_AFFINITY)
    together = count_matching(by=ren, conditions=asking(group, industry=["E"]), now=NOW)
    alone = count_matching(by=ren, conditions=Conditions((AskedCondition("industry", frozenset("E")),)), now=NOW)
    assert together == alone


@pytest.mark.parametrize("any_is_enough", [True, False])
@pytest.mark.parametrize("kinds", [{}, {"industry": ["E"]}, {"industry": ["E", "P"]}])
def test_of_those_who_registered_no_host_learns_how_many_are_in_the_group(kinds, any_is_enough, ren, group):
    """They stand at the desk by name: a number that moves with one of them would tell of that one."""
    event = factories.make_event(ren, capacity=60)
    for member in joined(group, 20, industry="E"):
        factories.make_registration(event, member)
    for _ in range(20):
        factories.make_registration(event, factories.make_member(industry="P"))
    conditions = asking(group, any_is_enough=any_is_enough, **kinds)
    assert count_leftover(by=ren, event=event, conditions=conditions, now=NOW) == Leftover.UNTOLD


def test_no_invitation_by_mail_says_who_is_in_a_group(ren, group, signed_in):
    """The desk sees which mails somebody got."""
    event = event_for(group, ren)
    joined(group, 3, industry="A")
    with pytest.raises(Refused) as refused:
        invite_missing_industries(event_id=event.pk, by=ren, now=NOW)
    assert refused.value.reason == NoBalance.FOR_AN_AFFINITY
    page = signed_in(ren).get(reverse("events:figures", args=[event.pk])).content.decode()
    assert "なかまを条件にした会では、お知らせを送りません" in page


def test_groups_are_drawn_alike_whoever_is_in_a_group(ren, group):
    def drawn() -> list:
        event.rounds.all().delete()
        rounds = draw_groups(event_id=event.pk, by=ren, now=event.starts_at, seed=7)
        return [sorted(seat.member_id for seat in one.seats.all()) for round in rounds for one in round.groups.all()]

    event = factories.make_event(ren)
    people = [factories.make_member(industry=industry) for industry in "ABCDEFGH"]
    for member in people:
        registration = factories.make_registration(event, member)
        Attendance.objects.create(registration=registration, presence="present", recorded_at=event.starts_at)
    before = drawn()
    for member in people[:4]:
        join_affinity(member=member, number=group.pk, now=NOW)
    assert drawn() == before


def test_no_letter_of_the_month_names_an_evening_for_a_group(aki, group):
    event_for(group)
    for_all = factories.make_event()
    join_affinity(member=aki, number=group.pk, now=NOW)
    assert events_that_suit(aki, NOW) == [for_all]


def test_the_desk_of_an_evening_for_everybody_is_the_same_whoever_is_in_a_group(aki, ren, group, signed_in):
    event = factories.make_event(ren)
    factories.make_registration(event, aki)
    before = signed_in(ren).get(reverse("events:desk", args=[event.pk])).content.decode()
    join_affinity(member=aki, number=group.pk, now=NOW)
    assert "管理職の女性" not in before
    assert "管理職の女性" not in signed_in(ren).get(reverse("events:desk", args=[event.pk])).content.decode()
