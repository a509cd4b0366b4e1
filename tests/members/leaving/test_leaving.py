"""Asking for the deletion of an account, changing one's mind, and what the account leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from events.event.choices import EventState
from events.event.rules.first_timer import is_first_timer
from events.models import Attendance, Event
from events.registration.choices import Presence, RegistrationState
from events.registration.flows.registration import register
from events.registration.queries import marks
from events.registration.queries.registration import past_of
from kouryu.refusal import Gone, Refused
from members.accounts.card import card_of
from members.accounts.choices import Role
from members.desk.choices import Purpose
from members.desk.flows import look
from members.desk.rules import NoAct
from members.leaving.flows import ask_to_leave, begin_leaving_of, let_members_go, stay
from members.leaving.limits import LEAVING
from members.leaving.queries import digest_of, former_of
from members.leaving.rules import NoLeaving
from members.mail.flows.delivery import deliver_due
from members.mail.flows.forgetting import delete_mails_to_nobody
from members.membership.flows.ordering import order_by_transfer
from members.membership.flows.transfers import confirm_transfer
from members.models import AuditEntry, Block, Departure, FormerAddress, NameOnRecord, OutgoingMail, Suspension, User
from tests import factories

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ASKED = NOW - LEAVING.time_to_reconsider
URL = reverse("members:leave")
WHY = "お電話でご本人からお申し出がありました。"


def gone(member: User) -> User:
    ask_to_leave(member=member, now=ASKED)
    assert let_members_go(now=NOW) == 1
    return User.objects.select_related("profile").get(pk=member.pk)


def proved(address: str, **answers: object) -> User:
    """A new account whose owner has just proved the address."""
    member = factories.make_member(**answers)
    User.objects.filter(pk=member.pk).update(email=address)
    row = EmailAddress.objects.create(user=member, email=address, primary=True, verified=True)
    email_confirmed.send(EmailAddress, request=Client().request().wsgi_request, email_address=row)
    return User.objects.select_related("profile").get(pk=member.pk)


def keys_to(member: User) -> list[str]:
    return [key.split("/")[1] for key in member.mails.order_by("pk").values_list("key", flat=True)]


def test_an_account_goes_after_its_time_and_not_before(aki, mio):
    ask_to_leave(member=aki, now=NOW)
    due = NOW + LEAVING.time_to_reconsider

    assert let_members_go(now=due - timedelta(seconds=1)) == 0
    assert User.objects.get(pk=aki.pk).is_active
    assert let_members_go(now=due) == 1
    left = User.objects.select_related("profile").get(pk=aki.pk)
    assert (left.is_active, left.called_name, left.profile.called_name) == (False, "元会員", "元会員")
    assert (card_of(left, viewer=mio).called_name, card_of(left, viewer=mio).industry) == ("元会員", None)
    assert not Departure.objects.exists()


def test_asking_twice_is_asking_once(aki):
    first = ask_to_leave(member=aki, now=NOW)

    assert ask_to_leave(member=aki, now=NOW + timedelta(days=1)).due_at == first.due_at
    assert keys_to(aki) == ["begun"]


def test_changing_ones_mind_leaves_everything_as_it_was(aki):
    ask_to_leave(member=aki, now=ASKED)
    stay(member=aki, now=NOW - timedelta(hours=1))

    assert let_members_go(now=NOW) == 0
    assert User.objects.get(pk=aki.pk).called_name == "あき"
    with pytest.raises(Refused) as refused:
        stay(member=aki, now=NOW)
    assert refused.value.reason == NoLeaving.NOT_BEGUN


def test_mails_at_the_beginning_before_and_at_the_end(aki):
    address = aki.email
    ask_to_leave(member=aki, now=NOW)
    soon = NOW + LEAVING.time_to_reconsider - LEAVING.reminded_before
    let_members_go(now=soon - timedelta(hours=1))
    assert keys_to(aki) == ["begun"]
    for _twice in range(2):
        let_members_go(now=soon)
    assert keys_to(aki) == ["begun", "reminder"]

    let_members_go(now=NOW + LEAVING.time_to_reconsider)
    (last,) = OutgoingMail.objects.filter(address=address)
    assert (last.to, last.key) == (None, f"leaving/done/{aki.pk}")
    deliver_due(lambda: NOW + LEAVING.time_to_reconsider + timedelta(minutes=1))
    last.refresh_from_db()
    assert last.state == "sent"
    delete_mails_to_nobody()
    assert not OutgoingMail.objects.filter(address=address).exists()


def test_nobody_signs_in_to_it_any_more(aki, signed_in):
    browser = signed_in(aki)
    assert browser.get(reverse("members:account")).status_code == 200
    gone(aki)

    assert browser.get(reverse("members:account")).status_code == 302
    assert not EmailAddress.objects.filter(user=aki).exists()
    assert not User.objects.get(pk=aki.pk).has_usable_password()


def test_seats_go_on_to_the_next_without_a_mark(aki, mio):
    event = factories.make_event(capacity=2, starts_at=NOW + timedelta(hours=20))
    factories.make_registration(event)
    held = factories.make_registration(event, aki)
    waiting = factories.make_registration(event, mio, state=RegistrationState.WAITING)
    gone(aki)

    held.refresh_from_db()
    waiting.refresh_from_db()
    assert (held.state, waiting.state) == ("withdrawn", "offered")
    assert not hasattr(held, "mark")


@pytest.mark.parametrize("how", ["seat", "host"])
def test_who_is_in_the_middle_of_an_evening_goes_when_it_is_closed(aki, ren, how):
    event = factories.make_event(ren, starts_at=NOW - timedelta(minutes=20))
    factories.make_registration(event, aki)
    member = aki if how == "seat" else ren
    ask_to_leave(member=member, now=ASKED)

    assert let_members_go(now=NOW) == 0
    Event.objects.filter(pk=event.pk).update(state=EventState.CLOSED, closed_at=NOW)
    assert let_members_go(now=NOW) == 1


def test_owners_hear_of_what_a_host_leaves_behind(ren):
    owner = factories.make_member(roles=(Role.OWNER,))
    coming = factories.make_event(ren, starts_at=NOW + timedelta(days=20), host_words="お待ちしています。")
    draft = factories.make_event(ren, state=EventState.DRAFT, published_at=None)
    ask_to_leave(member=ren, now=ASKED)
    assert keys_to(owner) == ["leaving"]
    assert coming.title in owner.mails.get().text

    let_members_go(now=NOW)
    coming.refresh_from_db()
    assert (coming.host_words, Event.objects.led().filter(pk=coming.pk).exists()) == ("", False)
    assert not Event.objects.filter(pk=draft.pk).exists()


def test_the_last_owner_stays(db):
    first, second = (factories.make_member(roles=(Role.OWNER,)) for _ in range(2))
    ask_to_leave(member=first, now=ASKED)
    with pytest.raises(Refused) as refused:
        ask_to_leave(member=second, now=NOW)
    assert refused.value.reason == NoLeaving.LAST_OWNER
    second.role_grants.update(ended_at=NOW)

    assert let_members_go(now=NOW) == 0  # the other one owns the site no more


def test_the_books_keep_who_paid_and_only_them(aki, mio, fumi):
    for member in (aki, mio):
        NameOnRecord.objects.create(member=member, name="帳簿 花子")
    plan = factories.make_plan()
    paid = order_by_transfer(member=aki, plan_key=plan.key, screen_version="1", screen_text="-", now=ASKED)
    confirm_transfer(reference=paid.reference, by=fumi, amount_seen=plan.price_yen, now=ASKED)
    order = order_by_transfer(member=mio, plan_key=plan.key, screen_version="1", screen_text="-", now=ASKED)
    for member in (aki, mio):
        gone(member)

    assert NameOnRecord.objects.get().member == aki
    order.refresh_from_db()
    assert order.state == "cancelled"


# --- a new account with the same address


def test_a_new_account_is_known_again_by_its_address(aki, mio):
    address = aki.email
    evening = factories.make_event(starts_at=NOW - timedelta(days=30), state=EventState.CLOSED, closed_at=NOW)
    _attend(evening, aki)
    factories.make_mark(factories.make_registration(factories.make_event(now=NOW), aki))
    out = Suspension.objects.create(member=aki, starts_at=ASKED, until=NOW + timedelta(days=30), reason="勧誘のため。")
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=NOW)
    points = marks.record_of(aki, NOW).points
    gone(aki)

    again = proved(address)
    record = marks.record_of(again, NOW)
    assert points > 0
    assert record.points == points
    assert not is_first_timer(past_of(again, record))
    assert again.suspensions.open_at(timezone.now()).get().until == out.until
    assert Block.objects.filter(blocker=mio, blocked=again).exists()


def _attend(event: Event, member: User) -> None:
    registration = factories.make_registration(event, member)
    Attendance.objects.create(registration=registration, presence=Presence.PRESENT, recorded_at=NOW)


@pytest.mark.parametrize("written", ["HANA@example.jp", "hana+two@example.jp"])
def test_one_mailbox_is_one_address(written):
    assert digest_of(written) == digest_of("hana@example.jp")
    assert digest_of("hana@example.com") != digest_of("hana@example.jp")


def test_it_is_forgotten_after_its_time(aki):
    FormerAddress.objects.create(
        digest=digest_of(aki.email), left_at=NOW, until=NOW + LEAVING.remembered_for, facts={"blocked_by": []}
    )
    assert former_of(aki.email, NOW + LEAVING.remembered_for - timedelta(seconds=1))
    assert former_of(aki.email, NOW + LEAVING.remembered_for) is None


def test_an_earlier_key_still_knows_the_address(aki, settings):
    FormerAddress.objects.create(digest=digest_of(aki.email), left_at=NOW, until=NOW + timedelta(days=1), facts={})
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = get_random_string(60)

    assert former_of(aki.email, NOW)


def test_who_leaves_nothing_behind_is_not_remembered(aki):
    gone(aki)
    assert not FormerAddress.objects.exists()


# --- pages


PASSWORD = "yoru-no-ocha-wo-issho-ni"


def test_the_page_asks_for_a_proof_then_begins_and_takes_back(aki, signed_in):
    aki.set_password(PASSWORD)
    aki.save(update_fields=["password"])
    browser = signed_in(aki)
    assert "消えるもの" in browser.get(URL).content.decode()
    asked = browser.post(URL)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not Departure.objects.exists()

    browser.post(asked.url, {"password": PASSWORD}, follow=True)
    assert Departure.objects.get().member == aki
    assert "消去を取り消す" in browser.get(URL).content.decode()
    browser.post(reverse("members:stay"))
    assert not Departure.objects.exists()
    assert browser.post(reverse("members:stay")).status_code == 409


def test_the_suspended_may_go_too(aki, signed_in):
    Suspension.objects.create(member=aki, starts_at=NOW, until=NOW + timedelta(days=7), reason="勧誘のため。")
    assert signed_in(aki).get(URL).status_code == 200


def test_a_host_reads_what_they_leave_behind(ren, signed_in):
    coming = factories.make_event(ren)
    assert coming.title in signed_in(ren).get(URL).content.decode()


def test_the_desk_begins_it_with_a_reason(aki, fumi):
    look(member=aki, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    departure = begin_leaving_of(member=aki, by=fumi, why=WHY, now=NOW)

    assert (departure.asked_by, keys_to(aki)) == (fumi, ["begun"])
    assert "窓口" in aki.mails.get().text
    assert aki.staff_notes.get().words == WHY
    assert AuditEntry.objects.filter(verb="ask-to-leave", by=fumi, object_id=aki.pk).exists()


def test_the_desk_does_not_begin_its_own(fumi):
    look(member=fumi, by=fumi, purpose=Purpose.QUESTION, now=NOW)
    with pytest.raises(Refused) as refused:
        begin_leaving_of(member=fumi, by=fumi, why=WHY, now=NOW)
    assert refused.value.reason == NoAct.ONESELF


def test_a_seat_that_was_asked_for_in_that_moment_is_not_given(aki):
    event = factories.make_event()
    gone(aki)
    with pytest.raises(Gone):
        register(member=aki, event_id=event.pk, now=NOW)
