"""Deciding a case: what it changes, and exactly who hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from feedback.cases.choices import CaseState, DecisionKind, ReportReason, SubjectKind
from feedback.cases.rules import CaseFacts, NoCase, ProposedDecision, fitting_kinds, why_not_decide
from feedback.letters.choices import LetterState
from feedback.models import Case, Decision
from feedback.safety.flows import decide, report, take
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.models import AuditEntry, OutgoingMail, Suspension
from tests import factories

NOW = timezone.now()
REASON = "会のあとに、断った方を何度も勧誘していたためです。"
IN_A_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def evening(ren, aki, mio):
    """An evening of the day before yesterday, run by ren, with aki and mio."""
    event = factories.make_event(ren, starts_at=NOW - timedelta(days=2), state=EventState.CLOSED)
    for member in (aki, mio):
        factories.make_registration(event, member)
    factories.sit_together(event, aki, mio)
    return event


@pytest.fixture
def about_mio(evening, aki, mio, ren, kai) -> Case:
    """A case about mio, reported by aki and ren, in the hands of kai."""
    for reporter in (aki, ren):
        send(reporter, "member", mio.pk)
    return take(case_id=Case.objects.get().pk, by=kai, now=NOW)


@pytest.fixture
def about_letter(evening, aki, mio, kai) -> Case:
    """A case about mio's letter to aki, in the hands of kai."""
    send(aki, "letter", factories.make_letter(mio, aki, evening).pk)
    return take(case_id=Case.objects.get().pk, by=kai, now=NOW)


def send(reporter, kind, pk):
    return report(reporter=reporter, kind=kind, subject_id=pk, reason=ReportReason.SOLICITATION, words="", now=NOW)


def decided(case, by, kind, *, reason=REASON, until=None) -> Decision:
    return decide(case_id=case.pk, verdict=ProposedDecision(kind, reason, until), by=by, now=NOW)


def mails() -> set[tuple[str, str]]:
    """Every mail in the outbox: its template's folder (the start of its key) and who gets it."""
    return {(mail.key.rpartition("/")[0].rpartition("/")[0], mail.address) for mail in OutgoingMail.objects.all()}


def facts(**changes) -> CaseFacts:
    return CaseFacts(
        **{
            "kind": SubjectKind.LETTER,
            "state": CaseState.TAKEN,
            "taken_by_me": True,
            "taken_at": NOW,
            "own_matter": False,
            "subject_exists": True,
            "member_exists": True,
            **changes,
        }
    )


def verdict(kind=DecisionKind.ADVICE, reason=REASON, until=None) -> ProposedDecision:
    return ProposedDecision(kind, reason, until)


SUSPEND, HIDE = DecisionKind.SUSPEND, DecisionKind.HIDE


@pytest.mark.parametrize(
    ("case", "wanted", "expected"),
    [
        pytest.param(facts(), verdict(), None, id="advice"),
        pytest.param(facts(), verdict(HIDE), None, id="hide a letter"),
        pytest.param(facts(), verdict(SUSPEND, until=IN_A_WEEK), None, id="suspend"),
        pytest.param(facts(own_matter=True), verdict(), NoCase.OWN_MATTER, id="own matter"),
        pytest.param(facts(state=CaseState.DECIDED), verdict(), NoCase.DECIDED, id="decided"),
        pytest.param(facts(taken_by_me=False), verdict(), NoCase.TAKEN_BY_OTHER, id="another's"),
        pytest.param(
            facts(taken_by_me=False, taken_at=NOW - timedelta(days=2)),
            verdict(),
            NoCase.TAKEN_BY_OTHER,
            id="another's since days: taken over first",
        ),
        pytest.param(facts(state=CaseState.OPEN, taken_by_me=False), verdict(), NoCase.NOT_TAKEN, id="not taken"),
        pytest.param(facts(kind=SubjectKind.MEMBER), verdict(HIDE), NoCase.NOTHING_TO_HIDE, id="hide a person"),
        pytest.param(facts(kind=SubjectKind.EVENT), verdict(HIDE), NoCase.NOTHING_TO_HIDE, id="hide an event"),
        pytest.param(facts(subject_exists=False), verdict(HIDE), NoCase.NOTHING_TO_HIDE, id="the letter is gone"),
        pytest.param(facts(member_exists=False), verdict(), NoCase.NOBODY_THERE, id="advice to nobody"),
        pytest.param(
            facts(member_exists=False), verdict(DecisionKind.NO_PROBLEM), None, id="no problem with somebody gone"
        ),
        pytest.param(facts(), verdict(SUSPEND), NoCase.UNTIL_MISSING, id="suspend without an end"),
        pytest.param(facts(), verdict(SUSPEND, until=NOW), NoCase.UNTIL_PAST, id="suspend until now"),
        pytest.param(
            facts(), verdict(SUSPEND, until=NOW + timedelta(days=367)), NoCase.UNTIL_FAR, id="suspend for years"
        ),
        pytest.param(facts(), verdict(reason="あ" * 9 + " "), NoCase.REASON_SHORT, id="a short reason"),
        pytest.param(facts(), verdict(reason="あ" * 1001), NoCase.REASON_LONG, id="a long reason"),
    ],
)
def test_why_not_decide(case, wanted, expected):
    assert why_not_decide(case, wanted, NOW) == expected


def test_only_fitting_decisions_are_offered():
    assert fitting_kinds(facts(is_held=True)) == list(DecisionKind)
    assert fitting_kinds(facts()) == [kind for kind in DecisionKind if kind != DecisionKind.GIVE_BACK]
    assert fitting_kinds(facts(kind=SubjectKind.EVENT)) == [
        DecisionKind.NO_PROBLEM,
        DecisionKind.ADVICE,
        DecisionKind.SUSPEND,
    ]
    assert fitting_kinds(facts(subject_exists=False, member_exists=False)) == [DecisionKind.NO_PROBLEM]


def test_no_problem_is_told_to_the_reporters_only(about_mio, kai, aki, ren):
    decided(about_mio, kai, DecisionKind.NO_PROBLEM)

    assert mails() == {("safety/handled", aki.email), ("safety/handled", ren.email)}
    assert Case.objects.get().state == CaseState.DECIDED


@pytest.mark.parametrize("kind", [DecisionKind.ADVICE, DecisionKind.SUSPEND])
def test_a_measure_is_told_to_the_reporters_and_to_the_member_concerned(about_mio, kai, aki, ren, mio, kind):
    decided(about_mio, kai, kind, until=IN_A_WEEK)

    assert mails() == {
        ("safety/handled", aki.email),
        ("safety/handled", ren.email),
        ("safety/measure", mio.email),
    }


def test_the_reporter_reads_the_same_whatever_was_decided(evening, aki, mio, kai):
    texts = set()
    for kind in (DecisionKind.NO_PROBLEM, DecisionKind.ADVICE, DecisionKind.SUSPEND):
        row = send(aki, "member", mio.pk)
        take(case_id=row.case_id, by=kai, now=NOW)
        decided(row.case, kai, kind, until=IN_A_WEEK)
        mail = OutgoingMail.objects.get(key=f"safety/handled/{row.case_id}/{aki.pk}")
        texts.add((mail.subject, mail.text, mail.html))

    assert len(texts) == 1


def test_the_mail_about_a_measure_names_neither_reporter_nor_reason_and_leads_to_the_page(about_mio, kai, mio):
    decision = decided(about_mio, kai, DecisionKind.ADVICE)

    mail = OutgoingMail.objects.get(to=mio)
    assert reverse("feedback:decision", args=[decision.pk]) in mail.text
    for secret in ("あき", "れん", REASON):
        assert secret not in mail.subject + mail.text + mail.html


def test_hiding_takes_the_letter_from_the_receiver_and_tells_the_giver(about_letter, kai, aki, mio):
    decided(about_letter, kai, DecisionKind.HIDE)

    about_letter.letter.refresh_from_db()
    assert about_letter.letter.state == LetterState.HIDDEN
    assert mails() == {("safety/handled", aki.email), ("safety/measure", mio.email)}


def test_other_decisions_leave_the_letter_where_it_is(about_letter, kai):
    decided(about_letter, kai, DecisionKind.ADVICE)

    about_letter.letter.refresh_from_db()
    assert about_letter.letter.state == LetterState.RELEASED


def test_suspending_puts_the_member_out_at_once(about_mio, kai, mio, signed_in):
    browser = signed_in(mio)
    assert browser.get(reverse("members:blocks")).status_code == 200

    decision = decided(about_mio, kai, DecisionKind.SUSPEND, until=IN_A_WEEK)

    assert browser.get(reverse("members:blocks")).url == reverse("members:standing")
    suspension = Suspension.objects.get()
    assert (suspension.member, suspension.until, suspension.reason) == (mio, IN_A_WEEK, REASON)
    page = browser.get(reverse("feedback:decision", args=[decision.pk]))
    assert page.status_code == 200
    assert REASON in page.content.decode()


def test_suspending_gives_the_seats_until_then_to_those_who_wait(about_mio, kai, mio, aki):
    soon = factories.make_event(starts_at=NOW + timedelta(days=3), capacity=2)
    later = factories.make_event(starts_at=NOW + timedelta(days=30))
    for event in (soon, later):
        factories.make_registration(event, mio)
    factories.make_registration(soon)
    factories.make_registration(soon, aki, state="waiting")
    decided(about_mio, kai, DecisionKind.SUSPEND, until=IN_A_WEEK)
    states = dict(mio.registrations.filter(event__in=[soon, later]).values_list("event_id", "state"))
    assert states == {soon.pk: "withdrawn", later.pk: "confirmed"}
    assert aki.registrations.get(event=soon).state == "offered"


def test_a_decision_keeps_who_when_and_why(about_mio, kai):
    decision = decided(about_mio, kai, DecisionKind.ADVICE, reason=f"  {REASON}\n", until=IN_A_WEEK)

    assert (decision.kind, decision.reason, decision.until) == ("advice", REASON, None)
    assert (decision.decided_by, decision.decided_at) == (kai, NOW)
    assert list(AuditEntry.objects.filter(verb="decide-case").order_by("pk").values_list("by", "object_id", "why")) == [
        (kai.pk, about_mio.pk, "advice")
    ]


def test_deciding_twice_changes_nothing_more(about_mio, kai):
    first = decided(about_mio, kai, DecisionKind.ADVICE)
    second = decided(about_mio, kai, DecisionKind.SUSPEND, until=IN_A_WEEK)

    assert second == first
    assert Decision.objects.get().kind == DecisionKind.ADVICE
    assert not Suspension.objects.exists()


def test_who_does_not_hold_the_case_cannot_decide_it(about_mio, kai, sora):
    with pytest.raises(Refused) as refused:
        decided(about_mio, sora, DecisionKind.ADVICE)
    assert refused.value.reason == NoCase.TAKEN_BY_OTHER

    decided(about_mio, kai, DecisionKind.ADVICE)
    with pytest.raises(Refused) as refused:
        decided(about_mio, sora, DecisionKind.ADVICE)
    assert refused.value.reason == NoCase.DECIDED


def test_a_decision_about_somebody_who_left_is_told_to_the_reporters(about_mio, kai, aki, ren, mio):
    Case.objects.update(member=None)  # as the database does when the account goes

    decided(about_mio, kai, DecisionKind.NO_PROBLEM)

    assert mails() == {("safety/handled", aki.email), ("safety/handled", ren.email)}


def fill(**fields) -> dict[str, str]:
    return {"kind": "advice", "opening": "", "reason": REASON, "until": "", **fields}


def test_deciding_by_the_page_also_at_the_second_click(about_mio, kai, signed_in):
    browser = signed_in(kai)
    page = reverse("feedback:case", args=[about_mio.pk])

    for _click in range(2):
        answer = browser.post(reverse("feedback:decide", args=[about_mio.pk]), fill())
        assert (answer.status_code, answer.url) == (302, page)

    assert Decision.objects.get().reason == REASON
    assert REASON in browser.get(page).content.decode()


def test_a_suspension_ends_with_the_chosen_day_in_tokyo(about_mio, kai, signed_in):
    day = timezone.localdate() + timedelta(days=7)

    signed_in(kai).post(reverse("feedback:decide", args=[about_mio.pk]), fill(kind="suspend", until=day.isoformat()))

    next_day = day + timedelta(days=1)
    assert Suspension.objects.get().until == datetime(
        next_day.year, next_day.month, next_day.day, tzinfo=factories.TOKYO
    )


def test_an_opening_sentence_comes_before_the_words(about_mio, kai, signed_in):
    signed_in(kai).post(
        reverse("feedback:decide", args=[about_mio.pk]), fill(opening="nothing", reason="ご確認ください。")
    )

    assert Decision.objects.get().reason == (
        "お知らせの内容を確かめました。会員の約束に反することは見あたりませんでした。\nご確認ください。"
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"kind": ""}, "kind", id="no kind"),
        pytest.param({"kind": "hide"}, "kind", id="hide a person"),
        pytest.param({"kind": "banish"}, "kind", id="a kind that does not exist"),
        pytest.param({"reason": "だめです"}, "reason", id="a short reason"),
        pytest.param({"reason": "あ" * 1001}, "reason", id="a long reason"),
        pytest.param({"reason": REASON + "\x00"}, "reason", id="a NUL character"),
        pytest.param({"opening": "solicitation", "reason": "あ" * 990}, "reason", id="too long together"),
        pytest.param({"kind": "suspend"}, "until", id="no end"),
        pytest.param({"kind": "suspend", "until": "2020-01-01"}, "until", id="an end in the past"),
        pytest.param({"kind": "suspend", "until": "9999-12-31"}, "until", id="the last day of all"),
        pytest.param({"kind": "suspend", "until": "あした"}, "until", id="not a day"),
        pytest.param({"opening": "no-such"}, "opening", id="an opening that does not exist"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field_and_kept(about_mio, kai, signed_in, fields, field):
    data = fill(**fields)

    answer = signed_in(kai).post(reverse("feedback:decide", args=[about_mio.pk]), data)

    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {field}
    assert {name: form[name].value() for name in data} == data
    assert not Decision.objects.exists()


def test_a_moderator_who_lost_the_case_is_told(about_mio, sora, signed_in):
    answer = signed_in(sora).post(reverse("feedback:decide", args=[about_mio.pk]), fill())

    assert answer.status_code == 409
    assert not Decision.objects.exists()


def test_only_the_member_concerned_reads_a_measure(about_mio, kai, mio, aki, ren, sora, signed_in):
    url = reverse("feedback:decision", args=[decided(about_mio, kai, DecisionKind.ADVICE).pk])

    statuses = {member: signed_in(member).get(url).status_code for member in (mio, aki, ren, kai, sora)}

    assert statuses == {mio: 200, aki: 404, ren: 404, kai: 404, sora: 404}


def test_nobody_reads_that_there_was_no_problem(about_mio, kai, mio, signed_in):
    decision = decided(about_mio, kai, DecisionKind.NO_PROBLEM)

    assert signed_in(mio).get(reverse("feedback:decision", args=[decision.pk])).status_code == 404
    assert signed_in(mio).get(reverse("feedback:decision", args=[2**63 - 1])).status_code == 404


def test_a_moderator_cannot_decide_about_themselves_even_if_they_held_the_case(evening, aki, kai):
    factories.make_registration(evening, kai)
    factories.sit_together(evening, aki, kai, number=2)
    row = send(aki, "member", kai.pk)
    Case.objects.update(state=CaseState.TAKEN, taken_by=kai, taken_at=NOW)

    with pytest.raises(Refused) as refused:
        decided(row.case, kai, DecisionKind.NO_PROBLEM)

    assert refused.value.reason == NoCase.OWN_MATTER
    assert Role.MODERATOR in kai.roles
