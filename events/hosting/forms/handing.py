"""The form by which an owner hands an evening to another host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kouryu.rows import RowField
from members.models import User


class HandOverForm(forms.Form):
    """One of those who may lead it."""

    to = RowField(
        kind="person",
        label=_("新しい進行役"),
        help_text=_("同じ時間に別の会を進行する方は、出ていません。"),
        error_messages={
            "required": _("ひとり選んでください。"),
            "invalid_choice": _("一覧から、ひとり選んでください。"),
        },
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(person.pk, _("%(name)sさん") % {"name": person.called_name}) for person in people]
        self.fields["to"].offer(("", "—"), names)
