"""What the web workers of a gunicorn took so far."""

from __future__ import annotations

import os
from pathlib import Path


def cpu_seconds(master: int) -> float:
    """User and system time of all its workers."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _workers(master))
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def rss_mb(master: int) -> float:
    """The memory of the largest of its workers."""
    status = (Path(f"/proc/{pid}/status").read_text() for pid in _workers(master))
    return max(int(text.split("VmRSS:")[1].split()[0]) for text in status) / 1024


def _workers(master: int) -> list[str]:
    return Path(f"/proc/{master}/task/{master}/children").read_text().split()
