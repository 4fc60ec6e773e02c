"""The terminal: `milepost` and its commands; nothing heavy is imported before it is needed."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, even while it is still being loaded."""
    try:
        from milepost.cli.commands import run

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(130)
