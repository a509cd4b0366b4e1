"""The words of answers to questions: stored value and label."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Degree(TextChoices):
    """The four answers to each question after an evening."""

    YES = "yes", _("はい")
    RATHER = "rather", _("どちらかといえば、はい")
    LITTLE = "little", _("どちらかといえば、いいえ")
    NO = "no", _("いいえ")
