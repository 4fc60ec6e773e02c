"""Files that are either whole or absent: atomic replacement, and one lock a folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.errors import BusyError


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target`; on success it takes target's place, else it vanishes.

    The bytes are on disk before the name changes, so a power cut leaves the old file or the new.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        yield partial
        _flush(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Replace a small text file atomically."""
    with replacing(target) as partial:
        partial.write_text(text, encoding="utf-8")


@contextmanager
def locked(
    folder: Path, *, wait_seconds: float = 3600.0, waiting: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the exclusive lock of a folder; the kernel frees it if the process dies.

    `waiting` is called once when another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as handle:
        _acquire(handle.fileno(), folder, wait_seconds, waiting)
        yield


def _acquire(
    number: int, folder: Path, wait_seconds: float, waiting: Callable[[], None] | None
) -> None:
    until = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not told and waiting:
                waiting()
            told = True
            if time.monotonic() > until:
                raise BusyError(
                    f"{folder}: another process has held this store for {wait_seconds:.0f} s;"
                    " end it, then try again"
                ) from None
            time.sleep(0.05)


def _flush(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
