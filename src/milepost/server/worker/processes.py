"""Whether a process of this machine still runs, so that what it held need not wait until it is stale."""

from __future__ import annotations

import os
import socket
from functools import cache
from hashlib import sha256
from pathlib import Path

_PROC = Path("/proc")
_HOST = 32
# The process's start is the 22nd word of its status, the 20th behind its own name in brackets.
_STARTED = 19


def this_process() -> str:
    """A name of this process: its machine, its number, where that number counts, and when it began."""
    number = os.getpid()
    return f"{host()}:{number}:{_place()}:{_began(number) or ''}"


def host() -> str:
    """This machine's part of a name."""
    return socket.gethostname()[:_HOST].replace(":", "-")


def gone(name: str) -> bool:
    """Whether the process that a name begins with has certainly ended; False where that cannot be known.

    A number that another process has by now is told by its start. Of another machine, of another
    container on this one, and of a time before the machine was started, nothing is known.
    """
    parts = name.split(":")
    if len(parts) < this_process().count(":") + 1 or not parts[1].isdecimal():
        return False
    where, number, place, began = parts[:4]
    if (where, place) != (host(), _place()) or not place or not began:
        return False
    return _began(int(number)) not in (began, None)


@cache
def _place() -> str:
    """What tells apart the machine's runs and its containers, in which the same numbers mean other processes."""
    try:
        run = (_PROC / "sys/kernel/random/boot_id").read_text()
        space = str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
    return sha256(f"{run}{space}".encode()).hexdigest()[:6]


def _began(number: int) -> str | None:
    """When a process began, in the kernel's own counting; nothing where there is none, None where it is hidden."""
    try:
        status = (_PROC / str(number) / "stat").read_text(errors="replace")
    except OSError:
        return None if _exists(number) else ""
    words = status.rpartition(")")[2].split()
    # A process that was killed and whose parent has not looked yet is no process any more.
    return "" if words[0] in ("Z", "X") else f"{int(words[_STARTED]):x}"


def _exists(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
