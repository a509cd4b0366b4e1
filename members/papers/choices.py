"""The kinds of papers."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaperKind(TextChoices):
    RECEIPT = "receipt", _("領収書")
    RETURN = "return", _("返還の明細")  # 適格返還請求書
