"""What chapters above hear of the book, within the same transaction."""

from __future__ import annotations

from django.dispatch import Signal

payment_changed = Signal()  # with `payment`: it was undone, or what was nobody's is a member's now
