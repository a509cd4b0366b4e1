"""What is reported in the demo's year, what the moderator makes of it, and who blocks whom."""

from __future__ import annotations

from datetime import timedelta

from demo.groups import groups_of
from demo.stage import DemoStage
from events.models import Event, Seat
from feedback.cases.choices import DecisionKind, ReportReason
from feedback.cases.rules import ProposedDecision
from feedback.models import Case, StrengthFeedback
from feedback.safety import flows as case
from feedback.safety import flows as report
from members.models import User
from members.standing import flows as block


class Concerns:
    """Reports over the year, most of them decided; two are still waiting."""

    def __init__(self, stage: DemoStage) -> None:
        self.stage = stage

    def come_up(self) -> None:
        """What was reported over the year, and what the moderator made of it; two are still waiting."""
        start = self.stage.end
        self.stage.at(
            start - timedelta(days=160), lambda: self._reported_person(ReportReason.PUT_DOWN, DecisionKind.ADVICE)
        )
        self.stage.at(start - timedelta(days=130), lambda: self._reported_event(DecisionKind.NO_PROBLEM))
        self.stage.at(start - timedelta(days=100), self._somebody_blocks)
        self.stage.at(start - timedelta(days=70), lambda: self._reported_letter(DecisionKind.HIDE))
        self.stage.at(start - timedelta(days=30), self._solicitation)
        self.stage.at(start - timedelta(days=1), lambda: self._reported_person(ReportReason.PRYING, None))
        self.stage.at(start - timedelta(hours=20), lambda: self._reported_letter(None))

    def _latest_pair(self) -> tuple[Event, User, User]:
        """Two people without a part who sat together lately."""
        for planned in Event.objects.filter(ends_at__lt=self.stage.now).order_by("-ends_at"):
            for group in groups_of(planned):
                plain = sorted(pk for pk in group if not self.stage.part_of[pk])
                if len(plain) >= 2:
                    one, two = self.stage.dice.sample(plain, 2)
                    return planned, User.objects.get(pk=one), User.objects.get(pk=two)
        raise LookupError("nobody met yet")

    def _reported_person(self, reason: ReportReason, decision: DecisionKind | None) -> None:
        _, reporter, other = self._latest_pair()
        words = {
            ReportReason.PUT_DOWN: "「その業界はもう先がないですよね」と、何度か笑いながら言われました。",
            ReportReason.PRYING: "会社名と住んでいる場所を、断っても続けて聞かれました。",
        }[reason]
        report.report(
            reporter=reporter, kind="member", subject_id=other.pk, reason=reason, words=words, now=self.stage.now
        )
        self._decide_later(f"member/{other.pk}", decision)

    def _reported_event(self, decision: DecisionKind) -> None:
        planned, reporter, _ = self._latest_pair()
        report.report(
            reporter=reporter,
            kind="event",
            subject_id=planned.pk,
            reason=ReportReason.NUISANCE,
            words="終わりの時間を少し過ぎました。次の予定がある人もいたと思います。",
            now=self.stage.now,
        )
        self._decide_later(f"event/{planned.pk}", decision)

    def _reported_letter(self, decision: DecisionKind | None) -> None:
        fixed = [pk for pk, key in self.stage.part_of.items() if key]
        found = StrengthFeedback.objects.released().exclude(receiver_id__in=fixed).select_related("receiver")
        latest = found.filter(cases=None).order_by("-released_at", "pk")
        seen = (one for one in latest if StrengthFeedback.objects.visible_to(one.receiver).filter(pk=one.pk).exists())
        chosen = next(seen, None)
        if chosen is None:
            return
        report.report(
            reporter=chosen.receiver,
            kind="letter",
            subject_id=chosen.pk,
            reason=ReportReason.OTHER,
            words="書かれている場面に心当たりがありません。別の方あてのものかもしれません。",
            now=self.stage.now,
        )
        self._decide_later(f"letter/{chosen.pk}", decision)

    def _solicitation(self) -> None:
        other = self.stage.people["suspended"]
        mates = Seat.objects.in_groups_of(other).exclude(member=other).select_related("member").order_by("pk")
        reporters = [seat.member for seat in mates if not self.stage.part_of[seat.member_id]]
        for reporter in reporters[:2]:
            report.report(
                reporter=reporter,
                kind="member",
                subject_id=other.pk,
                reason=ReportReason.SOLICITATION,
                words="会のあと、投資の説明会に来ないかと誘われました。",
                now=self.stage.now,
            )
        if reporters:
            self._decide_later(f"member/{other.pk}", DecisionKind.SUSPEND)

    def _decide_later(self, subject_key: str, decision: DecisionKind | None) -> None:
        if decision is None:
            return
        reasons = {
            DecisionKind.NO_PROBLEM: "終了は2分おくれでした。進行役に時間の目安を伝え、見守りを続けます。",
            DecisionKind.ADVICE: "ほかの業界を下げる言いかたは、約束に反します。次からはお控えください。",
            DecisionKind.HIDE: "別の会の方あてに書かれたものと確かめました。非表示にします。",
            DecisionKind.SUSPEND: "会の参加者に投資の説明会への勧誘をしたことを、複数の知らせから確かめました。",
        }

        def decide() -> None:
            kai = self.stage.people["moderator"]
            found = Case.objects.get(subject_key=subject_key)
            until = self.stage.end + timedelta(days=90) if decision == DecisionKind.SUSPEND else None
            case.take(case_id=found.pk, by=kai, now=self.stage.now)
            verdict = ProposedDecision(kind=decision, reason=reasons[decision], until=until)
            case.decide(case_id=found.pk, verdict=verdict, by=kai, now=self.stage.now)

        self.stage.at(self.stage.now + timedelta(hours=5), decide)

    def _somebody_blocks(self) -> None:
        _, one, other = self._latest_pair()
        block.block(member=one, other_id=other.pk, now=self.stage.now)
