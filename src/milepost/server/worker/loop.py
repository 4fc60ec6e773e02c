"""The worker: its duties in turn, each a bounded piece of work, until it is told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from django.db import connections

from milepost.server.worker.beating import forget
from milepost.server.worker.duties import DUTIES, Duty
from milepost.server.worker.queue import worker_name

_LOG = logging.getLogger("milepost.worker")
# Seconds that a duty rests after its first failure; twice as long after each further one.
_FIRST_REST, _LONGEST_REST = 2.0, 300.0
Clock = Callable[[], float]


@dataclass(slots=True)
class Turn:
    """When a duty is due next on the worker's own clock, and how often in a row it has failed."""

    duty: Duty
    due: float = 0.0
    failures: int = 0


def run(
    stop: Event,
    *,
    duties: tuple[Duty, ...] = DUTIES,
    worker: str | None = None,
    elapsed: Clock = time.monotonic,
) -> None:
    """Work until `stop` is set; a duty that fails is logged, rests, and never ends the loop."""
    worker = worker or worker_name()
    turns = [Turn(duty) for duty in duties]
    _LOG.info("worker began", extra={"fields": {"worker": worker}})
    while not stop.is_set():
        for turn in turns:
            if stop.is_set():
                break
            if turn.due <= elapsed():
                take(turn, worker, elapsed)
        stop.wait(max(0.0, min(turn.due for turn in turns) - elapsed()))
    _end(worker)


def take(turn: Turn, worker: str, elapsed: Clock = time.monotonic) -> None:
    """Do one piece of a duty and set when it is due again: at once while there is more."""
    try:
        more = turn.duty.work(worker)
    except Exception:
        turn.failures += 1
        rest = _rest(turn.failures)
        turn.due = elapsed() + max(rest, turn.duty.every_seconds)
        _LOG.exception("duty failed", extra={"fields": {"duty": turn.duty.name, "rest": rest}})
        # The connection may be what broke; the next piece of work gets a new one.
        connections.close_all()
        return
    turn.failures = 0
    turn.due = elapsed() + (0.0 if more else turn.duty.every_seconds)


def _rest(failures: int) -> float:
    return float(min(_FIRST_REST * 2 ** min(failures - 1, 20), _LONGEST_REST))


def _end(worker: str) -> None:
    try:
        forget(worker)
    except Exception:
        _LOG.exception("worker left its beat behind")
    connections.close_all()
    _LOG.info("worker ended", extra={"fields": {"worker": worker}})
