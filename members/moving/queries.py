"""Reads of moving in: what a list holds and what is wrong with it, who is here already, the list of all members."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db.models import Max, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Lower
from django.forms import Field
from django.utils.translation import gettext_lazy as _

from kouryu.encryption import Unreadable, decrypt, encrypt
from kouryu.fields import LineField, NameField, WordsField
from kouryu.tables import safe_cell, without_guard
from members.accounts.fields import AddressField
from members.accounts.queries import names_of_staff
from members.desk import refusals as desk
from members.desk.limits import NOTES
from members.desk.rules import why_not_note
from members.entrance import refusals
from members.entrance.forms.welcome import called_name_is_fine
from members.models import MemberImport, MovedIn, Period, Profile, StaffNote, User
from members.moving.choices import Column
from members.moving.limits import IMPORTS
from members.moving.rules.cells import BadCell, day_in, is_garbled, why_not_until
from members.moving.rules.reading import HEADINGS, Row, Table
from members.moving.words import cell_fault
from members.texts.rules.names import why_not_yours
from members.texts.rules.screening import Wordlist
from members.texts.screening import wordlist

ASKED_AT_ONCE = 500  # values in one question to the database
ROWS_AT_ONCE = 500

_FIELDS: dict[Column, Field] = {
    Column.ADDRESS: AddressField(
        max_length=User._meta.get_field("email").max_length,
        error_messages={"required": _("メールアドレスを書いてください。")},
    ),
    Column.NAME: LineField(max_length=NOTES.name_at_most, required=False),
    Column.READING: LineField(max_length=NOTES.name_at_most, required=False),
    Column.CALLED: NameField(
        max_length=Profile._meta.get_field("called_name").max_length, required=False, validators=[called_name_is_fine]
    ),
    Column.NOTE: WordsField(max_length=NOTES.at_most, required=False),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, in a sentence; the column is empty for what stands below no heading."""

    row: int
    column: str
    sentence: str

    @property
    def heading(self) -> str:
        return str(Column(self.column).label) if self.column else ""


@dataclass(frozen=True)
class Arrival:
    """Somebody in a list who has no account yet, as the site will write them down."""

    row: int
    address: str
    name: str
    reading: str
    called: str
    last_day: date | None
    note: str


@dataclass(frozen=True)
class Findings:
    """What a list holds: whoever can move in, the rows of those who are here, and every problem."""

    arrivals: list[Arrival]
    already_here: list[int]
    problems: list[Problem]
    rows_read: int
    unread: list[str]

    @property
    def faulty(self) -> int:
        """Rows with a problem."""
        return len({problem.row for problem in self.problems})


def findings_in(table: Table, today: date) -> Findings:
    """Check each row by the rules that hold for what a member or the desk types in.

    Of whoever has an account nothing else is looked at: nothing of theirs will be changed.
    """
    checker = _Checker(today, names_of_staff(but=None), wordlist())
    addresses = {row.number: checker.address_in(row) for row in table.rows}
    here = here_already(filter(None, addresses.values()))
    already_here: list[int] = []
    arrivals: list[Arrival] = []
    first_row: dict[str, int] = {}
    for row in table.rows:
        address = addresses[row.number]
        if address in here:
            already_here.append(row.number)
        elif address in first_row:
            checker.note(row, Column.ADDRESS, cell_fault(BadCell.ADDRESS_TWICE, other_row=first_row[address]))
        elif (arrival := checker.arrival_in(row, address)) and address:
            arrivals.append(arrival)
        if address:
            first_row.setdefault(address, row.number)
    faulty = {problem.row for problem in checker.problems}
    ready = [arrival for arrival in arrivals if arrival.row not in faulty]
    problems = sorted(checker.problems, key=lambda problem: problem.row)
    return Findings(ready, already_here, problems, len(table.rows), list(table.unread))


class _Checker:
    """Reads the cells of rows and collects what is wrong with them."""

    def __init__(self, today: date, of_staff: Collection[str], words: Wordlist) -> None:
        self.today, self.of_staff, self.words = today, of_staff, words
        self.problems: list[Problem] = []

    def note(self, row: Row, column: Column | None, sentence: Any) -> None:
        self.problems.append(Problem(row.number, column.value if column else "", str(sentence)))

    def address_in(self, row: Row) -> str:
        return self._cleaned(row, Column.ADDRESS).lower()

    def arrival_in(self, row: Row, address: str) -> Arrival:
        name, reading = self._cleaned(row, Column.NAME), self._cleaned(row, Column.READING)
        if reading and not name and not row.cells.get(Column.NAME):
            self.note(row, Column.NAME, cell_fault(BadCell.NAME_MISSING))
        if row.has_more:
            self.note(row, None, cell_fault(BadCell.NO_HEADING))
        return Arrival(row.number, address, name, reading, self._called(row), self._last_day(row), self._note_in(row))

    def _called(self, row: Row) -> str:
        called = self._cleaned(row, Column.CALLED)
        reason = why_not_yours(called, of_staff=self.of_staff, words=self.words) if called else None
        if reason:
            self.note(row, Column.CALLED, refusals.explain(reason).sentence)
        return called

    def _last_day(self, row: Row) -> date | None:
        cell = row.cells.get(Column.LAST_DAY, "")
        if not cell:
            return None
        day = day_in(cell)
        reason = why_not_until(day, self.today) if day else BadCell.DAY_UNREADABLE
        if reason:
            self.note(row, Column.LAST_DAY, cell_fault(reason))
        return day

    def _note_in(self, row: Row) -> str:
        words = self._cleaned(row, Column.NOTE)
        if words and (reason := why_not_note(words)):
            self.note(row, Column.NOTE, desk.explain(reason).sentence)
        return words

    def _cleaned(self, row: Row, column: Column) -> str:
        """What the site keeps of a cell; empty where it cannot, and the problem is noted."""
        cell = without_guard(row.cells.get(column, ""))
        if is_garbled(cell):
            self.note(row, column, cell_fault(BadCell.GARBLED))
            return ""
        try:
            return _FIELDS[column].clean(cell)
        except ValidationError as wrong:
            self.note(row, column, wrong.messages[0])
            return ""


def here_already(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses, in small letters, that an account has, or had when it came with a list."""
    found: set[str] = set()
    wanted = sorted(set(addresses))
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        some = wanted[start : start + ASKED_AT_ONCE]
        for rows in (User.objects.all(), EmailAddress.objects.all()):
            lowered = rows.annotate(lowered=Lower("email")).filter(lowered__in=some)
            found.update(lowered.values_list("lowered", flat=True))
        found.update(MovedIn.objects.filter(address__in=some).values_list("address", flat=True))
    return found


# --- what an import keeps until it is run


def sealed_file(content: bytes) -> str:
    """The bytes of a file as a row keeps them."""
    return encrypt(b64encode(content).decode())


def file_of(sent: MemberImport) -> bytes | None:
    """The bytes as they were sent; None once they are gone, or no key of today reads them."""
    try:
        return b64decode(decrypt(sent.content)) if sent.content else None
    except Unreadable:
        return None


def sealed_findings(findings: Findings) -> str:
    """What a page shows of findings, as a row keeps it: nobody's words, but for headings."""
    problems = [asdict(problem) for problem in findings.problems]
    shown = {"problems": problems, "already_here": findings.already_here, "unread": findings.unread}
    return encrypt(json.dumps({**shown, "ready": len(findings.arrivals)}, ensure_ascii=False))


def findings_of(sent: MemberImport) -> dict[str, Any]:
    """What the last check of an import found, for its page; empty once it is gone."""
    try:
        found = json.loads(decrypt(sent.findings)) if sent.findings else {}
    except Unreadable:
        return {}
    return {**found, "problems": [Problem(**problem) for problem in found.get("problems", [])]}


def latest_imports() -> QuerySet[MemberImport]:
    return (
        MemberImport.objects.select_related("by__profile").defer("content", "findings").order_by("-pk")[: IMPORTS.shown]
    )


# --- the list of all members


def list_of_members() -> Iterator[list[str]]:
    """The headings, then a row for each open account, in the columns that an import reads."""
    yield list(HEADINGS.values())
    ends = Period.objects.filter(member=OuterRef("pk")).values("member").annotate(end=Max("ends_on")).values("end")
    notes = StaffNote.objects.filter(act="").order_by("at", "pk")
    people = (
        User.objects.filter(is_active=True)
        .select_related("profile", "name_on_record")
        .prefetch_related(Prefetch("staff_notes", notes, to_attr="plain_notes"))
        .annotate(paid_until=Subquery(ends))
        .order_by("pk")
    )
    for member in people.iterator(chunk_size=ROWS_AT_ONCE):
        name = getattr(member, "name_on_record", None)
        last_day = str(member.paid_until - timedelta(days=1)) if member.paid_until else ""
        words = "\n".join(note.words for note in member.plain_notes)
        reading = name.reading if name else ""
        row = [member.email, name.name if name else "", reading, member.called_name, last_day, words]
        yield [safe_cell(cell) for cell in row]
