"""What becomes of receipts when their payer goes: they are kept as long as the books."""

from __future__ import annotations

from kouryu.leaving import stays
from members.models import Receipt, ReceiptLine

stays(Receipt, ReceiptLine, why="books of account (消費税法 57条の4 6項)", until="`books` of the retention table")
