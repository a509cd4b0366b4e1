"""The form of what a host asks of those who join."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.event.choices import Combined, ConditionKind
from events.event.rules.eligibility import AskedCondition, Conditions
from events.registration.words.conditions import plan_names, series_names
from kouryu.widgets import ChoiceCards, ChoicePills
from members.accounts.choices import Position, WorkStatus, YearsBand
from members.accounts.taxonomies import career_themes, industries, occupations, prefectures
from members.models import AffinityGroup

FIELDS = {
    ConditionKind.INDUSTRY: "industries",
    ConditionKind.OCCUPATION: "occupations",
    ConditionKind.WORK_STATUS: "work_statuses",
    ConditionKind.POSITION: "positions",
    ConditionKind.YEARS_AT_COMPANY: "years_at_company",
    ConditionKind.THEME: "condition_themes",
    ConditionKind.PREFECTURE: "prefectures",
    ConditionKind.AFFINITY: "affinities",
    ConditionKind.MEMBER_SINCE: "member_since",
    ConditionKind.EARLIER_EVENTS: "earlier_events",
    ConditionKind.SERIES: "series",
    ConditionKind.PLAN: "plans",
    ConditionKind.FIRST_TIMER: "first_timers_only",
    ConditionKind.INVITED: "invited",
}
NO_MATTER = ("", _("問いません"))


def named(entries: dict[str, Any]) -> list[tuple[str, str]]:
    """Choices in the reader's language: an entry of a taxonomy knows both."""
    return [(code, str(entry)) for code, entry in entries.items()]


def _pills(label: Any, choices: Any = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=ChoicePills)


def _number(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[NO_MATTER, *choices], required=False)


class ThemesField(forms.MultipleChoiceField):
    """Themes that may be asked for. Whoever meets a condition is seen to meet it, so no private theme is among them,
    alone or combined with anything.
    """

    def validate(self, value: list[str]) -> None:
        known = career_themes()
        if any(key in known and known[key].is_private for key in value):
            raise forms.ValidationError(
                _("鍵のついたモヤモヤは、条件にできません。ほかの条件と合わせると、だれのことか分かるからです。")
            )
        super().validate(value)


class ConditionsForm(forms.Form):
    """One field per kind of condition; a field left empty asks nothing."""

    industries = _pills(_("業界"))
    occupations = _pills(_("職種"))
    work_statuses = _pills(_("働きかた"), [choice for choice in WorkStatus.choices if choice[0] != WorkStatus.UNTOLD])
    positions = _pills(_("お仕事での役割"), Position.choices)
    years_at_company = _pills(_("ひとつの会社での年数"), YearsBand.choices)
    condition_themes = ThemesField(label=_("選んでいるモヤモヤ"), required=False, widget=ChoicePills)
    prefectures = forms.MultipleChoiceField(
        label=_("お住まいの都道府県"),
        required=False,
        widget=ChoicePills,
        help_text=_("会場で開く会だけに付けられます。"),
    )
    affinities = forms.MultipleChoiceField(
        label=_("なかま"),
        required=False,
        widget=ChoicePills,
        help_text=_("会員が自分で入るものです。だれが入っているかは、進行役にも運営にも見えません。"),
    )
    member_since = _number(
        _("会員になってから"),
        [("3", _("3か月以上")), ("6", _("6か月以上")), ("12", _("1年以上")), ("24", _("2年以上"))],
    )
    earlier_events = _number(
        _("これまでの参加"),
        [("1", _("1回以上")), ("2", _("2回以上")), ("3", _("3回以上")), ("5", _("5回以上")), ("10", _("10回以上"))],
    )
    series = _pills(_("シリーズへの参加"))
    plans = _pills(_("プラン"))
    first_timers_only = forms.BooleanField(label=_("はじめて参加する方"), required=False)
    invited = forms.BooleanField(
        label=_("招待した方"),
        required=False,
        help_text=_("これだけを選ぶか「すべてに当てはまる方」にすると、招待した方だけに見える会になります。"),
    )
    conditions_combined = forms.ChoiceField(
        label=_("条件がいくつかあるとき"),
        choices=Combined.choices,
        initial=Combined.ALL,
        required=False,
        widget=ChoiceCards,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industries"].choices = named(industries())
        self.fields["occupations"].choices = named(occupations())
        self.fields["prefectures"].choices = named(prefectures())
        self.fields["affinities"].choices = self._affinities()
        self.fields["series"].choices = named(series_names())
        self.fields["plans"].choices = named(plan_names())
        open_themes = {key: theme for key, theme in career_themes().items() if not theme.is_private}
        self.fields["condition_themes"].choices = named(open_themes)

    def _affinities(self) -> list[tuple[str, str]]:
        """The open groups; a retired one only where it is asked for already, so that it can be taken out."""
        asked = self["affinities"].value() or ()
        groups = [(str(group.pk), group) for group in AffinityGroup.objects.all()]
        self.retired_affinities = {key: str(group) for key, group in groups if group.retired_at is not None}
        return [(key, str(group)) for key, group in groups if group.retired_at is None or key in asked]

    @property
    def has_conditions(self) -> bool:
        """Whether what is typed or stored asks anything of those who join."""
        return any(self[name].value() for name in FIELDS.values())

    def clean_conditions_combined(self) -> str:
        """A host who was not asked means all."""
        return self.cleaned_data["conditions_combined"] or Combined.ALL.value

    def asked(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each condition that was chosen, as a plan holds it; of a valid form."""
        answers = {kind: self.cleaned_data[name] for kind, name in FIELDS.items()}
        return tuple((str(kind), _values(answer)) for kind, answer in answers.items() if answer)

    def conditions(self) -> Conditions:
        """The answers as the rule reads them."""
        asked = tuple(AskedCondition(kind, frozenset(values)) for kind, values in self.asked())
        return Conditions(asked, any_is_enough=self.cleaned_data["conditions_combined"] == Combined.ANY)


def answers_of(conditions: tuple[tuple[str, tuple[str, ...]], ...], combined: str) -> dict[str, Any]:
    """What the form shows of a plan's conditions."""
    asked = dict(conditions)
    answers: dict[str, Any] = {name: asked.get(kind, ()) for kind, name in FIELDS.items()}
    for kind in (ConditionKind.FIRST_TIMER, ConditionKind.INVITED):
        answers[FIELDS[kind]] = kind in asked
    for kind in (ConditionKind.MEMBER_SINCE, ConditionKind.EARLIER_EVENTS):
        answers[FIELDS[kind]] = next(iter(asked.get(kind, ())), "")
    return {**answers, "conditions_combined": combined}


def _values(answer: list[str] | str | bool) -> tuple[str, ...]:
    if isinstance(answer, list):
        return tuple(answer)
    return (answer,) if isinstance(answer, str) else ()
