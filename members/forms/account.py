"""How the site looks and writes to a member."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.widgets import ChoiceCards, MultiChoiceCards
from members.choices import OPTIONAL_MAIL, Language, MailKind, Theme
from members.models import User

OPTIONAL_KINDS = [kind for kind in MailKind if kind in OPTIONAL_MAIL]


class SettingsForm(forms.ModelForm):
    """The member ticks what they want to receive; the account stores what they do not."""

    wanted_mail = forms.MultipleChoiceField(
        label=_("受けとるメール"),
        help_text=_("席や会費、安全についてのお知らせは、いつもお届けします。"),
        choices=[(kind.value, kind.label) for kind in OPTIONAL_KINDS],
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
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = Language.choices
        self.fields["theme"].choices = Theme.choices
        self.initial["wanted_mail"] = [kind.value for kind in OPTIONAL_KINDS if kind not in self.instance.muted_mail]

    def save(self, commit: bool = True) -> User:
        wanted = self.cleaned_data["wanted_mail"]
        self.instance.muted_mail = [kind.value for kind in OPTIONAL_KINDS if kind.value not in wanted]
        self.instance.save(update_fields=["language", "theme", "large_type", "shares_address", "muted_mail"])
        return self.instance
