"""A new SECRET_KEY: what the one before proved holds while SECRET_KEY_FALLBACKS names it, and not a moment longer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from feedback.growth.choices import STEP_MAIL, StepState
from feedback.growth.queries import step as steps
from kouryu.references import number_behind, reference_to
from members.mail import tokens
from members.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NEW = "a-key-that-nobody-had-before-0123456789-abcdefghijklmnop"
Question = Callable[[], bool]


def an_address(member: User) -> Question:
    reference = reference_to("letter", member.pk)
    return lambda: number_behind("letter", reference) == member.pk


def a_link_that_stops_mails(member: User) -> Question:
    token = tokens.stop_token(member_id=member.pk, kind=STEP_MAIL)
    return lambda: tokens.mail_to_stop(token) == (member.pk, STEP_MAIL)


def a_link_of_a_step(member: User) -> Question:
    token = steps.link_token(factories.make_step(member), StepState.DONE)
    return lambda: steps.link_of(token) is not None


def a_sign_in(member: User) -> Question:
    browser = Client()
    browser.force_login(member, backend="members.entrance.backend.MemberBackend")
    return lambda: browser.get(reverse("members:settings")).status_code == 200


GIVEN_OUT = [an_address, a_link_that_stops_mails, a_link_of_a_step, a_sign_in]


@pytest.mark.parametrize("given_out", GIVEN_OUT)
def test_what_was_given_out_holds_while_the_key_before_is_named(given_out):
    holds = given_out(factories.make_member())

    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert holds()


@pytest.mark.parametrize("given_out", GIVEN_OUT)
def test_nothing_that_was_given_out_holds_once_its_key_is_given_up(given_out):
    holds = given_out(factories.make_member())

    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]):
        assert not holds()
