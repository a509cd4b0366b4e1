"""What does a host write down about an event? The plan, and its run sheet as rows."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from events.event.choices import Allotment, ConditionKind, Format, Gathering, ItemKind, Promise, VideoRoomKind
from events.event.limits import EVENT_WORDS, EVENTS, LOTTERIES
from events.event.rules.event import EventPlan, Item, PlanFault, faults_in, latest_close
from events.hosting import refusals
from events.hosting.forms.conditions import ConditionsForm, named
from events.hosting.forms.conditions import answers_of as conditions_answers
from events.hosting.queries import hosting as queries
from events.models import Event
from events.registration.limits import MARKS
from kouryu.fields import MomentField, NameField, WordsField
from kouryu.numbers import HOUR, kanji, people, spelled, with_numbers
from kouryu.widgets import ChoiceCards, ChoicePills, CountedTextarea, MultiChoiceCards
from members.accounts.taxonomies import career_themes

RELEASED_HOURS = EVENTS.released_before_start // HOUR
GROUP_SIZES = [(size, people(size)) for size in range(EVENTS.smallest_group, EVENTS.largest_group + 1)]
LONGEST_TYPED = 4  # digits that are added up to be shown; what is longer is no length of an evening
ROWS_TO_LOOK_AT = _("進行表に、確かめていただきたい行があります。")
FIXED_ONCE_PUBLISHED = ("format", "gathering", "allotment")
FIELD_OF_FAULT = {
    PlanFault.IN_THE_PAST: "starts_at",
    PlanFault.TOO_FAR_AWAY: "starts_at",
    PlanFault.TOO_SHORT: "minutes",
    PlanFault.TOO_LONG: "minutes",
    PlanFault.LONG_WITHOUT_REASON: "length_reason",
    PlanFault.CLOSES_IN_THE_PAST: "registration_closes_at",
    PlanFault.SOON_FOR_LOTTERY: "starts_at",
    PlanFault.CLOSES_AFTER_START: "registration_closes_at",
    PlanFault.OPENS_AFTER_CLOSE: "registration_opens_at",
    PlanFault.LATE_FOR_LOTTERY: "registration_closes_at",
    PlanFault.FEW_SEATS: "capacity",
    PlanFault.MANY_SEATS: "capacity",
    PlanFault.FIRST_TIMER_SEATS: "first_timer_seats",
    PlanFault.FIRST_TIMER_LOTTERY: "first_timer_seats",
    PlanFault.FIRST_TIMER_HOUR_MISSING: "first_timer_seats_until",
    PlanFault.FIRST_TIMER_HOUR_LATE: "first_timer_seats_until",
    PlanFault.GROUP_SIZE: "group_size",
    PlanFault.GROUP_WITHOUT_SEATS: "capacity",
    PlanFault.MANY_THEMES: "themes",
    PlanFault.NOBODY_FITS: "earlier_events",
    PlanFault.PREFECTURE_ONLINE: "prefectures",
}


class EventForm(ConditionsForm):
    """A plan without its run sheet. `seen_version` says which version the host was looking at."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    title = NameField(
        label=_("会の名前"), max_length=EVENT_WORDS.title, help_text=_("どんな共通点の人が集まるかが、伝わる名前に。")
    )
    description = WordsField(
        label=_("どんな会か"),
        max_length=EVENT_WORDS.description,
        widget=CountedTextarea(attrs={"rows": 6}),
        help_text=_("何をして、何をしなくてよいか。はじめての人が読んで、当日を思い浮かべられるように。"),
    )
    host_words = WordsField(
        label=_("進行役からのひとこと"),
        max_length=EVENT_WORDS.host_words,
        required=False,
        widget=CountedTextarea(attrs={"rows": 2}),
    )
    format = forms.ChoiceField(label=_("開きかた"), choices=Format.choices, widget=ChoiceCards)
    gathering = forms.ChoiceField(
        label=_("集まりかた"),
        choices=Gathering.choices,
        required=False,
        initial=Gathering.GROUPS,
        widget=ChoiceCards(
            hints={
                Gathering.GROUPS: _("進行役が組を作り、組の方どうしで手紙を贈れます"),
                Gathering.TOGETHER: _("組は作りません。手紙のかわりに、持ちかえりメモを書けます"),
            }
        ),
    )
    room_kind = forms.ChoiceField(
        label=_("オンラインの部屋"),
        choices=VideoRoomKind.choices,
        required=False,
        initial=VideoRoomKind.SHARED,
        widget=ChoiceCards(
            hints={
                VideoRoomKind.SHARED: _("お手持ちの部屋のURLを入れます"),
                VideoRoomKind.GROUPS: _("このサイトが、集まる部屋と組ごとの部屋を用意します"),
            }
        ),
    )
    room_url = forms.URLField(
        label=_("部屋のURL"),
        required=False,
        max_length=EVENT_WORDS.room_url,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"], message=_("https:// で始まるURLを入れてください。"))],
        help_text=_("オンラインの会で使います。席のある人だけに、始まる少し前から見えます。"),
    )
    place = NameField(
        label=_("会場"),
        max_length=EVENT_WORDS.place,
        required=False,
        help_text=_("会場で開く会で使います。住所と目印を。"),
    )
    starts_at = MomentField(label=_("始まる日時"), help_text=_("日本時間です。"))
    minutes = forms.IntegerField(
        label=_("長さ（分）"),
        help_text=with_numbers(
            _("%(usual)s分をおすすめします。%(long)s分をこえるときは、理由も書いてください。"),
            usual=EVENTS.recommended,
            long=EVENTS.longest_without_reason,
        ),
        widget=forms.NumberInput(attrs={"min": EVENTS.shortest, "max": EVENTS.longest, "inputmode": "numeric"}),
    )
    length_reason = NameField(
        label=with_numbers(_("%(minutes)s分をこえる理由"), minutes=EVENTS.longest_without_reason),
        max_length=EVENT_WORDS.length_reason,
        required=False,
        help_text=with_numbers(
            _("%(minutes)s分までなら要りません。運営の人だけが読みます。"), minutes=EVENTS.longest_without_reason
        ),
    )
    registration_opens_at = MomentField(
        label=_("申し込みの開始"), required=False, help_text=_("空けておくと、公開したときから申し込めます。")
    )
    registration_closes_at = MomentField(
        label=_("申し込みの締切"),
        required=False,
        help_text=with_numbers(
            _("空けておくと、始まるまで申し込めます。抽選の会は、始まる%(days)s日前までです。"),
            days=kanji(LOTTERIES.drawn_before_start.days),
        ),
    )
    allotment = forms.ChoiceField(
        label=_("席の決めかた"),
        choices=Allotment.choices,
        required=False,
        widget=ChoiceCards(
            hints={
                Allotment.FIRST_COME: _("申し込んだ順に席が決まります"),
                Allotment.LOTTERY: _("締切のあとに抽選します。だれでも確かめられます"),
            }
        ),
    )
    capacity = forms.IntegerField(
        label=_("定員"),
        help_text=_(
            "組の人数の倍数にすると、組が作りやすくなります。あとから減らしても、席のある方の席はなくなりません。"
        ),
        widget=forms.NumberInput(attrs={"min": EVENTS.fewest_seats, "max": EVENTS.most_seats, "inputmode": "numeric"}),
    )
    group_size = forms.TypedChoiceField(
        label=_("組の人数"),
        help_text=_("組を作らない会では、使いません。"),
        coerce=int,
        choices=GROUP_SIZES,
        widget=ChoiceCards(hints={"3": _("ゆっくり話せます"), "4": _("おすすめ"), "5": _("にぎやかに")}),
    )
    first_timer_seats = forms.IntegerField(
        label=_("はじめての方のために取っておく席"),
        required=False,
        min_value=0,
        max_value=EVENTS.most_seats,
        help_text=_("定員のうちの数です。0なら取っておきません。"),
        widget=forms.NumberInput(attrs={"min": 0, "max": EVENTS.most_seats, "inputmode": "numeric"}),
    )
    first_timer_seats_until = MomentField(
        label=_("いつまで取っておくか"),
        required=False,
        help_text=with_numbers(
            ngettext_lazy(
                "そのあとは、どなたにもひらきます。始まる%(hours)s時間前まで。あとから取りもどすことはできません。",
                "そのあとは、どなたにもひらきます。始まる%(hours)s時間前まで。あとから取りもどすことはできません。",
                RELEASED_HOURS,
            ),
            hours=RELEASED_HOURS,
        ),
    )
    themes = forms.MultipleChoiceField(
        label=_("共通点になるモヤモヤ"),
        required=False,
        widget=ChoicePills(attrs={"data-max": EVENTS.themes}),
        help_text=with_numbers(_("%(most)sつまで。選んだ人に、この会が先に届きます。"), most=spelled(EVENTS.themes)),
    )
    promises = forms.MultipleChoiceField(
        label=_("この会の約束"), required=False, choices=Promise.choices, widget=MultiChoiceCards
    )
    conditions_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(
        self,
        *args: Any,
        run_sheet: RunSheet,
        now: datetime,
        event: Event | None = None,
        **kwargs: Any,
    ) -> None:
        self.run_sheet, self.now = run_sheet, now
        self.old = queries.plan_of(event) if event else None
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = named(career_themes())
        if settings.JITSI is None:  # nobody to open a room per group
            del self.fields["room_kind"]
        self.order_fields([name for name in self.fields if name not in ConditionsForm.base_fields])
        if event and event.published_at:
            for name in FIXED_ONCE_PUBLISHED:
                self.fields[name].disabled = True
            moved = gettext("日本時間です。変えると、席のある方は、そのあと%(hours)s時間は印なしで取り消せます。")
            self.fields["starts_at"].help_text = moved % {"hours": MARKS.time_to_decide // HOUR}

    def clean_affinities(self) -> list[str]:
        """A group that was retired stays with an event that asked for it before, and is asked for anew by none."""
        held = self.old.asks.values_of(ConditionKind.AFFINITY) if self.old else frozenset()
        for key in self.cleaned_data["affinities"]:
            if key in self.retired_affinities and key not in held:
                name = self.retired_affinities[key]
                raise forms.ValidationError(
                    gettext("なかま「%(name)s」は、もう条件にできません。外してから、保存してください。")
                    % {"name": name}
                )
        return self.cleaned_data["affinities"]

    @property
    def fingerprint(self) -> str:
        """Of the conditions of a valid form: comes back with the form that was shown with a warning about them."""
        asked = repr((self.plan.conditions, self.plan.conditions_combined))
        return hashlib.sha256(asked.encode()).hexdigest()[:16]

    @property
    def has_been_warned(self) -> bool:
        """Whether these very conditions were shown with their warnings before."""
        return self.cleaned_data["conditions_seen"] == self.fingerprint

    def clean(self) -> dict[str, Any]:
        """Ask the rules for every fault at once, where the answers are complete enough to be judged."""
        data = super().clean() or {}
        rows_are_valid = self.run_sheet.is_valid()
        if self.errors or not rows_are_valid:
            if not rows_are_valid:
                self.add_error(None, ROWS_TO_LOOK_AT)
            return data
        self.plan = self._plan(data)
        for fault in faults_in(self.plan, now=self.now, old=self.old):
            sentence = refusals.sentence_for_fault(fault, self.plan)
            self.add_error(FIELD_OF_FAULT.get(fault), sentence)
        return data

    def _plan(self, data: dict[str, Any]) -> EventPlan:
        """The answers by their names; below, what is not as it was typed."""
        answers = {part.name: data.get(part.name) for part in fields(EventPlan)}
        return EventPlan(
            **answers
            | {
                "gathering": data.get("gathering") or Gathering.GROUPS.value,
                "room_kind": data.get("room_kind") or VideoRoomKind.SHARED.value,
                "length_reason": data["length_reason"] if data["minutes"] > EVENTS.longest_without_reason else "",
                "registration_closes_at": data["registration_closes_at"]
                or latest_close(data["starts_at"], data["allotment"]),
                "allotment": data["allotment"] or Allotment.FIRST_COME,
                "first_timer_seats": data["first_timer_seats"] or 0,
                "first_timer_seats_until": data["first_timer_seats_until"] if data["first_timer_seats"] else None,
                "themes": tuple(data["themes"]),
                "promises": tuple(data["promises"]),
                "conditions": self.asked(),
                "run_sheet": self.run_sheet.items,
            }
        )


class RunSheetRow(forms.Form):
    """One slot of the evening. A row left empty is no row."""

    minutes = forms.IntegerField(
        label=_("分"),
        required=False,
        min_value=1,
        max_value=EVENTS.longest,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": EVENTS.longest}),
    )
    title = NameField(label=_("すること"), required=False, max_length=EVENT_WORDS.item)
    note = NameField(label=_("ひとこと"), required=False, max_length=EVENT_WORDS.item_note)
    kind = forms.ChoiceField(label=_("過ごしかた"), required=False, choices=ItemKind.choices, initial=ItemKind.OTHER)
    group_size = forms.TypedChoiceField(
        label=_("この組の人数"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("会と同じ")), *GROUP_SIZES],
    )
    depth = forms.TypedChoiceField(
        label=_("お題の深さ"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("回ごとに深く")), (1, _("気軽に")), (2, _("少し深く")), (3, _("深く（顔なじみの会で）"))],
    )

    @property
    def is_empty(self) -> bool:
        """Nothing was typed. That something was chosen makes no row."""
        return not any(self.cleaned_data.get(name) for name in ("minutes", "title", "note"))

    @property
    def item(self) -> Item:
        """What a valid row that is not empty says. Only talks have groups and prompts."""
        data = {**self.cleaned_data, "kind": self.cleaned_data["kind"] or ItemKind.OTHER.value}
        if data["kind"] != ItemKind.TALK:
            data |= {"group_size": None, "depth": None}
        return Item(**data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors or self.is_empty:
            return data
        if not data["minutes"]:
            self.add_error("minutes", gettext("この行の長さを、分で入れてください。"))
        if not data["title"]:
            self.add_error("title", gettext("この行ですることを入れてください。"))
        return data


class RunSheet(forms.BaseFormSet):
    """The rows in their order."""

    @property
    def minutes(self) -> int:
        """How long they are together, as far as what stands in them are numbers."""
        typed = (str(form["minutes"].value() or "") for form in self.forms)
        return sum(int(one) for one in typed if one.isdecimal() and len(one) <= LONGEST_TYPED)

    @property
    def rows(self) -> int:
        """How many of them say something."""
        return sum(bool(form["title"].value()) for form in self.forms)

    @property
    def items(self) -> tuple[Item, ...]:
        """The rows that were filled in."""
        return tuple(form.item for form in self.forms if not form.is_empty)


RunSheetForms = forms.formset_factory(
    RunSheetRow, formset=RunSheet, extra=0, max_num=EVENTS.items, absolute_max=EVENTS.items, validate_max=True
)


def answers_of(plan: EventPlan, *, version: int) -> dict[str, Any]:
    """What the form shows of a plan. A version of 0 is that of no event."""
    return {
        **{name: getattr(plan, name) for name in EventForm.base_fields if hasattr(plan, name)},
        **conditions_answers(plan.conditions, plan.conditions_combined),
        "seen_version": version,
    }


def rows_of(plan: EventPlan) -> list[dict[str, Any]]:
    """What the run sheet shows of a plan."""
    return [asdict(item) for item in plan.run_sheet]


def typed_answers(form: EventForm) -> dict[str, Any]:
    """What was typed so far, unjudged, to be shown again."""
    typed = {}
    for name, field in form.fields.items():
        if not field.disabled:
            typed[name] = field.widget.value_from_datadict(form.data, form.files, name)
    return typed


def typed_rows(run_sheet: RunSheet) -> list[dict[str, Any]]:
    """What was typed into the rows so far, unjudged."""
    return [{name: form[name].data for name in RunSheetRow.base_fields} for form in run_sheet.forms]


class CallOffForm(forms.Form):
    """Why an event does not take place; read by those who had registered."""

    reason = WordsField(
        label=_("中止の理由"),
        max_length=EVENT_WORDS.called_off_reason,
        widget=CountedTextarea(attrs={"rows": 3}),
        help_text=_("申し込んだ方が、会のページで読みます。くわしい事情は書かなくて大丈夫です。"),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not event.published_at:  # nobody has seen it: nobody is owed a reason
            del self.fields["reason"]
