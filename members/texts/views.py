"""What a page answers when words that were sent to it need mending."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from kouryu.refusal import Refused
from members.texts.flows import NeedsMending
from members.texts.forms import Mend


def mended_or(
    refused: Callable[[Refused], HttpResponse],
    *,
    mend: Callable[[NeedsMending], list[Mend]],
    show: Callable[[list[Mend]], HttpResponse],
) -> Callable[[Refused], HttpResponse]:
    """For `web.carry_out`: words that need mending go back onto their form, all else is answered by `refused`.

    `mend` puts the sentences onto the form and says what to highlight: `partial(to_mend, form, ("text",))`.
    """

    def answer(why: Refused) -> HttpResponse:
        return show(mend(why)) if isinstance(why, NeedsMending) else refused(why)

    return answer
