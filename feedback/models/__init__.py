"""The feedback app's tables."""

from feedback.models.mirror import BaseRates, MirrorSnapshot, SamePicker
from feedback.models.network import Acquaintance, Help, NotedEvening
from feedback.models.report import Case, Decision, Report
from feedback.models.rhythm import Rhythm
from feedback.models.strength import SelfStrengthSet, StrengthFeedback
from feedback.models.thanks import Thanks
from feedback.models.tie import Intention, Tie

__all__ = [
    "Acquaintance",
    "BaseRates",
    "Case",
    "Decision",
    "Help",
    "Intention",
    "MirrorSnapshot",
    "NotedEvening",
    "Report",
    "Rhythm",
    "SamePicker",
    "SelfStrengthSet",
    "StrengthFeedback",
    "Thanks",
    "Tie",
]
