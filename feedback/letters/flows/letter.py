"""Writing a letter, taking it back, its morning, and what the receiver does with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from events.models import Event
from feedback.cases.flows import hand_over
from feedback.letters import mails, rules
from feedback.letters.choices import LETTER_MOVES, LetterState
from feedback.letters.flows.mutual import notice
from feedback.letters.queries import anonymous_picks
from feedback.letters.queries import encounter as encounters
from feedback.letters.queries.screening import verdict_on_letter
from feedback.letters.rules import NoPicks
from feedback.letters.strengths import strengths
from feedback.models import Skip, StrengthFeedback
from kouryu.moves import move_to
from kouryu.refusal import Refused, get_or_gone
from kouryu.sweeps import OFTEN, sweep
from kouryu.words import clean_words
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.models import Suspension, User
from members.standing.queries import blocked_ids
from members.texts.flows import NeedsMending
from members.texts.limits import ATTEMPTS
from members.texts.rules.screening import Action, ScreeningVerdict

WORDS = ["picks", "saw", "would_count", "giver_industry"]


@transaction.atomic
def save_draft(
    *,
    by: User,
    receiver_id: int,
    event_id: int,
    picks: Sequence[str],
    saw: str,
    would_count: str,
    now: datetime,
) -> StrengthFeedback:
    """Keep what `by` wrote so far; nobody else ever sees it and nothing is sent.

    A letter that was to arrive next morning becomes a draft again. Refused where writing is refused, and for more
    picks or words than a letter holds.
    """
    picks, saw, would_count = rules.clean_picks(picks), clean_words(saw), clean_words(would_count)
    if problem := (
        rules.why_not_draft_picks(picks, strengths())
        or rules.why_not_draft_saw(saw)
        or rules.why_not_would_count(would_count)
    ):
        raise Refused(problem)
    letter = _locked_letter(by, receiver_id, event_id, now)
    return _keep(letter, LetterState.DRAFT, picks, saw, would_count, deliver_at=None, now=now)


def write_letter(
    *,
    by: User,
    receiver_id: int,
    event_id: int,
    picks: Sequence[str],
    saw: str,
    would_count: str,
    now: datetime,
) -> StrengthFeedback:
    """Give a signed letter; it arrives the next morning and can be changed until then.

    Writing again changes the words of the same letter, not its morning. Refused with the first reason of
    `why_not_write`, or of the rules on picks and words, and beside anonymous picks about the same evening;
    `NeedsMending` where the screening asks for another sentence: the words then stay as a draft and the find is
    counted. The second find holds the letter for a moderator; the very same words again, within minutes, are still the
    first.
    """
    picks, saw, would_count = rules.clean_picks(picks), clean_words(saw), clean_words(would_count)
    if problem := (
        rules.why_not_picks(picks, strengths()) or rules.why_not_saw(saw) or rules.why_not_would_count(would_count)
    ):
        raise Refused(problem)
    with transaction.atomic():  # not around the refusal: what was counted must stay
        letter = _locked_letter(by, receiver_id, event_id, now)
        if anonymous_picks.stands_beside(by, receiver_id, letter.event):
            raise Refused(NoPicks.BESIDE_LETTER)
        verdict = verdict_on_letter(letter, saw, would_count)
        if verdict.action == Action.DELIVER:
            return _schedule(letter, picks, saw, would_count, now=now)
        if verdict.action == Action.HOLD or (
            letter.screening_hits and not _is_same_attempt(letter, saw, would_count, now)
        ):
            return _hold(letter, picks, saw, would_count, verdict=verdict, now=now)
        _count_find(letter, picks, saw, would_count, verdict=verdict, now=now)
    raise NeedsMending(verdict)


@transaction.atomic
def withdraw_letter(*, by: User, receiver_id: int, event_id: int, now: datetime) -> None:
    """Take back a draft or a letter that has not arrived, and forget its words. Nobody is told.

    Where there is none, or where it was taken back before, nothing changes and nothing is stored. Refused once it
    was delivered.
    """
    letter = (
        StrengthFeedback.objects.select_for_update(no_key=True)
        .filter(giver=by, receiver_id=receiver_id, event_id=event_id)
        .first()
    )
    if letter is None or letter.state == LetterState.WITHDRAWN:
        return
    if LetterState.WITHDRAWN not in LETTER_MOVES[LetterState(letter.state)]:
        raise Refused(rules.NoLetter.DELIVERED)
    _take_back(letter, by=by, now=now)


@sweep("release-letters", every=OFTEN)
def release_letters(now: datetime) -> int:
    """Let every letter arrive whose morning has come; returns how many arrived. Safe to run twice or side by side.

    One receiver's letters are one transaction and at most one mail a day, which says that words have come and
    never which or from whom.
    """
    receivers = StrengthFeedback.objects.due(now).order_by("receiver_id").values_list("receiver_id", flat=True)
    return sum(_release_to(receiver_id, now) for receiver_id in list(receivers.distinct()))


@transaction.atomic
def open_letter(*, letter_id: int, by: User, now: datetime) -> StrengthFeedback:
    """Break the seal. Only the receiver knows; opening twice keeps the first time."""
    letter = _received(letter_id, by)
    if letter.opened_at is None:
        letter.opened_at = now
        letter.save(update_fields=["opened_at"])
    return letter


@transaction.atomic
def put_away(*, letter_id: int, by: User, now: datetime) -> StrengthFeedback:
    """Take a letter out of one's own mirror. The giver is never told, nobody is asked why, and no audit line tells
    staff."""
    letter = _received(letter_id, by)
    if letter.put_away_at is None:
        letter.put_away_at = now
        letter.save(update_fields=["put_away_at"])
    return letter


@transaction.atomic
def take_out(*, letter_id: int, by: User) -> StrengthFeedback:
    """Let a letter that was put away count in one's mirror again."""
    letter = _received(letter_id, by)
    if letter.put_away_at is not None:
        letter.put_away_at = None
        letter.save(update_fields=["put_away_at"])
    return letter


@transaction.atomic
def react(*, letter_id: int, by: User, reaction: str) -> StrengthFeedback:
    """Keep what the receiver says to themselves about a letter, or nothing any more (`reaction` empty).

    Neither the giver nor staff ever learn it, so there is no audit line.
    """
    letter = _received(letter_id, by)
    letter.reaction = reaction
    letter.save(update_fields=["reaction"])
    return letter


@transaction.atomic
def regret(*, letter_id: int, by: User, now: datetime) -> StrengthFeedback:
    """Keep that `by` would rather not have given this letter. Nothing happens to it, and nobody learns of it.

    Only of a letter that has arrived: until then it can be withdrawn. Twice keeps the first time.
    """
    letter = _given(letter_id, by)
    if letter.regretted_at is None:
        letter.regretted_at = now
        letter.save(update_fields=["regretted_at"])
    return letter


@transaction.atomic
def take_back_regret(*, letter_id: int, by: User) -> StrengthFeedback:
    """Think otherwise after all; nothing of it is left."""
    letter = _given(letter_id, by)
    letter.regretted_at = None
    letter.save(update_fields=["regretted_at"])
    return letter


def _given(letter_id: int, by: User) -> StrengthFeedback:
    """One's own letter that has arrived, locked; no other is found, as on the page."""
    lock_member(by.pk)
    arrived = StrengthFeedback.objects.given_by(by).filter(state__in=[LetterState.RELEASED, LetterState.HIDDEN])
    return get_or_gone(arrived.select_for_update(no_key=True), pk=letter_id)


def _received(letter_id: int, by: User) -> StrengthFeedback:
    """The letter, locked; what is invisible to `by` is not found, as on the page."""
    lock_member(by.pk)
    letters = StrengthFeedback.objects.visible_to(by).select_for_update(no_key=True)
    return get_or_gone(letters, pk=letter_id)


def _locked_letter(by: User, receiver_id: int, event_id: int, now: datetime) -> StrengthFeedback:
    """The letter between these two, locked, or a new one that is not stored yet; refused where writing is.

    The giver's row is locked first: it makes a second click wait for the first one, and the daily limit exact.
    """
    giver = lock_member(by.pk)
    event = Event.objects.get(pk=event_id)
    letter = (
        StrengthFeedback.objects.select_for_update(no_key=True)
        .filter(giver=giver, receiver_id=receiver_id, event=event)
        .first()
    )
    meeting = encounters.encounter(giver, receiver_id, event, letter, now)
    if reason := rules.why_not_write(meeting, now):
        raise Refused(reason)
    if letter is None:
        letter = StrengthFeedback(giver=giver, receiver_id=receiver_id, state=LetterState.WITHDRAWN, written_at=now)
    letter.event = event
    return letter


def _schedule(
    letter: StrengthFeedback, picks: list[str], saw: str, would_count: str, *, now: datetime
) -> StrengthFeedback:
    is_on_its_way = letter.state == LetterState.SCHEDULED
    arrives_at = letter.deliver_at if is_on_its_way else rules.deliver_at(now, letter.event.starts_at)
    return _keep(letter, LetterState.SCHEDULED, picks, saw, would_count, deliver_at=arrives_at, now=now)


def _hold(
    letter: StrengthFeedback, picks: list[str], saw: str, would_count: str, *, verdict: ScreeningVerdict, now: datetime
) -> StrengthFeedback:
    """Nothing arrives until a moderator has read it."""
    _keep(letter, LetterState.HELD, picks, saw, would_count, deliver_at=None, now=now)
    _count(letter)
    hand_over(letter, reason=str(verdict.reason), now=now)
    return letter


def _count_find(
    letter: StrengthFeedback, picks: list[str], saw: str, would_count: str, *, verdict: ScreeningVerdict, now: datetime
) -> None:
    """Keep the words as a draft; a letter that is on its way already goes on as it was."""
    if letter.state != LetterState.SCHEDULED:
        _keep(letter, LetterState.DRAFT, picks, saw, would_count, deliver_at=None, now=now)
    if _is_same_attempt(letter, saw, would_count, now):
        return
    letter.refused_digest, letter.refused_at = _digest(saw, would_count), now
    letter.save(update_fields=["refused_digest", "refused_at"])
    _count(letter)
    audit.record("ask-to-mend-letter", letter, by=None, now=now, why=str(verdict.reason))


def _is_same_attempt(letter: StrengthFeedback, saw: str, would_count: str, now: datetime) -> bool:
    """Were these very words refused a few minutes ago? A second click, or a page that was sent again."""
    if letter.refused_at is None or now >= letter.refused_at + ATTEMPTS.same_for:
        return False
    return letter.refused_digest == _digest(saw, would_count)


def _digest(saw: str, would_count: str) -> str:
    return sha256(f"{saw}\0{would_count}".encode()).hexdigest()


def _count(letter: StrengthFeedback) -> None:
    letter.screening_hits += 1
    letter.save(update_fields=["screening_hits"])


def _keep(
    letter: StrengthFeedback,
    state: LetterState,
    picks: list[str],
    saw: str,
    would_count: str,
    *,
    deliver_at: datetime | None,
    now: datetime,
) -> StrengthFeedback:
    """Store the words and the state; a second click with the same words stores nothing."""
    industry = letter.giver.profile.industry
    same = (letter.state, letter.picks, letter.saw, letter.would_count) == (state, picks, saw, would_count)
    if letter.pk and same:
        return letter
    if letter.state != state:
        letter.written_at = now
        move_to(letter, state, LETTER_MOVES)
    letter.deliver_at = deliver_at
    letter.picks, letter.saw, letter.would_count, letter.giver_industry = picks, saw, would_count, industry
    if letter.pk:
        letter.save(update_fields=[*WORDS, "state", "written_at", "deliver_at"])
    else:
        letter.save(force_insert=True)
    Skip.objects.filter(giver=letter.giver, receiver=letter.receiver_id, event=letter.event).delete()
    audit.record("write-letter", letter, by=letter.giver, now=now, fields=WORDS, why=state.value)
    return letter


def _take_back(letter: StrengthFeedback, *, by: User | None, now: datetime) -> None:
    move_to(letter, LetterState.WITHDRAWN, LETTER_MOVES)
    letter.deliver_at = None
    letter.picks, letter.saw, letter.would_count = [], "", ""
    letter.refused_digest, letter.refused_at = "", None
    letter.save(update_fields=["state", "deliver_at", "picks", "saw", "would_count", "refused_digest", "refused_at"])
    audit.record("withdraw-letter", letter, by=by, now=now, fields=["state"])


@transaction.atomic
def _release_to(receiver_id: int, now: datetime) -> int:
    """One receiver's morning, with what has happened since the letters were written looked at again.

    Where one of the two has blocked the other, the letter is taken back: it must not arrive, now or later. So it is
    where the receiver has left: else a letter that vanishes would tell its giver of a block. While
    one of the two is suspended it waits for the first morning after that. A letter that a moderator hid is no
    longer scheduled and not found here.
    """
    # Before the letters: the mail at the end asks for this lock too.
    receiver = lock_account(receiver_id)
    letters = list(
        StrengthFeedback.objects.due(now).filter(receiver_id=receiver_id).select_for_update(no_key=True).order_by("pk")
    )
    blocked = blocked_ids(receiver)
    both_sides = {receiver_id, *(letter.giver_id for letter in letters)}
    suspended = set(Suspension.objects.open_at(now).filter(member__in=both_sides).values_list("member_id", flat=True))
    arrived = 0
    for letter in letters:
        if letter.giver_id in blocked or not receiver.is_active:
            _take_back(letter, by=None, now=now)
        elif suspended & {letter.giver_id, receiver_id}:
            letter.deliver_at = rules.next_morning(now)
            letter.save(update_fields=["deliver_at"])
        else:
            move_to(letter, LetterState.RELEASED, LETTER_MOVES)
            letter.released_at = now
            letter.save(update_fields=["state", "released_at"])
            audit.record("release-letter", letter, by=None, now=now, fields=["state"])
            notice(letter, now)
            arrived += 1
    if arrived:
        mails.letters_arrived(receiver, now=now)
    return arrived
