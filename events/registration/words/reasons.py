"""Why an event may suit this member, in one honest line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.event.choices import Format
from events.event.rules.eligibility import Conditions
from events.models import Event
from events.registration.rules.fit import Fit, FitReason, MemberPreferences, time_band
from events.registration.words.conditions import conditions_in_a_phrase
from members.accounts.choices import TimeBand
from members.accounts.taxonomies import career_themes


@dataclass(frozen=True)
class ReasonLine:
    """A word on what it is about, and the sentence."""

    lead: str
    text: str


def reason_line(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    """The strongest reason as a sentence that claims no more than the rule found."""
    return _LINES[fit.reason](fit, event, conditions, wishes)


def not_for_you_line(conditions: Conditions) -> ReasonLine:
    """The event asks for what this member has not, or has not told; its page says what can be done."""
    words = conditions_in_a_phrase(conditions)
    return ReasonLine(_("条件がちがいます"), _("「%(words)s」を対象にした会です。") % {"words": words})


def _shared_themes(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    names = [str(theme) for key, theme in career_themes().items() if key in fit.shared_themes]
    return ReasonLine(
        _("あなたとの共通点"),
        _("%(themes)sを話す会です。") % {"themes": "".join(_("「%s」") % name for name in names[:2])},
    )


def _meant_for_you(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    words = conditions_in_a_phrase(conditions)
    return ReasonLine(_("あなたとの共通点"), _("「%(words)s」だけの会です。") % {"words": words})


def _new_industries(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    number = len(fit.new_industries)
    text = ngettext(
        "あなたとちがう%(number)sつの業界の方が来ます。", "あなたとちがう%(number)sつの業界の方が来ます。", number
    )
    return ReasonLine(_("新しい視点"), text % {"number": number})


def _format_wishes(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    if wishes.group_size is None or not event.has_groups:
        text = _("%(minutes)s分の会です。") % {"minutes": event.minutes}
    else:
        text = _("%(minutes)s分、%(size)s人ひと組の会です。") % {"minutes": event.minutes, "size": event.group_size}
    return ReasonLine(_("過ごしかたの希望どおり"), text)


def _time_bands(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    band = TimeBand(time_band(event.starts_at)).label
    return ReasonLine(_("参加しやすい時間"), _("%(band)sの会です。") % {"band": band})


def _differs(fit: Fit, event: Event, conditions: Conditions, wishes: MemberPreferences) -> ReasonLine:
    lead = _("希望と少しちがいます")
    if wishes.max_minutes is not None and event.minutes > wishes.max_minutes:
        return ReasonLine(lead, _("%(minutes)s分の会です。") % {"minutes": event.minutes})
    if wishes.group_size is not None and not event.has_groups:
        return ReasonLine(lead, _("組を作らず、みんなで過ごす会です。"))
    if wishes.group_size is not None and event.group_size != wishes.group_size:
        return ReasonLine(lead, _("%(size)s人ひと組の会です。") % {"size": event.group_size})
    if event.format == Format.ONSITE:
        return ReasonLine(_("会場で"), _("顔を合わせて話す会です。"))
    return ReasonLine(_("どなたでも"), _("はじめての方も参加できる会です。"))


_LINES = {
    FitReason.SHARED_THEMES: _shared_themes,
    FitReason.MEANT_FOR_YOU: _meant_for_you,
    FitReason.NEW_INDUSTRIES: _new_industries,
    FitReason.FORMAT_WISHES: _format_wishes,
    FitReason.TIME_BANDS: _time_bands,
    FitReason.DIFFERS: _differs,
}
