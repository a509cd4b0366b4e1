"""A file with a list of members, and the decision to run it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from members.moving.limits import LISTS
from members.moving.rules.reading import BadList, Fault, read_table
from members.moving.words import file_fault

_MISSING = _("ファイルを選んでください。")


class ListForm(forms.Form):
    """The file, told at once when nothing of it can be read."""

    file = forms.FileField(
        label=_("会員の一覧（CSV）"),
        allow_empty_file=True,
        error_messages={"required": _MISSING, "missing": _MISSING, "invalid": _MISSING},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile:
        sent = self.cleaned_data["file"]
        if sent.size > LISTS.largest:
            raise forms.ValidationError(file_fault(Fault(BadList.TOO_LARGE)))
        table = read_table(sent.read())
        if isinstance(table, Fault):
            raise forms.ValidationError(file_fault(table), code=table.reason.value)
        sent.seek(0)
        return sent


class MoveInForm(forms.Form):
    """Whether the faulty rows that the page shows are left out."""

    leave_out = forms.BooleanField(label=_("直す行をのぞいて、ほかの方を登録する"), required=False)
    seen_faulty = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, faulty: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen_faulty": faulty}, **kwargs)
        if not faulty:
            del self.fields["leave_out"]

    @property
    def leaving_out(self) -> int:
        """The number of rows that the reader has seen and leaves out."""
        return self.cleaned_data["seen_faulty"] if self.cleaned_data.get("leave_out") else 0
