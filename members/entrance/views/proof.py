"""A fresh code from the mail as the proof before something that matters is changed."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.views import BaseReauthenticateView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from members.accounts.access import Access, open_to
from members.entrance import proofs
from members.entrance.forms.entrance import ProofCodeForm


class ProveByMailView(BaseReauthenticateView):
    """Sends a code, and takes it. allauth leads here, on to what was to be done, and past who has a second factor."""

    http_method_names: ClassVar = ["get", "head", "post"]
    form_class = ProofCodeForm
    template_name = "account/prove_by_mail.html"
    request: HttpRequest

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "send":
            return super().post(request, *args, **kwargs)
        if not proofs.send_code(request, now=timezone.now()):
            messages.error(request, get_adapter().error_messages["proofs_paused"])
        return HttpResponseRedirect(request.get_full_path())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "expected": proofs.expected_code(self.request, now=timezone.now())}

    def form_valid(self, form: Form) -> HttpResponse:
        proofs.note_proof(self.request, now=timezone.now())
        return super().form_valid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        if not proofs.has_tries_left(self.request):
            sentence = get_adapter().error_messages["too_many_login_attempts"]
            messages.error(self.request, sentence)
            return HttpResponseRedirect(self.request.get_full_path())
        return super().form_invalid(form)


prove_by_mail = open_to(Access.SIGNED_IN)(ProveByMailView.as_view())
