"""A host writes an event down and changes it later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from events.event.rules.event import EventFacts, Item, NoHosting, PlanFault, faults_in, why_not_change, why_not_edit
from events.hosting.flows.event import change_event, plan_event
from events.hosting.queries import hosting as queries
from events.models import Event
from kouryu.refusal import Refused
from members.accounts.taxonomies import career_themes
from members.models import AuditEntry, OutgoingMail
from tests.events.plans import HOUR, make_plan, typed
from tests.factories import make_event, make_member, make_registration

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PRIVATE = next(key for key, theme in career_themes().items() if theme.is_private)


def talk(**fields) -> Item:
    """A whole hour in groups."""
    return Item(60, "話す", kind="talk", **fields)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        pytest.param({}, (), id="as it should be"),
        pytest.param(
            {"starts_at": NOW - timedelta(minutes=1), "registration_closes_at": NOW - timedelta(hours=1)},
            (PlanFault.IN_THE_PAST,),
            id="past",
        ),
        pytest.param({"starts_at": NOW, "registration_closes_at": NOW}, (PlanFault.IN_THE_PAST,), id="now is past"),
        pytest.param({"starts_at": NOW + timedelta(days=400)}, (PlanFault.TOO_FAR_AWAY,), id="far away"),
        pytest.param(
            {"minutes": 121, "length_reason": "見学", "run_sheet": (Item(121, "話す"),)},
            (PlanFault.TOO_LONG,),
            id="too long",
        ),
        pytest.param(
            {"minutes": 76, "length_reason": "  ", "run_sheet": (Item(76, "話す"),)},
            (PlanFault.LONG_WITHOUT_REASON,),
            id="long without a reason",
        ),
        pytest.param(
            {"minutes": 120, "length_reason": "工場の見学があるため", "run_sheet": (Item(120, "話す"),)},
            (),
            id="long with a reason",
        ),
        pytest.param({"minutes": 75, "run_sheet": (Item(75, "話す"),)}, (), id="just not too long"),
        pytest.param({"minutes": 10, "run_sheet": (Item(10, "話す"),)}, (PlanFault.TOO_SHORT,), id="short"),
        pytest.param({"minutes": -5}, (PlanFault.TOO_SHORT, PlanFault.RUN_SHEET_DIFFERS), id="ends before it starts"),
        pytest.param(
            {"registration_closes_at": NOW + timedelta(days=8)}, (PlanFault.CLOSES_AFTER_START,), id="closes late"
        ),
        pytest.param({"capacity": 2}, (PlanFault.FEW_SEATS,), id="few seats"),
        pytest.param({"capacity": 61}, (PlanFault.MANY_SEATS,), id="many seats"),
        pytest.param({"capacity": 5}, (), id="exactly the seats taken"),
        pytest.param({"group_size": 6}, (PlanFault.GROUP_SIZE,), id="large groups"),
        pytest.param({"run_sheet": (talk(group_size=2),)}, (PlanFault.GROUP_SIZE,), id="pairs in one round"),
        pytest.param({"run_sheet": (talk(group_size=3), talk(group_size=5))[:1]}, (), id="a round of its own size"),
        pytest.param(
            {"capacity": 5, "group_size": 6},
            (PlanFault.GROUP_SIZE, PlanFault.GROUP_WITHOUT_SEATS),
            id="more than the seats",
        ),
        pytest.param({"run_sheet": (talk(depth=4),)}, (PlanFault.PROMPT_DEPTH,), id="deeper than we have prompts"),
        pytest.param({"run_sheet": (talk(depth=3),)}, (), id="as deep as it gets"),
        pytest.param({"themes": ("a", "b", "c", "d")}, (PlanFault.MANY_THEMES,), id="many themes"),
        pytest.param(
            {"conditions": (("first-timer", ()), ("earlier-events", ("1",)))},
            (PlanFault.NOBODY_FITS,),
            id="nobody fits",
        ),
        pytest.param(
            {"conditions": (("prefecture", ("JP-13",)),)},
            (PlanFault.PREFECTURE_ONLINE,),
            id="a home for an online event",
        ),
        pytest.param({"run_sheet": ()}, (PlanFault.NO_RUN_SHEET,), id="no run sheet"),
        pytest.param({"run_sheet": HOUR[:3]}, (PlanFault.RUN_SHEET_DIFFERS,), id="run sheet too short"),
        pytest.param({"run_sheet": (Item(12, "話す", kind="talk"),) * 5}, (PlanFault.MANY_TALKS,), id="many talks"),
        pytest.param(
            {"capacity": 70, "minutes": 90},
            (PlanFault.LONG_WITHOUT_REASON, PlanFault.MANY_SEATS, PlanFault.RUN_SHEET_DIFFERS),
            id="all at once",
        ),
    ],
)
def test_faults_are_found_all_at_once(change, faults):
    assert faults_in(make_plan(NOW, **change), now=NOW) == faults


FIXED = NoHosting.FIXED_SINCE_PUBLISHED
PUBLISHED = EventFacts("published", NOW + timedelta(days=7), version=3)


@pytest.mark.parametrize(
    ("facts", "change", "seen", "reason"),
    [
        pytest.param(PUBLISHED, {"title": "新しい名前"}, 3, None, id="harmless"),
        pytest.param(PUBLISHED, {"title": "新しい名前"}, 2, NoHosting.CHANGED_MEANWHILE, id="seen an older version"),
        pytest.param(PUBLISHED, {"format": "onsite", "place": "神田"}, 3, NoHosting.FIXED_SINCE_PUBLISHED, id="format"),
        pytest.param(PUBLISHED, {"conditions": (("industry", ("E",)),)}, 3, None, id="conditions may change"),
        pytest.param(PUBLISHED, {"room_url": ""}, 3, NoHosting.NO_ROOM, id="room taken away"),
        pytest.param(replace(PUBLISHED, state="draft"), {"format": "onsite"}, 3, None, id="a draft may still do all"),
        pytest.param(replace(PUBLISHED, starts_at=NOW), {}, 3, NoHosting.STARTED, id="under way"),
        pytest.param(replace(PUBLISHED, state="closed"), {}, 3, NoHosting.CLOSED, id="over"),
        pytest.param(replace(PUBLISHED, state="called-off"), {}, 3, NoHosting.CALLED_OFF, id="called off"),
    ],
)
def test_only_what_harms_nobody_may_change(facts, change, seen, reason):
    old = make_plan(NOW)
    assert why_not_change(old, replace(old, **change), facts, seen_version=seen, now=NOW) == reason


def test_a_draft_whose_date_passed_can_still_be_mended():
    assert why_not_edit(EventFacts("draft", NOW - timedelta(days=1)), now=NOW) is None


def test_the_preset_only_needs_its_words(ren, signed_in):
    page = signed_in(ren).get(reverse("events:write", args=["hour"]))

    form, rows = page.context["form"], page.context["run_sheet"]
    assert page.status_code == 200
    assert (form.initial["minutes"], form.initial["group_size"], form.initial["capacity"]) == (60, 4, 12)
    assert [(row.initial["minutes"], row.initial["kind"]) for row in rows] == [
        (10, "other"),
        (20, "talk"),
        (20, "talk"),
        (5, "quiet"),
        (5, "other"),
    ]


def test_a_valid_form_becomes_a_draft_with_everything(ren, signed_in):
    plan = make_plan(timezone.now(), host_words="どうぞ気楽に。")
    answers = typed(plan, industries=["E", "G"], years_at_company=["10-19"], first_timers_only="on")

    answer = signed_in(ren).post(reverse("events:write", args=["hour"]), answers)

    event = Event.objects.get()
    assert answer.url == reverse("events:desk", args=[event.pk])
    conditions = (("industry", ("E", "G")), ("years-at-company", ("10-19",)), ("first-timer", ()))
    assert queries.plan_of(event) == replace(plan, conditions=conditions)
    assert (event.state, event.host, event.version) == ("draft", ren, 1)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by")) == [("event.plan", ren.pk)]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        pytest.param({"title": ""}, "title", id="no title"),
        pytest.param({"title": "あ" * 81}, "title", id="overlong title"),
        pytest.param({"title": "名前\x00"}, "title", id="NUL"),
        pytest.param({"title": "夜の会\r\nATTENDEE:mailto:x@example.jp"}, "title", id="a second line"),
        pytest.param({"title": "夜の会\u202eのこりは右から"}, "title", id="turned around"),
        pytest.param({"title": "夜の\x00会"}, "title", id="a title with NUL"),
        pytest.param({"place": "二階\u2028ATTENDEE:x"}, "place", id="a line separator"),
        pytest.param({"rows-0-title": "あい\x85さつ"}, "__all__", id="a row with a hidden line"),
        pytest.param({"starts_at": "きのう"}, "starts_at", id="no date"),
        pytest.param({"starts_at": "0001-01-01T00:00"}, "starts_at", id="the first day"),
        pytest.param({"starts_at": "9999-12-31T23:59"}, "starts_at", id="the last day"),
        pytest.param({"minutes": "130", "rows-0-minutes": "80"}, "minutes", id="long"),
        pytest.param({"minutes": "9" * 40, "rows-0-minutes": ""}, "__all__", id="absurdly long"),
        pytest.param({"capacity": "-1"}, "capacity", id="negative seats"),
        pytest.param({"capacity": "9" * 40}, "capacity", id="absurdly many seats"),
        pytest.param({"group_size": "7"}, "group_size", id="large groups"),
        pytest.param({"room_url": "http://meet.example.jp/"}, "room_url", id="not https"),
        pytest.param({"room_url": "javascript:alert(1)"}, "room_url", id="script for a room"),
        pytest.param({"format": "letter"}, "format", id="unknown format"),
        pytest.param({"industries": ["Z"]}, "industries", id="unknown industry"),
        pytest.param({"member_since": "7"}, "member_since", id="unknown months"),
        pytest.param({"earlier_events": "9" * 40}, "earlier_events", id="absurdly often"),
        pytest.param({"plans": ["nothing"]}, "plans", id="unknown plan"),
        pytest.param({"conditions_combined": "none"}, "conditions_combined", id="unknown combination"),
        pytest.param({"condition_themes": ["stuck", PRIVATE]}, "condition_themes", id="a private theme"),
        pytest.param({"prefectures": ["JP-13"]}, "prefectures", id="a home for an online event"),
        pytest.param(
            {"first_timers_only": "on", "earlier_events": "2"}, "earlier_events", id="conditions that nobody meets"
        ),
        pytest.param({"themes": ["return", "care", "health", "meaning"]}, "themes", id="many or unknown themes"),
        pytest.param({"seen_version": "9" * 40}, "seen_version", id="absurd version"),
        pytest.param({"rows-0-minutes": "11"}, "__all__", id="run sheet differs"),
        pytest.param({"rows-0-title": ""}, "__all__", id="a row without a title"),
        pytest.param({"rows-0-minutes": "x"}, "__all__", id="a row without minutes"),
        pytest.param({"rows-TOTAL_FORMS": "x"}, "__all__", id="broken rows"),
        pytest.param({"rows-TOTAL_FORMS": "5000"}, "__all__", id="thousands of rows"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(ren, signed_in, answers, field):
    sent = typed(make_plan(timezone.now()), description="書いたことが残る", **answers)

    page = signed_in(ren).post(reverse("events:write", args=["hour"]), sent)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert "書いたことが残る" in page.content.decode()
    assert not Event.objects.exists()


def test_a_row_can_be_added_without_scripts_and_nothing_is_judged(ren, signed_in):
    sent = typed(make_plan(timezone.now()), title="", capacity="たくさん", **{"add-row": "1"})

    page = signed_in(ren).post(reverse("events:write", args=["hour"]), sent)

    rows = page.context["run_sheet"]
    assert page.status_code == 200
    assert [row["title"].value() for row in rows] == [*[item.title for item in HOUR], None]
    assert page.context["form"]["capacity"].value() == "たくさん"
    assert not page.context["form"].errors
    assert not Event.objects.exists()


def test_each_talk_has_its_own_size_and_depth_and_nothing_else_has(ren, signed_in):
    sheet = (
        Item(30, "話す", kind="talk", group_size=3, depth=3),
        Item(30, "書く", kind="quiet", group_size=5, depth=1),
    )
    signed_in(ren).post(reverse("events:write", args=["hour"]), typed(make_plan(timezone.now(), run_sheet=sheet)))
    assert queries.plan_of(Event.objects.get()).run_sheet == (sheet[0], Item(30, "書く", kind="quiet"))


def test_the_reason_of_a_long_event_is_asked_kept_and_shown_to_its_host(ren, aki, signed_in):
    sheet = (Item(40, "見る"), Item(50, "話す", kind="talk"))
    long = make_plan(timezone.now(), minutes=90, run_sheet=sheet)
    host, address = signed_in(ren), reverse("events:write", args=["hour"])

    asked = host.post(address, typed(long))
    kept = host.post(address, typed(long, length_reason="工場を見てから話すため"))

    event = Event.objects.get()
    assert (asked.status_code, set(asked.context["form"].errors)) == (422, {"length_reason"})
    assert event.length_reason == "工場を見てから話すため"
    assert event.length_reason in host.get(kept.url).content.decode()
    host.post(reverse("events:publish", args=[event.pk]))
    assert event.length_reason in host.get(kept.url).content.decode()
    assert event.length_reason not in signed_in(aki).get(event.get_absolute_url()).content.decode()


def test_an_hour_needs_and_keeps_no_reason(ren, signed_in):
    signed_in(ren).post(
        reverse("events:write", args=["hour"]), typed(make_plan(timezone.now()), length_reason="なんとなく")
    )
    assert Event.objects.get().length_reason == ""


def test_an_empty_row_is_no_row(ren, signed_in):
    empty = {"rows-TOTAL_FORMS": "5", "rows-4-minutes": "", "rows-4-title": "", "rows-4-note": ""}
    signed_in(ren).post(reverse("events:write", args=["hour"]), typed(make_plan(timezone.now()), **empty))
    assert queries.plan_of(Event.objects.get()).run_sheet == HOUR


def test_a_moved_event_tells_everybody_with_a_new_calendar_file(ren):
    event = make_event(ren, promises=["listening-ok"], capacity=3, group_size=3)
    seated, offered = make_registration(event), make_registration(event, state="offered")
    third = make_registration(event, state="offered")
    waiting = make_registration(event, state="waiting")
    make_registration(event, state="withdrawn")
    plan = queries.plan_of(event)
    later = event.starts_at + timedelta(days=1)

    change_event(
        event_id=event.pk,
        by=ren,
        plan=replace(plan, starts_at=later, registration_closes_at=later),
        seen_version=1,
        now=timezone.now(),
    )

    event.refresh_from_db()
    assert (event.starts_at, event.ends_at) == (later, later + timedelta(hours=1))
    assert (event.calendar_sequence, event.version) == (1, 2)
    assert set(OutgoingMail.objects.values_list("key", "calendar_method")) == {
        (f"seat/event-changed/{event.pk}/{seated.member_id}/2", "REQUEST"),
        (f"seat/event-changed/{event.pk}/{offered.member_id}/2", ""),
        (f"seat/event-changed/{event.pk}/{third.member_id}/2", ""),
        (f"seat/event-changed/{event.pk}/{waiting.member_id}/2", ""),
    }
    assert (
        "LAST-MODIFIED:" + f"{event.calendar_changed_at:%Y%m%dT%H%M%SZ}"
        in OutgoingMail.objects.get(to=seated.member).calendar
    )


def test_new_words_are_mailed_to_nobody(ren):
    event = make_event(ren, promises=["no-recording"])
    make_registration(event)
    plan = replace(queries.plan_of(event), title="もっとよい名前", promises=("no-recording", "listening-ok"))
    change_event(event_id=event.pk, by=ren, plan=plan, seen_version=1, now=timezone.now())
    event.refresh_from_db()
    assert (event.title, event.calendar_sequence) == ("もっとよい名前", 1)
    assert event.promises == ["no-recording", "listening-ok"]
    assert not OutgoingMail.objects.exists()


def test_added_seats_go_to_those_waiting(ren):
    event = make_event(ren, capacity=3, group_size=3)
    for _ in range(3):
        make_registration(event)
    waiting = make_registration(event, state="waiting")
    plan = replace(queries.plan_of(event), capacity=4, promises=("listening-ok",))
    change_event(event_id=event.pk, by=ren, plan=plan, seen_version=1, now=timezone.now())
    waiting.refresh_from_db()
    assert (waiting.state, waiting.seat_number) == ("offered", 4)


def test_the_later_of_two_hosts_is_told_and_loses_nothing(ren, sora, signed_in):
    event = make_event(ren, promises=["listening-ok"])
    address = reverse("events:edit", args=[event.pk])
    plan = queries.plan_of(event)
    theirs = replace(plan, title="先に保存した名前", run_sheet=HOUR)
    signed_in(sora).post(address, typed(theirs, seen_version="1"))
    host = signed_in(ren)
    mine = typed(replace(plan, title="あとから保存した名前"), seen_version="1")

    page = host.post(address, mine)

    assert page.status_code == 422
    assert [(field.name, stored) for field, stored in page.context["differing"]] == [("title", "先に保存した名前")]
    assert page.context["stored_rows"] == HOUR
    assert page.context["form"]["title"].value() == "あとから保存した名前"
    event.refresh_from_db()
    assert event.title == "先に保存した名前"

    again = host.post(address, {**mine, "seen_version": page.context["form"]["seen_version"].value()})
    event.refresh_from_db()
    assert (again.status_code, event.title, event.version) == (302, "あとから保存した名前", 3)


def test_the_later_host_reads_in_words_what_the_other_chose(ren, sora, signed_in):
    event = make_event(ren, promises=["listening-ok"])
    address = reverse("events:edit", args=[event.pk])
    plan = queries.plan_of(event)
    later = plan.starts_at.replace(second=0, microsecond=0) + timedelta(days=1)
    theirs = replace(plan, promises=("no-recording",), group_size=3, starts_at=later, registration_closes_at=later)
    signed_in(sora).post(address, typed(theirs, seen_version="1"))

    page = signed_in(ren).post(address, typed(plan, seen_version="1"))

    said = {field.name: stored for field, stored in page.context["differing"]}
    assert said.pop("registration_closes_at") == said["starts_at"]
    local = localtime(later)
    assert said == {
        "promises": "録音・録画はしません",
        "group_size": "3人",
        "starts_at": f"{local.month}月{local.day}日（{'月火水木金土日'[local.weekday()]}）{local:%H:%M}",
    }
    assert page.context["form"]["promises"].value() == ["listening-ok"]


def test_saving_the_same_twice_changes_nothing(ren):
    plan = make_plan(timezone.now())
    event = plan_event(by=ren, plan=plan, now=timezone.now())
    change_event(event_id=event.pk, by=ren, plan=plan, seen_version=1, now=timezone.now())
    event.refresh_from_db()
    assert event.version == 1


def test_faulty_plans_are_refused_by_the_flow_too(ren):
    with pytest.raises(Refused) as refused:
        plan_event(by=ren, plan=make_plan(timezone.now(), minutes=130), now=timezone.now())
    assert refused.value.reason == NoHosting.PLAN_FAULTY


def test_what_a_published_event_needs_is_asked_for_and_the_rest_kept(ren, signed_in):
    event = make_event(ren, promises=["listening-ok"])
    sent = typed(queries.plan_of(event), seen_version="1", room_url="", title="新しい名前")
    page = signed_in(ren).post(reverse("events:edit", args=[event.pk]), sent)
    assert (page.status_code, page.context["form"]["title"].value()) == (422, "新しい名前")
    assert "部屋のURLがまだありません" in page.content.decode()


def test_another_host_and_a_stranger_find_nothing(ren, mio, signed_in):
    event = make_event(make_member("ほかの進行役"))
    assert signed_in(ren).get(reverse("events:edit", args=[event.pk])).status_code == 404
    assert signed_in(mio).get(reverse("events:write", args=["hour"])).status_code == 404
    assert signed_in(ren).get(reverse("events:edit", args=[2**70])).status_code == 404


def test_no_condition_can_tell_a_private_theme_of_anybody(ren, signed_in):
    page = signed_in(ren).get(reverse("events:write", args=["hour"]))
    offered = {key for key, _ in page.context["form"].fields["condition_themes"].choices}
    assert offered == {key for key, theme in career_themes().items() if not theme.is_private}
