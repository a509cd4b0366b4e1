"""The numbers of an event that several rules share."""

from __future__ import annotations

from datetime import timedelta

# Whoever wins has a day to give the seat back without being late (rules/follow_up.LATE_WITHDRAWAL).
DRAWN_BEFORE_START = timedelta(hours=48)
