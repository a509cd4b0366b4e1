"""The form of a template's name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.hosting.limits import TEMPLATES
from kouryu.fields import NameField
from kouryu.shown import ChangesOnlyWhatDiffers


class TemplateForm(forms.Form):
    """A name by which its host finds it again."""

    name = NameField(label=_("ひな型の名前"), max_length=TEMPLATES.name, help_text=_("あなただけが見ます。"))


class RenameForm(ChangesOnlyWhatDiffers, TemplateForm):
    """Another name for one that is kept."""
