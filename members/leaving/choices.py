"""The mail about an account that goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind

LEAVING_MAIL = mail_kind("leaving", _("アカウントの消去のお知らせ"))
FAREWELL_MAIL = mail_kind("farewell", _("アカウントを消去したお知らせ"), goes_to_strangers=True)
