"""What is found out beside a page: each thing once however many ask, and kept for a while in proportion to its cost."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Lock, Semaphore
from typing import Any, TypeVar

# So many answers are kept or on their way; whoever tries more filters than this begins anew.
MOST = 32
# A page that waits asks again every second. What nobody has asked for so long is not begun any
# more, and what nobody came back for is not told to another who comes much later.
LEFT_SECONDS = 15.0
Found = TypeVar("Found")
Submit = Callable[..., Future[Any]]


class Later(Exception):
    """It is not known yet: ask again."""


@dataclass(slots=True)
class _Begun:
    """A call: when it was begun and has ended, until when it is waited for, and whether anybody was told."""

    future: Future[Any]
    began: float
    wanted: float
    ended: float = math.inf
    told: bool = False

    def end(self, _: Future[Any]) -> None:
        self.ended = time.monotonic()


@dataclass(slots=True)
class Beside:
    """Calls that `submit` has made elsewhere: in a process that measures, in a thread that counts.

    What is found is kept `times` as long as it took to find, None: until others push it out.
    """

    submit: Submit
    # So many readers wait at a time: the other threads answer those who do not, such as people with a survey.
    room: Semaphore
    times: float | None = None
    _calls: OrderedDict[Hashable, _Begun] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def found(
        self, call: Callable[..., Found], *args: Hashable, of: Hashable = None, seconds: float,
        patient: bool = False,
    ) -> Found:  # fmt: skip
        """What a call finds, or raises; kept for who asks with the same arguments and the same `of`.

        Raises Later if that is not known within `seconds`, or at once where too many wait already;
        who is `patient` waits in any case.
        """
        key = (call, args, of)
        begun = self._begun(key, call, args, time.monotonic() + seconds)
        if not begun.future.done():
            self._wait(begun.future, seconds, patient=patient)
        if not begun.future.done() or begun.future.cancelled():
            raise Later
        begun.told = True
        found: Found = begun.future.result()
        return found

    def _begun(
        self, key: Hashable, call: Callable[..., Any], args: tuple[Hashable, ...], until: float
    ) -> _Begun:
        with self._lock:
            self._forget()
            begun = self._calls.get(key)
            if begun is None:
                future = self.submit(call, *args)
                begun = self._calls[key] = _Begun(future, time.monotonic(), until)
                future.add_done_callback(begun.end)
            begun.wanted = max(begun.wanted, until)
            self._calls.move_to_end(key)
            while len(self._calls) > MOST:
                self._calls.popitem(last=False)[1].future.cancel()
        return begun

    def _wait(self, future: Future[Any], seconds: float, *, patient: bool) -> None:
        if patient:
            wait([future], timeout=seconds)
        elif self.room.acquire(blocking=False):
            try:
                wait([future], timeout=seconds)
            finally:
                self.room.release()

    def _forget(self) -> None:
        now = time.monotonic()
        for key, begun in list(self._calls.items()):
            if self._is_over(begun, now):
                del self._calls[key]

    def _is_over(self, begun: _Begun, now: float) -> bool:
        if not begun.future.done():
            return begun.wanted + LEFT_SECONDS < now and begun.future.cancel()
        if begun.told and begun.future.exception():
            return True
        if self.times is None:
            return False
        lasts = self.times * (begun.ended - begun.began)
        return now - begun.ended >= (lasts if begun.told else max(lasts, LEFT_SECONDS))
