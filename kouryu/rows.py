"""How one row of a table is chosen in a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from kouryu import references


class RowField(forms.TypedChoiceField):
    """One row of a table out of those on offer. The page holds references; `cleaned_data` holds the number, or None."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        super().__init__(coerce=lambda chosen: references.number_behind(kind, chosen), empty_value=None, **kwargs)
        self.kind = kind

    def offer(self, first: tuple[str, Any], rows: Iterable[tuple[int, Any]]) -> None:
        """Offer these rows, each a number and its label, behind the choice of none of them."""
        self.choices = [first, *((references.reference_to(self.kind, number), label) for number, label in rows)]
