"""Plain valid objects for tests; what matters to a test is said in that test."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from django.utils import timezone

from events.event.choices import Allotment, EventState
from events.models import Attendance, CoHost, Event, Group, Mark, Registration, Round, RunSheetItem, Seat, Series
from events.registration.choices import SEAT_MAIL, MarkKind, Presence, RegistrationState
from events.registration.flows.lottery import prepare_draw
from events.registration.limits import MARKS
from feedback.letters.choices import LetterState
from feedback.models import Introduction, NextStep, Ordinary, StrengthFeedback, Talk, Tie, Wonder
from feedback.ties.choices import TalkKind, TalkState
from kouryu.clock import TOKYO
from members.accounts.choices import Role
from members.entrance.rules import Step
from members.membership.choices import BookingKind, DueState, PaymentWay, PeriodSource
from members.membership.rules import add_months
from members.models import (
    Allocation,
    Booking,
    BookLine,
    Due,
    OutgoingMail,
    PaymentIn,
    Period,
    PlanAgreement,
    PlanPrice,
    PledgeAcceptance,
    PricePlan,
    Profile,
    RoleGrant,
    User,
)

_numbers = count(1)
LONG_AGO = datetime(2014, 4, 1, tzinfo=TOKYO)


def make_account(name: str = "", *, pledged: bool = True, now: datetime | None = None, **profile: object) -> User:
    """An account without a paid day. `profile` sets fields of the profile."""
    number = next(_numbers)
    now = now or timezone.now()
    name = name or f"会員{number}"
    user = User.objects.create_user(f"member{number}@example.jp", joined_at=now)
    steps = [step.value for step in Step] if pledged else []
    Profile.objects.create(member=user, **{"called_name": name, "steps_done": steps, **profile})
    if pledged:
        PledgeAcceptance.objects.create(member=user, version="2026-11", accepted_at=now)
    return user


def make_member(
    name: str = "", *, now: datetime | None = None, roles: tuple[Role, ...] = (), **profile: object
) -> User:
    """A paid-up member who finished the welcome steps, with the given roles."""
    now = now or timezone.now()
    user = make_account(name, now=now, **profile)
    make_period(user, starts_on=timezone.localdate(now) - timedelta(days=30))
    for role in roles:
        RoleGrant.objects.create(member=user, role=role, granted_at=now)
    return user


def make_period(member: User, *, starts_on: date, days: int = 365) -> Period:
    return Period.objects.create(
        member=member,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days),
        source=PeriodSource.GRANTED,
    )


def make_plan(key: str = "monthly", *, price_yen: int = 3300, months: int = 1) -> PricePlan:
    """A plan at this price since long ago."""
    names = {"name_ja": "月ごと", "name_en": "Monthly", "months": months}
    plan, is_new = PricePlan.objects.get_or_create(key=key, defaults=names)
    if is_new:
        since = {"from_on": LONG_AGO.date(), "set_at": LONG_AGO}
        PlanPrice.objects.create(plan=plan, price_yen=price_yen, tax_percent=10, **since)
    return PricePlan.objects.priced(timezone.localdate()).get(key=key)


def make_due(member: User, *, plan: PricePlan | None = None, now: datetime | None = None, **fields: object) -> Due:
    """An open order of this moment; of a monthly plan where none is given. Without a mail."""
    now, plan = now or timezone.now(), plan or make_plan()
    agreement = PlanAgreement.objects.create(
        member=member,
        plan=plan,
        price_yen=plan.price_yen,
        tax_percent=plan.tax_percent,
        from_on=timezone.localdate(now),
        made_at=now,
    )
    return Due.objects.create(
        **{
            "member": member,
            "agreement": agreement,
            "reference": f"K{next(_numbers)}",
            "amount_yen": plan.price_yen,
            "months": plan.months,
            "ordered_at": now,
            "due_on": timezone.localdate(now) + timedelta(days=14),
            **fields,
        }
    )


def make_booking(kind: str, amounts: dict[str, int], *, due: Due, now: datetime) -> Booking:
    """A booking for the member of this due, with a line for each account."""
    booking = Booking.objects.create(
        at=now, booked_on=timezone.localdate(now), kind=kind, key=f"made/{next(_numbers)}", member=due.member
    )
    BookLine.objects.bulk_create(
        BookLine(booking=booking, account=account, amount_yen=yen, member=due.member, due=due)
        for account, yen in amounts.items()
    )
    return booking


def make_paid_period(member: User, *, starts_on: date, ends_on: date | None = None, **fields: object) -> Period:
    """Days that a transfer has paid, with the due and its bookings; `fields` are the due's. Without a mail."""
    allocation = make_allocation(member, **fields)
    return Period.objects.create(
        member=member,
        plan=allocation.due.plan,
        starts_on=starts_on,
        ends_on=ends_on or add_months(starts_on, allocation.due.months),
        source=PeriodSource.PAID,
        allocation=allocation,
    )


def make_allocation(member: User, **fields: object) -> Allocation:
    """A due that a transfer has paid in full, with its bookings; `fields` are the due's. Without days and a mail."""
    now = fields.setdefault("now", timezone.now())
    due = make_due(member, **{"state": DueState.CONFIRMED, "settled_at": now, **fields})
    yen, today = due.amount_yen, timezone.localdate(now)
    received = make_booking(BookingKind.RECEIVED, {"bank": yen, "credit": -yen}, due=due, now=now)
    allocated = make_booking(BookingKind.ALLOCATED, {"credit": yen, "deferred": -yen}, due=due, now=now)
    payment = PaymentIn.objects.create(
        booking=received, way=PaymentWay.TRANSFER, amount_yen=yen, received_on=today, member=member
    )
    return Allocation.objects.create(booking=allocated, due=due, payment=payment, amount_yen=yen)


def make_event(host: User | None = None, *, now: datetime | None = None, **fields: object) -> Event:
    """A published online hour a week from now, for twelve people, with a run sheet of two talk rounds."""
    now = now or timezone.now()
    starts_at = fields.pop("starts_at", now + timedelta(days=7))
    minutes = fields.pop("minutes", 60)
    event = Event.objects.create(
        **{
            "host": host or make_member("蓮", roles=(Role.HOST,)),
            "title": "業界の当たり前を見せ合う夜",
            "description": "となりの業界の人と、いつもの仕事の話をします。",
            "room_url": "https://meet.example.jp/room",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "registration_closes_at": starts_at,
            "capacity": 12,
            "state": EventState.PUBLISHED,
            "created_at": now,
            "published_at": now,
            **fields,
        }
    )
    sheet = [
        (10, "進めかたと約束", "other"),
        (20, "ひとつめの輪", "talk"),
        (20, "ふたつめの輪", "talk"),
        (10, "しずかな時間", "quiet"),
    ]
    for position, (length, title, kind) in enumerate(sheet, 1):
        RunSheetItem.objects.create(event=event, position=position, minutes=length, title=title, kind=kind)
    return event


def make_lottery(host: User | None = None, *, now: datetime | None = None, **fields: object) -> Event:
    """A published event whose seats are drawn in three days, four days before it starts."""
    now = now or timezone.now()
    until = fields.pop("registration_closes_at", now + timedelta(days=3))
    event = make_event(host, now=now, allotment=Allotment.LOTTERY, registration_closes_at=until, **fields)
    prepare_draw(event)
    return event


def make_registration(event: Event, member: User | None = None, **fields: object) -> Registration:
    """A confirmed seat, or what `state` says, written straight into the database without mail."""
    now = timezone.now()
    number = event.registrations.count() + 1
    state = fields.pop("state", RegistrationState.CONFIRMED)
    seat = number if state in {RegistrationState.CONFIRMED, RegistrationState.OFFERED} else None
    return Registration.objects.create(
        **{
            "event": event,
            "member": member or make_member(),
            "state": state,
            "seat_number": seat,
            "queue_number": number,
            "registered_at": now,
            "changed_at": now,
            **fields,
        }
    )


def make_series(host: User, *, event: Event | None = None, **fields: object) -> Series:
    """A weekly series that has one event so far."""
    event = event or make_event(host)
    first = event.starts_at.astimezone(TOKYO)
    series = Series.objects.create(
        **{
            "host": host,
            "pattern": "weekly",
            "first_on": first.date(),
            "first_at": first.time(),
            "zone": TOKYO.key,
            "passed": 1,
            "created_at": event.created_at,
            **fields,
        }
    )
    event.series = series
    event.save(update_fields=["series"])
    return series


def make_co_host(event: Event, member: User | None = None, *, right: str = "check-in") -> CoHost:
    """Somebody who helps with an event; without a member an open invitation."""
    now = timezone.now()
    return CoHost.objects.create(
        event=event,
        right=right,
        member=member,
        token=f"token-{next(_numbers)}",
        added_by=event.host,
        added_at=now,
        accepted_at=now if member else None,
    )


def make_mark(registration: Registration, **fields: object) -> Mark:
    """A late withdrawal of now, as heavy as such a mark is."""
    now = fields.pop("now", None) or timezone.now()
    spared = fields.get("spared_for", "")
    return Mark.objects.create(
        **{
            "registration": registration,
            "kind": MarkKind.LATE_WITHDRAWAL,
            "points": 0 if spared else 1,
            "given_at": now,
            "expires_at": now + MARKS.kept_for,
            **fields,
        }
    )


def make_mail(key: str, *, to: User | None = None, now: datetime | None = None, **fields: object) -> OutgoingMail:
    """A mail that is due now."""
    now = now or timezone.now()
    to = to or make_member()
    return OutgoingMail.objects.create(
        **{
            "key": key,
            "kind": SEAT_MAIL,
            "to": to,
            "address": to.email,
            "subject": "お知らせ",
            "text": "お知らせです。\n",
            "queued_at": now,
            "send_after": now,
            "expires_at": now + timedelta(days=3),
            **fields,
        }
    )


def make_evening(*rounds: list[list[User]], now: datetime | None = None, **fields: object) -> Event:
    """An evening that ended an hour before `now`: each round is a list of groups; all who sat were there."""
    now = now or timezone.now()
    event = make_event(now=now, **{"starts_at": now - timedelta(hours=2), **fields})
    people = {member.pk: member for groups in rounds for group in groups for member in group}
    for member in people.values():
        registration = make_registration(event, member)
        Attendance.objects.create(registration=registration, presence=Presence.PRESENT, recorded_at=event.starts_at)
    for number, groups in enumerate(rounds, 1):
        drawn = Round.objects.create(event=event, number=number, drawn_at=event.starts_at, published_at=event.starts_at)
        for place, members in enumerate(groups, 1):
            group = Group.objects.create(round=drawn, number=place)
            Seat.objects.bulk_create(Seat(round=drawn, group=group, member=member) for member in members)
    return event


def sit_together(event: Event, *members: User, number: int = 1) -> Group:
    """These people were shown to sit in one group of this round."""
    at = event.starts_at
    drawn, _ = Round.objects.get_or_create(event=event, number=number, defaults={"drawn_at": at, "published_at": at})
    group = Group.objects.create(round=drawn, number=drawn.groups.count() + 1)
    Seat.objects.bulk_create(Seat(round=drawn, group=group, member=member) for member in members)
    return group


def make_letter(giver: User, receiver: User, event: Event, **fields: object) -> StrengthFeedback:
    """A letter that has arrived, or what `state` says, written straight into the database without mail."""
    now = timezone.now()
    return StrengthFeedback.objects.create(
        **{
            "giver": giver,
            "receiver": receiver,
            "event": event,
            "picks": ["listen-through"],
            "saw": "最後まで口をはさまずに聴いていました。",
            "state": LetterState.RELEASED,
            "written_at": now,
            "deliver_at": now,
            "released_at": now,
            **fields,
        }
    )


def make_tie(one: User, other: User, event: Event | None = None, **fields: object) -> Tie:
    """Two members who are tied since now, written straight into the database without mail."""
    first, second = sorted((one, other), key=lambda member: member.pk)
    return Tie.objects.create(first=first, second=second, event=event, **{"formed_at": timezone.now(), **fields})


def make_step(member: User, **fields: object) -> NextStep:
    """An open step for next week, decided now."""
    now = timezone.now()
    on = fields.pop("on", timezone.localdate(now) + timedelta(days=7))
    return NextStep.objects.create(
        **{"member": member, "text": "資料の感想を聞く", "on": on, "first_on": on, "decided_at": now, **fields}
    )


def make_ordinary(
    member: User, event: Event, words: str = "数字は、ふたりで読み合わせる。", **fields: object
) -> Ordinary:
    """What a member takes for granted, noted for this evening."""
    place = Ordinary.objects.filter(member=member, event=event).count() + 1
    noted_at = event.starts_at - timedelta(days=1)
    return Ordinary.objects.create(
        member=member, event=event, **{"place": place, "words": words, "noted_at": noted_at, **fields}
    )


def make_wonder(ordinary: Ordinary, giver: User, **fields: object) -> Wonder:
    """Somebody's words to it that have arrived."""
    now = timezone.now()
    words = {"words": "うちの職場では、ひとりで見て終わりです。", "written_at": now, "shows_at": now}
    return Wonder.objects.create(ordinary=ordinary, giver=giver, **{**words, **fields})


def make_talk(tie: Tie, *, now: datetime | None = None, **fields: object) -> Talk:
    """A talk of twenty minutes that the two agreed on for an hour from now, without mail."""
    now = now or timezone.now()
    starts_at = fields.pop("starts_at", now + timedelta(hours=1))
    return Talk.objects.create(
        **{
            "tie": tie,
            "proposer": tie.second,
            "kind": TalkKind.TALK,
            "state": TalkState.AGREED,
            "times": [starts_at.isoformat()],
            "proposed_at": tie.formed_at,
            "lapses_at": starts_at,
            "starts_at": starts_at,
            **fields,
        }
    )


def make_introduction(introducer: User, one: User, other: User, *, now: datetime | None = None) -> Introduction:
    """A question to two members that waits for both answers, without mail."""
    now = now or timezone.now()
    first, second = sorted((one, other), key=lambda member: member.pk)
    words = {"to_one": "話が合いそうです。", "to_other": "仕事の進めかたが近い方です。"}
    return Introduction.objects.create(
        introducer=introducer, one=first, other=second, made_at=now, lapses_at=now + timedelta(days=7), **words
    )
