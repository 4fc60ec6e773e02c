"""Found out beside a page: once however many ask, kept by what it cost, bounded, and never in the way of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Semaphore
from typing import Any

import pytest

from milepost.server.measuring import beside as module
from milepost.server.measuring.beside import LEFT_SECONDS, MOST, Beside, Later
from milepost.server.measuring.lane import Lane


class Slow:
    """Takes calls and makes each when it is told to; a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.begun: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        """One more that waits."""
        future: Future[Any] = Future()
        self.begun.append((future, call, args))
        return future

    def finish(self, *, after: float = 0.0) -> None:
        """Make the calls that wait, after so many seconds."""
        self.now += after
        waiting, self.begun = self.begun, []
        for future, call, args in waiting:
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call(*args))
            except ValueError as error:
                future.set_exception(error)

    def monotonic(self) -> float:
        """In place of time's."""
        return self.now


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Where calls go."""
    made = Slow()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def kept(slow: Slow) -> Beside:
    """Keeps what was found for ten times as long as it took."""
    return Beside(slow.submit, Semaphore(2), times=10)


def _double(number: int) -> int:
    return 2 * number


def _fail(number: int) -> int:
    raise ValueError(f"{number} is wrong")


def _ask(
    beside: Beside, number: int, call: Callable[[int], int] = _double, of: str | None = None
) -> int:
    return beside.found(call, number, of=of, seconds=0)


def test_it_is_begun_once_and_told_to_all_who_asked(slow: Slow, kept: Beside) -> None:
    for _ in range(3):
        with pytest.raises(Later):
            _ask(kept, 21)
    assert len(slow.begun) == 1
    slow.finish(after=2)
    assert [_ask(kept, 21) for _ in range(3)] == [42, 42, 42]
    assert not slow.begun


def test_another_question_or_another_state_is_another_call(slow: Slow, kept: Beside) -> None:
    for number, of in ((1, None), (2, None), (1, "changed")):
        with pytest.raises(Later):
            _ask(kept, number, of=of)
    assert len(slow.begun) == 3


@pytest.mark.parametrize(("seconds", "again"), [(19, False), (21, True)])
def test_it_is_kept_in_proportion_to_what_it_cost(
    slow: Slow, kept: Beside, seconds: float, *, again: bool
) -> None:
    with pytest.raises(Later):
        _ask(kept, 21)
    slow.finish(after=2)
    _ask(kept, 21)
    slow.now += seconds
    if again:
        with pytest.raises(Later):
            _ask(kept, 21)
    else:
        assert _ask(kept, 21) == 42
    assert bool(slow.begun) is again


def test_what_nobody_came_back_for_is_not_told_much_later(slow: Slow, kept: Beside) -> None:
    with pytest.raises(Later):
        _ask(kept, 21)
    slow.finish(after=0.1)
    slow.now += LEFT_SECONDS - 1
    assert _ask(kept, 21) == 42
    with pytest.raises(Later):
        _ask(kept, 21)


def test_without_a_measure_it_is_kept_until_others_push_it_out(slow: Slow) -> None:
    kept = Beside(slow.submit, Semaphore(2))
    with pytest.raises(Later):
        _ask(kept, 21)
    slow.finish()
    slow.now += 1_000_000
    assert _ask(kept, 21) == 42
    for number in range(100, 100 + MOST):
        with pytest.raises(Later):
            _ask(kept, number)
    assert len(kept._calls) == MOST
    with pytest.raises(Later):
        _ask(kept, 21)


def test_what_failed_is_told_once_and_then_tried_anew(slow: Slow, kept: Beside) -> None:
    with pytest.raises(Later):
        _ask(kept, 7, _fail)
    slow.finish(after=3)
    with pytest.raises(ValueError, match="7 is wrong"):
        _ask(kept, 7, _fail)
    with pytest.raises(Later):
        _ask(kept, 7, _fail)
    assert len(slow.begun) == 1


def test_what_nobody_waits_for_any_more_is_not_begun(slow: Slow, kept: Beside) -> None:
    with pytest.raises(Later):
        _ask(kept, 1)
    slow.now += LEFT_SECONDS + 1
    with pytest.raises(Later):
        _ask(kept, 2)
    made: list[int] = []
    slow.begun = [(future, made.append, args) for future, _, args in slow.begun]
    slow.finish()
    assert made == [2]


def test_what_is_pushed_out_before_its_turn_is_later_not_an_error(slow: Slow, kept: Beside) -> None:
    with pytest.raises(Later):
        _ask(kept, 1)
    ((future, _, _),) = slow.begun
    future.cancel()
    with pytest.raises(Later):
        _ask(kept, 1)


def test_no_more_readers_wait_than_there_is_room_for() -> None:
    lane, hold, room = Lane("test"), threading.Event(), Semaphore(1)
    beside = Beside(lane.submit, room)
    with pytest.raises(Later):
        beside.found(hold.wait, 5.0, seconds=0)
    room.acquire()
    began = time.monotonic()
    with pytest.raises(Later):
        beside.found(hold.wait, 5.0, seconds=4)
    assert time.monotonic() - began < 2
    # Who saves something waits in any case.
    threading.Timer(0.1, hold.set).start()
    assert beside.found(hold.wait, 5.0, seconds=4, patient=True) is True


def test_a_lane_does_one_thing_at_a_time_in_order() -> None:
    lane, hold, seen = Lane("test"), threading.Event(), list[int]()
    first = lane.submit(hold.wait, 5.0)
    found = [lane.submit(seen.append, number) for number in range(20)]
    found[3].cancel()
    hold.set()
    assert first.result(5) is True
    found[-1].result(5)
    assert seen == [number for number in range(20) if number != 3]
    wrong = lane.submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        wrong.result(5)
    assert lane.submit(int, "7").result(5) == 7
