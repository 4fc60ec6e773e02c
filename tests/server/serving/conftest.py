"""Real processes of the server: started in a folder of their own, asked over the network, and killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import pytest

MILEPOST = (sys.executable, "-c", "from milepost.cli import main; main()")
POSTGRES = os.environ.get("MILEPOST_DATABASE_URL", "")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(true: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait for something; say so where it never comes."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@dataclass(slots=True)
class Place:
    """A project folder with the environment of its processes."""

    folder: Path
    environ: dict[str, str]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [*MILEPOST, *words], cwd=self.folder, env=self.environ | more, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        """A piece of Python with the folder opened."""
        opened = "from pathlib import Path\nfrom milepost.server.opening import open_server\nopen_server(Path())\n"
        return subprocess.run(
            [sys.executable, "-c", opened + code], cwd=self.folder, env=self.environ,
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip


@dataclass(slots=True)
class Running:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    port: int
    out: Path
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """The status and body of an address."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def end(self, number: int = signal.SIGTERM, *, seconds: float = 30) -> int:
        """Send a signal, wait for the end, and give the status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def empty(folder: Path) -> Iterator[Place]:
    """An empty project folder; on PostgreSQL with an empty database of its own."""
    folder.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MILEPOST_")}
    if not POSTGRES:
        yield Place(folder, kept)
        return
    import psycopg

    name = f"serving_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        url = re.sub(r"/[^/]*$", f"/{name}", POSTGRES)
        yield Place(folder, kept | {"MILEPOST_DATABASE_URL": url})
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def served(place: Place, *words: str, **more: str) -> Iterator[Running]:
    """`milepost serve` in a folder, from when it answers; it is ended afterwards."""
    port, logs = free_port(), place.folder.parent
    out, log = (logs / f"{kind}-{port}" for kind in ("out", "log"))
    with out.open("wb") as stdout, log.open("wb") as stderr:
        process = subprocess.Popen(
            [*MILEPOST, "serve", "--port", str(port), *words], cwd=place.folder,
            env=place.environ | more, stdout=stdout, stderr=stderr,
        )  # fmt: skip
    running = Running(process, port, out, log)
    try:
        until(lambda: listens(port) or process.poll() is not None)
        assert process.poll() is None, log.read_text() + out.read_text()
        yield running
    finally:
        with suppress(subprocess.TimeoutExpired):
            running.end(seconds=60)
        process.kill()
        process.wait()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty project folder."""
    with empty(tmp_path / "project") as made:
        yield made


@pytest.fixture
def begin(place: Place) -> Iterator[Callable[..., Running]]:
    """Starts `milepost serve` in the folder and waits until it answers."""
    with ExitStack() as servers:
        yield lambda *words, **more: servers.enter_context(served(place, *words, **more))
