"""The page of one event: what it tells, what it keeps, and what it says about me."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState, Promise
from events.event.rules.event import Item
from events.hosting.flows.event import change_event, plan_event, publish_event
from events.models import Condition, Offer
from events.registration.choices import RegistrationState
from members.models import ProfileTheme
from tests import factories
from tests.events.plans import make_plan

pytestmark = pytest.mark.django_db


def page_of(client, event) -> str:
    answer = client.get(reverse("events:event", args=[event.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_page_tells_promises_times_and_host(aki, ren, signed_in):
    event = factories.make_event(ren, promises=[Promise.NO_SOLICITING], host_words="窓をひとつ開けに")
    page = page_of(signed_in(aki), event)
    assert "勧誘・営業はありません" in page
    assert "顔出し・本名は自由" not in page
    assert "窓をひとつ開けに" in page
    assert "れん" in page
    start = timezone.localtime(event.starts_at)
    times = [start + timedelta(minutes=minutes) for minutes in (0, 10, 30, 50, 60)]
    assert re.findall(r"<time>(\d\d:\d\d)</time>", page) == [f"{moment:%H:%M}" for moment in times]
    assert event.room_url not in page
    assert "参加を申し込む" in page


def test_industries_are_counted_from_three_people_on(aki, signed_in):
    event = factories.make_event()
    factories.make_registration(event, factories.make_member("はな", industry="M"), wants_to_talk="旅館の朝")
    factories.make_registration(event, factories.make_member("りく", industry="M"), wants_to_talk="市場の朝")
    page = page_of(signed_in(aki), event)
    assert "宿泊・飲食" not in page
    assert "旅館の朝" not in page
    factories.make_registration(event, factories.make_member("そう", industry=""), wants_to_talk="駅の朝")
    page = page_of(signed_in(aki), event)
    assert re.search(r"宿泊・飲食</span><span[^>]*aria-label=\"2人\"", page)
    assert "旅館の朝" in page
    assert {name for name in ("はな", "りく", "そう") if name in page} == set()


def test_who_only_waits_or_was_offered_a_seat_is_not_counted(aki, signed_in):
    event = factories.make_event()
    for state in (RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.WITHDRAWN):
        member = factories.make_member(industry="M")
        factories.make_registration(event, member, state=state, wants_to_talk="まだ席のない人の話")
    for _ in range(3):
        factories.make_registration(event, factories.make_member(industry="O"))
    page = page_of(signed_in(aki), event)
    assert "宿泊・飲食" not in page
    assert "まだ席のない人の話" not in page
    assert "1人" in page  # the line is told as a number


@pytest.mark.parametrize(("sharing", "is_told"), [(2, False), (3, True)])
def test_common_ground_is_told_from_three_others_on(aki, signed_in, sharing, is_told):
    event = factories.make_event()
    ProfileTheme.objects.create(profile=aki.profile, theme="stuck")
    others = [factories.make_member() for _ in range(3)]
    for member in others[:sharing]:
        ProfileTheme.objects.create(profile=member.profile, theme="stuck")
    for member in [aki, *others]:
        factories.make_registration(event, member)
    assert ("「この会社だけで大丈夫？」を選んだ方が、3人以上います" in page_of(signed_in(aki), event)) == is_told


def test_text_of_members_is_escaped(aki, signed_in):
    event = factories.make_event(title="<script>x</script>", description="<b>太字</b>")
    for _ in range(3):
        factories.make_registration(event, wants_to_talk="<img src=x>")
    page = page_of(signed_in(aki), event)
    assert "<script>x" not in page
    assert "<img src=x>" not in page
    assert "<b>太字" not in page


def test_my_place_in_line_and_the_rule_stand_on_the_page(aki, signed_in):
    event = factories.make_event(capacity=2)
    for state in ("confirmed", "confirmed", "waiting"):
        factories.make_registration(event, state=RegistrationState(state))
    factories.make_registration(event, aki, state=RegistrationState.WAITING)
    page = page_of(signed_in(aki), event)
    assert "2番目にお待ちいただいています" in page
    assert "お返事は24時間お待ちします" in page
    assert "待つのをやめる" in page
    assert reverse("events:calendar", args=[event.pk]) not in page


def test_an_offer_stands_there_with_its_deadline_until_it_has_passed(aki, signed_in):
    event = factories.make_event()
    registration = factories.make_registration(event, aki, state=RegistrationState.OFFERED)
    now = timezone.now()
    offer = Offer.objects.create(registration=registration, made_at=now, expires_at=now + timedelta(hours=5))
    page = page_of(signed_in(aki), event)
    assert f"{timezone.localtime(offer.expires_at):%H:%M}までお返事をお待ちします" in page
    assert reverse("events:offer", args=[event.pk]) in page
    Offer.objects.update(expires_at=now)
    page = page_of(signed_in(aki), event)
    assert "お返事の期限が過ぎました" in page
    assert reverse("events:offer", args=[event.pk]) not in page


def test_a_seat_brings_calendar_and_withdrawal(aki, signed_in):
    event = factories.make_event()
    factories.make_registration(event, aki)
    page = page_of(signed_in(aki), event)
    assert "席が決まっています" in page
    assert reverse("events:calendar", args=[event.pk]) in page
    assert reverse("events:withdraw", args=[event.pk]) in page
    assert reverse("events:register", args=[event.pk]) not in page


def test_who_does_not_meet_the_conditions_reads_why_and_where_else(aki, signed_in):
    event = factories.make_event()
    Condition.objects.create(event=event, kind="years-at-company", values=["5-9", "10-19", "20+"])
    aki.profile.years_at_company = "0-4"
    aki.profile.save(update_fields=["years_at_company"])
    page = page_of(signed_in(aki), event)
    assert "この会は「勤続5年以上」を対象にしています。" in page
    assert "ほかの会をさがす" in page
    assert reverse("events:register", args=[event.pk]) not in page


def test_who_does_not_fit_finds_up_to_three_others_that_do(aki, signed_in):
    event = factories.make_event()
    Condition.objects.create(event=event, kind="industry", values=["P"])
    ProfileTheme.objects.create(profile=aki.profile, theme="stuck")
    now = timezone.now()
    later = factories.make_event(title="同じモヤモヤの会", themes=["stuck"], starts_at=now + timedelta(days=9))
    narrow = factories.make_event(title="学生の会")
    Condition.objects.create(event=narrow, kind="work-status", values=["student"])
    either = factories.make_event(title="どちらかの会", starts_at=now + timedelta(days=3), conditions_combined="any")
    Condition.objects.create(event=either, kind="industry", values=["P"])
    Condition.objects.create(event=either, kind="first-timer")
    full = factories.make_event(title="満席の会", capacity=2)
    for _ in range(2):
        factories.make_registration(full)
    factories.make_registration(factories.make_event(title="もう席のある会", starts_at=now + timedelta(days=2)), aki)
    for number in range(3):
        factories.make_event(title=f"だれでもの会{number}", starts_at=now + timedelta(days=4 + number))
    factories.make_event(title="下書き", state=EventState.DRAFT)
    others = signed_in(aki).get(event.get_absolute_url()).context["page"].mine.others
    assert [one.title for one in others] == [later.title, either.title, "だれでもの会0"]


@pytest.mark.parametrize("kinds", [["first-timer", "theme"], ["plan", "earlier-events", "invited", "industry"]])
def test_the_page_stays_cheap_for_who_does_not_fit(kinds, aki, signed_in, django_assert_max_num_queries):
    event = factories.make_event(themes=["stuck"])
    for kind in kinds:
        Condition.objects.create(event=event, kind=kind, values=["1"])
    for _ in range(5):
        Condition.objects.create(event=factories.make_event(), kind="plan", values=["monthly"])
        Condition.objects.create(event=factories.make_event(), kind="invited")
    factories.make_registration(event, aki, state=RegistrationState.WITHDRAWN)
    client = signed_in(aki)
    with django_assert_max_num_queries(15):
        assert client.get(event.get_absolute_url()).context["page"].mine.refusal
    with django_assert_max_num_queries(14):  # the plan of the evening is drawn
        client.get(event.get_absolute_url())


def test_gentle_questions_come_from_the_conditions_and_change_with_them(aki, signed_in):
    event = factories.make_event()
    assert "やさしい問い" not in page_of(signed_in(aki), event)
    Condition.objects.create(event=event, kind="first-timer")
    page = page_of(signed_in(aki), event)
    assert "やさしい問い" in page
    assert "ここに来るまでに、いちばん迷ったことは何ですか。" in page


def test_the_event_at_the_same_time_is_named(aki, signed_in):
    factories.make_registration(factories.make_event(title="先に決めた会"), aki)
    page = page_of(signed_in(aki), factories.make_event(title="あとの会"))
    assert "同じ時間に「先に決めた会」の席があります。「あとの会」に参加するときは" in page


def test_nobody_is_led_to_report_their_own_event(aki, ren, signed_in):
    event = factories.make_event(ren)
    way = reverse("feedback:report_event", args=[event.pk])
    assert [way in signed_in(reader).get(event.get_absolute_url()).text for reader in (aki, ren)] == [True, False]


@pytest.mark.parametrize("pk", [999_999, 2**70])
def test_unknown_events_and_drafts_do_not_exist(aki, signed_in, pk):
    draft = factories.make_event(state=EventState.DRAFT)
    client = signed_in(aki)
    for name in ("event", "register", "offer", "room", "calendar"):
        assert client.get(reverse(f"events:{name}", args=[draft.pk])).status_code == 404
        assert client.get(reverse(f"events:{name}", args=[pk])).status_code == 404
    for name in ("register", "withdraw", "offer", "room"):
        assert client.post(reverse(f"events:{name}", args=[draft.pk]), {"mode": "talk"}).status_code == 404
        assert client.post(reverse(f"events:{name}", args=[pk]), {"mode": "talk"}).status_code == 404


def test_page_costs_the_same_for_one_and_thirty_people(aki, signed_in, django_assert_max_num_queries):
    event = factories.make_event(capacity=40, themes=["stuck"])
    Condition.objects.create(event=event, kind="theme", values=["stuck"])
    Condition.objects.create(event=event, kind="first-timer", values=[])
    ProfileTheme.objects.create(profile=aki.profile, theme="stuck")
    client = signed_in(aki)
    factories.make_registration(event)
    with django_assert_max_num_queries(14) as one:
        page_of(client, event)
    for _ in range(29):
        factories.make_registration(event, wants_to_talk="話")
    page_of(client, event)  # the first look at thirty people counts them
    caches["parts"].clear()  # else the second reader finds the plan of the evening already drawn
    with django_assert_max_num_queries(14) as thirty:
        page_of(client, event)
    assert len(one) == len(thirty)


def test_a_changed_plan_is_shown_at_once(ren, aki, signed_in):
    now = timezone.now()
    event = plan_event(by=ren, plan=make_plan(now), now=now)
    publish_event(event_id=event.pk, by=ren, now=now)
    reader = signed_in(aki)
    before = page_of(reader, event)
    sheet = (Item(20, "あたらしい進行"), Item(40, "組で話す", kind="talk"))
    plan = make_plan(now, title="あたらしい題", run_sheet=sheet)
    change_event(event_id=event.pk, by=ren, plan=plan, seen_version=event.version, now=now)
    after = page_of(reader, event)
    assert [word in before for word in ("あたらしい題", "あたらしい進行")] == [False, False]
    assert [word in after for word in ("あたらしい題", "あたらしい進行")] == [True, True]


def test_what_is_over_has_no_seats_left(aki, signed_in):
    coming, over = factories.make_event(), factories.make_evening([[aki]])
    pages = [page_of(signed_in(aki), event) for event in (coming, over)]
    seats = [("のこり" in page, "あなたは対象です" in page) for page in pages]
    assert seats == [(True, True), (False, False)]


def test_a_title_says_its_language_on_an_english_page(aki, signed_in):
    """A screen reader reads it as Japanese, whatever the language of the page."""
    event = factories.make_event()
    factories.make_registration(event, aki)
    aki.language = "en"
    aki.save(update_fields=["language"])
    browser = signed_in(aki)
    for address, tag in [
        (event.get_absolute_url(), '<h1 lang="ja">'),
        (reverse("events:mine"), '<b lang="ja">'),
        (reverse("events:events"), 'lang="ja">'),
    ]:
        page = browser.get(address).content.decode()
        assert '<html lang="en"' in page
        assert f"{tag}{event.title[:2]}" in page or f"{tag}<" in page, address


def test_no_template_shows_a_title_without_its_language():
    """The tag right around it says so; mails are written in one language for one reader."""
    shown = re.compile(r"<([a-z0-9]+)([^<>]*)>[^<>{}]*\{\{ [a-z_.]*event\.title(?:\|phrases)? \}\}")
    pages = [path for path in (settings.BASE_DIR / "templates").rglob("*.html") if "mail" not in path.parts]
    found = [(path.name, tag, rest) for path in pages for tag, rest in shown.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 20
    assert [name for name, tag, rest in found if tag != "title" and 'lang="ja"' not in rest] == []
