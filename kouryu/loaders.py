"""Template loaders that leave the layout of the source behind: the indents of some pages were a third of them."""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import app_directories, filesystem

INDENT = re.compile(r"\n\s+")
# A line with nothing but a tag that shows nothing; the line before it has ended already.
LINE_OF_A_TAG = re.compile(
    r"^({% (?:if|elif|else|endif|for|empty|endfor|with|endwith|load)\b[^\n]*?%})\n", re.MULTILINE
)


class _WithoutLayout:
    """Reads a page without indents and lines of tags; a browser shows the same. Plain text stays as it is."""

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        if not origin.name.endswith(".html"):
            return contents
        return LINE_OF_A_TAG.sub(r"\1", INDENT.sub("\n", contents))


class Filesystem(_WithoutLayout, filesystem.Loader):
    """The templates of the site."""


class AppDirectories(_WithoutLayout, app_directories.Loader):
    """The templates of libraries."""
