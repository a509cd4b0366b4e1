"""A member's page on the evening: it follows the host, tells who sits with me, and stays cheap to watch."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.evening import begin_round, end_round, publish_round, say_to_all
from events.evening.prompts import prompts, prompts_for
from events.evening.rules import SharedThings, ToldInGroup, shared_things
from events.models import Attendance, Event, Group, Note, Round, Seat, Signal
from members.accounts.taxonomies import career_themes, nameable_themes
from members.models import Block, Profile, ProfileTheme
from tests.factories import make_account, make_event, make_member, make_registration


@pytest.fixture(autouse=True)
def _no_memory(settings) -> None:
    settings.PULSE_REMEMBERED_FOR = timedelta(0)


@pytest.fixture
def evening(ren):
    return make_event(ren, starts_at=timezone.now())


def seat(event, number, *members, published=True):
    now = timezone.now()
    shown = {"published_at": now if published else None}
    drawn, _ = Round.objects.get_or_create(event=event, number=number, defaults={"drawn_at": now, **shown})
    group = Group.objects.create(round=drawn, number=drawn.groups.count() + 1, industries=2, new_pairs=1)
    for member in members:
        Seat.objects.create(round=drawn, group=group, member=member)
    return drawn


def come(event, *members):
    for member in members:
        registration = make_registration(event, member)
        Attendance.objects.create(registration=registration, presence="present", recorded_at=timezone.now())


def page(event):
    return reverse("events:group", args=[event.pk])


def part(event):
    return reverse("events:group_now", args=[event.pk])


# --- who sits with me


def test_it_shows_my_people_what_they_offer_and_prompts(evening, aki, mio, signed_in):
    other = make_member("つばさ")
    make_registration(evening, aki)
    make_registration(evening, mio, wants_to_talk="評価のしかた", can_offer="夜勤の組みかた", mode="listen")
    seat(evening, 1, aki, mio)
    seat(evening, 1, other)

    answer = signed_in(aki).get(page(evening))

    table, html = answer.context["page"].table, answer.content.decode()
    assert [one.member for one in table.companions] == [mio]
    assert all(word in html for word in ("みおさん", "医療・福祉", "夜勤の組みかた", "1回目の組が決まりました"))
    assert "つばさ" not in html
    # The form promised: without the name, and for the host alone.
    assert not any(word in html for word in ("評価のしかた", "聞くのが中心"))
    assert mio.email not in html
    assert {prompt.depth for prompt in table.prompts} == {1}


def test_what_somebody_wants_to_talk_about_is_read_beside_their_name_only_where_they_allow_it(
    evening, aki, mio, signed_in
):
    make_registration(evening, aki)
    registration = make_registration(evening, mio, wants_to_talk="評価のしかた")
    seat(evening, 1, aki, mio)
    assert "評価のしかた" not in signed_in(aki).get(page(evening)).content.decode()
    registration.shares_wish = True
    registration.save(update_fields=["shares_wish"])
    assert "評価のしかた" in signed_in(aki).get(page(evening)).content.decode()


def test_the_form_asks_for_that_and_keeps_the_answer(ren, aki, signed_in):
    event = make_event(ren)
    words = {"wants_to_talk": "評価のしかた", "shares_wish": "on", "mode": "talk"}
    signed_in(aki).post(reverse("events:register", args=[event.pk]), words)
    assert event.registrations.get().shares_wish


def test_a_proposal_is_shown_to_nobody(evening, aki, mio, signed_in):
    come(evening, aki, mio)
    seat(evening, 1, aki, mio, published=False)
    html = signed_in(aki).get(page(evening)).content.decode()
    assert ("みおさん" in html, "進行役が作り、ここに出ます" in html) == (False, True)


def test_a_host_may_choose_how_deep_a_round_goes(evening, aki, mio, signed_in):
    make_registration(evening, aki)
    evening.run_sheet.filter(title="ひとつめの輪").update(depth=3)
    seat(evening, 1, aki, mio)
    table = signed_in(aki).get(page(evening)).context["page"].table
    assert {prompt.depth for prompt in table.prompts} == {3}


def test_the_system_says_who_starts_and_everybody_reads_the_same(evening, aki, mio, signed_in):
    third = make_member("ひかり")
    come(evening, aki, mio, third)
    seat(evening, 1, aki, mio, third)
    starters = {signed_in(one).get(page(evening)).context["page"].table.starter for one in (aki, mio, third)}
    assert len(starters) == 1


def test_shared_themes_are_named_but_not_private_ones_and_never_of_the_only_companion(evening, aki, mio, signed_in):
    third = make_member("ひかり")
    for member in (aki, mio):
        for theme in ("stuck", "health"):  # health is never shown with a name
            ProfileTheme.objects.create(profile=member.profile, theme=theme)
    come(evening, aki, mio, third)
    drawn = seat(evening, 1, aki, mio, third)

    def themes(reader):
        sentences = signed_in(reader).get(page(evening)).context["page"].table.common_ground
        return [one for one in sentences if "選んだ方" in one]

    assert (len(themes(aki)), themes(third)) == (1, [])
    Seat.objects.filter(round=drawn, member=third).delete()
    assert themes(aki) == []


def test_strangers_and_those_without_a_seat_find_nothing(evening, aki, mio, ren, signed_in):
    make_registration(evening, mio, state="waiting")
    seat(evening, 1, aki)
    for address in (page(evening), part(evening)):
        found = {member: signed_in(member).get(address).status_code for member in (mio, ren, aki)}
        assert found == {mio: 404, ren: 404, aki: 404}
    assert signed_in(aki).get(f"/events/{2**70}/group/").status_code == 404
    assert signed_in(aki).get(f"/events/{2**70}/group/now/").status_code == 404


def test_who_has_not_paid_sees_nobody(evening, aki, signed_in):
    unpaid = make_account("ゆう")
    come(evening, aki, unpaid)
    seat(evening, 1, aki, unpaid)
    assert signed_in(unpaid).get(page(evening)).status_code == 403


def test_whom_i_blocked_afterwards_i_never_see_again_and_they_see_no_change(evening, aki, mio, signed_in):
    third = make_member("ひかり")
    come(evening, aki, mio, third)
    seat(evening, 1, aki, mio, third)
    before = signed_in(aki).get(page(evening)).context["page"].table
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=timezone.now())
    table = signed_in(mio).get(page(evening)).context["page"].table
    assert [one.member for one in table.companions] == [third]
    assert table.starter in {None, mio, third}
    assert signed_in(aki).get(page(evening)).context["page"].table == before
    assert [one.member for one in before.companions] == [mio, third]


# --- what a group may be asked about


def told(*, reasons="", industries="", themes=""):
    return ToldInGroup(*(frozenset(one.split()) for one in (reasons, industries, themes)))


@pytest.mark.parametrize(
    ("people", "shared"),
    [
        ([], SharedThings()),
        ([told(reasons="next", industries="E", themes="fit")], SharedThings()),
        ([told(reasons="next"), told(reasons="next words")], SharedThings(reasons=("next",))),
        ([told(industries="E G"), told(industries="G"), told(industries="G E")], SharedThings(industries=("G", "E"))),
        # of three, the one without it would know of both others
        ([told(themes="fit"), told(themes="fit"), told()], SharedThings()),
        # where all have it, each would know of all
        ([told(themes="fit")] * 4, SharedThings()),
        ([told(themes="fit")] * 3 + [told()], SharedThings()),
        ([told(themes="fit")] * 2 + [told()] * 2, SharedThings(themes=("fit",))),
        ([told(themes="fit style")] * 2 + [told(themes="style")] + [told()] * 2, SharedThings(themes=("style", "fit"))),
        # never a private one
        ([told(themes="health care")] * 2 + [told()] * 2, SharedThings()),
    ],
)
def test_a_group_is_asked_about_what_two_share_and_no_question_tells_who_chose_a_theme(people, shared):
    assert shared_things(people, nameable_themes()) == shared


def test_prompts_are_the_same_again_and_again_and_the_deepest_are_kept_back():
    assert len(prompts()) == 40
    assert prompts_for(5, 1, 2) == prompts_for(5, 1, 2)
    assert [{prompt.depth for prompt in prompts_for(5, 1, number)} for number in (1, 2, 3, 4)] == [{1}, {2}, {2}, {2}]


def test_each_group_of_a_round_has_its_own_prompts_and_the_first_is_for_anybody():
    asked = [prompts_for(5, group, 1) for group in range(1, 30)]
    assert len({tuple(one.key for one in prompts) for prompts in asked}) > 20
    assert {prompts[0].key[:4] for prompts in asked} == {"ice-"}


@pytest.mark.parametrize("group", range(1, 40))
def test_what_a_group_shares_is_asked_and_an_opener_is_there_with_and_without(group):
    shared = SharedThings(reasons=("next",), industries=("E",), themes=("style",))
    kinds = [prompt.key.partition("/")[0] for prompt in prompts_for(5, group, 1, shared=shared)]
    assert kinds[1] in {"reason", "industry"}
    assert [prompt.key for prompt in prompts_for(5, group, 1, shared=shared)][2] == "theme/style"
    assert [prompt.key.partition("/")[0] for prompt in prompts_for(5, group, 1)][1] == "theme"


def test_no_private_or_deeper_theme_is_ever_asked_about():
    shared = SharedThings(themes=("health", "change"))  # private; and of the second depth
    first = {prompts_for(event, 1, 1, shared=shared)[1].key for event in range(300)}
    second = {prompts_for(event, 1, 2, shared=shared)[1].key for event in range(300)}
    private = {f"theme/{key}" for key, theme in career_themes().items() if theme.is_private}
    assert first == {f"theme/{key}" for key, theme in career_themes().items() if theme.sensitivity == 1}
    assert second == {"theme/change"}
    assert not (first | second) & private


def test_all_of_a_group_read_the_same_prompts_made_of_what_their_cards_show(evening, signed_in):
    people = [make_member(f"人{number}", join_reasons=["next"]) for number in range(4)]
    for member in people[:3]:
        Profile.objects.filter(member=member).update(visibility={"join_reasons": "group"}, past_industries=["E"])
    come(evening, *people)
    seat(evening, 1, *people)
    Block.objects.create(blocker=people[0], blocked=people[1], blocked_at=timezone.now())

    asked = [signed_in(one).get(page(evening)).context["page"].table.prompts for one in people]
    assert asked.count(asked[0]) == 4
    assert asked[0][1].key in {"reason/next", "industry/E"}
    # What they keep to themselves is asked of nobody.
    Profile.objects.update(visibility={"join_reasons": "nobody", "past_industries": "ties"})
    kept_back = signed_in(people[3]).get(page(evening)).context["page"].table.prompts
    assert {prompt.key.partition("/")[0] for prompt in kept_back} <= {"theme"} | {one.key for one in prompts()}


def test_it_asks_the_same_few_questions_for_any_number(evening, aki, signed_in, django_assert_max_num_queries):
    client = signed_in(aki)
    come(evening, aki)
    seat(evening, 1, aki, make_member())
    with django_assert_max_num_queries(15) as one:
        client.get(page(evening))
    for number in range(2, 5):
        people = [make_member() for _ in range(4)]
        come(evening, *people)
        seat(evening, number, aki, *people)
    with django_assert_max_num_queries(15) as many:
        client.get(page(evening))
    assert len(one) == len(many)


# --- it follows the host


def test_from_the_start_to_the_end_each_stage_says_what_is_now(evening, aki, mio, ren, signed_in):
    come(evening, aki, mio)
    drawn = [seat(evening, number, aki, mio, published=False) for number in (1, 2)]
    client, now = signed_in(aki), timezone.now()

    def stage():
        return client.get(part(evening)).context["page"].stage

    def act(flow, number, **more):
        flow(event_id=evening.pk, round_id=drawn[number - 1].pk, by=ren, now=now, **more)

    assert stage() == "opening"
    act(publish_round, 1)
    assert stage() == "opening"
    act(begin_round, 1)
    assert stage() == "talk"
    act(end_round, 1)
    assert stage() == "between"
    act(publish_round, 2)
    act(begin_round, 2)
    act(end_round, 2)
    assert stage() == "quiet"
    evening.state = "closed"
    evening.save(update_fields=["state"])
    assert stage() == "over"


def test_a_reader_who_has_seen_it_all_gets_304_after_two_queries(evening, aki, signed_in, settings):
    settings.PULSE_REMEMBERED_FOR = timedelta(seconds=60)
    come(evening, aki)
    client = signed_in(aki)
    mark = client.get(part(evening))["ETag"]
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(part(evening), headers={"If-None-Match": mark})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", mark)
    assert len(asked) == 2  # session, member with profile


def test_each_act_of_the_host_is_news_to_every_member(evening, aki, mio, ren, signed_in):
    come(evening, aki, mio)
    drawn = seat(evening, 1, aki, mio, published=False)
    client = signed_in(aki)
    marks = [client.get(part(evening))["ETag"]]
    now = timezone.now()
    for act in (
        lambda: publish_round(event_id=evening.pk, round_id=drawn.pk, by=ren, now=now),
        lambda: begin_round(event_id=evening.pk, round_id=drawn.pk, by=ren, now=now),
        lambda: say_to_all(event_id=evening.pk, text="あと5分です", by=ren, now=now),
        lambda: end_round(event_id=evening.pk, round_id=drawn.pk, by=ren, now=now),
    ):
        act()
        answer = client.get(part(evening), headers={"If-None-Match": marks[-1]})
        assert answer.status_code == 200
        marks.append(answer["ETag"])
    assert len(set(marks)) == 5
    assert client.get(part(evening), headers={"If-None-Match": marks[-1]}).status_code == 304


def test_a_time_that_comes_is_news_too(evening, aki, mio, ren, signed_in):
    come(evening, aki, mio)
    drawn = seat(evening, 1, aki, mio)
    begin_round(event_id=evening.pk, round_id=drawn.pk, by=ren, now=timezone.now())
    client = signed_in(aki)
    mark = client.get(part(evening))["ETag"]
    with time_machine.travel(timezone.now() + timedelta(minutes=21)):
        answer = client.get(part(evening), headers={"If-None-Match": mark})
    assert (answer.status_code, answer.context["page"].stage) == (200, "quiet")


def test_a_mark_is_good_for_its_reader_alone(evening, aki, mio, signed_in):
    come(evening, aki)
    mark = signed_in(aki).get(part(evening))["ETag"]
    assert signed_in(mio).get(part(evening), headers={"If-None-Match": mark}).status_code == 404


def test_the_word_to_all_stands_on_the_page_and_goes_with_the_evening(evening, aki, ren, signed_in):
    come(evening, aki)
    say_to_all(event_id=evening.pk, text="  お茶をどうぞ<b>  ", by=ren, now=timezone.now())
    assert "お茶をどうぞ&lt;b&gt;" in signed_in(aki).get(page(evening)).content.decode()
    close = reverse("events:close", args=[evening.pk])
    assert signed_in(ren).post(close).status_code == 302
    assert "お茶をどうぞ" not in signed_in(aki).get(page(evening)).content.decode()


def test_who_has_no_place_in_a_round_that_others_see_is_told_so(evening, aki, mio, signed_in):
    come(evening, aki, mio)
    seat(evening, 1, mio)
    html = signed_in(aki).get(page(evening)).content.decode()
    assert "あなたの席を、いま用意しています" in html


# --- a private sign


def test_a_sign_goes_to_the_host_alone_and_comes_back_as_seen(evening, aki, mio, ren, signed_in):
    come(evening, aki, mio)
    client = signed_in(aki)
    address = reverse("events:signal", args=[evening.pk])
    for _ in range(2):
        assert client.post(address, {"kind": "cannot-hear"}).status_code == 302
    sign = Signal.objects.get()
    others = Event.objects.get(pk=evening.pk).evening_version
    assert others == 0  # nobody else's page even asks again
    assert "聞こえない" in signed_in(ren).get(reverse("events:groups", args=[evening.pk])).content.decode()
    mark = client.get(part(evening))["ETag"]
    assert signed_in(ren).post(reverse("events:signal_seen", args=[evening.pk, sign.pk])).status_code == 302
    by_htmx = {"HX-Request": "true"}
    answer = client.get(part(evening), headers={"If-None-Match": mark, **by_htmx})
    assert "進行役が見ました" in answer.content.decode()
    told = re.compile(
        r'<div id="signals" role="status">\s*<ul'
    )  # beside the buttons, where the reader has just pressed
    page_of = reverse("events:group", args=[evening.pk])
    assert told.search(client.get(page_of).content.decode())
    assert not told.search(signed_in(mio).get(page_of).content.decode())
    assert "「聞こえない" not in signed_in(mio).get(part(evening), headers=by_htmx).content.decode()
    assert "聞こえない" not in signed_in(ren).get(reverse("events:groups", args=[evening.pk])).content.decode()


@pytest.mark.parametrize("kind", ["", "shout", "\x00", "need-help" * 30])
def test_an_unknown_sign_is_no_sign(evening, aki, signed_in, kind):
    come(evening, aki)
    assert signed_in(aki).post(reverse("events:signal", args=[evening.pk]), {"kind": kind}).status_code == 400
    assert not Signal.objects.exists()


def test_a_sign_before_the_room_opens_is_refused_with_a_sentence(ren, aki, signed_in):
    event = make_event(ren)
    make_registration(event, aki)
    answer = signed_in(aki).post(reverse("events:signal", args=[event.pk]), {"kind": "need-help"})
    assert (answer.status_code, Signal.objects.exists()) == (409, False)


# --- a note to oneself


def test_a_note_is_mine_alone_and_listed_afterwards(evening, aki, mio, signed_in):
    come(evening, aki, mio)
    address = reverse("events:note", args=[evening.pk])
    signed_in(aki).post(address, {"text": "みおさんの「待つ」話"})
    signed_in(aki).post(address, {"text": "みおさんの「待つ」話、そのあと"})
    assert Note.objects.get().text == "みおさんの「待つ」話、そのあと"
    assert "そのあと" in signed_in(aki).get(page(evening)).content.decode()
    assert "そのあと" in signed_in(aki).get(reverse("events:notes")).content.decode()
    assert "そのあと" not in signed_in(mio).get(page(evening)).content.decode()
    assert "そのあと" not in signed_in(mio).get(reverse("events:notes")).content.decode()
    signed_in(aki).post(address, {"text": " "})
    assert not Note.objects.exists()


def test_a_note_that_is_too_long_stays_in_the_field_with_a_sentence(evening, aki, signed_in):
    come(evening, aki)
    answer = signed_in(aki).post(reverse("events:note", args=[evening.pk]), {"text": "あ" * 2001})
    html = answer.content.decode()
    assert (answer.status_code, "2000字まで" in html, "あ" * 2001 in html) == (422, True, True)
    short = signed_in(aki).post(
        reverse("events:note", args=[evening.pk]), {"text": "あ" * 2001}, headers={"HX-Request": "true"}
    )
    assert (short.status_code, "<html" in short.content.decode()) == (422, False)
