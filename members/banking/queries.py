"""Reads about the bank's lists: the lines of a page, and whose they may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from members.banking.choices import BankLineState
from members.banking.limits import BANK_DESK, BANK_LISTS
from members.banking.rules.matching import KnownPayers, LineFacts, OpenDue, Proposal, proposals_for
from members.banking.rules.statements import Around
from members.desk.choices import SearchKind
from members.desk.rules import folded
from members.membership.choices import DueState, PaymentWay
from members.membership.queries import second_person_from
from members.models import BankLine, BankList, Due, PaymentIn, SearchKey, User

AT_ONCE = 500  # values of one IN


def around(today: date) -> Around:
    """What a list is read by: the day, and the numbers of accounts that the site's own address for transfers names."""
    return Around(today, frozenset(re.findall(r"(?<!\d)\d{7}(?!\d)", settings.OPERATOR["bank_account"])))


# --- lines


def lines_in(state: str) -> QuerySet[BankLine]:
    """The lines of a state, the oldest first where they wait, else the newest."""
    order = ("day", "pk") if state == BankLineState.WAITING else ("-day", "-pk")
    return BankLine.objects.filter(state=state).select_related("payment__member__profile").order_by(*order)


def waiting_lines() -> QuerySet[BankLine]:
    """The lines that nobody looked at, as many as one list can have."""
    return lines_in(BankLineState.WAITING)[: BANK_LISTS.lines]


def latest_lists() -> QuerySet[BankList]:
    """The lists that were sent last."""
    return BankList.objects.select_related("by__profile").order_by("-sent_at", "-pk")[: BANK_DESK.lists_shown]


# --- whose they may be


def proposals_of(lines: Sequence[BankLine]) -> dict[int, list[Proposal]]:
    """By line: whose it may be. The same few queries for one line and for thousands."""
    booked = _booked_alike(lines)
    facts = [
        LineFacts(
            pk=line.pk,
            amount_yen=line.amount_yen,
            words=line.words,
            payer_key=line.payer_key,
            looks_booked=(line.day, line.amount_yen, line.payer_key) in booked,
        )
        for line in lines
    ]
    keys = {line.payer_key for line in lines if line.payer_key}
    return proposals_for(facts, KnownPayers(open_dues(), _payers(keys), _named(keys)))


Sure = list[tuple[BankLine, OpenDue]]


def sure_proposals(lines: Sequence[BankLine], *, reader: User) -> tuple[Sure, Sure]:
    """The sure ones, but for the reader's own: what can be accepted together, and what needs two people."""
    found = proposals_of(lines)
    pairs = [(line, found[line.pk][0]) for line in lines if found[line.pk]]
    sure = [(line, one.due) for line, one in pairs if one.is_sure and one.due.member_id != reader.pk]
    two_from = second_person_from()
    return [one for one in sure if one[0].amount_yen < two_from], [one for one in sure if one[0].amount_yen >= two_from]


def open_dues() -> list[OpenDue]:
    """The dues that wait, with what is missing."""
    paid = Sum("allocations__amount_yen", filter=Q(allocations__booking__reversed_by=None), default=0)
    dues = Due.objects.filter(state=DueState.OPEN).annotate(missing=F("amount_yen") - paid)
    rows = dues.order_by("pk").values_list("pk", "reference", "member_id", "missing")
    return [OpenDue(*row) for row in rows]


def names_of(proposals: Iterable[Sequence[Proposal]]) -> dict[int, str]:
    """What the members of these proposals are called."""
    members = {one.due.member_id for some in proposals for one in some}
    people = User.objects.filter(pk__in=members).values_list("pk", "profile__called_name")
    return {pk: name or "" for pk, name in people}


def confirmed_by_hand(line: BankLine) -> QuerySet[PaymentIn]:
    """Transfers of this amount that the desk confirmed without a line, not long before or after."""
    unlinked = PaymentIn.objects.standing().filter(
        way=PaymentWay.TRANSFER, external_id=None, bank_line_row=None, amount_yen=line.amount_yen
    )
    near = (line.day - BANK_DESK.by_hand_within, line.day + BANK_DESK.by_hand_within)
    return unlinked.filter(received_on__range=near).select_related("member__profile").order_by("received_on", "pk")


def _booked_alike(lines: Sequence[BankLine]) -> set[tuple[date, int, str]]:
    if not lines:
        return set()
    days = [line.day for line in lines]
    booked = BankLine.objects.exclude(state=BankLineState.WAITING).filter(day__range=(min(days), max(days)))
    return set(booked.values_list("day", "amount_yen", "payer_key"))


def _payers(keys: set[str]) -> dict[str, set[int]]:
    """Who paid under these names before."""
    paid = PaymentIn.objects.standing().filter(member__isnull=False)
    return _by_key(paid, "payer_kana", "member_id", keys)


def _named(keys: set[str]) -> dict[str, set[int]]:
    """Whose name on record is read, or written, so, and who told this name for a transfer that waits."""
    waiting = Due.objects.filter(state=DueState.OPEN)
    told = _by_key(waiting, "payer_kana", "member_id", keys)
    names = SearchKey.objects.filter(kind__in=[SearchKind.READING, SearchKind.NAME])
    on_record = _by_key(names, "words", "member_id", {folded(key) for key in keys})
    return {key: told.get(key, set()) | on_record.get(folded(key), set()) for key in keys}


def _by_key(rows: QuerySet, column: str, person: str, keys: set[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        some = rows.filter(**{f"{column}__in": ordered[start : start + AT_ONCE]})
        for key, member_id in some.order_by().values_list(column, person).distinct():
            found[key].add(member_id)
    return found
