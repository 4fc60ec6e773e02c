"""The terminal: `milepost` and its commands; nothing heavy is imported before it is needed."""

from __future__ import annotations

from milepost.cli.commands import main

__all__ = ["main"]
