"""Pages looked at, timed: home, a metric, the answers and one person, by one reader and by twenty.

A million answers are in a file of the plan, two hundred thousand in the database. The readers share
the machine with the server. A page that is not there at once says so and is asked for again, as a
browser does; then the first time counts until the page itself is there.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Any

from benchmarks.answering_cases import _resident, _server
from milepost.server.opening import open_server

Figures = dict[str, Any]
ALONE, TOGETHER, READERS = 40, 10, 20
_CHROMIUM = Path("/usr/bin/chromium")
_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")


def pages(folder: Path) -> Figures:
    """The pages on SQLite: first looks, then by one reader and by twenty, then in a browser."""
    folder.mkdir(parents=True, exist_ok=True)
    open_server(folder)
    rows = import_module("benchmarks.seeing_rows")
    session = rows.made(datetime.now(UTC))
    paths = {
        "home": "/", "metric": "/metric/csat?touchpoint=delivery",
        "answers": "/responses", "person": f"/people/{rows.one_person()}",
    }  # fmt: skip
    with _server(folder) as (port, processes):
        idle = sum(map(_resident, processes))
        found: Figures = {"idle": idle, "pages": {}}
        first = _first(port, session, "/")
        for name, path in paths.items():
            found["pages"][name] = {"first": _first(port, session, path)}
            _look(port, session, path)
            alone = sorted(_look(port, session, path) for _ in range(ALONE))
            together = sorted(_together(port, session, path))
            found["pages"][name] |= {"alone": _spread(alone), "together": _spread(together)}
        found["facts"] = first
        found["memory"] = _memory(processes)
        found |= {"browser": _browser(port, session, paths)}
    return found


def figures(folder: Path) -> Figures:
    """The figures of programs over 200,000 invitations: how long the longest answer takes, and until all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    open_server(folder)
    rows = import_module("benchmarks.seeing_askings")
    now = datetime.now(UTC)
    session = rows.made(now)
    first = f"{now - timedelta(days=rows.DAYS - 1):%Y-%m-%d}"
    paths = {
        "all programs, 18 months": f"/programs/figures/all?from={first}",
        "the same by an attribute": f"/programs/figures/all?from={first}&by=country",
        "all programs, 90 days": "/programs/figures/all",
        "one program, 18 months": f"/programs/order/figures?from={first}",
        "the coming week": "/programs/order/ahead",
    }
    with _server(folder) as (port, _processes):
        _first(port, session, "/people")
        return {"pages": {name: _waited(port, session, path) for name, path in paths.items()}}


def _waited(port: int, session: str, path: str) -> Figures:
    """Seconds of the longest answer, until the page is there, and of a second look."""
    began, longest, waits = time.perf_counter(), 0.0, True
    while waits:
        asked = time.perf_counter()
        with _asked(port, session, path) as answer:
            answer.read()
            waits = bool(answer.headers.get("Refresh"))
        longest = max(longest, time.perf_counter() - asked)
        time.sleep(0.05 if waits else 0)
    there = time.perf_counter() - began
    return {"longest": longest, "there": there, "again": _look(port, session, path)}


def _spread(taken: Sequence[float]) -> Figures:
    """Median and 95th percentile in milliseconds."""
    return {"p50": median(taken) * 1000, "p95": quantiles(taken, n=20)[18] * 1000}


def _first(port: int, session: str, path: str) -> float:
    """Seconds until a page is there that nobody looked at before."""
    began = time.perf_counter()
    while True:
        with _asked(port, session, path) as answer:
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path} answered {answer.status}")
            if not answer.headers.get("Refresh"):
                return time.perf_counter() - began
        time.sleep(0.05)


def _look(port: int, session: str, path: str) -> float:
    """Seconds to the first byte of a page."""
    began = time.perf_counter()
    with _asked(port, session, path) as answer:
        answer.read(1)
        taken = time.perf_counter() - began
        answer.read()
    return taken


def _together(port: int, session: str, path: str) -> list[float]:
    """The same by twenty readers at once."""
    taken: list[float] = []

    def read() -> None:
        taken.extend(_look(port, session, path) for _ in range(TOGETHER))

    threads = [Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


@contextmanager
def _asked(port: int, session: str, path: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"Cookie": f"milepost={session}"})
        yield connection.getresponse()
    finally:
        connection.close()


def _memory(processes: Sequence[int]) -> Figures:
    """The web process, and those that measure beside it."""
    children = {
        int(pid)
        for process in processes
        for file in Path(f"/proc/{process}/task").glob("*/children")
        for pid in file.read_text().split()
    }
    measuring = children - set(processes)
    return {"web": sum(map(_resident, processes)), "measuring": sum(map(_resident, measuring))}


def _browser(port: int, session: str, paths: dict[str, str]) -> Figures:
    """Milliseconds until a page is drawn in Chromium, charts too; empty where there is none."""
    if not _CHROMIUM.exists():
        return {}
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- for this case alone

    address = f"http://localhost:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=list(_ARGS))
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "milepost", "value": session, "url": address}])
        page = context.new_page()
        found = {name: _drawn(page, address + path) for name, path in paths.items()}
        browser.close()
    return found


def _drawn(page: Any, address: str) -> Figures:
    page.goto(address)
    taken = []
    for _ in range(11):
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_function(
            "document.querySelectorAll('script[type=\"application/json\"]').length"
            " <= document.querySelectorAll('figure svg, figure canvas').length"
        )
        taken.append(time.perf_counter() - began)
    return _spread(sorted(taken))


CASES: dict[str, Callable[[Path], Figures]] = {"seeing_pages": pages, "seeing_figures": figures}
