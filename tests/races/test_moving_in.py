"""One list run twice, two lists with the same people, a sign-up at the same moment: one account each, no half list."""

from __future__ import annotations

import pytest
from django.utils import timezone

from members.models import AuditEntry, MemberImport, MovedIn, OutgoingMail, Profile, User
from members.moving import flows
from members.moving.rules.cells import NoMovingIn
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PEOPLE = [f"m{number}@example.jp" for number in range(30)]
LOCK_OF_IMPORTS = 'SELECT "members_memberimport"'
NEW_ACCOUNTS = 'INSERT INTO "members_user"'


def send(addresses):
    content = "\n".join(["email", *addresses]).encode()
    now = timezone.now()
    return flows.send_list(content=content, file_name="a.csv", by=User.objects.get(email=DESK), now=now)


DESK = "desk@example.jp"


@pytest.fixture(autouse=True)
def desk(transactional_db):
    User.objects.create_user(DESK, joined_at=timezone.now())


def run(sent: MemberImport):
    by = User.objects.get(email=DESK)
    return lambda: flows.move_in(sent=sent, by=by, leaving_out=0, now=timezone.now()).made


def test_two_clicks_at_once_run_a_list_once():
    sent = send(PEOPLE)

    assert at_once(LOCK_OF_IMPORTS, run(sent), run(sent)) == [30, 30]

    assert User.objects.count() == 31
    assert AuditEntry.objects.filter(verb="import-members").count() == 1


def test_two_lists_with_the_same_people_make_each_once():
    first, second = send(PEOPLE), send([*reversed(PEOPLE), "late@example.jp"])

    made = at_once(LOCK_OF_IMPORTS, run(first), run(second))

    assert sorted(made) in ([0, 31], [1, 30])
    assert User.objects.count() == 32
    assert MovedIn.objects.count() == 31


def test_without_the_lock_the_second_list_is_refused_and_nothing_of_it_stays(monkeypatch):
    """The control: both see nobody, and the unique address stops one of them."""
    monkeypatch.setattr(flows, "_one_at_a_time", lambda: None)
    first, second = send(PEOPLE), send(reversed(PEOPLE))

    made = at_once(NEW_ACCOUNTS, run(first), run(second))

    assert sorted(made, key=str) == [30, NoMovingIn.CHANGED_MEANWHILE]
    assert User.objects.count() == 31


def test_a_sign_up_at_the_same_moment_is_no_half_list():
    sent = send(PEOPLE)

    def sign_up():
        user = User.objects.create_user(PEOPLE[7], joined_at=timezone.now())
        Profile.objects.create(member=user)
        return "signed up"

    made = at_once(NEW_ACCOUNTS, run(sent), sign_up)

    assert User.objects.filter(email=PEOPLE[7]).count() == 1
    assert User.objects.count() in (2, 31)
    if NoMovingIn.CHANGED_MEANWHILE in made:
        assert run(sent)() == 29


def test_two_workers_invite_each_once():
    run(send(PEOPLE))()
    noon = timezone.now().replace(hour=3)

    def invite():
        return flows.invite_imported(now=noon)

    assert sorted(at_once(LOCK_OF_IMPORTS, invite, invite)) == [0, 30]
    assert OutgoingMail.objects.count() == 30
