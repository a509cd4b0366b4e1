"""A text that many read: a moderator's before it shows, reportable by itself, hidden when that is decided."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from events.models import Registration
from events.registration.flows.registration import register, withdraw
from events.registration.pages.event import event_page
from events.registration.sql import find_event
from feedback.cases.choices import CaseState, DecisionKind, ReportReason, SubjectKind
from feedback.cases.rules import ProposedDecision
from feedback.models import Case
from feedback.safety.flows import decide, hand_over_texts, report, take
from feedback.safety.queries import shared_text as shared_texts
from feedback.safety.queries import subject as subjects
from kouryu.refusal import Refused
from members.entrance.flows import save_work
from members.mail.tokens import text_token
from members.models import JudgedText, OutgoingMail
from members.texts.choices import TextKind, TextState
from members.texts.flows import NeedsMending
from tests.factories import make_evening, make_event, make_member, make_registration

BAD = "電話は 090-1234-5678 です。"
LURE = "副業で月30万円の無料セミナー、LINE ID: abc_1234"
WISH = "介護と仕事の両立がつらい"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def event(db):
    return make_event()


@pytest.fixture
def held(event, mio, now):
    register(member=mio, event_id=event.pk, wants_to_talk=LURE, now=now)
    hand_over_texts(now)
    return JudgedText.objects.get(writer=mio)


def decided(case, by, kind, now):
    take(case_id=case.pk, by=by, now=now)
    return decide(case_id=case.pk, verdict=ProposedDecision(kind, "確かめて、こう決めました。"), by=by, now=now)


def wish_of(event, member):
    return Registration.objects.get(event=event, member=member).wants_to_talk


def test_a_held_text_is_one_case_with_its_words(held, mio, now):
    hand_over_texts(now)

    case = Case.objects.get()
    assert (case.kind, case.member, case.text, case.state) == (SubjectKind.TEXT, mio, held, CaseState.OPEN)
    assert (case.reasons, case.seen["text"], case.seen["found"]) == ([ReportReason.SCREENED], LURE, "invitation")


@pytest.mark.parametrize(
    ("kind", "state", "wish", "told"),
    [
        (DecisionKind.NO_PROBLEM, TextState.CLEARED, LURE, set()),
        (DecisionKind.GIVE_BACK, TextState.ASKED, "", {"みお"}),
        (DecisionKind.HIDE, TextState.HIDDEN, "", {"みお"}),
    ],
)
def test_a_moderator_lets_it_stand_gives_it_back_or_hides_it(event, held, mio, kai, now, kind, state, wish, told):
    OutgoingMail.objects.all().delete()
    decided(Case.objects.get(), kai, kind, now)

    held.refresh_from_db()
    assert (held.state, wish_of(event, mio)) == (state, wish)
    assert set(OutgoingMail.objects.values_list("to__profile__called_name", flat=True)) == told


def test_words_that_were_changed_after_they_were_read_do_not_pass(event, held, mio, kai, now):
    JudgedText.objects.update(words=BAD)
    decided(Case.objects.get(), kai, DecisionKind.NO_PROBLEM, now)

    assert wish_of(event, mio) == ""
    hand_over_texts(now)
    assert Case.objects.undecided().get().seen["text"] == BAD


def test_hidden_words_cannot_be_written_again(event, held, mio, kai, now):
    decided(Case.objects.get(), kai, DecisionKind.HIDE, now)
    withdraw(member=mio, event_id=event.pk, now=now)
    with pytest.raises(Refused) as refused:
        register(member=mio, event_id=event.pk, wants_to_talk=LURE, now=now)

    assert refused.value.reason.value == "text-hidden"


# --- reported by a reader


@pytest.fixture
def wish(event, mio):
    """Mio's, among those of others, as somebody has read them on the page."""
    for _ in range(4):
        make_registration(event, make_member(), wants_to_talk="異業種の会議の話")
    made, reader = make_registration(event, mio, wants_to_talk=WISH), make_member()
    event_page(reader, find_event(reader, event.pk), now=timezone.now())
    return made


def address(reader, kind, row):
    token = text_token(viewer_id=reader.pk, kind=kind, row_id=row.pk)
    return reverse("feedback:report_text", args=[kind, token])


def test_a_wish_is_reported_against_its_writer_whom_the_reporter_never_reads(event, wish, mio, aki, kai, signed_in):
    client, url = signed_in(aki), address(aki, "wish", wish)
    assert url in client.get(event.get_absolute_url()).content.decode()
    form = client.get(url).content.decode()
    client.post(url, {"reason": "solicitation", "words": "勧誘のようです"})
    after = client.get(url).content.decode()

    case = Case.objects.get()
    assert (case.kind, case.member) == (SubjectKind.TEXT, mio)
    assert (case.seen["text"], case.seen["person"]["called_name"]) == (WISH, "みお")
    assert WISH in form
    assert [("みお" in page, "/block" in page) for page in (form, after)] == [(False, False)] * 2

    moderator = signed_in(kai)
    moderator.post(reverse("feedback:take", args=[case.pk]))
    page = moderator.get(reverse("feedback:case", args=[case.pk])).content.decode()
    assert WISH in page
    assert "みおさん" in page


def test_the_host_is_not_concerned(event, wish, aki, now):
    report(reporter=aki, kind="wish", subject_id=wish.pk, reason=ReportReason.OTHER, words="", now=now)

    assert not Case.objects.filter(member=event.host).exists()


def test_hiding_takes_it_from_the_page(event, wish, mio, aki, kai, now, signed_in):
    report(reporter=aki, kind="wish", subject_id=wish.pk, reason=ReportReason.OTHER, words="", now=now)
    decided(Case.objects.get(), kai, DecisionKind.HIDE, now)

    assert wish_of(event, mio) == ""
    assert WISH not in signed_in(aki).get(event.get_absolute_url()).content.decode()
    assert signed_in(aki).get(address(aki, "wish", wish)).status_code == 404


def test_a_link_does_not_tell_what_its_writer_wrote_since(event, wish, mio, aki, signed_in):
    """The desk names who comes again: words that changed in that moment would be theirs."""
    client, url = signed_in(aki), address(aki, "wish", wish)
    withdraw(member=mio, event_id=event.pk, now=timezone.now())
    assert client.get(url).status_code == 200  # as on the page, where the wish stays with the others
    register(member=mio, event_id=event.pk, wants_to_talk="転職のこと", now=timezone.now())
    answer = client.get(url)
    assert (answer.status_code, "転職のこと" in answer.text) == (404, False)


def test_a_wish_beside_a_name_is_reported_by_those_who_sat_there(mio, aki, ren, signed_in):
    evening = make_evening([[aki, mio]])
    evening.registrations.filter(member=mio).update(wants_to_talk=WISH, shares_wish=True)
    row = evening.registrations.get(member=mio)
    found = [signed_in(one).get(address(one, "wish", row)).status_code for one in (aki, ren)]
    assert found == [200, 404]


@pytest.mark.parametrize("reader", ["mio", "ren"])
def test_a_link_works_for_whom_it_was_made_and_not_for_the_writer(request, wish, aki, reader, signed_in):
    person = request.getfixturevalue(reader)
    own = reader == "mio"
    url = address(person if own else aki, "wish", wish)

    assert signed_in(person).get(url).status_code == 404


def test_one_reads_no_link_at_ones_own_wish(event, wish, mio, signed_in):
    assert address(mio, "wish", wish) not in signed_in(mio).get(event.get_absolute_url()).content.decode()


def test_a_name_is_reported_hidden_and_not_taken_again(mio, aki, kai, now):
    work = {"work_status": "caring", "industry": "", "industry_group": "", "occupation": "", "years_at_company": ""}
    report(reporter=aki, kind="name", subject_id=mio.pk, reason=ReportReason.OTHER, words="", now=now)
    decided(Case.objects.get(), kai, DecisionKind.HIDE, now)

    mio.profile.refresh_from_db()
    assert mio.profile.called_name == shared_texts.HIDDEN
    with pytest.raises(Refused):
        save_work(member=mio, called_name="みお", now=now, **work)
    assert save_work(member=mio, called_name="みおん", now=now, **work).called_name == "みおん"


def test_a_reason_about_a_text_does_not_begin_as_one_about_a_letter(event, held, aki, kai, now, signed_in):
    report(reporter=aki, kind="event", subject_id=event.pk, reason=ReportReason.OTHER, words="", now=now)
    offered = {}
    for case in Case.objects.all():
        Case.objects.filter(pk=case.pk).update(state=CaseState.TAKEN, taken_by=kai, taken_at=now)
        form = signed_in(kai).get(reverse("feedback:case", args=[case.pk])).context["form"]
        offered[case.kind] = {name for name, _ in form.fields["opening"].choices} & {"screened", "on-page"}
    assert offered == {SubjectKind.TEXT: {"on-page"}, SubjectKind.EVENT: {"screened"}}


def test_a_first_find_makes_no_case(event, mio, now):
    with pytest.raises(NeedsMending):
        register(member=mio, event_id=event.pk, wants_to_talk=BAD, now=now)

    assert (hand_over_texts(now), Case.objects.count()) == (0, 0)


@pytest.mark.parametrize("kind", TextKind.values)
def test_every_kind_but_the_run_sheet_has_its_place(kind):
    """The run sheet cannot wait and has no text of its own: it is mended, and reported with its evening."""
    assert (kind in shared_texts.PLACES) == (kind != TextKind.RUN_SHEET)


# --- every text of every model

SCREENED = {
    "members.Profile.called_name": "members.texts.rules.names",
    "members.Profile.name_reading": "members.texts.rules.names",
    "members.Profile.joined_because": "members.entrance.flows.save_reason",
    "members.Profile.links": "members.entrance.flows.save_card",
    "events.Event.title": "screen_plan",
    "events.Event.description": "screen_plan",
    "events.Event.host_words": "screen_plan",
    "events.Event.place": "screen_plan",
    "events.Event.called_off_reason": "screen_line",
    "events.RunSheetItem.title": "screen_plan",
    "events.RunSheetItem.note": "screen_plan",
    "events.Registration.wants_to_talk": "screen_registration",
    "events.Registration.can_offer": "screen_registration",
    "events.Word.text": "screen_line",
    "feedback.Introduction.to_one": "checks.why_not_introduce_with",
    "feedback.Introduction.to_other": "checks.why_not_introduce_with",
    "feedback.Ordinary.words": "verdict_on",
    "feedback.Wonder.words": "verdict_on",
    "feedback.StrengthFeedback.saw": "verdict_on_letter",
    "feedback.StrengthFeedback.would_count": "verdict_on_letter",
    "feedback.ShortNote.text": "checks.why_not_tell",
    "feedback.Talk.place": "holds_address",
    "feedback.Thanks.line": "verdict_on",
}
AN_ADDRESS_BY_ITS_PURPOSE = {  # its shape is asked for; readers see where it leads before they go
    "events.Event.room_url",
    "feedback.Talk.link",
    "feedback.ContactOffer.text",  # the two agreed to exchange it
}
OF_THE_WRITER_ALONE = {
    "members.JudgedText.words",
    "events.Note.text",
    "events.EventTemplate.name",
    "feedback.NextStep.text",
    "feedback.NextStep.when_where",
    "feedback.TakeHomeNote.text",
    "feedback.Normal.before",
    "feedback.Normal.after",
    "feedback.TurningPoint.title",
    "feedback.TurningPoint.words",
}
BETWEEN_STAFF_AND_A_MEMBER = {
    "members.AuditEntry.why",
    "members.Due.note",
    "members.PlanAgreement.screen_text",
    "members.Booking.reason",
    "members.PaymentIn.payer_name",
    "members.PaymentIn.payer_kana",
    "members.Due.payer_kana",
    "members.PaymentIn.bank_line",
    "members.Receipt.addressee",
    "members.BankLine.payer_name",
    "members.BankLine.payer_key",
    "members.BankLine.words",
    "members.BankLine.raw",
    "members.BankList.file_name",
    "members.Suspension.reason",
    "members.Suspension.lifted_because",
    "members.OutgoingMail.subject",
    "members.OutgoingMail.text",
    "members.OutgoingMail.html",
    "members.OutgoingMail.calendar",
    "members.OutgoingMail.last_error",
    "members.PricePlan.name_ja",
    "members.PricePlan.name_en",
    "members.ScreeningTerm.pattern",
    "members.ScreeningTerm.note",
    "events.Event.length_reason",
    "events.Mark.objection",
    "events.Mark.answer",
    "feedback.Report.words",
    "feedback.Decision.reason",
    # written by staff, or for them
    "members.Look.words",
    "members.StaffNote.words",
    "members.NameOnRecord.name",
    "members.NameOnRecord.reading",
    "members.MemberImport.content",
    "members.MemberImport.file_name",
    "members.MemberImport.findings",
    "members.MemberInvitation.label",
    "members.AffinityGroup.name_ja",
    "members.AffinityGroup.name_en",
    "members.AffinityGroup.purpose_ja",
    "members.AffinityGroup.purpose_en",
    "members.ApplicationQuestion.words_ja",
    "members.ApplicationQuestion.words_en",
    "members.ApplicationAnswer.asked",
    "members.ApplicationAnswer.words",
    "members.ApplicationReview.words",
    "members.ApplicationReview.reply",
    "members.FactorReset.words",
}


def texts():
    """Every column of every model in which somebody could write a sentence."""
    for app in ("members", "events", "feedback"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
                if is_text and (field.max_length is None or field.max_length > 25):
                    yield f"{app}.{model.__name__}.{field.name}"


CODES = {
    "members.CardCheckout.stripe_id",
    "members.CardCheckout.url",
    "members.CardCustomer.stripe_id",
    "members.CardFailure.invoice_id",
    "members.CardFailure.page_url",
    "members.CardReturn.status",
    "members.CardReturn.stripe_id",
    "members.CardSubscription.stripe_id",
    "members.StripeEvent.customer_id",
    "members.StripeEvent.event_id",
    "members.StripeEvent.kind",
    "members.StripeEvent.object_id",
    "members.StripeEvent.outcome",
    "members.AuditEntry.stamp",
    "members.AuditHead.digest",
    "members.AuditHead.stamp",
    "members.AuditSeal.digest",
    "members.User.password",
    "members.User.email",
    "members.AuditEntry.verb",
    "members.AuditEntry.object_type",
    "members.OutgoingMail.key",
    "members.OutgoingMail.address",
    "members.Heartbeat.job",
    "members.JudgedText.refused_digest",
    "members.SearchKey.words",
    "members.FormerAddress.digest",
    "members.InvitedMailbox.digest",
    "members.ServiceCall.call",
    "members.ServiceCall.digest",
    "members.ServiceDays.subject",
    "members.MovedIn.address",
    "members.MemberInvitation.address",
    "members.MemberSession.session_key",
    "members.MemberSession.session_data",
    "members.PricePlan.key",
    "members.Booking.key",
    "members.PaymentIn.external_id",
    "members.BankLine.key",
    "members.Refund.external_id",
    "members.Receipt.issuer_address",
    "members.Receipt.issuer_name",
    "members.Receipt.issuer_phone",
    "members.ReceiptLine.what",
    "events.Series.zone",
    "events.CoHost.token",
    "events.CalendarFeed.nonce",
    "events.CalendarFeed.token_hash",
    "events.Draw.seed",
    "events.Draw.seed_hash",
    "events.Draw.list_digest",
    "feedback.StrengthFeedback.refused_digest",
    "feedback.Case.subject_key",
    "events.StepCount.subject",
}


def test_somebody_has_thought_of_every_text():
    """A new column of words is screened, or its readers are named here."""
    known = set(SCREENED) | AN_ADDRESS_BY_ITS_PURPOSE | OF_THE_WRITER_ALONE | BETWEEN_STAFF_AND_A_MEMBER | CODES
    new = sorted(set(texts()) ^ known)
    assert new == [], ", ".join(new)


def test_subjects_of_texts_are_found_by_their_row(wish, aki, now):
    found = subjects.find(reporter=aki, kind="wish", pk=wish.pk, now=now)

    assert (found.text.words, found.may_be_blocked) == (WISH, False)
