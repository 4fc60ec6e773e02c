"""What a visitor fetched of a link before an answer came: kept in memory only, for a GET writes nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from secrets import token_bytes

from django.http import HttpRequest

from milepost import clock
from milepost.server.limits import client_key

# Visits remembered at once; the oldest give way. About 400 bytes each.
MOST = 50_000
# Machines fetch in bursts: whoever comes after such a pause is held to be somebody else.
PAUSE = timedelta(minutes=5)
# Different scores remembered of one visit; more prove nothing further.
SCORES = 16


@dataclass(slots=True)
class Sighting:
    """What one visitor fetched of a link: from when on, which scores, and whether the decoy."""

    first_at: datetime
    last_at: datetime
    scores: set[str] = field(default_factory=set)
    decoy: bool = False


class Sightings:
    """The visits to links in this process, by link, address and browser; neither is kept as it is."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[bytes, Sighting] = OrderedDict()
        self._lock = threading.Lock()
        self._secret = token_bytes(16)

    def saw(
        self, request: HttpRequest, token: str, *, score: str | None = None, decoy: bool = False
    ) -> None:
        """Remember a fetch of a link."""
        now, key = clock.now(), self._key(request, token)
        with self._lock:
            sighting = self._seen.get(key)
            if sighting is None or now - sighting.last_at > PAUSE:
                sighting = self._seen[key] = Sighting(now, now)
            sighting.last_at = now
            sighting.decoy = sighting.decoy or decoy
            if score is not None and len(sighting.scores) < SCORES:
                sighting.scores.add(score[:16])
            self._seen.move_to_end(key)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)

    def of(self, request: HttpRequest, token: str) -> Sighting | None:
        """What the visitor fetched of the link; None if nothing lately."""
        with self._lock:
            sighting = self._seen.get(self._key(request, token))
        return sighting if sighting and clock.now() - sighting.last_at <= PAUSE else None

    def forget(self) -> None:
        """Forget every visit."""
        with self._lock:
            self._seen.clear()

    def _key(self, request: HttpRequest, token: str) -> bytes:
        visitor = (token, client_key(request), request.headers.get("User-Agent", ""))
        return blake2b("\n".join(visitor).encode(), digest_size=16, key=self._secret).digest()


SEEN = Sightings()
