"""What can templates draw and ask? Icons, the avatar, seats, covers, phrases, places in the menu."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from math import ceil
from urllib.parse import quote
from zlib import crc32

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kouryu import drawings, references
from kouryu.icons import ICONS, PROMISES

register = template.Library()

AVATAR_SIZES = {
    "1.6rem": "avatar-xs",
    "2rem": "avatar-sm",
    "2.25rem": "avatar-md",
    "2.5rem": "avatar-base",
    "3rem": "avatar-lg",
    "3.5rem": "avatar-xl",
}
_BREAKS_AND_EDGES = re.compile(r"([ \t]*\n[ \t\n]*|[<>])")
# A part ends behind 、 or 。 with the brackets that close there.
_PHRASE = re.compile(r"[^、。]*[、。]+[」』）]*|[^、。]+")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A line drawing beside a word; the word carries the meaning, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - our own constant
    )


@register.simple_tag
@cache
def promise_icon(name: str) -> SafeString:
    """The drawing of a promise in its tinted circle."""
    return format_html(
        '<svg viewBox="0 0 40 40" fill="none" aria-hidden="true"><circle cx="20" cy="20" r="19"'
        ' fill="var(--primary-tint)"/><g stroke="var(--primary)" stroke-width="1.7" stroke-linecap="round"'
        ' stroke-linejoin="round">{}</g></svg>',
        mark_safe(PROMISES[name]),  # noqa: S308 - our own constant
    )


@register.filter
def in_fours(code: str) -> str:
    """A long code in parts that can be read aloud; whoever types it may leave the dashes out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def text_file(lines: Iterable[str]) -> str:
    """The address of a file that the page itself holds, for a link with `download`."""
    return "data:text/plain;charset=utf-8," + quote("\r\n".join(lines))


@register.simple_tag
def lens_icon() -> SafeString:
    """Two circles and their lens: what stands before a reason line."""
    return mark_safe(
        '<svg viewBox="0 0 40 26" fill="none" aria-hidden="true"><circle cx="14" cy="13" r="11.5"'
        ' stroke="var(--control)"/><circle cx="26" cy="13" r="11.5" stroke="var(--control)"/><path'
        ' d="M20 3.2A11.5 11.5 0 0 1 20 22.8 11.5 11.5 0 0 1 20 3.2Z" fill="var(--accent)"'
        ' opacity=".85"/></svg>'
    )


@register.simple_tag
def avatar(name: str, key: int | None = None, size: str = "2.5rem") -> SafeString:
    """The first character of a called name in a tinted circle; the name itself stands beside it.

    `key` (the member's id) keeps the hue when the name changes. `size` is one of AVATAR_SIZES.
    """
    name = str(name)  # a card reads as its called name
    hue = drawings.family_of(crc32(name.encode()) if key is None else key)
    return format_html('<span class="avatar {} {}" aria-hidden="true">{}</span>', hue, AVATAR_SIZES[size], name[:1])


@register.filter
def reference(number: int, kind: str) -> str:
    """The reference to the row of this number, for marks on a page: `{{ step.pk|reference:"step" }}`."""
    return references.reference_to(kind, number)


@register.filter
def phrases(title: str) -> SafeString:
    """A heading in parts that would rather not break: up to each 、 and 。."""
    parts = _PHRASE.findall(str(title))
    return format_html_join("", '<span class="ph">{}</span>', ((conditional_escape(part),) for part in parts))


@register.simple_tag
def minutes_until(moment: datetime, now: datetime) -> str:
    """How many minutes are left, as evening.js goes on to say it: never seconds, nobody is to be hurried."""
    minutes = ceil((moment - now).total_seconds() / 60)
    if minutes <= 0:
        return _("お時間です")
    return _("まもなく") if minutes == 1 else _("あと%s分") % minutes


@register.simple_tag
def cover(key: int) -> SafeString:
    """The picture of an event, the same for the same id."""
    return mark_safe(drawings.cover(int(key)))  # noqa: S308 - numbers and constants only


@register.simple_tag
def seats(taken: int, capacity: int, group_size: int = 4, mine: bool = False) -> SafeString:
    """The seats as rings of one group each. `mine`: the reader holds one of those taken."""
    label = _("%(capacity)s席中 %(taken)s席が埋まっています") % {"capacity": capacity, "taken": min(taken, capacity)}
    rings = drawings.rings(taken, capacity, group_size, mine)
    return format_html(
        '<span class="seats" role="img" aria-label="{}">{}</span>',
        label,
        mark_safe("".join(drawings.ring(one.seats, one.taken, one.mine) for one in rings)),  # noqa: S308 - numbers and constants only
    )


@register.simple_tag
def dots(number: int, family: str = "") -> SafeString:
    """That many people as dots, in the hue of a family."""
    return format_html(
        '<span class="dots {}" role="img" aria-label="{}">{}</span>',
        family,
        _("%(number)s人") % {"number": number},
        mark_safe("<i></i>" * int(number)),  # noqa: S308 - a constant, repeated
    )


@register.simple_tag(name="of")
def part_of(part: int, whole: int, family: str = "") -> SafeString:
    """`part` of `whole` people as filled and hollow dots."""
    return format_html(
        '<span class="of {}" role="img" aria-label="{}">{}{}</span>',
        family,
        _("%(whole)s人のうち%(part)s人") % {"whole": whole, "part": part},
        mark_safe('<i class="on"></i>' * int(part)),  # noqa: S308 - a constant, repeated
        mark_safe("<i></i>" * (int(whole) - int(part))),  # noqa: S308 - a constant, repeated
    )


@register.simple_tag
def empty_rings() -> SafeString:
    """One dashed circle beside a solid one: nothing here yet."""
    return mark_safe(
        '<svg viewBox="0 0 120 64" fill="none" aria-hidden="true"><circle cx="42" cy="32" r="28"'
        ' stroke="var(--control)" stroke-dasharray="3 5"/><circle cx="78" cy="32" r="28"'
        ' stroke="var(--primary)" stroke-width="1.5"/></svg>'
    )


@register.simple_tag(takes_context=True)
def place(context: template.Context, name: str, label: str, drawing: str, also: str = "", but: str = "") -> SafeString:
    """One entry of a menu: marked when the reader is on that page, below it, or on the page named `also`.

    `but`: a page below it, or several with spaces between, that have entries of their own.
    """
    starts, path = _addresses(name, also), getattr(context.get("request"), "path", "")
    is_here = path.startswith(starts) and not path.startswith(_addresses(*but.split()))
    return _place(starts[0], str(label), drawing, is_here)


@cache
def _addresses(*names: str) -> tuple[str, ...]:
    return tuple(reverse(name) for name in names if name)


@cache
def _place(address: str, label: str, drawing: str, is_here: bool) -> SafeString:
    current = mark_safe(' aria-current="page"') if is_here else ""
    return format_html('<a href="{}"{}>{}<span>{}</span></a>', address, current, icon(drawing), label)


@register.simple_tag
def htmx_config() -> SafeString:
    """The meta element from which htmx reads `settings.HTMX_CONFIG`."""
    return format_html('<meta name="htmx-config" content="{}">', json.dumps(settings.HTMX_CONFIG))


class JoinedNode(template.Node):
    """What stands between the two tags, as one line."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def joined(parser: template.base.Parser, token: template.base.Token) -> JoinedNode:
    """Lines that are shown without a space between them: `{% joined %} … {% endjoined %}`.

    A break in a sentence is shown as a space, and Japanese has none there.
    """
    nodelist = parser.parse(["endjoined"])
    parser.delete_first_token()
    _join(nodelist.get_nodes_by_type(template.base.TextNode))
    return JoinedNode(nodelist)


def _join(texts: list[template.base.TextNode]) -> None:
    """Drops the breaks between the words; one between the attributes of an element stays."""
    is_in_element = False
    for text in texts:
        pieces = _BREAKS_AND_EDGES.split(text.s)
        for place in range(1, len(pieces), 2):
            if pieces[place] in "<>":
                is_in_element = pieces[place] == "<"
            elif not is_in_element:
                pieces[place] = ""
        text.s = "".join(pieces)
