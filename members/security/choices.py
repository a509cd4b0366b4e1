"""What changes about how a member signs in, as the mail about it says it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SecurityChange(TextChoices):
    """Each is told to the member's address; the labels are the subjects."""

    APP_ADDED = "app-added", _("認証アプリを使いはじめました")
    APP_REMOVED = "app-removed", _("認証アプリを外しました")
    PASSKEY_ADDED = "passkey-added", _("パスキーが加わりました")
    PASSKEY_REMOVED = "passkey-removed", _("パスキーを外しました")
    CODES_MADE = "codes-made", _("予備コードをつくりなおしました")
    SERVICE_LINKED = "service-linked", _("サービスのアカウントをつなぎました")
    SERVICE_UNLINKED = "service-unlinked", _("サービスのアカウントを外しました")
    CODE_USED = "code-used", _("予備コードが使われました")
