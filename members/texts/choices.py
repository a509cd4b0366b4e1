"""The kinds and states of texts that members write for others, and of terms that the screening looks for."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TermKind(TextChoices):
    """What a phrase of the screening list stands for; the same words as `rules.screening.ScreeningKind`."""

    CONTACT = "contact", _("連絡先")
    LINK = "link", _("リンク")
    INVITATION = "invitation", _("勧誘・誘い")
    LOOKS = "looks", _("見た目")
    AGE = "age", _("年齢")
    FAMILY = "family", _("結婚・家族")
    COMPARISON = "comparison", _("くらべる")
    PUT_DOWN = "put-down", _("下げる")
    COMPANY = "company", _("会社名")
    ORDINARY = "ordinary", _("ふつうのことば（数えない）")


class TextKind(TextChoices):
    """A text of one member that others read on pages, whoever they are."""

    WISH = "wish", _("話してみたいこと")
    OFFER = "offer", _("話せること・持ち寄れること")
    TITLE = "title", _("会の名前")
    DESCRIPTION = "description", _("どんな会か")
    HOST_WORDS = "host-words", _("進行役からのひとこと")
    PLACE = "place", _("会場")
    RUN_SHEET = "run-sheet", _("流れ")
    WORD = "word", _("みなさんへのひとこと")
    CALL_OFF = "call-off", _("中止の理由")
    NAME = "name", _("呼ばれたい名前")
    ORDINARY = "ordinary", _("私の当たり前")
    WONDER = "wonder", _("すごい、と言われた当たり前")
    THANKS = "thanks", _("お礼のひとこと")
    REASON = "reason", _("入会のきっかけ")
    LINKS = "links", _("リンク")


class TextState(TextChoices):
    """What the screening or a moderator said of a text."""

    ASKED = "asked", _("書きなおしをお願いしました")
    HELD = "held", _("運営が先に目を通しています")
    CLEARED = "cleared", _("運営が確かめました")
    HIDDEN = "hidden", _("運営が非表示にしました")
