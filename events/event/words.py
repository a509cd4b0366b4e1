"""How the promises of an event are said to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from events.event.choices import Promise

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
