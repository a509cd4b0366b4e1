"""The moderators' queue: its order, who sees what, and that one case is in one pair of hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.cases.choices import CaseState, DecisionKind, ReportReason, SubjectKind, Urgency
from feedback.cases.flows import hand_over
from feedback.cases.rules import CaseFacts, NoCase, why_not_read, why_not_release, why_not_take
from feedback.letters.choices import LetterState
from feedback.models import Case, Decision, Report
from feedback.safety.flows import release, take
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.models import AuditEntry
from tests import factories

NOW = timezone.now()
NOTE = {"text": "セミナーにも来ませんか。", "written_at": NOW.isoformat()}


@pytest.fixture
def yui(db):
    """A second moderator."""
    return factories.make_member("ゆい", roles=(Role.MODERATOR,))


def make_case(member=None, reporter=None, *, opened_at=NOW, reason=ReportReason.NUISANCE, **fields) -> Case:
    """An open case about a member with one report, written straight into the database."""
    member = member or factories.make_member()
    case = Case.objects.create(
        **{"member": member, "subject_key": f"member/{member.pk}", "opened_at": opened_at, **fields}
    )
    Report.objects.create(
        case=case,
        reporter=reporter or factories.make_member(),
        reason=reason,
        snapshot={"person": {"id": member.pk, "called_name": member.called_name}, "together": []},
        reported_at=opened_at,
    )
    return case


def facts(**changes) -> CaseFacts:
    return CaseFacts(
        **{
            "kind": SubjectKind.MEMBER,
            "state": CaseState.OPEN,
            "taken_by_me": False,
            "taken_at": None,
            "own_matter": False,
            "subject_exists": True,
            "member_exists": True,
            **changes,
        }
    )


TAKEN = {"state": CaseState.TAKEN, "taken_at": NOW - timedelta(hours=1)}
TAKEN_LONG_AGO = {"state": CaseState.TAKEN, "taken_at": NOW - timedelta(hours=24)}


@pytest.mark.parametrize(
    ("case", "to_take", "to_release"),
    [
        pytest.param(facts(), None, NoCase.NOT_TAKEN, id="open"),
        pytest.param(facts(**TAKEN, taken_by_me=True), None, None, id="mine"),
        pytest.param(facts(**TAKEN), NoCase.TAKEN_BY_OTHER, NoCase.TAKEN_BY_OTHER, id="another's"),
        pytest.param(facts(**TAKEN_LONG_AGO), None, NoCase.TAKEN_BY_OTHER, id="another's since a day"),
        pytest.param(facts(state=CaseState.DECIDED), NoCase.DECIDED, NoCase.DECIDED, id="decided"),
        pytest.param(facts(own_matter=True), NoCase.OWN_MATTER, NoCase.OWN_MATTER, id="own matter"),
    ],
)
def test_why_not_take_and_why_not_release(case, to_take, to_release):
    assert why_not_take(case, NOW) == to_take
    assert why_not_release(case) == to_release


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(facts(), NoCase.NOT_TAKEN, id="open"),
        pytest.param(facts(**TAKEN, taken_by_me=True), None, id="mine"),
        pytest.param(facts(**TAKEN), NoCase.TAKEN_BY_OTHER, id="another's"),
        pytest.param(facts(**TAKEN_LONG_AGO), NoCase.TAKEN_BY_OTHER, id="another's since a day: to be taken first"),
        pytest.param(facts(state=CaseState.DECIDED, taken_by_me=True), None, id="decided by me"),
        pytest.param(facts(state=CaseState.DECIDED), NoCase.TAKEN_BY_OTHER, id="decided by another"),
        pytest.param(facts(own_matter=True, taken_by_me=True), NoCase.OWN_MATTER, id="own matter"),
    ],
)
def test_why_not_read(case, expected):
    assert why_not_read(case) == expected


def test_words_are_read_by_whoever_took_the_case_and_each_reading_is_noted(kai, yui, signed_in):
    case = make_case()
    report = case.reports.get()
    report.words, report.snapshot = "投資に誘われました。", {**report.snapshot, "notes": [NOTE]}
    report.save()
    page = reverse("feedback:case", args=[case.pk])
    words = (report.words, NOTE["text"])

    def reads(moderator):
        body = signed_in(moderator).get(page).content.decode()
        lines = AuditEntry.objects.filter(verb="read-case", object_id=case.pk, by=moderator).count()
        return [one in body for one in words], lines

    assert reads(kai) == ([False, False], 0)
    signed_in(kai).post(reverse("feedback:take", args=[case.pk]))
    assert [reads(kai), reads(kai)] == [([True, True], 1), ([True, True], 2)]
    assert reads(yui) == ([False, False], 0)
    Case.objects.update(state=CaseState.DECIDED)
    Decision.objects.create(case=case, kind=DecisionKind.NO_PROBLEM, reason="確かめました。", decided_at=NOW)
    assert reads(yui) == ([False, False], 0)
    assert reads(kai) == ([True, True], 3)


def test_whoever_opens_a_case_reads_who_read_its_words(kai, yui, signed_in):
    """Also who gave it back: a reading that nobody can see is no record."""
    case = make_case()
    page = reverse("feedback:case", args=[case.pk])
    browser = signed_in(kai)
    browser.post(reverse("feedback:take", args=[case.pk]))
    browser.get(page)
    browser.get(page)
    browser.post(reverse("feedback:release", args=[case.pk]))

    answer = signed_in(yui).get(page)

    assert [(reading.by, reading.times) for reading in answer.context["readings"]] == [(kai, 2)]
    assert "かい（2回）" in answer.content.decode()


def test_a_moderator_learns_from_no_number_how_many_cases_there_are(kai, signed_in):
    cases = [make_case(), make_case(kai), make_case()]
    browser = signed_in(kai)
    pages = [browser.get(reverse("feedback:cases")), browser.get(reverse("feedback:case", args=[cases[2].pk]))]
    for page in pages:
        assert f"#{cases[2].pk}" not in page.content.decode()
        assert f"/{cases[2].pk}/" not in page.content.decode()


def test_the_queue_is_ordered_by_urgency_then_age(kai, signed_in):
    older, newer = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    normal = make_case(urgency=Urgency.NORMAL, opened_at=older)
    urgent_new = make_case(urgency=Urgency.URGENT, opened_at=newer)
    urgent_old = make_case(urgency=Urgency.URGENT, opened_at=older)
    high = make_case(urgency=Urgency.HIGH, opened_at=older)

    page = signed_in(kai).get(reverse("feedback:cases"))

    assert list(page.context["page"]) == [urgent_old, urgent_new, high, normal]


def test_the_queue_can_be_narrowed_and_counts_each_part(kai, yui, signed_in):
    waiting = make_case()
    mine = make_case(state=CaseState.TAKEN, taken_by=kai, taken_at=NOW)
    others = make_case(state=CaseState.TAKEN, taken_by=yui, taken_at=NOW)
    browser = signed_in(kai)

    shown = {
        show: set(browser.get(reverse("feedback:cases"), {"show": show}).context["page"])
        for show in ("", "mine", "others", "decided", "no-such-part")
    }

    everything = {waiting, mine, others}
    assert shown == {
        "": everything,
        "mine": {mine},
        "others": {others},
        "decided": set(),
        "no-such-part": everything,
    }
    counts = browser.get(reverse("feedback:cases")).context["counts"]
    assert counts == {"waiting": 1, "mine": 1, "others": 1, "decided": 0}


@pytest.mark.parametrize("page", ["0", "999", "x", "-1"])
def test_a_page_of_the_queue_that_does_not_exist_shows_a_neighbour(kai, signed_in, page):
    make_case()

    assert signed_in(kai).get(reverse("feedback:cases"), {"page": page}).status_code == 200


def test_the_queue_asks_as_much_for_one_case_as_for_thirty(
    kai, yui, signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    browser = signed_in(kai)
    make_case(state=CaseState.TAKEN, taken_by=yui, taken_at=NOW)
    with django_assert_max_num_queries(10) as asked:
        browser.get(reverse("feedback:cases"))

    for _ in range(29):
        make_case(state=CaseState.TAKEN, taken_by=yui, taken_at=NOW)
    with django_assert_num_queries(len(asked)):
        browser.get(reverse("feedback:cases"))


def test_a_moderator_sees_no_case_about_or_by_themselves(kai, signed_in):
    about = make_case(kai)
    by = make_case(reporter=kai)
    gone = make_case()  # whose member has left
    Case.objects.filter(pk=gone.pk).update(member=None)
    browser = signed_in(kai)

    assert list(browser.get(reverse("feedback:cases")).context["page"]) == [gone]
    for case in (about, by):
        assert browser.get(reverse("feedback:case", args=[case.pk])).status_code == 404
        for act in ("take", "release", "decide"):
            assert browser.post(reverse(f"feedback:{act}", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("who", ["aki", "ren", "fumi"])
def test_members_hosts_and_the_desk_find_nothing(request, signed_in, who):
    browser = signed_in(request.getfixturevalue(who))
    case = make_case()

    assert browser.get(reverse("feedback:cases")).status_code == 404
    assert browser.get(reverse("feedback:case", args=[case.pk])).status_code == 404
    for act in ("take", "release", "decide"):
        assert browser.post(reverse(f"feedback:{act}", args=[case.pk])).status_code == 404
    assert Case.objects.get().state == CaseState.OPEN


@pytest.mark.parametrize("pk", [999_999, 2**63 - 1])
def test_a_case_that_does_not_exist_is_not_found(kai, signed_in, pk):
    browser = signed_in(kai)

    assert browser.get(reverse("feedback:case", args=[pk])).status_code == 404
    assert browser.post(reverse("feedback:take", args=[pk])).status_code == 404


def test_the_owner_moderates_too(sora, signed_in):
    case = make_case()

    assert signed_in(sora).get(reverse("feedback:case", args=[case.pk])).status_code == 200


def test_the_page_of_a_case_shows_words_as_text_and_what_is_on_record(kai, aki, signed_in):
    make_case(aki, subject_key="event/1")
    case = make_case(aki)
    case.reports.update(words="<script>alert(1)</script>")
    take(case_id=case.pk, by=kai, now=NOW)

    page = signed_in(kai).get(reverse("feedback:case", args=[case.pk]))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()
    assert page.context["record"].reports == 1


def test_taking_a_case_twice_changes_nothing_more(kai):
    case = make_case()

    take(case_id=case.pk, by=kai, now=NOW)
    take(case_id=case.pk, by=kai, now=NOW + timedelta(minutes=1))

    case.refresh_from_db()
    assert (case.state, case.taken_by, case.taken_at) == (CaseState.TAKEN, kai, NOW)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "object_type", "object_id")) == [
        ("take-case", kai.pk, "feedback.case", case.pk)
    ]


def test_the_later_of_two_moderators_is_told(kai, yui, signed_in):
    case = make_case()
    take(case_id=case.pk, by=kai, now=NOW)

    answer = signed_in(yui).post(reverse("feedback:take", args=[case.pk]))

    assert answer.status_code == 409
    assert "いまほかの担当が確かめています" in answer.content.decode()
    case.refresh_from_db()
    assert case.taken_by == kai


def test_a_case_that_lay_for_a_day_can_be_taken_over(kai, yui):
    case = make_case()
    take(case_id=case.pk, by=kai, now=NOW - timedelta(days=1))

    take(case_id=case.pk, by=yui, now=NOW)

    case.refresh_from_db()
    assert (case.taken_by, case.taken_at) == (yui, NOW)


def test_a_case_is_given_back_once(kai, yui):
    case = make_case()
    take(case_id=case.pk, by=kai, now=NOW)

    with pytest.raises(Refused) as refused:
        release(case_id=case.pk, by=yui, now=NOW)
    assert refused.value.reason == NoCase.TAKEN_BY_OTHER

    release(case_id=case.pk, by=kai, now=NOW)
    release(case_id=case.pk, by=kai, now=NOW)

    case.refresh_from_db()
    assert (case.state, case.taken_by, case.taken_at) == (CaseState.OPEN, None, None)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["take-case", "release-case"]


def test_taking_and_giving_back_by_the_page(kai, signed_in):
    case = make_case()
    browser = signed_in(kai)
    page = reverse("feedback:case", args=[case.pk])

    answer = browser.post(reverse("feedback:take", args=[case.pk]))
    assert (answer.status_code, answer.url) == (302, page)
    assert browser.get(page).context["is_mine"] is True

    answer = browser.post(reverse("feedback:release", args=[case.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("feedback:cases"))
    assert browser.get(page).context["can_take"] is True


def test_nothing_is_taken_by_opening_a_link(kai, signed_in):
    case = make_case()

    for act in ("take", "release", "decide"):
        assert signed_in(kai).get(reverse(f"feedback:{act}", args=[case.pk])).status_code == 405


def test_nobody_judges_a_letter_to_themselves_or_reads_it_before_it_arrives(kai, yui, aki, signed_in):
    event = factories.make_evening([[aki, kai]], now=NOW)
    letter = factories.make_letter(
        aki, kai, event, state=LetterState.HELD, released_at=None, saw="とどくまえのことば。"
    )
    hand_over(letter, reason="invitation", now=NOW)
    case = Case.objects.get()
    page = reverse("feedback:case", args=[case.pk])

    assert (signed_in(kai).get(page).status_code, signed_in(yui).get(page).status_code) == (404, 200)
    assert signed_in(kai).get(reverse("feedback:cases")).context["counts"]["waiting"] == 0
    with pytest.raises(Refused, match=NoCase.OWN_MATTER):
        take(case_id=case.pk, by=kai, now=NOW)


@pytest.mark.parametrize("part", ["reporter", "receiver"])
def test_what_is_on_record_leaves_out_what_the_moderator_has_a_part_in(kai, aki, mio, signed_in, part):
    """Who reported somebody learns that it was handled, and not how; nor of a letter that never reached them."""
    other = make_case(aki, subject_key="event/1")
    if part == "reporter":
        other.reports.update(reporter=kai)
    else:
        other.letter = factories.make_letter(aki, kai, factories.make_event(), state="hidden", released_at=None)
        other.save(update_fields=["letter"])
    Case.objects.filter(pk=other.pk).update(state=CaseState.DECIDED)
    Decision.objects.create(case=other, kind="advice", reason="次からはお控えください。", decided_at=NOW)
    case = make_case(aki)

    record = signed_in(kai).get(reverse("feedback:case", args=[case.pk])).context["record"]

    assert (record.decisions, record.reports) == ([], 0)
