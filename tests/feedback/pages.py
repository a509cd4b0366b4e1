"""What of an answer is the same for one reader at one moment, whatever others did."""

from __future__ import annotations

import re

from django.http import HttpResponse

TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|/members/block/[^/"]+/')


def body_of(answer: HttpResponse) -> str:
    """The page without what is drawn anew for each request."""
    assert answer.status_code == 200, answer.status_code
    return TOKENS.sub("", answer.content.decode())
