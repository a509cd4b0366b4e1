"""Is this password too easy to guess for this site?"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = ("kouryu", "交流", "異業種")
LEAST_DIFFERENT = 5


class ContextWordValidator:
    """Refuses passwords made of the site's own words (NIST SP 800-63B-4 §3.1.1.2)."""

    def validate(self, password: str, user: object = None) -> None:
        rest = password.lower()
        for word in CONTEXT_WORDS:
            rest = rest.replace(word, "")
        if len(rest) < len(password) and len(rest) < 8:
            raise ValidationError(
                _("このサイトの名前をもとにしたパスワードは推測されやすいため使えません。別のことばを足してください。"),
                code="context_word",
            )

    def get_help_text(self) -> str:
        return _("サイトの名前だけでできたパスワードは使えません。")


class FewCharactersValidator:
    """Refuses long passwords of a few characters over and over: lists of common passwords hold short ones mostly."""

    def validate(self, password: str, user: object = None) -> None:
        if len(set(password.lower())) < LEAST_DIFFERENT:
            raise ValidationError(
                _("同じ文字のくり返しは推測されやすいため使えません。ちがう文字を足してください。"),
                code="few_characters",
            )

    def get_help_text(self) -> str:
        return _("同じ文字のくり返しだけのパスワードは使えません。")
