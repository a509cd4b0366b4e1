"""The addresses that belong to the site as a whole: no namespace, because machines and every app link to them."""

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from kouryu import references
from members.entrance.views import health, public
from members.linking import views as linking

references.register("passkey")

urlpatterns = [
    path("", public.home, name="home"),
    path("language/", public.set_language, name="set_language"),
    path("start-over/", public.start_over, name="start_over"),
    # second factors: allauth's views under its names, each with the address that fits ours
    path("accounts/login/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/reauthenticate/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("accounts/reauthenticate/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("accounts/service/<slug:provider_id>/answer/", linking.answer, name="openid_connect_callback"),
    path("account/security/", mfa.index, name="mfa_index"),
    path("account/security/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/security/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/security/passkeys/<passkey:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/security/passkeys/<passkey:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/security/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/security/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", health.robots, name="robots"),
    path(".well-known/security.txt", health.security_txt, name="security_txt"),
]
