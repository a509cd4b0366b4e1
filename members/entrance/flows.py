"""An account and what its member tells of themselves: opening, pledge, profile, settings, roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.crypto import get_random_string

from kouryu.refusal import Refused
from kouryu.words import clean_line
from members.accounts import queries
from members.accounts.choices import Audience
from members.accounts.locks import lock_member
from members.audit import audit
from members.desk.choices import StaffAct
from members.desk.flows import keep_reason
from members.entrance import mails
from members.entrance.rules import PLEDGE_VERSION, Step
from members.models import PledgeAcceptance, Profile, ProfileTheme, User
from members.security.flows import end_other_sessions
from members.texts.choices import TextKind, TextState
from members.texts.flows import Screened, TypedText, screen_texts
from members.texts.rules.names import BadName, why_not_called, why_not_yours
from members.texts.rules.texts import NoText
from members.texts.screening import wordlist


@transaction.atomic
def save_settings(*, member: User, looks: Mapping[str, object], muted_mail: Collection[str], now: datetime) -> User:
    """Store what differs. Mails switched on are noted like those switched off."""
    stored = lock_member(member.pk)
    changed = [name for name, value in looks.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, looks[name])
    if changed:
        stored.save(update_fields=changed)
        audit.record("save-settings", stored, by=member, now=now, fields=changed)
    before, after = set(stored.muted_mail), set(muted_mail)
    if before != after:
        stored.muted_mail = list(muted_mail)
        stored.save(update_fields=["muted_mail"])
    if after - before:
        audit.record("switch-off-mail", stored, by=member, now=now, fields=["muted_mail"])
    if before - after:
        audit.record("switch-on-mail", stored, by=member, now=now, fields=["muted_mail"])
    return stored


@transaction.atomic
def drop_password(*, member: User, now: datetime) -> None:
    """No password opens this account any more, until its owner chooses one with a code from their mail.

    Whoever came in with the one so far is signed out.
    """
    lock_member(member.pk)
    member.set_password(get_random_string(50))
    member.save(update_fields=["password"])
    audit.record("drop-password", member, by=None, now=now, fields=["password"])
    end_other_sessions(member=member, here=None, now=now)


@transaction.atomic
def accept_pledge(*, member: User, now: datetime) -> PledgeAcceptance:
    """Store that `member` accepted the pledge as it reads today. A second time changes nothing."""
    profile = _locked(member)
    acceptance, created = PledgeAcceptance.objects.get_or_create(
        member=member, version=PLEDGE_VERSION, defaults={"accepted_at": now}
    )
    _finish(profile, Step.PLEDGE)
    if created:
        audit.record("accept-pledge", acceptance, by=member, now=now)
    return acceptance


@transaction.atomic
def save_work(
    *,
    member: User,
    called_name: str,
    work_status: str,
    industry: str,
    industry_group: str,
    occupation: str,
    years_at_company: str,
    position: str = "",
    prefecture: str = "",
    now: datetime,
) -> Profile:
    """Each part but the called name and the status may be empty.

    Refused with the first reason of `why_not_called` and `why_not_yours`; a name that one has already stays one's own.
    """
    profile = _locked(member)
    called_name = clean_line(called_name)
    if called_name != profile.called_name and (reason := _why_not_called(member, called_name)):
        raise Refused(reason)
    changes = {
        "called_name": called_name,
        "name_reading": profile.name_reading if called_name == profile.called_name else "",
        "work_status": work_status,
        "industry": industry,
        "industry_group": industry_group,
        "occupation": occupation,
        "years_at_company": years_at_company,
        "position": position,
        "prefecture": prefecture,
    }
    _change(profile, changes, Step.WORK, now)
    return profile


@transaction.atomic
def save_themes(
    *, member: User, themes: Collection[str], undecided: bool, now: datetime, private_themes_match: bool = False
) -> Profile:
    """One to five themes, or not sure yet; and whether the private ones may count when groups are drawn."""
    profile = _locked(member)
    profile.theme_rows.exclude(theme__in=themes).delete()
    known = set(profile.theme_rows.values_list("theme", flat=True))
    ProfileTheme.objects.bulk_create(ProfileTheme(profile=profile, theme=theme) for theme in set(themes) - known)
    changes = {"themes_undecided": undecided, "private_themes_match": private_themes_match}
    _change(profile, changes, Step.THEMES, now)
    return profile


def save_reason(
    *, member: User, reasons: Collection[str], words: str, shows_to_groups: bool, now: datetime
) -> Screened:
    """Why they joined, if they like to say it, and whether the groups they sit in read it.

    The words are looked at like every text for others, whether they are shown today or not: refused with
    `NeedsMending`; those that wait leave what stood there before.
    """
    before = TypedText(words, Profile.objects.get(member=member).joined_because)
    screened = screen_texts(by=member, texts={TextKind.REASON: before}, about=member.pk, now=now)
    audience = Audience.GROUP if shows_to_groups else Audience.NOBODY
    with transaction.atomic():
        profile = _locked(member)
        changes = {
            "join_reasons": list(reasons),
            "joined_because": screened.shown[TextKind.REASON],
            "visibility": {**profile.visibility, "join_reasons": audience.value},
        }
        _change(profile, changes, Step.REASON, now)
    return screened


@transaction.atomic
def save_preferences(
    *,
    member: User,
    length: str,
    group_size: str,
    camera: str,
    listening: str,
    time_bands: Collection[str],
    now: datetime,
) -> Profile:
    """How they like an evening to be."""
    profile = _locked(member)
    changes = {
        "length": length,
        "group_size": group_size,
        "camera": camera,
        "listening": listening,
        "time_bands": list(time_bands),
    }
    _change(profile, changes, Step.PREFERENCES, now)
    return profile


@dataclass(frozen=True)
class CardFacts:
    """What a member tells others of themselves beside the called name, and who sees which fact."""

    name_reading: str = ""
    past_industries: Collection[str] = ()
    gives: Collection[str] = ()
    asks: Collection[str] = ()
    links: Collection[str] = ()
    visibility: Mapping[str, str] = field(default_factory=dict)


def save_card(*, member: User, card: CardFacts, now: datetime) -> Screened:
    """Keep these facts. Links are looked at like every text for others; those that wait leave what stood there before.

    Refused with `NeedsMending`, or with the first reason why somebody may not be called by the reading.
    """
    if card.name_reading and (reason := _why_not_called(member, card.name_reading)):
        raise Refused(reason)
    links = TypedText("\n".join(card.links), Profile.objects.get(member=member).links)
    screened = screen_texts(by=member, texts={TextKind.LINKS: links}, about=member.pk, now=now)
    with transaction.atomic():
        profile = _locked(member)
        changes = {
            "name_reading": card.name_reading,
            "past_industries": list(card.past_industries),
            "gives": list(card.gives),
            "asks": list(card.asks),
            "links": screened.shown[TextKind.LINKS],
            "visibility": {**profile.visibility, **card.visibility},
        }
        changed = {name: value for name, value in changes.items() if getattr(profile, name) != value}
        for name, value in changed.items():
            setattr(profile, name, value)
        if changed:
            profile.save(update_fields=list(changed))
            audit.record("save-card", profile, by=member, now=now, fields=changed)
    return screened


@transaction.atomic
def finish_step(*, member: User, step: Step) -> None:
    """Note a welcome step as done whose contents live elsewhere (the strengths of the feedback app)."""
    _finish(_locked(member), step)


def _why_not_called(member: User, name: str) -> BadName | NoText | None:
    if member.judged_texts.filter(kind=TextKind.NAME, state=TextState.HIDDEN, words=name).exists():
        return NoText.HIDDEN
    return why_not_called(name) or why_not_yours(name, of_staff=queries.names_of_staff(but=member), words=wordlist())


def _locked(member: User) -> Profile:
    """The profile as it is now: `steps_done` is read, changed and written back, so two tabs must queue."""
    lock_member(member.pk)
    return Profile.objects.get(member=member)


def _change(profile: Profile, changes: Mapping[str, object], step: Step, now: datetime) -> None:
    for name, value in changes.items():
        setattr(profile, name, value)
    profile.save(update_fields=list(changes))
    _finish(profile, step)
    audit.record("save-profile", profile, by=profile.member, now=now, fields=changes)


def _finish(profile: Profile, step: Step) -> None:
    if step.value not in profile.steps_done:
        profile.steps_done = [*profile.steps_done, step.value]
        profile.save(update_fields=["steps_done"])


@transaction.atomic
def send_sign_in_guide(*, member: User, by: User, why: str, now: datetime) -> None:
    """Mail `member` how to sign in, from the desk, with the reason among their notes."""
    keep_reason(StaffAct.SEND_SIGN_IN, member=member, by=by, words=why, now=now)
    mails.sign_in_guide(member, now=now)
    audit.record("send-sign-in", member, by=by, now=now)
