"""A receiver who wants to know who left the anonymous picks, in groups of three, four and five.

First by thought: every world in which companions may have left anything is played through the rule, and worlds that
look the same to the receiver are held together. Then by hand: with all pages, mails and buttons of the site.
docs/anonymous-picks-attacks.md is the table of what was tried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.cases.choices import ReportReason
from feedback.letters import rules
from feedback.letters.flows.anonymous_picks import (
    forget_anonymous_picks,
    leave_picks,
    look,
    release_anonymous_picks,
    switch_off,
    switch_on,
)
from feedback.letters.flows.letter import put_away, take_out
from feedback.letters.rules import Pool, Release, ReleasedBatch, WaitingPicks
from feedback.models import AnonymousPicks, AnonymousPool, Case, StrengthFeedback
from feedback.safety.flows import report, take
from kouryu.clock import TOKYO
from members.models import Block, OutgoingMail, User
from members.standing.flows import block, unblock
from tests.factories import make_evening, make_letter, make_member

pytestmark = pytest.mark.one_database

# --- by thought


@dataclass(frozen=True)
class EveningOfMonth:
    """One evening a month: with whom the receiver sat, and which of them signed a letter."""

    others: str
    signed: str = ""


World = dict[str, tuple[int, str]]  # who left picks, at which evening and which (x or y)
Rule = Callable[..., Release]


def worlds_of(evenings: Sequence[EveningOfMonth]) -> Iterator[World]:
    """Whatever the companions may have done without a name: each of them once for ever, not beside a letter."""
    people = sorted({person for evening in evenings for person in evening.others})

    def choices(person: str) -> list[tuple[int, str] | None]:
        at = [n for n, evening in enumerate(evenings) if person in evening.others and person not in evening.signed]
        return [None, *product(at, "xy")]

    for done in product(*(choices(person) for person in people)):
        yield {person: left for person, left in zip(people, done, strict=True) if left}


def play(evenings: Sequence[EveningOfMonth], world: World, rule: Rule) -> list[list[str]]:
    """Who gave what each month released: the truth. The receiver sees of it the picks without the people."""
    batches: list[ReleasedBatch] = []
    months, pooled, released = [], [], set[str]()
    for month, evening in enumerate(evenings):
        pooled.append(evening)
        pool = Pool(
            met=frozenset(ord(person) for each in pooled for person in each.others),
            signed=frozenset(ord(person) for each in pooled for person in each.signed),
        )
        waiting = [WaitingPicks(ord(p), ord(p)) for p, (at, _) in world.items() if at <= month and p not in released]
        done = rule(pool, waiting, batches, enough=3)
        givers = [chr(each) for each in done.released]
        released.update(givers)
        months.append(givers)
        if done.closes:
            batches.append(ReleasedBatch(done.candidates, len(givers)))
            pooled = []
    return months


def find_out(evenings: Sequence[EveningOfMonth], rule: Rule) -> list[str]:
    """What a receiver could conclude for sure, or narrow down to fewer than three people, in any world."""
    alike: dict[tuple, list[tuple[World, list[list[str]]]]] = defaultdict(list)
    for world in worlds_of(evenings):
        truth = play(evenings, world, rule)
        seen = tuple(tuple(sorted(world[person][1] for person in givers)) for givers in truth)
        alike[seen].append((world, truth))
    return [found for seen, truths in alike.items() for found in _conclusions(seen, truths)]


def _conclusions(seen: tuple, truths: list[tuple[World, list[list[str]]]]) -> Iterator[str]:
    for month, picks in enumerate(seen):
        for pick in set(picks):
            possible = {person for world, truth in truths for person in truth[month] if world[person][1] == pick}
            if len(possible) < 3:
                yield f"{pick} of month {month} is one of {sorted(possible)}"
    always = set.intersection(*({person for givers in truth for person in givers} for _world, truth in truths))
    yield from (f"{person} has given" for person in sorted(always))
    yield from _if_the_others_tell([truth for _world, truth in truths])


def _if_the_others_tell(truths: list[list[list[str]]]) -> Iterator[str]:
    """For how many people the last set could still be, once every giver but one says what was theirs."""
    remaining = defaultdict[tuple, set[str]](set)
    for truth in truths:
        for month, givers in enumerate(truth):
            for giver in givers:
                told = tuple(frozenset(each) - {giver} for each in truth)
                remaining[month, told].add(giver)
    for (month, _told), possible in remaining.items():
        if len(possible) < 3:
            yield f"if the others tell, one set of month {month} is one of {sorted(possible)}"


CIRCLES = {
    "a group of three": [EveningOfMonth("ab")],
    "a group of three, three evenings": [EveningOfMonth("ab"), EveningOfMonth("bc"), EveningOfMonth("ac")],
    "a group of four": [EveningOfMonth("abc")],
    "a group of four that meets every month": [EveningOfMonth("abc")] * 3,
    "a group of five": [EveningOfMonth("abcd")],
    "a group of five, one of them signs": [EveningOfMonth("abcd", signed="a")],
    "a group of five that meets twice": [EveningOfMonth("abcd"), EveningOfMonth("abcd")],
    "a group of five that meets twice, one signs at first": [
        EveningOfMonth("abcd", signed="d"),
        EveningOfMonth("abcd"),
    ],
    "two rounds of four": [EveningOfMonth("abcdef")],
    "groups of four that share people": [EveningOfMonth("abc"), EveningOfMonth("bcd"), EveningOfMonth("cde")],
    "a small group and then a large one": [EveningOfMonth("ab"), EveningOfMonth("bcde")],
    "a large group and then a small one": [EveningOfMonth("abcd"), EveningOfMonth("ab"), EveningOfMonth("ae")],
}


@pytest.mark.parametrize("evenings", CIRCLES.values(), ids=CIRCLES)
def test_in_no_world_can_the_receiver_find_anybody_out(evenings):
    assert find_out(evenings, rules.release) == []


@pytest.mark.parametrize("number", range(5))
def test_whoever_signs_helps_nobody_to_find_the_others(number):
    circles = [
        [EveningOfMonth("abcd", signed="".join(who)), EveningOfMonth("abcde")] for who in combinations("abcd", number)
    ]
    assert [find_out(evenings, rules.release) for evenings in circles] == [[]] * len(circles)


def test_the_worlds_hold_releases_in_several_months_and_of_several_sets():
    def most(name):
        return max(
            sorted(len(givers) for givers in play(CIRCLES[name], world, rules.release))
            for world in worlds_of(CIRCLES[name])
        )

    assert most("a group of three, three evenings") == [0, 0, 1]
    assert most("a group of four that meets every month") == [0, 0, 1]
    assert most("a group of five that meets twice") == [1, 1]
    assert most("two rounds of four") == [4]


def _plain_rule(pool, waiting, earlier, *, enough):
    """Three candidates or more, and everything out that was left by them: what the words of 1.6 ask for at least."""
    candidates = pool.met - pool.signed
    if len(candidates) < enough:
        return Release(closes=False)
    released = tuple(each.id for each in waiting if each.giver in candidates)
    return Release(closes=True, candidates=candidates, released=released)


def _pools_that_look_at_what_waits(pool, waiting, earlier, *, enough):
    done = rules.release(pool, waiting, earlier, enough=enough)
    return done if done.released else Release(closes=False)


@pytest.mark.parametrize(
    ("rule", "circle"),
    [
        (_plain_rule, "a group of four"),  # all three gave
        (_plain_rule, "a group of four that meets every month"),
        (_pools_that_look_at_what_waits, "a small group after a large one that left nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__.strip("_"),
)
def test_control_weaker_rules_are_seen_through(rule, circle):
    circles = {
        **CIRCLES,
        "a small group after a large one that left nothing": [EveningOfMonth("abc"), EveningOfMonth("de")],
    }
    assert find_out(circles[circle], rule) != []


# --- by hand


@dataclass
class ReceiverAndCompanions:
    """A receiver whose mirror is open, and the companions of one evening whose writing time is over."""

    receiver: User
    others: list[User]
    event_pk: int

    @property
    def everybody(self) -> list[User]:
        return [self.receiver, *self.others]


# Not before seven on the first of a month, when the latest release would be that of the month before.
NOW = datetime(2026, 11, 20, 12, tzinfo=TOKYO)
FIRST = rules.latest_first_of_month(NOW)
NIGHT = FIRST - timedelta(days=20)


def make_circle(size: int) -> ReceiverAndCompanions:
    receiver = make_member("あき", industry="E", now=NIGHT)
    receiver.self_strengths.create(version=1, picks=["act-try"], chosen_at=NIGHT)
    others = [
        make_member(name, industry="JPGM"[n], now=NIGHT)
        for n, name in enumerate(["なお", "ゆい", "りく", "めい"][: size - 1])
    ]
    for number in range(3):
        friend = make_member(f"友{number}", industry="IOK"[number], now=NIGHT)
        long_ago = make_evening([[receiver, friend]], now=NIGHT - timedelta(days=100))
        fields = {"opened_at": NIGHT, "giver_industry": friend.profile.industry, "released_at": NIGHT}
        make_letter(friend, receiver, long_ago, picks=["open-ask", "act-try"], **fields)
    release_anonymous_picks(NIGHT)
    event = make_evening([[receiver, *others]], now=NIGHT)
    return ReceiverAndCompanions(receiver, others, event.pk)


def leave(circle: ReceiverAndCompanions, giver: User) -> None:
    leave_picks(by=giver, receiver_id=circle.receiver.pk, event_id=circle.event_pk, picks=["think-core"], now=NIGHT)


def everything_seen(circle: ReceiverAndCompanions, signed_in, *, more: Sequence[str] = ()) -> list[tuple]:
    """The pages that speak of the others, how many questions each asked the database, and all mails."""
    client, seen = signed_in(circle.receiver), []
    addresses = [
        reverse("feedback:mirror"),
        reverse("feedback:mirror") + "?from=J&look=1",
        reverse("feedback:letters"),
        reverse("feedback:people"),
        reverse("feedback:evening", args=[circle.event_pk]),
        *more,
    ]
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        seen.append((address, page.status_code, len(asked), _plain(page.content.decode())))
    mails = OutgoingMail.objects.filter(to=circle.receiver).order_by("pk")
    return [*seen, *mails.values_list("key", "kind", "text")]


def further_pages(circle: ReceiverAndCompanions) -> list[str]:
    """Where nothing of the others is expected at all."""
    somebody = circle.others[-1].pk
    return [
        reverse("feedback:letters_given"),
        reverse("feedback:picks_given"),
        reverse("feedback:growth"),
        reverse("feedback:write", args=[circle.event_pk, somebody]),
        reverse("feedback:leave_picks", args=[circle.event_pk, somebody]),
        reverse("feedback:report_member", args=[somebody]),
        reverse("members:account"),
    ]


def _plain(page: str) -> str:
    """Without what differs from one look to the next: tokens against forgery and the nonce of scripts."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return re.sub(r'(nonce="[^"]*"|/block/[^"/]+/|"csrf": ?"\w+"|X-CSRFToken[^}]*)', "", page)


@contextmanager
def as_if():
    """What happens in here has never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _looks(circle):
    """Opens everything."""


def _blocks_in_turn(circle):
    for other in circle.others:
        row = block(member=circle.receiver, other_id=other.pk, now=NOW)
        unblock(member=circle.receiver, other_id=row.blocked_id, now=NOW)
    block(member=circle.receiver, other_id=circle.others[0].pk, now=NOW)


def _is_blocked(circle):
    block(member=circle.others[0], other_id=circle.receiver.pk, now=NOW)


def _one_deletes_their_account(circle):
    leaver = User.objects.get(pk=circle.others[0].pk)
    leaver.periods.all().delete()
    leaver.delete()


def _one_leaves(circle):
    User.objects.filter(pk=circle.others[0].pk).update(is_active=False)


def _one_is_suspended(circle):
    circle.others[0].suspensions.create(starts_at=NOW, reason="確認のため")


def _puts_letters_away(circle):
    letters = StrengthFeedback.objects.filter(receiver=circle.receiver).order_by("pk")
    for letter in letters:
        put_away(letter_id=letter.pk, by=circle.receiver, now=NOW)
    take_out(letter_id=letters[0].pk, by=circle.receiver)


def _switches_off(circle):
    switch_off(by=circle.receiver, now=NOW)


def _switches_off_and_on(circle):
    switch_off(by=circle.receiver, now=NOW)
    switch_on(by=circle.receiver)


def _reports(circle):
    about = {"kind": "member", "subject_id": circle.others[0].pk}
    report(reporter=circle.receiver, **about, reason=ReportReason.OTHER, words="", now=NOW)


def _one_signs_at_a_later_evening(circle):
    again = make_evening([circle.everybody], now=NOW)
    make_letter(circle.others[0], circle.receiver, again, picks=["think-core"], opened_at=NOW)


def _months_pass(circle):
    release_anonymous_picks(NOW + timedelta(days=40))
    forget_anonymous_picks(NOW + timedelta(days=400))


AFTERWARDS = [
    _looks,
    _blocks_in_turn,
    _is_blocked,
    _one_deletes_their_account,
    _one_leaves,
    _one_is_suspended,
    _puts_letters_away,
    _switches_off,
    _switches_off_and_on,
    _reports,
    _one_signs_at_a_later_evening,
    _months_pass,
]


def named(act: Callable) -> str:
    return act.__name__.strip("_").replace("_", " ")


def seen_in_each_world(circle: ReceiverAndCompanions, signed_in, act: Callable[[ReceiverAndCompanions], None]) -> list:
    """What the receiver sees after the release, as each of the others in turn is the giver."""
    found = []
    for giver in circle.others:
        with as_if():
            leave(circle, giver)
            assert release_anonymous_picks(NOW) == 1
            act(circle)
            found.append(everything_seen(circle, signed_in))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("act", AFTERWARDS, ids=named)
def test_after_the_release_everything_looks_the_same_whoever_gave(signed_in, act):
    first, *others = seen_in_each_world(make_circle(4), signed_in, act)

    assert all(other == first for other in others)


@pytest.mark.django_db
def test_the_release_itself_is_seen_and_counted_in_the_mirror(signed_in):
    circle = make_circle(5)
    before = everything_seen(circle, signed_in)
    after = seen_in_each_world(circle, signed_in, _looks)[0]

    changed = [one[0] for one, other in zip(before, after, strict=True) if one[3] != other[3]]
    assert changed == [reverse("feedback:mirror"), reverse("feedback:mirror") + "?from=J&look=1"]
    assert ("4人から届いています" in after[0][3], "今月、名前のない印が鏡に加わりました。" in after[0][3]) == (
        True,
        True,
    )
    assert [one[2] for one in before] == [other[2] for other in after]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [3, 4, 5])
def test_until_the_release_no_byte_and_no_query_differs(signed_in, size):
    circle = make_circle(size)
    pages = further_pages(circle)
    without = everything_seen(circle, signed_in, more=pages)
    for giver in circle.others:
        leave(circle, giver)
    waiting = everything_seen(circle, signed_in, more=pages)
    forget_anonymous_picks(NIGHT + timedelta(days=366))

    assert waiting == without
    assert everything_seen(circle, signed_in, more=pages) == without
    assert AnonymousPicks.objects.filter(dropped_at=None).count() == 0


def _blocks_all_but_one(circle):
    for other in circle.others[1:]:
        block(member=circle.receiver, other_id=other.pk, now=NIGHT)


def _blocks_all_but_one_for_a_while(circle):
    _blocks_all_but_one(circle)
    for row in Block.objects.filter(blocker=circle.receiver):
        unblock(member=circle.receiver, other_id=row.blocked_id, now=FIRST - timedelta(hours=1))


def _has_letters_of_all_but_one(circle):
    for other in circle.others[1:]:
        make_letter(other, circle.receiver, circle_event(circle), opened_at=NIGHT)


def circle_event(circle):
    return circle.receiver.registrations.get(event=circle.event_pk).event


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act", [_blocks_all_but_one, _blocks_all_but_one_for_a_while, _has_letters_of_all_but_one], ids=named
)
@pytest.mark.parametrize("size", [4, 5])
def test_a_receiver_who_makes_the_batch_small_gets_nothing(signed_in, act, size):
    circle = make_circle(size)
    leave(circle, circle.others[0])
    act(circle)
    without = everything_seen(circle, signed_in)

    assert release_anonymous_picks(NOW) == 0
    assert everything_seen(circle, signed_in) == without


@pytest.mark.django_db
@pytest.mark.parametrize("size", [3, 4, 5])
def test_a_whole_group_that_gives_the_same_is_never_all_released(size):
    circle = make_circle(size)
    for giver in circle.others:
        leave(circle, giver)
    release_anonymous_picks(NOW)

    assert AnonymousPicks.objects.released().count() == max(0, len(circle.others) - 2)


@pytest.mark.django_db
def test_a_moderator_who_is_curious_learns_nothing_of_their_own_mirror(kai):
    circle = make_circle(4)
    circle.others[0].role_grants.create(role="moderator", granted_at=NIGHT)
    leave(circle, circle.others[1])
    release_anonymous_picks(NOW)
    case = Case.objects.create(member=circle.others[1], subject_key="member/1", opened_at=NOW)
    circle.receiver.role_grants.create(role="moderator", granted_at=NIGHT)
    take(case_id=case.pk, by=circle.receiver, now=NOW)

    assert look(case_id=case.pk, by=circle.receiver, now=NOW) == []


@pytest.mark.django_db
def test_no_page_or_mail_knows_the_pools(signed_in):
    circle = make_circle(4)
    leave(circle, circle.others[0])
    release_anonymous_picks(NOW)
    pool = AnonymousPool.objects.get(receiver=circle.receiver, released_on=FIRST.date())
    text = "".join(str(part) for part in everything_seen(circle, signed_in))

    assert (len(pool.candidates), "candidates" in text, "anonymous pool" in text) == (3, False, False)
