"""What a worker does: every duty with how often it looks for work, and in which lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from milepost.server.worker.beating import beat
from milepost.server.worker.deciding import decide
from milepost.server.worker.digesting import digest
from milepost.server.worker.importing import take_in
from milepost.server.worker.noticing import tell
from milepost.server.worker.refreshing import REFRESHING
from milepost.server.worker.returning import return_claims
from milepost.server.worker.sending import send
from milepost.server.worker.tidying import tidy

Lane = Literal["quick", "slow"]


@dataclass(frozen=True, slots=True)
class Duty:
    """A bounded piece of work: some seconds long in the quick lane, maybe minutes in the slow one.

    `work` takes the worker's name for its claims and tells whether there is more to do at once.
    Duties of one lane take turns; the lanes go side by side, so that no mail waits for a long round.
    """

    name: str
    every_seconds: float
    work: Callable[[str], bool]
    lane: Lane = "quick"


DUTIES = (
    Duty("beat", 15, beat),
    Duty("return stale claims", 60, return_claims),
    Duty("tell colleagues", 5, tell),
    Duty("send", 5, send),
    Duty("decide whom to ask", 10, decide, "slow"),
    Duty("compose digests", 30, digest, "slow"),
    Duty("take in files", 5, take_in, "slow"),
    Duty("tidy", 3_600, tidy, "slow"),
    *(Duty(f"refresh {each.fact.name}", 10, each, "slow") for each in REFRESHING),
)
