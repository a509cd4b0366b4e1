"""Reads about accounts: themes of a member, names that stand for staff."""

from __future__ import annotations

from members.accounts.taxonomies import CareerTheme, career_themes
from members.models import RoleGrant, User


def themes_of(member: User) -> list[CareerTheme]:
    """The career themes that `member` chose, in the order of the list."""
    chosen = set(member.profile.theme_rows.values_list("theme", flat=True))
    return [theme for key, theme in career_themes().items() if key in chosen]


def names_of_staff(*, but: User | None) -> list[str]:
    """What those are called who have a role now, without `but`."""
    grants = RoleGrant.objects.live().exclude(member=but).exclude(member__profile__called_name="")
    return list(grants.values_list("member__profile__called_name", flat=True).distinct())
