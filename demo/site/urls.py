"""The site's addresses, the one that starts an evening at once, and the page of components."""

from django.urls import path

from demo.site import views
from kouryu import urls
from kouryu.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("hosting/<int:pk>/start-now/", views.start_now, name="start_now"),
    path("components/", views.components, name="components"),
    path("components/staff/", views.components_for_staff, name="components_for_staff"),
    *urls.urlpatterns,
]
