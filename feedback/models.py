"""The feedback app's tables."""

from feedback.cases.models import Case, Decision, Report
from feedback.growth.models import (
    IntroducerThanks,
    NextStep,
    Normal,
    OwnView,
    PersonBehind,
    Rhythm,
    Statement,
    TakeHomeNote,
    TurningPoint,
)
from feedback.insight.models import Impression, MonthFigures
from feedback.letters.models import (
    AnonymousPicks,
    AnonymousPicksOff,
    AnonymousPool,
    SelfStrengthSet,
    Skip,
    StrengthFeedback,
    Thanks,
)
from feedback.mirror.models import BaseRates, MirrorSnapshot, Ordinary, SamePicker, Wonder
from feedback.ties.models.contact import ContactOffer
from feedback.ties.models.introduction import Introduction
from feedback.ties.models.network import Acquaintance, Help, NotedEvening
from feedback.ties.models.short_note import CheckConsent, ShortNote
from feedback.ties.models.talk import Talk
from feedback.ties.models.tie import Intention, Tie

__all__ = [
    "Acquaintance",
    "AnonymousPicks",
    "AnonymousPicksOff",
    "AnonymousPool",
    "BaseRates",
    "Case",
    "CheckConsent",
    "ContactOffer",
    "Decision",
    "Help",
    "Impression",
    "Intention",
    "IntroducerThanks",
    "Introduction",
    "MirrorSnapshot",
    "MonthFigures",
    "NextStep",
    "Normal",
    "NotedEvening",
    "Ordinary",
    "OwnView",
    "PersonBehind",
    "Report",
    "Rhythm",
    "SamePicker",
    "SelfStrengthSet",
    "ShortNote",
    "Skip",
    "Statement",
    "StrengthFeedback",
    "TakeHomeNote",
    "Talk",
    "Thanks",
    "Tie",
    "TurningPoint",
    "Wonder",
]
