"""What every command shares: the exit status of an error, colour, width and progress."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from milepost.errors import DataError, MilepostError, PlanError, QuestionError
from milepost.insight.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

WRONG_PLAN, WRONG_DATA = 2, 3
# Wider than any line: the lines are laid out, and COLUMNS has no say.
_LAID_OUT = 100_000


def report(error: MilepostError) -> int:
    """Print an error: the exit status is 3 for wrong data, 2 for all else."""
    if not isinstance(error, PlanError):
        return refuse(str(error), status=WRONG_DATA if isinstance(error, DataError) else WRONG_PLAN)
    # A line for each mistake, beginning with a place that editors and terminals can jump to.
    for finding in error.findings:
        _complain(str(finding))
    return WRONG_PLAN


def refuse(text: str, *, status: int = WRONG_PLAN) -> int:
    """Print why nothing is done, in one line; the exit status."""
    _complain(f"milepost: {text}")
    return status


def _complain(line: str) -> None:
    sys.stderr.write(f"{visible(line)}\n")


def write(text: str) -> None:
    """Write to standard output; quietly the end where the reader has gone, such as `head`.

    Raises QuestionError where it cannot be written.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"the output cannot be written as {error.encoding}; set PYTHONUTF8=1, or use a file"
        ) from None
    except BrokenPipeError:
        _silence()
        sys.exit(0)
    except OSError as error:
        _silence()
        raise QuestionError(f"the output cannot be written ({error.strerror})") from None


def write_lines(lines: Iterable[Text]) -> None:
    """Write styled lines, with colour on a terminal that wants it."""
    from rich.console import Console

    page, colour = StringIO(), _colourful(sys.stdout)
    screen = Console(
        file=page, force_terminal=colour, color_system="auto" if colour else None, highlight=False,
        width=_LAID_OUT,
    )  # fmt: skip
    for line in lines:
        screen.print(line, soft_wrap=True)
    write(page.getvalue())


def width() -> int:
    """The columns to write into: the terminal's, at most 100; 80 where there is none."""
    if not sys.stdout.isatty():
        return 80
    return min(shutil.get_terminal_size((80, 24)).columns, 100)


def _colourful(stream: TextIO) -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


@contextmanager
def progress() -> Iterator[Callable[[str, str, int], None]]:
    """Shows which source is being built, on a terminal that can redraw a line only."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda source, step, records: None
        return
    from rich.console import Console
    from rich.text import Text

    screen = Console(stderr=True, color_system="auto" if _colourful(sys.stderr) else None)
    with screen.status("") as status:

        def show(source: str, step: str, records: int) -> None:
            count = f", {records:,} records" if records else ""
            status.update(Text(visible(f"{source}: {step}{count}")))

        yield show


def _silence() -> None:
    """What is left in the buffer must not be tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
