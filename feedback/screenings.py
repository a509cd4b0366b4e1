"""What does the screening say about a letter, with the letters already given?"""

from __future__ import annotations

from django.conf import settings

from feedback.models import StrengthFeedback
from feedback.queries import GIVEN
from members.rules.screening import Action, Kind, Sentence, Verdict, says_the_same
from members.screening import verdict_on

LATEST = 100  # letters of one giver that a new one is held against


def verdict_on_letter(letter: StrengthFeedback, saw: str, would_count: str) -> Verdict:
    """The verdict on the words of `letter`, with what its giver wrote to other people."""
    verdict = verdict_on(saw, would_count)
    if verdict.action != Action.DELIVER:
        return verdict
    if says_the_same(saw, _written_to_others(letter), share=settings.SAME_TEXT_SHARE) < settings.SAME_TEXT_PEOPLE - 1:
        return verdict
    return Verdict(Action.MEND, Kind.SAME_TEXT, (Sentence(Kind.SAME_TEXT, (0, len(saw))),))


def _written_to_others(letter: StrengthFeedback) -> list[str]:
    """What the giver saw in others, the latest to each of them."""
    letters = StrengthFeedback.objects.filter(giver=letter.giver, state__in=GIVEN).exclude(receiver=letter.receiver_id)
    latest = letters.order_by("-written_at", "-pk").values_list("receiver_id", "saw")[:LATEST]
    return list(dict(reversed(latest)).values())
