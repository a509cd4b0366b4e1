"""Who may come in, and the words of invitations and applications: stored value and label."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class Entrance(StrEnum):
    """Who may come in; the setting `ENTRANCE` says which of these holds."""

    OPEN = "open"
    APPLICATION = "application"
    INVITATION = "invitation"


JOINING_MAIL = mail_kind("joining", _("会員へのご招待"), goes_to_strangers=True)
APPLICATION_MAIL = mail_kind("application", _("お申し込みへのお返事"))


class ApplicationState(TextChoices):
    WAITING = "waiting", _("お返事をお待ちください")
    ASKED = "asked", _("運営から質問があります")
    ACCEPTED = "accepted", _("お迎えしました")
    DECLINED = "declined", _("お迎えできませんでした")
    WITHDRAWN = "withdrawn", _("取り下げました")


class ReviewAct(TextChoices):
    """What staff answer to an application."""

    ACCEPT = "accept", _("お迎えする")
    ASK = "ask", _("きき返す")
    DECLINE = "decline", _("お断りする")


APPLICATION_MOVES = {
    ApplicationState.WAITING: {
        ApplicationState.ASKED,
        ApplicationState.ACCEPTED,
        ApplicationState.DECLINED,
        ApplicationState.WITHDRAWN,
    },
    ApplicationState.ASKED: {
        ApplicationState.WAITING,
        ApplicationState.ACCEPTED,
        ApplicationState.DECLINED,
        ApplicationState.WITHDRAWN,
    },
    ApplicationState.WITHDRAWN: {ApplicationState.WAITING, ApplicationState.ACCEPTED},  # accepted: by an invitation
    ApplicationState.DECLINED: {ApplicationState.ACCEPTED},  # staff may think better of it
    ApplicationState.ACCEPTED: set(),
}
