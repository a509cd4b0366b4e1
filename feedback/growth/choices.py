"""The words of steps and of a member's cadence: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


class Pace(TextChoices):
    """How often a member wants to hear a suggestion."""

    MONTHLY = "monthly", _("月に一度")
    SEASONAL = "seasonal", _("季節に一度")
    OWN = "own", _("自分のペースで")


class StepState(TextChoices):
    """A next step of one's own."""

    OPEN = "open", _("これから")
    DONE = "done", _("できた")
    LET_GO = "let-go", _("やめた")


STEP_MOVES = {
    StepState.OPEN: {StepState.OPEN, StepState.DONE, StepState.LET_GO},
    StepState.DONE: set(),
    StepState.LET_GO: set(),
}


class Agreement(IntegerChoices):
    """How far a sentence about oneself is so."""

    NO = 1, _("ちがう")
    RATHER_NOT = 2, _("どちらかといえば、ちがう")
    BETWEEN = 3, _("どちらともいえない")
    RATHER = 4, _("どちらかといえば、そう")
    YES = 5, _("そう")


DRAFT_MAIL = mail_kind("draft", _("書きかけの強みのお知らせ"), place=7)
STEP_MAIL = mail_kind("step", _("次の一歩のお知らせ"), place=8)
DIGEST_MAIL = mail_kind("digest", _("月に一度のおたより"), place=10)
STATEMENT_MAIL = mail_kind("statement", _("会費と、得たもののふりかえり"), place=11)
