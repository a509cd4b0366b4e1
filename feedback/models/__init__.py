"""The feedback app's tables."""

from feedback.models.report import Case, Decision, Report
from feedback.models.rhythm import Rhythm
from feedback.models.strength import SelfStrengthSet, StrengthFeedback
from feedback.models.thanks import Thanks
from feedback.models.tie import Intention, Tie

__all__ = [
    "Case",
    "Decision",
    "Intention",
    "Report",
    "Rhythm",
    "SelfStrengthSet",
    "StrengthFeedback",
    "Thanks",
    "Tie",
]
