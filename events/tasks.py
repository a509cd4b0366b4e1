"""The recurring jobs of the events app: each takes the clock once and calls one flow."""

from celery import shared_task
from django.utils import timezone

from events.evening.flows import closing
from events.hosting.flows import handing, publishing
from events.hosting.flows import invitation as invitations
from events.registration.flows import follow_up as follow_ups
from events.registration.flows import lottery, mark, registration, reminder, waitlist
from members.audit.flows import beat


@shared_task
def move_waiting_lists() -> None:
    """Expire offers that nobody answered, and offer what is free."""
    now = timezone.now()
    waitlist.move_waiting_lists(now=now)
    beat("move-waiting-lists", now=now)


@shared_task
def hold_draws() -> None:
    """Draw the lotteries whose applications are over."""
    now = timezone.now()
    lottery.hold_draws(now=now)
    beat("hold-draws", now=now)


@shared_task
def give_back_unpaid_seats() -> None:
    """Let the seats of those whose membership has ended go to those who wait."""
    now = timezone.now()
    registration.give_back_unpaid_seats(now=now)
    beat("give-back-unpaid-seats", now=now)


@shared_task
def publish_events() -> None:
    """Publish the drafts whose moment has come."""
    now = timezone.now()
    publishing.publish_due_events(now=now)
    beat("publish-events", now=now)


@shared_task
def close_events() -> None:
    """Close what nobody closed by hand."""
    now = timezone.now()
    closing.close_overdue_events(now=now)
    beat("close-events", now=now)


@shared_task
def send_invitations() -> None:
    """Write the invitations that are due."""
    now = timezone.now()
    invitations.send_invitations(now=now)
    beat("send-invitations", now=now)


@shared_task
def mark_absences() -> None:
    """Leave a mark for seats that stayed empty."""
    now = timezone.now()
    mark.mark_absences(now=now)
    beat("mark-absences", now=now)


@shared_task
def tell_of_leaderless() -> None:
    """Tell the owners of coming evenings whose hosts may not lead them."""
    now = timezone.now()
    handing.tell_of_leaderless(now=now)
    beat("tell-of-leaderless", now=now)


@shared_task
def follow_up() -> None:
    """Write the mails that follow an evening and are due."""
    now = timezone.now()
    follow_ups.send_follow_ups(now=now)
    beat("follow-up", now=now)


@shared_task
def remind() -> None:
    """Write the reminders that are due."""
    now = timezone.now()
    reminder.send_reminders(now=now)
    beat("remind", now=now)
