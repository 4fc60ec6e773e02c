"""Answers stored over HTTP, timed: sixteen connections, each answer acknowledged after a durable commit.

The load shares the machine with the server. For PostgreSQL, BENCH_POSTGRES_URL names an empty
database of a server with fsync on.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from milepost.server.opening import open_server

Figures = dict[str, Any]
CONNECTIONS, ANSWERS, ROUNDS, WARM = 16, 1_000, 5, 200
_SERVE = (sys.executable, "-c", "from milepost.cli import main; main()", "serve")
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def on_sqlite(folder: Path) -> Figures:
    """On SQLite, in the folder."""
    return _case(folder)


def on_postgres(folder: Path) -> Figures:
    """On the PostgreSQL database that the environment names; empty figures without one."""
    url = os.environ.get("BENCH_POSTGRES_URL", "")
    if not url:
        return {}
    os.environ["MILEPOST_DATABASE_URL"] = url
    return _case(folder)


def _case(folder: Path) -> Figures:
    """Rounds of both in turn, since the machine is not always equally busy."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["MILEPOST_TRUSTED_PROXIES"] = "127.0.0.1/32"
    open_server(folder)
    rows = import_module("benchmarks.answering_rows")
    rounds: list[Figures] = []
    pages = rows.plant(WARM)
    with _server(folder) as (port, processes):
        memory = sum(map(_resident, processes))
        _load(port, pages)
        for _ in range(ROUNDS):
            hand = rows.plant(ANSWERS // 2)
            by_hand = rows.by_hand([token for token, _ in hand])
            rounds.append({"by_hand": len(hand) / by_hand, **_load(port, rows.plant(ANSWERS))})
    expected = WARM + ROUNDS * (ANSWERS + ANSWERS // 2)
    if rows.stored() != expected:
        raise SystemExit(f"{rows.stored()} answers are stored, {expected} were acknowledged")
    return {
        "rounds": rounds,
        "memory": memory,
        # Wanted: at least 0.6, and at most 4.
        "of_by_hand": median(each["a_second"] / each["by_hand"] for each in rounds),
        "tail": median(each["p99"] / each["p50"] for each in rounds),
    }


def _load(port: int, pages: Sequence[tuple[str, str]]) -> Figures:
    """Answers a second and latencies in milliseconds of all pages sent by sixteen connections."""
    requests = [_request(number, *page) for number, page in enumerate(pages)]
    taken: list[float] = []
    threads = [
        Thread(target=_send, args=(port, requests[at::CONNECTIONS], taken))
        for at in range(CONNECTIONS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if len(taken) != len(pages):
        raise SystemExit(f"{len(taken)} of {len(pages)} answers were acknowledged")
    taken.sort()
    at = {name: taken[int(len(taken) * share)] * 1000 for name, share in _SHARES}
    return {"a_second": len(pages) / seconds, **at}


_SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def _request(number: int, token: str, nonce: str) -> bytes:
    body = urlencode({"nonce": nonce, "step": "first", "score": number % 11, "evidence": "p2k0"})
    head = (
        f"POST /a/{token} HTTP/1.1", "Host: localhost", f"User-Agent: {_BROWSER}",
        f"X-Forwarded-For: 10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
    )  # fmt: skip
    return ("\r\n".join((*head, "", "")) + body).encode()


def _send(port: int, requests: Sequence[bytes], taken: list[float]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            began = time.perf_counter()
            connection.sendall(request)
            if not _answer(connection).startswith(b"HTTP/1.1 302"):
                return
            taken.append(time.perf_counter() - began)


def _answer(connection: socket.socket) -> bytes:
    """A whole answer: a redirect has no body, so it ends with its head."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        if not more:
            break
        got += more
    return got


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, list[int]]]:
    """A server in the folder: its port and its processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*_SERVE, "--port", str(port)], cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=os.environ | {"MILEPOST_LOG_LEVEL": "info"},
    )  # fmt: skip
    try:
        _wait(port)
        time.sleep(3)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield port, [process.pid, *map(int, children)]
    finally:
        process.terminate()
        process.wait(60)


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def _resident(pid: int) -> int:
    """The bytes of a process's own share of memory, pages shared with others counted in part."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return int(found[1]) * 1024 if found else 0


CASES: dict[str, Callable[[Path], Figures]] = {
    "answering_sqlite": on_sqlite,
    "answering_postgres": on_postgres,
}
