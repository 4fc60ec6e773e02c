"""A lock whose waiters are served in the order in which they came; one that holds it may take it again."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(slots=True)
class _Waiter:
    thread: int
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """First come, first served. Python's own locks wake any waiter, which starves some for long."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._depth = 0
        self._waiting: deque[_Waiter] = deque()

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._holder in (None, me):
                self._holder, self._depth = me, self._depth + 1
                return
            waiter = _Waiter(me)
            self._waiting.append(waiter)
        try:
            waiter.called.wait()
        except BaseException:
            self._leave(waiter)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth == 0:
                self._call_next()

    def _call_next(self) -> None:
        following = self._waiting.popleft() if self._waiting else None
        self._holder, self._depth = (following.thread, 1) if following else (None, 0)
        if following:
            following.called.set()

    def _leave(self, waiter: _Waiter) -> None:
        """Somebody who was interrupted while waiting: out of the queue, or the turn goes on."""
        with self._guard:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            else:
                self._call_next()
