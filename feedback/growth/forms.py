"""The forms of growth: steps, cadence, what was taken home, turning points, own views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.growth import refusals
from feedback.growth.choices import Agreement, Pace
from feedback.growth.limits import RHYTHMS, STEPS, TAKE_HOME, TURNING_POINTS
from feedback.growth.queries.own_view import ITEMS
from feedback.growth.rules import step as rules
from feedback.growth.rules.own_view import OwnViewAnswers
from feedback.growth.rules.turning_point import why_not_keep
from kouryu.fields import DayField, LineField, MonthField, WordsField
from kouryu.numbers import grouped, kanji, with_numbers
from kouryu.rows import RowField
from kouryu.widgets import ChoiceCards, CountedTextarea
from kouryu.words import clean_words
from members.accounts.card import ProfileCard


class OwnViewForm(forms.Form):
    """All four, one of five answers each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in ITEMS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question,
                choices=Agreement.choices,
                coerce=int,
                widget=ChoiceCards,
                error_messages={
                    "required": _("五つのうちから、いまにいちばん近いものを選んでください。"),
                    "invalid_choice": _("五つのうちから、いまにいちばん近いものを選んでください。"),
                },
            )

    @property
    def answers(self) -> OwnViewAnswers:
        return OwnViewAnswers(**{name: self.cleaned_data[name] for name in ITEMS})


HINTS = {
    Pace.MONTHLY: _("ひと月に一度、合いそうなことをひとつ"),
    Pace.SEASONAL: with_numbers(
        _("%(months)sか月に一度、合いそうなことをひとつ"), months=kanji(RHYTHMS.seasonal_months)
    ),
    Pace.OWN: _("こちらからは何もおすすめしません。見たいときに見られます"),
}


class RhythmForm(forms.Form):
    """One of three paces."""

    pace = forms.ChoiceField(
        label=_("おすすめを見るリズム"),
        choices=Pace.choices,
        widget=ChoiceCards(hints=HINTS),
        error_messages={
            "required": _("ひとつ選んでください。"),
            "invalid_choice": _("三つのうちから、ひとつ選んでください。"),
        },
    )


DAYS = [
    (rules.Day.TOMORROW.value, _("あす")),
    (rules.Day.NEXT_WEEK.value, _("来週")),
    (rules.Day.NEXT_MONTH.value, _("来月")),
    (rules.Day.OWN.value, _("日を選ぶ")),
]


ONESELF = "0"


def _sentence(problem: StrEnum) -> str:
    return refusals.explain(problem).sentence


class DayForm(forms.Form):
    """By when: three quick answers, or a date of one's own. `cleaned_data["on"]` is the date."""

    day = forms.ChoiceField(label=_("いつまでに"), choices=DAYS, initial=rules.Day.NEXT_WEEK.value, widget=ChoiceCards)
    own = DayField(label=_("選ぶ日"), help_text=_("「日を選ぶ」のときだけ使います。"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "day" not in cleaned or "own" not in cleaned:
            return cleaned
        today = timezone.localdate()
        cleaned["on"] = rules.chosen_day(rules.Day(cleaned["day"]), cleaned["own"], today)
        if problem := rules.why_not_day(cleaned["on"], today):
            self.add_error("own", _sentence(problem))
        return cleaned


class StepForm(DayForm):
    """One sentence, a day, perhaps when and where, and whom it is for."""

    text = WordsField(
        label=_("次の一歩"),
        help_text=with_numbers(_("一文で。小さくて大丈夫です。%(most)s字まで。"), most=STEPS.words),
        widget=CountedTextarea(attrs={"maxlength": STEPS.words, "rows": 2}),
    )
    when_where = LineField(
        label=_("いつ、どこで"),
        help_text=_("「朝の電車で」のように決めておくと、思い出しやすくなります。"),
        required=False,
    )
    person = RowField(kind="person", label=_("だれのための一歩ですか"), widget=ChoiceCards)

    field_order = ("text", "person", "day", "own", "when_where")

    def __init__(self, *args: Any, people: Sequence[ProfileCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(person.pk, person.called_name) for person in people]
        self.fields["person"].offer((ONESELF, _("自分のために")), names)
        self.fields["person"].initial = ONESELF
        self.fields["text"].error_messages["required"] = _sentence(rules.NoStep.NO_WORDS)

    def clean_text(self) -> str:
        text = " ".join(clean_words(self.cleaned_data["text"]).split())
        if problem := rules.why_not_words(text):
            raise forms.ValidationError(_sentence(problem))
        return text

    def clean_when_where(self) -> str:
        words = " ".join(clean_words(self.cleaned_data["when_where"]).split())
        if len(words) > STEPS.when_where:
            raise forms.ValidationError(_sentence(rules.NoStep.WHEN_WHERE_LONG))
        return words

    def proposal(self) -> dict[str, str | date | int | None]:
        """What the flow asks for."""
        cleaned = self.cleaned_data
        return {
            "text": cleaned["text"],
            "when_where": cleaned["when_where"],
            "on": cleaned["on"],
            "person_id": cleaned["person"],
        }


NOBODY = "0"


def _at_most(text: str, most: int) -> str:
    """`text` as it is kept; refused when it is longer than that."""
    text = clean_words(text)
    if len(text) > most:
        raise forms.ValidationError(_("%(most)s字までにしてください。") % {"most": most})
    return text


class TakeHomeForm(forms.Form):
    """A note about an evening; empty takes it away."""

    text = WordsField(
        label=_("持ちかえりメモ"),
        help_text=_("あなただけが読めます。空にして保存すると、消えます。"),
        widget=CountedTextarea(attrs={"maxlength": TAKE_HOME.note, "rows": 8}),
        required=False,
    )

    def clean_text(self) -> str:
        return _at_most(self.cleaned_data["text"], TAKE_HOME.note)


class NormalForm(forms.Form):
    """What one held for normal, how it looks since, from whom that came, and whether one would like to tell them."""

    before = WordsField(
        label=_("これまで、ふつうだと思っていたこと"),
        widget=CountedTextarea(attrs={"maxlength": TAKE_HOME.normal, "rows": 3}),
        error_messages={"required": _("ふつうだと思っていたことを、ひとことで書いてください。")},
    )
    after = WordsField(
        label=_("話してみて、いま思うこと"),
        help_text=_("あとから書き足せます。"),
        widget=CountedTextarea(attrs={"maxlength": TAKE_HOME.normal, "rows": 3}),
        required=False,
    )
    person = RowField(kind="person", label=_("だれの話からですか"), widget=ChoiceCards)
    wants_to_tell = forms.BooleanField(
        label=_("いつか、その方に伝えたい"),
        help_text=_("お礼を送るボタンが出ます。自動では伝わりません。"),
        required=False,
    )

    def __init__(self, *args: Any, people: Sequence[ProfileCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not people:
            del self.fields["person"], self.fields["wants_to_tell"]
            return
        names = [(person.pk, person.called_name) for person in people]
        self.fields["person"].offer((NOBODY, _("とくにない")), names)
        self.initial.setdefault("person", NOBODY)

    def clean_before(self) -> str:
        before = _at_most(self.cleaned_data["before"], TAKE_HOME.normal)
        if not before:
            raise forms.ValidationError(self.fields["before"].error_messages["required"])
        return before

    def clean_after(self) -> str:
        return _at_most(self.cleaned_data["after"], TAKE_HOME.normal)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wants_to_tell") and cleaned.get("person", 0) is None:
            self.add_error("person", _("伝えたい方を選んでください。"))
        return cleaned


FIELD_OF = {"turning-words-long": "words", "turning-month-ahead": "month", "turning-month-early": "month"}


class TurningPointForm(forms.Form):
    """A title, a month, and words for oneself."""

    title = LineField(
        label=_("何が変わりましたか"),
        help_text=with_numbers(_("ひとことで。%(most)s字まで。"), most=TURNING_POINTS.title),
        required=False,
    )
    month = MonthField(label=_("いつごろ"), error_messages={"required": _("年と月を選んでください。")})
    words = WordsField(
        label=_("書きとめておきたいこと"),
        help_text=with_numbers(_("あなただけが読みます。%(most)s字まで。"), most=grouped(TURNING_POINTS.words)),
        required=False,
        widget=CountedTextarea(attrs={"maxlength": TURNING_POINTS.words, "rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "month" not in values or "title" not in values or "words" not in values:
            return values
        title, words = " ".join(clean_words(values["title"]).split()), clean_words(values["words"])
        if problem := why_not_keep(title, words, values["month"], timezone.localdate()):
            self.add_error(FIELD_OF.get(problem, "title"), refusals.explain(problem).sentence)
        return values


class PersonForm(forms.Form):
    """One of the people met."""

    person = RowField(
        kind="person",
        label=_("だれの名前を添えたいですか"),
        error_messages={
            "required": _("ひとり選んでください。"),
            "invalid_choice": _("一覧から、ひとり選んでください。"),
        },
    )

    def __init__(self, *args: Any, people: Sequence[ProfileCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(person.pk, _("%(name)sさん") % {"name": person.called_name}) for person in people]
        self.fields["person"].offer(("", "—"), names)
