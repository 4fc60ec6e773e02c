"""A source that cannot be brought up to date, and what of it is measured meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A source that cannot be read since a moment, and the one line that says why.

    Measured is what was built of it at `built_at`; None: nothing ever was under this plan, so that
    the rest is measured as if the plan did not have it.
    """

    source: str
    why: str
    since: datetime
    built_at: datetime | None
