"""Development only: the mails that left, readable in the browser. Not routed in production (members/urls.py)."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members import mailbox as files
from members.access import Access, open_to

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
    return render(request, "members/mailbox/mailbox.html", values)


@require_safe
@open_to(Access.PUBLIC)
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as text."""
    return render(request, "members/mailbox/mail.html", {"mail": _mail_or_404(key)})


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
