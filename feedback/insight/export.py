"""Everything of a member's own, for themselves: which rows and columns, and the archive that carries them.

An allow-list: a column that is not named here is not read. A new noun joins by one line in `SECTIONS`, or stands in
`LEFT_OUT` with the reason; tests/feedback/test_export.py asks for one of the two.

Never in it: anybody else's contact or choices, the short notes that others wrote, who reported something, picks
without a name that others left, and lists of people (members have no export of other members): ties are days without
a name. Names stand only beside what the member wrote to or got
from that person, and not where the two no longer appear to each other.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone, translation

from events.models import CoHost, EventTemplate, Mark, Note, Registration, Signal
from feedback.insight import readable
from feedback.models import (
    AnonymousPicks,
    CheckConsent,
    ContactOffer,
    Decision,
    Impression,
    Intention,
    Introduction,
    NextStep,
    Normal,
    Ordinary,
    OwnView,
    Report,
    Rhythm,
    SelfStrengthSet,
    ShortNote,
    Statement,
    StrengthFeedback,
    TakeHomeNote,
    Talk,
    Thanks,
    Tie,
    TurningPoint,
    Wonder,
)
from kouryu.tables import safe_cell
from members.mail.choices import ACCOUNT_MAIL
from members.models import (
    AcceptedInvitation,
    AffinityMember,
    Allocation,
    ApplicationAnswer,
    BookLine,
    CardCustomer,
    CardFailure,
    CardReturn,
    CardSubscription,
    Due,
    FactorReset,
    FormerPeriod,
    Look,
    MemberInvitation,
    Membership,
    MembershipApplication,
    NameOnRecord,
    OutgoingMail,
    PaymentIn,
    Period,
    PlanAgreement,
    PledgeAcceptance,
    Profile,
    ProfileTheme,
    Receipt,
    ReceiptLine,
    Refund,
    RoleGrant,
    Suspension,
    User,
)
from members.standing.queries import blocked_by, blocks_of

ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 64 * 1024
PAGE = "index.html"


@dataclass(frozen=True)
class Section:
    """One file of the archive: the member's rows, and the columns by the name that they have in the file."""

    rows: Callable[[User], QuerySet]
    columns: dict[str, str]


def _section(rows: Callable[[User], QuerySet], *fields: str, **renamed: str) -> Section:
    return Section(rows, {**{name: name for name in fields}, **renamed})


def _own(model: Any, holder: str = "member") -> Callable[[User], QuerySet]:
    return lambda member: model.objects.filter(**{holder: member})


def _own_about(model: Any, holder: str, person: str) -> Callable[[User], QuerySet]:
    """The rows of a section, with `name`: what the person is called, empty for those whom the member blocks."""

    def rows(member: User) -> QuerySet:
        blocked = Q(**{f"{person}__in": blocked_by(member)})
        name = Case(When(blocked, then=Value("")), default=F(f"{person}__profile__called_name"))
        return model.objects.filter(**{holder: member}).annotate(name=name)

    return rows


def _letters_received(member: User) -> QuerySet:
    return StrengthFeedback.objects.visible_to(member)


def _letters_given(member: User) -> QuerySet:
    return StrengthFeedback.objects.given_by(member)


def _thanks_received(member: User) -> QuerySet:
    return Thanks.objects.filter(receiver=member).exclude(giver__in=blocked_by(member))


def _wonders_received(member: User) -> QuerySet:
    return Wonder.objects.visible_to(member, timezone.now())


def _ties(member: User) -> QuerySet:
    """Those that the member's page shows. How many ended, and when, would tell what somebody else chose."""
    return Tie.objects.listed_of(member)


def _mails(member: User) -> QuerySet:
    return OutgoingMail.objects.filter(to=member, sent_at__isnull=False).exclude(kind=ACCOUNT_MAIL)


SECTIONS: dict[str, Section] = {
    # --- the account
    "account": _section(
        lambda member: User.objects.get_queryset().filter(pk=member.pk),
        *("email", "joined_at", "last_login", "language", "theme", "large_type", "shares_address"),
        *("muted_mail", "paused_at", "news_seen"),
    ),
    "profile": _section(
        _own(Profile),
        *("called_name", "work_status", "industry", "industry_group", "occupation", "position", "years_at_company"),
        *("prefecture", "themes_undecided", "private_themes_match", "length", "group_size", "camera", "listening"),
        *("time_bands", "most_events_a_month", "quiet_evening_after"),
        *("name_reading", "past_industries", "gives", "asks", "links", "visibility"),
        *("join_reasons", "joined_because", "carried_over"),
    ),
    "themes": _section(_own(ProfileTheme, "profile__member"), "theme"),
    "affinities": _section(_own(AffinityMember), "joined_at", name="affinity__name_ja"),
    "pledges": _section(_own(PledgeAcceptance), "version", "accepted_at"),
    "roles": _section(_own(RoleGrant), "role", "granted_at", "last_day", "ended_at"),
    "name_on_record": _section(_own(NameOnRecord), "name", "reading"),
    "staff_looks": _section(_own(Look), "role", "purpose", "words", "at"),
    "factor_resets": _section(
        _own(FactorReset), *("state", "words", "later_words", "asked_at", "due_at", "settled_at")
    ),
    "service_account": _section(_own(SocialAccount, "user"), "uid", "date_joined", "last_login"),
    "invitation_accepted": _section(_own(AcceptedInvitation), "accepted_at"),
    "invitations_made": _section(
        _own(MemberInvitation, "made_by"), *("address", "label", "places", "made_at", "expires_at", "taken_back_at")
    ),
    "application": _section(_own(MembershipApplication), "state", "sent_at", "changed_at"),
    "application_answers": _section(_own(ApplicationAnswer, "application__member"), "asked", "words"),
    "membership": _section(_own(Membership), "stopped_at"),
    "periods": _section(_own(Period), "starts_on", "ends_on", "source"),
    "card_customer": _section(_own(CardCustomer), "stripe_id", "made_at"),
    "card_failures": _section(_own(CardFailure), "amount_yen", "failed_at", "settled_at"),
    "card_returns": _section(_own(CardReturn, "payment__member"), "kind", "amount_yen", "status", "at"),
    "card_subscriptions": _section(
        _own(CardSubscription),
        *("status", "amount_yen", "months", "period_ends_at", "stops", "card_brand", "card_last4", "began_at"),
    ),
    "former_periods": _section(_own(FormerPeriod), "starts_on", "ends_on", "source", "change", "changed_at"),
    "agreements": _section(
        _own(PlanAgreement), *("price_yen", "tax_percent", "from_on", "made_at", "screen_text"), plan="plan__name_ja"
    ),
    "dues": _section(
        _own(Due), "reference", "amount_yen", "months", "payer_kana", "state", "ordered_at", "due_on", "settled_at"
    ),
    "payments": _section(_own(PaymentIn), "way", "amount_yen", "received_on", "payer_name", "payer_kana", "bank_line"),
    "allocations": _section(
        _own(Allocation, "due__member"), "amount_yen", reference="due__reference", at="booking__at"
    ),
    "refunds": _section(_own(Refund), "way", "amount_yen", reason="booking__reason", at="booking__at"),
    "receipts": _section(
        _own(Receipt),
        *("kind", "year", "number", "issued_at", "paid_on", "way", "amount_yen", "addressee", "reissued_at"),
        *("issuer_name", "registration_number"),
    ),
    "receipt_lines": _section(
        _own(ReceiptLine, "receipt__member"),
        *("what", "tax_percent", "amount_yen"),
        year="receipt__year",
        number="receipt__number",
    ),
    "bookings": _section(_own(BookLine), "account", "amount_yen", kind="booking__kind", booked_on="booking__booked_on"),
    "blocks": _section(blocks_of, "blocked_at", name="blocked__profile__called_name"),
    "suspensions": _section(_own(Suspension), "starts_at", "until", "reason", "ended_at"),
    "mails": _section(_mails, "kind", "subject", "sent_at"),
    # --- evenings
    "registrations": _section(
        _own(Registration),
        *("state", "wants_to_talk", "can_offer", "shares_wish", "mode", "registered_at", "changed_at"),
        event="event__title",
        starts_at="event__starts_at",
        presence="attendance__presence",
    ),
    "marks": _section(
        _own(Mark, "registration__member"),
        *("kind", "points", "spared_for", "given_at", "expires_at", "objection", "ruling", "answer"),
        event="registration__event__title",
    ),
    "signals": _section(_own(Signal), "kind", "sent_at", event="event__title"),
    "evening_notes": _section(_own(Note), "text", "written_at", event="event__title"),
    "help_with_events": _section(_own(CoHost), "right", "accepted_at", event="event__title"),
    "event_templates": _section(_own(EventTemplate, "owner"), "name", "plan", "kept_at"),
    "impressions": _section(
        _own(Impression), "at_home", "was_heard", "would_return", "answered_at", event="event__title"
    ),
    # --- letters and strengths
    "letters_received": _section(
        _letters_received,
        *("picks", "saw", "would_count", "released_at", "opened_at", "put_away_at", "reaction"),
        event="event__title",
        name="giver__profile__called_name",
    ),
    "letters_given": _section(
        _letters_given,
        *("picks", "saw", "would_count", "written_at", "regretted_at"),
        event="event__title",
        name="receiver__profile__called_name",
    ),
    "thanks_received": _section(
        _thanks_received, "line", "thanked_at", event="event__title", name="giver__profile__called_name"
    ),
    "thanks_given": _section(
        _own_about(Thanks, "giver", "receiver"), "line", "thanked_at", "name", event="event__title"
    ),
    "nameless_given": _section(
        _own_about(AnonymousPicks, "giver", "receiver"), "picks", "left_at", "name", event="event__title"
    ),
    "own_strengths": _section(_own(SelfStrengthSet), "version", "picks", "chosen_at"),
    "own_views": _section(_own(OwnView), "day", "can_say", "knows_seen", "uses_now", "makes_room", "answered_at"),
    "ordinaries": _section(_own(Ordinary), "words", "noted_at", event="event__title"),
    "wonders_given": _section(_own(Wonder, "giver"), "words", "written_at"),
    "wonders_received": _section(
        _wonders_received, "words", "written_at", about="ordinary__words", name="giver__profile__called_name"
    ),
    # --- relations: the member's own choices and words only
    "intentions": _section(
        _own_about(Intention, "holder", "person"), "kind", "chosen_at", "taken_back_at", "name", event="event__title"
    ),
    "ties": _section(_ties, "formed_at", event="event__title"),
    "own_contact": _section(_own(ContactOffer, "holder"), "text", "offered_at"),
    "short_notes_written": _section(_own(ShortNote, "writer"), "text", "written_at"),
    "check_consents": _section(_own(CheckConsent), "version", "given_at", "revoked_at"),
    "talks_proposed": _section(_own(Talk, "proposer"), "kind", "times", "place", "link", "proposed_at"),
    "introductions_made": _section(_own(Introduction, "introducer"), "to_one", "to_other", "made_at"),
    # --- what became of it
    "next_steps": _section(
        _own_about(NextStep, "member", "person"),
        *("text", "when_where", "first_on", "on", "state", "decided_at", "settled_at", "name"),
        event="event__title",
    ),
    "take_home_notes": _section(_own(TakeHomeNote), "text", "written_at", event="event__title"),
    "normals": _section(
        _own_about(Normal, "member", "person"),
        *("before", "after", "wants_to_tell", "written_at", "name"),
        event="event__title",
    ),
    "turning_points": _section(_own(TurningPoint), "title", "month", "words", "recorded_at"),
    "rhythm": _section(_own(Rhythm), "pace", "silent_until"),
    "statements": _section(_own(Statement), "month", "made_at"),
    # --- safety
    "reports_made": _section(_own(Report, "reporter"), "reason", "words", "reported_at"),
    "decisions": _section(Decision.objects.about, "kind", "reason", "until", "decided_at"),
}

# Rows that name a member and are in no file, each with the reason.
LEFT_OUT = {
    "members.BookLimit": "the work of staff",
    "members.BookProposal": "the work of staff; what came of it stands in `bookings`",
    "members.MonthClose": "figures of all members together",
    "members.Booking": "its lines stand in `bookings`",
    "members.PlanPrice": "what a plan costs is nobody's data",
    "admin.LogEntry": "stays empty: the ledgers change nothing",
    "account.EmailAddress": "the address stands in the account",
    "events.Attendance": "in the registrations; who noted it is the work of others",
    "events.CalendarFeed": "a secret",
    "events.Event": "what a host publishes is the event's, on its page",
    "events.Invitation": "would tell who invited",
    "events.Seat": "would list other people",
    "events.Series": "a host's plan, on its page",
    "feedback.Acquaintance": "would list other people",
    "feedback.Case": "would tell that somebody reported",
    "feedback.Help": "would list other people",
    "feedback.IntroducerThanks": "would list other people",
    "feedback.MirrorSnapshot": "computed from others' words; the mirror prints itself",
    "feedback.AnonymousPicksOff": "says nothing that its page does not",
    "feedback.AnonymousPool": "who could have left picks without a name",
    "feedback.PersonBehind": "the choice of somebody else",
    "feedback.SamePicker": "how letters weigh is nobody's data to read",
    "members.ScreeningTerm": "the work of staff",
    "feedback.Skip": "kept so that nobody is asked twice",
    "members.ApplicationReview": "the work of staff; a question to the applicant stands on their page",
    "members.AuditEntry": "the site's record of acts; told on request",
    "members.EndedBlock": "would tell who blocked",
    "events.Word": "said to all of an evening, and gone when it closes",
    "members.JudgedText": "the work of staff; its words are told to their writer with each decision",
    "members.BankList": "the work of staff",
    "members.MemberImport": "the work of staff; a file goes within a day",
    "members.CardCheckout": "where an order was paid; the order is in the dues",
    "members.StripeEvent": "numbers of another service: that something happened there, never what",
    "members.MovedIn": "the address stands in the account",
    "members.KeptApart": "would tell who chose so",
    "members.Departure": "the day stands on its page, and is gone with the account",
    "mfa.Authenticator": "secrets; their page lists them",
    "members.SearchKey": "made from the name and the address, which are in it",
    "members.StaffNote": "written by the staff; the desk shows it on request",
    "members.MemberSession": "keys that sign in; their page lists the devices",
}


def archive(member: User) -> Iterator[bytes]:
    """The archive, piece by piece: a page to be read, and each section as a table for a spreadsheet and as JSON.

    A few hundred rows are held at a time, however many there are.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as packed:  # type: ignore[arg-type]  # it asks only for write and flush
        for name, lines in _files(member):
            with packed.open(name, "w") as file:
                for line in lines:
                    file.write(line.encode())
                    if sink.size >= BYTES_AT_ONCE:
                        yield sink.take()
    yield sink.take()


def _files(member: User) -> Iterator[tuple[str, Iterator[str]]]:
    """The name of each file, and its lines."""
    yield PAGE, _as_page(member)
    for name, section in SECTIONS.items():
        yield f"{name}.csv", _as_table(section, member)
        yield f"{name}.json", _as_json(section, member)


def _as_page(member: User) -> Iterator[str]:
    """In the member's language, which is asked for before the first line: others are served between two lines."""
    with translation.override(member.language):
        words = readable.words_at(timezone.now(), member.language)
        said = {
            name: readable.readable(name, section.rows(member).model, section.columns)
            for name, section in SECTIONS.items()
        }
    return readable.page(((said[name], _rows(section, member)) for name, section in SECTIONS.items()), words=words)


class _Sink:
    """What the archive is written into, and taken out of before it grows. It cannot be rewound."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        taken = b"".join(self.pieces)
        self.pieces, self.size = [], 0
        return taken


def _rows(section: Section, member: User) -> Iterator[tuple[Any, ...]]:
    rows = section.rows(member).order_by("pk").values_list(*section.columns.values())
    return rows.iterator(chunk_size=ROWS_AT_ONCE)


def _as_table(section: Section, member: User) -> Iterator[str]:
    """CSV as spreadsheets read it: with the mark that says UTF-8, and no cell that they would run."""
    line = io.StringIO()
    table = csv.writer(line)
    yield "\ufeff"
    for row in [tuple(section.columns)], _rows(section, member):
        for cells in row:
            table.writerow([safe_cell(cell) for cell in cells])
            yield line.getvalue()
            line.seek(0)
            line.truncate()


def _as_json(section: Section, member: User) -> Iterator[str]:
    yield "["
    for number, row in enumerate(_rows(section, member)):
        values = dict(zip(section.columns, row, strict=True))
        yield ",\n" if number else "\n"
        yield json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
    yield "\n]\n"
