"""What the desk sends and types about the bank's list."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kouryu.fields import LineField
from members.banking import queries
from members.banking.limits import BANK_DESK, BANK_LISTS
from members.banking.rules.reading import read_bank_list
from members.banking.rules.statements import BadBankList, BankFault, BankStatement
from members.banking.words import bank_fault
from members.membership.rules import normalised_reference

_NO_FILE = dict.fromkeys(("required", "missing", "invalid"), _("ファイルを選んでください。"))


class BankListForm(forms.Form):
    """The bank's file; `faults` says all that is wrong with it, and then nothing of it is taken."""

    file = forms.FileField(
        label=_("入出金明細のファイル"),
        allow_empty_file=True,
        error_messages=_NO_FILE,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.dat,text/csv,text/plain"}),
    )
    faults: Sequence[BankFault] = ()
    statement: BankStatement

    def clean_file(self) -> UploadedFile:
        sent = self.cleaned_data["file"]
        too_large = [BankFault(BadBankList.TOO_LARGE)]
        around = queries.around(timezone.localdate())
        read = too_large if sent.size > BANK_LISTS.largest else read_bank_list(sent.read(), around)
        if isinstance(read, BankStatement):
            self.statement = read
            return sent
        self.faults = read
        raise forms.ValidationError(
            _("何も読みこんでいません。下の表のところを確かめてください。"), code=read[0].reason
        )

    @property
    def faults_shown(self) -> list[tuple[BankFault, object]]:
        """The first of them, each with its sentence."""
        return [(fault, bank_fault(fault)) for fault in self.faults[: BANK_LISTS.faults_shown]]


class AcceptForm(forms.Form):
    """Whose due a line pays."""

    reference = LineField(
        label=_("お申し込みの番号"),
        max_length=BANK_DESK.longest_reference,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("番号を書いてください。")},
    )

    def clean_reference(self) -> str:
        return normalised_reference(self.cleaned_data["reference"])
