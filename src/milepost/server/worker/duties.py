"""What a worker does: every duty with how often it looks for work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milepost.server.worker.beating import beat
from milepost.server.worker.returning import return_claims


@dataclass(frozen=True, slots=True)
class Duty:
    """A bounded piece of work, at most some seconds long.

    `work` takes the worker's name for its claims and tells whether there is more to do at once.
    """

    name: str
    every_seconds: float
    work: Callable[[str], bool]


DUTIES = (
    Duty("beat", 15, beat),
    Duty("return stale claims", 60, return_claims),
)
