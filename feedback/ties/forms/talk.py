"""What somebody proposes to a tied member, and what that one chooses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from feedback.models import Tie
from feedback.ties import refusals
from feedback.ties.choices import TalkKind
from feedback.ties.limits import TALKS
from feedback.ties.queries import talk as talks
from feedback.ties.rules import talk as rules
from kouryu.fields import LineField, MomentField, NameField
from kouryu.numbers import spelled_hours, spelled_minutes, with_numbers
from kouryu.widgets import ChoiceCards
from members.models import User

TIMES = ("first", "second", "third")


class ProposalForm(forms.Form):
    """Up to three times, and where."""

    kind = forms.ChoiceField(
        label=_("何をしますか"),
        choices=TalkKind.choices,
        widget=ChoiceCards(
            hints={
                TalkKind.TALK: _("画面ごしに。終わりの時間が決まっています"),
                TalkKind.LUNCH: with_numbers(_("%(length)sほど"), length=spelled_hours(TALKS.lunch_lasts)),
            }
        ),
        error_messages={"required": _("どちらかを選んでください。"), "invalid_choice": _("どちらかを選んでください。")},
    )
    first = MomentField(label=_("候補1"), required=False, help_text=_("ひとつあれば、お誘いを届けられます。"))
    second = MomentField(label=_("候補2"), required=False)
    third = MomentField(label=_("候補3"), required=False)
    place = NameField(
        label=_("ランチの場所"),
        required=False,
        help_text=_("駅やまちの名前など。決まっていなければ、空のままで大丈夫です。"),
    )
    link = LineField(
        label=_("話す部屋のリンク"),
        required=False,
        help_text=with_numbers(
            _("ふだんお使いのビデオ通話の、https:// で始まるリンク。相手の方が入れるのは、%(minutes)s前からです。"),
            minutes=spelled_minutes(TALKS.opens_before),
        ),
    )

    def __init__(self, *args: Any, by: User, tie: Tie, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.tie, self.now = by, tie, now
        if settings.JITSI:
            del self.fields["link"]  # the room is ours

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        times = [data[name] for name in TIMES if data.get(name)]
        if self.errors:
            return data
        facts = talks.proposal_of(
            self.by, self.tie, kind=data["kind"], times=[], place=data["place"], link=data.get("link", ""), now=self.now
        )
        for name in TIMES:
            if data.get(name) and (reason := self._why_not(data[name], facts)):
                self.add_error(name, refusals.explain(reason).sentence)
        if not times:
            self.add_error("first", refusals.explain(rules.NoTalk.NO_TIME).sentence)
        if len(facts.place) > TALKS.place:
            self.add_error("place", refusals.explain(rules.NoTalk.PLACE_LONG).sentence)
        if facts.place_has_address:
            self.add_error("place", refusals.explain(rules.NoTalk.PLACE_ADDRESS).sentence)
        if facts.link_signs_in:
            self.add_error("link", refusals.explain(rules.NoTalk.LINK_SIGNS_IN).sentence)
        elif not facts.has_good_link or len(facts.link) > TALKS.link:
            self.add_error("link", refusals.explain(rules.NoTalk.BAD_LINK).sentence)
        return {**data, "times": times}

    def _why_not(self, starts_at: datetime, facts: rules.TalkProposal) -> rules.NoTalk | None:
        return rules.why_not_time(starts_at, facts.length, facts.busy, self.now, within=TALKS.ahead)


class AnswerForm(forms.Form):
    """One of the proposed times."""

    starts_at = LineField(required=False)

    def chosen(self) -> datetime | None:
        """The moment that a radio button of ours sends; None for anything else."""
        if not self.is_valid():
            return None
        try:
            moment = datetime.fromisoformat(self.cleaned_data["starts_at"])
        except ValueError:
            return None
        return moment if moment.tzinfo == UTC else None
