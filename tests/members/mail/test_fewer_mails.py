"""Fewer mails: stopping a kind from the mail itself, a rest, and never more than three a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.hosting.choices import INVITATION_MAIL
from events.registration.choices import DAY_BEFORE_MAIL, FIVE_MINUTES_MAIL, FOLLOW_UP_MAIL, HOUR_BEFORE_MAIL, SEAT_MAIL
from feedback.growth.choices import DIGEST_MAIL
from feedback.letters.choices import LETTER_MAIL
from members.mail import outbox
from members.mail.choices import MailState
from members.mail.flows import preferences as flows
from members.mail.flows.delivery import deliver_due
from members.mail.kinds import KINDS, optional_kinds, weekly_kinds
from members.mail.rules import MailPreferences, NoMail, has_room, why_unwanted
from members.mail.tokens import block_token, stop_token
from members.membership.choices import MEMBERSHIP_MAIL
from members.models import AuditEntry, OutgoingMail
from tests import factories

NOW = NOON = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 12:00 in Tokyo
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
REMINDERS = (DAY_BEFORE_MAIL, HOUR_BEFORE_MAIL, FIVE_MINUTES_MAIL)


# --- the rules


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        (MailPreferences(is_optional=False, is_off=True, is_reminder=False, rests=True), None),
        (MailPreferences(is_optional=True, is_off=False, is_reminder=False, rests=False), None),
        (MailPreferences(is_optional=True, is_off=True, is_reminder=False, rests=True), NoMail.SWITCHED_OFF),
        (MailPreferences(is_optional=True, is_off=False, is_reminder=False, rests=True), NoMail.RESTING),
        (MailPreferences(is_optional=True, is_off=False, is_reminder=True, rests=True), None),
        (MailPreferences(is_optional=True, is_off=True, is_reminder=True, rests=False), NoMail.SWITCHED_OFF),
    ],
)
def test_what_a_member_wants(wishes, reason):
    assert why_unwanted(wishes) == reason


@pytest.mark.parametrize(
    ("days", "room"),
    [
        pytest.param([], True, id="the first"),
        pytest.param([-1, -2], True, id="the third"),
        pytest.param([-1, -2, -3], False, id="the fourth"),
        pytest.param([-1, -2, -7], True, id="one just a week ago"),
        pytest.param([-1, -2, -6.999], False, id="one not quite a week ago"),
        pytest.param([-1, 0.4, 0.4], False, id="two that wait for the morning"),
        pytest.param([-8, -9, -10, -11], True, id="old ones"),
    ],
)
def test_three_fit_into_any_seven_days(days, room):
    assert has_room(NOON, [NOON + timedelta(days=day) for day in days], 3) == room


# --- at most three a week


def enqueue(to, key, *, now=NOON, kind=FOLLOW_UP_MAIL, quiet=True):
    return outbox.enqueue(key, kind=kind, to=to, template="letter/arrived", context={}, now=now, quiet=quiet)


def test_the_fourth_of_a_week_waits_until_the_first_is_a_week_old(aki, mio):
    kinds = [FOLLOW_UP_MAIL, LETTER_MAIL, INVITATION_MAIL]
    assert [enqueue(aki, f"{kind}", kind=kind) for kind in kinds] == [True, True, True]
    assert enqueue(aki, "fourth") is False
    assert enqueue(mio, "hers") is True
    assert enqueue(aki, "fourth", now=NOON + 7 * DAY - MINUTE) is False
    assert enqueue(aki, "fourth", now=NOON + 7 * DAY) is True


def test_what_is_told_once_is_dropped_for_good_when_it_is_one_too_many(aki):
    for number in range(3):
        enqueue(aki, f"{number}")
    assert enqueue(aki, "letter", kind=LETTER_MAIL) is False
    assert enqueue(aki, "letter", kind=LETTER_MAIL, now=NOON + 8 * DAY) is False
    letter = OutgoingMail.objects.get(key="letter")
    assert (letter.state, letter.last_error) == (MailState.DROPPED, NoMail.ENOUGH)


def test_reminders_and_answers_take_no_place_and_need_none(aki):
    for kind in [*REMINDERS, SEAT_MAIL, MEMBERSHIP_MAIL]:
        enqueue(aki, f"before/{kind}", kind=kind)
    assert [enqueue(aki, f"{number}") for number in range(4)] == [True, True, True, False]
    assert all(enqueue(aki, f"after/{kind}", kind=kind) for kind in [*REMINDERS, SEAT_MAIL])


def test_a_mail_to_many_leaves_out_whose_week_is_full(aki, mio):
    for number in range(3):
        enqueue(aki, f"{number}")
    to = {"many/a": aki, "many/m": mio}
    written = outbox.enqueue_for_many(to, kind=DIGEST_MAIL, template="letter/arrived", context={}, now=NOON)
    assert written == 1
    mail = OutgoingMail.objects.get(key="many/m")
    assert outbox.stop_url(DIGEST_MAIL, mio) in mail.text
    assert "\ue000" not in mail.text + mail.html + mail.subject


def test_one_that_never_left_takes_no_place_and_a_late_one_counts_from_when_it_left(aki):
    for number in range(3):
        enqueue(aki, f"{number}")
    OutgoingMail.objects.filter(key="0").update(state=MailState.FAILED)
    assert enqueue(aki, "third") is True
    OutgoingMail.objects.filter(key="1").update(state=MailState.SENT, sent_at=NOON + 2 * DAY)
    OutgoingMail.objects.filter(key="2").update(state=MailState.SENT, sent_at=NOON + 2 * DAY)
    later = NOON + 7 * DAY
    assert [enqueue(aki, "fourth", now=later), enqueue(aki, "fifth", now=later)] == [True, False]


# --- one click in the mail (RFC 8058)


def link(member, kind=LETTER_MAIL):
    return reverse("members:stop_mail", args=[stop_token(member_id=member.pk, kind=kind)])


@pytest.fixture
def mail_program():
    """No cookie, no page, no CSRF token."""
    return Client(enforce_csrf_checks=True)


def sent_to(member, kind):
    enqueue(member, f"sent/{kind}", kind=kind)
    deliver_due(lambda: NOON)
    return django_mail.outbox[-1]


@pytest.mark.parametrize("kind", sorted(optional_kinds()))
def test_every_optional_mail_says_how_to_stop_it(aki, kind):
    mail = sent_to(aki, kind)
    headers = mail.message()
    url = f"{settings.SITE_URL}{link(aki, kind)}"
    assert headers["List-Unsubscribe"] == f"<{url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [html] = [part for part, _ in mail.alternatives]
    assert url in mail.body
    assert url in html


@pytest.mark.parametrize("kind", sorted(kind for kind in KINDS.values() if not kind.is_optional))
def test_what_everybody_gets_cannot_be_stopped(aki, kind, mail_program):
    mail = sent_to(aki, kind)
    assert mail.message()["List-Unsubscribe"] is None
    assert "mails/stop" not in mail.body
    assert mail_program.post(link(aki, kind)).status_code == 404


def test_the_mail_program_stops_the_kind_and_what_waits_of_it(aki, mail_program):
    enqueue(aki, "waits", kind=LETTER_MAIL)
    enqueue(aki, "other", kind=FOLLOW_UP_MAIL)

    answers = [mail_program.post(link(aki), {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    aki.refresh_from_db()
    assert aki.muted_mail == [LETTER_MAIL]
    assert AuditEntry.objects.filter(verb="switch-off-mail").count() == 1
    assert deliver_due(lambda: NOON) == 1
    assert OutgoingMail.objects.get(key="waits").state == MailState.DROPPED
    assert enqueue(aki, "next", kind=LETTER_MAIL) is False


def test_opening_the_link_changes_nothing_and_names_nobody(aki, client):
    page = client.get(link(aki)).content.decode()
    aki.refresh_from_db()
    assert aki.muted_mail == []
    assert str(LETTER_MAIL.label) in page
    assert (aki.called_name in page, aki.email in page) == (False, False)
    assert client.head(link(aki)).status_code == 200
    assert client.put(link(aki)).status_code == 405


def test_the_page_speaks_the_language_of_its_member(aki, client):
    aki.language = "en"
    aki.save(update_fields=["language"])
    assert '<html lang="en"' in client.get(link(aki)).content.decode()


def test_links_that_we_did_not_make_lead_nowhere_alike(aki, client):
    good = stop_token(member_id=aki.pk, kind=LETTER_MAIL)
    gone = factories.make_member()
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    tokens = {
        "forged": good[:-2] + "xx",
        "of another link": block_token(viewer_id=aki.pk, person_id=aki.pk),
        "unknown kind": stop_token(member_id=aki.pk, kind="letters-of-old"),
        "nobody": stop_token(member_id=10**9, kind=LETTER_MAIL),
        "gone": stop_token(member_id=gone.pk, kind=LETTER_MAIL),
        "walked": str(aki.pk),
        "NUL": "\x00",
        "overlong": "a" * 5000,
    }
    addresses = [reverse("members:stop_mail", args=[token]) for token in tokens.values()]
    answers = [knock(address) for address in addresses for knock in (client.get, client.post)]
    assert {(answer.status_code, answer.templates[0].name) for answer in answers} == {
        (404, "members/mail/unknown.html")
    }
    aki.refresh_from_db()
    assert aki.muted_mail == []


# --- a rest


def test_a_rest_begins_and_ends_with_one_click_each(aki, signed_in):
    browser = signed_in(aki)
    assert "休んでいるあいだは" in browser.get(reverse("members:rest")).content.decode()
    for _ in range(2):
        browser.post(reverse("members:rest"))
    aki.refresh_from_db()
    assert aki.paused_at is not None
    assert reverse("members:end_rest") in browser.get(reverse("members:account")).content.decode()
    for _ in range(2):
        browser.post(reverse("members:end_rest"))
    aki.refresh_from_db()
    assert aki.paused_at is None
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["take-rest", "end-rest"]


def test_who_rests_gets_only_reminders_and_what_everybody_gets(aki):
    waiting = [kind for kind in weekly_kinds() if enqueue(aki, f"waits/{kind}", kind=kind)]
    flows.take_rest(by=aki, now=NOON)
    aki.refresh_from_db()
    written = {kind for kind in KINDS.values() if enqueue(aki, f"rest/{kind}", kind=kind)}
    assert written == set(KINDS) - set(weekly_kinds())
    deliver_due(lambda: NOON)
    dropped = OutgoingMail.objects.filter(state=MailState.DROPPED, last_error=NoMail.RESTING)
    assert set(dropped.values_list("kind", flat=True)) == set(waiting)


def test_after_the_rest_mails_come_again(aki):
    flows.take_rest(by=aki, now=timezone.now())
    flows.end_rest(by=aki, now=timezone.now())
    aki.refresh_from_db()
    assert enqueue(aki, "again") is True


def test_visitors_sign_in_before_they_rest(client):
    assert client.get(reverse("members:rest")).url.startswith(reverse("account_login"))
