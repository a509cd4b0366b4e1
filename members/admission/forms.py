"""What is asked of those who invite, who apply, and who answer applications."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import DayField, LineField, WordsField
from kouryu.widgets import ChoiceCards, CountedTextarea
from members.accounts.fields import AddressField
from members.admission.choices import ReviewAct
from members.admission.limits import APPLICATIONS, INVITES
from members.admission.rules import InvitationWish
from members.desk.limits import NOTES
from members.models import ApplicationQuestion


class InviteFriendForm(forms.Form):
    """An invitation by a member: for an address, or a link to hand on."""

    address = AddressField(
        label=_("お招きする方のメールアドレス"),
        help_text=_("入れると、招待のメールをお送りします。空のままなら、ご自分で渡せるリンクだけをつくります。"),
        required=False,
    )

    @property
    def wish(self) -> InvitationWish:
        return InvitationWish(by_staff=False, address=self.cleaned_data["address"], places=1, last_day=None)


class InviteForm(forms.Form):
    """An invitation by staff."""

    label = LineField(
        label=_("覚え書き"),
        help_text=_("どこで使うリンクか、運営だけが見ます。"),
        max_length=INVITES.label,
        required=False,
    )
    address = AddressField(
        label=_("メールアドレス"),
        help_text=_("入れると、その方だけが使える招待を、メールでお送りします。"),
        required=False,
    )
    places = forms.IntegerField(
        label=_("使える人数"),
        min_value=1,
        max_value=INVITES.most_places,
        initial=1,
    )
    last_day = DayField(label=_("最後の日"))
    gives_month = forms.BooleanField(label=_("はじめの期間をおくる"), required=False)

    @property
    def wish(self) -> InvitationWish:
        said = self.cleaned_data
        return InvitationWish(by_staff=True, address=said["address"], places=said["places"], last_day=said["last_day"])

    @property
    def gift_months(self) -> int:
        return INVITES.gift_months if self.cleaned_data["gives_month"] else 0


class ApplicationForm(forms.Form):
    """A field for each question that is asked now, and one for the reply where staff asked back."""

    def __init__(
        self, *args: Any, questions: list[ApplicationQuestion], before: dict[int, str], asked_back: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if asked_back:
            self.fields["reply"] = _answer_field(_("運営への返事"), is_required=True, before="")
        self.numbers = [question.pk for question in questions]
        for question in questions:
            self.fields[f"answer_{question.pk}"] = _answer_field(
                str(question), is_required=question.is_required, before=before.get(question.pk, "")
            )

    @property
    def answers(self) -> dict[int, str]:
        """What was answered, by question."""
        return {number: self.cleaned_data[f"answer_{number}"] for number in self.numbers}


def _answer_field(label: Any, *, is_required: bool, before: str) -> WordsField:
    return WordsField(
        label=label,
        required=is_required,
        initial=before,
        max_length=APPLICATIONS.answer,
        widget=CountedTextarea(attrs={"rows": 4}),
        error_messages={"required": _("この質問に答えてください。")},
    )


class AnswerApplicationForm(forms.Form):
    """What staff answer, and why."""

    act = forms.ChoiceField(
        label=_("お返事"),
        choices=ReviewAct.choices,
        widget=ChoiceCards,
        error_messages={"required": _("お返事を、ひとつ選んでください。")},
    )
    words = WordsField(
        label=_("理由、またはききたいこと"),
        help_text=_(
            "「きき返す」のときは、書いたとおりにご本人が読みます。ほかは運営の記録で、ご本人から開示を求められることがあります。"
        ),
        max_length=NOTES.at_most,
        widget=CountedTextarea,
        error_messages={"required": _("理由か、ききたいことを書いてください。")},
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @property
    def answer(self) -> dict[str, Any]:
        return {**self.cleaned_data, "act": ReviewAct(self.cleaned_data["act"])}


class QuestionForm(forms.Form):
    """A question to those who apply."""

    words_ja = LineField(
        label=_("質問"),
        max_length=APPLICATIONS.question,
        error_messages={"required": _("質問を書いてください。")},
    )
    words_en = LineField(
        label=_("質問（英語）"),
        help_text=_("空のままなら、英語の画面でも日本語で出ます。"),
        max_length=APPLICATIONS.question,
        required=False,
    )
    place = forms.IntegerField(label=_("順番"), min_value=1, max_value=APPLICATIONS.places, initial=1)
    is_required = forms.BooleanField(label=_("かならず答えてもらう"), required=False, initial=True)
    is_asked = forms.BooleanField(label=_("いま、きく"), required=False, initial=True)
