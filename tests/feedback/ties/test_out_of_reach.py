"""Who left, has no paid days, is suspended, or blocks the reader: their pages tell none of it from the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from feedback.insight.export import archive
from feedback.letters.choices import LetterState
from feedback.models import Ordinary, ShortNote, StrengthFeedback, Tie, TurningPoint
from feedback.ties.flows.contact import forget_contacts, offer_contact
from feedback.ties.flows.short_note import agree_to_check
from members.models import Block, Period, Suspension, User
from tests import clock, factories
from tests.feedback.insight.test_export import unpacked
from tests.signing_in import sign_in_without_form

PageRead = tuple[int, str, str]  # status, where it leads, the words
SENTENCE = "この方に届けられません"


def _leaves(aki: User, mio: User) -> None:
    User.objects.filter(pk=mio.pk).update(is_active=False)


def _lapses(aki: User, mio: User) -> None:
    Period.objects.filter(member=mio).delete()


def _is_suspended(aki: User, mio: User) -> None:
    now = timezone.now()
    Suspension.objects.create(member=mio, starts_at=now, until=now + timedelta(days=7), reason="勧誘のためです。")


def _blocks(aki: User, mio: User) -> None:
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=timezone.now())


CAUSES: dict[str, Callable[[User, User], None]] = {
    "left": _leaves,
    "lapsed": _lapses,
    "suspended": _is_suspended,
    "blocks": _blocks,
}


def make_evening(aki: User, mio: User) -> Event:
    """aki and mio sat together an hour ago with a third; they are tied, have written, and agreed on a time."""
    now = timezone.now()
    event = factories.make_evening([[aki, mio, factories.make_member("なお")]])
    tie = factories.make_tie(aki, mio, event)
    agree_to_check(by=aki, now=now)
    for writer in (aki, mio):
        ShortNote.objects.create(tie=tie, writer=writer, text=f"{writer.called_name}のひとこと。", written_at=now)
    event.rounds.update(started_at=event.starts_at, ends_at=event.starts_at + timedelta(minutes=20))
    factories.make_ordinary(mio, event)
    factories.make_step(aki, person=mio, text="資料を送る")
    factories.make_letter(aki, mio, event, state=LetterState.DRAFT, released_at=None)
    TurningPoint.objects.create(member=aki, title="転職", month=timezone.localdate(now).replace(day=1), recorded_at=now)
    return event


@pytest.fixture
def evening(aki, mio) -> Event:
    return make_evening(aki, mio)


def addresses(evening, mio) -> dict[str, str]:
    talk = factories.make_talk(Tie.objects.get())
    made = {
        name: reverse(f"feedback:{name}", args=[mio.pk])
        for name in ("notes", "together", "contact", "propose_talk", "introduce")
    }
    made |= {
        name: reverse(f"feedback:{name}", args=[evening.pk, mio.pk]) for name in ("write", "leave_picks", "intention")
    }
    made |= {name: reverse(f"feedback:{name}", args=[evening.pk]) for name in ("evening", "quiet", "ordinary")}
    made |= {name: reverse(f"feedback:{name}") for name in ("people", "steps", "growth", "turning_points")}
    made |= {name: reverse(f"feedback:{name}", args=[talk.pk]) for name in ("talk", "enter_talk")}
    made["group"] = reverse("events:group", args=[evening.pk])
    made["new step"] = reverse("feedback:new_step") + f"?event={evening.pk}"
    made["step for"] = reverse("feedback:new_step") + f"?person={mio.reference}"
    made["wonder"] = reverse("feedback:wonder", args=[evening.pk, Ordinary.objects.get().pk])
    return made


def posts(evening, mio) -> dict[str, tuple[str, dict[str, object]]]:
    """What aki sends to mio, by every way there is."""
    letter = {"picks": ["open-ask"], "saw": "問いを置いて、みんなの話を待っていました。", "act": "give"}
    return {
        "note": (reverse("feedback:notes", args=[mio.pk]), {"words": "また話しましょう。"}),
        "contact": (reverse("feedback:contact", args=[mio.pk]), {"text": "aki@example.jp"}),
        "help": (reverse("feedback:note_help", args=[mio.pk]), {}),
        "letter": (reverse("feedback:write", args=[evening.pk, mio.pk]), letter),
        "no letter": (reverse("feedback:write", args=[evening.pk, mio.pk]), {"act": "none"}),
        "thanks": (reverse("feedback:thank", args=[evening.pk, mio.pk]), {"line": ""}),
        "nameless": (reverse("feedback:leave_picks", args=[evening.pk, mio.pk]), {"picks": ["open-ask"]}),
        "intention": (reverse("feedback:intention", args=[evening.pk, mio.pk]), {"kind": "hear"}),
        "see notes": (reverse("feedback:see_notes", args=[mio.pk]), {}),
    }


def read(client: Client, address: str, data: dict[str, object] | None = None) -> PageRead:
    """Status, where it leads, and the words of the page."""
    caches["parts"].clear()
    with transaction.atomic():
        answer = client.get(address) if data is None else client.post(address, data)
        transaction.set_rollback(True)
    page = answer.content.decode(errors="replace")
    text = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", page)
    return answer.status_code, answer.headers.get("Location", ""), " ".join(text.split())


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker) -> dict[str, dict[str, PageRead]]:
    """Everything that aki reads and is answered, by what became of mio: for all tests here, which only compare it."""
    with django_db_blocker.unblock(), time_machine.travel(clock.STARTED, tick=True), transaction.atomic():
        found = _read_everything(factories.make_member("あき"), factories.make_member("みお"))
        transaction.set_rollback(True)
    return found


def _read_everything(aki: User, mio: User) -> dict[str, dict[str, PageRead]]:
    evening, client = make_evening(aki, mio), Client()
    sign_in_without_form(client, aki)
    ways, acts = addresses(evening, mio), posts(evening, mio)
    found = {}
    for cause, happens in {"nothing": lambda aki, mio: None, **CAUSES}.items():
        with transaction.atomic():
            happens(aki, mio)
            pages = {name: read(client, address) for name, address in ways.items()}
            answers = {name: read(client, *act) for name, act in acts.items()}
            transaction.set_rollback(True)
        both = {**pages, **{f"post {name}": answer for name, answer in answers.items()}}
        found[cause] = {name: _under_the_old_name(read) for name, read in both.items()}
    return found


def _under_the_old_name(read: PageRead) -> PageRead:
    """Who left is called 元会員 everywhere, whatever was between the two (decision 0061); all else has to be alike."""
    status, way, words = read
    return status, way, words.replace("元会員", "みお").replace("元 みお", "み みお")


@pytest.mark.django_db
def test_a_block_reads_like_every_other_cause(seen):
    differing = {
        name: {cause: seen[cause][name] for cause in CAUSES}
        for name in seen["blocks"]
        if len({seen[cause][name] for cause in CAUSES}) > 1
    }
    assert differing == {}


def test_lines_stay_with_one_sentence_and_acts_are_refused_with_the_same(seen):
    blocked = seen["blocks"]
    for name in ("evening", "quiet", "people", "notes"):
        status, _leads, words = blocked[name]
        assert (status, SENTENCE in words, "みおさん" in words) == (200, True, True), name
    for name in ("write", "leave_picks", "contact", "propose_talk", "introduce", "talk", "enter_talk"):
        assert (blocked[name][0], SENTENCE in blocked[name][2]) == (409, True), name
    for name in ("note", "contact", "help", "letter", "no letter", "thanks", "nameless"):
        assert (blocked[f"post {name}"][0], SENTENCE in blocked[f"post {name}"][2]) == (409, True), name
        assert SENTENCE not in seen["nothing"][f"post {name}"][2], name


def test_what_is_ones_own_does_not_change_at_all(seen):
    """Steps, what one wrote down, and how one would like to go on: nobody else is reached by them."""
    for name in ("steps", "new step", "step for", "together", "intention", "turning_points", "post intention"):
        assert seen["blocks"][name] == seen["nothing"][name], name
        assert seen["blocks"][name][0] in {200, 302}, name


def test_whom_one_blocks_is_gone_from_ones_own_pages(evening, aki, mio, signed_in):
    Block.objects.create(blocker=aki, blocked=mio, blocked_at=timezone.now())
    client = signed_in(aki)
    for name, address in addresses(evening, mio).items():
        status, _leads, words = read(client, address)
        assert "みおさん" not in words, name
        assert status == (404 if mio.reference in address or name in {"talk", "enter_talk", "wonder"} else 200), name


def test_a_tie_holds_again_once_the_block_is_taken_back_but_the_blockers_contact_is_gone(evening, aki, mio, signed_in):
    """As after any absence. A contact that was given before is not given anew by it."""
    now = timezone.now()
    for one, other in ((aki, mio), (mio, aki)):
        offer_contact(by=one, to_id=other.pk, text=f"{one.called_name}@example.jp", now=now)
    block = Block.objects.create(blocker=mio, blocked=aki, blocked_at=now)
    assert forget_contacts() == 1
    block.delete()
    assert "みお@example.jp" not in read(signed_in(aki), reverse("feedback:contact", args=[mio.pk]))[2]
    assert "@example.jp" not in read(signed_in(mio), reverse("feedback:contact", args=[aki.pk]))[2]
    assert "ひとことを送る" in read(signed_in(aki), reverse("feedback:notes", args=[mio.pk]))[2]
    assert StrengthFeedback.objects.get().state == LetterState.DRAFT


@pytest.mark.parametrize("cause", ["lapsed", "suspended", "blocks"])
def test_the_archive_stays_the_same_whatever_the_cause(evening, aki, mio, cause):
    """What went with a block and stayed with everything else told of the block."""
    offer_contact(by=aki, to_id=mio.pk, text="あき@example.jp", now=timezone.now())
    before = unpacked(archive(aki))
    CAUSES[cause](aki, mio)
    forget_contacts()
    assert unpacked(archive(aki)) == before
    assert before["own_contact"]
