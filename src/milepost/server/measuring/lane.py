"""One thread that does what it is given, one thing after the other, and ends with the process whatever it does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

Made = TypeVar("Made")
_Job = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]


class Lane:
    """Like an executor of one thread. The interpreter waits for an executor's before it ends, for all that is queued."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._thread: Thread | None = None
        self._lock = Lock()

    def submit(self, call: Callable[..., Made], *args: Any) -> Future[Made]:
        """Make a call after those before it; one that is cancelled before its turn is left out."""
        future: Future[Made] = Future()
        self._jobs.put((future, call, args))
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
        return future

    def _work(self) -> None:
        while True:
            future, call, args = self._jobs.get()
            if future.set_running_or_notify_cancel():
                _settle(future, call, args)
            # Nothing of one job is held until the next comes.
            del future, call, args


def _settle(future: Future[Any], call: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        future.set_result(call(*args))
    # Whoever asked is told, as by an executor.
    except BaseException as error:
        future.set_exception(error)
