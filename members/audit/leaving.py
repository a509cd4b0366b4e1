"""Why the record of acts stays when an account goes."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry

from kouryu.leaving import stays
from members.models import AuditEntry

stays(AuditEntry, why="it holds numbers and codes, never a name or a word, and is sealed", until="for good")
stays(LogEntry, why="the pages of Django that show the ledgers write nothing into it", until="empty")
