"""What goes by itself: each table is spoken for, and each rule lets go of what is over, by its own limit alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.db.models import Sum
from django.utils import timezone

from events.evening.choices import SignalKind
from events.event.choices import EventState
from events.models import Event, Invitation, Signal
from feedback.cases.choices import CaseState, DecisionKind, ReportReason
from feedback.insight import retention
from feedback.insight.retention import ELSEWHERE, KEPT, RULES, purge, what_would_go
from feedback.letters.choices import LetterState
from feedback.models import Case, Decision, Report, StrengthFeedback
from kouryu.sweeps import declared
from members.accounts.choices import Role
from members.desk.choices import Purpose
from members.leaving.flows import let_account_go
from members.mail.choices import MailState
from members.models import (
    BankLine,
    BankList,
    BookLine,
    CardCustomer,
    EndedBlock,
    FactorReset,
    FormerAddress,
    InvitedMailbox,
    JudgedText,
    Look,
    MemberImport,
    MemberInvitation,
    MemberSession,
    MembershipApplication,
    NameOnRecord,
    OutgoingMail,
    PaymentIn,
    Period,
    ServiceCall,
    ServiceDays,
    StaffNote,
    StripeEvent,
    Suspension,
    User,
)
from members.moving.choices import ImportState
from members.texts.choices import TextKind, TextState
from tests import factories

NOW = timezone.now()
A_MINUTE = timedelta(minutes=1)
BY_NAME = {rule.name: rule for rule in RULES}
OURS = ("members", "events", "feedback")


def test_each_table_is_in_a_rule_or_kept_with_a_reason(db):
    ruled = {rule.over(NOW).model._meta.label for rule in RULES}
    tables = {model._meta.label for app in OURS for model in apps.get_app_config(app).get_models()}

    assert tables - ruled - set(KEPT) == set(), "say in feedback/insight/retention.py how long its rows stay"
    assert set(KEPT) - tables == set()
    assert [label for label, (until, why) in KEPT.items() if not (until and why)] == []


def test_each_rule_has_its_name_and_its_reason():
    assert len(BY_NAME) == len(RULES)
    assert [rule.name for rule in RULES if not (rule.what and rule.why)] == []


def test_what_other_sweeps_forget_is_still_swept():
    assert set(ELSEWHERE) - set(declared()) == set()


# --- a row of each rule, that ended at a moment


def session(at: datetime) -> Any:
    return MemberSession.objects.create(session_key=f"key-{at.timestamp()}", session_data="", expire_date=at)


def mail(at: datetime) -> OutgoingMail:
    member = factories.make_member()
    return OutgoingMail.objects.create(
        key=f"k/{at.timestamp()}",
        kind="account",
        to=member,
        address=member.email,
        state=MailState.DROPPED,
        queued_at=at,
        send_after=at,
        expires_at=at,
        last_error="late",
    )


def sign_up(at: datetime) -> User:
    member = factories.make_account(pledged=False, now=at)
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=False)
    return member


def case(at: datetime) -> Case:
    closed = Case.objects.create(
        subject_key=f"member/{at.timestamp()}", opened_at=at, state=CaseState.DECIDED, member=factories.make_member()
    )
    Report.objects.create(case=closed, reason=ReportReason.NUISANCE, words="しつこい", reported_at=at)
    Decision.objects.create(case=closed, kind=DecisionKind.ADVICE, reason="お控えください。", decided_at=at)
    return closed


def suspension(at: datetime) -> Suspension:
    return Suspension.objects.create(
        member=factories.make_member(), starts_at=at - timedelta(days=9), until=at, reason="勧誘のため。"
    )


def payer(at: datetime) -> User:
    member = factories.make_account()
    factories.make_paid_period(member, starts_on=at.date(), now=at, reference=f"K{at.timestamp():.0f}"[-12:])
    PaymentIn.objects.filter(member=member).update(payer_name="チヨウボ ハナコ", payer_kana="チヨウホハナコ")
    NameOnRecord.objects.create(member=member, name="帳簿 花子")
    User.objects.filter(pk=member.pk).update(is_active=False)
    return member


def given(at: datetime) -> Period:
    member = factories.make_account()
    User.objects.filter(pk=member.pk).update(is_active=False)
    day = timezone.localdate(at)
    return factories.make_period(member, starts_on=day - timedelta(days=30), days=30)


def note(at: datetime) -> StaffNote:
    return StaffNote.objects.create(member=factories.make_member(), at=at, words="お電話がありました。")


def look(at: datetime) -> Look:
    return Look.objects.create(member=factories.make_member(), role=Role.DESK, purpose=Purpose.QUESTION, at=at)


def text(at: datetime, state: TextState) -> JudgedText:
    return JudgedText.objects.create(
        kind=TextKind.WISH, writer=factories.make_member(), state=state, words="ことば", changed_at=at
    )


def mark(at: datetime) -> Any:
    registration = factories.make_registration(factories.make_event())
    return factories.make_mark(registration, expires_at=at, objection="急病でした。", answer="わかりました。")


def over(at: datetime, **fields: Any) -> Event:
    return factories.make_event(
        starts_at=at - timedelta(hours=1), minutes=60, state=EventState.CLOSED, closed_at=at, **fields
    )


def sign(at: datetime) -> Signal:
    return Signal.objects.create(event=over(at), member=factories.make_member(), kind=SignalKind.NEED_HELP, sent_at=at)


def invited(at: datetime) -> Invitation:
    return Invitation.objects.create(event=over(at), member=factories.make_member(), invited_at=at)


def joining(at: datetime) -> MemberInvitation:
    return MemberInvitation.objects.create(by_staff=True, made_at=at, address="hana@example.jp", expires_at=at)


def members_list(at: datetime) -> MemberImport:
    return MemberImport.objects.create(sent_at=at, file_name="a.csv", state=ImportState.DROPPED, ended_at=at)


def lost_factor(at: datetime) -> FactorReset:
    member = factories.make_member()
    return FactorReset.objects.create(member=member, state="stopped", words="お電話で", asked_at=at, settled_at=at)


def bank_line(at: datetime) -> BankLine:
    source = BankList.objects.create(sent_at=at, file_name="a.csv", lines_read=1)
    day = timezone.localdate(at)
    return BankLine.objects.create(source=source, row=1, key=f"{at}"[:40], day=day, amount_yen=1, raw="ヤマダ")


def stripe_notice(at: datetime) -> StripeEvent:
    moments = dict.fromkeys(("created_at", "received_at", "next_try_at", "worked_at"), at)
    return StripeEvent.objects.create(
        event_id=f"evt_{at.timestamp()}", kind="invoice.paid", source="webhook", **moments
    )


def stripe_customer(at: datetime) -> CardCustomer:
    moments = dict.fromkeys(("made_at", "left_at", "forgotten_at"), at)
    return CardCustomer.objects.create(member=factories.make_member(), key=uuid4(), **moments)


def ended_block(at: datetime) -> EndedBlock:
    one, other = factories.make_member(), factories.make_member()
    return EndedBlock.objects.create(blocker=one, blocked=other, ended_at=at)


def former(at: datetime) -> FormerAddress:
    return FormerAddress.objects.create(digest=f"{at.timestamp()}", left_at=at, until=at, facts={"x": 1})


def invited_mailbox(at: datetime) -> InvitedMailbox:
    return InvitedMailbox.objects.create(digest=f"{at.timestamp()}", written_at=[at.isoformat()], last_at=at)


def waiting_account(at: datetime) -> Any:
    member = factories.make_account(pledged=False)
    type(member).objects.filter(pk=member.pk).update(awaits_admission=True, joined_at=at)
    return member


def declined(at: datetime) -> Any:
    member = waiting_account(at - timedelta(days=900))
    MembershipApplication.objects.create(member=member, state="declined", sent_at=at, changed_at=at)
    return member


def service_call(at: datetime) -> ServiceCall:
    return ServiceCall.objects.create(call=f"{at.timestamp()}", digest="-", at=at)


def service_days(at: datetime) -> ServiceDays:
    day = timezone.localdate(at)
    return ServiceDays.objects.create(
        provider="service",
        subject=f"{at.timestamp()}",
        said_until=day,
        said_at=at - timedelta(days=9),
        given_until=day + timedelta(days=1),
    )


def carried(at: datetime) -> Any:
    profile = factories.make_member().profile
    profile.carried_over = {"evenings": {"attended": 1}, "until": at.isoformat()}
    profile.save()
    return profile


MAKE: dict[str, Callable[[datetime], Any]] = {
    "sessions": session,
    "sent mails": mail,
    "unproved sign-ups": sign_up,
    "decisions": case,
    "reasons of suspensions": suspension,
    "books": payer,
    "given days": given,
    "notices of Stripe": stripe_notice,
    "customers at Stripe": stripe_customer,
    "notes of staff": note,
    "looks": look,
    "judged texts": lambda at: text(at, TextState.CLEARED),
    "hidden texts": lambda at: text(at, TextState.HIDDEN),
    "words about marks": mark,
    "signs to the host": sign,
    "rooms": over,
    "open help": lambda at: factories.make_co_host(over(at)),
    "invitations to evenings": invited,
    "addresses of invitations": joining,
    "lists of members": members_list,
    "bank lines": bank_line,
    "lost factors": lost_factor,
    "ended blocks": ended_block,
    "former addresses": former,
    "invited mailboxes": invited_mailbox,
    "declined applicants": declined,
    "accounts that wait": waiting_account,
    "calls of the service": service_call,
    "days of the service": service_days,
    "what was carried over": carried,
}
A_DAY_APART = {"given days", "days of the service", "bank lines"}  # days, not moments


def test_each_rule_is_tried():
    assert set(MAKE) == set(BY_NAME)


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKE)
def test_a_rule_lets_go_of_what_is_over_and_of_nothing_else(name):
    rule = BY_NAME[name]
    step = timedelta(days=1) if name in A_DAY_APART else A_MINUTE
    ended = NOW - rule.kept_for
    old, young = MAKE[name](ended - step), MAKE[name](ended + step)
    assert set(rule.due(NOW)) == {old}

    others = [one for one in RULES if one is not rule]
    purge(now=NOW, rules=others)
    assert set(rule.due(NOW)) == {old}  # no other rule does it: without this one it stays
    assert purge(now=NOW, rules=[rule]) == {name: 1}
    assert set(rule.due(NOW)) == set()
    assert type(young)._base_manager.filter(pk=young.pk).exists()
    assert set(rule.over(NOW + timedelta(days=2))) == {young}


@pytest.mark.django_db
def test_cases_go_with_all_that_belongs_to_them():
    closed = case(NOW - timedelta(days=4 * 365))
    evening = factories.make_evening([[factories.make_member(), factories.make_member()]])
    giver, receiver = (one.member for one in evening.registrations.order_by("pk"))
    letter = factories.make_letter(giver, receiver, evening, state=LetterState.HIDDEN)
    Case.objects.filter(pk=closed.pk).update(letter=letter)
    purge(now=NOW)

    assert not Report.objects.exists()
    assert not Decision.objects.exists()
    assert not StrengthFeedback.objects.filter(pk=letter.pk).exists()


@pytest.mark.django_db
def test_the_books_close_for_who_is_gone_and_stay_for_who_is_here():
    long_ago = NOW - timedelta(days=12 * 365)
    gone, here = payer(long_ago), payer(long_ago + timedelta(hours=1))
    User.objects.filter(pk=here.pk).update(is_active=True)
    purge(now=NOW)

    names = dict(PaymentIn.objects.values_list("member", "payer_name"))
    assert names == {gone.pk: "", here.pk: "チヨウボ ハナコ"}
    assert not NameOnRecord.objects.filter(member=gone).exists()
    assert BookLine.objects.aggregate(sum=Sum("amount_yen"))["sum"] == 0


@pytest.mark.django_db
def test_no_night_does_more_than_its_share(monkeypatch):
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(retention, "BATCHES_A_NIGHT", 2)
    member = factories.make_member()
    for _ in range(5):
        StaffNote.objects.create(member=member, at=NOW - timedelta(days=4 * 365), words="控え")

    assert [purge(now=NOW)["notes of staff"] for _night in range(3)] == [4, 1, 0]


@pytest.mark.django_db
def test_the_dry_run_says_what_would_go_and_changes_nothing(capsys):
    note(NOW - timedelta(days=4 * 365))
    call_command("purge", "--dry-run")
    said = capsys.readouterr().out
    assert "1  notes of staff" in said
    assert "1 would go" in said
    assert what_would_go(NOW)["notes of staff"] == 1

    call_command("purge")
    assert "1 gone" in capsys.readouterr().out
    assert not StaffNote.objects.exists()


# --- accounts that were never let in


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "goes"),
    [("declined", True), ("waiting", False), ("asked", False), ("withdrawn", True), ("accepted", False)],
)
def test_which_applicants_go(state, goes):
    """Whoever waits for an answer stays, however long; so does whoever was let in."""
    long_ago = NOW - timedelta(days=900)
    member = declined(long_ago)
    MembershipApplication.objects.update(state=state)
    User.objects.filter(pk=member.pk).update(awaits_admission=state != "accepted")
    purge(now=NOW)
    member.refresh_from_db()
    assert member.is_active != goes
    assert MembershipApplication.objects.exists() != goes


@pytest.mark.django_db
def test_an_applicant_who_goes_is_told_and_leaves_no_address():
    member = declined(NOW - timedelta(days=900))
    address = member.email
    purge(now=NOW)
    (mail,) = OutgoingMail.objects.all()
    assert (mail.address, mail.to, mail.key) == (address, None, f"leaving/swept/{member.pk}")
    member.refresh_from_db()
    assert member.email != address


@pytest.mark.django_db
def test_whoever_comes_back_to_a_waiting_account_keeps_it():
    member = waiting_account(NOW - timedelta(days=900))
    User.objects.filter(pk=member.pk).update(last_login=NOW - timedelta(days=3))
    purge(now=NOW)
    member.refresh_from_db()
    assert member.is_active


@pytest.mark.django_db
def test_who_was_let_in_at_this_very_moment_stays():
    member = declined(NOW - timedelta(days=900))
    User.objects.filter(pk=member.pk).update(awaits_admission=False)
    let_account_go(member.pk, now=NOW)
    member.refresh_from_db()
    assert member.is_active
