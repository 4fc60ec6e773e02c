"""Figures for Prometheus: what this process answered, and what the database holds at this moment."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from milepost.server.access import Route
from milepost.server.queries import figures
from milepost.server.watching import REGISTRY

# What a proxy adds: whoever comes through one is not this machine, whatever address stands in front.
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
_COUNTS = (
    ("milepost_people", "People by status.", "status", figures.people_by_status),
    ("milepost_invitations", "Invitations by state.", "state", figures.invitations_by_state),
    ("milepost_messages", "Messages by state.", "state", figures.messages_by_state),
    ("milepost_answers", "Answers by state.", "state", figures.answers_by_state),
)


class Stored(Collector):
    """Reads the database when it is asked."""

    def collect(self) -> Iterator[Metric]:
        """One gauge a table, and how far the worker is behind."""
        for name, words, label, count in _COUNTS:
            yield _gauge(name, words, (label,), (((key,), n) for key, n in count().items()))
        waited = figures.oldest_due_seconds()
        yield _gauge(
            "milepost_oldest_due_seconds", "How long the oldest due mail waits.", (), [((), waited)]
        )
        yield _gauge(
            "milepost_facts_behind", "Changes not in the facts.", (), [((), figures.dirty_rows())]
        )
        ages = (((worker,), age) for worker, age in figures.beats().items())
        yield _gauge(
            "milepost_worker_beat_seconds", "Since a worker's last beat.", ("worker",), ages
        )

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering does not read the database."""
        return ()


REGISTRY.register(Stored())


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, to whoever has the token; without a token set, to this machine. Else there is no such page."""
    if not _allowed(request):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _allowed(request: HttpRequest) -> bool:
    token = settings.MILEPOST.text("metrics_token")
    if not token:
        # Behind https stands a proxy, most likely on this machine, and not every one says that it is.
        return not settings.SESSION_COOKIE_SECURE and _is_local(request)
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _is_local(request: HttpRequest) -> bool:
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _gauge(
    name: str,
    words: str,
    labels: tuple[str, ...],
    values: Iterable[tuple[tuple[str, ...], float]],
) -> Metric:
    gauge = GaugeMetricFamily(name, words, labels=labels)
    for named, value in values:
        gauge.add_metric(named, value)
    return gauge


ROUTES = (Route("metrics", metrics, "metrics", None),)
