"""What `check_invariants` says about a database, and a way in for rows that a constraint forbids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO

from django.core.management import call_command
from django.db import connection

from feedback.management.commands.check_invariants import CHECKS

# What tests/factories.py writes straight into the database has no lines, wishes or payments behind it, and is of today
# whatever day a test is about: these checks would name all of it. They are tried on a whole life in test_damages.py.
WANT_A_WHOLE_LIFE = {
    "accounts_have_the_address_they_proved",
    "blocks_are_those_that_were_made",
    "bookings_were_made",
    "cases_and_decisions_are_as_noted",
    "due_mails_leave",
    "dues_are_settled_once",
    "events_moments_have_come",
    "events_stand_as_their_lines_say",
    "feedback_moments_have_come",
    "granted_days_were_granted",
    "introductions_are_between_the_introducers_own",
    "letters_are_written_in_their_time",
    "letters_arrive_as_noted",
    "letters_have_a_morning",
    "letters_leave_in_their_morning",
    "members_moments_have_come",
    "moments_of_the_book_have_come",
    "anonymous_candidates_were_there",
    "anonymous_picks_are_as_they_were_left",
    "offers_are_answered_while_they_are_open",
    "presence_was_noted",
    "prices_are_as_their_lines_say",
    "registrations_were_made",
    "roles_were_given",
    "suspensions_are_as_noted",
    "talks_are_held_at_the_time_they_chose",
    "the_line_has_no_gap",
    "texts_were_judged_by_somebody",
    "ties_come_from_two_wishes_or_an_introduction",
    "unsent_mails_say_why",
    "what_tied_people_do_falls_within_their_tie",
    "wishes_that_came_true_left_a_tie",
    "who_sits_in_a_group_was_registered",
    "who_wishes_has_met",
}


def check() -> set[str]:
    """The names of the checks that the command lists as failed, but for those that want a whole life."""
    written = StringIO()
    names = [check.__name__ for check in CHECKS if check.__name__ not in WANT_A_WHOLE_LIFE]
    with suppress(SystemExit):
        call_command("check_invariants", only=names, stdout=written, stderr=StringIO())
    failed = {line.partition(":")[0] for line in written.getvalue().splitlines()}
    return failed - {f"all {len(names)} checks hold"}


@contextmanager
def tables_asked() -> Iterator[set[str]]:
    """The tables that the statements within name."""
    all_tables, found = set(connection.introspection.table_names()), set[str]()

    def note(execute: Callable, sql: str, *rest: object) -> object:
        found.update(all_tables.intersection(re.findall(r"\w+", sql)))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


@contextmanager
def without(model, name: str) -> Iterator[None]:
    """As in a database that was restored without this constraint."""
    everything = model._meta.constraints
    constraint = next(one for one in everything if one.name == name)
    # SQLite makes the table anew from what the model says.
    model._meta.constraints = [one for one in everything if one is not constraint]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
        yield
    finally:
        model.objects.all().delete()
        model._meta.constraints = everything
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)
