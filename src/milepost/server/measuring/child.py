"""In a measuring process: one folder's facts held open, and what is asked of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from ctypes import Array, c_char
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from milepost import clock
from milepost.engine.database import EngineError, connected
from milepost.engine.facts import Facts, damaged, refresh
from milepost.engine.passings import with_passings
from milepost.engine.project import open_project
from milepost.engine.reader import Reader, reader
from milepost.errors import MilepostError, PlanError
from milepost.insight.ask import Asking
from milepost.server.measuring.outcome import Found, Outcome, Refused, State
from milepost.server.parents import end_with

# So many seconds the sources of a folder are taken to be as they were: looking costs a moment each.
_LOOKED = 30.0
# More remembered sums than this are forgotten: every filter anybody tries has its own.
_REMEMBERED = 400


@dataclass(slots=True)
class _Open:
    """The facts of one state of one folder, open to be read."""

    state: State | None = None
    looked: float = 0.0
    reader: Reader | None = None
    closing: ExitStack = field(default_factory=ExitStack)


_open = _Open()
_told: Array[c_char] | None = None


def begin(parent: int, told: Array[c_char]) -> None:
    """Set a new measuring process up: it ends with its parent, and says in `told` what it builds."""
    global _told
    _told = told
    end_with(parent)


def measured(plan: Path, state: State, asking: Asking, moment: datetime) -> Outcome:
    """What an asking finds, as of a moment; `state` is that of the folder as the asker saw it."""
    with clock.at(moment):
        try:
            return Found(_answered(plan, state, asking))
        except PlanError as error:
            return Refused("plan", tuple(_below(plan, str(each)) for each in error.findings))
        except MilepostError as error:
            return Refused("question", (_below(plan, str(error)),))
        except Exception:
            # A bug: what it left open is not used again.
            _open.reader = None
            raise


def _below(plan: Path, line: str) -> str:
    """A line without the folder of the plan: where the server keeps it is no reader's business."""
    return line.replace(f"{plan.parent}{os.sep}", "")


def _answered(plan: Path, state: State, asking: Asking) -> Any:
    try:
        return asking.answer(_reader(plan, state))
    except EngineError:
        # A fact that was damaged on the disk is built anew; any other error is a defect.
        facts = _open.reader.facts if _open.reader else None
        if facts is None or not damaged(facts.project, facts):
            raise
        _open.state = None
        return asking.answer(_reader(plan, state))


def _reader(plan: Path, state: State) -> Reader:
    now = time.monotonic()
    held = _open.reader
    if held and _open.state == state and now - _open.looked < _LOOKED:
        if len(held.told) > _REMEMBERED:
            held.told.clear()
        return held
    facts = refresh(open_project(plan), progress=_telling(), keep=True)
    if not (held and _open.state == state and _same(facts, held.facts)):
        _open.closing.close()
        con = _open.closing.enter_context(connected())
        held = with_passings(reader(con, facts))
    _open.state, _open.looked, _open.reader = state, now, held
    return held


def _same(facts: Facts, held: Facts) -> bool:
    return facts.built == held.built and facts.kept == held.kept


def _telling() -> Callable[[str, str, int], None]:
    def tell(source: str, step: str, records: int) -> None:
        if _told is not None:
            _told.value = f"{source}: {step}, {records:,}".encode()[:200]

    return tell
