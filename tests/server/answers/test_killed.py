"""What was acknowledged is never lost: the server is killed under load, started anew, and compared."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from tests.server.answers.loading import PROXIED, Told, answer, pages, score_of, stored
from tests.server.serving.conftest import Place, Running, listens, until

PAGES = 2_000
KILLED_AFTER = 200


def kill(running: Running) -> None:
    """Kill the process and its child at once, as a power cut would."""
    parent = running.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for pid in (*map(int, children), parent):
        os.kill(pid, signal.SIGKILL)
    running.process.wait()
    until(lambda: not listens(running.port))


def test_no_acknowledged_answer_is_lost_or_doubled(
    begin: Callable[..., Running], place: Place
) -> None:
    running = begin(**PROXIED)
    every = pages(place, PAGES)
    told = Told()
    load = Thread(target=lambda: answer(running.port, every, into=told))
    load.start()
    until(lambda: len(told.statuses) > KILLED_AFTER)
    kill(running)
    load.join()

    again = begin(**PROXIED)
    found, acknowledged = stored(place), told.acknowledged()
    assert KILLED_AFTER / 2 < len(acknowledged) < len(every), (
        "it was not killed in the middle of the load"
    )
    scores = {page.key: score_of(page) for page in every}
    assert acknowledged - found.keys() == set()
    assert all(answers == [(scores[key], "")] for key, answers in found.items())

    # Whoever was told nothing tries again, and so do some who were told.
    rest = [page for page in every if page.key not in acknowledged][:100]
    repeats = [page for page in every if page.key in acknowledged][:100]
    later = answer(again.port, [*rest, *repeats])
    assert later.acknowledged() == {page.key for page in (*rest, *repeats)}
    after = stored(place)
    assert all(after[page.key] == [(scores[page.key], "")] for page in (*rest, *repeats))
    assert after.keys() == found.keys() | {page.key for page in rest}
