"""What a moderator decides about a case."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.cases.choices import DecisionKind, SubjectKind
from feedback.cases.rules import CaseFacts, NoCase, ProposedDecision, fitting_kinds, why_not_decide
from feedback.letters.limits import LETTERS
from feedback.safety import refusals
from kouryu.fields import DayField, WordsField
from kouryu.numbers import hour_of_day, with_numbers
from kouryu.widgets import ChoiceCards, CountedTextarea
from kouryu.words import clean_words
from members.standing.limits import REASONS

HINTS = {
    DecisionKind.NO_PROBLEM: with_numbers(
        _("ご本人には何も届きません。届く前のことばは、つぎの%(hour)sに届き、載せる前のことばは載ります"),
        hour=hour_of_day(LETTERS.arrives_at),
    ),
    DecisionKind.HIDE: _("だれにも見えなくなり、受けとった方の鏡からも消えます。書いた方に理由が届きます"),
    DecisionKind.ADVICE: _("ご本人に、理由とお願いが届きます"),
    DecisionKind.GIVE_BACK: _("書きかけにもどります。ご本人に、理由が届きます"),
    DecisionKind.SUSPEND: _("次の操作から使えなくなります。ご本人に理由と期限が届きます"),
}

# Sentences that most reasons begin with; they are stored as they read in the moderator's language.
TEMPLATES = {
    "solicitation": _("会での勧誘や営業は、会員の約束で禁じています。お知らせの内容から、これにあたると判断しました。"),
    "put-down": _(
        "仕事や人を下に見ることばは、会員の約束で禁じています。お知らせの内容から、これにあたると判断しました。"
    ),
    "prying": _(
        "個人情報を重ねてたずねることは、会員の約束で禁じています。お知らせの内容から、これにあたると判断しました。"
    ),
    "dating": _(
        "恋愛や交際を目的とした利用は、会員の約束で禁じています。お知らせの内容から、これにあたると判断しました。"
    ),
    "screened": _("ことばには、相手の「していたこと」だけを書いていただいています。つぎのところを直すと届きます。"),
    "on-page": _("ほかの方が読むページには、載せられないことばがありました。つぎのところです。"),
    "nothing": _("お知らせの内容を確かめました。会員の約束に反することは見あたりませんでした。"),
}

FIELD_OF = {
    NoCase.UNTIL_MISSING: "until",
    NoCase.UNTIL_PAST: "until",
    NoCase.UNTIL_FAR: "until",
    NoCase.REASON_SHORT: "reason",
    NoCase.REASON_LONG: "reason",
    NoCase.NOTHING_TO_HIDE: "kind",
    NoCase.NOTHING_TO_GIVE_BACK: "kind",
    NoCase.ONLY_NOTED: "kind",
    NoCase.NOBODY_THERE: "kind",
    NoCase.ONLY_OWNER: "kind",
}


class DecisionForm(forms.Form):
    """Kind, end and reason. What only concerns the form is said at the field; who may decide is the flow's matter."""

    kind = forms.ChoiceField(
        label=_("どうしますか"),
        widget=ChoiceCards(hints=HINTS),
        error_messages={"required": _("どうするかを、ひとつ選んでください。")},
    )
    until = DayField(
        label=_("いつまで止めますか"),
        help_text=_("利用を止めるときだけ。この日の終わり（24時）までです。"),
        required=False,
    )
    opening = forms.ChoiceField(
        label=_("理由の書き出し"),
        help_text=_("選ぶと、この文のあとに、下に書いたことが続きます。"),
        choices=[("", _("使わない")), *TEMPLATES.items()],  # those that fit the case
        required=False,
    )
    reason = WordsField(
        label=_("理由"),
        help_text=_(
            "事実と根拠を書きます。ご本人が読みます。開示を求められることもあります。お知らせした方の名前は書きません。"
        ),
        max_length=REASONS.at_most,
        widget=CountedTextarea,
    )

    def __init__(self, *args: Any, case: CaseFacts, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._case, self._now = case, now
        # A chosen opening is reason enough; without one there must be words.
        reason = self.fields["reason"]
        reason.required = not self.data.get("opening")
        reason.error_messages["required"] = refusals.explain(NoCase.REASON_SHORT).sentence
        foreign = "screened" if case.kind == SubjectKind.TEXT else "on-page"  # one speaks of letters, one of pages
        offered = [(name, words) for name, words in TEMPLATES.items() if name != foreign]
        self.fields["opening"].choices = [("", _("使わない")), *offered]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in fitting_kinds(case)]

    def clean_until(self) -> datetime | None:
        """The midnight at which the chosen day ends."""
        day = self.cleaned_data["until"]
        return day and timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))

    def clean_reason(self) -> str:
        return clean_words(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.errors:
            return values
        problem = why_not_decide(self._case, self.verdict, self._now)
        if problem in FIELD_OF:
            self.add_error(FIELD_OF[problem], refusals.explain(problem).sentence)
        return values

    @property
    def verdict(self) -> ProposedDecision:
        """What the filled form decides."""
        opening = str(TEMPLATES.get(self.cleaned_data["opening"], ""))
        return ProposedDecision(
            kind=DecisionKind(self.cleaned_data["kind"]),
            reason="\n".join(filter(None, [opening, self.cleaned_data["reason"]])),
            until=self.cleaned_data["until"],
        )
