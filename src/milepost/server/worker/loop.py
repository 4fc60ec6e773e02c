"""The worker: a quick and a slow lane side by side, the duties of each in turn, until it is told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import get_args

from django.db import connections

from milepost.server.posting import Unreachable
from milepost.server.worker.beating import forget
from milepost.server.worker.duties import DUTIES, Duty, Lane
from milepost.server.worker.queue import worker_name

_LOG = logging.getLogger("milepost.worker")
# Seconds that a duty rests after its first failure; twice as long after each further one.
_FIRST_REST, _UNREACHABLE_REST, _LONGEST_REST = 2.0, 30.0, 300.0
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
    """Work until `stop` is set and what is at hand is done; every lane has a thread of its own.

    A duty that fails is logged and rests; it ends neither its lane nor another.
    """
    worker = worker or worker_name()
    lanes = [[duty for duty in duties if duty.lane == lane] for lane in get_args(Lane)]
    _LOG.info("worker began", extra={"fields": {"worker": worker}})
    threads = [
        Thread(target=_work, args=(stop, lane, worker, elapsed), name=f"worker {lane[0].lane}")
        for lane in lanes
        if lane
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _end(worker)


def _work(stop: Event, duties: Sequence[Duty], worker: str, elapsed: Clock) -> None:
    """The duties of one lane in turn."""
    turns = [Turn(duty) for duty in duties]
    while not stop.is_set():
        for turn in turns:
            if stop.is_set():
                break
            if turn.due <= elapsed():
                take(turn, worker, elapsed)
        stop.wait(max(0.0, min(turn.due for turn in turns) - elapsed()))
    # A thread's connections are its own.
    connections.close_all()


def take(turn: Turn, worker: str, elapsed: Clock = time.monotonic) -> None:
    """Do one piece of a duty and set when it is due again: at once while there is more."""
    try:
        more = turn.duty.work(worker)
    except Unreachable as error:
        rest = _put_off(turn, elapsed, _UNREACHABLE_REST)
        fields = {"duty": turn.duty.name, "why": str(error), "rest": rest}
        _LOG.warning("mail server not reachable", extra={"fields": fields})
        return
    except Exception:
        rest = _put_off(turn, elapsed, _FIRST_REST)
        _LOG.exception("duty failed", extra={"fields": {"duty": turn.duty.name, "rest": rest}})
        # The connection may be what broke; the next piece of work gets a new one.
        connections.close_all()
        return
    turn.failures = 0
    turn.due = elapsed() + (0.0 if more else turn.duty.every_seconds)


def _put_off(turn: Turn, elapsed: Clock, first: float) -> float:
    """Have a duty that failed rest, twice as long as after its last failure; the seconds."""
    rest = float(min(first * 2 ** min(turn.failures, 20), _LONGEST_REST))
    turn.failures += 1
    turn.due = elapsed() + max(rest, turn.duty.every_seconds)
    return rest


def _end(worker: str) -> None:
    try:
        forget(worker)
    except Exception:
        _LOG.exception("worker left its beat behind")
    connections.close_all()
    _LOG.info("worker ended", extra={"fields": {"worker": worker}})
