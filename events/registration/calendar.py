"""An event as an iCalendar file: points to its page, never to its room, and names nobody but the reader.

The files that go with mails are iTIP messages (RFC 5546): the same UID and a higher SEQUENCE let a calendar move or
remove what an earlier mail put there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone, TimezoneStandard, vCalAddress, vDuration, vText
from icalendar import Event as Entry

from events.event.choices import EventState, Format
from events.models import Event, Offer, Registration
from events.registration.limits import FEED
from kouryu import references
from kouryu.clock import TOKYO
from members.models import User

SEQUENCES_SINCE = datetime(2020, 1, 1, tzinfo=UTC)  # before the first entry; the seconds fit into 32 bits until 2088
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


# --- files that go with mails, written in the language of whoever gets them, whoever caused them


def invitation(registration: Registration, *, now: datetime) -> str:
    """Put into the reader's calendar, or moved there."""
    return _message(REQUEST, registration, CONFIRMED, now)


def cancellation(registration: Registration, *, now: datetime) -> str:
    """Taken out of the reader's calendar again: the seat was given back, or the event called off."""
    return _message(CANCEL, registration, CANCELLED, now)


# --- files that the reader fetches


def download(registration: Registration, *, now: datetime) -> str:
    """The file behind the link on the event page; a calendar program adds it without an answer."""
    with translation.override(registration.member.language):
        return file_of(PUBLISH, _entry(registration, _status(registration.event), now))


def feed(seats: Iterable[Registration], offers: Iterable[Offer], *, notice: str = "") -> str:
    """All that a calendar program shows that reads along: seats that are certain, and held ones as tentative.

    Nothing in it depends on the moment of asking, so that the same seats give the same file. `notice` says why it is
    empty, where it is.
    """
    calendar = _calendar()
    calendar.add("x-wr-calname", "kouryu 交流")
    if notice:
        calendar.add("x-wr-caldesc", notice)
    # Both spellings of "look again after so long": RFC 7986, and the older one that Outlook reads.
    calendar.add("refresh-interval", FEED.fetched_every, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(FEED.fetched_every).to_ical().decode())
    for seat in seats:
        calendar.add_component(_entry(seat, _status(seat.event), _changed_at(seat)))
    for offer in offers:
        calendar.add_component(_held(offer))
    return calendar.to_ical().decode()


def links(event: Event) -> dict[str, str]:
    """Addresses at which the two big web calendars offer to write this event down: its page only, no account of ours.

    What they take is not documented by either; both have kept it for years.
    """
    page = settings.SITE_URL + event.get_absolute_url()
    begin, end = (moment.astimezone(TOKYO) for moment in (event.starts_at, event.ends_at))
    google = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": f"{begin:%Y%m%dT%H%M%S}/{end:%Y%m%dT%H%M%S}",
        "ctz": TOKYO.key,
        "details": page,
        "location": _place(event),
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": begin.isoformat(timespec="seconds"),
        "enddt": end.isoformat(timespec="seconds"),
        "body": page,
        "location": _place(event),
    }
    return {
        "google": "https://calendar.google.com/calendar/render?" + urlencode(google),
        "outlook": "https://outlook.live.com/calendar/0/deeplink/compose?" + urlencode(outlook),
    }


# --- the parts


def _message(method: str, registration: Registration, status: str, now: datetime) -> str:
    with translation.override(registration.member.language):
        return message(method, _entry(registration, status, now), registration.member)


def message(method: str, entry: Entry, reader: User) -> str:
    """The file for a mail to `reader`, who has agreed to come and is asked for no answer."""
    entry.add("organizer", _address(settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ")))
    attendee = _address(reader.email)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    entry.add("attendee", attendee, encode=0)
    return file_of(method, entry)


def file_of(method: str, entry: Entry) -> str:
    """A whole file with this one entry."""
    calendar = _calendar()
    calendar.add("method", method)
    calendar.add_component(entry)
    return calendar.to_ical().decode()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//kouryu//kouryu//JA")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add_component(_tokyo())
    return calendar


def _held(offer: Offer) -> Entry:
    entry = _entry(offer.registration, TENTATIVE, max(offer.made_at, _changed_at(offer.registration)))
    until = date_format(timezone.localtime(offer.expires_at, TOKYO), "DATETIME_FORMAT")
    asked = _("席をご用意しています。%(until)sまでに、会のページでお返事ください。") % {"until": until}
    entry["description"] = vText(asked + "\n" + str(entry["url"]))
    return entry


def _status(event: Event) -> str:
    return CANCELLED if event.state == EventState.CALLED_OFF else CONFIRMED


def _entry(registration: Registration, status: str, stamp: datetime) -> Entry:
    event = registration.event
    page = settings.SITE_URL + event.get_absolute_url()
    entry = Entry()
    own = references.reference_to("registration", registration.pk)  # a number would count everybody's registrations
    entry.add("uid", f"registration-{own}@{settings.SITE_URL.partition('://')[2]}")
    revise(
        entry,
        # Both only ever grow, so their sum does: a moved event and a seat given back each outrank what went before.
        number=event.calendar_sequence + registration.calendar_sequence,
        changed_at=_changed_at(registration),
        stamp=stamp,
    )
    entry.add("dtstart", event.starts_at.astimezone(TOKYO))
    entry.add("dtend", event.ends_at.astimezone(TOKYO))
    entry.add("summary", event.title)
    entry.add("description", _("入り口と当日の流れは、会のページにあります。") + "\n" + page)
    entry.add("location", _place(event))
    entry.add("url", page)
    entry.add("status", status)
    # A seat that is not certain, or no longer there, keeps nobody from planning something else.
    entry.add("transp", "OPAQUE" if status == CONFIRMED else "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def revise(entry: Entry, *, number: int, changed_at: datetime, stamp: datetime) -> None:
    """Which state of the entry this is: the later one outranks the earlier in every calendar program.

    The moment of the change is part of its sequence: after a restore the numbers begin where the copy was taken, and
    would else lie below those that went out since. `stamp` is the moment of writing for a message, and that of the
    last change for what is fetched (RFC 5545 3.8.7.2).
    """
    entry.add("sequence", number + int((changed_at - SEQUENCES_SINCE).total_seconds()))
    entry.add("last-modified", changed_at)
    entry.add("dtstamp", stamp)


def _changed_at(registration: Registration) -> datetime:
    """When what its entry shows changed last."""
    event = registration.event
    return max(registration.changed_at, event.calendar_changed_at or event.created_at)


def _place(event: Event) -> str:
    if event.format == Format.ONSITE:
        return event.place
    return _("オンライン（会のページから入ります）")


def _address(email: str) -> vCalAddress:
    return vCalAddress(f"mailto:{email}")


def _tokyo() -> Timezone:
    """Japan has kept one offset since 1952."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", TOKYO.key)
    since = datetime(1970, 1, 1)  # noqa: DTZ001  (RFC 5545 3.6.5 asks for local time here)
    standard.add("dtstart", since)
    standard.add("tzoffsetfrom", since.replace(tzinfo=TOKYO).utcoffset())
    standard.add("tzoffsetto", since.replace(tzinfo=TOKYO).utcoffset())
    standard.add("tzname", "JST")
    zone.add_component(standard)
    return zone
