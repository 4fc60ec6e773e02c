"""`milepost bounces`: mails that came back, from standard input, files or a maildir."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from milepost.cli import running
from milepost.server.opening import open_server, require_migrated


def bounces(folder: Path, paths: Sequence[Path]) -> None:
    """Record what the mails say, and tell how many there were of each kind."""
    open_server(folder)
    require_migrated()
    from milepost.server.bounces import OUTCOMES, take_all

    counts = take_all(_mails(paths))
    told = ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name])
    running.write(f"{told or 'no mails'}\n")


def _mails(paths: Sequence[Path]) -> Iterator[bytes]:
    from milepost.server.bounces import mails_of

    if not paths:
        yield sys.stdin.buffer.read()
    for path in paths:
        yield from mails_of(path)
