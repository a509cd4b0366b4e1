"""A small community in which everything has happened once, through the site's own flows, so all books are right.

Unlike what tests/factories.py writes, each row here has the lines, mails, wishes and payments that belong to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from allauth.account.models import EmailAddress

from events.evening.flows import checking_in, closing
from events.event.choices import Allotment
from events.hosting.flows import event
from events.hosting.queries import hosting as queries
from events.models import Event, Group, Registration, Round, Seat
from events.registration.flows import lottery, mark, registration, waitlist
from feedback.cases import flows as report
from feedback.cases.choices import DecisionKind
from feedback.cases.rules import ProposedDecision
from feedback.letters.flows import anonymous_picks, letter, thanks
from feedback.letters.strengths import strengths as all_strengths
from feedback.mirror.flows import strengths
from feedback.safety import flows as case
from feedback.safety import flows as screening
from feedback.ties.choices import IntentionKind, TalkKind
from feedback.ties.flows import introduction, network, short_note, talk, tie
from members.accounts.choices import Role
from members.audit import flows as sealing
from members.desk import flows as roles
from members.entrance import flows as profile
from members.mail.flows import delivery, forgetting
from members.membership.flows import grants, ordering, plans, transfers
from members.models import Due, User
from members.standing import flows as block
from members.standing import flows as standing
from members.texts.choices import TermKind
from tests import factories
from tests.events.plans import make_plan

A_DAY = timedelta(days=1)
SAW = "最後まで口をはさまずに聴いてくれて、話しやすかったです。"
PICKS = ["listen-through"]


class WholeLife:
    """Four months that end at `now`, whatever day and hour that is."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, User] = {}

    def live(self) -> None:
        """Let everything happen."""
        self._join()
        first = self._first_evening()
        self._afterwards(first)
        self._tied()
        self._in_a_case()
        self._coming()
        self._yesterday()
        self.sweep(self.now)

    def _at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """So many days before `now`, at this hour in Tokyo."""
        day = self.now.astimezone(factories.TOKYO).date() - days_ago * A_DAY
        return datetime.combine(day, time(hour, minute), factories.TOKYO)

    def sweep(self, now: datetime) -> None:
        """What beat would run at this moment."""
        waitlist.move_waiting_lists(now=now)
        letter.release_letters(now)
        tie.form_ties(now)
        network.note_evenings(now)
        delivery.deliver_due(lambda: now)
        sealing.seal_lines(now=now)
        forgetting.forget_words(now=now)

    def _join(self) -> None:
        began = self._at(120, 9)
        yearly = {"key": "yearly", "name_ja": "1年", "name_en": "A year", "months": 12}
        plans.set_up_plan(yearly, price_yen=33000, tax_percent=10, now=began)
        for key, role in {"host": Role.HOST, "desk": Role.DESK, "moderator": Role.MODERATOR}.items():
            self._sign_up(key, began)
            roles.grant_role(member=self.people[key], role=role, by=None, now=began)
            grants.grant_period(member=self.people[key], months=12, by=None, now=began)
        for key in "abcdefghijkl":
            self._sign_up(key, began)
            self._pay(self.people[key], began + A_DAY)
        self._sign_up("ordered", self._at(3, 9))
        self._order(self.people["ordered"], self._at(3, 10))
        self._sign_up("newcomer", self._at(2, 9))
        screening.add_term(
            kind=TermKind.CONTACT, pattern="電話して", note="", by=self.people["moderator"], now=began + A_DAY
        )
        self.sweep(began + 2 * A_DAY)

    def _sign_up(self, key: str, now: datetime) -> None:
        member = factories.make_account(key, pledged=False, now=now)
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        profile.accept_pledge(member=member, now=now)
        profile.save_work(
            member=member,
            called_name=key,
            work_status="employed",
            industry="E",
            industry_group="",
            occupation="02",
            years_at_company="",
            now=now,
        )
        self.people[key] = User.objects.select_related("profile").get(pk=member.pk)

    def _order(self, member: User, now: datetime) -> Due:
        return ordering.order_by_transfer(
            member=member, plan_key="yearly", screen_version="1", screen_text="-", now=now
        )

    def _pay(self, member: User, now: datetime) -> None:
        payment = self._order(member, now)
        transfers.confirm_transfer(
            reference=payment.reference, by=self.people["desk"], amount_seen=33000, now=now + timedelta(hours=5)
        )

    def _publish(self, starts_at: datetime, published_at: datetime, **fields: object) -> Event:
        fields = {"registration_closes_at": starts_at, **fields}
        plan = make_plan(published_at, starts_at=starts_at, **fields)
        planned = event.plan_event(by=self.people["host"], plan=plan, now=published_at)
        return event.publish_event(event_id=planned.pk, by=self.people["host"], now=published_at)

    def _register(self, keys: str, held: Event, now: datetime) -> None:
        for key in keys:
            registration.register(member=self.people[key], event_id=held.pk, now=now)

    def _take_place(self, held: Event, there: str) -> None:
        """Those who are there sit in one group, twice."""
        for row in Registration.objects.filter(event=held, member__in=[self.people[key] for key in there]):
            checking_in.check_in(event_id=held.pk, registration_id=row.pk, by=self.people["host"], now=held.starts_at)
        for number in (1, 2):
            drawn = Round.objects.create(
                event=held, number=number, drawn_at=held.starts_at, published_at=held.starts_at
            )
            group = Group.objects.create(round=drawn, number=1)
            Seat.objects.bulk_create(Seat(round=drawn, group=group, member=self.people[key]) for key in there)
        closing.close_event(event_id=held.pk, by=self.people["host"], now=held.ends_at)

    def _first_evening(self) -> Event:
        held = self._publish(self._at(60, 20), self._at(75, 12))
        self._register("abcdef", held, self._at(70, 12))
        self._take_place(held, "abcde")
        mark.mark_absences(now=held.ends_at + timedelta(hours=1))
        return held

    def _afterwards(self, held: Event) -> None:
        people, then = self.people, held.ends_at + timedelta(minutes=30)
        for giver, receiver in ("cd", "ed"):
            self._write(giver, receiver, held, then)
        anonymous_picks.leave_picks(by=people["b"], receiver_id=people["a"].pk, event_id=held.pk, picks=PICKS, now=then)
        for one, other in ("ac", "cd", "bd"):
            for holder, person in ((one, other), (other, one)):
                self._wish(holder, person, held, IntentionKind.HEAR, then)
        self._wish("e", "a", held, IntentionKind.ONLY_THIS, then)
        thanks.thank(by=people["d"], receiver_id=people["c"].pk, event_id=held.pk, now=then)
        for picks in (PICKS, sorted(all_strengths())[:2]):
            strengths.choose_own_strengths(member=people["a"], picks=picks, now=then)
        self.sweep(self._at(59, 7, 1))
        received = people["d"].letters_received.order_by("pk").first()
        letter.open_letter(letter_id=received.pk, by=people["d"], now=self._at(59, 9))
        anonymous_picks.release_anonymous_picks(self.now)

    def _write(self, giver: str, receiver: str, held: Event, now: datetime) -> None:
        letter.write_letter(
            by=self.people[giver],
            receiver_id=self.people[receiver].pk,
            event_id=held.pk,
            picks=PICKS,
            saw=SAW,
            would_count="",
            now=now,
        )

    def _wish(self, holder: str, person: str, held: Event, kind: IntentionKind, now: datetime) -> None:
        tie.choose_intention(
            by=self.people[holder], person_id=self.people[person].pk, event_id=held.pk, kind=kind, now=now
        )

    def _tied(self) -> None:
        a, b, c, d = (self.people[key] for key in "abcd")
        at = self._at(48, 12)
        proposed = talk.propose(by=a, to_id=c.pk, kind=TalkKind.TALK, times=[at], now=self._at(50, 12))
        talk.choose_time(by=c, talk_id=proposed.pk, starts_at=at, now=self._at(49, 12))
        talk.say_held(by=a, talk_id=proposed.pk, now=self._at(48, 13))
        short_note.agree_to_check(by=c, now=self._at(46, 12))
        made = introduction.introduce(
            by=c,
            one_id=a.pk,
            other_id=d.pk,
            to_one="話が合いそうです。",
            to_other="話が合いそうです。",
            now=self._at(45, 12),
        )
        for member in (a, d):
            introduction.agree(by=member, introduction_id=made.pk, now=self._at(44, 12))
        network.note_help(by=a, helper_id=c.pk, now=self._at(43, 12))
        tie.end_tie(by=b, other_id=d.pk, now=self._at(40, 12))
        block.block(member=self.people["h"], other_id=self.people["i"].pk, now=self._at(39, 12))
        self.sweep(self._at(38, 12))

    def _in_a_case(self) -> None:
        d, moderator, now = self.people["d"], self.people["moderator"], self._at(37, 12)
        about = d.letters_received.select_related("giver__profile", "receiver__profile", "event").order_by("pk").last()
        opened = report.hand_over(about, reason="contact", now=now).case
        case.take(case_id=opened.pk, by=moderator, now=now)
        verdict = ProposedDecision(
            kind=DecisionKind.ADVICE, reason="ことばの選びかたについて、すこしだけお願いがあります。"
        )
        case.decide(case_id=opened.pk, verdict=verdict, by=moderator, now=now)
        standing.suspend(
            member=self.people["newcomer"],
            until=self.now + 9 * A_DAY,
            reason="ほかの会員の方に、勧誘の連絡をくり返していました。",
            by=moderator,
            now=self._at(1, 9),
        )
        self.sweep(self._at(36, 12))

    def _coming(self) -> None:
        published = self._at(10, 12)
        full = self._publish(self._at(-5, 20), published, capacity=6)
        seen = queries.plan_of(full)
        event.change_event(
            event_id=full.pk,
            by=self.people["host"],
            plan=replace(seen, capacity=4),
            seen_version=full.version,
            now=published + timedelta(hours=1),
        )
        self._register("abcefd", full, self._at(9, 12))
        simple = self._publish(self._at(-8, 20), published)
        self._register("ghi", simple, self._at(9, 13))
        drawn = self._publish(
            self._at(-6, 20), published, capacity=4, allotment=Allotment.LOTTERY, registration_closes_at=self._at(2, 12)
        )
        self._register("ghijkl", drawn, self._at(9, 14))
        lottery.hold_draw(drawn.pk, now=self._at(2, 13))
        event.plan_event(by=self.people["host"], plan=make_plan(self._at(2, 12)), now=self._at(2, 12))
        registration.withdraw(member=self.people["a"], event_id=full.pk, now=self.now - timedelta(hours=1))

    def _yesterday(self) -> None:
        """Its letters wait for their morning."""
        held = self._publish(self._at(1, 18), self._at(8, 12))
        self._register("jkl", held, self._at(7, 12))
        self._take_place(held, "jkl")
        self.sweep(self.now - timedelta(minutes=5))
        self._write("j", "k", held, self.now - timedelta(minutes=1))
