"""What every answer carries: a request id, and the headers that defend the reader's browser."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from kouryu import request_id
from kouryu.refusal import Gone

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    ]
)
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class RequestIdMiddleware:
    """Gives each request its id and returns it as `X-Request-ID`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, path = request_id.current.set(request_id.new()), request_id.current_path.set(request.path)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.current.get()
            return response
        finally:
            request_id.current.reset(token)
            request_id.current_path.reset(path)


class BrowserDefencesMiddleware:
    """CSP without inline script or style, no caching of what only a member may see."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class MachinesMiddleware:
    """What machines ask is answered to everybody alike: with no cookie there is no session to look for.

    So /healthz asks no database, whoever asks it, and web is not restarted because the database is away.
    """

    PATHS = frozenset({"/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt", "/webhooks/stripe/"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.PATHS:
            request.COOKIES = {}
        return self.get_response(request)


class GoneMiddleware:
    """What a flow did not find is a page that is not there."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Turn `Gone` into the 404 that a view would raise."""
        if isinstance(exception, Gone):
            raise Http404 from exception
