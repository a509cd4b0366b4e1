"""The kinds of mail around an event: to its host, and to those whom the host invites."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind

HOSTING_MAIL = mail_kind("hosting", _("進行役へのお知らせ"))
INVITATION_MAIL = mail_kind("invitation", _("会へのご招待"), place=6)
