"""Pages come without the indentation of their templates; what is shown letter by letter keeps its spaces."""

from __future__ import annotations

import pytest
from django.template import engines
from django.template.loader import get_template
from django.urls import reverse


@pytest.mark.django_db
def test_a_page_has_no_indents(client):
    page = client.get(reverse("home")).content.decode()
    assert [line for line in page.splitlines() if line.startswith("  ")] == []


def test_text_files_of_mails_keep_their_lines():
    name = "mail/anniversary/year/text.txt"
    template = get_template(name)
    with open(template.origin.name, encoding="utf-8") as file:
        assert template.template.source == file.read()


def test_what_is_put_in_keeps_its_spaces():
    assert engines["django"].from_string("<pre>{{ words }}</pre>").render({"words": "a\n  b"}) == "<pre>a\n  b</pre>"
