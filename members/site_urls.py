"""The addresses that belong to the site as a whole: no namespace, because machines and every app link to them."""

from django.urls import path

from members.entrance.views import health, public

urlpatterns = [
    path("", public.home, name="home"),
    path("language/", public.set_language, name="set_language"),
    path("start-over/", public.start_over, name="start_over"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", health.robots, name="robots"),
    path(".well-known/security.txt", health.security_txt, name="security_txt"),
]
