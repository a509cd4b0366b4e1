"""What a group shares, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from events.groups.rules.grouping import Ground
from members.accounts.taxonomies import career_themes, industries, occupations


def ground_in_words(ground: Ground) -> list[str]:
    """What a group shares, one sentence each, themes first; empty when nothing may be said.

    Of a theme no number is told: themes are never shown with a name, and "all of you" is one name after another.
    """
    same_theme = _("あなたと同じ「%(name)s」を選んだ方がいます。")
    said = [
        (career_themes(), ground.themes, same_theme, same_theme),
        (
            industries(),
            ground.industries,
            _("業界は、全員が%(name)sです。"),
            _("業界が%(name)sの方が%(count)s人います。"),
        ),
        (occupations(), ground.jobs, _("職種は、全員が%(name)sです。"), _("職種が%(name)sの方が%(count)s人います。")),
    ]
    return [
        (of_all if count == ground.people else of_some) % {"name": names[key], "count": count}
        for names, shared, of_all, of_some in said
        for key, count in shared
        if key in names
    ]
