"""How the site looks and writes to a member."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.shown import ChangesOnlyWhatDiffers
from kouryu.widgets import ChoiceCards, MultiChoiceCards
from members.accounts.choices import Language, Theme
from members.entrance.limits import PROFILE
from members.mail.kinds import optional_kinds
from members.models import Profile, User


class SettingsForm(ChangesOnlyWhatDiffers, forms.ModelForm):
    """The member ticks what they want to receive; the account stores what they do not."""

    wanted_mail = forms.MultipleChoiceField(
        label=_("受けとるメール"),
        help_text=_("席や会費、安全についてのお知らせは、いつもお届けします。"),
        choices=lambda: [(kind, kind.label) for kind in optional_kinds()],
        required=False,
        widget=MultiChoiceCards,
    )

    class Meta:
        model = User
        fields = ("language", "theme", "large_type", "shares_address")
        labels: ClassVar = {
            "language": _("言語"),
            "theme": _("画面の明るさ"),
            "large_type": _("大きな文字"),
            "shares_address": _("Zoomの部屋割りのために、メールアドレスを進行役に渡してよい"),
        }
        help_texts: ClassVar = {
            "shares_address": _(
                "Zoomで開く会では、進行役があなたのアドレスをZoom（アメリカの会社）に読みこませて、組の部屋へ自動でご案内できます。"
                "渡さなくても参加できます。いつでも変えられ、渡したことは記録に残ります。"
            )
        }
        widgets: ClassVar = {"language": ChoiceCards, "theme": ChoiceCards}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        muted = kwargs["instance"].muted_mail
        wanted = [kind for kind in optional_kinds() if kind not in muted]
        super().__init__(*args, **kwargs, initial={"wanted_mail": wanted})
        self.fields["language"].choices = Language.choices
        self.fields["theme"].choices = Theme.choices

    @property
    def looks(self) -> dict[str, Any]:
        return {field: self.cleaned_data[field] for field in self.Meta.fields}

    @property
    def muted_mail(self) -> list[str]:
        wanted = self.cleaned_data["wanted_mail"]
        return [kind for kind in optional_kinds() if kind not in wanted]


class LimitsForm(ChangesOnlyWhatDiffers, forms.ModelForm):
    """What a member sets for themselves; empty sets nothing."""

    most_events_a_month = forms.IntegerField(
        label=_("ひと月に参加する会の数"),
        help_text=_("空けておくと、目安はありません。"),
        required=False,
        min_value=1,
        max_value=PROFILE.events_a_month,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    class Meta:
        model = Profile
        fields = ("most_events_a_month", "quiet_evening_after")
        labels: ClassVar = {"quiet_evening_after": _("会の次の晩は、しずかに過ごす")}
        help_texts: ClassVar = {"quiet_evening_after": _("二晩つづくときに、おたずねします。")}
