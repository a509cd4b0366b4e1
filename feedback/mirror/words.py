"""What do people see in a member, said in sentences? For reading aloud, for paper, for who cannot see the drawings."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.letters.strengths import families, strengths
from feedback.mirror.rules.mirror import Level, Mirror, SeenStrength
from members.accounts.taxonomies import industries

FAMILY_FROM = 2  # strengths of one family, each seen by several, before the family is named


def sentences(mirror: Mirror) -> list[str]:
    """The portrait, as much of it as the number of givers allows; nothing while the mirror is closed.

    No name, no word of a letter and no share: it may be read by whom the member shows it to.
    """
    if not mirror.is_open:
        return []
    said = [_("これは、%(n)s人の目に映ったあなたです。") % {"n": mirror.givers}, *_levels(mirror), *_windows(mirror)]
    if mirror.headline and len(mirror.headline.industries) > 1:
        said.append(_seen_from(mirror.headline))
    if mirror.shows_kept:
        said += [*_families(mirror), *_kept(mirror)]
    return said


def _levels(mirror: Mirror) -> list[str]:
    words = {
        Level.MANY: _("多くの人が、%(names)sを見ています。"),
        Level.SOME: _("何人かが、%(names)sを見ています。"),
        Level.ONE: _("%(names)sは、それぞれひとりが見つけました。"),
    }
    found = ((words[level], [seen for seen in mirror.strengths if seen.level == level]) for level in words)
    return [sentence % {"names": _names(seen)} for sentence, seen in found if seen]


def _windows(mirror: Mirror) -> list[str]:
    said = []
    if mirror.both:
        said.append(_("%(names)sは、あなたも選び、まわりも挙げました。") % {"names": _names(mirror.both)})
    if mirror.found:
        said.append(_("%(names)sは、まわりが見つけたものです。") % {"names": _names(mirror.found)})
    return said


def _seen_from(seen: SeenStrength) -> str:
    places = _("、").join(str(industries()[code]) for code in seen.industries if code in industries())
    sentence = ngettext(
        "%(name)sは、%(n)sつの業界の人の目にとまりました（%(places)s）。",
        "%(name)sは、%(n)sつの業界の人の目にとまりました（%(places)s）。",
        len(seen.industries),
    )
    return sentence % {"name": _names([seen]), "n": len(seen.industries), "places": places}


def _families(mirror: Mirror) -> list[str]:
    """Which verbs the strengths gather round: those with several strengths that several people saw."""
    several = {seen.key for seen in mirror.strengths if seen.level != Level.ONE}
    verbs = [
        five[0].family_name
        for five in families().values()
        if sum(strength.key in several for strength in five) >= FAMILY_FROM
    ]
    if not verbs:
        return []
    return [_("「%(verbs)s」のまわりに、花びらが集まっています。") % {"verbs": _("」「").join(verbs)}]


def _kept(mirror: Mirror) -> list[str]:
    if not mirror.kept:
        return []
    names = _quoted(str(strengths()[key]) for key in mirror.kept if key in strengths())
    sentence = _("%(names)sは、あなたが選び、まだ見せていないもの。見せる場面がなかっただけかもしれません。")
    return [sentence % {"names": names}]


def _names(seen: Iterable[SeenStrength]) -> str:
    return _quoted(str(strengths()[one.key]) for one in seen if one.key in strengths())


def _quoted(names: Iterable[str]) -> str:
    return _("、").join(_("「%(name)s」") % {"name": name} for name in names)
