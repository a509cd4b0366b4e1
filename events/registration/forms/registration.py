"""What is asked when somebody registers, and what the list of events can be narrowed by."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.event.choices import Format
from events.registration.choices import Mode
from events.registration.limits import SEATS
from events.registration.pages.event_list import Filters
from kouryu.fields import TOO_LONG, WordsField
from kouryu.widgets import ChoiceCards, ChoicePills, CountedTextarea
from members.accounts.choices import Length, TimeBand


class RegistrationForm(forms.Form):
    """Both texts may stay empty; how somebody takes part may not."""

    wants_to_talk = WordsField(
        label=_("話してみたいこと"),
        help_text=_(
            "一文で十分です。名前を出さずに、会のページの「みんなが話したいこと」に載ります。"
            "だれのことばか分からないように、ほかの方のことばといっしょに出て、いっしょに消えます。"
        ),
        max_length=SEATS.words,
        required=False,
        error_messages=TOO_LONG,
        widget=CountedTextarea(attrs={"rows": 3}),
    )
    shares_wish = forms.BooleanField(
        label=_("おなじ組の方には、わたしの名前といっしょに見せる"),
        help_text=_("選ばなければ、「話してみたいこと」はだれのものか分かりません。"),
        required=False,
    )
    can_offer = WordsField(
        label=_("話せること・持ち寄れること"),
        help_text=_(
            "得意でなくて大丈夫。「毎日やっていること」が、ほかの業界では珍しい話になります。"
            "おなじ組の方には、呼ばれたい名前といっしょに見えます。"
        ),
        max_length=SEATS.words,
        required=False,
        error_messages=TOO_LONG,
        widget=CountedTextarea(attrs={"rows": 2}),
    )
    mode = forms.ChoiceField(
        label=_("当日の過ごしかた"),
        help_text=_("進行役だけが見ます。当日に変えてもかまいません。"),
        choices=Mode.choices,
        error_messages={
            "required": _("ひとつ選んでください。迷うときは「聞くのが中心」で大丈夫です。"),
            "invalid_choice": _("三つのなかから、ひとつ選んでください。"),
        },
        widget=ChoiceCards(
            hints={
                Mode.TALK: _("画面はオフでもオンでも"),
                Mode.LISTEN: _("お題は「パス」で進みます"),
                Mode.CHAT: _("書いて進行役が読み上げます"),
            }
        ),
    )
    # The answer to the question about the member's own limits; its button is the only one that sends it.
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def leave_groups_out(self) -> None:
        """Do not ask for what only the people of one's group would read: this event has no groups."""
        del self.fields["shares_wish"], self.fields["can_offer"]
        self.fields["wants_to_talk"].label = _("聞いてみたいこと")
        self.fields["mode"].widget.hints = {}  # they speak of prompts


class FilterForm(forms.Form):
    """The ticks above the list. It is read from the address, so what it does not know is ignored, not refused."""

    format = forms.MultipleChoiceField(label=_("かたち"), choices=Format.choices, widget=ChoicePills, required=False)
    length = forms.MultipleChoiceField(label=_("長さ"), choices=Length.choices, widget=ChoicePills, required=False)
    when = forms.MultipleChoiceField(
        label=_("曜日と時間"), choices=TimeBand.choices, widget=ChoicePills, required=False
    )

    def filters(self) -> Filters:
        """What was asked for; unknown values are left out, not refused."""
        lengths = [int(value) for value in self._known("length")]
        return Filters(
            formats=frozenset(self._known("format")),
            max_minutes=max(lengths, default=None),
            time_bands=frozenset(self._known("when")),
        )

    def _known(self, name: str) -> list[str]:
        known = dict(self.fields[name].choices)
        return [value for value in self.data.getlist(name) if value in known]
