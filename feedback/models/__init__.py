"""The feedback app's tables."""

from feedback.models.community import MonthFigures
from feedback.models.contact import ContactOffer
from feedback.models.impression import Impression
from feedback.models.introduction import Introduction
from feedback.models.mirror import BaseRates, MirrorSnapshot, SamePicker
from feedback.models.nameless import NamelessOff, NamelessPicks, NamelessPool
from feedback.models.network import Acquaintance, Help, NotedEvening
from feedback.models.ordinary import Ordinary, Wonder
from feedback.models.own_view import OwnView
from feedback.models.report import Case, Decision, Report
from feedback.models.rhythm import Rhythm
from feedback.models.short_note import CheckConsent, ShortNote
from feedback.models.skip import Skip
from feedback.models.statement import Statement
from feedback.models.step import NextStep
from feedback.models.strength import SelfStrengthSet, StrengthFeedback
from feedback.models.take_home import Normal, TakeHomeNote
from feedback.models.talk import Talk
from feedback.models.thanks import Thanks
from feedback.models.tie import Intention, Tie
from feedback.models.turning_point import IntroducerThanks, PersonBehind, TurningPoint

__all__ = [
    "Acquaintance",
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
    "NamelessOff",
    "NamelessPicks",
    "NamelessPool",
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
