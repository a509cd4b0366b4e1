"""Contacts: each gives one to one tied person, and neither sees anything until both have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import ContactOffer, Tie
from feedback.ties.flows.contact import forget_contacts, offer_contact, take_back_contact
from feedback.ties.flows.tie import end_tie
from members.models import AuditEntry, Block, OutgoingMail
from tests.factories import make_member, make_tie
from tests.feedback.pages import body_of

NOW = timezone.now()
AKIS, MIOS = "aki@example.jp へどうぞ", "みおのハンドルは mio_p です"


@pytest.fixture
def tied(aki, mio) -> Tie:
    return make_tie(aki, mio, formed_at=NOW - timedelta(days=1))


def offer(by, to, text, now=NOW):
    return offer_contact(by=by, to_id=to.pk, text=text, now=now)


def page(signed_in, reader, person) -> str:
    return body_of(signed_in(reader).get(reverse("feedback:contact", args=[person.pk])))


def test_until_both_have_offered_the_other_page_stays_the_same_to_the_byte(tied, aki, mio, signed_in):
    address = reverse("feedback:contact", args=[aki.pk])
    others = [reverse("feedback:people"), reverse("feedback:notes", args=[aki.pk])]
    before = [body_of(signed_in(mio).get(where)) for where in (address, *others)]
    offer(aki, mio, AKIS)

    assert [body_of(signed_in(mio).get(where)) for where in (address, *others)] == before
    assert OutgoingMail.objects.count() == 0
    assert AKIS in page(signed_in, aki, mio)


def test_a_one_sided_offer_costs_no_other_query(tied, aki, mio, signed_in):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(signed_in, mio, aki)
        return len(seen)

    before = queries()
    offer(aki, mio, AKIS)
    assert queries() == before


def test_once_both_have_offered_both_see_and_hear_of_it(tied, aki, mio, signed_in):
    offer(aki, mio, AKIS)
    offer(mio, aki, MIOS)

    assert MIOS in page(signed_in, aki, mio)
    assert AKIS in page(signed_in, mio, aki)
    mails = OutgoingMail.objects.all()
    assert {mail.to for mail in mails} == {aki, mio}
    assert not any(text in mail.text + mail.html + mail.subject for mail in mails for text in (AKIS, MIOS))
    assert not AuditEntry.objects.exists()


def test_changed_words_show_and_bring_no_second_mail(tied, aki, mio, signed_in):
    for by, to, text in ((aki, mio, AKIS), (mio, aki, MIOS), (aki, mio, "あたらしい番号")):
        offer(by, to, text)

    assert "あたらしい番号" in page(signed_in, mio, aki)
    assert OutgoingMail.objects.count() == 2


def test_taken_back_neither_sees_the_other(tied, aki, mio, signed_in):
    alone = page(signed_in, mio, aki)
    offer(mio, aki, MIOS)
    kept = page(signed_in, mio, aki)
    offer(aki, mio, AKIS)
    for _twice in range(2):
        take_back_contact(by=aki, from_id=mio.pk)

    assert page(signed_in, mio, aki) == kept != alone
    assert MIOS not in page(signed_in, aki, mio)
    assert list(ContactOffer.objects.order_by("pk").values_list("holder", flat=True)) == [mio.pk]


@pytest.mark.parametrize("how", ["ended", "blocked", "left", "never tied"])
def test_without_a_tie_there_is_no_page(tied, aki, mio, signed_in, how):
    offer(aki, mio, AKIS)
    offer(mio, aki, MIOS)
    if how == "ended":
        end_tie(by=aki, other_id=mio.pk, now=NOW)
    elif how == "blocked":
        Block.objects.create(blocker=mio, blocked=aki, blocked_at=NOW)
    elif how == "left":
        mio.is_active = False
        mio.save(update_fields=["is_active"])
    person = make_member() if how == "never tied" else mio
    address = reverse("feedback:contact", args=[person.pk])

    answers = [signed_in(aki).get(address), signed_in(aki).post(address, {"text": "x"})]
    out_of_reach = how in {"blocked", "left"}  # the line of the tie stays: tests/feedback/test_out_of_reach.py
    assert [answer.status_code for answer in answers] == ([409, 409] if out_of_reach else [404, 404])
    assert MIOS not in answers[0].content.decode()


def test_a_tie_that_begins_anew_asks_both_anew(tied, aki, mio, signed_in):
    offer(aki, mio, AKIS)
    offer(mio, aki, MIOS)
    Tie.objects.update(formed_at=NOW + timedelta(days=1))

    assert MIOS not in page(signed_in, aki, mio)
    assert AKIS not in page(signed_in, aki, mio)
    assert forget_contacts() == 2


def test_the_page_keeps_what_was_typed_when_it_is_too_long(tied, aki, mio, signed_in):
    address = reverse("feedback:contact", args=[mio.pk])
    answers = [signed_in(aki).post(address, {"text": text}) for text in ("", "あ" * 201, "a\x00b")]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "あ" * 201 in answers[1].content.decode()
    assert signed_in(aki).post(address, {"text": AKIS}).url == address
    assert signed_in(aki).post(address, {"act": "take-back"}).url == address
    assert not ContactOffer.objects.exists()
