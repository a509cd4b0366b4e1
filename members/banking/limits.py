"""The numbers of the bank's lists, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class BankListLimits:
    """A list of the bank in a file."""

    megabytes: int = 5  # 10,000 lines of 全銀 are 2 MB, of a wordy CSV 3
    body_megabytes: int = 32  # what is read to its end so that a sentence can be said
    lines: int = 10_000  # at once: some years of a small association
    file_name: int = 100  # characters that are kept
    faults_shown: int = 20  # more of one file say nothing new
    rows_before_headings: int = 20  # banks write the account and the days above their table
    most_yen: int = 2_000_000_000  # what a column of the book holds

    @property
    def largest(self) -> int:
        """Bytes of a file."""
        return self.megabytes * 1024 * 1024

    @property
    def body(self) -> int:
        """Bytes of a request."""
        return self.body_megabytes * 1024 * 1024


@dataclass(frozen=True)
class BankDeskLimits:
    """The page of lines."""

    a_page: int = 50
    lists_shown: int = 10
    a_step: int = 25  # lines that one step of accepting many books; about a second
    proposals: int = 3  # of one line that are shown
    by_hand_within: timedelta = timedelta(days=14)  # between a transfer and its confirmation by hand
    longest_reference: int = 12
    longest_words: int = 300  # characters of a line that are kept to be read


BANK_DESK = BankDeskLimits()
BANK_LISTS = BankListLimits()
