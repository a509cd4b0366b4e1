"""One member on one page: what each role reads there, and the acts that begin there."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.registration.choices import RegistrationState
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.desk import flows
from members.desk.choices import Purpose, StaffAct
from members.desk.desk import FOR_MODERATORS
from members.desk.rules import NoStaffNote
from members.desk.sections import SECTIONS, section, sections_for
from members.membership.flows import grants, ordering
from members.membership.queries import paid_until
from members.membership.rules import NoGrant
from members.models import AuditEntry, NameOnRecord, Period
from members.standing.choices import SAFETY_MAIL
from tests import factories

WHY = "お電話でご本人に確かめました。"


def opened(member, staff):
    flows.look(member=member, by=staff, purpose=Purpose.QUESTION, now=timezone.now())
    return member


@pytest.mark.parametrize(
    ("roles", "keys"),
    [
        (
            {Role.DESK},
            [
                "name",
                "membership",
                "cards",
                "receipts",
                "evenings",
                "leading",
                "standing",
                "mails",
                "sessions",
                "roles",
                "consents",
                "leaving",
            ],
        ),
        ({Role.MODERATOR}, ["evenings", "leading", "standing", "cases", "roles", "consents"]),
        (
            {Role.OWNER},
            [
                *(
                    "name",
                    "membership",
                    "cards",
                    "receipts",
                    "evenings",
                    "leading",
                    "standing",
                    "cases",
                    "mails",
                    "sessions",
                    "roles",
                ),
                *("consents", "leaving"),
            ],
        ),
        ({Role.HOST}, []),
        (set(), []),
    ],
)
def test_each_role_reads_its_own_parts(roles, keys):
    assert [one.key for one in sections_for(frozenset(role.value for role in roles))] == keys


@pytest.mark.parametrize(("key", "place"), [("name", 999), ("another", 10)])
def test_no_two_parts_share_a_key_or_a_place(key, place):
    with pytest.raises(ValueError, match="another part"):
        section(key, "題", place=place, roles=(), template="x.html")
    assert "another" not in SECTIONS


def test_the_page_shows_everything_the_desk_needs(aki, fumi, sora, signed_in):
    now = timezone.now()
    plan = factories.make_plan()
    payment = ordering.order_by_transfer(
        member=aki, plan_key=plan.key, screen_version="2026-11", screen_text="全文", now=now
    )
    factories.make_registration(factories.make_event(title="星の夜"), aki)
    factories.make_registration(factories.make_event(title="月の夜"), aki, state=RegistrationState.WITHDRAWN)
    factories.make_mail("key", to=aki, subject="届かなかった手紙", state="failed")
    NameOnRecord.objects.create(member=aki, name="鈴木 亜紀", reading="すずき あき")
    opened(aki, fumi)
    opened(aki, sora)

    page = signed_in(fumi).get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    for words in (payment.reference, "星の夜", "月の夜", "届かなかった手紙", "届けられず", "鈴木 亜紀", aki.email):
        assert words in page
    assert "見守りの記録" not in page
    assert "見守りの記録" in signed_in(sora).get(reverse("members:desk_member", args=[aki.pk])).content.decode()


def test_a_moderator_reads_neither_fee_nor_address(aki, kai, signed_in):
    NameOnRecord.objects.create(member=aki, name="鈴木 亜紀", reading="すずき あき")
    opened(aki, kai)
    page = signed_in(kai).get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    assert aki.email not in page
    assert "鈴木 亜紀" not in page
    assert "会費と期間" not in page


def test_a_note_is_kept_with_who_wrote_it(aki, fumi, signed_in):
    opened(aki, fumi)
    browser, url = signed_in(fumi), reverse("members:desk_note", args=[aki.pk])
    short = browser.post(url, {"words": "短"})
    assert short.status_code == 422
    assert "短" in short.content.decode()
    assert browser.post(url, {"words": WHY}, follow=True).status_code == 200
    note = aki.staff_notes.get()
    assert (note.words, note.by, note.act) == (WHY, fumi, "")
    assert AuditEntry.objects.filter(verb="write-staff-note", by=fumi, object_id=aki.pk).count() == 1


def test_a_name_is_corrected_with_a_reason(aki, fumi, signed_in):
    opened(aki, fumi)
    browser, url = signed_in(fumi), reverse("members:desk_name", args=[aki.pk])
    sent = {"name": " 鈴木　亜紀 ", "reading": "スズキ アキ", "why": WHY, "seen_version": 0}
    assert browser.post(url, {**sent, "why": ""}).status_code == 422
    assert browser.post(url, sent).status_code == 302
    held = NameOnRecord.objects.get(member=aki)
    assert (held.name, held.reading, held.version) == ("鈴木 亜紀", "スズキ アキ", 1)
    assert aki.staff_notes.get().act == StaffAct.CORRECT_NAME
    line = AuditEntry.objects.get(verb="correct-name")
    assert (line.by, line.object_id, line.fields) == (fumi, aki.pk, ["name", "reading"])


def test_the_later_of_two_staff_is_told_and_nothing_is_lost(aki, fumi, sora, signed_in):
    opened(aki, fumi)
    opened(aki, sora)
    url = reverse("members:desk_name", args=[aki.pk])
    signed_in(sora).post(url, {"name": "鈴木 亜希", "reading": "", "why": WHY, "seen_version": 0})
    mine = {"name": "鈴木 亜紀", "reading": "すずき", "why": WHY, "seen_version": 0}
    late = signed_in(fumi).post(url, mine)

    page = late.content.decode()
    assert late.status_code == 422
    assert "先に書きかえました" in page
    assert "鈴木 亜希" in page
    assert all(words in page for words in ("鈴木 亜紀", "すずき", WHY))
    assert NameOnRecord.objects.get(member=aki).name == "鈴木 亜希"
    # Saving again, having read it, is a decision.
    assert signed_in(fumi).post(url, {**mine, "seen_version": 1}).status_code == 302


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"name": "  "}, NoStaffNote.NAME_MISSING), ({"why": "短"}, NoStaffNote.TOO_SHORT)],
)
def test_why_a_name_is_not_corrected(aki, fumi, change, reason):
    opened(aki, fumi)
    asked = {"name": "鈴木", "reading": "", "seen_version": 0, "why": WHY, **change}
    with pytest.raises(Refused) as refused:
        flows.correct_name(member=aki, by=fumi, now=timezone.now(), **asked)
    assert refused.value.reason == reason
    assert not NameOnRecord.objects.exists()


def test_two_clicks_give_days_once(aki, fumi, signed_in):
    opened(aki, fumi)
    until, browser = paid_until(aki), signed_in(fumi)
    url = reverse("members:desk_grant", args=[aki.pk])
    sent = {"months": "2", "why": WHY, "seen_until": until.isoformat()}
    assert browser.post(url, sent).status_code == 302
    again = browser.post(url, sent)
    assert again.status_code == 422
    assert "先に変わりました" in again.content.decode()
    assert Period.objects.filter(member=aki, granted_by=fumi).count() == 1
    assert aki.staff_notes.get().act == StaffAct.GRANT_PERIOD


@pytest.mark.parametrize("sent", [{"months": "0"}, {"months": "13"}, {"months": "x"}, {"why": ""}, {"why": "短"}])
def test_days_are_not_given_for_bad_input(aki, fumi, signed_in, sent):
    opened(aki, fumi)
    url = reverse("members:desk_grant", args=[aki.pk])
    good = {"months": "1", "why": WHY, "seen_until": paid_until(aki).isoformat()}
    answer = signed_in(fumi).post(url, {**good, **sent})
    assert answer.status_code == 422
    assert not Period.objects.filter(granted_by=fumi).exists()


def test_days_are_refused_without_an_open_page(aki, fumi):
    asked = {"member": aki, "by": fumi, "why": WHY, "now": timezone.now()}
    with pytest.raises(Refused):
        grants.give_period(months=1, seen_until=paid_until(aki), **asked)
    opened(aki, fumi)
    with pytest.raises(Refused) as refused:
        grants.give_period(months=1, seen_until=None, **asked)
    assert refused.value.reason == NoGrant.CHANGED_MEANWHILE


def test_the_desk_signs_a_member_out_everywhere(aki, fumi, signed_in):
    theirs, browser = signed_in(aki), signed_in(fumi)
    opened(aki, fumi)
    url = reverse("members:desk_end_sessions", args=[aki.pk])
    assert browser.post(url, {"why": "短"}).status_code == 422
    assert theirs.get(reverse("members:account")).status_code == 200
    assert browser.post(url, {"why": WHY}).status_code == 302
    assert theirs.get(reverse("members:account")).status_code == 302
    assert browser.get(reverse("members:desk_members")).status_code == 200
    assert aki.staff_notes.get().act == StaffAct.END_SESSIONS
    assert AuditEntry.objects.filter(verb="end-sessions", by=fumi, object_id=aki.pk).count() == 1


def test_the_desk_sends_the_way_to_sign_in(aki, fumi, signed_in):
    opened(aki, fumi)
    answer = signed_in(fumi).post(reverse("members:desk_send_sign_in", args=[aki.pk]), {"why": WHY})
    assert answer.status_code == 302
    mail = aki.mails.get()
    assert reverse("account_request_login_code") in mail.text
    assert aki.staff_notes.get().act == StaffAct.SEND_SIGN_IN


def test_nobody_of_the_desk_gives_themselves_days_or_ends_the_sessions_of_an_owner(fumi, sora, signed_in):
    browser = signed_in(fumi)
    opened(fumi, fumi)
    opened(sora, fumi)
    sent = {"months": "2", "why": WHY, "seen_until": paid_until(fumi).isoformat()}
    mine = browser.post(reverse("members:desk_grant", args=[fumi.pk]), sent)
    assert mine.status_code == 422
    assert "ほかの担当に" in mine.content.decode()
    assert not Period.objects.filter(granted_by=fumi).exists()
    theirs = browser.post(reverse("members:desk_end_sessions", args=[sora.pk]), {"why": WHY})
    assert theirs.status_code == 422
    assert "責任者が行います" in theirs.content.decode()


def test_an_owner_ends_their_own_sessions_elsewhere(sora, signed_in):
    opened(sora, sora)
    assert signed_in(sora).post(reverse("members:desk_end_sessions", args=[sora.pk]), {"why": WHY}).status_code == 422


def test_notes_stay_within_the_role_that_wrote_them(aki, fumi, kai, sora, signed_in):
    for staff in (fumi, kai):
        opened(aki, staff)
        flows.write_note(member=aki, by=staff, words=f"{staff.called_name}の控えです。", now=timezone.now())
    opened(aki, sora)
    url = reverse("members:desk_member", args=[aki.pk])
    pages = {staff: signed_in(staff).get(url).content.decode() for staff in (fumi, kai, sora)}
    assert [staff for staff in pages if "ふみの控えです。" in pages[staff]] == [fumi, sora]
    assert [staff for staff in pages if "かいの控えです。" in pages[staff]] == [kai, sora]


def test_nobody_reads_what_colleagues_wrote_about_them(fumi, sora, signed_in):
    opened(fumi, sora)
    flows.write_note(member=fumi, by=sora, words="担当を替わる相談中です。", now=timezone.now())
    opened(fumi, fumi)
    page = signed_in(fumi).get(reverse("members:desk_member", args=[fumi.pk])).content.decode()
    assert "担当を替わる" not in page


def test_mails_of_moderation_are_not_the_desks(aki, fumi, signed_in):
    factories.make_mail("a", to=aki, subject="見守りの知らせ", kind=SAFETY_MAIL)
    factories.make_mail("b", to=aki, subject="ふつうの知らせ")
    opened(aki, fumi)
    page = signed_in(fumi).get(reverse("members:desk_member", args=[aki.pk])).content.decode()
    assert "ふつうの知らせ" in page
    assert "見守りの知らせ" not in page
    assert [SAFETY_MAIL] == FOR_MODERATORS
