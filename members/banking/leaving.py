"""What becomes of the bank's lines when somebody goes: they stay with the books of account."""

from __future__ import annotations

from kouryu.leaving import stays
from members.models import BankLine, BankList

stays(BankList, BankLine, why="books of account (法人税法)", until="`bank lines` of the retention table")
