"""What was fetched of a link before its answer came: kept in memory only, for a GET writes nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

# Links remembered at once; the oldest give way. About 300 bytes each.
MOST = 100_000


@dataclass(slots=True)
class Sighting:
    """What was seen of one link: when first, which scores were pre-selected, whether the decoy was followed."""

    first_at: datetime
    scores: set[str] = field(default_factory=set)
    decoy: bool = False


class Sightings:
    """The links fetched lately in this process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[str, Sighting] = OrderedDict()
        self._lock = threading.Lock()

    def saw(
        self, token: str, at: datetime, *, score: str | None = None, decoy: bool = False
    ) -> None:
        """Remember a fetch of a link."""
        with self._lock:
            sighting = self._seen.setdefault(token, Sighting(at))
            self._seen.move_to_end(token)
            if score is not None:
                sighting.scores.add(score)
            sighting.decoy = sighting.decoy or decoy
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)

    def of(self, token: str) -> Sighting | None:
        """What was seen of a link; None if nothing was, or it was too long ago."""
        with self._lock:
            return self._seen.get(token)


SEEN = Sightings()
