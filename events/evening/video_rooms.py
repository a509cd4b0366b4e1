"""Where a click on "open the room" leads, for this person and at this moment.

Addresses are made when they are asked for and stand in no page but the one that leads there (`views.leaving`):
whoever copies another page, or is passed a link of ours, has nothing that lets them in.
"""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import urlsplit

import jwt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from events.evening.limits import VIDEO_ROOMS
from events.event.choices import Format, VideoRoomKind
from events.models import Event, Group
from kouryu.env import Jitsi
from members.models import User

# A token is asked for when somebody comes in, not again while they stay. One that was passed on is soon worth nothing.


def way_in(event: Event, member: User, *, group: Group | None = None, now: datetime, leads: bool = False) -> str:
    """The address of the event's room, or of a group's; empty where there is none. Whether this person may go there
    is for the caller to ask. `leads`: they come as moderator, where our Jitsi takes tokens.
    """
    if event.format != Format.ONLINE:
        return ""
    if event.room_kind == VideoRoomKind.SHARED or settings.JITSI is None:
        return "" if group else event.room_url
    return _address(settings.JITSI, _name_of(event, group), member, now=now, leads=leads)


def way_in_for_two(what: str, member: User, *, now: datetime) -> str:
    """The address of a room of ours for a talk outside any event; empty without a Jitsi. `what` names the talk, the
    same for both. Whether this person may go there is for the caller to ask.
    """
    if settings.JITSI is None:
        return ""
    return _address(settings.JITSI, _name(f"two/{what}"), member, now=now, leads=False)


def is_ours(address: str) -> bool:
    """Does this address lead to the site's own Jitsi? All others were typed by somebody."""
    return settings.JITSI is not None and address.startswith(f"{settings.JITSI.url}/")


def host_of(address: str) -> str:
    """Where an address leads, as browsers read it (`xn--…`), so that a name in other letters is seen to be another."""
    host = urlsplit(address).hostname or ""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode()


def open_groups(event: Event, now: datetime) -> QuerySet[Group]:
    """The groups that have a room of their own now: of rounds that were shown to their members and are not over."""
    groups = Group.objects.filter(round__event=event).select_related("round").order_by("round__number", "number")
    if event.room_kind != VideoRoomKind.GROUPS or settings.JITSI is None:
        return groups.none()
    return groups.filter(Q(round__ends_at=None) | Q(round__ends_at__gt=now), round__published_at__isnull=False)


def open_to(event: Event, member: User, now: datetime) -> QuerySet[Group]:
    """Those among them in which this member sits; all others do not exist for them."""
    return open_groups(event, now).filter(seats__member=member)


def _name_of(event: Event, group: Group | None) -> str:
    """The same at every click, and 130 bits that nobody guesses, not even who knows the ids.

    A new draw makes new groups, and so new rooms.
    """
    return _name(f"{event.pk}/{group.round_id}/{group.pk}" if group else f"{event.pk}/all")


def _name(where: str) -> str:
    digest = salted_hmac("events.rooms", where, algorithm="sha256").digest()
    return "kouryu-" + base64.b32encode(digest).decode().lower()[:26]


def _address(jitsi: Jitsi, name: str, member: User, *, now: datetime, leads: bool) -> str:
    if not jitsi.secret:
        return f"{jitsi.url}/{name}"
    return f"{jitsi.url}/{name}?jwt={_token(jitsi, name, member, now=now, leads=leads)}"


def _token(jitsi: Jitsi, name: str, member: User, *, now: datetime, leads: bool) -> str:
    """What Jitsi's token authentication asks for (jitsi/lib-jitsi-meet, doc/tokens.md): one room, a called name, no
    address, and an id that says nothing and differs from room to room.
    """
    person = {
        "id": salted_hmac("events.rooms.person", f"{name}/{member.pk}", algorithm="sha256").hexdigest()[:16],
        "name": member.called_name,
        "affiliation": "owner" if leads else "member",
        "moderator": leads,
    }
    claims = {
        "aud": "jitsi",
        "iss": jitsi.app_id,
        "sub": jitsi.host,
        "room": name,
        "nbf": now - VIDEO_ROOMS.clocks_differ_by,
        "exp": now + VIDEO_ROOMS.token_holds_for,
        "moderator": leads,
        "context": {"user": person},
    }
    return jwt.encode(claims, jitsi.secret, algorithm="HS256")
