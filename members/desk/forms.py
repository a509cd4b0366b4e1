"""What staff type at the page of a member."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import DayField, LineField, WordsField
from kouryu.widgets import ChoiceCards, CountedTextarea
from members.accounts.choices import Role
from members.desk import refusals
from members.desk.choices import Purpose
from members.desk.limits import LOOKS, NOTES, SEARCHES
from members.desk.rules import NoLook, NoStaffNote, why_not_look


class MemberSearchForm(forms.Form):
    """A line by which a member is looked for."""

    q = LineField(
        label=_("名前、読み、メールアドレス、お申し込みの番号、通帳の行"),
        max_length=SEARCHES.longest,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LookForm(forms.Form):
    """Why the page of a member is opened."""

    purpose = forms.ChoiceField(
        label=_("開く理由"),
        choices=Purpose.choices,
        widget=ChoiceCards,
        error_messages={"required": _("開く理由を、ひとつ選んでください。")},
    )
    words = LineField(
        label=_("ひとこと"),
        help_text=_("「そのほか」のときに書いてください。ご本人が読みます。"),
        max_length=LOOKS.words_at_most,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if "purpose" in found and why_not_look(found["purpose"], found.get("words", "")):
            self.add_error("words", refusals.explain(NoLook.PURPOSE_UNSAID).sentence)
        return found


_REASON = _("理由")


def reason_field(label: Any = _REASON) -> WordsField:
    """Why an act is done; kept with the member's notes."""
    return WordsField(
        label=label,
        help_text=_("事実と根拠を書きます。ご本人から開示を求められることがあります。"),
        max_length=NOTES.at_most,
        widget=CountedTextarea,
        error_messages={"required": refusals.explain(NoStaffNote.TOO_SHORT).sentence},
    )


class GrantRoleForm(forms.Form):
    """A role for a member, with a last day if it has one."""

    role = forms.ChoiceField(label=_("役割"), choices=Role.choices, widget=ChoiceCards)
    last_day = DayField(label=_("最後の日"), help_text=_("決まっていなければ、空のままで。"), required=False)
    why = reason_field()


class ReasonForm(forms.Form):
    """Why something is done at the page of a member."""

    why = reason_field()


class StaffNoteForm(forms.Form):
    """A note about a member."""

    words = reason_field(_("メモ"))


class NameOnRecordForm(forms.Form):
    """The name on record, with the version that this page showed."""

    name = LineField(
        label=_("お名前"),
        max_length=NOTES.name_at_most,
        error_messages={"required": _("お名前を書いてください。")},
    )
    reading = LineField(
        label=_("お名前の読み"),
        help_text=_("ひらがなでも、カタカナでも。お振り込みの名義と照らしあわせます。"),
        max_length=NOTES.name_at_most,
        required=False,
    )
    why = reason_field()
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
