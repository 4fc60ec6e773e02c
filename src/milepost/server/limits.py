"""How often somebody may try: limits in memory, and whose address counts when proxies stand between."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Lock
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponseBase

from milepost import clock
from milepost.server.failures import too_many
from milepost.server.settings import Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
View = Callable[..., HttpResponseBase]

# Keys remembered for one limit; the one longest quiet goes first. A full limit takes some MB.
KEYS = 20_000
# What one customer of a network provider holds at least: every address of it is the same somebody.
_IPV6_PREFIX = 64
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries of one key in any stretch of `seconds`."""

    name: str
    most: int
    seconds: float


class Tries:
    """The tries that were let through, by limit and key; a refused one does not count."""

    def __init__(self, *, keys: int = KEYS) -> None:
        self._keys = keys
        self._lock = Lock()
        self._times: dict[str, OrderedDict[str, list[float]]] = {}

    def wait(self, limit: Limit, key: str) -> int:
        """Count a try. 0: it may go on; else the whole seconds until it may."""
        now = clock.now().timestamp()
        with self._lock:
            times = self._of(limit, key)
            # A clock that was set back must not shut anybody out.
            while times and not now - limit.seconds < times[0] <= now:
                times.pop(0)
            if len(times) >= limit.most:
                return max(1, math.ceil(times[0] + limit.seconds - now))
            times.append(now)
            return 0

    def forget(self, limit: Limit, key: str) -> None:
        """Begin anew for a key, after a success."""
        with self._lock:
            self._times.get(limit.name, OrderedDict()).pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._times.clear()

    def _of(self, limit: Limit, key: str) -> list[float]:
        known = self._times.setdefault(limit.name, OrderedDict())
        times = known.setdefault(key, [])
        known.move_to_end(key)
        while len(known) > self._keys:
            known.popitem(last=False)
        return times


TRIES = Tries()


def limited(limit: Limit, *, methods: Sequence[str] = ("POST",)) -> Callable[[View], View]:
    """A view that answers 429 to an address that tries too often by one of the methods."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                wait = TRIES.wait(limit, client_key(request))
                if wait:
                    return too_many(request, wait)
            return view(request, *args, **kwargs)

        return guard

    return decorate


def client_key(request: HttpRequest) -> str:
    """What a client is counted by: its IPv4 address, or the /64 network of its IPv6 address."""
    address = client_address(request, django_settings.MILEPOST)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address or _UNKNOWN)


def client_address(request: HttpRequest, settings: Settings) -> Address | None:
    """Who really called: the last address before the first that is no proxy of ours.

    X-Forwarded-For is read from its right end, where our own proxies write; what the client wrote
    stands further left and is never reached. None where the web server knows no address.
    """
    ours = _networks(settings.listed("trusted_proxies"))
    found = _address(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while found is not None and hops and any(found in network for network in ours):
        before = _address(hops.pop())
        if before is None:
            break
        found = before
    return found


@lru_cache(maxsize=8)
def _networks(listed: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(each, strict=False) for each in listed)


def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, in brackets, with a port; IPv4 in IPv6 as IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
