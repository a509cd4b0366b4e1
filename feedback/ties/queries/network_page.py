"""Reads for the page of a member's network: the picture, the months it grew in, the people by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from feedback.ties.choices import NetworkState
from feedback.ties.drawings import NARROW, WIDE, Face, NodePosition, Sheet, drawn, face, places
from feedback.ties.limits import TIES
from feedback.ties.queries.network import Contact, History, Network
from kouryu.drawings import FAMILIES
from members.accounts.card import ProfileCard, card_of
from members.models import User

MONTHS_SHOWN = 12
FACES_DRAWN = 120  # the latest: more would cover the whole sheet
LETTER_WIDTH = 13.5  # of a label, in the drawing's units; its lines are as high
TWO_LINES_FROM = 17  # radius of a circle that holds two lines of two letters


@dataclass(frozen=True)
class LabelLine:
    """One line of what stands in a circle."""

    text: str
    y: float


@dataclass(frozen=True)
class NetworkNode:
    """Somebody in the picture."""

    place: NodePosition
    label: list[LabelLine]
    hue: str
    is_line: bool
    is_recent: bool  # talked within the last 30 days: a stronger line


@dataclass(frozen=True)
class Picture:
    """One drawing of the network."""

    sheet: Sheet
    circles: list[NetworkNode]
    faces: list[Face]


@dataclass(frozen=True)
class NetworkPage:
    """What the page shows of one moment."""

    contacts: list[Contact]
    lines: int
    faces: int
    pictures: list[Picture]  # the wide one and the narrow one
    months: list[datetime]  # the last moment of each month since the first meeting, without the current one
    until: datetime | None  # the month shown; None: today
    is_cut: bool  # more people than the picture holds


@dataclass(frozen=True)
class ContactRow:
    """A line of the list."""

    person: User
    contact: Contact

    @property
    def is_line(self) -> bool:
        return self.contact.summary.state > NetworkState.DOT


def network_page(member: User, history: History, asked: str, now: datetime) -> NetworkPage:
    """The network at the end of the month `asked` ("2026-08"), or today for anything that is no month of theirs.

    One query.
    """
    today = history.at(now)
    months = _months(today, now)
    until = next((month for month in months if timezone.localtime(month).strftime("%Y-%m") == asked), None)
    shown = history.at(until) if until else today
    in_picture = _drawn(today)
    rows = User.objects.select_related("profile").in_bulk(in_picture)
    people = {pk: card_of(person, viewer=member) for pk, person in rows.items()}
    return NetworkPage(
        contacts=shown.contacts,
        lines=len(shown.lines),
        faces=len(shown.bonds),
        pictures=[_picture(shown, in_picture, people, sheet, until or now) for sheet in (WIDE, NARROW)],
        months=months,
        until=until,
        is_cut=len(in_picture) < len(today.contacts),
    )


def people_at(page: Iterable[Contact]) -> list[ContactRow]:
    """The people of one page of the list, in their order."""
    contacts = list(page)
    people = User.objects.select_related("profile").in_bulk([contact.member_id for contact in contacts])
    return [ContactRow(people[contact.member_id], contact) for contact in contacts]


def _drawn(today: Network) -> list[int]:
    latest = sorted(today.contacts, key=lambda contact: contact.summary.latest_at, reverse=True)
    bound = {person for bond in today.bonds for person in (bond.one_id, bond.other_id)}
    return drawn(
        [contact.member_id for contact in today.contacts], [contact.member_id for contact in latest], keep=bound
    )


def _months(today: Network, now: datetime) -> list[datetime]:
    """The ends of the months before this one since the first meeting, the earliest first, a year at most."""
    if not today.contacts:
        return []
    first, month, ends = today.contacts[0].summary.met_at, timezone.localtime(now), []
    while len(ends) < MONTHS_SHOWN:
        month = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(microseconds=1)
        if month < first:
            break
        ends.append(month)
    return ends[::-1]


def _picture(
    shown: Network, in_picture: list[int], people: dict[int, ProfileCard], sheet: Sheet, at: datetime
) -> Picture:
    """Everybody keeps the place that they have today, so that the months can be told apart by who came."""
    stands = dict(zip(in_picture, places(len(in_picture), sheet), strict=True))
    here = [contact for contact in shown.contacts if contact.member_id in stands]
    bonds = [bond for bond in shown.bonds if bond.one_id in stands and bond.other_id in stands][-FACES_DRAWN:]
    return Picture(
        sheet=sheet,
        circles=[_circle(contact, stands[contact.member_id], people[contact.member_id], at) for contact in here],
        faces=[face(stands[bond.one_id], stands[bond.other_id], sheet) for bond in bonds],
    )


def _circle(contact: Contact, place: NodePosition, person: ProfileCard, at: datetime) -> NetworkNode:
    return NetworkNode(
        place=place,
        label=label_of(person, place),
        hue=FAMILIES[ord(person.industry.code) % len(FAMILIES)] if person.industry else "",
        is_line=contact.summary.state > NetworkState.DOT,
        is_recent=contact.summary.latest_at > at - TIES.quiet_after,
    )


def label_of(person: ProfileCard, place: NodePosition) -> list[LabelLine]:
    """The industry, in two lines where it is longer than the circle is wide; in a small circle its first two letters.
    Where none was told, or in English, the first letter of the name.
    """
    industry = person.industry
    if industry is None or get_language() == "en":
        return [LabelLine(person.called_name[:1], place.y)]
    first = industry.short_ja.split("・")[0]
    word = first.removeprefix("その他") or first  # cut to two letters, "other" would say nothing
    if len(word) * LETTER_WIDTH <= 2 * place.r:
        return [LabelLine(word, place.y)]
    if place.r < TWO_LINES_FROM or len(word) > 4:
        return [LabelLine(word[:2], place.y)]
    half = LETTER_WIDTH / 2
    return [LabelLine(word[:2], round(place.y - half, 1)), LabelLine(word[2:], round(place.y + half, 1))]
