"""Notes to take home and what one held for normal: of the member alone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.growth.limits import TAKE_HOME
from feedback.models import Normal, TakeHomeNote, Thanks
from members.accounts.choices import Role
from members.models import AuditEntry, OutgoingMail
from tests import factories

SECRET = "転職を考えはじめた"


@pytest.fixture
def evening(aki, mio):
    return factories.make_evening([[aki, mio]])


def note_url(event):
    return reverse("feedback:take_home_note", args=[event.pk])


def test_a_note_is_kept_changed_and_taken_away(aki, evening, signed_in):
    browser = signed_in(aki)
    for words in [SECRET, f"{SECRET}。つづき"]:
        assert browser.post(note_url(evening), {"text": words}).url == reverse("feedback:take_home_notes")
    assert TakeHomeNote.objects.get().text == f"{SECRET}。つづき"
    assert SECRET in browser.get(reverse("feedback:take_home_notes")).content.decode()
    browser.post(note_url(evening), {"text": "  "})
    assert not TakeHomeNote.objects.exists()


@pytest.mark.parametrize(("words", "status"), [("あ" * 1000, 302), ("あ" * 1001, 422), ("\x00", 422)])
def test_a_note_holds_a_thousand_characters(aki, evening, signed_in, words, status):
    assert signed_in(aki).post(note_url(evening), {"text": words}).status_code == status


def test_nobody_else_reads_them(aki, mio, evening, signed_in):
    browser = signed_in(aki)
    browser.post(note_url(evening), {"text": SECRET})
    browser.post(reverse("feedback:new_normal") + f"?event={evening.pk}", {"before": SECRET, "person": "0"})
    normal = Normal.objects.get()
    assert not AuditEntry.objects.exists()
    for reader in [mio, evening.host, factories.make_member(roles=(Role.OWNER, Role.MODERATOR))]:
        other = signed_in(reader)
        for name in ("take_home_notes", "normals"):
            assert SECRET not in other.get(reverse(f"feedback:{name}")).content.decode()
        assert other.get(reverse("feedback:normal", args=[normal.pk])).status_code == 404
        assert other.post(reverse("feedback:drop_normal", args=[normal.pk])).status_code == 404
        if reader == mio:
            assert SECRET not in other.get(note_url(evening)).content.decode()
        else:
            assert other.get(note_url(evening)).status_code == 404


def test_a_wish_to_tell_shows_a_button_and_tells_nothing_by_itself(aki, mio, evening, signed_in):
    browser = signed_in(aki)
    words = {"before": "会議は1時間", "after": "15分でも足りる", "person": mio.reference, "wants_to_tell": "on"}
    browser.post(reverse("feedback:new_normal") + f"?event={evening.pk}", words)
    assert (Thanks.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    button = reverse("feedback:thank", args=[evening.pk, mio.pk])
    assert button in browser.get(reverse("feedback:normals")).content.decode()
    browser.post(button, {"line": "お話で、会議の見え方が変わりました。"})
    assert Thanks.objects.get().receiver == mio
    assert button not in browser.get(reverse("feedback:normals")).content.decode()


def test_who_left_is_named_as_before(aki, mio, evening, signed_in):
    Normal.objects.create(
        member=aki, event=evening, person=mio, before="会議", wants_to_tell=True, written_at=timezone.now()
    )
    mio.is_active = False
    mio.save(update_fields=["is_active"])
    page = signed_in(aki).get(reverse("feedback:normals")).content.decode()
    assert ("会議" in page, f"{mio.called_name}さん" in page) == (True, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"before": ""},
        {"before": "あ" * 301},
        {"after": "あ" * 301},
        {"before": "\x00"},
        {"person": "999999999999999999999999"},
        {"wants_to_tell": "on"},
    ],
)
def test_bad_input_is_told_at_the_field(aki, evening, signed_in, changes):
    words = {"before": "会議は1時間", "after": "いまは15分", "person": "0", **changes}
    answer = signed_in(aki).post(reverse("feedback:new_normal") + f"?event={evening.pk}", words)
    assert answer.status_code == 422
    assert ("いまは15分" in answer.content.decode()) == ("after" not in changes)
    assert not Normal.objects.exists()


def test_without_an_evening_it_is_about_nobody(aki, mio, evening, signed_in):
    browser = signed_in(aki)
    browser.post(reverse("feedback:new_normal"), {"before": "会議", "person": mio.reference, "wants_to_tell": "on"})
    normal = Normal.objects.get()
    assert (normal.person, normal.wants_to_tell) == (None, False)
    browser.post(reverse("feedback:normal", args=[normal.pk]), {"before": "会議", "after": "いま"})
    normal.refresh_from_db()
    assert normal.after == "いま"
    browser.post(reverse("feedback:drop_normal", args=[normal.pk]))
    assert not Normal.objects.exists()


def test_beyond_enough_what_was_typed_stays_and_the_page_says_what_to_do(aki, signed_in, set_limit):
    set_limit(TAKE_HOME, normals_kept=1)
    browser, page = signed_in(aki), reverse("feedback:new_normal")
    browser.post(page, {"before": "会議は1時間"})
    browser.post(page, {"before": "会議は1時間"})  # a second click is one, not one too many
    first = Normal.objects.get()

    answer = browser.post(page, {"before": "朝は9時から"})

    assert (answer.status_code, answer.context["form"]["before"].value()) == (422, "朝は9時から")
    assert "ひとつ消すと、また書けます" in answer.content.decode()
    changed = browser.post(reverse("feedback:normal", args=[first.pk]), {"before": "会議は15分"})
    assert changed.status_code == 302
