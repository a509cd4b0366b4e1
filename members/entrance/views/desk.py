"""What the desk does for a member who cannot sign in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from members.accounts.access import Access, open_to
from members.desk.views import ActWords, act_for_a_reason, at_open_page
from members.entrance import flows
from members.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.DESK, can=gettext_lazy("ログインのご案内を送る"))
@at_open_page
def send_sign_in(request: HttpRequest, member: User) -> HttpResponse:
    """Mail the member how to sign in."""
    says = ActWords(
        title=_("ログインのご案内を送る"),
        lead=_("登録のメールアドレスに、コードでログインする方法をお送りします。"),
        done=_("ログインのご案内を送りました。"),
    )
    return act_for_a_reason(request, member, flows.send_sign_in_guide, says=says)
