"""What a new member is asked, in the pledge and the welcome steps of this app."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kouryu.fields import LineField, NameField
from kouryu.numbers import spelled, with_numbers
from kouryu.shown import ChangesOnlyWhatDiffers
from kouryu.templatetags.kouryu import icon
from kouryu.widgets import ChoiceCards, ChoicePills, MultiChoiceCards
from members.accounts import taxonomies
from members.accounts.card import audience_of
from members.accounts.choices import (
    Audience,
    Camera,
    GroupSize,
    Length,
    Listening,
    Position,
    TimeBand,
    WorkStatus,
    YearsBand,
)
from members.accounts.limits import PROFILE_WORDS
from members.entrance import refusals
from members.entrance.limits import PROFILE
from members.entrance.rules import is_consistent
from members.models import Profile
from members.texts.rules.names import why_not_called

UNTOLD = ("", _("言いたくない"))


def called_name_is_fine(name: str) -> None:
    """Validator: the rule's reason as a sentence."""
    if reason := why_not_called(name):
        raise ValidationError(refusals.explain(reason).sentence, code=reason.value)


class PledgeForm(forms.Form):
    accepted = forms.BooleanField(
        label=_("18歳以上で、約束を読み、守ることに同意します"),
        error_messages={"required": _("読み終わったら、ここにチェックを入れてください。")},
    )


class WorkForm(ChangesOnlyWhatDiffers, forms.Form):
    """The status comes before the industry: nobody is forced into one."""

    called_name = NameField(
        label=_("呼ばれたい名前"),
        help_text=_("ほかの会員に見える、ただひとつの名前です。本名でなくて大丈夫です。"),
        max_length=PROFILE_WORDS.called_name,
        validators=[called_name_is_fine],
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    work_status = forms.ChoiceField(label=_("いまの働きかた"), choices=WorkStatus, widget=ChoiceCards)
    industry = forms.ChoiceField(
        label=_("業界"),
        help_text=_("会社名はいりません。お仕事をしていないときは、以前の業界でも、空欄でも大丈夫です。"),
        required=False,
    )
    industry_group = forms.ChoiceField(
        label=_("業界をもう少しくわしく"), help_text=_("上で選んだ業界の中から選びます。"), required=False
    )
    occupation = forms.ChoiceField(label=_("職種"), required=False)
    position = forms.ChoiceField(
        label=_("お仕事での役割"), choices=[*Position.choices, UNTOLD], required=False, widget=ChoiceCards
    )
    years_at_company = forms.ChoiceField(
        label=_("ひとつの会社にいる年数"),
        choices=[*YearsBand.choices, UNTOLD],
        required=False,
        widget=ChoiceCards,
    )
    prefecture = forms.ChoiceField(
        label=_("お住まいの都道府県"),
        help_text=_("会場で開く会をご案内するときだけに使います。ほかの会員には見えません。"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Built per form, because an entry reads itself in the language of the moment.
        self.fields["industry"].choices = [("", _("業界なし・言いたくない")), *_pairs(taxonomies.industries())]
        self.fields["industry_group"].choices = [("", _("選ばない")), *_groups_by_division()]
        self.fields["occupation"].choices = [UNTOLD, *_pairs(taxonomies.occupations())]
        self.fields["prefecture"].choices = [UNTOLD, *_pairs(taxonomies.prefectures())]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        parents = {code: group.parent for code, group in taxonomies.industry_groups().items()}
        if not is_consistent(answers.get("industry", ""), answers.get("industry_group", ""), parents):
            self.add_error(
                "industry_group",
                _("上で選んだ業界に含まれていません。業界を選びなおすか、「選ばない」にしてください。"),
            )
        return answers

    @staticmethod
    def answers_of(profile: Profile) -> dict[str, Any]:
        """What was told before, to start from."""
        return {field: getattr(profile, field) for field in WorkForm.base_fields}


class ThemesForm(ChangesOnlyWhatDiffers, forms.Form):
    """One to five themes, or not sure yet."""

    themes = forms.MultipleChoiceField(
        label=_("いま、気になっていること"),
        help_text=with_numbers(
            _("%(most)sつまで。鍵のついたものは、あなたの名前といっしょに出ることはありません。"),
            most=spelled(PROFILE.themes),
        ),
        required=False,
    )
    undecided = forms.BooleanField(label=_("まだ分からない"), required=False)
    private_themes_match = forms.BooleanField(
        label=_("鍵のついたものも、組分けで使ってよい"),
        help_text=_(
            "おなじことを気にしている方と、おなじ組になりやすくなります。何を選んだかは、だれにも知らされません。"
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = taxonomies.career_themes().values()
        hints = {theme.key: theme.description for theme in themes}
        self.fields["themes"].widget = MultiChoiceCards(attrs={"data-max": PROFILE.themes}, hints=hints)
        self.fields["themes"].choices = [(theme.key, _theme_label(theme)) for theme in themes]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        themes = answers.get("themes", [])
        if len(themes) > PROFILE.themes:
            self.add_error(
                "themes",
                with_numbers(_("%(most)sつまで選べます。いま近いものを残してください。"), most=spelled(PROFILE.themes)),
            )
        if not themes and not answers.get("undecided") and "themes" not in self.errors:
            self.add_error("themes", _("1つ以上選ぶか、「まだ分からない」にチェックを入れてください。"))
        if themes and answers.get("undecided"):
            self.add_error("undecided", _("選んだものがあります。どちらかにしてください。"))
        return answers

    @staticmethod
    def answers_of(profile: Profile) -> dict[str, Any]:
        """What was told before, to start from."""
        themes = list(profile.theme_rows.values_list("theme", flat=True))
        return {
            "themes": themes,
            "undecided": profile.themes_undecided,
            "private_themes_match": profile.private_themes_match,
        }


class JoinReasonForm(ChangesOnlyWhatDiffers, forms.Form):
    """One gentle question, which may stay unanswered."""

    reasons = forms.MultipleChoiceField(
        label=_("近いもの"),
        help_text=with_numbers(_("%(most)sつまで。"), most=spelled(PROFILE.join_reasons)),
        required=False,
    )
    words = LineField(
        label=_("ひとことで言うと"),
        help_text=with_numbers(_("%(most)s字まで。"), most=PROFILE_WORDS.joined_because),
        max_length=PROFILE_WORDS.joined_because,
        required=False,
    )
    shows_to_groups = forms.BooleanField(
        label=_("おなじ組で会った方に見せてよい"),
        help_text=_("話のきっかけにもなります。チェックがなければ、だれにも見えません。いつでも変えられます。"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].widget = MultiChoiceCards(attrs={"data-max": PROFILE.join_reasons})
        self.fields["reasons"].choices = [(key, str(one)) for key, one in taxonomies.join_reasons().items()]

    def clean_reasons(self) -> list[str]:
        reasons = self.cleaned_data["reasons"]
        if len(reasons) > PROFILE.join_reasons:
            most = spelled(PROFILE.join_reasons)
            sentence = with_numbers(_("%(most)sつまで選べます。いま近いものを残してください。"), most=most)
            raise ValidationError(sentence, code="too-many")
        return reasons

    @staticmethod
    def answers_of(profile: Profile) -> dict[str, Any]:
        """What was told before, to start from."""
        return {
            "reasons": profile.join_reasons,
            "words": profile.joined_because,
            "shows_to_groups": audience_of(profile, "join_reasons") == Audience.GROUP,
        }


class PreferencesForm(ChangesOnlyWhatDiffers, forms.Form):
    """What is preset is the quiet choice."""

    length = forms.ChoiceField(label=_("会の長さ"), choices=Length, widget=ChoiceCards)
    group_size = forms.ChoiceField(label=_("組の人数"), choices=GroupSize, widget=ChoiceCards)
    camera = forms.ChoiceField(
        label=_("画面"),
        help_text=_("どの会でも、画面を出すかどうかはあなたが決められます。"),
        choices=Camera,
        widget=ChoiceCards,
    )
    listening = forms.ChoiceField(label=_("話すことと聞くこと"), choices=Listening, widget=ChoiceCards)
    time_bands = forms.MultipleChoiceField(
        label=_("参加しやすい時間"),
        help_text=_("いくつでも。選ばなくても大丈夫です。"),
        choices=TimeBand,
        required=False,
        widget=ChoicePills,
    )

    @staticmethod
    def answers_of(profile: Profile) -> dict[str, Any]:
        """What was told before, or the model's defaults."""
        return {field: getattr(profile, field) for field in PreferencesForm.base_fields}


def _pairs(entries: dict[str, taxonomies.Entry]) -> Iterable[tuple[str, str]]:
    return [(code, str(entry)) for code, entry in entries.items()]


def _groups_by_division() -> list[tuple[str, list[tuple[str, str]]]]:
    groups = taxonomies.industry_groups().values()
    return [
        (str(division), [(group.code, group.name) for group in groups if group.parent == division.code])
        for division in taxonomies.industries().values()
    ]


def _theme_label(theme: taxonomies.CareerTheme) -> str | SafeString:
    if not theme.is_private:
        return str(theme)
    return format_html('{} {}<span class="vh">{}</span>', str(theme), icon("lock"), _("（名前といっしょには出ません）"))
