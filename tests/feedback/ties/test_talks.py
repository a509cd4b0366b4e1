"""A time for two: proposed, chosen, declined, lapsed, called off, held; and what each of the two sees."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events.event.choices import EventState
from feedback.models import Talk, Tie
from feedback.ties.choices import TALK_MAIL, TIE_MAIL, TalkKind, TalkState
from feedback.ties.flows.talk import call_off, choose_time, decline, propose, say_held, say_missed
from feedback.ties.flows.tie import end_tie
from feedback.ties.limits import TALKS
from feedback.ties.rules.talk import NoTalk
from kouryu.env import Jitsi
from kouryu.refusal import Refused
from members.mail.kinds import MailKind
from members.models import AuditEntry, OutgoingMail
from tests.factories import make_event, make_member, make_registration, make_tie
from tests.feedback.pages import body_of

NOW = timezone.now().replace(second=0, microsecond=0).astimezone(UTC)
DAY = timedelta(days=1)
TIMES = [NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY]
LINK = "https://talk.example.jp/akis-room"


@pytest.fixture
def tied(aki, mio) -> Tie:
    return make_tie(aki, mio, formed_at=NOW - DAY)


@pytest.fixture
def asked(tied, aki, mio) -> Talk:
    return propose(by=aki, to_id=mio.pk, kind=TalkKind.TALK, times=TIMES, link=LINK, now=NOW)


@pytest.fixture
def agreed(asked, mio) -> Talk:
    return choose_time(by=mio, talk_id=asked.pk, starts_at=TIMES[1], now=NOW)


def refused(flow, **words) -> NoTalk:
    with pytest.raises(Refused) as said:
        flow(**words)
    return said.value.reason


def mails(*, kind: MailKind) -> list[tuple[int, str]]:
    rows = OutgoingMail.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("to", "calendar_method"))


def test_a_proposal_is_told_once_without_its_words(asked, aki, mio):
    again = propose(by=aki, to_id=mio.pk, kind=TalkKind.TALK, times=reversed(TIMES), link=LINK, now=NOW)

    assert again == asked
    assert (asked.moments, asked.lapses_at) == (TIMES, TIMES[2])
    assert mails(kind=TIE_MAIL) == [(mio.pk, "")]
    assert LINK not in OutgoingMail.objects.get().text
    assert not AuditEntry.objects.exists()


def test_one_proposal_between_two_at_a_time(asked, aki, mio):
    words = {"kind": TalkKind.LUNCH, "times": [NOW + 5 * DAY]}

    assert refused(propose, by=mio, to_id=aki.pk, now=NOW, **words) == NoTalk.ONE_IS_OPEN
    assert propose(by=mio, to_id=aki.pk, now=asked.lapses_at, **words).pk != asked.pk


def test_taking_proposals_back_makes_no_room_for_endless_mails(tied, aki, mio):
    words = {"kind": TalkKind.LUNCH, "times": [NOW + 5 * DAY]}
    for _time in range(TALKS.a_day_to_one):
        call_off(by=aki, talk_id=propose(by=aki, to_id=mio.pk, now=NOW, **words).pk, now=NOW)

    assert refused(propose, by=aki, to_id=mio.pk, now=NOW, **words) == NoTalk.ENOUGH_TODAY
    assert propose(by=mio, to_id=aki.pk, now=NOW, **words)
    assert propose(by=aki, to_id=make_tie(aki, make_member()).other(aki).pk, now=NOW, **words)


def test_the_chosen_time_goes_into_both_calendars(agreed, aki, mio):
    again = choose_time(by=mio, talk_id=agreed.pk, starts_at=TIMES[1], now=NOW)

    assert (again.state, again.starts_at) == (TalkState.AGREED, TIMES[1])
    assert mails(kind=TALK_MAIL) == [(aki.pk, "REQUEST"), (mio.pk, "REQUEST")]
    files = {mail.to: mail.calendar for mail in OutgoingMail.objects.filter(kind=TALK_MAIL)}
    begin = timezone.localtime(TIMES[1])
    assert all(f"DTSTART;TZID=Asia/Tokyo:{begin:%Y%m%dT%H%M%S}" in file for file in files.values())
    assert "SUMMARY:みおさんと20分話す" in files[aki]
    assert "SUMMARY:あきさんと20分話す" in files[mio]
    assert mio.email not in files[aki]
    assert not any(LINK in file for file in files.values())


def test_only_the_one_who_was_asked_answers_and_once(agreed, aki, mio):
    assert refused(choose_time, by=mio, talk_id=agreed.pk, starts_at=TIMES[0], now=NOW) == NoTalk.SETTLED
    assert refused(decline, by=mio, talk_id=agreed.pk, now=NOW) == NoTalk.SETTLED
    assert refused(choose_time, by=aki, talk_id=agreed.pk, starts_at=TIMES[0], now=NOW) == NoTalk.OWN_PROPOSAL


@pytest.mark.parametrize("own", ["evening", "talk"])
def test_a_time_at_which_one_has_something_else_is_refused(asked, aki, mio, own):
    if own == "evening":
        make_registration(make_event(starts_at=TIMES[0] - timedelta(minutes=50), minutes=60), mio)
    else:
        third = make_member()
        tie = make_tie(mio, third, formed_at=NOW - DAY)
        Talk.objects.create(
            tie=tie,
            proposer=third,
            kind=TalkKind.LUNCH,
            state=TalkState.AGREED,
            times=[],
            proposed_at=NOW,
            lapses_at=NOW,
            starts_at=TIMES[0] - timedelta(minutes=50),
        )

    assert refused(choose_time, by=mio, talk_id=asked.pk, starts_at=TIMES[0], now=NOW) == NoTalk.BUSY
    words = {"kind": TalkKind.TALK, "times": [TIMES[0]], "now": NOW}
    assert refused(propose, by=mio, to_id=aki.pk, **words) == NoTalk.BUSY


def test_an_evening_that_was_called_off_keeps_nobody_busy(asked, mio):
    make_registration(make_event(starts_at=TIMES[0], state=EventState.CALLED_OFF), mio)

    assert choose_time(by=mio, talk_id=asked.pk, starts_at=TIMES[0], now=NOW).state == TalkState.AGREED


def test_a_no_and_silence_end_in_the_same_words(asked, aki, mio, signed_in, time_machine):
    def page() -> str:
        time_machine.move_to(asked.lapses_at + DAY, tick=False)
        body = body_of(signed_in(aki).get(reverse("feedback:talk", args=[asked.pk])))
        time_machine.move_to(NOW)
        return body

    unanswered = page()
    for _twice in range(2):
        decline(by=mio, talk_id=asked.pk, now=NOW)

    assert page() == unanswered
    assert OutgoingMail.objects.exclude(key__endswith="/proposed").count() == 0


@pytest.mark.parametrize("who", ["aki", "mio"])
def test_either_calls_off_and_both_calendars_forget_it(agreed, aki, mio, who):
    for _twice in range(2):
        call_off(by={"aki": aki, "mio": mio}[who], talk_id=agreed.pk, now=NOW)

    assert mails(kind=TALK_MAIL)[2:] == [(aki.pk, "CANCEL"), (mio.pk, "CANCEL")]
    files = list(OutgoingMail.objects.filter(kind=TALK_MAIL, to=aki).order_by("pk").values_list("calendar", flat=True))
    uids = {next(line for line in file.splitlines() if line.startswith("UID")) for file in files}
    assert len(uids) == 1
    first, last = ({**Calendar.from_ical(file).walk("VEVENT")[0]} for file in files)
    assert (last["SEQUENCE"] > first["SEQUENCE"], last["STATUS"]) == (True, "CANCELLED")
    assert last["LAST-MODIFIED"].dt == NOW


def test_a_proposal_is_taken_back_without_a_word(asked, aki, mio):
    assert refused(call_off, by=mio, talk_id=asked.pk, now=NOW) == NoTalk.NOT_AGREED
    call_off(by=aki, talk_id=asked.pk, now=NOW)

    assert mails(kind=TALK_MAIL) == []


def test_held_outweighs_missed_and_says_when(agreed, aki, mio):
    after = TIMES[1] + timedelta(minutes=20)
    assert refused(say_held, by=aki, talk_id=agreed.pk, now=after - timedelta(seconds=1)) == NoTalk.NOT_OVER
    say_missed(by=aki, talk_id=agreed.pk, now=after)
    say_held(by=mio, talk_id=agreed.pk, now=after)
    say_missed(by=aki, talk_id=agreed.pk, now=after)

    agreed.refresh_from_db()
    assert (agreed.state, agreed.held_at) == (TalkState.HELD, TIMES[1])


def test_what_is_not_between_us_is_not_found(agreed, aki, mio, signed_in):
    stranger = make_member()
    make_tie(stranger, aki)
    names = ("talk", "enter_talk", "talk_calendar")
    found = {reader: [_status(signed_in(reader), name, agreed.pk) for name in names] for reader in (aki, stranger)}
    end_tie(by=mio, other_id=aki.pk, now=NOW)

    assert found == {aki: [200, 409, 200], stranger: [404, 404, 404]}
    assert [_status(signed_in(aki), name, agreed.pk) for name in names] == [404, 404, 404]


def _status(client, name: str, pk: int) -> int:
    return client.get(reverse(f"feedback:{name}", args=[pk])).status_code


@pytest.mark.parametrize("jitsi", [None, Jitsi("https://meet.example.jp", "", "")])
def test_the_room_opens_ten_minutes_before_and_no_page_has_the_address(
    agreed, aki, mio, signed_in, time_machine, jitsi
):
    enter, page = (reverse(f"feedback:{name}", args=[agreed.pk]) for name in ("enter_talk", "talk"))
    with override_settings(JITSI=jitsi):
        time_machine.move_to(TIMES[1] - timedelta(minutes=10, seconds=1))
        early = signed_in(mio).get(enter).status_code, enter in body_of(signed_in(mio).get(page))
        time_machine.move_to(TIMES[1] - timedelta(minutes=10))
        answers = [signed_in(reader).get(enter) for reader in (aki, mio)]
        ways = {answer.url if jitsi else answer.context["address"] for answer in answers}
        bodies = [body_of(signed_in(reader).get(page)) for reader in (aki, mio)]

    assert early == (409, False)
    assert len(ways) == 1
    way = ways.pop()
    assert way == LINK if jitsi is None else way.startswith("https://meet.example.jp/kouryu-")
    assert all(enter in body and way not in body for body in bodies)


def test_the_form_of_a_proposal_says_what_is_wrong_at_each_field(tied, aki, mio, signed_in):
    address = reverse("feedback:propose_talk", args=[mio.pk])

    def local(moment) -> str:
        return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"

    def errors(**words) -> set[str]:
        answer = signed_in(aki).post(address, {"kind": "talk", "first": local(TIMES[0]), **words})
        assert answer.status_code == 422
        return set(answer.context["form"].errors)

    assert errors(kind="dinner") == {"kind"}
    assert errors(first="") == {"first"}
    assert errors(first="0001-01-01T00:00", second="9999-12-31T23:59", third="soon") == {"first", "second", "third"}
    assert errors(first="0001-01-01T00:00", second="9999-12-31T23:59") == {"first", "second"}
    assert errors(place="あ" * 101) == {"place"}
    assert errors(place="駅\u202e前") == {"place"}
    for place in ("駅前 090-1234-5678", "yoru@example.jp", "ＬＩＮＥ：yoru_1", "bit . ly / abc"):
        assert errors(place=place) == {"place"}, place
    for link in ("https://aki:pass@talk.example.jp/", "https://talk.example.jp\\@elsewhere.jp/", "https://a@b@c.jp"):
        assert errors(link=link) == {"link"}, link
    for link in ("http://talk.example.jp/", "javascript:alert(1)", "https://" + "a" * 300 + ".jp", "\x00"):
        assert errors(link=link) == {"link"}, link
    assert not Talk.objects.exists()
    place = "新宿区西新宿2-8-1 3F 喫茶よる"
    sent = signed_in(aki).post(address, {"kind": "lunch", "first": local(TIMES[0]), "place": place, "link": ""})
    talk = Talk.objects.get()
    assert (sent.url, talk.moments, talk.place) == (reverse("feedback:talk", args=[talk.pk]), [TIMES[0]], place)


def test_the_flow_refuses_what_the_form_does(tied, aki, mio):
    words = {"by": aki, "to_id": mio.pk, "kind": TalkKind.TALK, "times": TIMES, "now": NOW}

    assert refused(propose, place="090-1234-5678", **words) == NoTalk.PLACE_ADDRESS
    assert refused(propose, link="https://aki@talk.example.jp/", **words) == NoTalk.LINK_SIGNS_IN
    assert refused(propose, link="https://[talk.example.jp/", **words) == NoTalk.BAD_LINK
    assert refused(propose, link="https://" + "あ" * 64 + ".jp/", **words) == NoTalk.BAD_LINK
    assert propose(link="https://talk.example.jp/@akis-room", **words).pk


@pytest.mark.parametrize("phase", ["answer", "agreed"])
def test_where_the_link_leads_is_read_before_it_is_opened(asked, aki, mio, signed_in, phase):
    Talk.objects.update(link="https://talk.例え.jp/secret-room")
    if phase == "agreed":
        choose_time(by=mio, talk_id=asked.pk, starts_at=TIMES[1], now=NOW)
    page = body_of(signed_in(mio).get(reverse("feedback:talk", args=[asked.pk])))
    with override_settings(JITSI=Jitsi("https://meet.example.jp", "", "")):
        own_room = body_of(signed_in(mio).get(reverse("feedback:talk", args=[asked.pk])))

    assert "talk.xn--r8jz45g.jp" in page
    assert "secret-room" not in page
    assert "xn--" not in own_room


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 400),
        ({"act": "sing"}, 400),
        ({"act": "choose"}, 409),
        ({"act": "choose", "starts_at": "2026-13-01"}, 409),
        ({"act": "choose", "starts_at": "9" * 5000}, 409),
        ({"act": "choose", "starts_at": "\x00"}, 409),
        ({"act": "held"}, 409),
        ({"act": "decline"}, 302),
    ],
)
def test_buttons_that_no_page_has(asked, mio, signed_in, words, status):
    assert signed_in(mio).post(reverse("feedback:talk", args=[asked.pk]), words).status_code == status


def test_every_phase_has_its_page(asked, aki, mio, signed_in, time_machine):
    address = reverse("feedback:talk", args=[asked.pk])
    seen = [_phases(signed_in, address, aki, mio)]
    signed_in(mio).post(address, {"act": "choose", "starts_at": TIMES[0].isoformat()})
    seen.append(_phases(signed_in, address, aki, mio))
    time_machine.move_to(TIMES[0] + timedelta(minutes=20))
    seen.append(_phases(signed_in, address, aki, mio))
    signed_in(aki).post(address, {"act": "missed"})
    seen.append(_phases(signed_in, address, aki, mio))
    signed_in(mio).post(address, {"act": "held"})
    seen.append(_phases(signed_in, address, aki, mio))

    assert seen == [("waiting", "answer"), ("agreed",) * 2, ("over",) * 2, ("missed",) * 2, ("held",) * 2]


def _phases(signed_in, address: str, *readers) -> tuple[str, ...]:
    return tuple(signed_in(reader).get(address).context["phase"].value for reader in readers)
