"""What becomes of an account that goes: a row without a name, so that what others keep still leads to somebody."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.utils.crypto import get_random_string

from kouryu.leaving import on_leaving
from members.accounts.choices import FORMER_MEMBER
from members.audit import audit
from members.models import Departure, PledgeAcceptance, Profile, User

NOWHERE = "left.invalid"  # a domain that no mail can reach (RFC 2606)
OF_THE_ROW = {"id", "email", "password", "joined_at", "is_active"}  # all else is as in an account that is new
KEPT = {"member", "called_name"}  # of a profile: whose it was, and the word that stands in place of a name


@on_leaving(PledgeAcceptance, Profile, EmailAddress, last=True)
def take_the_name(member: User, *, now: datetime) -> None:
    """Empty the account and the profile. Nobody signs in to it, and no page finds it."""
    member.is_active = False
    _empty(member.profile, called_name=FORMER_MEMBER)
    member.profile.theme_rows.all().delete()
    audit.delete(member.pledges.all(), audit.WITH_ACCOUNT, now=now)
    EmailAddress.objects.filter(user=member).delete()
    member.email = f"{get_random_string(20).lower()}@{NOWHERE}"
    member.set_unusable_password()
    for field in User._meta.concrete_fields:
        if field.name not in OF_THE_ROW:
            setattr(member, field.name, field.get_default())
    member.save()


def _empty(profile: Profile, *, called_name: str) -> None:
    """Every answer as if it had never been given, whatever a profile will ask one day."""
    profile.called_name = called_name
    for field in Profile._meta.concrete_fields:
        if field.name not in KEPT:
            setattr(profile, field.name, field.get_default())
    profile.save()


@on_leaving(Departure)
def delete_departure(member: User, *, now: datetime) -> None:
    """It has happened. One that this member began for somebody else stays theirs."""
    Departure.objects.filter(member=member).delete()
