"""The pages about mails: which of them a member wants, and the mailbox of a development site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.accounts.access import Access, open_to
from members.mail import mailbox as files
from members.mail.flows import preferences as flows
from members.mail.kinds import MailKind, optional_kinds
from members.mail.tokens import mail_to_stop
from members.models import User

PER_PAGE = 50


LONGEST_ADDRESS = 254


# The mail's own page may style itself and do nothing else: no script, no form, no picture from elsewhere.
MAIL_ALONE = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@require_safe
@open_to(Access.PUBLIC)
def mailbox(request: HttpRequest) -> HttpResponse:
    """Everybody's mails, newest first; `?to=` keeps those to one address."""
    address = request.GET.get("to", "")[:LONGEST_ADDRESS]
    mails = files.newest_mails(settings.MAIL_FILES, address=address)
    values = {"page": Paginator(mails, PER_PAGE).get_page(request.GET.get("page")), "address": address}
    return render(request, "members/mail/mailbox/mailbox.html", values)


@require_safe
@open_to(Access.PUBLIC)
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as text."""
    return render(request, "members/mail/mailbox/mail.html", {"mail": _mail_or_404(key)})


@require_safe
@open_to(Access.PUBLIC)
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as its reader's mail program shows it, on a page of its own in a sandbox."""
    html = _mail_or_404(key).html
    if not html:
        raise Http404
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_ALONE})


def _mail_or_404(key: str) -> files.FiledMail:
    found = files.find_mail(settings.MAIL_FILES, key)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.PUBLIC)
@csrf_exempt  # a mail program posts here, without cookie and page (RFC 8058, section 3.2)
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET: which kind, and one button. POST: that kind is off, answered with 200 and no redirect.

    Names nobody: whoever holds a forwarded mail reads the kind and nothing else.
    """
    found = _mail_of(token)
    if found is None:
        return render(request, "members/mail/unknown.html", status=404)
    member, kind = found
    if request.method == "POST":
        flows.switch_off(member_id=member.pk, kind=kind, now=timezone.now())
        member.refresh_from_db(fields=["muted_mail"])
    with translation.override(member.language):
        context = {"kind": kind, "is_off": kind in member.muted_mail}
        return render(request, "members/mail/stop.html", context)


def _mail_of(token: str) -> tuple[User, MailKind] | None:
    """Whose mails of which kind; None for a link that we did not make, a kind of old, an account that is gone."""
    member_id, word = mail_to_stop(token) or (0, "")
    member = User.objects.filter(pk=member_id, is_active=True).first()
    kind = next((kind for kind in optional_kinds() if kind == word), None)
    return (member, kind) if member and kind else None


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Access.ACCOUNT)
def rest(request: HttpRequest) -> HttpResponse:
    """GET: what a rest does. POST: it begins."""
    if request.method != "POST":
        return render(request, "members/mail/rest.html")
    flows.take_rest(by=request.user, now=timezone.now())
    messages.success(request, _("ひと休みに入りました。いつでも、ひと押しで戻れます。"))
    return redirect("members:account")


@require_POST
@open_to(Access.ACCOUNT)
def end_rest(request: HttpRequest) -> HttpResponse:
    flows.end_rest(by=request.user, now=timezone.now())
    messages.success(request, _("おかえりなさい。お知らせを、またお届けします。"))
    return redirect("members:account")
