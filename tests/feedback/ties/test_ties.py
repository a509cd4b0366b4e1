"""Ties form in the morning, for both at once, and only when both want contact; they end without a trace."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from feedback.models import Intention, Tie
from feedback.ties.choices import CONTACT_KINDS, TIE_MAIL, IntentionKind
from feedback.ties.flows.tie import choose_intention, end_tie, form_ties, take_back_intention
from feedback.ties.rules.tie import NoIntention
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, Heartbeat, KeptApart, OutgoingMail, Suspension
from tests import sweeps
from tests.factories import make_evening, make_member, make_tie

NOW = NIGHT = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
SIX = datetime(2026, 11, 26, 6, 0, tzinfo=TOKYO)
SEVEN = datetime(2026, 11, 26, 7, 0, tzinfo=TOKYO)
DAY = timedelta(days=1)
HEAR, CASUAL, ONLY = IntentionKind.HEAR, IntentionKind.CASUAL, IntentionKind.ONLY_THIS


@pytest.fixture
def evening(aki, mio):
    return make_evening([[aki, mio]], now=NIGHT)


def choose(by, person, evening, kind=HEAR, now=NIGHT):
    return choose_intention(by=by, person_id=person.pk, event_id=evening.pk, kind=kind, now=now)


def take_back(by, person, evening, now=NIGHT):
    take_back_intention(by=by, person_id=person.pk, event_id=evening.pk, now=now)


def ties():
    return sorted(Tie.objects.filter(ended_at=None).values_list("first", "second"))


def mails():
    return sorted(OutgoingMail.objects.values_list("key", "to", "kind"))


def test_a_tie_forms_at_seven_once_and_both_are_told_with_one_mail(evening, aki, mio):
    choose(aki, mio, evening, HEAR)
    choose(mio, aki, evening, CASUAL, NIGHT + timedelta(hours=2))

    assert [form_ties(now) for now in (NIGHT, SIX, SEVEN - timedelta(seconds=1))] == [0, 0, 0]
    assert (ties(), mails()) == ([], [])

    assert [form_ties(now) for now in (SEVEN, SEVEN, SEVEN + DAY)] == [1, 0, 0]
    assert ties() == [(aki.pk, mio.pk)]
    assert mails() == [(f"tie/formed/{one.pk}/2026-11-26", one.pk, TIE_MAIL) for one in (aki, mio)]
    assert set(OutgoingMail.objects.values_list("send_after", flat=True)) == {SEVEN}


@pytest.mark.parametrize("mine", [*CONTACT_KINDS, ONLY, None])
@pytest.mark.parametrize("theirs", [*CONTACT_KINDS, ONLY, None])
def test_only_two_wishes_for_contact_make_a_tie(evening, aki, mio, mine, theirs):
    for by, person, kind in ((aki, mio, mine), (mio, aki, theirs)):
        if kind is not None:
            choose(by, person, evening, kind)

    assert form_ties(SEVEN) == (mine in CONTACT_KINDS and theirs in CONTACT_KINDS)


def test_who_chooses_days_later_is_answered_at_the_next_seven_as_everybody(evening, aki, mio):
    choose(aki, mio, evening)
    form_ties(SEVEN)
    choose(mio, aki, evening, now=SEVEN + 9 * DAY)

    assert [form_ties(SEVEN + 9 * DAY + timedelta(hours=n)) for n in (1, 12, 23, 24)] == [0, 0, 0, 1]
    assert set(Tie.objects.values_list("formed_at", flat=True)) == {SEVEN + 10 * DAY}


def test_wishes_about_two_evenings_are_no_agreement(evening, aki, mio):
    choose(aki, mio, evening)
    choose(mio, aki, make_evening([[aki, mio]], now=NIGHT))

    assert form_ties(SEVEN) == 0


def test_three_ties_in_one_morning_bring_one_mail(aki):
    others = [make_member() for _ in range(3)]
    evening = make_evening([[aki, *others]], now=NIGHT)
    for other in others:
        choose(aki, other, evening)
        choose(other, aki, evening)

    assert form_ties(SEVEN) == 3
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == sorted([aki.pk, *(one.pk for one in others)])


def test_the_mail_has_neither_name_nor_choice(evening, aki, mio):
    choose(aki, mio, evening, HEAR)
    choose(mio, aki, evening, CASUAL)
    form_ties(SEVEN)
    words = {mail.to_id: mail.subject + mail.text + mail.html for mail in OutgoingMail.objects.all()}

    assert reverse("feedback:people") in words[aki.pk]
    assert [word for word in ("みお", HEAR.label, CASUAL.label, evening.title) if str(word) in words[aki.pk]] == []
    mine, theirs = (mail.text.split("\n--")[0] for mail in OutgoingMail.objects.order_by("pk"))
    assert mine.replace("あき", "みお") == theirs


# --- changing one's mind


def test_until_six_a_choice_changes_freely_and_then_stands(evening, aki, mio):
    choose(mio, aki, evening)
    for kind in (HEAR, ONLY, CASUAL):
        choose(aki, mio, evening, kind, SIX - timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        choose(aki, mio, evening, ONLY, SIX)

    assert (refused.value.reason, Intention.objects.get(holder=aki).kind) == (NoIntention.LOCKED, CASUAL)
    assert choose(aki, mio, evening, CASUAL, SIX).kind == CASUAL  # a second click on the same is no change
    assert form_ties(SEVEN) == 1


def test_taken_back_before_the_lock_nothing_is_left_and_afterwards_it_only_has_no_effect(evening, aki, mio):
    choose(mio, aki, evening)
    choose(aki, mio, evening)
    take_back(aki, mio, evening)
    assert Intention.objects.filter(holder=aki).count() == 0

    choose(aki, mio, evening)
    take_back(aki, mio, evening, SIX)
    take_back(aki, mio, evening, SIX)
    assert form_ties(SEVEN) == 0
    with pytest.raises(Refused) as refused:
        choose(aki, mio, evening, now=SIX)
    assert refused.value.reason == NoIntention.LOCKED


def test_wishes_for_contact_are_few_and_taking_back_after_the_lock_gives_none_back(aki):
    others = [make_member() for _ in range(4)]
    evening = make_evening([[aki, *others[:2]], []], [[aki, *others[2:]]], now=NIGHT)
    for other in others[:3]:
        choose(aki, other, evening)
    with pytest.raises(Refused) as refused:
        choose(aki, others[3], evening)
    assert refused.value.reason == NoIntention.ENOUGH_WISHES
    choose(aki, others[3], evening, ONLY)

    take_back(aki, others[0], evening)  # before the lock: free again
    choose(aki, others[3], evening)
    take_back(aki, others[3], evening, SIX)
    with pytest.raises(Refused) as refused:
        choose(aki, others[0], evening, now=SIX)
    assert refused.value.reason == NoIntention.ENOUGH_WISHES


@pytest.mark.parametrize("case", ["oneself", "stranger", "absent"])
def test_only_about_people_of_ones_own_groups(evening, aki, mio, case):
    person = {"oneself": aki, "stranger": make_member()}.get(case, mio)
    if case == "absent":
        evening.registrations.get(member=mio).attendance.delete()

    with pytest.raises(Refused) as refused:
        choose(aki, person, evening)
    assert refused.value.reason == (NoIntention.ONESELF if case == "oneself" else NoIntention.NOT_TOGETHER)


# --- what may come between


@pytest.mark.parametrize("case", ["block", "block back", "left"])
def test_what_comes_between_in_the_night_ends_both_wishes_for_good(evening, aki, mio, case):
    choose(aki, mio, evening)
    choose(mio, aki, evening)
    if case == "left":
        mio.is_active = False
        mio.save(update_fields=["is_active"])
    else:
        blocker, blocked = (aki, mio) if case == "block" else (mio, aki)
        Block.objects.create(blocker=blocker, blocked=blocked, blocked_at=NIGHT)

    assert form_ties(SEVEN) == 0
    Block.objects.all().delete()
    assert (form_ties(SEVEN + DAY), Tie.objects.count(), mails()) == (0, 0, [])


def test_while_one_is_suspended_both_wait_for_the_first_morning_after(evening, aki, mio):
    choose(aki, mio, evening)
    choose(mio, aki, evening)
    Suspension.objects.create(member=mio, starts_at=NIGHT, until=SEVEN + 10 * DAY - timedelta(hours=1), reason="確認")

    mornings = [SEVEN + n * DAY for n in range(11)]
    assert [form_ties(morning) for morning in mornings] == [0] * 10 + [1]


def test_switched_off_mail_stays_away_from_one_and_the_tie_forms_for_both(evening, aki, mio):
    aki.muted_mail = [TIE_MAIL]
    aki.save(update_fields=["muted_mail"])
    choose(aki, mio, evening)
    choose(mio, aki, evening)

    assert form_ties(SEVEN) == 1
    assert [to for _key, to, _kind in mails()] == [mio.pk]


# --- a tie ends


def test_a_tie_ends_quietly_for_both(aki, mio, signed_in):
    make_tie(aki, mio)
    for by, other in ((mio, aki), (mio, aki), (aki, mio)):
        end_tie(by=by, other_id=other.pk, now=SEVEN)

    assert [Tie.objects.open_of(one).count() for one in (aki, mio)] == [0, 0]
    assert (mails(), AuditEntry.objects.count()) == ([], 0)
    assert "みお" not in signed_in(aki).get(reverse("feedback:people")).content.decode()


def test_who_ended_a_tie_is_not_tied_again_by_their_own_older_wish(evening, aki, mio):
    make_tie(aki, mio)
    choose(aki, mio, evening)  # they met again while tied
    end_tie(by=aki, other_id=mio.pk, now=NIGHT)
    choose(mio, aki, evening)

    assert form_ties(SEVEN) == 0


def test_two_who_want_it_anew_are_tied_anew_and_told(evening, aki, mio):
    make_tie(aki, mio, formed_at=NIGHT - 90 * DAY, ended_at=NIGHT - 30 * DAY)
    choose(aki, mio, evening)
    choose(mio, aki, evening)

    assert form_ties(SEVEN) == 1
    tie = Tie.objects.get()
    assert (tie.formed_at, tie.ended_at, tie.event) == (SEVEN, None, evening)
    assert len(mails()) == 2


def test_two_who_are_tied_and_choose_each_other_again_hear_nothing(evening, aki, mio):
    make_tie(aki, mio, formed_at=NIGHT - 90 * DAY)
    choose(aki, mio, evening)
    choose(mio, aki, evening)

    assert (form_ties(SEVEN), mails(), Tie.objects.get().formed_at) == (0, [], NIGHT - 90 * DAY)


@pytest.mark.parametrize("blocker_first", [True, False])
def test_nothing_goes_over_a_tie_while_one_blocks_the_other(aki, mio, blocker_first):
    make_tie(aki, mio)
    other = make_tie(aki, make_member())
    blocker, blocked = (aki, mio) if blocker_first else (mio, aki)
    block = Block.objects.create(blocker=blocker, blocked=blocked, blocked_at=NIGHT)
    assert list(Tie.objects.open_of(aki)) == [other]
    assert not Tie.objects.open_between(aki, mio).exists()
    assert Tie.objects.listed_between(blocked, blocker).exists()
    assert not Tie.objects.listed_between(blocker, blocked).exists()

    block.delete()
    assert Tie.objects.open_between(aki, mio).exists()


def test_who_left_does_not_appear(aki, mio):
    make_tie(aki, mio)
    mio.is_active = False
    mio.save(update_fields=["is_active"])

    assert (Tie.objects.open_of(aki).count(), Tie.objects.open_between(mio, aki).count()) == (0, 0)


# --- this time only


def apart():
    return sorted(KeptApart.objects.values_list("holder", "person"))


def test_this_time_only_becomes_a_wish_to_be_apart_in_the_morning(evening, aki, mio):
    choose(aki, mio, evening, ONLY)
    form_ties(SEVEN - timedelta(seconds=1))
    assert apart() == []

    form_ties(SEVEN)
    form_ties(SEVEN + DAY)
    assert (apart(), mails(), AuditEntry.objects.count()) == ([(aki.pk, mio.pk)], [], 0)


def test_taken_back_it_is_no_wish_any_more(evening, aki, mio):
    choose(aki, mio, evening, ONLY)
    form_ties(SEVEN)
    take_back(aki, mio, evening, SEVEN)

    assert (apart(), form_ties(SEVEN + DAY), apart()) == ([], 0, [])


def test_a_later_tie_ends_the_wish_to_be_apart(evening, aki, mio):
    KeptApart.objects.create(holder=aki, person=mio, since_at=NIGHT - 90 * DAY)
    choose(aki, mio, evening)
    choose(mio, aki, evening)

    assert (form_ties(SEVEN), apart()) == (1, [])


def test_the_task_forms_and_leaves_a_heartbeat(evening, aki, mio):
    choose(aki, mio, evening)
    choose(mio, aki, evening)
    Intention.objects.update(forms_at=NIGHT - 400 * DAY)
    sweeps.run("form-ties")
    assert ties() == []  # a worker that was away for a year forms none of the old ones

    assert (ties(), list(Heartbeat.objects.order_by("pk").values_list("job", flat=True))) == ([], ["form-ties"])
