"""How the rules of an event are said to people: lengths of time, and how its line moves."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.registration.limits import OFFERS
from kouryu.numbers import MINUTE, hour_of_day
from members.mail.limits import QUIET_HOURS


def duration_in_words(duration: timedelta) -> str:
    """A round length of time: hours, or minutes where it is shorter than one."""
    minutes = max(1, round(duration / MINUTE))
    if minutes < 60:
        return ngettext("%(number)s分", "%(number)s分", minutes) % {"number": minutes}
    hours = round(minutes / 60)
    return ngettext("%(number)s時間", "%(number)s時間", hours) % {"number": hours}


def line_rule(offer_for: timedelta) -> str:
    """How the waiting list moves, whole: it stands on every page and in every mail about the line."""
    return (
        _("空きが出ると、お待ちの順に席をご用意し、メールでお知らせします。")
        + _("お返事は%(answer_within)sお待ちします（%(quiet_from)sから%(quiet_until)sまでは数えません）。")
        % {
            "answer_within": duration_in_words(offer_for),
            "quiet_from": hour_of_day(QUIET_HOURS.begin),
            "quiet_until": hour_of_day(QUIET_HOURS.end),
        }
        + _("始まりが近いときは、始まるまでの時間の半分です。")
        + _("お返事がなければ、席は次の方へ移ります。")
        + _("始まる%(minutes)s分前からはご案内をせず、空いた席は先着になります。")
        % {"minutes": OFFERS.shortest // MINUTE}
    )
