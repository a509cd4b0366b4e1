"""The words of letters: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class LetterState(TextChoices):
    """A letter on the page is a StrengthFeedback in the code."""

    DRAFT = "draft", _("書きかけ")
    SCHEDULED = "scheduled", _("翌朝届きます")
    HELD = "held", _("運営が先に目を通しています")
    RELEASED = "released", _("届きました")
    WITHDRAWN = "withdrawn", _("取り下げました")
    HIDDEN = "hidden", _("運営が非表示にしました")


NOT_GIVEN = frozenset({LetterState.DRAFT, LetterState.WITHDRAWN})  # its writer may still, or again, write it
GIVEN = frozenset(LetterState) - NOT_GIVEN

LETTER_MOVES = {
    LetterState.DRAFT: {LetterState.DRAFT, LetterState.SCHEDULED, LetterState.HELD, LetterState.WITHDRAWN},
    LetterState.SCHEDULED: {
        LetterState.DRAFT,  # "I will write later" after all
        LetterState.SCHEDULED,
        LetterState.HELD,
        LetterState.RELEASED,
        LetterState.WITHDRAWN,
        LetterState.HIDDEN,
    },
    # Out of a moderator's hands: delivered, given back, hidden; or its writer takes it back meanwhile.
    LetterState.HELD: {LetterState.SCHEDULED, LetterState.DRAFT, LetterState.HIDDEN, LetterState.WITHDRAWN},
    LetterState.RELEASED: {LetterState.HIDDEN},
    LetterState.WITHDRAWN: {LetterState.DRAFT, LetterState.SCHEDULED, LetterState.HELD},
    LetterState.HIDDEN: set(),
}


class Reaction(TextChoices):
    """What the receiver of a letter says to themselves; the giver never learns it."""

    FITS = "fits", _("しっくりくる")
    DISCOVERY = "discovery", _("発見だった")
    NOT_YET = "not-yet", _("まだピンとこない")


LETTER_MAIL = mail_kind("letter", _("ことばが届いたお知らせ"), place=5, is_told_once=True)
