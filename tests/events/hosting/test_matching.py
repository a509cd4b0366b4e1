"""How many members fit what a host is choosing, told so that nobody can be found out by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events.event.limits import COUNTS
from events.event.rules.eligibility import AskedCondition, Candidate, Conditions
from events.event.rules.matching import Estimate, Leftover, Matching, NoCount, count, countable, estimate, leftover
from events.hosting.flows.matching import count_matching
from events.hosting.queries.matching import candidates_of_the_hour, offset_of, unfit_registrations
from events.models import Condition, Event, Invitation, Registration, Series
from kouryu.refusal import Refused
from members.accounts.taxonomies import career_themes
from members.models import AuditEntry, Period, ProfileTheme, Suspension
from tests import factories
from tests.events.plans import make_plan, typed

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MAKERS = Conditions((AskedCondition("industry", frozenset({"E"})),))
PRIVATE = next(key for key, theme in career_themes().items() if theme.is_private)


# --- the rule


@pytest.mark.parametrize(
    ("number", "offset", "answer"),
    [
        (0, 0, Estimate(Matching.HARDLY_ANY)),
        (0, 9, Estimate(Matching.HARDLY_ANY)),
        (4, 0, Estimate(Matching.HARDLY_ANY)),
        (4, 9, Estimate(Matching.HARDLY_ANY)),
        (5, 0, Estimate(Matching.FEW, 0)),
        (8, 9, Estimate(Matching.HARDLY_ANY)),
        (9, 9, Estimate(Matching.FEW, 10)),
        (19, 0, Estimate(Matching.FEW, 10)),
        (21, 9, Estimate(Matching.ENOUGH, 30)),
        (30, 0, Estimate(Matching.ENOUGH, 30)),
        (147, 2, Estimate(Matching.ENOUGH, 140)),
    ],
)
def test_estimates_are_steps_with_moving_borders(number, offset, answer):
    assert estimate(number, offset) == answer


@given(st.integers(0, 5000))
def test_an_estimate_is_right_on_average_and_never_far_off(number):
    answers = [estimate(number, offset) for offset in range(10)]
    assert all(abs(one.about - number) < 10 for one in answers)
    if number >= 9:
        assert sum(one.about for one in answers) == number * 10
        assert Matching.HARDLY_ANY not in {one.matching for one in answers}
    if number >= 5:
        assert Matching.FEW in {one.matching for one in answers} or number > 20


@pytest.mark.parametrize("number", range(5))
def test_somebody_reads_like_nobody_in_however_many_ways_it_is_asked(number):
    """Another value that nobody has makes another question about the same people, with borders of its own."""
    assert {estimate(number, offset) for offset in range(10)} == {Estimate(Matching.HARDLY_ANY)}


@given(st.integers(0, 300))
def test_one_person_more_is_never_told_for_sure(number):
    """Of ten places of the borders at most three let one person more make a difference: one step, and two for few."""
    fewer, more = ([estimate(people, offset) for offset in range(10)] for people in (number, number + 1))
    assert sum(a != b for a, b in zip(fewer, more, strict=True)) <= 3


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
def test_leftovers_are_told_only_where_both_sides_can_hide(unfit, fit, offset):
    told = leftover(unfit, unfit + fit, offset)
    assert told == Leftover.UNTOLD or min(unfit, fit) >= 5
    assert told != Leftover.UNTOLD or min(unfit, fit) < 9
    assert (told == Leftover.MANY) == (told != Leftover.UNTOLD and unfit >= fit)


def test_the_border_of_the_leftovers_moves_with_the_question():
    assert [leftover(5, 12, offset) for offset in (0, 9)] == [Leftover.SOME, Leftover.UNTOLD]


def test_candidates_who_look_alike_are_counted_together():
    assert count({Candidate(industry="E"): 7, Candidate(industry="P"): 3, Candidate(): 2}, MAKERS) == 7


def test_invited_people_are_never_counted():
    invited = AskedCondition("invited")
    assert countable(Conditions((*MAKERS.asked, invited))) is None
    assert countable(Conditions((*MAKERS.asked, invited), any_is_enough=True)) == Conditions(
        MAKERS.asked, any_is_enough=True
    )


def test_the_border_of_a_question_stays_where_it_is_for_the_day():
    again = Conditions((AskedCondition("industry", frozenset({"E"})),))
    assert offset_of(MAKERS, NOW) == offset_of(again, NOW + timedelta(hours=1))
    questions = [Conditions((AskedCondition("occupation", frozenset({str(number)})),)) for number in range(60)]
    assert {offset_of(one, NOW) for one in questions} == set(range(10))


# --- who is counted

pytestmark = pytest.mark.django_db


def test_those_who_could_come_are_counted_and_nobody_else(yu):
    now = timezone.now()
    for _ in range(3):
        factories.make_member(industry="E")
    gone = factories.make_member(industry="E")
    Period.objects.filter(member=gone).update(ends_on=timezone.localdate(now) - timedelta(days=20))
    out = factories.make_member(industry="E")
    Suspension.objects.create(member=out, starts_at=now - timedelta(days=1), reason="-")
    assert count(candidates_of_the_hour(now), MAKERS) == 3


def test_all_that_a_condition_can_ask_is_known(aki):
    now = timezone.now()
    plan = factories.make_plan()
    Period.objects.update(plan=plan)
    aki.joined_at = now - timedelta(days=200)
    aki.save(update_fields=["joined_at"])
    aki.profile.position, aki.profile.prefecture = "lead", "JP-13"
    aki.profile.save(update_fields=["position", "prefecture"])
    for theme in ("stuck", PRIVATE):
        ProfileTheme.objects.create(profile=aki.profile, theme=theme)
    factories.make_evening([[aki]])
    assert [one for one in candidates_of_the_hour(now) if one.position] == [
        Candidate(
            industry="E",
            occupation="02",
            position="lead",
            prefecture="JP-13",
            themes=frozenset({"stuck"}),
            months_as_member=6,
            events_attended=1,
            plan="monthly",
        )
    ]


def test_who_joins_within_the_hour_cannot_be_seen_and_counting_costs_one_note(ren, django_assert_max_num_queries):
    now = timezone.now().replace(minute=30)
    before = count(candidates_of_the_hour(now), MAKERS)
    factories.make_member(industry="E")
    assert count(candidates_of_the_hour(now), MAKERS) == before
    with django_assert_max_num_queries(4):  # a transaction, the limit, the note
        count_matching(by=ren, conditions=MAKERS, now=now)
    assert count(candidates_of_the_hour(now + timedelta(hours=1)), MAKERS) == before + 1


def test_each_count_is_noted_without_values_and_too_many_are_refused(ren):
    now = timezone.now()
    count_matching(by=ren, conditions=MAKERS, now=now)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "fields")) == [
        ("conditions.count", ren.pk, ["industry"])
    ]
    line = AuditEntry.objects.get()
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now, by=ren, verb=line.verb, object_type=line.object_type) for _ in range(COUNTS.an_hour - 1)
    )
    with pytest.raises(Refused) as refused:
        count_matching(by=ren, conditions=MAKERS, now=now)
    assert refused.value.reason == NoCount.TOO_OFTEN
    count_matching(by=ren, conditions=MAKERS, now=now + timedelta(hours=1, seconds=1))


# --- the builder


def _members(number: int) -> None:
    for _ in range(number):
        factories.make_member(industry="E")
    caches["parts"].clear()


def _ask(client, **answers):
    return client.post(reverse("events:matching"), {"industries": ["E"], **answers}, headers={"HX-Request": "true"})


def test_a_member_who_hosts_reads_words_and_staff_reads_steps(ren, sora, signed_in):
    host, owner = signed_in(ren), signed_in(sora)
    assert "ほとんどいません" in _ask(host).content.decode()
    assert "ほとんどいません" in _ask(owner).content.decode()
    _members(8)
    assert "少なめです" in _ask(host).content.decode()
    _members(40)
    assert "十分います" in _ask(host).content.decode()
    assert "およそ40人です" in _ask(owner).content.decode() or "およそ50人です" in _ask(owner).content.decode()
    assert "48" not in _ask(owner).content.decode()


def test_the_questions_come_with_the_count(ren, signed_in):
    page = _ask(signed_in(ren), conditions_combined="any", first_timers_only="on").content.decode()
    assert "あなたの業界では当たり前で、外の人に驚かれることは何ですか。" in page
    assert "どんな時間になったら、来てよかったと思えそうですか。" in page


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"condition_themes": [PRIVATE]}, "鍵のついたモヤモヤは、条件にできません"),
        ({"condition_themes": ["stuck", PRIVATE], "conditions_combined": "any"}, "鍵のついたモヤモヤは"),
        ({"industries": ["\x00"]}, "選択"),
    ],
    ids=["private theme", "private theme combined", "NUL"],
)
def test_what_may_not_be_asked_is_told_and_not_counted(ren, signed_in, answers, sentence):
    answer = _ask(signed_in(ren), **answers)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_nothing_chosen_asks_nothing(ren, signed_in):
    answer = signed_in(ren).post(reverse("events:matching"), {})
    assert (answer.status_code, AuditEntry.objects.count()) == (200, 0)


def test_after_too_many_counts_the_form_still_works(ren, signed_in):
    count_matching(by=ren, conditions=MAKERS, now=timezone.now())
    line = AuditEntry.objects.get()
    AuditEntry.objects.bulk_create(
        AuditEntry(at=line.at, by=ren, verb=line.verb, object_type=line.object_type) for _ in range(COUNTS.an_hour)
    )
    page = _ask(signed_in(ren)).content.decode()
    assert "いまはお休みしています" in page
    assert "やさしい問い" in page


def test_without_scripts_a_button_shows_the_same_and_judges_nothing(ren, signed_in):
    sent = typed(make_plan(timezone.now()), title="", industries=["E"], count="1")
    page = signed_in(ren).post(reverse("events:write", args=["hour"]), sent)
    assert page.status_code == 200
    assert "ほとんどいません" in page.content.decode()
    assert page.context["form"]["industries"].value() == ["E"]
    assert not page.context["form"].errors
    assert not Event.objects.exists()


def test_conditions_are_kept_as_they_were_chosen(ren, signed_in):
    chosen = {
        "positions": ["lead"],
        "member_since": "6",
        "earlier_events": "2",
        "invited": "on",
        "conditions_combined": "any",
    }
    signed_in(ren).post(reverse("events:write", args=["hour"]), typed(make_plan(timezone.now()), **chosen))
    event = Event.objects.get()
    assert (event.conditions_combined, list(event.conditions.order_by("pk").values_list("kind", "values"))) == (
        "any",
        [("position", ["lead"]), ("member-since", ["6"]), ("earlier-events", ["2"]), ("invited", [])],
    )
    form = signed_in(ren).get(reverse("events:edit", args=[event.pk])).context["form"]
    shown = {name: form[name].value() for name in chosen}
    assert shown == {**chosen, "positions": ("lead",), "invited": True}


def test_who_came_to_a_series_can_be_asked_for(ren, aki, mio, signed_in):
    now = timezone.now()
    series = Series.objects.create(
        host=ren,
        pattern="weekly",
        first_on=now.date(),
        first_at=now.time(),
        zone="Asia/Tokyo",
        passed=1,
        created_at=now,
    )
    factories.make_evening([[aki]], series=series, title="水曜の会")
    event = factories.make_event(ren)
    Condition.objects.create(event=event, kind="series", values=[str(series.pk)])
    pages = [signed_in(member).get(event.get_absolute_url()).context["page"] for member in (aki, mio)]
    assert [page.mine.is_eligible for page in pages] == [True, False]
    assert "「水曜の会」のシリーズに参加した方" in pages[1].mine.refusal.sentence
    asked = Conditions((AskedCondition("series", frozenset({str(series.pk)})),))
    assert count(candidates_of_the_hour(now), asked) == 1
    form = signed_in(ren).get(reverse("events:write", args=["hour"])).context["form"]
    assert form.fields["series"].choices == [(str(series.pk), "水曜の会")]
    cards = signed_in(aki).get(reverse("events:events")).context["page"].object_list
    assert [card.points >= 0 for card in cards if card.event == event] == [True]


# --- changed after people have registered


def _changed(client, event, **answers):
    plan = make_plan(timezone.now(), promises=("listening-ok",))
    sent = {**typed(plan, seen_version=str(event.version)), "industries": ["P"], **answers}
    return client.post(reverse("events:edit", args=[event.pk]), sent)


def test_changed_conditions_throw_nobody_out_and_the_line_is_not_tested_again(ren, signed_in):
    event = factories.make_event(ren, promises=["listening-ok"], capacity=12)
    seated = factories.make_registration(event, factories.make_member(industry="E"))
    waiting = factories.make_registration(event, factories.make_member(industry="E"), state="waiting")
    client = signed_in(ren)

    warning = _changed(client, event)

    assert (warning.status_code, warning.context["leftover"]) == (200, Leftover.UNTOLD)
    assert "席と順番は、そのまま残ります" in warning.content.decode()
    assert not Condition.objects.exists()

    _changed(client, event, conditions_seen=warning.context["form"]["conditions_seen"].value())

    assert list(Condition.objects.order_by("pk").values_list("kind", "values")) == [("industry", ["P"])]
    states = dict(Registration.objects.values_list("pk", "state"))
    assert states == {seated.pk: "confirmed", waiting.pk: "offered"}  # a seat was free: theirs, untested


def test_a_warning_about_other_conditions_does_not_count(ren, signed_in):
    event = factories.make_event(ren, promises=["listening-ok"])
    factories.make_registration(event)
    client = signed_in(ren)
    seen = _changed(client, event).context["form"]["conditions_seen"].value()
    assert _changed(client, event, industries=["E"], conditions_seen=seen).status_code == 200
    assert not Condition.objects.exists()


def test_a_host_learns_how_many_in_words_where_both_sides_can_hide(ren, signed_in):
    event = factories.make_event(ren, promises=["listening-ok"], capacity=20)
    for industry in "EEEEEEEEEPPPPPPPPP":
        factories.make_registration(event, factories.make_member(industry=industry))
    warning = _changed(signed_in(ren), event)
    assert warning.context["leftover"] == Leftover.MANY
    assert "半分以上" in warning.content.decode()


def test_one_who_registers_between_two_warnings_changes_nothing_in_them(ren):
    event = factories.make_event(ren, capacity=40)
    for industry in "EEEEEEEEEPPPPPPPP":
        factories.make_registration(event, factories.make_member(industry=industry))
    now = timezone.now()
    before = unfit_registrations(event, MAKERS, now=now)
    factories.make_registration(event, factories.make_member(industry="P"))
    assert unfit_registrations(event, MAKERS, now=now + timedelta(days=1)) == before == (8, 17)


def test_conditions_of_an_event_that_nobody_joined_change_at_once(ren, signed_in):
    event = factories.make_event(ren, promises=["listening-ok"])
    assert _changed(signed_in(ren), event).status_code == 302
    assert Condition.objects.count() == 1


# --- invited people only: invisible to all others


def test_an_event_for_invited_people_is_invisible_to_others(ren, aki, mio, sora, signed_in):
    event = factories.make_event(ren)
    Condition.objects.create(event=event, kind="invited")
    Invitation.objects.create(event=event, member=aki, invited_at=timezone.now())
    address = event.get_absolute_url()

    answers = [signed_in(member).get(address).status_code for member in (aki, mio, ren)]

    assert answers == [200, 404, 200]
    assert signed_in(mio).post(reverse("events:register", args=[event.pk]), {"mode": "talk"}).status_code == 404
    cards = [signed_in(member).get(reverse("events:events")).context["page"].object_list for member in (aki, mio)]
    assert [len(one) for one in cards] == [1, 0]
    signed_in(aki).post(reverse("events:register", args=[event.pk]), {"mode": "talk"})
    assert list(event.registrations.order_by("pk").values_list("member", "state")) == [(aki.pk, "confirmed")]


def test_who_registered_while_it_was_open_still_sees_it(ren, mio, signed_in):
    event = factories.make_event(ren)
    factories.make_registration(event, mio)
    Condition.objects.create(event=event, kind="invited")
    assert signed_in(mio).get(event.get_absolute_url()).status_code == 200


def test_invited_besides_matching_is_visible_to_all(ren, aki, mio, signed_in):
    event = factories.make_event(ren, conditions_combined="any")
    Condition.objects.create(event=event, kind="invited")
    Condition.objects.create(event=event, kind="industry", values=["G"])
    Invitation.objects.create(event=event, member=aki, invited_at=timezone.now())
    pages = [signed_in(member).get(event.get_absolute_url()).context["page"] for member in (aki, mio)]
    assert [page.mine.is_eligible for page in pages] == [True, False]


@pytest.mark.parametrize("combined", ["all", "any"])
@pytest.mark.parametrize("kinds", [("invited",), ("invited", "industry"), ("industry",), ()])
def test_the_database_hides_what_the_rule_hides(aki, combined, kinds):
    from events.event.rules.eligibility import needs_invitation
    from events.registration.queries.registration import conditions_of

    event = factories.make_event(conditions_combined=combined)
    for kind in kinds:
        Condition.objects.create(event=event, kind=kind)
    visible = Event.objects.visible_to(aki).filter(pk=event.pk).exists()
    assert visible != needs_invitation(conditions_of(event))
