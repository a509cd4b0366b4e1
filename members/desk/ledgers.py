"""Ledgers: Django's admin as the owner reads it, lists of rows as they are stored and nothing to change.

A chapter of ledgers stands in `<app>/admin.py`. A ledger names its columns one by one and holds no words, addresses or
wishes of members. A person is a reference that leads to their page at the desk, where a look is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kouryu.references import reference_to
from members.accounts.access import Access, open_to
from members.accounts.choices import Role

MARK_LENGTH = 8  # letters of a person's reference, enough to tell rows of one page apart


class LedgerConfig(AdminConfig):
    default_site = "members.desk.ledgers.LedgerSite"


class LedgerSite(admin.AdminSite):
    """The site of the ledgers: an overview, a list per app, a list per ledger. Signing in is that of the whole site."""

    site_header = site_title = _("台帳")
    index_title = _("保存されているままの記録です。ここでは何も変わりません。")
    site_url = "/"
    index_template = "admin/ledgers.html"

    def register(
        self, model_or_iterable: Any, admin_class: type[admin.ModelAdmin] | None = None, **options: object
    ) -> None:
        """Ledgers alone: what other packages bring along for the admin can change rows and shows secrets."""
        if admin_class and issubclass(admin_class, LedgerAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """The label of the pages asks the same first; this keeps a page that somebody adds without one."""
        return request.user.is_authenticated and Role.OWNER.value in request.user.standing.roles

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return open_to(Access.OWNER, can=_("台帳を読む"))(super().admin_view(view, cacheable))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The ledgers under their titles instead of the names of their tables."""
        apps = super().get_app_list(request, app_label)
        for ledger in (one for app in apps for one in app["models"]):
            ledger["name"] = self.get_model_admin(ledger["model"]).title
        return apps

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without admin's own pages for signing in and for passwords."""
        ledgers = [one for one in super().get_urls() if isinstance(one, URLResolver)]
        overview = path("", self.admin_view(self.index), name="index")
        of_one_app = path("<slug:app_label>/", self.admin_view(self.app_index), name="app_list")
        return [overview, *ledgers, of_one_app]


class LedgerAdmin(admin.ModelAdmin):
    """One list, newest first, under its `title`. `columns` are shown as stored; `people` are keys to a member."""

    title: ClassVar[Promise]
    columns: ClassVar[Sequence[str]] = ()
    people: ClassVar[Sequence[str]] = ()
    ordering: ClassVar[Sequence[str]] = ["-pk"]
    list_display_links = None
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [_person(self.model, name) if name in self.people else _value(self.model, name) for name in self.columns]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The page's own filters: Django lets every column be asked, and a hidden one would tell letter by letter."""
        column, _sep, how = lookup.partition("__")
        if column == self.date_hierarchy:
            return how in {"year", "month", "day", "gte", "lt"}
        return column in self.list_filter and how in {"", "exact", "id__exact", "isnull"}

    def get_urls(self) -> list[URLPattern]:
        """The list alone: a row has no page of its own."""
        options = self.model._meta
        name = f"{options.app_label}_{options.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.changelist_view), name=name)]

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def _value(model: type[models.Model], name: str) -> Any:
    """The column as it is stored; the key of another row without asking for that row."""
    field = model._meta.get_field(name)
    return field.attname if isinstance(field, models.ForeignKey) else name


def _person(model: type[models.Model], name: str) -> Callable[[models.Model], str]:
    field = model._meta.get_field(name)

    @admin.display(description=name.replace("_", " "), ordering=field.attname, empty_value="–")
    def column(row: models.Model) -> str | None:
        number = getattr(row, field.attname)
        if number is None:
            return None
        page = reverse("members:desk_member", kwargs={"person_pk": number})
        return format_html('<a href="{}">{}</a>', page, reference_to("person", number)[:MARK_LENGTH])

    return column
