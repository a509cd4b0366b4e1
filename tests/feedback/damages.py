"""Damage done by SQL, as somebody might who can write into the database: what each does, and which checks name it.

Each works on any database with a life in it: a test's (tests/feedback/whole_life.py) or a demo's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

Damage = Callable[[datetime], None]
A_DAY = timedelta(days=1)
DAMAGES: list[tuple[Damage, set[str]]] = []


def named(*checks: str) -> Callable[[Damage], Damage]:
    """The checks that name this damage: these and no other."""

    def keep(damage: Damage) -> Damage:
        DAMAGES.append((damage, set(checks)))
        return damage

    return keep


def run(statement: str, *values: object) -> None:
    """Do it by SQL. It must hit something, or it proves nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [_plain(value) for value in values])
        assert cursor.rowcount != 0, statement


def one(statement: str, *values: object):
    """The first row that this finds: its value, or its values."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [_plain(value) for value in values])
        row = cursor.fetchone()
    assert row, f"the world lacks: {statement}"
    return row[0] if len(row) == 1 else row


def moment(statement: str, *values: object) -> datetime:
    """A moment that this finds."""
    found = one(statement, *values)
    at = found if isinstance(found, datetime) else datetime.fromisoformat(found)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _plain(value: object) -> object:
    if isinstance(value, datetime) and connection.vendor == "sqlite":
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


# --- the record of acts


def a_line() -> int:
    return one(
        "SELECT id FROM members_auditentry WHERE by_id IS NOT NULL AND verb = 'save-profile' ORDER BY id LIMIT 1"
    )


@named("audit_lines_are_as_written")
def line_of_somebody_else(now: datetime) -> None:
    run("UPDATE members_auditentry SET by_id = by_id + 1 WHERE id = %s", a_line())


@named("audit_lines_are_as_written")
def line_of_another_time(now: datetime) -> None:
    run("UPDATE members_auditentry SET at = %s WHERE id = %s", now - 3 * A_DAY, a_line())


@named("audit_lines_are_as_written")
def line_of_another_act(now: datetime) -> None:
    run("UPDATE members_auditentry SET verb = 'sign-in' WHERE id = %s", a_line())


@named("audit_seals_hold")
def line_taken_out(now: datetime) -> None:
    run("DELETE FROM members_auditentry WHERE id = %s", a_line())


@named("audit_seals_hold")
def line_taken_out_of_its_seal_first(now: datetime) -> None:
    run("UPDATE members_auditentry SET seal_id = NULL, at = at WHERE id = %s", a_line())
    run("DELETE FROM members_auditentry WHERE id = %s", a_line())


@named("audit_seals_hold")
def last_seal_taken_off_with_its_lines(now: datetime) -> None:
    run("DELETE FROM members_auditentry WHERE verb = 'sign-in' OR id = %s", a_line())
    last = one("SELECT max(number) FROM members_auditseal")
    run("UPDATE members_auditentry SET seal_id = NULL WHERE seal_id = %s", last)
    run("UPDATE members_auditentry SET seal_id = %s WHERE seal_id IS NULL AND %s > 1", last - 1 or None, last)
    run("DELETE FROM members_auditseal WHERE number = %s", last)


@named("audit_lines_are_as_written")
def line_that_nobody_wrote(now: datetime) -> None:
    run(
        "INSERT INTO members_auditentry (at, by_id, verb, object_type, object_id, fields, why, request_id, stamp)"
        " VALUES (%s, 1, 'grant-role', 'members.rolegrant', 1, '[]', 'owner', '', 'abcdef:forged')",
        now,
    )


@named("audit_lines_are_as_written", "audit_lines_are_sealed")
def line_copied(now: datetime) -> None:
    run(
        "INSERT INTO members_auditentry (at, by_id, verb, object_type, object_id, fields, why, request_id, stamp)"
        " SELECT at, by_id, verb, object_type, object_id, fields, why, request_id, stamp FROM members_auditentry"
        " WHERE id = %s",
        a_line(),
    )


# --- mails


def a_mail(state: str = "sent") -> int:
    return one("SELECT id FROM members_outgoingmail WHERE state = %s AND attempts = 1 ORDER BY id LIMIT 1", state)


@named("sent_mails_left_as_mails_leave")
def mail_with_three_tries_marked_sent(now: datetime) -> None:
    mail, due = a_mail(), now - 2 * A_DAY
    run(
        "UPDATE members_outgoingmail SET attempts = 3, last_error = 'SMTPDataError', queued_at = %s, send_after = %s,"
        " sent_at = %s, expires_at = %s WHERE id = %s",
        due, due, due + timedelta(hours=1), due + 3 * A_DAY, mail,
    )  # fmt: skip


@named("sent_mails_left_as_mails_leave")
def mail_with_three_tries_in_a_second(now: datetime) -> None:
    at_once = "SELECT min(id) FROM members_outgoingmail WHERE state = 'sent' AND sent_at = queued_at"
    run("UPDATE members_outgoingmail SET attempts = 3 WHERE id = %s", one(at_once))


@named("sent_mails_left_as_mails_leave")
def mail_that_no_worker_took_marked_sent(now: datetime) -> None:
    run("UPDATE members_outgoingmail SET attempts = 0 WHERE id = %s", a_mail())


@named("due_mails_leave")
def mail_due_two_days_ago(now: datetime) -> None:
    due = now - 2 * A_DAY
    run(
        "UPDATE members_outgoingmail SET state = 'queued', sent_at = NULL, attempts = 0, queued_at = %s, send_after ="
        " %s,"
        " expires_at = %s WHERE id = %s",
        due, due, now + A_DAY, a_mail(),
    )  # fmt: skip


@named("unsent_mails_say_why")
def mail_dropped_without_a_word(now: datetime) -> None:
    run("UPDATE members_outgoingmail SET state = 'dropped', sent_at = NULL WHERE id = (SELECT id FROM"
        " members_outgoingmail WHERE state = 'sent' AND kind = 'membership' ORDER BY id LIMIT 1)")  # fmt: skip


@named("unsent_mails_say_why")
def mail_of_unknown_outcome_that_says_nothing(now: datetime) -> None:
    run("UPDATE members_outgoingmail SET state = 'unknown', sent_at = NULL, last_error = '' WHERE id = %s", a_mail())


@named("members_moments_have_come")
def heartbeat_ahead(now: datetime) -> None:
    run("INSERT INTO members_heartbeat (job, beat_at) VALUES ('form-other-ties', %s)", now + 30 * A_DAY)


# --- money


def a_period() -> tuple[int, int]:
    """Paid days that no renewal follows, and their due."""
    return one(
        "SELECT p.id, a.due_id FROM members_period p JOIN members_allocation a ON a.id = p.allocation_id WHERE p.id NOT"
        " IN (SELECT renews_id FROM members_due WHERE renews_id IS NOT NULL) ORDER BY p.id LIMIT 1"
    )


def a_booking() -> int:
    """Of money that came in."""
    return one("SELECT id FROM members_booking WHERE kind = 'received' ORDER BY id LIMIT 1")


@named("paid_days_are_as_long_as_their_due")
def paid_days_longer_than_their_plan(now: datetime) -> None:
    run("UPDATE members_period SET ends_on = %s WHERE id = %s", (now + 5000 * A_DAY).date(), a_period()[0])


@named("dues_are_paid_as_they_say", "dues_cost_what_was_agreed")
def due_of_another_amount(now: datetime) -> None:
    run("UPDATE members_due SET amount_yen = 300 WHERE id = %s", a_period()[1])


@named("dues_are_paid_as_they_say", "dues_are_settled_once", "confirmed_dues_have_their_days")
def due_marked_as_paid(now: datetime) -> None:
    run("UPDATE members_due SET state = 'confirmed' WHERE state = 'open'")


@named("paid_days_have_their_allocation")
def paid_days_of_somebody_else(now: datetime) -> None:
    newcomer = one("SELECT id FROM members_user WHERE id NOT IN (SELECT member_id FROM members_period) LIMIT 1")
    run("UPDATE members_period SET member_id = %s WHERE id = %s", newcomer, a_period()[0])


@named("dues_are_settled_once")
def open_due_settled_by_somebody(now: datetime) -> None:
    run("UPDATE members_due SET settled_by_id = (SELECT min(id) FROM members_user) WHERE state = 'open'")


@named("dues_are_settled_once")
def transfer_confirmed_by_its_payer(now: datetime) -> None:
    run("UPDATE members_due SET settled_by_id = member_id WHERE id = %s", a_period()[1])


@named("granted_days_were_granted")
def days_given_to_oneself(now: datetime) -> None:
    newcomer = one("SELECT id FROM members_user WHERE id NOT IN (SELECT member_id FROM members_period) LIMIT 1")
    run(
        "INSERT INTO members_period (member_id, starts_on, ends_on, source) VALUES (%s, %s, %s, 'granted')",
        newcomer, timezone.localdate(now), (now + 99 * A_DAY).date(),
    )  # fmt: skip


@named("granted_days_were_granted")
def granted_days_made_longer(now: datetime) -> None:
    run("UPDATE members_period SET ends_on = %s WHERE source = 'granted'", (now + 5000 * A_DAY).date())


@named("prices_are_as_their_lines_say")
def plan_made_cheaper(now: datetime) -> None:
    run("INSERT INTO members_planprice (plan_id, price_yen, tax_percent, from_on, set_at) SELECT id, 1, 10, %s, %s FROM"
        " members_plan", now.date(), now)  # fmt: skip


@named("bookings_come_to_zero", "rows_are_as_they_were_booked")
def line_of_the_book_taken_out(now: datetime) -> None:
    run("DELETE FROM members_bookline WHERE booking_id = %s AND account = 'bank'", a_booking())


@named("bookings_were_made")
def money_that_never_came(now: datetime) -> None:
    member = one("SELECT min(member_id) FROM members_due")
    run(
        "INSERT INTO members_booking (at, booked_on, kind, key, reason) VALUES (%s, %s, 'received', 'forged', '')",
        now, now.date(),
    )  # fmt: skip
    forged = one("SELECT id FROM members_booking WHERE key = 'forged'")
    run(
        "INSERT INTO members_bookline (booking_id, account, amount_yen, member_id) VALUES (%s, 'bank', 9, NULL),"
        " (%s, 'credit', -9, %s)",
        forged, forged, member,
    )  # fmt: skip


@named("books_are_still_there")
def due_taken_out(now: datetime) -> None:
    run("DELETE FROM members_due WHERE state = 'open'")


# --- accounts and standing


@named("roles_were_given")
def role_of_the_owner_taken(now: datetime) -> None:
    member = one("SELECT id FROM members_user WHERE id NOT IN (SELECT member_id FROM members_rolegrant) LIMIT 1")
    run("INSERT INTO members_rolegrant (member_id, role, granted_at) VALUES (%s, 'owner', %s)", member, now - A_DAY)


@named("roles_were_given")
def role_raised(now: datetime) -> None:
    run("UPDATE members_rolegrant SET role = 'owner' WHERE role = 'desk'")


@named("blocks_are_those_that_were_made")
def block_taken_out(now: datetime) -> None:
    run("DELETE FROM members_block WHERE id = (SELECT min(id) FROM members_block)")


@named("blocks_are_those_that_were_made")
def block_turned_to_somebody_else(now: datetime) -> None:
    block, blocker, blocked = one("SELECT id, blocker_id, blocked_id FROM members_block ORDER BY id LIMIT 1")
    run("UPDATE members_block SET blocker_id = %s, blocked_id = %s WHERE id = %s", blocked, blocker, block)


@named("accounts_have_the_address_they_proved", "members_are_found_by_their_words")
def address_taken_over(now: datetime) -> None:
    run(
        "UPDATE members_user SET email = 'else@example.org' WHERE id = (SELECT max(member_id) FROM"
        " members_pledgeacceptance)"
    )


@named("accounts_have_the_address_they_proved")
def second_address_that_lets_somebody_in(now: datetime) -> None:
    run(
        'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
        " SELECT max(member_id), 'else@example.org', true, false FROM members_pledgeacceptance"
    )


@named("mails_go_to_their_members")
def mail_turned_to_somebody_else(now: datetime) -> None:
    run(
        "UPDATE members_outgoingmail SET address = 'else@example.org' WHERE id = (SELECT max(id) FROM"
        " members_outgoingmail WHERE kind <> 'account' AND queued_at > %s)",
        now - 20 * A_DAY,
    )


@named("suspensions_are_as_noted")
def suspension_made_shorter(now: datetime) -> None:
    run("UPDATE members_suspension SET until = %s WHERE ended_at IS NULL", now + timedelta(hours=1))


@named("suspensions_are_as_noted")
def suspension_ended_by_oneself(now: datetime) -> None:
    run("UPDATE members_suspension SET ended_at = %s WHERE ended_at IS NULL", now - timedelta(hours=1))


@named("suspensions_are_as_noted")
def suspension_deleted(now: datetime) -> None:
    run("DELETE FROM members_suspension")


@named("members_rows_are_still_there")
def role_deleted(now: datetime) -> None:
    run("DELETE FROM members_rolegrant WHERE role = 'desk'")


@named("counts_change_in_steps")
def count_that_forgets_people(now: datetime) -> None:
    run(
        "INSERT INTO events_stepcount (subject, batches, seen, taken_at, version)"
        """ VALUES ('seats/0', '[{"people": [1, 2, 3], "numbers": {}}]', '[1, 2]', %s, 1)""",
        now - A_DAY,
    )


# --- seats


def an_evening(state: str = "published") -> int:
    """One that is seated by arrival and has somebody in it."""
    return one(
        "SELECT id FROM events_event WHERE state = %s AND allotment = 'first-come' AND id IN (SELECT event_id FROM"
        " events_registration WHERE state = 'confirmed') ORDER BY id LIMIT 1",
        state,
    )


def a_stranger(event: int, now: datetime) -> int:
    """A paid-up member who never came near this evening."""
    return one(
        "SELECT member_id FROM members_period WHERE ends_on > %s AND member_id NOT IN (SELECT member_id FROM"
        " events_registration WHERE event_id = %s) AND member_id NOT IN (SELECT host_id FROM events_event)"
        " ORDER BY member_id DESC LIMIT 1",
        timezone.localdate(now), event,
    )  # fmt: skip


def add_a_seat(event: int, number: int, now: datetime) -> None:
    last = one("SELECT max(queue_number) FROM events_registration WHERE event_id = %s", event)
    run(
        "INSERT INTO events_registration (event_id, member_id, state, seat_number, queue_number, wants_to_talk,"
        " can_offer,"
        " shares_wish, mode, registered_at, changed_at, calendar_sequence, is_first_timer)"
        " VALUES (%s, %s, 'confirmed', %s, %s, '', '', false, 'talk', %s, %s, 1, false)",
        event, a_stranger(event, now), number, last + 1, now - A_DAY, now - A_DAY,
    )  # fmt: skip


@named("registrations_were_made", "the_line_has_no_gap", "nobody_in_line_is_passed_over", "no_seat_beyond_capacity")
def seat_added_where_the_capacity_was_changed_before(now: datetime) -> None:
    """In a full evening with a line, whose capacity the host changed once."""
    event = one(
        "SELECT e.id FROM events_event e JOIN members_auditentry a ON a.object_id = e.id AND a.verb = 'event.change'"
        " WHERE e.state = 'published' AND e.id IN (SELECT event_id FROM events_registration WHERE state = 'waiting')"
        " ORDER BY e.id LIMIT 1"
    )
    add_a_seat(event, one("SELECT max(seat_number) + 1 FROM events_registration WHERE event_id = %s", event), now)


@named("seat_numbers_fit")
def seat_number_above_the_capacity(now: datetime) -> None:
    seat = one(
        "SELECT max(r.id) FROM events_registration r WHERE r.state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM"
        " members_auditentry a WHERE a.verb = 'event.change' AND a.object_id = r.event_id)"
    )
    run("UPDATE events_registration SET seat_number = 999 WHERE id = %s", seat)


@named("the_line_has_no_gap")
def gap_in_the_line(now: datetime) -> None:
    waiting = one("SELECT id FROM events_registration WHERE state = 'waiting' ORDER BY queue_number DESC, id LIMIT 1")
    run("UPDATE events_registration SET queue_number = queue_number + 100 WHERE id = %s", waiting)


@named("seats_belong_to_paying_members")
def seat_of_the_long_lapsed(now: datetime) -> None:
    """The plan's length stays: all of it is moved back, with the line of when it was paid."""
    member = one(
        "SELECT r.member_id FROM events_registration r JOIN events_event e ON e.id = r.event_id JOIN members_period p"
        " ON"
        " p.member_id = r.member_id WHERE e.state = 'published' AND e.starts_at > %s AND r.state = 'confirmed'"
        " GROUP BY r.member_id HAVING count(DISTINCT p.id) = 1 ORDER BY r.member_id LIMIT 1",
        now,
    )
    from members.membership.rules import add_months
    from members.models import Period

    period = Period.objects.select_related("plan").get(member=member)
    starts_on = (
        add_months(timezone.localdate(now) - timedelta(days=100), -(period.plan.months if period.plan else 12)) - A_DAY
    )
    ends_on = add_months(starts_on, period.plan.months if period.plan else 12)
    run("UPDATE members_period SET starts_on = %s, ends_on = %s WHERE id = %s", starts_on, ends_on, period.pk)


@named("offers_end_in_time")
def offer_long_past_its_deadline(now: datetime) -> None:
    run("UPDATE events_offer SET made_at = %s, expires_at = %s WHERE answer = ''", now - 6 * A_DAY, now - 5 * A_DAY)


@named("hosts_have_no_seat_at_their_own")
def seat_of_the_host(now: datetime) -> None:
    event = an_evening()
    run(
        "UPDATE events_registration SET member_id = (SELECT host_id FROM events_event WHERE id = %s) WHERE id = (SELECT"
        " max(id) FROM events_registration WHERE event_id = %s AND state = 'confirmed')",
        event, event,
    )  # fmt: skip


@named("registrations_were_made")
def seat_taken_away(now: datetime) -> None:
    run(
        "UPDATE events_registration SET state = 'withdrawn', seat_number = NULL WHERE id = (SELECT max(r.id) FROM"
        " events_registration r JOIN events_event e ON e.id = r.event_id WHERE e.state = 'published' AND r.state ="
        " 'confirmed' AND e.allotment = 'first-come' AND NOT EXISTS (SELECT 1 FROM members_auditentry a WHERE"
        " a.object_id = r.id AND a.verb IN ('registration.withdraw', 'offer.decline', 'offer.expire')))"
    )


@named("the_line_is_in_the_order_of_arrival")
def line_jumped(now: datetime) -> None:
    event, first, last = one(
        "SELECT event_id, min(queue_number), max(queue_number) FROM events_registration WHERE state = 'waiting'"
        " GROUP BY event_id HAVING count(*) > 1 ORDER BY event_id LIMIT 1"
    )
    for was, becomes in ((last, 0), (first, last), (0, first)):
        run("UPDATE events_registration SET queue_number = %s WHERE event_id = %s AND queue_number = %s",
            becomes, event, was)  # fmt: skip


@named("offers_end_in_time")
def offer_kept_for_a_week(now: datetime) -> None:
    made = moment("SELECT made_at FROM events_offer WHERE answer = '' ORDER BY id LIMIT 1")
    run("UPDATE events_offer SET expires_at = %s WHERE answer = ''", made + 7 * A_DAY)


@named("invited_people_were_invited")
def invitation_to_oneself(now: datetime) -> None:
    event = an_evening()
    run(
        "INSERT INTO events_invitation (event_id, member_id, invited_at, invited_by_id) SELECT id, %s, %s, host_id FROM"
        " events_event WHERE id = %s",
        a_stranger(event, now), now - A_DAY, event,
    )  # fmt: skip


@named("events_are_of_their_host")
def evening_taken_over(now: datetime) -> None:
    event = an_evening("closed")
    run("UPDATE events_event SET host_id = (SELECT max(id) FROM members_user WHERE id <> host_id) WHERE id = %s", event)


# --- the evening


@named("who_is_present_has_a_seat", "registrations_were_made")
def present_on_a_withdrawn_registration(now: datetime) -> None:
    run(
        "UPDATE events_registration SET state = 'withdrawn', seat_number = NULL WHERE id = (SELECT min(registration_id)"
        " FROM events_attendance WHERE presence = 'present')"
    )


@named("presence_was_noted")
def absent_made_present(now: datetime) -> None:
    run(
        "INSERT INTO events_attendance (registration_id, presence, recorded_at) SELECT r.id, 'present', e.starts_at"
        " FROM"
        " events_registration r JOIN events_event e ON e.id = r.event_id WHERE e.state = 'closed' AND r.state ="
        " 'confirmed'"
        " AND r.id NOT IN (SELECT registration_id FROM events_attendance) ORDER BY r.id LIMIT 1"
    )


@named("presence_was_noted", "the_picture_is_what_the_ledger_says")
def present_made_absent(now: datetime) -> None:
    run(
        "DELETE FROM events_attendance WHERE id = (SELECT max(a.id) FROM events_attendance a JOIN events_registration r"
        " ON r.id = a.registration_id JOIN events_event e ON e.id = r.event_id WHERE a.presence = 'present' AND"
        " e.state = 'closed')"
    )


@named("draws_can_be_repeated")
def draw_turned(now: datetime) -> None:
    draw, order = one("SELECT id, seed FROM events_draw WHERE drawn_at IS NOT NULL ORDER BY id LIMIT 1")
    run("UPDATE events_draw SET seed = %s WHERE id = %s", order[::-1], draw)


@named("draws_can_be_repeated")
def winner_swapped(now: datetime) -> None:
    run("UPDATE events_ticket SET is_win = NOT is_win WHERE id = (SELECT min(id) FROM events_ticket WHERE is_win IS"
        " NOT NULL"
        " AND registration_id NOT IN (SELECT id FROM events_registration WHERE state = 'confirmed'))")  # fmt: skip


@named("marks_weigh_what_they_should")
def mark_made_heavier(now: datetime) -> None:
    run("UPDATE events_mark SET points = points + 3, spared_for = '' WHERE id = (SELECT min(id) FROM events_mark)")


@named("marks_weigh_what_they_should")
def mark_lifted_by_nobody(now: datetime) -> None:
    run(
        "UPDATE events_mark SET objection = '-', objected_at = %s, ruling = 'lifted', answer = '-', answered_at = %s,"
        " answered_by_id = (SELECT min(id) FROM members_user) WHERE id = (SELECT max(id) FROM events_mark)",
        now - 2 * A_DAY, now - A_DAY,
    )  # fmt: skip


@named("marks_weigh_what_they_should")
def mark_spared_by_nobody(now: datetime) -> None:
    run("UPDATE events_mark SET points = 0, spared_for = 'illness' WHERE id = (SELECT min(id) FROM events_mark)")


@named("who_sits_in_a_group_was_registered")
def put_into_a_group_without_having_come(now: datetime) -> None:
    group, round_id, member = one(
        "SELECT min(g.id), d.id, r.member_id FROM events_registration r JOIN events_round d ON d.event_id = r.event_id"
        " JOIN events_group g ON g.round_id = d.id WHERE r.state = 'confirmed' AND r.id NOT IN (SELECT registration_id"
        " FROM events_attendance) AND NOT EXISTS (SELECT 1 FROM events_seat s WHERE s.round_id = d.id AND s.member_id ="
        " r.member_id) GROUP BY d.id, r.member_id ORDER BY d.id, r.member_id LIMIT 1"
    )
    run("INSERT INTO events_seat (group_id, round_id, member_id, is_locked) VALUES (%s, %s, %s, false)",
        group, round_id, member)  # fmt: skip


@named("events_stand_as_their_lines_say")
def draft_shown(now: datetime) -> None:
    run("UPDATE events_event SET state = 'published', published_at = %s WHERE state = 'draft'", now - A_DAY)


# --- letters


def a_letter() -> int:
    return one("SELECT id FROM feedback_strengthfeedback WHERE state = 'released' ORDER BY id LIMIT 1")


@named("letters_have_a_morning")
def letter_due_at_three_at_night(now: datetime) -> None:
    at = moment("SELECT deliver_at FROM feedback_strengthfeedback WHERE id = %s", a_letter())
    run("UPDATE feedback_strengthfeedback SET deliver_at = %s WHERE id = %s", at - timedelta(hours=4), a_letter())


@named("letters_have_a_morning", "letters_arrive_as_noted", "released_letters_have_their_mail")
def letter_delivered_at_three_at_night(now: datetime) -> None:
    at = (now - A_DAY).astimezone(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    run("UPDATE feedback_strengthfeedback SET deliver_at = %s, released_at = %s, opened_at = NULL, reaction = '',"
        " regretted_at = NULL WHERE id = %s", at, at, a_letter())  # fmt: skip


@named("letters_are_opened_after_they_arrived")
def letter_opened_before_it_arrived(now: datetime) -> None:
    at = moment("SELECT released_at FROM feedback_strengthfeedback WHERE id = %s", a_letter())
    run("UPDATE feedback_strengthfeedback SET opened_at = %s WHERE id = %s", at - timedelta(hours=3), a_letter())


@named("letters_leave_in_their_morning", "letters_have_a_morning")
def letter_whose_morning_passed_two_days_ago(now: datetime) -> None:
    run("UPDATE feedback_strengthfeedback SET deliver_at = %s WHERE state = 'scheduled'", now - 2 * A_DAY)


@named("letters_are_written_in_their_time", "letters_have_a_morning")
def letter_written_twenty_days_after(now: datetime) -> None:
    at = moment(
        "SELECT e.ends_at FROM feedback_strengthfeedback l JOIN events_event e ON e.id = l.event_id WHERE l.id = %s",
        a_letter(),
    )
    run("UPDATE feedback_strengthfeedback SET written_at = %s WHERE id = %s", at + 20 * A_DAY, a_letter())


@named("letters_hold_picks_and_words")
def letter_without_picks(now: datetime) -> None:
    run("UPDATE feedback_strengthfeedback SET picks = '[]' WHERE id = %s", a_letter())


@named("hidden_letters_were_decided")
def letter_hidden_by_nobody(now: datetime) -> None:
    run("UPDATE feedback_strengthfeedback SET state = 'hidden' WHERE id = %s", a_letter())


@named("letters_arrive_as_noted", "released_letters_have_their_mail")
def letter_made_to_arrive_yesterday(now: datetime) -> None:
    run("UPDATE feedback_strengthfeedback SET released_at = %s, opened_at = NULL, reaction = '', regretted_at = NULL"
        " WHERE id = %s", now - A_DAY, a_letter())  # fmt: skip


@named("anonymous_candidates_were_there")
def candidates_padded_with_a_stranger(now: datetime) -> None:
    import json

    pool, found, receiver = one(
        "SELECT p.id, p.candidates, p.receiver_id FROM feedback_namelesspool p JOIN feedback_namelesspicks s ON"
        " s.pool_id = p.id ORDER BY p.id LIMIT 1"
    )
    candidates = found if isinstance(found, list) else json.loads(found)
    stranger = one(
        "SELECT id FROM members_user WHERE id <> %s AND id NOT IN (SELECT member_id FROM events_seat WHERE group_id IN"
        " (SELECT group_id FROM events_seat WHERE member_id = %s)) ORDER BY id LIMIT 1",
        receiver, receiver,
    )  # fmt: skip
    run("UPDATE feedback_namelesspool SET candidates = %s WHERE id = %s", json.dumps([*candidates, stranger]), pool)


@named("anonymous_picks_are_as_they_were_left")
def anonymous_picks_given_to_somebody_else(now: datetime) -> None:
    picks = one("SELECT min(id) FROM feedback_namelesspicks WHERE pool_id IS NOT NULL")
    run("UPDATE feedback_namelesspicks SET receiver_id = (SELECT max(id) FROM members_user) WHERE id = %s", picks)


# --- ties


def a_tie() -> tuple[int, int, int, int]:
    return one(
        "SELECT id, first_id, second_id, event_id FROM feedback_tie WHERE event_id IS NOT NULL AND ended_at IS NULL"
        " AND id IN (SELECT tie_id FROM feedback_talk WHERE state = 'held') ORDER BY id LIMIT 1"
    )


FROM_WISHES = "ties_come_from_two_wishes_or_an_introduction"


@named(FROM_WISHES)
def tie_of_two_who_never_wished(now: datetime) -> None:
    _, first, second, event = a_tie()
    run("DELETE FROM feedback_intention WHERE event_id = %s AND holder_id IN (%s, %s) AND person_id IN (%s, %s)",
        event, first, second, first, second)  # fmt: skip


@named(FROM_WISHES)
def wish_of_a_tie_deleted(now: datetime) -> None:
    _, first, second, event = a_tie()
    run(
        "DELETE FROM feedback_intention WHERE event_id = %s AND holder_id = %s AND person_id = %s", event, first, second
    )


@named(FROM_WISHES)
def wish_of_a_tie_turned(now: datetime) -> None:
    _, first, second, event = a_tie()
    run("UPDATE feedback_intention SET kind = 'only-this' WHERE event_id = %s AND holder_id = %s AND person_id = %s",
        event, first, second)  # fmt: skip


@named(FROM_WISHES, "who_wishes_has_met")
def tie_of_two_who_never_met(now: datetime) -> None:
    first, second, event = one(
        "SELECT a.id, b.id, e.id FROM members_user a JOIN members_user b ON a.id < b.id CROSS JOIN events_event e WHERE"
        " e.state = 'closed' AND NOT EXISTS (SELECT 1 FROM events_seat s JOIN events_seat t ON s.group_id = t.group_id"
        " WHERE s.member_id = a.id AND t.member_id = b.id) AND NOT EXISTS (SELECT 1 FROM feedback_tie t WHERE"
        " t.first_id"
        " = a.id AND t.second_id = b.id) AND NOT EXISTS (SELECT 1 FROM members_block k WHERE k.blocker_id IN (a.id,"
        " b.id)"
        " AND k.blocked_id IN (a.id, b.id)) ORDER BY a.id, b.id, e.id LIMIT 1"
    )
    run("INSERT INTO feedback_tie (first_id, second_id, event_id, formed_at) VALUES (%s, %s, %s, %s)",
        first, second, event, now - A_DAY)  # fmt: skip


@named("what_tied_people_do_falls_within_their_tie")
def talk_between_two_whose_tie_had_ended(now: datetime) -> None:
    tie = one("SELECT id FROM feedback_tie WHERE ended_at IS NOT NULL ORDER BY id LIMIT 1")
    at = moment("SELECT ended_at FROM feedback_tie WHERE id = %s", tie) + timedelta(minutes=1)
    run(
        "INSERT INTO feedback_talk (tie_id, proposer_id, kind, state, times, place, link, proposed_at, lapses_at,"
        " calendar_sequence) SELECT id, first_id, 'talk', 'proposed', '[]', '', '', %s, %s, 0 FROM feedback_tie WHERE"
        " id = %s",
        at, at + A_DAY, tie,
    )  # fmt: skip


@named("kept_apart_are_those_who_wished_so")
def kept_apart_by_nobody(now: datetime) -> None:
    first, second = one(
        "SELECT a.id, b.id FROM members_user a JOIN members_user b ON a.id < b.id WHERE NOT EXISTS (SELECT 1 FROM"
        " feedback_intention i WHERE i.holder_id = a.id AND i.person_id = b.id) ORDER BY a.id, b.id LIMIT 1"
    )
    run(
        "INSERT INTO members_keptapart (holder_id, person_id, since_at) VALUES (%s, %s, %s)", first, second, now - A_DAY
    )


@named("talks_are_held_at_the_time_they_chose", "the_picture_is_what_the_ledger_says")
def talk_held_at_another_time(now: datetime) -> None:
    run(
        "UPDATE feedback_talk SET held_at = %s WHERE id = (SELECT min(id) FROM feedback_talk WHERE state = 'held')",
        now - A_DAY,
    )


@named("introductions_are_between_the_introducers_own", FROM_WISHES)
def introduction_of_another_tie(now: datetime) -> None:
    introduction, own = one("SELECT id, tie_id FROM feedback_introduction WHERE tie_id IS NOT NULL ORDER BY id LIMIT 1")
    run(
        "UPDATE feedback_introduction SET tie_id = (SELECT min(id) FROM feedback_tie WHERE id <> %s) WHERE id = %s",
        own,
        introduction,
    )


# --- cases and what was said


@named("cases_and_decisions_are_as_noted")
def decision_by_somebody_else(now: datetime) -> None:
    run("UPDATE feedback_decision SET decided_by_id = (SELECT max(id) FROM members_user WHERE id <> decided_by_id)"
        " WHERE id = (SELECT min(id) FROM feedback_decision)")  # fmt: skip


@named("cases_and_decisions_are_as_noted")
def case_put_into_other_hands(now: datetime) -> None:
    run("UPDATE feedback_case SET taken_by_id = (SELECT max(id) FROM members_user WHERE id <> taken_by_id) WHERE id ="
        " (SELECT max(id) FROM feedback_case WHERE taken_by_id IS NOT NULL)")  # fmt: skip


@named("screening_terms_were_changed_by_staff")
def screening_term_switched_off_without_a_word(now: datetime) -> None:
    run("UPDATE members_screeningterm SET is_active = false WHERE id = (SELECT min(id) FROM members_screeningterm WHERE"
        " changed_at IS NULL)")  # fmt: skip


@named("screening_terms_were_changed_by_staff")
def screening_term_deleted(now: datetime) -> None:
    run("DELETE FROM members_screeningterm WHERE id = (SELECT min(id) FROM members_screeningterm)")


@named("screening_terms_were_changed_by_staff")
def screening_term_that_spares_an_advert(now: datetime) -> None:
    run(
        "INSERT INTO members_screeningterm (kind, pattern, note, is_active, waits_for_second)"
        " VALUES ('ordinary', '月30万円', '', true, false)"
    )


@named("screening_terms_were_changed_by_staff")
def screening_term_switched_off(now: datetime) -> None:
    run("UPDATE members_screeningterm SET is_active = false, changed_at = %s WHERE id = (SELECT min(id) FROM"
        " members_screeningterm WHERE changed_at IS NULL)", now - A_DAY)  # fmt: skip


@named("own_strengths_have_every_version", "feedback_rows_are_still_there")
def own_strengths_forgotten(now: datetime) -> None:
    run("DELETE FROM feedback_selfstrengthset WHERE id = (SELECT min(id) FROM feedback_selfstrengthset WHERE"
        " member_id IN"
        " (SELECT member_id FROM feedback_selfstrengthset GROUP BY member_id HAVING count(*) > 1))")  # fmt: skip


@named("what_is_said_of_an_evening_is_of_who_was_there")
def thanks_of_a_stranger(now: datetime) -> None:
    thanks, event, receiver = one("SELECT id, event_id, receiver_id FROM feedback_thanks ORDER BY id LIMIT 1")
    stranger = one("SELECT id FROM members_user WHERE id <> %s AND id NOT IN (SELECT member_id FROM events_registration"
                   " WHERE event_id = %s) ORDER BY id LIMIT 1", receiver, event)  # fmt: skip
    run("UPDATE feedback_thanks SET giver_id = %s WHERE id = %s", stranger, thanks)


@named("figures_and_rates_are_of_their_time")
def month_published_before_it_was_over(now: datetime) -> None:
    today = timezone.localdate(now).replace(day=1)
    run(
        "INSERT INTO feedback_monthfigures (month, measures, groups, frozen_at) VALUES (%s, '{}', '{}', %s)",
        today,
        now - timedelta(seconds=1),
    )


@named("feedback_rows_are_still_there")
def thanks_deleted(now: datetime) -> None:
    run("DELETE FROM feedback_thanks WHERE id = (SELECT min(id) FROM feedback_thanks)")


@named("feedback_rows_are_still_there", "cases_stand_as_their_decisions_say")
def decision_deleted(now: datetime) -> None:
    run("DELETE FROM feedback_decision WHERE id = (SELECT min(id) FROM feedback_decision)")


@named("wishes_that_came_true_left_a_tie")
def tie_deleted(now: datetime) -> None:
    run(
        "DELETE FROM feedback_tie WHERE id = (SELECT min(id) FROM feedback_tie WHERE event_id IS NOT NULL AND ended_at"
        " IS NOT NULL AND id NOT IN (SELECT tie_id FROM feedback_talk))"
    )


@named("texts_were_judged_by_somebody")
def text_cleared_by_its_writer(now: datetime) -> None:
    run(
        "INSERT INTO members_judgedtext (kind, writer_id, about, state, words, reason, finds, refused_digest,"
        " changed_at) SELECT 'name', max(id), 0, 'cleared', '-', '', 0, '', %s FROM members_user",
        now - A_DAY,
    )


@named("texts_were_judged_by_somebody", "held_texts_wait_for_somebody")
def text_held_for_nobody(now: datetime) -> None:
    run(
        "INSERT INTO members_judgedtext (kind, writer_id, about, state, words, reason, finds, refused_digest,"
        " changed_at) SELECT 'name', max(id), 0, 'held', '-', '', 0, '', %s FROM members_user",
        now - 3 * A_DAY,
    )
