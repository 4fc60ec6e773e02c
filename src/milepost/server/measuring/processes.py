"""The measuring processes: begun when the first number is asked for, and anew when one dies."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from ctypes import Array, c_char
from dataclasses import dataclass, field
from multiprocessing.context import SpawnProcess
from multiprocessing.util import Finalize
from threading import Lock
from typing import Any, TypeVar

from milepost.server.measuring.remote import begin

_TELLING = 256
_SPAWN = multiprocessing.get_context("spawn")
Made = TypeVar("Made")


@dataclass(slots=True)
class Processes:
    """At most `count` processes, which measure one thing each at a time."""

    count: int
    _pool: ProcessPoolExecutor | None = None
    # Written and read without a lock: a torn line of progress harms nobody.
    _told: Array[c_char] = field(default_factory=lambda: _SPAWN.RawArray("c", _TELLING))
    _lock: Lock = field(default_factory=Lock)

    def submit(self, measure: Callable[..., Made], *args: Any) -> Future[Made]:
        """Measure as soon as a process is free."""
        with self._lock:
            try:
                return self._running().submit(measure, *args)
            except BrokenProcessPool:
                self._pool = None
                return self._running().submit(measure, *args)

    @property
    def told(self) -> str:
        """What is being built just now, such as 'orders: reading, 1,200,000'; empty if nothing is."""
        return self._told.value.decode(errors="ignore")

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.count, mp_context=_SPAWN, initializer=begin,
                initargs=(os.getpid(), self._told),
            )  # fmt: skip
            # Before the interpreter waits for its children, who would wait for something to do.
            Finalize(None, _end, args=(self._pool,), exitpriority=20)
        return self._pool


def _end(pool: ProcessPoolExecutor) -> None:
    """Leave what is being measured: nobody waits for it any more, and nothing half-built counts."""
    pool.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        if isinstance(process, SpawnProcess):
            process.terminate()
