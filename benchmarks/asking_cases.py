"""Asking, timed: deciding about a million people, and mails to a mail server on loopback.

The server's tables can be imported only once a project folder is open: see `asking_rows`. For
PostgreSQL, BENCH_POSTGRES_URL names a database; it is emptied.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from smtplib import SMTP
from typing import Any

from milepost.server.opening import open_server

Figures = dict[str, Any]
PEOPLE, MAILS = 1_000_000, 2_000
_SINK = """
import asyncio, sys
async def serve(reader, writer):
    writer.write(b"220 sink\\r\\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go\\r\\n")
            await reader.readuntil(b"\\r\\n.\\r\\n")
        if word == b"QUIT":
            break
        writer.write(b"250 ok\\r\\n")
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=10_000_000)
    await server.serve_forever()
asyncio.run(main())
"""


def write(folder: Path) -> Figures:
    """Make a company with a million people, half of them asked before, and one relationship program."""
    found: Figures = _rows(folder).write(PEOPLE)
    return found


def by_hand(folder: Path) -> Figures:
    """Read a million people and write a row about each, without a decision."""
    found: Figures = _rows(folder).by_hand()
    return found


def decide(folder: Path) -> Figures:
    """Decide about everybody: first, shortly after, on the next day, and by another rule."""
    found: Figures = _rows(folder).decide()
    return found


def on_postgres(case: Callable[[Path], Figures]) -> Callable[[Path], Figures]:
    """A case on the PostgreSQL database that the environment names; empty figures without one."""

    def there(folder: Path) -> Figures:
        url = os.environ.get("BENCH_POSTGRES_URL", "")
        if not url:
            return {}
        os.environ["MILEPOST_DATABASE_URL"] = url
        return case(folder)

    return there


def mails_by_hand(folder: Path) -> Figures:
    """Send one composed mail two thousand times over one connection, and keep nothing."""
    letter: bytes = _rows(folder).letter()
    with _sink() as port, SMTP("127.0.0.1", port) as line:
        started = time.perf_counter()
        for number in range(MAILS):
            line.sendmail("feedback@example.com", [f"person{number}@example.com"], letter)
        return {"seconds": [time.perf_counter() - started], "mails": MAILS}


def mails(workers: int) -> Callable[[Path], Figures]:
    """Send two thousand invitations with so many workers."""

    def case(folder: Path) -> Figures:
        with _sink() as port:
            os.environ |= {
                "MILEPOST_SMTP_HOST": "127.0.0.1", "MILEPOST_SMTP_PORT": str(port),
                "MILEPOST_SMTP_SECURITY": "none", "MILEPOST_LOG_LEVEL": "error",
            }  # fmt: skip
            found: Figures = _rows(folder).mails(MAILS, workers)
        return found

    return case


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server in a process of its own that takes everything and keeps nothing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    sink = subprocess.Popen([sys.executable, "-c", _SINK, str(port)])
    try:
        _wait(port)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def _wait(port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return


def _rows(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    open_server(folder)
    return import_module("benchmarks.asking_rows")


CASES: dict[str, Callable[[Path], Figures]] = {
    "asking_write": write, "asking_by_hand": by_hand, "asking_decide": decide,
    "asking_write_postgres": on_postgres(write), "asking_by_hand_postgres": on_postgres(by_hand),
    "asking_decide_postgres": on_postgres(decide), "asking_mails_by_hand": mails_by_hand,
    "asking_mails_1": mails(1), "asking_mails_2": mails(2),
}  # fmt: skip
