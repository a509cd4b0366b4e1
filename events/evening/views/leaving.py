"""The way out of the site: a page that says where a room is, before anybody goes there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from events.evening import video_rooms


def lead_on(request: HttpRequest, address: str) -> HttpResponse:
    """To a room of the site's own Jitsi at once; to an address that a person typed by a page that names its host."""
    if video_rooms.is_ours(address):
        return redirect(address)
    return render(
        request, "events/evening/room/leaving.html", {"address": address, "host": video_rooms.host_of(address)}
    )
