"""The time zone of the machine that a command runs on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones


def system_timezone() -> str | None:
    """The system's time zone by name, where it can be known."""
    for name in _zones():
        if _is_zone(name):
            return name
    return None


def _zones() -> Iterator[str]:
    yield os.environ.get("TZ", "").lstrip(":")
    _, _, name = os.path.realpath("/etc/localtime").partition("zoneinfo/")
    yield name
    try:
        yield Path("/etc/timezone").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return


def _is_zone(name: str) -> bool:
    return name in available_timezones()
