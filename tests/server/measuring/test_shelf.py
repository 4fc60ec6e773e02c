"""The shelf: each thing is measured once, kept while it holds, and shown while its successor is measured."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest

from milepost import clock
from milepost.insight.outline import Outline
from milepost.server.measuring import shelf as shelves
from milepost.server.measuring.outcome import Found, Outcome, Refused, State
from milepost.server.measuring.shelf import Shelf

PLAN = Path("milepost.yaml")
ONE, TWO = ((1, 1), (1, 1)), ((1, 1), (2, 2))


@dataclass
class Hands:
    """Processes that do nothing by themselves: the test says when something is measured."""

    asked: list[Future[Outcome]] = field(default_factory=list)
    told: str = ""

    def submit(self, measure: Callable[..., Any], *args: object) -> Future[Outcome]:
        self.asked.append(Future())
        return self.asked[-1]


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def shelf(hands: Hands) -> Shelf:
    return Shelf(hands)  # type: ignore[arg-type]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds go by on the shelf's clock."""
    passed = [0.0]
    monkeypatch.setattr(shelves.time, "monotonic", lambda: passed[0])

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


def ask(shelf: Shelf, state: State = ONE, day: object = 1) -> Outcome | None:
    (found,) = shelf.outcomes(
        PLAN, state, [Outline()], moment=clock.now(), seconds=0, day=day  # type: ignore[arg-type]
    )  # fmt: skip
    return found


def test_twenty_who_ask_the_same_have_it_measured_once(shelf: Shelf, hands: Hands) -> None:
    assert [ask(shelf) for _ in range(20)] == [None] * 20
    assert len(hands.asked) == 1
    hands.asked[0].set_result(Found(42))
    assert [ask(shelf) for _ in range(20)] == [Found(42)] * 20
    assert len(hands.asked) == 1


def test_a_number_is_shown_while_the_new_answers_are_measured(
    shelf: Shelf, hands: Hands, later: Callable[[float], None]
) -> None:
    ask(shelf)
    hands.asked[0].set_result(Found("old"))
    assert ask(shelf, TWO) == Found("old")
    assert len(hands.asked) == 2
    hands.asked[1].set_result(Found("new"))
    assert ask(shelf, TWO) == Found("new")


def test_a_number_that_is_too_old_is_waited_for(
    shelf: Shelf, hands: Hands, later: Callable[[float], None]
) -> None:
    ask(shelf)
    hands.asked[0].set_result(Found("old"))
    assert ask(shelf) == Found("old")
    later(shelves.STALE_SECONDS + 1)
    assert ask(shelf, TWO) is None


def test_the_next_day_and_another_plan_ask_anew(shelf: Shelf, hands: Hands) -> None:
    ask(shelf)
    hands.asked[0].set_result(Found("today"))
    assert ask(shelf, day=2) is None
    assert ask(shelf, ((9, 9), (1, 1))) is None
    assert len(hands.asked) == 3


def test_what_had_no_answer_is_asked_again_soon(
    shelf: Shelf, hands: Hands, later: Callable[[float], None]
) -> None:
    ask(shelf)
    hands.asked[0].set_result(Refused("question", ("no file",)))
    assert ask(shelf) == Refused("question", ("no file",))
    later(10)
    assert ask(shelf) is None
    hands.asked[1].set_result(Found("mended"))
    assert ask(shelf) == Found("mended")


def test_a_process_that_died_is_asked_again(shelf: Shelf, hands: Hands) -> None:
    ask(shelf)
    hands.asked[0].set_exception(BrokenProcessPool())
    assert ask(shelf) is None
    assert len(hands.asked) == 2
    hands.asked[1].set_result(Found(1))
    assert ask(shelf) == Found(1)


def test_the_shelf_has_an_end(shelf: Shelf, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "KEPT", 3)
    for day in range(10):
        ask(shelf, day=day)
    assert len(shelf._kept) <= 4


def test_what_nobody_waits_for_any_more_is_not_begun(
    shelf: Shelf, hands: Hands, later: Callable[[float], None]
) -> None:
    ask(shelf, day=1)
    for _second in range(20):
        later(1)
        ask(shelf, day=2)
    assert [future.cancelled() for future in hands.asked] == [True, False]
    ask(shelf, day=1)
    assert len(hands.asked) == 3
    hands.asked[2].set_result(Found(42))
    assert ask(shelf, day=1) == Found(42)


def test_what_is_begun_is_finished_though_nobody_waits(
    shelf: Shelf, hands: Hands, later: Callable[[float], None]
) -> None:
    ask(shelf, day=1)
    assert hands.asked[0].set_running_or_notify_cancel()
    later(100)
    ask(shelf, day=2)
    hands.asked[0].set_result(Found(42))
    assert ask(shelf, day=1) == Found(42)
    assert len(hands.asked) == 2


def test_a_mail_waits_as_long_as_it_said(
    shelf: Shelf, hands: Hands, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "wait", lambda futures, timeout: None)
    shelf.outcomes(
        PLAN, ONE, [Outline()], moment=clock.now(), seconds=120.0, day=1  # type: ignore[arg-type]
    )  # fmt: skip
    later(100)
    ask(shelf, day=2)
    assert not hands.asked[0].cancelled()


def test_only_so_many_wait_that_threads_are_left_for_others(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(hands, Semaphore(1))  # type: ignore[arg-type]
    found: list[Outcome | None] = []

    def another_comes(futures: object, timeout: float) -> None:
        # In here the first one waits: the second is told at once that nothing is there.
        found.append(ask(shelf))
        hands.asked[0].set_result(Found(42))

    monkeypatch.setattr(shelves, "wait", another_comes)
    found.append(ask(shelf))
    assert found == [None, Found(42)]
    assert shelf.room.acquire(blocking=False)
