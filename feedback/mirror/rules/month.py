"""A calendar month in Tokyo, with its first and last moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kouryu.clock import TOKYO


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month. Half-open: `begins_at` belongs to it, `ends_at` to the next one."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> Month:
        """The month of this moment in Tokyo."""
        local = moment.astimezone(TOKYO)
        return cls(local.year, local.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def begins_at(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=TOKYO)

    @property
    def ends_at(self) -> datetime:
        return self.next.begins_at

    @property
    def next(self) -> Month:
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    @property
    def previous(self) -> Month:
        return Month.of(self.begins_at - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"
