"""Invitations: who may make one, whom it lets in, once, and what whoever comes too late reads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kouryu.clock import TOKYO
from kouryu.refusal import Gone, Refused
from members.accounts.choices import Role
from members.admission.flows.invitation import accept_invitation, count_invitation, invite, take_back_invitation
from members.admission.limits import INVITES
from members.admission.queries import PENDING, token_of
from members.admission.rules import (
    Guest,
    InvitationFacts,
    InvitationWish,
    NoInviting,
    NoWayIn,
    why_not_accept,
    why_not_invite,
)
from members.mail.flows.delivery import deliver_due
from members.membership.choices import PeriodSource
from members.models import AcceptedInvitation, AuditEntry, MemberInvitation, OutgoingMail, User
from tests import factories
from tests.members.entrance.test_signing_up import ADDRESS, PASSWORD, code_in, enter_code, latest_mail, sign_up
from tests.signing_in import sign_in_without_form

NOW = datetime(2026, 12, 1, 12, tzinfo=TOKYO)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def by_staff(by: User, **wish) -> MemberInvitation:
    gift, label = wish.pop("gift_months", 0), wish.pop("label", "")
    full = {"by_staff": True, "address": "", "places": 1, "last_day": TODAY, **wish}
    return invite(by=by, wish=InvitationWish(**full), gift_months=gift, label=label, now=NOW)


def join_url(made: MemberInvitation) -> str:
    return reverse("members:join", args=[token_of(made)])


def refused(call, **arguments) -> str:
    with pytest.raises(Refused) as refusal:
        call(**arguments)
    return refusal.value.reason


# --- the rules

OPEN = InvitationFacts(False, NOW + timedelta(days=1), places=2, taken=1)
SOMEBODY = Guest("hana@example.jp", is_inviter=False, has_been_here=False)
DECLINED = replace(SOMEBODY, is_declined=True)


@pytest.mark.parametrize(
    ("invitation", "guest", "reason"),
    [
        (OPEN, SOMEBODY, None),
        (InvitationFacts(True, OPEN.expires_at, 2, 0), SOMEBODY, NoWayIn.TAKEN_BACK),
        (InvitationFacts(False, NOW, 2, 0), SOMEBODY, NoWayIn.EXPIRED),
        (InvitationFacts(False, NOW + timedelta(seconds=1), 2, 0), SOMEBODY, None),
        (InvitationFacts(False, OPEN.expires_at, 2, 2), SOMEBODY, NoWayIn.USED_UP),
        (InvitationFacts(False, OPEN.expires_at, 1, 0, "tomo@example.jp"), SOMEBODY, NoWayIn.OTHER_ADDRESS),
        (InvitationFacts(False, OPEN.expires_at, 1, 0, "Hana@example.jp"), SOMEBODY, None),
        (OPEN, DECLINED, NoWayIn.DECLINED),
        (replace(OPEN, by_staff=True), DECLINED, NoWayIn.DECLINED),
        (replace(OPEN, address="hana@example.jp"), DECLINED, NoWayIn.DECLINED),
        (replace(OPEN, by_staff=True, address="hana@example.jp", places=1, taken=0), DECLINED, None),
        (OPEN, Guest("hana@example.jp", is_inviter=True, has_been_here=True), NoWayIn.ONES_OWN),
        (OPEN, Guest("hana@example.jp", is_inviter=False, has_been_here=True), NoWayIn.HERE_ALREADY),
    ],
)
def test_whom_an_invitation_lets_in(invitation, guest, reason):
    assert why_not_accept(invitation, guest, NOW) == reason


def wish(by_staff=False, address="", places=1, last_day=None) -> InvitationWish:
    return InvitationWish(by_staff, address, places, last_day)


@pytest.mark.parametrize(
    ("wanted", "members_may", "lately", "reason"),
    [
        (wish(), True, 0, None),
        (wish(), False, 0, NoInviting.NOT_BY_MEMBERS),
        (wish(by_staff=True, last_day=TODAY), False, 0, None),
        (wish(), True, INVITES.a_month - 1, None),
        (wish(), True, INVITES.a_month, NoInviting.MANY_THIS_MONTH),
        (wish(by_staff=True, last_day=TODAY), False, INVITES.a_month, None),
        (wish(by_staff=True, last_day=TODAY - timedelta(days=1)), False, 0, NoInviting.DAY_PAST),
        (wish(by_staff=True, last_day=TODAY + INVITES.farthest), False, 0, None),
        (wish(by_staff=True, last_day=TODAY + INVITES.farthest + timedelta(days=1)), False, 0, NoInviting.DAY_FAR),
        (wish(by_staff=True, address=ADDRESS, places=2), False, 0, NoInviting.ONE_ADDRESS_ONE_PLACE),
    ],
)
def test_who_may_invite(wanted, members_may, lately, reason):
    assert why_not_invite(wanted, members_may=members_may, made_lately=lately, today=TODAY) == reason


# --- coming in


def test_from_the_mail_to_a_member_with_a_first_month(client, fumi, settings):
    settings.ENTRANCE = "invitation"
    made = by_staff(fumi, address=ADDRESS, gift_months=1)
    deliver_due(lambda: NOW)
    (sent,) = django_mail.outbox
    assert sent.to == [ADDRESS]
    assert join_url(made) in sent.body
    assert reverse("members:settings") not in sent.body

    assert client.post(join_url(made)).url == reverse("account_signup")
    sign_up(client)
    member = User.objects.get(email=ADDRESS)
    assert member.awaits_admission
    assert not AcceptedInvitation.objects.exists()  # the address is not proved yet
    enter_code(client, code_in(latest_mail()))

    member.refresh_from_db()
    assert not member.awaits_admission
    assert client.get(reverse("home"), follow=True).redirect_chain[-1][0] == reverse("members:pledge")
    accepted = AcceptedInvitation.objects.get(member=member)
    assert (accepted.invitation, accepted.invitation.made_by, accepted.place) == (made, fumi, 1)
    (period,) = member.periods.all()
    assert (period.source, period.granted_by) == (PeriodSource.GIFT, fumi)
    assert (str(period.starts_on), str(period.ends_on)) == ("2026-12-01", "2027-01-01")
    assert {"accept-invitation", "admit", "grant-period"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_looking_changes_nothing(client, fumi):
    """Programs that read mails open every link."""
    made = by_staff(fumi)
    before = AuditEntry.objects.count()
    assert client.get(join_url(made)).status_code == 200
    assert client.head(join_url(made)).status_code == 200
    assert PENDING not in client.session
    assert AuditEntry.objects.count() == before
    assert not AcceptedInvitation.objects.exists()


def test_without_an_invitation_nobody_signs_up(client, aki, settings):
    settings.ENTRANCE = "invitation"
    answers = {address: sign_up(client, address).content.decode() for address in (ADDRESS, aki.email)}
    assert "招待のリンクをお持ちの方は" in answers[ADDRESS]
    first, second = (re.sub(r'value="[A-Za-z0-9]{64}"', "", answer) for answer in answers.values())
    assert first == second
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not OutgoingMail.objects.exists()


def test_with_an_invitation_the_answer_does_not_tell_who_has_an_account(fumi, aki, settings):
    settings.ENTRANCE = "invitation"
    made = by_staff(fumi, places=5)
    answers = []
    for address in (ADDRESS, aki.email):
        browser = Client()
        browser.post(join_url(made))
        answer = sign_up(browser, address)
        page = browser.get(answer.url)
        answers.append((answer.status_code, answer.url, page.status_code, page.content.decode().count(address)))
    assert answers[0] == answers[1]
    assert not AcceptedInvitation.objects.exists()


def test_inviting_does_not_tell_who_has_an_account(fumi, aki):
    for address in ("nobody@example.jp", aki.email):
        by_staff(fumi, address=address)
    mails = OutgoingMail.objects.order_by("pk")
    assert [mail.address for mail in mails] == ["nobody@example.jp", aki.email]
    assert [mail.to for mail in mails] == [None, None]


@pytest.mark.parametrize("typed", ["ａｂ．ｃ＠example.jp", "AB.C@example.jp"])
def test_an_address_is_read_as_any_keyboard_types_it(fumi, typed):
    browser = Client()
    sign_in_without_form(browser, fumi)
    said = {"address": typed, "places": 1, "last_day": "2026-12-31"}
    assert browser.post(reverse("members:desk_invitations"), said).status_code == 302
    assert MemberInvitation.objects.get().address == "ab.c@example.jp"


@pytest.mark.parametrize("typed", ["ab..c@example.ne.jp", "abc.@example.ne.jp", "花@example.jp"])
def test_an_address_that_no_mail_reaches_is_told_so_and_stays_on_the_page(fumi, typed):
    browser = Client()
    sign_in_without_form(browser, fumi)
    said = {"address": typed, "places": 1, "last_day": "2026-12-31"}
    page = browser.post(reverse("members:desk_invitations"), said)
    assert page.status_code == 422
    assert "お届けできません" in page.content.decode()
    assert typed in page.content.decode()
    assert not MemberInvitation.objects.exists()


def test_another_address_is_told_at_once(client, fumi):
    made = by_staff(fumi, address="tomo@example.jp")
    client.post(join_url(made))
    page = sign_up(client)
    assert "ほかのメールアドレスにお送りしたもの" in page.content.decode()
    assert "tomo@example.jp" not in page.content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda made: MemberInvitation.objects.update(expires_at=NOW), "期限は、過ぎました"),
        (lambda made: MemberInvitation.objects.update(taken_back_at=NOW), "取り消されました"),
        (
            lambda made: AcceptedInvitation.objects.create(
                member=factories.make_account(), invitation=made, place=1, accepted_at=NOW
            ),
            "もう使われました",
        ),
    ],
)
def test_one_that_became_useless_before_the_address_was_proved_leaves_a_sentence(client, fumi, settings, damage, words):
    settings.ENTRANCE = "invitation"
    made = by_staff(fumi)
    client.post(join_url(made))
    sign_up(client)
    damage(made)
    enter_code(client, code_in(latest_mail()))

    page = client.get(reverse("home"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("members:admission")
    assert words in page.content.decode()
    assert User.objects.get(email=ADDRESS).awaits_admission
    other = client.get(join_url(made))
    assert other.status_code == 410
    assert words in other.content.decode()

    assert client.post(join_url(by_staff(fumi))).status_code == 302
    assert not User.objects.get(email=ADDRESS).awaits_admission


def test_an_unknown_link_is_told_so(client):
    page = client.get(reverse("members:join", args=["A" * 22]))
    assert page.status_code == 404
    assert "読みとれませんでした" in page.content.decode()


def test_a_member_who_opens_one_keeps_what_they_have(fumi, aki, signed_in):
    made = by_staff(fumi, gift_months=1)
    page = signed_in(aki).post(join_url(made))
    assert page.status_code == 409
    assert "もう登録されています" in page.content.decode()
    assert aki.periods.count() == 1


def test_accepting_twice_is_once(fumi, guest):
    made = by_staff(fumi, places=5, gift_months=1)
    first = accept_invitation(number=made.pk, member=guest, now=NOW)
    assert accept_invitation(number=made.pk, member=guest, now=NOW) == first
    assert guest.periods.count() == 1
    other = by_staff(fumi, gift_months=1)
    assert refused(accept_invitation, number=other.pk, member=guest, now=NOW) == NoWayIn.HERE_ALREADY


def test_where_anybody_comes_in_an_invitation_still_gives_its_month(client, fumi):
    made = by_staff(fumi, gift_months=1)
    client.post(join_url(made))
    sign_up(client)
    enter_code(client, code_in(latest_mail()))
    member = User.objects.get(email=ADDRESS)
    assert member.accepted_invitation.invitation == made
    assert member.periods.get().source == PeriodSource.GIFT


def test_starting_over_keeps_the_invitation(client, fumi, settings):
    settings.ENTRANCE = "invitation"
    client.post(join_url(by_staff(fumi)))
    sign_up(client)
    client.post(reverse("start_over"), {"then": "signup"})
    assert client.get(reverse("account_signup")).status_code == 200
    assert "password1" in client.get(reverse("account_signup")).content.decode()


def test_a_browser_that_proves_with_a_sign_in_code_takes_the_invitation_too(client, fumi, settings):
    settings.ENTRANCE = "invitation"
    made = by_staff(fumi)
    client.post(join_url(made))
    sign_up(client)
    code_in(latest_mail())
    elsewhere = Client()
    elsewhere.post(join_url(made))
    elsewhere.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    enter_code(elsewhere, code_in(latest_mail()))
    assert AcceptedInvitation.objects.get().member.email == ADDRESS


# --- members who invite


def test_members_invite_where_the_setting_says_so(aki, signed_in, settings):
    url, browser = reverse("members:invitations"), signed_in(aki)
    assert browser.get(url).status_code == 404
    assert browser.post(url, {"address": ""}).status_code == 404
    settings.MEMBERS_INVITE, settings.INVITED_MONTH_FREE = True, True
    assert browser.post(url, {"address": ""}).status_code == 302
    made = MemberInvitation.objects.get()
    assert (made.by_staff, made.places, made.gift_months) == (False, 1, 1)
    assert token_of(made) in browser.get(url).content.decode()


def test_a_member_invites_a_few_times_a_month(aki, settings):
    settings.MEMBERS_INVITE = True
    for _number in range(INVITES.a_month):
        take_back_invitation(number=invite(by=aki, wish=wish(), now=NOW).pk, by=aki, by_staff=False, now=NOW)
    assert refused(invite, by=aki, wish=wish(), now=NOW) == NoInviting.MANY_THIS_MONTH
    assert invite(by=aki, wish=wish(), now=NOW + INVITES.month)


def test_one_mailbox_gets_few_invitations_a_week_and_the_inviter_reads_nothing_of_it(fumi):
    for spelling in ("hana@example.jp", "Hana+a@example.jp", "hana+b@example.jp"):
        by_staff(fumi, address=spelling)
    assert MemberInvitation.objects.count() == 3
    assert OutgoingMail.objects.count() == INVITES.mails_a_week


def test_a_gift_gives_no_gift_on(guest, aki, settings):
    """Whoever has nothing but a gift invites, and their guest pays for the first month."""
    settings.MEMBERS_INVITE = settings.INVITED_MONTH_FREE = True
    first = invite(by=aki, wish=wish(), now=NOW)
    assert first.gift_months == 1
    accept_invitation(number=first.pk, member=guest, now=NOW)
    assert guest.periods.get().source == PeriodSource.GIFT
    assert invite(by=guest, wish=wish(), now=NOW).gift_months == 0

    factories.make_period(guest, starts_on=TODAY + timedelta(days=60))  # paid, and not begun
    assert invite(by=guest, wish=wish(), now=NOW).gift_months == 0
    assert invite(by=guest, wish=wish(), now=NOW + timedelta(days=61)).gift_months == 1


def test_one_member_gives_a_few_gifts_a_year(aki, settings):
    settings.MEMBERS_INVITE = settings.INVITED_MONTH_FREE = True
    aki.periods.update(ends_on=TODAY + timedelta(days=900))
    given = [invite(by=aki, wish=wish(), now=NOW + timedelta(days=10 * n)).gift_months for n in range(8)]
    assert given == [1] * INVITES.gifts_a_year + [0, 0]
    assert invite(by=aki, wish=wish(), now=NOW + INVITES.year).gift_months == 1


def test_the_page_promises_a_gift_where_there_is_one(aki, signed_in, settings):
    settings.MEMBERS_INVITE = settings.INVITED_MONTH_FREE = True
    promise = "はじめのひと月は贈りものになります"
    assert promise in signed_in(aki).get(reverse("members:invitations")).content.decode()
    aki.periods.update(source=PeriodSource.GIFT)
    assert promise not in signed_in(aki).get(reverse("members:invitations")).content.decode()


# --- how many mails one mailbox gets


def test_a_mailbox_is_written_to_twice_in_any_seven_days(aki):
    assert count_invitation(aki.email, now=NOW)
    assert count_invitation(aki.email, now=NOW + timedelta(days=1))
    assert not count_invitation(aki.email, now=NOW + timedelta(days=6))
    assert count_invitation(aki.email, now=NOW + INVITES.week)


def test_a_mail_that_was_not_written_does_not_count(db):
    """Nobody keeps a mailbox closed by inviting it again and again."""
    for day in (0, 1, 2, 3):
        count_invitation(ADDRESS, now=NOW + timedelta(days=day))
    assert count_invitation(ADDRESS, now=NOW + INVITES.week)


def test_nobody_takes_back_what_another_made(aki, mio, fumi, settings):
    settings.MEMBERS_INVITE = True
    of_aki, of_staff = invite(by=aki, wish=wish(), now=NOW), by_staff(fumi)
    for number in (of_aki.pk, of_staff.pk):
        with pytest.raises(Gone):
            take_back_invitation(number=number, by=mio, by_staff=False, now=NOW)
    with pytest.raises(Gone):
        take_back_invitation(number=of_aki.pk, by=fumi, by_staff=True, now=NOW)


def test_staff_read_who_came_and_can_take_it_back(fumi, guest, signed_in):
    made = by_staff(fumi, label="春の講演会", places=3)
    accept_invitation(number=made.pk, member=guest, now=NOW)
    browser = signed_in(fumi)
    page = browser.get(reverse("members:desk_invitations")).content.decode()
    assert "春の講演会" in page
    assert "3人のうち1人が登録" in page
    browser.post(reverse("members:desk_take_back_invitation", args=[made.pk]))
    made.refresh_from_db()
    assert made.taken_back_at == NOW
    assert token_of(made) not in browser.get(reverse("members:desk_invitations")).content.decode().replace(
        reverse("members:desk_take_back_invitation", args=[made.pk]), ""
    )


def test_a_mail_leaves_no_more_once_the_invitation_is_over(fumi):
    made = by_staff(fumi, address=ADDRESS)
    deliver_due(lambda: made.expires_at)
    assert django_mail.outbox == []
    assert OutgoingMail.objects.get().state == "dropped"


def test_a_host_is_no_desk(ren, signed_in):
    assert Role.HOST.value in ren.roles
    assert signed_in(ren).get(reverse("members:desk_invitations")).status_code == 404


def test_today_is_the_last_day(fumi):
    assert by_staff(fumi, last_day=TODAY).last_day == timezone.localdate(NOW)
