"""The whole life of tests/feedback/whole_life.py, in which one member has written wherever a member can write."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.test import override_settings

from events.evening.choices import SignalKind
from events.evening.flows import signal
from events.hosting.flows import template
from events.models import Event, Registration
from events.registration.flows import feed, mark, registration
from feedback.cases.choices import ReportReason
from feedback.growth.choices import Pace
from feedback.growth.flows import rhythm, step, take_home, turning_point
from feedback.letters.flows import letter, skip, thanks
from feedback.mirror.flows import ordinary
from feedback.models import Normal, StrengthFeedback, TakeHomeNote
from feedback.safety import flows as safety
from feedback.ties.choices import TalkKind
from feedback.ties.flows import contact, introduction, short_note, talk
from members.accounts.choices import Audience
from members.accounts.taxonomies import exchange_topics, join_reasons
from members.admission.choices import ReviewAct
from members.admission.flows import application
from members.desk import flows as desk
from members.desk.choices import Purpose
from members.desk.flows import write_keys
from members.entrance import flows as profile
from members.models import ApplicationQuestion, MembershipApplication, User
from members.security import flows as security
from members.standing import flows as standing
from tests.feedback.whole_life import PICKS, WholeLife

NAME, REAL_NAME, READING = "ほうきぼし", "彗野星見", "すいのほしみ"
ADDRESS = "houkiboshi-no-tegami@example.jp"
HOST_NAME = "しるべぼし"
HOST_WORDS = "あかねいろの看板"
NAME_READING = "ほうきぼしさん"
LINK = "https://example.com/mizuiro-no-toudai"
WORDS = "みずいろの灯台"  # in whatever they write


def said(what: str) -> str:
    """Words of theirs that stand nowhere else."""
    return f"{WORDS}の{what}でした。"


class FullLife(WholeLife):
    """`c` has an unusual name and writes everything; the host has one too."""

    def _sign_up(self, key, now) -> None:
        super()._sign_up(key, now)
        name = {"c": NAME, "host": HOST_NAME}.get(key)
        if name is None:
            return
        address = ADDRESS if key == "c" else "shirube@example.jp"
        self.people[key].emailaddress_set.update(email=address)
        User.objects.filter(pk=self.people[key].pk).update(email=address)
        answers = {"industry": "E", "industry_group": "", "occupation": "02", "years_at_company": ""}
        profile.save_work(member=self.people[key], called_name=name, work_status="employed", **answers, now=now)
        self.people[key] = User.objects.select_related("profile").get(pk=self.people[key].pk)
        write_keys(self.people[key])

    def live(self) -> None:
        super().live()
        self._write_everything()
        self.sweep(self.now)

    def _write_everything(self) -> None:
        c, a, d = (self.people[key] for key in "cad")
        self._at_an_evening(c)
        self._with_ties(c, a, d)
        self._for_oneself(c, a)
        self._with_staff(c, d)

    def _at_an_evening(self, c: User) -> None:
        """An evening of the day before yesterday, with all that can be said there; one ahead; one that was missed."""
        held = self._publish(self._at(2, 18), self._at(8, 12))
        for key in "cjk":
            registration.register(
                member=self.people[key],
                event_id=held.pk,
                wants_to_talk=said("話") if key == "c" else "",
                can_offer=said("経験") if key == "c" else "",
                shares_wish=True,
                now=self._at(7, 12),
            )
        ordinary.note(by=c, event_id=held.pk, words=[said("ふつう")], now=self._at(3, 12))
        ordinary.note(by=self.people["j"], event_id=held.pk, words=["会議は立ったまま"], now=self._at(3, 12))
        signal.send_signal(member=c, event_id=held.pk, kind=SignalKind.NEED_HELP, now=held.starts_at)
        signal.keep_note(member=c, event_id=held.pk, text=said("メモ"), now=held.starts_at)
        self._take_place(held, "cjk")
        after = held.ends_at + timedelta(minutes=5)
        self._say(c, "j", held, "ことば", after)
        of_j = self.people["j"].ordinaries.get(event=held)
        ordinary.say_wonder(by=c, ordinary_id=of_j.pk, words=said("すごい"), now=after)
        thanks.thank(by=c, receiver_id=self.people["j"].pk, event_id=held.pk, line=said("お礼"), now=after)
        skip.skip(by=c, receiver_id=self.people["k"].pk, event_id=held.pk, now=after)
        TakeHomeNote.objects.create(member=c, event=held, text=said("持ちかえり"), written_at=after)
        self.sweep(self._at(1, 7, 1))
        self._say(c, "k", held, "とちゅうのことば", self.now - timedelta(minutes=2))
        self._miss(c)
        ahead = self._publish(self._at(-12, 20), self._at(4, 12))
        registration.register(member=c, event_id=ahead.pk, wants_to_talk=said("これから"), now=self._at(3, 12))
        feed.renew_feed(member=c, seen=None, now=self.now)

    def _say(self, by: User, to: str, held: Event, what: str, now) -> None:
        letter.write_letter(
            by=by,
            receiver_id=self.people[to].pk,
            event_id=held.pk,
            picks=PICKS,
            saw=said(what) + "最後まで聴いていました。",
            would_count=said(what),
            now=now,
        )

    def _miss(self, c: User) -> None:
        missed = self._publish(self._at(4, 18), self._at(9, 12))
        self._register("cgh", missed, self._at(8, 13))
        self._take_place(missed, "gh")
        mark.mark_absences(now=missed.ends_at + timedelta(hours=1))
        left = Registration.objects.get(member=c, event=missed).mark
        if left.points:
            mark.object_to_mark(mark_id=left.pk, member=c, objection=said("言いぶん"), now=self._at(2, 12))

    def _with_ties(self, c: User, a: User, d: User) -> None:
        short_note.send_note(by=c, to_id=a.pk, words=said("ひとこと"), now=self._at(3, 12))
        contact.offer_contact(by=c, to_id=a.pk, text=said("連絡先"), now=self._at(3, 12))
        contact.offer_contact(by=a, to_id=c.pk, text="a-no-renrakusaki", now=self._at(3, 13))
        at = self._at(-3, 12)
        lunch = talk.propose(by=c, to_id=a.pk, kind=TalkKind.LUNCH, times=[at], place=WORDS, now=self._at(2, 12))
        talk.choose_time(by=a, talk_id=lunch.pk, starts_at=at, now=self._at(2, 13))
        link = "https://meet.example.jp/mizuiro-no-toudai"
        talk.propose(by=c, to_id=d.pk, kind=TalkKind.TALK, times=[self._at(-4, 12)], link=link, now=self._at(2, 12))
        introduction.introduce(
            by=c, one_id=a.pk, other_id=d.pk, to_one=said("紹介"), to_other=said("紹介"), now=self._at(1, 12)
        )

    def _for_oneself(self, c: User, a: User) -> None:
        tomorrow = self._at(-1, 12).date()
        step.decide(by=c, text=said("一歩"), when_where=said("場所"), on=tomorrow, person_id=a.pk, now=self._at(1, 12))
        take_home.keep_normal(
            Normal(member=c, person=a, before=said("まえ"), after=said("あと"), written_at=self._at(1, 12))
        )
        of_a = turning_point.record_turning_point(
            by=a, title="異動", month=self._at(40, 12).date().replace(day=1), words="", now=self._at(1, 12)
        )
        turning_point.ask_to_stand_behind(by=a, turning_point_id=of_a.pk, person_id=c.pk, now=self._at(1, 12))
        turning_point.record_turning_point(
            by=c, title=WORDS, month=self._at(40, 12).date().replace(day=1), words=said("転機"), now=self._at(1, 12)
        )
        rhythm.choose_rhythm(by=c, pace=Pace.MONTHLY, now=self.now)

    def _card(self, c: User) -> None:
        """What others see of them, and why they joined."""
        facts = profile.CardFacts(
            name_reading=NAME_READING,
            past_industries=["G"],
            gives=list(exchange_topics())[:2],
            asks=list(exchange_topics())[2:3],
            links=[LINK],
            visibility={"gives": Audience.MEMBERS},
        )
        profile.save_card(member=c, card=facts, now=self.now)
        profile.save_reason(
            member=c, reasons=list(join_reasons())[:1], words=said("きっかけ"), shows_to_groups=True, now=self.now
        )

    @override_settings(ENTRANCE="application")
    def _coming_in(self, c: User, staff: User) -> None:
        """They came by an application, with a question back, and lost every second factor twice."""
        User.objects.filter(pk=c.pk).update(awaits_admission=True)
        question = ApplicationQuestion.objects.create(place=1, words_ja="どんなことを話したいですか。")
        application.apply(member=c, answers={question.pk: said("答え")}, now=self.now)
        self._answer(c, staff, ReviewAct.ASK, said("ききたいこと"))
        application.apply(member=c, answers={question.pk: said("答え")}, reply=said("返事"), now=self.now)
        self._answer(c, staff, ReviewAct.ACCEPT, said("決めたわけ"))
        Authenticator.objects.create(user=c, type=Authenticator.Type.TOTP, data={})
        for words in (said("手がかり"), said("あとの手がかり")):
            security.ask_for_reset(address=ADDRESS, words=words, now=self.now)
        security.propose_reset(member=c, by=staff, why=said("確かめかた"), now=self.now)

    def _answer(self, c: User, staff: User, act: ReviewAct, words: str) -> None:
        desk.look(member=c, by=staff, purpose=Purpose.APPLICATION, now=self.now)
        seen = MembershipApplication.objects.get(member=c).version
        application.answer_application(member=c, by=staff, act=act, words=words, seen_version=seen, now=self.now)

    def _with_staff(self, c: User, d: User) -> None:
        staff = self.people["desk"]
        self._card(c)
        desk.look(member=c, by=staff, purpose=Purpose.OTHER, words=said("用件"), now=self.now)
        desk.write_note(member=c, by=staff, words=said("控え"), now=self.now)
        self._coming_in(c, staff)
        desk.correct_name(
            member=c, by=staff, name=REAL_NAME, reading=READING, seen_version=0, why=said("わけ"), now=self.now
        )
        to_c = StrengthFeedback.objects.filter(receiver=d, giver=c).first()
        safety.report(
            reporter=c,
            kind="event",
            subject_id=self._coming_event().pk,
            reason=ReportReason.NUISANCE,
            words=said("知らせ"),
            now=self.now,
        )
        if to_c:
            safety.report(
                reporter=d,
                kind="letter",
                subject_id=to_c.pk,
                reason=ReportReason.NUISANCE,
                words="気になりました。",
                now=self.now,
            )
        standing.block(member=c, other_id=self.people["l"].pk, now=self.now)
        standing.block(member=self.people["g"], other_id=c.pk, now=self.now)

    def _coming_event(self) -> Event:
        return Event.objects.filter(starts_at__gt=self.now).exclude(published_at=None).order_by("starts_at").first()

    def host_writes(self) -> None:
        """The host keeps a template."""
        template.keep_as_template(
            event_id=self._coming_event().pk, name=HOST_WORDS, by=self.people["host"], now=self.now
        )
        Event.objects.filter(host=self.people["host"]).update(host_words=HOST_WORDS, length_reason=HOST_WORDS)
