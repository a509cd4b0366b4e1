"""One of everything, so that every address of the site leads somewhere for somebody."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.test import Client
from django.utils import timezone

from events.evening.choices import SignalKind
from events.event.choices import EventState
from events.models import Attendance, Event, EventTemplate, Group, Registration, Round, Seat, Signal
from events.registration.choices import Presence
from events.registration.flows.feed import renew_feed
from events.registration.flows.lottery import hold_draw
from events.registration.queries.feed import token_from
from feedback.cases.choices import CaseState, DecisionKind, ReportReason
from feedback.growth.queries.step import link_token
from feedback.letters.choices import LETTER_MAIL, LetterState
from feedback.mirror.rules.month import Month
from feedback.models import Case, Decision, Normal, Report, ShortNote, StrengthFeedback, Tie, TurningPoint
from feedback.ties.flows.short_note import agree_to_check
from members.accounts.choices import Role
from members.admission.flows.invitation import invite
from members.admission.rules import InvitationWish
from members.banking.flows import take_in
from members.banking.rules.statements import BankStatement, ReadLine
from members.mail.tokens import block_token, stop_token, text_token
from members.membership.choices import BookAct
from members.membership.flows.ordering import order_by_transfer
from members.membership.flows.transfers import note_payment, owe_refund
from members.models import (
    AffinityGroup,
    ApplicationAnswer,
    ApplicationQuestion,
    BankLine,
    BookProposal,
    MembershipApplication,
    ScreeningTerm,
    Suspension,
    User,
)
from members.moving.flows import send_list
from members.papers.flows import issue_receipt
from tests import factories
from tests.signing_in import sign_in_without_form, sign_in_without_second_factor

VIEWERS = ("visitor", "unpaid", "stranger", "participant", "host", "moderator", "desk", "owner", "lapsed")


@dataclass
class AccessWorld:
    """Who looks, and what there is to look at."""

    people: dict[str, User | None]
    values: dict[str, Callable[[str], dict[str, Any]]]
    has_second_factor: bool = True  # of the sessions of the staff
    _browsers: dict[str, tuple[Client, SimpleCookie]] = field(default_factory=dict)

    def client(self, viewer: str) -> Client:
        """Their browser as it was when they had just signed in. The first call makes the session, which has to stay:
        call it outside of what is taken back.
        """
        if viewer not in self._browsers:
            self._browsers[viewer] = self._signed_in(viewer)
        client, cookies = self._browsers[viewer]
        client.cookies = deepcopy(cookies)
        return client

    def _signed_in(self, viewer: str) -> tuple[Client, SimpleCookie]:
        client = Client(raise_request_exception=False)
        if person := self.people[viewer]:
            sign_in = sign_in_without_form if self.has_second_factor else sign_in_without_second_factor
            sign_in(client, person)
        return client, deepcopy(client.cookies)

    def kwargs(self, name: str, viewer: str) -> dict[str, Any]:
        """What the address needs: the things of the participant, whoever looks."""
        return self.values.get(name, lambda viewer: {})(viewer)


def _bank_line(by: User, now: datetime) -> BankLine:
    line = ReadLine(
        row=2,
        account="",
        day=timezone.localdate(now),
        amount_yen=3300,
        payer="ヤマダ ハナコ",
        words="振込 ヤマダ ハナコ",
        raw="振込 ヤマダ ハナコ,3300",
    )
    return take_in(BankStatement([line]), file_name="bank.csv", by=by, now=now).lines.get()


def make_world() -> AccessWorld:
    """An evening about to begin, one of yesterday with its groups and letters, a transfer, a case, a decision."""
    now = timezone.now()
    participant = factories.make_member("あき", industry="E")
    companion = factories.make_member("とも", industry="P")
    host = factories.make_member("れん", roles=(Role.HOST,))
    people = {
        "visitor": None,
        "unpaid": factories.make_account("ゆう"),
        "stranger": factories.make_member("みお"),
        "participant": participant,
        "host": host,
        "moderator": factories.make_member("かい", roles=(Role.MODERATOR,)),
        "desk": factories.make_member("ふみ", roles=(Role.DESK,)),
        "owner": factories.make_member("そら", roles=(Role.OWNER,)),
        "lapsed": factories.make_account("のぼる"),
    }
    factories.make_period(people["lapsed"], starts_on=timezone.localdate(now) - timedelta(days=400))
    tonight = factories.make_event(host, starts_at=now + timedelta(minutes=10))
    _seat_together(tonight, participant, companion)
    template = EventTemplate.objects.create(owner=host, name="いつもの夜", plan={}, kept_at=now)
    invitation = factories.make_co_host(tonight)
    lottery = factories.make_lottery(host)
    hold_draw(lottery.pk, now=lottery.registration_closes_at)
    mark = factories.make_mark(
        factories.make_registration(lottery, participant), objected_at=now, objection="急病でした。"
    )
    yesterday = factories.make_event(host, starts_at=now - timedelta(days=1), state=EventState.CLOSED)
    _seat_together(yesterday, participant, companion)
    feed = renew_feed(member=participant, seen=None, now=now)
    letter = StrengthFeedback.objects.create(
        giver=companion,
        receiver=participant,
        event=yesterday,
        picks=["open-ask"],
        saw="話が止まったとき、最初の問いを置いていました。",
        state=LetterState.RELEASED,
        written_at=now,
        deliver_at=now,
        released_at=now,
    )
    ordinary = factories.make_ordinary(companion, yesterday)
    wonder = factories.make_wonder(factories.make_ordinary(participant, yesterday), companion)
    tie = factories.make_tie(participant, companion, yesterday)
    talk = factories.make_talk(tie, now=now)
    note = ShortNote.objects.create(tie=tie, writer=companion, text="また話しましょう。", written_at=now)
    introduction = factories.make_introduction(factories.make_member("けん"), participant, companion, now=now)
    agree_to_check(by=participant, now=now)
    factories.make_plan()
    payment = order_by_transfer(
        member=participant, plan_key="monthly", screen_version="test", screen_text="test", now=now
    )
    paid = factories.make_allocation(participant, now=now)
    receipt = issue_receipt(payment_pk=paid.payment_id, member=participant, addressee="例 様", now=now)
    received = note_payment(key="0", amount_yen=3300, received_on=timezone.localdate(now), by=people["desk"], now=now)
    strange = note_payment(key="1", amount_yen=9, received_on=timezone.localdate(now), by=people["desk"], now=now)
    refund = owe_refund(payment_pk=strange.pk, reason="-", by=people["desk"], now=now)
    proposal = BookProposal.objects.create(
        act=BookAct.NOTE, values={}, amount_yen=9, proposed_at=now, proposed_by=people["desk"]
    )
    case = Case.objects.create(member=companion, subject_key=f"member/{companion.pk}", opened_at=now)
    Report.objects.create(case=case, reporter=participant, reason=ReportReason.NUISANCE, reported_at=now)
    decision = _decided(participant, now)
    bank_line = _bank_line(people["desk"], now)
    listed = send_list(content=b"email\nhana@example.jp\n", file_name="list.csv", by=people["desk"], now=now)
    invited = invite(by=people["desk"], wish=InvitationWish(True, "", 1, timezone.localdate(now)), now=now)
    question = ApplicationQuestion.objects.create(place=1, words_ja="どんなことを話したいですか。")
    applicant = _applicant(question, now)
    affinity = AffinityGroup.objects.create(name_ja="管理職の女性", purpose_ja="夜の会で話すために。", named_at=now)
    step = factories.make_step(participant)
    away = factories.make_member("なぎ")
    out = Suspension.objects.create(member=away, starts_at=now, until=now + timedelta(days=7), reason="勧誘のため。")
    normal = Normal.objects.create(member=participant, before="会議は1時間", written_at=now)

    def fixed(**kwargs: Any) -> Callable[[str], dict[str, Any]]:
        return lambda viewer: kwargs

    def token(viewer: str) -> dict[str, Any]:
        person = people[viewer]
        return {"token": block_token(viewer_id=person.pk if person else 0, person_id=companion.pk)}

    sign = Signal.objects.create(event=tonight, member=participant, kind=SignalKind.NEED_HELP, sent_at=now)
    of_tonight, of_case, of_letter = fixed(pk=tonight.pk), fixed(pk=case.pk), fixed(pk=letter.pk)
    to_companion = fixed(pk=yesterday.pk, member_pk=companion.pk)
    of_ordinary = text_token(viewer_id=participant.pk, kind="ordinary", row_id=ordinary.pk)
    values: dict[str, Callable[[str], dict[str, Any]]] = {
        "members:block": token,
        "members:lift": fixed(pk=out.pk),
        "members:unblock": fixed(person_pk=1),
        "mfa_edit_webauthn": fixed(pk=1),
        "admin:app_list": fixed(app_label="members"),
        "mfa_remove_webauthn": fixed(pk=1),
        "members:end_session": fixed(handle="0"),
        "members:stop_mail": fixed(token=stop_token(member_id=participant.pk, kind=LETTER_MAIL)),
        "members:order": fixed(key="monthly"),
        "members:desk_price": fixed(key="monthly"),
        "members:desk_offer_plan": fixed(key="monthly"),
        "members:card_order": fixed(key="monthly"),
        "members:card_pay": fixed(reference=payment.reference),
        "members:card_stop": fixed(token="0"),
        "members:desk_month": fixed(year=2026, number=1),
        "members:desk_month_file": fixed(year=2026, number=1),
        "members:new_receipt": fixed(paid_pk=paid.payment_id),
        **dict.fromkeys(
            ("members:receipt", "members:receipt_file", "members:desk_receipt_file"), fixed(receipt_pk=receipt.pk)
        ),
        "members:payment": fixed(reference=payment.reference),
        "members:desk_transfer": fixed(reference=payment.reference),
        "members:desk_forgive": fixed(reference=payment.reference),
        **dict.fromkeys(
            ("members:desk_payment", "members:desk_assign", "members:desk_undo", "members:desk_give_back"),
            fixed(payment_pk=received.pk),
        ),
        "members:desk_refund_paid": fixed(refund_pk=refund.pk),
        "members:desk_settle_proposal": fixed(proposal_pk=proposal.pk),
        **dict.fromkeys(
            (
                *("members:desk_bank_line", "members:desk_bank_unknown"),
                *("members:desk_bank_join", "members:desk_bank_undo"),
            ),
            fixed(line_pk=bank_line.pk),
        ),
        **dict.fromkeys(
            (
                *("members:desk_grant", "members:desk_member", "members:desk_name", "members:desk_note"),
                *("members:desk_grant_role", "members:desk_end_sessions", "members:desk_send_sign_in"),
                *("members:desk_propose_reset", "members:desk_confirm_reset", "members:desk_decline_reset"),
                "members:desk_begin_leaving",
            ),
            fixed(person_pk=participant.pk),
        ),
        "events:correct_attendance": fixed(person_pk=participant.pk, pk=yesterday.pk),
        "members:desk_end_role": fixed(person_pk=participant.pk, role="host"),
        "members:desk_import": fixed(import_pk=listed.pk),
        "members:join": fixed(token="0"),
        "members:stop_reset": fixed(token="0"),
        "openid_connect_callback": fixed(provider_id="service"),
        "members:take_back_invitation": fixed(invitation_pk=invited.pk),
        "members:desk_take_back_invitation": fixed(invitation_pk=invited.pk),
        "members:desk_open_application": fixed(person_pk=applicant.pk),
        "members:desk_application": fixed(person_pk=applicant.pk),
        "members:desk_retire_affinity": fixed(affinity_pk=affinity.pk),
        "members:join_affinity": fixed(affinity_pk=affinity.pk),
        "members:leave_affinity": fixed(affinity_pk=affinity.pk),
        "members:desk_question": fixed(question_pk=question.pk),
        "members:mailbox_mail": fixed(key="0"),
        "members:mailbox_html": fixed(key="0"),
        "events:signal_seen": fixed(pk=tonight.pk, signal_pk=sign.pk),
        "events:feed": fixed(token=token_from(feed.nonce)),
        "feedback:evening": fixed(pk=yesterday.pk),
        "feedback:quiet": fixed(pk=yesterday.pk),
        "feedback:thank": to_companion,
        "feedback:ordinary": fixed(pk=yesterday.pk),
        "feedback:wonder": fixed(pk=yesterday.pk, ordinary_pk=ordinary.pk),
        "feedback:put_away_wonder": fixed(pk=wonder.pk),
        "feedback:intention": to_companion,
        "feedback:end_tie": fixed(member_pk=companion.pk),
        "feedback:note_help": fixed(member_pk=companion.pk),
        "feedback:write": to_companion,
        "feedback:reconsider": to_companion,
        "feedback:report_event": of_tonight,
        "feedback:report_letter": of_letter,
        "feedback:report_member": fixed(pk=companion.pk),
        "feedback:report_note": fixed(pk=note.pk),
        "feedback:report_text": fixed(kind="ordinary", token=of_ordinary),
        "feedback:decision": fixed(pk=decision.pk),
        "feedback:drop_normal": fixed(pk=normal.pk),
        "feedback:normal": fixed(pk=normal.pk),
        "feedback:take_home_note": fixed(pk=yesterday.pk),
        "feedback:put_off_step": fixed(pk=step.pk),
        "feedback:settle_step": fixed(pk=step.pk),
        "feedback:step_link": fixed(token=link_token(step, "done")),
    }
    # The participant was a member last month, too; all others joined now.
    last_month = Month.of(now).previous
    User.objects.filter(pk=participant.pk).update(joined_at=last_month.begins_at)
    # From before the month: thirty days before today, when everybody's days begin, may be its first.
    factories.make_period(participant, starts_on=last_month.first_day - timedelta(days=5), days=6)
    values["feedback:statement"] = fixed(year=last_month.year, number=last_month.number)
    Tie.objects.get_or_create(first=participant, second=companion, defaults={"formed_at": now})
    values["feedback:together"] = fixed(member_pk=companion.pk)
    values["feedback:questions"] = values["feedback:answers"] = fixed(pk=yesterday.pk)
    turn = TurningPoint.objects.create(member=participant, title="転職", month=last_month.first_day, recorded_at=now)
    for name in ("turning_point", "change_turning_point", "delete_turning_point", "ask_to_stand_behind"):
        values[f"feedback:{name}"] = fixed(pk=turn.pk)
    values["feedback:take_back_questions"] = fixed(pk=turn.pk)
    values["feedback:remove_person_behind"] = fixed(pk=turn.pk, member_pk=companion.pk)
    for name in ("agree_to_stand_behind", "keep_name_away", "thank_introducer"):
        values[f"feedback:{name}"] = fixed(pk=1)
    values["events:series"] = fixed(pk=factories.make_series(host).pk)
    values["events:preview"] = fixed(pk=tonight.pk, who="first-timer")
    values["events:write"] = fixed(start="hour")
    values["events:template"] = fixed(pk=template.pk)
    values["events:keep"] = values["events:co_hosts"] = values["events:publish_later"] = of_tonight
    values["events:end_help"] = fixed(pk=tonight.pk, co_host_pk=invitation.pk)
    values["events:help_host"] = fixed(token=invitation.token)
    for name in ("group_now", "signal", "note", "groups_now", "rounds", "word", "move", "lock", "repair"):
        values[f"events:{name}"] = of_tonight
    for name in ("event", "register", "withdraw", "offer", "take", "calendar", "room", "group"):
        values[f"events:{name}"] = of_tonight
    for name in ("object_to_mark", "tell_illness", "objection"):
        values[f"events:{name}"] = fixed(pk=mark.pk)
    for name in ("draw", "draw_file"):
        values[f"events:{name}"] = fixed(pk=lottery.pk)
    for name in ("desk", "begin_series", "edit", "publish", "call_off", "check_in", "groups", "close"):
        values[f"events:{name}"] = of_tonight
    for name in ("invite", "figures", "balance", "hand_over"):
        values[f"events:{name}"] = of_tonight
    for name in ("enter", "rooms", "lead", "zoom_rooms"):
        values[f"events:{name}"] = of_tonight
    for name in ("enter_group", "lead_group"):
        values[f"events:{name}"] = fixed(pk=tonight.pk, group_pk=Group.objects.get(round__event=tonight).pk)
    for name in ("leave_picks", "take_back_picks"):
        values[f"feedback:{name}"] = to_companion
    for name in ("notes", "see_notes", "contact", "propose_talk", "introduce"):
        values[f"feedback:{name}"] = fixed(member_pk=companion.pk)
    for name in ("talk", "enter_talk", "talk_calendar"):
        values[f"feedback:{name}"] = fixed(pk=talk.pk)
    values["feedback:answer_introduction"] = fixed(pk=introduction.pk)
    for name in ("case", "take", "release", "decide", "look_at_picks"):
        values[f"feedback:{name}"] = of_case
    for name in ("switch_off_term", "switch_on_term"):
        values[f"feedback:{name}"] = fixed(pk=ScreeningTerm.objects.first().pk)
    for name in ("letter", "open_letter", "put_away", "take_out", "answer", "react", "regret", "take_back_regret"):
        values[f"feedback:{name}"] = of_letter
    return AccessWorld(people=people, values=values)


def _applicant(question: ApplicationQuestion, now: datetime) -> User:
    """Somebody whose application waits."""
    applicant = factories.make_account("ひな", pledged=False)
    applicant.awaits_admission = True
    applicant.save()
    application = MembershipApplication.objects.create(member=applicant, sent_at=now, changed_at=now)
    ApplicationAnswer.objects.create(application=application, question=question, asked=str(question), words="転職")
    return applicant


def make_co_host(world: AccessWorld, right: str) -> User:
    """A member who helps tonight; with the right "over" they helped with all of yesterday's."""
    number = world.values["events:desk" if right != "over" else "feedback:evening"]("")["pk"]
    helper = factories.make_member(f"手伝い{right}")
    factories.make_co_host(Event.objects.get(pk=number), helper, right="everything" if right == "over" else right)
    return helper


def _seat_together(event: Event, *members: User) -> None:
    """Everybody was there and sat in one group."""
    now = timezone.now()
    drawn = Round.objects.create(event=event, number=1, drawn_at=now, published_at=now)
    group = Group.objects.create(round=drawn, number=1)
    for member in members:
        registration: Registration = factories.make_registration(event, member)
        Attendance.objects.create(registration=registration, presence=Presence.PRESENT, recorded_at=now)
        Seat.objects.create(round=drawn, group=group, member=member)


def _decided(member: User, now) -> Decision:
    case = Case.objects.create(member=member, subject_key=f"member/{member.pk}", opened_at=now, state=CaseState.DECIDED)
    return Decision.objects.create(
        case=case, kind=DecisionKind.ADVICE, reason="次からはお控えください。", decided_at=now
    )
