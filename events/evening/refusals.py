"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from events.evening.limits import SIGNALS
from events.evening.rules import NoWriting
from events.groups import refusals as groups
from events.groups.refusals import at_board
from events.models import Event
from kouryu.refusal import Explanation, Sentences, explainer


def _note_long(*, event: Event, **_about: object) -> Explanation:
    sentence = _("メモは%(longest)s字までです。短くして、もう一度お書きください。") % {"longest": SIGNALS.note}
    return Explanation(sentence, _("会のページへ"), reverse("events:group", args=[event.pk]))


EXPLAINED: Sentences = {
    **groups.EXPLAINED,
    NoWriting.WORD_LONG: at_board(
        lambda: _("ひとことは%(longest)s字までです。短くして、もう一度お書きください。") % {"longest": SIGNALS.word}
    ),
    NoWriting.NOTE_LONG: _note_long,
}

explain = explainer(EXPLAINED)
