"""A page of an event that stood open while something else was done: sending it does no more than it showed."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from events.hosting.flows.cohost import help_host
from events.hosting.flows.template import keep_as_template
from events.models import CoHost, EventTemplate, Registration
from events.registration.flows.registration import register
from members.models import JudgedText
from members.texts.choices import TextState
from tests.factories import make_co_host, make_event

LURE = "副業で月30万円の無料セミナー、LINE ID: abc_1234 / https://evil.example/join"


def test_an_old_page_of_registering_changes_nothing_that_waits(mio, signed_in):
    event, now = make_event(), timezone.now()
    register(member=mio, event_id=event.pk, wants_to_talk=LURE, can_offer="レジの話", now=now)
    typed = {"wants_to_talk": "夜の話", "can_offer": "090-1234-5678 に電話を", "mode": "chat"}

    answer = signed_in(mio).post(reverse("events:register", args=[event.pk]), typed)

    assert answer.url == event.get_absolute_url()
    assert Registration.objects.values_list("wants_to_talk", "can_offer", "mode").get() == ("", "レジの話", "talk")
    assert JudgedText.objects.values_list("state", "words").get() == (TextState.HELD, LURE)


def test_an_old_page_of_a_template_keeps_the_name_it_got_meanwhile(ren, signed_in):
    template = keep_as_template(event_id=make_event(ren).pk, name="いつもの夜", by=ren, now=timezone.now())
    browser, address = signed_in(ren), reverse("events:template", args=[template.pk])
    form = browser.get(address).context["form"]
    assert str(form.shown) in browser.get(address).content.decode()
    old = {"name": form["name"].value(), "shown": form.shown_values}

    for typed, kept in (({"name": "月いちの夜"}, "月いちの夜"), ({}, "月いちの夜"), ({"name": "冬の夜"}, "冬の夜")):
        assert browser.post(address, old | typed).status_code == 302
        assert EventTemplate.objects.get().name == kept


def test_an_old_page_of_helpers_ends_nobodys_help(ren, aki, signed_in):
    event = make_event(ren)
    co_host, host = make_co_host(event), signed_in(ren)
    people, end = (reverse(f"events:{name}", args=args) for name, args in pages_of(co_host))
    assert 'name="was-open"' in host.get(people).content.decode()
    help_host(event_id=event.pk, token=co_host.token, member=aki, now=timezone.now())

    refused = host.post(end, {"was-open": "yes"})
    assert (refused.status_code, people in refused.content.decode()) == (409, True)
    assert CoHost.objects.get().member == aki

    assert 'name="was-open"' not in host.get(people).content.decode()
    host.post(end)
    assert not CoHost.objects.exists()


def test_an_invitation_is_taken_back_in_its_own_words(ren, signed_in):
    co_host, host = make_co_host(make_event(ren)), signed_in(ren)
    people, end = (reverse(f"events:{name}", args=args) for name, args in pages_of(co_host))
    page = host.post(end, {"was-open": "yes"}, follow=True)
    assert page.redirect_chain == [(people, 302)]
    assert ["招待を取り消しました" in str(said) for said in page.context["messages"]] == [True]


def pages_of(co_host):
    return (("co_hosts", [co_host.event_id]), ("end_help", [co_host.event_id, co_host.pk]))
