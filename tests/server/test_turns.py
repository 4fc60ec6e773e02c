"""Writers take turns in the order in which they came, and nobody is left waiting."""

from __future__ import annotations

import threading
import time

import pytest

from milepost.server.turns import Turns


def test_waiters_are_served_in_the_order_in_which_they_came() -> None:
    turns, served = Turns(), list[int]()

    def wait(number: int) -> None:
        with turns:
            served.append(number)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(20)]
    with turns:
        for waiting, thread in enumerate(threads, 1):
            thread.start()
            while len(turns._waiting) < waiting:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)

    assert served == list(range(20))


def test_one_holder_at_a_time_who_may_take_it_again() -> None:
    turns, inside, most = Turns(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(200):
            with turns, turns:
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert most == 1
    assert turns._holder is None


def test_a_holder_that_fails_lets_the_next_one_in() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns:
        1 / 0  # noqa: B018
    with turns:
        assert turns._depth == 1
    assert turns._holder is None
