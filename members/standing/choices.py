"""The kind of mail about safety: suspensions here, what moderators decide in feedback."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind

SAFETY_MAIL = mail_kind("safety", _("安心のためのお知らせ"))
