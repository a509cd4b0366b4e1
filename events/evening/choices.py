"""The words of an evening while it happens: stored value and label."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SignalKind(TextChoices):
    """What a member may tell the host in private on the evening."""

    NEED_HELP = "need-help", _("助けがほしい")
    CANNOT_HEAR = "cannot-hear", _("聞こえない・話せない")
    UNCOMFORTABLE = "uncomfortable", _("居心地がよくない")
