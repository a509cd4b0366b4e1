"""A time for two as an iCalendar file: it points to its page, never to its room, and names the other by called name.

The files that go with mails are iTIP messages (RFC 5546), as those of evenings are (events/registration/calendar.py).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from icalendar import Event as Entry

from events.registration import calendar
from feedback.models import Talk
from feedback.ties.choices import TalkKind
from feedback.ties.limits import TALKS
from feedback.ties.rules.talk import length_of
from kouryu import references
from kouryu.clock import TOKYO
from kouryu.numbers import spelled_minutes, with_numbers
from members.models import User


def invitation(talk: Talk, reader: User, *, now: datetime) -> str:
    """Put into the reader's calendar."""
    with translation.override(reader.language):
        return calendar.message(calendar.REQUEST, _entry(talk, reader, calendar.CONFIRMED, now), reader)


def cancellation(talk: Talk, reader: User, *, now: datetime) -> str:
    """Taken out of the reader's calendar again."""
    with translation.override(reader.language):
        return calendar.message(calendar.CANCEL, _entry(talk, reader, calendar.CANCELLED, now), reader)


def download(talk: Talk, reader: User, *, now: datetime) -> str:
    """The file behind the link on the talk's page; only this one says where, in the words of the one who proposed."""
    with translation.override(reader.language):
        entry = _entry(talk, reader, calendar.CONFIRMED, now)
        if talk.place:
            entry.add("location", talk.place)
        return calendar.file_of(calendar.PUBLISH, entry)


def _entry(talk: Talk, reader: User, status: str, stamp: datetime) -> Entry:
    page = settings.SITE_URL + reverse("feedback:talk", args=[talk.pk])
    begin = talk.starts_at.astimezone(TOKYO)
    entry = Entry()
    # The reader is part of it: the two files name different people.
    own = references.reference_to(f"talk-of-{reader.pk}", talk.pk)
    entry.add("uid", f"talk-{own}@{settings.SITE_URL.partition('://')[2]}")
    changed_at = talk.settled_at or talk.proposed_at
    calendar.revise(entry, number=talk.calendar_sequence, changed_at=changed_at, stamp=stamp)
    entry.add("dtstart", begin)
    entry.add("dtend", begin + length_of(talk.kind))
    entry.add("summary", _summary(talk, reader))
    entry.add("description", _("入り口と取りやめのボタンは、このページにあります。") + "\n" + page)
    entry.add("url", page)
    entry.add("status", status)
    entry.add("transp", "OPAQUE" if status == calendar.CONFIRMED else "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def _summary(talk: Talk, reader: User) -> str:
    name = talk.tie.other(reader).called_name
    if talk.kind == TalkKind.LUNCH:
        return _("%(name)sさんとランチ") % {"name": name}
    return with_numbers(
        _("%(name)sさんと%(length)s話す"), name=name, length=capfirst(spelled_minutes(TALKS.talk_lasts))
    )
