"""What a member tells others of themselves, and who sees each fact."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kouryu.fields import NameField, WordsField
from kouryu.numbers import spelled, with_numbers
from kouryu.shown import ChangesOnlyWhatDiffers
from kouryu.widgets import ChoicePills
from members.accounts import taxonomies
from members.accounts.card import FACTS, audience_of
from members.accounts.limits import PROFILE_WORDS
from members.entrance.flows import CardFacts
from members.entrance.limits import PROFILE
from members.entrance.rules import LinkFault, why_not_link
from members.models import Profile
from members.texts.rules.names import why_not_called

_READABLE = re.compile(r"[ぁ-ゖァ-ヺーa-zA-Zà-öø-ÿÀ-ÖØ-ß ・'’.-]*")
_FAULTS = {
    LinkFault.NOT_HTTPS: gettext_lazy("「https://」で始まるアドレスを入れてください：%(line)s"),
    LinkFault.NOT_AN_ADDRESS: gettext_lazy("アドレスとして読めません。ブラウザーからそのまま写してください：%(line)s"),
    LinkFault.TOO_LONG: gettext_lazy("アドレスが長すぎます。%(most)s字までのものを入れてください。"),
}
_AT_MOST = gettext_lazy("%(most)sつまで選べます。いま近いものを残してください。")


def _seen_by(fact: str) -> str:
    """The name of the field that asks who sees this fact."""
    return f"{fact}_seen_by"


class ProfileCardForm(ChangesOnlyWhatDiffers, forms.Form):
    """Facts, all of them optional; beside each, who sees it. What is preset shows no more than before."""

    name_reading = NameField(
        label=gettext_lazy("呼び名の読みかた"),
        help_text=gettext_lazy("かなかローマ字で。読みまちがえられやすい名前の方に。"),
        max_length=PROFILE_WORDS.name_reading,
        required=False,
    )
    past_industries = forms.MultipleChoiceField(
        label=gettext_lazy("これまでの業界"),
        help_text=with_numbers(
            gettext_lazy("%(most)sつまで。いまの業界のほかに、いたことのあるところ。"),
            most=spelled(PROFILE.past_industries),
        ),
        required=False,
        widget=ChoicePills(attrs={"data-max": PROFILE.past_industries}),
    )
    gives = forms.MultipleChoiceField(
        label=gettext_lazy("力になれること"),
        help_text=with_numbers(
            gettext_lazy("%(most)sつまで。くわしくなくても、やってきたことなら。"), most=spelled(PROFILE.topics)
        ),
        required=False,
        widget=ChoicePills(attrs={"data-max": PROFILE.topics}),
    )
    asks = forms.MultipleChoiceField(
        label=gettext_lazy("教えてほしいこと"),
        help_text=with_numbers(
            gettext_lazy("%(most)sつまで。力になれる方と、おなじ組になりやすくなります。"), most=spelled(PROFILE.topics)
        ),
        required=False,
        widget=ChoicePills(attrs={"data-max": PROFILE.topics}),
    )
    links = WordsField(
        label=gettext_lazy("リンク"),
        help_text=with_numbers(
            gettext_lazy("1行にひとつ、%(most)sつまで。書いたものや、していることのページなど。"),
            most=spelled(PROFILE.links),
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": PROFILE.links, "inputmode": "url", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        industries = [(code, str(entry)) for code, entry in taxonomies.industries().items()]
        topics = [(key, str(entry)) for key, entry in taxonomies.exchange_topics().items()]
        self.fields["past_industries"].choices = industries
        self.fields["gives"].choices = self.fields["asks"].choices = topics
        for fact, rule in FACTS.items():
            label = with_numbers(gettext_lazy("%(fact)sを見せる相手"), fact=rule.label)
            self.fields[_seen_by(fact)] = forms.ChoiceField(label=label, choices=rule.choices)

    def clean_name_reading(self) -> str:
        reading = self.cleaned_data["name_reading"]
        if not _READABLE.fullmatch(reading):
            raise ValidationError(_("ひらがな、カタカナ、ローマ字で入れてください。"), code="not-a-reading")
        if reading and why_not_called(reading):
            raise ValidationError(_("この読みかたは使えません。呼び名の読みだけを入れてください。"), code="bad-reading")
        return reading

    def clean_past_industries(self) -> list[str]:
        return self._at_most("past_industries", PROFILE.past_industries)

    def clean_gives(self) -> list[str]:
        return self._at_most("gives", PROFILE.topics)

    def clean_asks(self) -> list[str]:
        return self._at_most("asks", PROFILE.topics)

    def clean_links(self) -> str:
        lines = list(dict.fromkeys(line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()))
        if len(lines) > PROFILE.links:
            most = spelled(PROFILE.links)
            raise ValidationError(with_numbers(_("リンクは%(most)sつまでです。"), most=most), code="too-many")
        for line in lines:
            if fault := why_not_link(line, longest=PROFILE.link):
                numbers = {"line": line, "most": PROFILE.link}
                raise ValidationError(with_numbers(_FAULTS[fault], **numbers), code=fault.value)
        return "\n".join(lines)

    def _at_most(self, name: str, most: int) -> list[str]:
        chosen = self.cleaned_data[name]
        if len(chosen) > most:
            raise ValidationError(with_numbers(_AT_MOST, most=spelled(most)), code="too-many")
        return chosen

    @property
    def facts(self) -> CardFacts:
        """What was told, for the flow."""
        told = self.cleaned_data
        return CardFacts(
            name_reading=told["name_reading"],
            past_industries=told["past_industries"],
            gives=told["gives"],
            asks=told["asks"],
            links=told["links"].splitlines(),
            visibility={fact: told[_seen_by(fact)] for fact in FACTS},
        )

    def rows(self) -> list[tuple[forms.BoundField | None, forms.BoundField]]:
        """Each fact with the question who sees it; None where the fact is told on another page."""
        return [(self[fact] if fact in self.fields else None, self[_seen_by(fact)]) for fact in FACTS]

    @staticmethod
    def answers_of(profile: Profile) -> dict[str, Any]:
        """What was told before, and who sees it."""
        told = {fact: getattr(profile, fact) for fact in ProfileCardForm.base_fields}
        return {**told, **{_seen_by(fact): audience_of(profile, fact).value for fact in FACTS}}
