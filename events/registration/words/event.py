"""How the rules of an event are said to people: its promises, its answer time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from events.event.choices import Promise
from events.registration.limits import OFFERS
from kouryu.numbers import MINUTE, hour_of_day
from members.mail.limits import QUIET_HOURS

# Each promise with its drawing and what it means on the evening.
_PROMISES = {
    Promise.CAMERA_FREE: ("face", gettext_lazy("画面オフ、呼び名だけでも参加できます")),
    Promise.LISTENING_OK: ("listen", gettext_lazy("順番が来たら「パス」で次の人へ進みます")),
    Promise.LEAVE_EARLY: ("door", gettext_lazy("理由は聞きません。組も気にせず続きます")),
    Promise.NO_RECORDING: ("no-recording", gettext_lazy("聞いた話は、この場だけにとどめます")),
    Promise.NO_SOLICITING: ("no-sales", gettext_lazy("見かけたら進行役が退室をお願いします")),
    Promise.ENDS_ON_TIME: ("on-time", gettext_lazy("時刻になったら閉じます。延長はありません")),
}


@dataclass(frozen=True)
class PromiseSaid:
    """A promise as the page says it."""

    icon: str
    label: str
    meaning: str


def promises_in_words(promises: Iterable[str]) -> list[PromiseSaid]:
    """The promises of an event in our order, whatever order they were stored in."""
    made = set(promises)
    return [
        PromiseSaid(icon, str(promise.label), str(meaning))
        for promise, (icon, meaning) in _PROMISES.items()
        if promise in made
    ]


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
