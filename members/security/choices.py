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
    FACTORS_RESET = "factors-reset", _("二段階認証を、すべて外しました")
    CODE_USED = "code-used", _("予備コードが使われました")


class ResetState(TextChoices):
    """How far the way back is of a member who lost every second factor."""

    ASKED = "asked", _("確かめるのを待っています")
    PROPOSED = "proposed", _("もうひとりの確認を待っています")
    CONFIRMED = "confirmed", _("時がたつのを待っています")
    DONE = "done", _("外しました")
    STOPPED = "stopped", _("ご本人が止めました")
    DECLINED = "declined", _("見送りました")


OPEN_RESETS = (ResetState.ASKED, ResetState.PROPOSED, ResetState.CONFIRMED)
