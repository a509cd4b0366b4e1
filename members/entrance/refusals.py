"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from kouryu.refusal import Sentences, explainer
from members.standing import refusals as standing

EXPLAINED: Sentences = {
    **standing.EXPLAINED,
}

explain = explainer(EXPLAINED)
