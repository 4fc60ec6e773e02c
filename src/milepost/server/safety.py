"""What every request and answer goes through: no NUL comes in, and headers keep pages to what is ours."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from milepost.server.failures import bad_request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)


class NoNul:
    """Refuses a NUL in an address or a cookie: PostgreSQL takes none, and a look-up by it would fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        written = (request.path_info, *request.GET.keys(), *request.COOKIES.values())
        values = (value for _, given in request.GET.lists() for value in given)
        if any("\0" in text for text in (*written, *values)):
            return bad_request(request, ValueError("NUL"))
        return self.get_response(request)


class SafeHeaders:
    """Puts the content security policy and its sisters on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        # Django's own waits for a request that came encrypted: a proxy hands them on in the clear.
        if seconds := settings.SECURE_HSTS_SECONDS:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={seconds}")
        return response
