"""What becomes of closed months when who closed them goes: they stay, and name nobody."""

from __future__ import annotations

from kouryu.leaving import stays
from members.models import MonthClose

stays(MonthClose, why="books of account (法人税法): figures of all members together", until="for good")
