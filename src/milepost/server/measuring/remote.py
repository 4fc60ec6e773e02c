"""What a measuring process is sent: two functions that load the rest when they are called there."""

from __future__ import annotations

from ctypes import Array, c_char
from datetime import datetime
from pathlib import Path

from milepost.insight.ask import Asking
from milepost.server.measuring.outcome import Outcome, State


def begin(parent: int, told: Array[c_char]) -> None:
    """Set a new measuring process up; see `child.begin`."""
    from milepost.server.measuring import child  # noqa: PLC0415 -- heavy, and not for the web process

    child.begin(parent, told)


def measured(plan: Path, state: State, asking: Asking, moment: datetime) -> Outcome:
    """What an asking finds; see `child.measured`."""
    from milepost.server.measuring import child  # noqa: PLC0415 -- the same

    return child.measured(plan, state, asking, moment)
