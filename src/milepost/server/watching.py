"""What is known of each request: one log line and two figures, by the name of its route and never by its path."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram

from milepost.server.logs import request_id

# Asked so often by machines that their lines would bury all others.
_QUIET = ("health", "metrics", "static")
_LOG = logging.getLogger("milepost.requests")

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "milepost_requests", "Requests answered.", ("route", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "milepost_request_seconds",
    "Seconds until a request was answered.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)


class Watched:
    """Gives each request an id, and tells how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        # Our own, never one that came with the request: it stands in the logs.
        before = request_id.set(secrets.token_hex(6))
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = request_id.get()
            _tell(request, response, time.perf_counter() - began)
        finally:
            request_id.reset(before)
        return response


def route(request: HttpRequest) -> str:
    """The name of the address that was asked for; a path may hold a token and is never told."""
    match = request.resolver_match
    if match and match.url_name:
        return match.url_name
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unknown"


def _tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    name, status = route(request), response.status_code
    REQUESTS.labels(name, status).inc()
    SECONDS.labels(name).observe(seconds)
    level = logging.DEBUG if name in _QUIET and status < 500 else logging.INFO
    fields = {"method": _method(request), "route": name, "status": status}
    _LOG.log(level, "request", extra={"fields": fields | {"ms": round(seconds * 1000, 1)}})


def _method(request: HttpRequest) -> str:
    """A method is free text of the sender's too."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in known else "other"
