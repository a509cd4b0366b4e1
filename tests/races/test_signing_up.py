"""One sign-up that a second click overtakes: one account, and the answer that every known address gets."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from members.models import OutgoingMail, User
from tests.races.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ADDRESS = "hana@example.jp"


def sign_up() -> tuple[int, str]:
    form = {"email": ADDRESS, "password1": "asagao-to-kingyo-no-natsu"}
    answer = Client().post(reverse("account_signup"), form)
    return answer.status_code, answer.url


def test_two_clicks_at_once_make_one_account_and_both_go_on_to_the_code():
    answers = at_once('INSERT INTO "members_user"', sign_up, sign_up)

    assert answers == [(302, reverse("account_email_verification_sent"))] * 2
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert OutgoingMail.objects.filter(address=ADDRESS).count() == 2  # the code, and word of a second sign-up
