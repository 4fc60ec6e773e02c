"""What a worker does: every duty with how often it looks for work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milepost.server.worker.beating import beat
from milepost.server.worker.deciding import decide
from milepost.server.worker.importing import take_in
from milepost.server.worker.noticing import tell
from milepost.server.worker.refreshing import REFRESHING
from milepost.server.worker.returning import return_claims
from milepost.server.worker.sending import send
from milepost.server.worker.tidying import tidy


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
    Duty("tell colleagues", 5, tell),
    Duty("decide whom to ask", 10, decide),
    Duty("send", 5, send),
    Duty("take in files", 5, take_in),
    Duty("tidy", 3_600, tidy),
    *(Duty(f"refresh {each.fact.name}", 10, each) for each in REFRESHING),
)
