"""The addresses of the events app."""

from django.urls import path

from events.evening.views import correction, group, leading, room
from events.hosting.views import (
    cohost,
    conditions,
    draft,
    figures,
    group_acts,
    handing,
    hosting,
    invitation,
    planning,
    preview,
    series,
    template,
)
from events.registration.views import event, feed, lottery, mark, registration
from kouryu import references

references.register("group", "mark", "signal", "template", "series", "co-host")

app_name = "events"

urlpatterns = [
    # finding an event, and the seat in it
    path("events/", event.events, name="events"),
    path("events/<int:pk>/", event.event, name="event"),
    path("events/<int:pk>/register/", registration.register, name="register"),
    path("events/<int:pk>/withdraw/", registration.withdraw, name="withdraw"),
    path("events/<int:pk>/free-seat/", registration.take_free_seat, name="take"),
    path("events/<int:pk>/offer/", registration.offer, name="offer"),
    path("events/<int:pk>/calendar.ics", registration.calendar_file, name="calendar"),
    path("events/<int:pk>/room/", room.room, name="room"),
    path("events/<int:pk>/room/enter/", room.enter, name="enter"),
    path("events/<int:pk>/room/enter/<group:group_pk>/", room.enter, name="enter_group"),
    path("events/<int:pk>/draw/", lottery.draw, name="draw"),
    path("events/<int:pk>/draw.json", lottery.draw_file, name="draw_file"),
    path("my/events/", registration.mine, name="mine"),
    # the calendar that programs fetch
    path("account/calendar/", feed.feed_page, name="feed_page"),
    path("calendar/<slug:token>/feed.ics", feed.feed, name="feed"),
    # marks
    path("my/marks/", mark.mine, name="marks"),
    path("my/marks/<mark:pk>/object/", mark.object_to, name="object_to_mark"),
    path("my/marks/<mark:pk>/illness/", mark.tell_illness, name="tell_illness"),
    path("group-acts/", group_acts.group_acts, name="group_acts"),
    path("objections/", mark.objections, name="objections"),
    path("objections/<mark:pk>/", mark.objection, name="objection"),
    # the evening
    path("events/<int:pk>/group/", group.group, name="group"),
    path("events/<int:pk>/group/now/", group.group_now, name="group_now"),
    path("events/<int:pk>/signal/", group.signal, name="signal"),
    path("events/<int:pk>/note/", group.note, name="note"),
    path("my/notes/", group.notes, name="notes"),
    path("desk/members/<person:person_pk>/events/<int:pk>/", correction.correct, name="correct_attendance"),
    # running an event
    path("hosting/", hosting.hosting, name="hosting"),
    path("hosting/new/", planning.new, name="new"),
    path("hosting/new/<slug:start>/", planning.write, name="write"),
    path("hosting/templates/<template:pk>/", template.template, name="template"),
    path("hosting/<int:pk>/series/", series.begin, name="begin_series"),
    path("hosting/series/<series:pk>/", series.series, name="series"),
    path("hosting/<int:pk>/keep/", template.keep, name="keep"),
    path("hosting/matching/", conditions.matching, name="matching"),
    path("hosting/<int:pk>/", hosting.desk, name="desk"),
    path("hosting/<int:pk>/edit/", planning.edit, name="edit"),
    path("hosting/<int:pk>/figures/", figures.figures, name="figures"),
    path("hosting/<int:pk>/figures/balance/", figures.balance, name="balance"),
    path("hosting/<int:pk>/invite/", invitation.invite, name="invite"),
    path("hosting/<int:pk>/publish/", planning.publish, name="publish"),
    path("hosting/<int:pk>/publish-later/", draft.publish_later, name="publish_later"),
    path("hosting/<int:pk>/preview/<slug:who>/", preview.preview, name="preview"),
    path("hosting/<int:pk>/call-off/", planning.call_off, name="call_off"),
    path("hosting/<int:pk>/hand-over/", handing.hand_over, name="hand_over"),
    path("hosting/<int:pk>/co-hosts/", cohost.co_hosts, name="co_hosts"),
    path("hosting/<int:pk>/co-hosts/<co-host:co_host_pk>/end/", cohost.end_help, name="end_help"),
    path("hosting/help/<slug:token>/", cohost.help_host, name="help_host"),
    path("hosting/<int:pk>/check-in/", hosting.check_in, name="check_in"),
    path("hosting/<int:pk>/groups/", leading.groups, name="groups"),
    path("hosting/<int:pk>/groups/now/", leading.groups_now, name="groups_now"),
    path("hosting/<int:pk>/rounds/", leading.rounds, name="rounds"),
    path("hosting/<int:pk>/move/", leading.move, name="move"),
    path("hosting/<int:pk>/lock/", leading.lock, name="lock"),
    path("hosting/<int:pk>/repair/", leading.repair, name="repair"),
    path("hosting/<int:pk>/word/", leading.word, name="word"),
    path("hosting/<int:pk>/signals/<signal:signal_pk>/seen/", leading.signal_seen, name="signal_seen"),
    path("hosting/<int:pk>/rooms/", room.host_rooms, name="rooms"),
    path("hosting/<int:pk>/rooms/enter/", room.lead, name="lead"),
    path("hosting/<int:pk>/rooms/enter/<group:group_pk>/", room.lead, name="lead_group"),
    path("hosting/<int:pk>/rooms/zoom.csv", room.zoom_rooms, name="zoom_rooms"),
    path("hosting/<int:pk>/close/", hosting.close, name="close"),
]
