"""What every command shares: the exit status of an error, colour, width and progress."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from milepost.errors import DataError, MilepostError

WRONG_PLAN, WRONG_DATA = 2, 3


def report(error: MilepostError) -> int:
    """Print an error's lines; the exit status: 3 for wrong data, 2 for all else."""
    for line in str(error).splitlines():
        print(f"milepost: {line}" if not _placed(line) else line, file=sys.stderr)  # noqa: T201
    return WRONG_DATA if isinstance(error, DataError) else WRONG_PLAN


def _placed(line: str) -> bool:
    """Whether a line begins with a place that editors and terminals can jump to."""
    return ".yaml:" in line or ".yml:" in line


def width() -> int:
    """The columns to write into: the terminal's, at most 100; 80 where there is none."""
    if not sys.stdout.isatty():
        return 80
    return min(shutil.get_terminal_size((80, 24)).columns, 100)


def console() -> Any:
    """A rich console: colour only on a terminal that wants it."""
    from rich.console import Console

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return Console(no_color=not colour, width=width(), highlight=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Callable[[str, str, int], None]]:
    """Shows which source is being built, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda source, step, records: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:

        def show(source: str, step: str, records: int) -> None:
            count = f", {records:,} records" if records else ""
            status.update(f"{source}: {step}{count}")

        yield show


def close_pipe() -> None:
    """The reader has gone (such as `head`): say nothing more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
