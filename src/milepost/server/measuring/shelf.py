"""The shelf of what was measured: each thing is measured once, however many ask, and kept while it holds."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock, Semaphore

from milepost.insight.ask import Asking
from milepost.server.measuring.outcome import Outcome, Refused, State
from milepost.server.measuring.processes import Processes
from milepost.server.measuring.remote import measured

# Kept are so many answers; a page is made of two to ten.
KEPT = 2_000
# While answers keep arriving, what was measured so many seconds ago is shown until it is measured anew.
STALE_SECONDS = 120.0
# Files of sources change without a word: what is older than this is measured anew beside the page.
_ANEW_SECONDS = 300.0
# What had no answer is asked again soon: whoever mends a file wants to see it.
_REFUSED_SECONDS = 3.0
# Whoever waits asks again every second. What nobody has asked for so long is not begun any more, so
# that one who tries a hundred filters and leaves does not keep everybody else waiting.
_LEFT_SECONDS = 15.0


@dataclass(slots=True)
class _Kept:
    """What was measured, of which state, and when; `coming` is its successor, `wanted` until when it is waited for."""

    wanted: float = 0.0
    state: State | None = None
    at: float = 0.0
    outcome: Outcome | None = None
    coming: Future[Outcome] | None = None
    of: State | None = None

    @property
    def _age(self) -> float:
        return time.monotonic() - self.at

    def holds(self, state: State) -> bool:
        """Whether there is no reason to measure it anew."""
        if isinstance(self.outcome, Refused):
            return self._age < _REFUSED_SECONDS
        return self.outcome is not None and self.state == state and self._age < _ANEW_SECONDS

    def will_do(self, state: State) -> bool:
        """Whether it may be shown while it is measured anew."""
        if self.outcome is None or isinstance(self.outcome, Refused):
            return self.holds(state)
        return self.state == state or self._age < STALE_SECONDS


@dataclass(slots=True)
class Shelf:
    """Answers by what was asked of which plan on which day."""

    processes: Processes
    # So many wait at a time: the other threads answer those who do not, such as people with a survey.
    room: Semaphore = field(default_factory=lambda: Semaphore(4))
    _kept: OrderedDict[Hashable, _Kept] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def outcomes(
        self, plan: Path, state: State, askings: Sequence[Asking], *, moment: datetime,
        seconds: float, day: Hashable,
    ) -> list[Outcome | None]:  # fmt: skip
        """What each asking finds, in order; None for what is not there within `seconds`.

        `state` begins with that of the plan's file; `day` is the company's today.
        """
        keys = [(plan, state[0], day, asking) for asking in askings]
        until = time.monotonic() + seconds
        with self._lock:
            self._leave()
            waiting = [
                future for key, asking in zip(keys, askings, strict=True)
                if (future := self._begun(key, plan, state, asking, moment, until))
            ]  # fmt: skip
        if waiting and self.room.acquire(blocking=False):
            try:
                wait(waiting, timeout=seconds)
            finally:
                self.room.release()
        with self._lock:
            return [self._taken(key, state) for key in keys]

    def _begun(
        self,
        key: Hashable,
        plan: Path,
        state: State,
        asking: Asking,
        moment: datetime,
        until: float,
    ) -> Future[Outcome] | None:
        """Have an asking measured unless it is known; what has to be waited for."""
        kept = self._kept.setdefault(key, _Kept())
        kept.wanted = max(kept.wanted, until)
        self._kept.move_to_end(key)
        self._settle(kept)
        if kept.holds(state):
            return None
        if kept.coming is None:
            kept.coming = self.processes.submit(measured, plan, state, asking, moment)
            kept.of = state
        return None if kept.will_do(state) else kept.coming

    def _leave(self) -> None:
        """Let go of what waits for a process though nobody waits for it; what is begun is finished."""
        since = time.monotonic() - _LEFT_SECONDS
        for kept in self._kept.values():
            if kept.coming and kept.wanted < since and kept.coming.cancel():
                kept.coming = None

    def _taken(self, key: Hashable, state: State) -> Outcome | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._settle(kept)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept.outcome if kept.coming is None or kept.will_do(state) else None

    def _settle(self, kept: _Kept) -> None:
        """Take what has arrived; a process that died is asked again by whoever asks next."""
        if kept.coming is None or not kept.coming.done():
            return
        coming, kept.coming = kept.coming, None
        try:
            kept.outcome = coming.result()
        except BrokenProcessPool:
            return
        kept.state, kept.at = kept.of, time.monotonic()
