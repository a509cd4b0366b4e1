"""What a member says against a mark, and what the staff answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.registration.choices import Ruling
from events.registration.limits import MARKS
from kouryu.fields import TOO_LONG, WordsField
from kouryu.widgets import ChoiceCards, CountedTextarea


class ObjectionForm(forms.Form):
    """One sentence, once."""

    objection = WordsField(
        label=_("事情"),
        help_text=_("一文で大丈夫です。担当が読んで、理由をつけてお返事します。送れるのは一度だけです。"),
        max_length=MARKS.objection,
        error_messages={"required": _("事情を一文で書いてください。"), **TOO_LONG},
        widget=CountedTextarea(attrs={"rows": 3}),
    )


class RulingForm(forms.Form):
    """Uphold or lift, and why."""

    ruling = forms.ChoiceField(
        label=_("印をどうするか"),
        choices=Ruling.choices,
        error_messages={"required": _("どちらかを選んでください。")},
        widget=ChoiceCards(hints={Ruling.LIFTED: _("すぐに重さがなくなります"), Ruling.UPHELD: _("期限まで残ります")}),
    )
    answer = WordsField(
        label=_("ご本人へのお返事"),
        help_text=_("理由を書いてください。ご本人が「わたしの印」で読みます。あとから変えられません。"),
        max_length=MARKS.answer,
        error_messages={"required": _("理由を書いてください。ご本人が読みます。"), **TOO_LONG},
        widget=CountedTextarea(attrs={"rows": 4}),
    )
