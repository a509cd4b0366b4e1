"""Has somebody asked too often? For addresses that programs fetch; allauth limits its own pages itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache


@dataclass(frozen=True)
class Limit:
    """So many requests in each window of time."""

    name: str
    amount: int
    per: timedelta

    def is_spent(self, who: str, now: datetime) -> bool:
        """Count one request of `who`; True when it is one too many.

        Two requests at the same moment may count as one: the limit saves work, and nothing secret rests on it.
        """
        window = int(now.timestamp() // self.per.total_seconds())
        key = f"limit/{self.name}/{window}/{hashlib.sha256(who.encode()).hexdigest()}"
        count = cache.get_or_set(key, 0, self.per.total_seconds())
        if count >= self.amount:
            return True
        cache.set(key, count + 1, self.per.total_seconds())
        return False
