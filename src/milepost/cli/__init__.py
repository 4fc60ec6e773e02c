"""The terminal: `milepost` and its commands; nothing heavy is imported before it is needed."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

__all__ = ["main"]

_INTERRUPTED = 130
_IMPORTING = "<frozen importlib._bootstrap>"


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, even while it is still being loaded."""
    # Left alone where it is ignored, as for a command in the background of a script.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)
    try:
        from milepost.cli.commands import run

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


def _interrupted(_number: int, frame: FrameType | None) -> None:
    """Ctrl-C is an exception; while a module is loaded it is the end.

    An extension that is interrupted in its own start aborts the process with a message of its own.
    """
    while frame:
        if frame.f_code.co_filename == _IMPORTING:
            os._exit(_INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt
