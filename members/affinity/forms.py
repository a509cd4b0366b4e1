"""What is asked of staff who name a group."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.fields import LineField
from members.affinity.limits import AFFINITY


class AffinityForm(forms.Form):
    """The words of a group, which never change afterwards."""

    name_ja = LineField(
        label=_("名前"),
        help_text=_("「管理職の女性」のように、本人が自分のこととして選べる言いかたで。"),
        max_length=AFFINITY.name,
        error_messages={"required": _("名前を書いてください。")},
    )
    purpose_ja = LineField(
        label=_("何のためか"),
        help_text=_("会員が、入るかどうかを決めるときに読みます。"),
        max_length=AFFINITY.purpose,
        error_messages={"required": _("何のためのなかまか、ひとことで書いてください。")},
    )
    name_en = LineField(
        label=_("名前（英語）"),
        help_text=_("空のままなら、英語の画面でも日本語で出ます。"),
        max_length=AFFINITY.name,
        required=False,
    )
    purpose_en = LineField(label=_("何のためか（英語）"), max_length=AFFINITY.purpose, required=False)
