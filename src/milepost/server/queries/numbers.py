"""Numbers for pages: what askings find, measured beside the server and kept while nothing changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Semaphore
from typing import Any

from django.conf import settings

from milepost import clock
from milepost.errors import MilepostError
from milepost.insight.ask import Asking
from milepost.server.measuring.outcome import Found, Refused, State
from milepost.server.measuring.processes import Processes
from milepost.server.measuring.shelf import Shelf
from milepost.server.models import Company
from milepost.server.queries.owners import PLAN

# A page that has its numbers sooner is shown at once; else one that says that they are coming.
AT_ONCE = 0.7


class NotYet(Exception):
    """Numbers are being measured; `done` of `of` are there, and `told` says what is built just now."""

    def __init__(self, done: int, of: int, told: str) -> None:
        super().__init__(f"{done} of {of}")
        self.done, self.of, self.told = done, of, told


class NoPlan(MilepostError, LookupError):
    """There is no plan yet: nothing can be measured."""


class Refusal(MilepostError, ValueError):
    """The plan, the question or the data is wrong; `what` says whether it is the plan."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(*refused.lines)
        self.what, self.lines = refused.what, refused.lines


def numbers(*askings: Asking, seconds: float = AT_ONCE) -> tuple[Any, ...]:
    """What the askings find, in order.

    Raises NoPlan where there is none, NotYet where something is not there within `seconds`, and
    Refusal for the first that has no answer.
    """
    plan = plan_file()
    if not plan.exists():
        raise NoPlan(f"{plan.name} is not there yet")
    today = clock.today(Company.load().time_zone)
    outcomes = _shelf().outcomes(
        plan, state_of(plan.parent), askings, moment=clock.now(), seconds=seconds, day=today
    )
    there = [outcome for outcome in outcomes if outcome is not None]
    if len(there) < len(askings):
        raise NotYet(len(there), len(askings), _shelf().processes.told)
    return tuple(map(_answer, there))


def processes() -> Processes:
    """The measuring processes, for what is found out there and kept elsewhere."""
    return _shelf().processes


def plan_file() -> Path:
    """Where the plan is, or would be."""
    return Path(settings.FOLDER) / PLAN


def state_of(folder: Path) -> State:
    """What numbers depend on, as cheaply as the disk tells: the plan, the facts, what was collected."""
    store = folder / "store"
    collected = sorted((store / "server").glob("*/CURRENT.json"))
    return tuple(map(_stamp, (folder / PLAN, store / "facts" / "CURRENT.json", *collected)))


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _answer(outcome: Found | Refused) -> Any:
    if isinstance(outcome, Refused):
        raise Refusal(outcome)
    return outcome.answer


@cache
def room() -> Semaphore:
    """So many readers may wait for something at a time: half of those whom the server answers at once."""
    return Semaphore(max(1, settings.MILEPOST.whole("threads") // 2))


@cache
def _shelf() -> Shelf:
    return Shelf(Processes(settings.MILEPOST.whole("measuring")), room())
