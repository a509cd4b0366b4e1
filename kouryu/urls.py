"""Where every address leads. Each app keeps its own list."""

from django.contrib import admin
from django.urls import include, path

handler400 = "kouryu.web.bad_request"
handler403 = "kouryu.web.forbidden"
handler404 = "kouryu.web.not_found"
handler500 = "kouryu.web.server_error"

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("desk/ledgers/", admin.site.urls),
    path("", include("members.site_urls")),
    path("", include("members.urls")),
    path("", include("events.urls")),
    path("", include("feedback.urls")),
]
