"""Letters arrive at 7:00: once, not earlier, to nobody else, and the mail has no text of theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from feedback.letters.choices import LETTER_MAIL, LetterState
from feedback.letters.flows.letter import open_letter, put_away, release_letters, take_out, write_letter
from feedback.models import StrengthFeedback
from kouryu.clock import TOKYO
from members.models import AuditEntry, Block, Heartbeat, OutgoingMail, Suspension, User
from tests import sweeps
from tests.factories import make_evening, make_letter, make_member
from tests.feedback.pages import body_of

NOW = NIGHT = datetime(2026, 11, 25, 21, 30, tzinfo=TOKYO)
MORNING = datetime(2026, 11, 26, 7, 0, tzinfo=TOKYO)
SAW = "話が止まったとき、「いつからですか」と静かに聞いていました。"


@pytest.fixture
def trio(aki, mio):
    """Three who sat together; the second and the third have written to the first."""
    other = make_member("なお", industry="J")
    evening = make_evening([[aki, mio, other]], now=NIGHT)
    for giver in (mio, other):
        write_letter(
            by=giver,
            receiver_id=aki.pk,
            event_id=evening.pk,
            picks=["open-ask"],
            saw=SAW,
            would_count="",
            now=NIGHT,
        )
    return aki, mio, other


def states():
    return sorted(StrengthFeedback.objects.values_list("giver__profile__called_name", "state"))


def mails():
    return sorted(OutgoingMail.objects.values_list("key", "to", "kind"))


def test_nothing_arrives_a_second_early(trio):
    assert release_letters(MORNING - timedelta(seconds=1)) == 0
    assert states() == [("なお", LetterState.SCHEDULED), ("みお", LetterState.SCHEDULED)]
    assert mails() == []


def test_two_letters_arrive_with_one_mail_however_often_the_sweep_runs(trio):
    aki, _mio, _other = trio

    assert [release_letters(MORNING), release_letters(MORNING), release_letters(MORNING + timedelta(hours=2))] == [
        2,
        0,
        0,
    ]
    assert states() == [("なお", LetterState.RELEASED), ("みお", LetterState.RELEASED)]
    assert set(StrengthFeedback.objects.values_list("released_at", flat=True)) == {MORNING}
    assert mails() == [(f"letter/arrived/{aki.pk}/2026-11-26", aki.pk, LETTER_MAIL)]
    assert AuditEntry.objects.filter(verb="release-letter", by=None).count() == 2


def test_a_letter_that_comes_later_that_day_brings_no_second_mail(trio):
    aki, mio, _other = trio
    release_letters(MORNING)
    late = make_evening([[aki, mio]], now=NIGHT)
    make_letter(mio, aki, late, state=LetterState.SCHEDULED, deliver_at=MORNING)

    assert release_letters(MORNING + timedelta(hours=5)) == 1
    assert len(mails()) == 1


def test_the_mail_leads_to_the_letters_and_says_nothing_of_them(trio):
    release_letters(MORNING)
    mail = OutgoingMail.objects.get()
    whole = mail.subject + mail.text + mail.html

    assert mail.send_after == MORNING
    assert reverse("feedback:letters") in mail.text
    leaks = [word for word in (SAW, "いつから", "問いを立てる", "みお", "なお") if word in whole]
    assert leaks == []


def test_switched_off_mail_stays_away_and_the_letters_come(trio):
    aki, _mio, _other = trio
    aki.muted_mail = [LETTER_MAIL]
    aki.save(update_fields=["muted_mail"])

    assert (release_letters(MORNING), mails()) == (2, [])


@pytest.mark.parametrize("direction", ["by the receiver", "by the giver"])
def test_a_block_made_in_the_night_takes_the_letter_back(trio, direction):
    aki, mio, _other = trio
    pair = (aki, mio) if direction == "by the receiver" else (mio, aki)
    Block.objects.create(blocker=pair[0], blocked=pair[1], blocked_at=NIGHT)

    assert release_letters(MORNING) == 1
    assert states() == [("なお", LetterState.RELEASED), ("みお", LetterState.WITHDRAWN)]
    assert StrengthFeedback.objects.get(giver=mio).saw == ""


def test_a_letter_to_somebody_who_left_vanishes_for_its_giver_as_after_a_block(trio):
    aki, _mio, _other = trio
    User.objects.filter(pk=aki.pk).update(is_active=False)
    assert (release_letters(MORNING), mails()) == (0, [])
    assert {state for _name, state in states()} == {LetterState.WITHDRAWN}


def test_a_suspended_givers_letter_waits_for_the_morning_after(trio):
    _aki, mio, _other = trio
    until = MORNING + timedelta(hours=30)
    Suspension.objects.create(member=mio, starts_at=NIGHT, until=until, reason="確認のため")

    mornings = [MORNING, MORNING + timedelta(days=1), MORNING + timedelta(days=2)]
    assert [release_letters(morning) for morning in mornings] == [1, 0, 1]


def test_a_suspended_receiver_gets_everything_afterwards(trio):
    aki, _mio, _other = trio
    Suspension.objects.create(member=aki, starts_at=NIGHT, until=MORNING + timedelta(hours=1), reason="確認のため")

    assert [release_letters(MORNING), len(mails()), release_letters(MORNING + timedelta(days=1))] == [0, 0, 2]


def test_a_hidden_letter_never_arrives(trio):
    StrengthFeedback.objects.update(state=LetterState.HIDDEN)

    assert (release_letters(MORNING), mails()) == (0, [])


def test_the_task_releases_and_leaves_a_heartbeat(trio):
    StrengthFeedback.objects.update(deliver_at=NIGHT - timedelta(days=400))
    sweeps.run("release-letters")

    assert {state for _name, state in states()} == {LetterState.RELEASED}
    assert list(Heartbeat.objects.order_by("pk").values_list("job", flat=True)) == ["release-letters"]


# --- what the receiver does with it


def test_nobody_but_the_receiver_sees_a_letter(trio, signed_in, kai, sora):
    aki, mio, other = trio
    release_letters(MORNING)
    letter = StrengthFeedback.objects.get(giver=mio)
    open_letter(letter_id=letter.pk, by=aki, now=MORNING)

    shown = {}
    for reader in (aki, mio, other, kai, sora):
        client = signed_in(reader)
        pages = [client.get(reverse(f"feedback:{name}")) for name in ("letters", "mirror")]
        page = client.get(reverse("feedback:letter", args=[letter.pk]))
        shown[reader.called_name] = (page.status_code, any(SAW in p.content.decode() for p in [*pages, page]))
    assert shown == {
        "あき": (200, True),
        "みお": (404, False),
        "なお": (404, False),
        "かい": (404, False),
        "そら": (404, False),
    }


@pytest.mark.parametrize("state", sorted(set(LetterState) - {LetterState.RELEASED}))
def test_before_it_arrives_the_receiver_finds_nothing(aki, mio, signed_in, state):
    letter = make_letter(mio, aki, make_evening([[aki, mio]]), state=state, saw=SAW)
    client = signed_in(aki)
    pages = [client.get(reverse("feedback:letters")), client.get(reverse("feedback:mirror"))]

    assert client.get(reverse("feedback:letter", args=[letter.pk])).status_code == 404
    assert [SAW in page.content.decode() or "みお" in page.content.decode() for page in pages] == [False, False]


def test_a_seal_is_broken_by_the_button_only(aki, mio, signed_in):
    letter = make_letter(mio, aki, make_evening([[aki, mio]]), saw=SAW)
    client, page = signed_in(aki), reverse("feedback:letter", args=[letter.pk])

    assert SAW not in client.get(page).content.decode()
    letter.refresh_from_db()
    assert letter.opened_at is None

    answer = client.post(reverse("feedback:open_letter", args=[letter.pk]), follow=True)
    letter.refresh_from_db()
    assert (SAW in answer.content.decode(), letter.opened_at is None) == (True, False)


def test_opening_twice_keeps_the_first_time(aki, mio):
    letter = make_letter(mio, aki, make_evening([[aki, mio]]))
    open_letter(letter_id=letter.pk, by=aki, now=MORNING)
    open_letter(letter_id=letter.pk, by=aki, now=MORNING + timedelta(days=1))

    letter.refresh_from_db()
    assert letter.opened_at == MORNING


def given_page(client):
    page = body_of(client.get(reverse("feedback:letters_given")))
    return page.split("<main")[1].split("</main>")[0]


def test_putting_away_and_taking_out_is_told_to_nobody(aki, mio, signed_in):
    letter = make_letter(mio, aki, make_evening([[aki, mio]]), opened_at=NIGHT)
    before = given_page(signed_in(mio))
    for _ in range(2):
        put_away(letter_id=letter.pk, by=aki, now=MORNING)
    after = given_page(signed_in(mio))
    letter.refresh_from_db()
    assert (letter.put_away_at, before == after, mails()) == (MORNING, True, [])

    take_out(letter_id=letter.pk, by=aki)
    letter.refresh_from_db()
    assert letter.put_away_at is None


@pytest.mark.parametrize("act", ["open_letter", "put_away", "take_out", "answer"])
def test_a_stranger_cannot_touch_a_letter(aki, mio, signed_in, act):
    letter = make_letter(mio, aki, make_evening([[aki, mio]]))
    answers = [signed_in(who).post(reverse(f"feedback:{act}", args=[letter.pk])) for who in (mio, make_member())]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert StrengthFeedback.objects.filter(opened_at=None, put_away_at=None).count() == 1


def test_whom_i_block_i_no_longer_read_and_who_blocks_me_changes_nothing(aki, mio, signed_in):
    other = make_member("なお")
    evening = make_evening([[aki, mio, other]])
    make_letter(mio, aki, evening)
    make_letter(other, aki, evening)
    Block.objects.create(blocker=aki, blocked=mio, blocked_at=NIGHT)
    Block.objects.create(blocker=other, blocked=aki, blocked_at=NIGHT)
    page = signed_in(aki).get(reverse("feedback:letters")).content.decode()

    assert ("みお" in page, "なお" in page) == (False, True)
