"""The lottery: who weighs how much, a draw that anybody can work out again, and what becomes of everybody."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from events.event.choices import Allotment, EventState
from events.event.rules.event import NoHosting, PlanFault, faults_in
from events.hosting.flows.event import change_event, plan_event, publish_event
from events.hosting.queries.hosting import plan_of
from events.invariants.seats import CHECKS
from events.models import Draw, Event, Offer, Registration, Ticket
from events.registration.choices import Answer, RegistrationState
from events.registration.flows.lottery import hold_draw, hold_draws
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import accept_offer, decline_offer
from events.registration.queries import lottery
from events.registration.rules.lottery import LotteryEntry as Lot
from events.registration.rules.lottery import Result, drawn_order, hash_of, list_digest, lots_of
from events.registration.rules.registration import NoRegistration
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail, User
from tests import factories
from tests.events.plans import make_plan
from tests.feedback.books import WANT_A_WHOLE_LIFE

TRUE_OF_A_TEST = [check for check in CHECKS if check.__name__ not in WANT_A_WHOLE_LIFE]
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)  # noon in Japan
CLOSED = NOW + timedelta(days=3)
RECIPE = settings.BASE_DIR / "docs" / "recompute_draw.py"


def result(days_ago: int, *, is_win: bool = False, hours: int = 0) -> Result:
    at = NOW - timedelta(days=days_ago, hours=hours)
    return Result(at, (at + timedelta(hours=9)).date(), is_win)


@pytest.mark.parametrize(
    ("results", "lots"),
    [
        pytest.param([], 4, id="never took part"),
        pytest.param([result(1)], 8, id="lost yesterday"),
        pytest.param([result(1), result(2)], 12, id="lost on two days"),
        pytest.param([result(1), result(1, hours=2)], 8, id="lost twice in a day"),
        pytest.param([result(n) for n in range(1, 4)], 16, id="lost on three days"),
        pytest.param([result(n) for n in range(1, 9)], 16, id="lost on eight days"),
        pytest.param([result(90)], 8, id="ninety days ago"),
        pytest.param([result(90, hours=1)], 4, id="more than ninety days ago"),
        pytest.param([result(3), result(2, is_win=True)], 4, id="lost, then won"),
        pytest.param([result(3, is_win=True), result(2)], 8, id="won, then lost"),
        pytest.param([result(5), result(3, is_win=True), result(2), result(1)], 12, id="lost, won, lost twice"),
        pytest.param([result(2, hours=1), result(2, is_win=True)], 4, id="lost and won on one day"),
        pytest.param([result(89), result(95, is_win=True)], 8, id="a win that is long ago"),
    ],
)
def test_weights(results, lots):
    assert lots_of(results, now=NOW) == lots


def test_a_day_is_a_day_in_japan():
    """Two draws at 23:30 and 0:30 in Japan fall on one day in UTC, but on two here."""
    late = Result(datetime(2026, 11, 19, 14, 30, tzinfo=UTC), date(2026, 11, 19), is_win=False)
    early = Result(datetime(2026, 11, 19, 15, 30, tzinfo=UTC), date(2026, 11, 20), is_win=False)
    assert lots_of([late, early], now=NOW) == 12


# --- the draw as arithmetic

SEED = "11" * 32
codes = st.text("0123456789abcdef", min_size=16, max_size=16)
lists = st.dictionaries(codes, st.integers(1, 16), max_size=30).map(
    lambda found: [Lot(code, lots) for code, lots in found.items()]
)
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(seeds, lists)
def test_every_ticket_is_drawn_once_whatever_the_order_of_the_list(seed, tickets):
    order = drawn_order(seed, tickets)
    assert sorted(order) == sorted(ticket.code for ticket in tickets)
    assert drawn_order(seed, tickets[::-1]) == order


@given(seeds, lists)
def test_the_recipe_finds_the_same_order(seed, tickets):
    """The recipe's own lines, on what would be published."""
    draw = {
        "seed": seed,
        "seed_hash": hash_of(seed),
        "list_digest": list_digest(tickets),
        "tickets": [{"ticket": ticket.code, "lots": ticket.lots} for ticket in tickets],
    }
    assert recompute(draw) == drawn_order(seed, tickets)


def recompute(draw: dict) -> list[str]:
    found: list[str] = []
    source = RECIPE.read_text().split("seed = ", 1)[1]
    exec(  # noqa: S102  (the published script, as a reader would run it)
        "import hashlib, hmac\nseed = " + source, {"draw": draw, "print": found.append}
    )
    return found


def test_more_lots_come_first_more_often_in_the_stated_proportion():
    """One ticket of 8 lots against two of 4: first in half of the draws, as the rule says. Seeds are fixed."""
    tickets = [Lot("a" * 16, 8), Lot("b" * 16, 4), Lot("c" * 16, 4)]
    draws = 4000
    first = Counter(drawn_order(hashlib.sha256(b"%d" % n).hexdigest(), tickets)[0][0] for n in range(draws))
    # Six standard deviations of a binomial are about 0.047 and 0.041.
    assert abs(first["a"] / draws - 1 / 2) < 0.04
    assert abs(first["b"] / draws - 1 / 4) < 0.035
    assert abs(first["c"] / draws - 1 / 4) < 0.035


def test_each_of_equal_tickets_wins_equally_often():
    tickets = [Lot(f"{n:016x}", 4) for n in range(6)]
    draws = 3000
    wins = Counter(
        code for n in range(draws) for code in drawn_order(hashlib.sha256(b"x%d" % n).hexdigest(), tickets)[:2]
    )
    assert all(abs(wins[ticket.code] / draws - 1 / 3) < 0.05 for ticket in tickets)


@pytest.mark.parametrize(
    "tickets",
    [
        pytest.param([Lot("a" * 16, 4), Lot("b" * 16, 8)], id="other lots"),
        pytest.param([Lot("a" * 16, 4), Lot("c" * 16, 4)], id="another ticket"),
        pytest.param([Lot("a" * 16, 4)], id="a ticket less"),
    ],
)
def test_another_list_has_another_digest(tickets):
    assert list_digest(tickets) != list_digest([Lot("a" * 16, 4), Lot("b" * 16, 4)])


# --- applying


def applicants(event: Event, number: int) -> list[User]:
    people = [factories.make_member(now=NOW) for _ in range(number)]
    for member in people:
        register(member=member, event_id=event.pk, now=NOW)
    return people


def test_publishing_fixes_the_seed_and_shows_its_hash(ren, aki, signed_in):
    plan = make_plan(NOW, allotment=Allotment.LOTTERY, registration_closes_at=NOW + timedelta(days=4))
    event = plan_event(by=ren, plan=plan, now=NOW)
    assert not Draw.objects.exists()
    publish_event(event_id=event.pk, by=ren, now=NOW)
    draw = Draw.objects.get()
    assert hashlib.sha256(bytes.fromhex(draw.seed)).hexdigest() == draw.seed_hash
    page = signed_in(aki).get(event.get_absolute_url()).content.decode()
    assert draw.seed_hash in page
    assert draw.seed not in page


def test_applying_gives_a_ticket_and_no_seat(aki):
    event = factories.make_lottery(now=NOW, capacity=3)
    row = register(member=aki, event_id=event.pk, now=NOW)
    assert (row.state, row.seat_number) == (RegistrationState.APPLIED, None)
    assert len(row.ticket.code) == 16
    assert register(member=aki, event_id=event.pk, now=NOW) == row
    assert [mail.key.split("/")[1] for mail in OutgoingMail.objects.all()] == ["applied"]


def test_who_withdraws_and_comes_back_before_the_draw_keeps_the_ticket(aki):
    event = factories.make_lottery(now=NOW)
    code = register(member=aki, event_id=event.pk, now=NOW).ticket.code
    assert withdraw(member=aki, event_id=event.pk, now=NOW).state == RegistrationState.WITHDRAWN
    back = register(member=aki, event_id=event.pk, now=NOW)
    assert (back.state, back.ticket.code) == (RegistrationState.APPLIED, code)


def test_a_click_that_waited_for_the_draw_is_refused(aki):
    event = factories.make_lottery(now=NOW)
    hold_draw(event.pk, now=CLOSED)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=event.pk, now=CLOSED - timedelta(seconds=1))
    assert refused.value.reason == NoRegistration.REGISTRATION_CLOSED


# --- drawing


@pytest.fixture
def drawn(db) -> Event:
    """Seven for three seats, drawn."""
    event = factories.make_lottery(now=NOW, capacity=3)
    applicants(event, 7)
    assert hold_draws(now=CLOSED) == 1
    return Event.objects.get(pk=event.pk)


def test_the_first_are_seated_and_the_others_wait_as_drawn(drawn):
    rows = drawn.registrations.order_by("queue_number").select_related("ticket")
    assert [row.ticket.code for row in rows] == drawn.draw.order
    assert [row.state for row in rows] == ["confirmed"] * 3 + ["waiting"] * 4
    assert sorted(row.seat_number for row in rows[:3]) == [1, 2, 3]
    assert [row.ticket.is_win for row in rows] == [True] * 3 + [False] * 4
    assert [sentence for check in TRUE_OF_A_TEST for sentence in check(CLOSED)] == []


def test_everybody_is_told_once_and_winners_get_a_calendar_file(drawn):
    assert hold_draws(now=CLOSED + timedelta(minutes=1)) == 0
    assert hold_draw(drawn.pk, now=CLOSED + timedelta(minutes=1)) is None
    mails = OutgoingMail.objects.exclude(key__contains="/applied/")
    assert Counter(mail.key.split("/")[1] for mail in mails) == {"drawn-seat": 3, "drawn-line": 4}
    assert all(bool(mail.calendar) == ("drawn-seat" in mail.key) for mail in mails)
    assert AuditEntry.objects.filter(verb="lottery.draw").count() == 1


def test_the_mail_names_the_place_in_line(drawn):
    second = drawn.registrations.in_line()[1]
    mail = OutgoingMail.objects.get(to=second.member, key__contains="/drawn-line/")
    assert "あなたは2番目にお待ちいただいています" in mail.text


def test_results_wait_for_the_morning(db):
    night = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # half past eleven in Japan
    event = factories.make_lottery(now=NOW, registration_closes_at=night)
    applicants(event, 1)
    hold_draw(event.pk, now=night)
    mail = OutgoingMail.objects.get(key__contains="/drawn-seat/")
    assert mail.send_after == datetime(2026, 11, 24, 22, tzinfo=UTC)  # seven in the morning


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        pytest.param({}, CLOSED - timedelta(seconds=1), id="before the close"),
        pytest.param({"state": EventState.CALLED_OFF}, CLOSED, id="called off"),
        pytest.param({"state": EventState.CLOSED}, CLOSED, id="closed"),
        pytest.param({"allotment": Allotment.FIRST_COME}, CLOSED, id="no lottery"),
        pytest.param({}, NOW + timedelta(days=7, hours=1), id="over"),
    ],
)
def test_what_is_not_due_is_not_drawn(db, changes, now):
    event = factories.make_lottery(now=NOW)
    Event.objects.update(**changes)
    assert hold_draw(event.pk, now=now) is None
    assert hold_draws(now=now) == 0
    assert not Draw.objects.exclude(drawn_at=None).exists()


def test_nobody_applied(db):
    event = factories.make_lottery(now=NOW)
    assert hold_draw(event.pk, now=CLOSED).order == []


def test_a_winner_who_sits_elsewhere_gets_the_seat_held(db):
    """Nobody is put into two rooms; the seat they won waits for their choice."""
    event = factories.make_lottery(now=NOW, capacity=2)
    torn, free = applicants(event, 2)
    other = factories.make_event(now=NOW)
    register(member=torn, event_id=other.pk, now=NOW)
    hold_draw(event.pk, now=CLOSED)
    states = dict(event.registrations.values_list("member", "state"))
    assert states == {torn.pk: RegistrationState.OFFERED, free.pk: RegistrationState.CONFIRMED}
    assert Offer.objects.get().registration.member == torn


def test_a_seat_given_back_goes_to_the_next_as_drawn(drawn):
    winner = drawn.registrations.confirmed().first()
    first, second, *_ = [row.member for row in drawn.registrations.in_line()]
    withdraw(member=winner.member, event_id=drawn.pk, now=CLOSED)
    decline_offer(member=first, event_id=drawn.pk, now=CLOSED)
    accept_offer(member=second, event_id=drawn.pk, now=CLOSED)
    assert set(drawn.registrations.confirmed().values_list("member", flat=True)) >= {second.pk}
    won = lottery.results_of([first.pk, second.pk, winner.member_id], now=CLOSED)
    # Declined or taken, offered or drawn: each has won, and starts anew.
    assert [lots_of(won[pk], now=CLOSED + timedelta(hours=1)) for pk in (first.pk, second.pk, winner.member_id)] == [
        4,
        4,
        4,
    ]


def test_losses_weigh_in_the_next_draw(drawn):
    loser, winner = drawn.registrations.in_line()[0].member, drawn.registrations.confirmed()[0].member
    later = CLOSED + timedelta(days=10)
    event = factories.make_lottery(now=later - timedelta(days=1), registration_closes_at=later)
    for member in (loser, winner):
        register(member=member, event_id=event.pk, now=later - timedelta(hours=1))
    hold_draw(event.pk, now=later)
    lots = dict(Ticket.objects.filter(registration__event=event).values_list("registration__member", "lots"))
    assert lots == {loser.pk: 8, winner.pk: 4}


def test_an_offer_that_nobody_answered_is_no_win_and_what_was_called_off_is_neither(drawn):
    loser, winner = drawn.registrations.in_line()[0], drawn.registrations.confirmed()[0]
    Offer.objects.create(
        registration=loser, made_at=CLOSED, expires_at=CLOSED, answer=Answer.EXPIRED, answered_at=CLOSED
    )
    assert [one.is_win for one in lottery.results_of([loser.member_id], now=CLOSED)[loser.member_id]] == [False]
    Event.objects.filter(pk=drawn.pk).update(state=EventState.CALLED_OFF)
    assert lottery.results_of([loser.member_id, winner.member_id], now=CLOSED) == {}


# --- the plan


def test_a_lottery_closes_two_days_before_the_start():
    late = make_plan(NOW, allotment="lottery")
    assert faults_in(late, now=NOW) == (PlanFault.LATE_FOR_LOTTERY,)
    in_time = make_plan(NOW, allotment="lottery", registration_closes_at=late.starts_at - timedelta(hours=48))
    assert faults_in(in_time, now=NOW) == ()


@pytest.mark.parametrize(
    ("is_drawn", "change", "reason"),
    [
        pytest.param(False, {"allotment": "first-come"}, NoHosting.FIXED_SINCE_PUBLISHED, id="another allotment"),
        pytest.param(False, {"registration_closes_at": CLOSED + timedelta(hours=1)}, None, id="later, not yet drawn"),
        pytest.param(True, {"registration_closes_at": CLOSED + timedelta(hours=1)}, NoHosting.DRAWN, id="drawn"),
    ],
)
def test_what_was_promised_stays(ren, is_drawn, change, reason):
    plan = make_plan(NOW, allotment="lottery", registration_closes_at=CLOSED)
    event = plan_event(by=ren, plan=plan, now=NOW)
    publish_event(event_id=event.pk, by=ren, now=NOW)
    if is_drawn:
        hold_draw(event.pk, now=CLOSED)
    event.refresh_from_db()
    changed = type(plan)(**{**plan_of(event).__dict__, **change})

    def act() -> None:
        change_event(event_id=event.pk, by=ren, plan=changed, seen_version=event.version, now=CLOSED)

    if reason is None:
        act()
        return
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.reason == reason


# --- the pages


def test_the_published_file_recomputes_outside_the_site(drawn, aki, signed_in, tmp_path: Path):
    answer = signed_in(aki).get(reverse("events:draw_file", args=[drawn.pk]))
    file = tmp_path / "draw.json"
    file.write_bytes(answer.content)
    run = subprocess.run([sys.executable, "-I", str(RECIPE), str(file)], capture_output=True, text=True, check=True)
    assert run.stdout.split() == json.loads(answer.content)["order"] == drawn.draw.order


def test_the_script_refuses_another_seed_and_another_list(drawn, tmp_path: Path):
    for change in ({"seed": "00" * 32}, {"tickets": lottery.published(drawn.draw)["tickets"][1:]}):
        file = tmp_path / "draw.json"
        file.write_text(json.dumps({**lottery.published(drawn.draw), **change}))
        run = subprocess.run(
            [sys.executable, "-I", str(RECIPE), str(file)], capture_output=True, text=True, check=False
        )
        assert "AssertionError" in run.stderr


def test_nothing_published_leads_to_a_person(drawn, aki, signed_in):
    member = drawn.registrations.first().member
    member.profile.called_name = "さがせる名前"
    member.profile.save(update_fields=["called_name"])
    client = signed_in(aki)
    pages = [client.get(reverse(f"events:{name}", args=[drawn.pk])).content.decode() for name in ("draw", "draw_file")]
    assert all(code in page for page in pages for code in drawn.draw.order)
    assert not any("さがせる名前" in page or member.email in page for page in pages)
    assert "あなただけに見えています" not in pages[0]
    assert "あなただけに見えています" in signed_in(member).get(reverse("events:draw", args=[drawn.pk])).content.decode()


def test_before_the_draw_there_is_a_promise_and_no_file(aki, signed_in):
    event = factories.make_lottery()
    client = signed_in(aki)
    page = client.get(reverse("events:draw", args=[event.pk]))
    assert event.draw.seed_hash in page.content.decode()
    assert event.draw.seed not in page.content.decode()
    assert client.get(reverse("events:draw_file", args=[event.pk])).status_code == 404


@pytest.mark.parametrize("name", ["draw", "draw_file"])
def test_a_number_that_no_database_holds_is_no_draw(aki, signed_in, name):
    assert signed_in(aki).get(reverse(f"events:{name}", args=[10**23])).status_code == 404


def test_an_event_without_a_lottery_has_no_draw(aki, signed_in):
    event = factories.make_event()
    assert [
        signed_in(aki).get(reverse(f"events:{name}", args=[event.pk])).status_code for name in ("draw", "draw_file")
    ] == [404, 404]


def test_a_member_applies_sees_the_ticket_and_withdraws(aki, signed_in):
    event = factories.make_lottery()
    client = signed_in(aki)
    assert "抽選に申し込む" in client.get(event.get_absolute_url()).content.decode()
    assert "抽選に申し込む" in client.get(reverse("events:register", args=[event.pk])).content.decode()
    client.post(reverse("events:register", args=[event.pk]), {"mode": "talk"})
    ticket = Ticket.objects.get()
    assert ticket.code in client.get(event.get_absolute_url()).content.decode()
    assert "抽選を待っています" in client.get(reverse("events:events")).content.decode()
    assert "抽選を待っています" in client.get(reverse("events:mine")).content.decode()
    client.post(reverse("events:withdraw", args=[event.pk]))
    assert Registration.objects.get().state == RegistrationState.WITHDRAWN


def test_the_host_sees_how_many_and_never_who_stands_where(ren, signed_in):
    event = factories.make_lottery(ren, now=NOW, capacity=2)
    names = ["さくら", "あおい", "みなと", "かえで", "いぶき"]
    for name in names:
        register(member=factories.make_member(name, now=NOW), event_id=event.pk, now=NOW)
    desk = reverse("events:desk", args=[event.pk])
    before = signed_in(ren).get(desk).content.decode()
    assert "抽選に5人が申し込んでいます" in before
    assert not any(name in before for name in names)
    hold_draw(event.pk, now=CLOSED)
    after = signed_in(ren).get(desk).content.decode()
    line = after.split('id="line"')[1]
    shown = sorted((name for name in names if name in line), key=line.index)
    assert len(shown) == 3
    assert shown == sorted(shown)
    assert not any(code in after for code in Draw.objects.get().order)
