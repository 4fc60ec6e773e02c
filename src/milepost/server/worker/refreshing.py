"""The duty that writes the facts anew: the months that changed since, each whole, all of a fact at once."""

from __future__ import annotations

import logging
import shutil
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from django.conf import settings

from milepost.errors import BusyError
from milepost.files import locked
from milepost.server.actions.marking import mark_everything
from milepost.server.databases import writing
from milepost.server.models import Dirty, Import
from milepost.server.queries.facts import FACTS, Fact
from milepost.server.queries.owners import PLAN

_LOG = logging.getLogger("milepost.worker")
# After a refresh its fact rests so many times as long as that took: the worker has other duties.
_REST = 3.0
_FORGOTTEN = 500
Clock = Callable[[], float]
Marks: TypeAlias = "dict[str, array[int]]"


@dataclass(slots=True)
class Refreshing:
    """The duty of one fact; `until` is when it has rested, on the worker's own clock."""

    fact: Fact
    elapsed: Clock = time.monotonic
    until: float = 0.0

    def __call__(self, worker: str) -> bool:
        """Write anew what changed, unless it rests."""
        began = self.elapsed()
        if began >= self.until and refresh(self.fact):
            ended = self.elapsed()
            self.until = ended + _REST * (ended - began)
        return False


REFRESHING = tuple(map(Refreshing, FACTS))


def refresh(fact: Fact) -> bool:
    """Write the months of a fact that changed; whether there were any.

    Facts are written where they are measured: beside the plan. One worker does it at a time, for
    whoever read before and wrote after another would put old rows in the place of new ones.
    """
    if not _due(fact):
        return False
    folder: Path = settings.MILEPOST.own / "facts" / fact.name
    try:
        with locked(folder, wait_seconds=0):
            if _gone(fact):
                mark_everything(fact.name)
            return _refresh(fact, folder)
    except BusyError:
        return False


def _due(fact: Fact) -> bool:
    if not (settings.MILEPOST.folder / PLAN).exists():
        return False
    # Every batch of a file marks the same months anew: they are written once it is taken in.
    arriving = Import.objects.filter(kind="people", state__in=("waiting", "running"))
    if fact.name == "customers" and arriving.exists():
        return False
    return Dirty.objects.filter(fact=fact.name).exists() or _gone(fact)


def _gone(fact: Fact) -> bool:
    """Whether nothing is there of what was written: the store was deleted, or the database restored beside none."""
    return not (settings.MILEPOST.folder / "store" / "server" / fact.name / "CURRENT.json").exists()


def _refresh(fact: Fact, folder: Path) -> bool:
    """The marks are read before the rows: what changes after that has a mark of its own."""
    began, marks = time.monotonic(), _marks(fact)
    if not marks:
        return False
    rows = _write(fact, tuple(sorted(marks)), folder)
    _forget(marks)
    fields = {
        "fact": fact.name, "months": len(marks), "rows": rows,
        "seconds": round(time.monotonic() - began, 2),
    }  # fmt: skip
    _LOG.info("facts written", extra={"fields": fields})
    return True


def _marks(fact: Fact) -> Marks:
    """The months that are marked, each with the ids of its marks."""
    found: Marks = {}
    marks = Dirty.objects.filter(fact=fact.name).order_by("pk").values_list("pk", "month")
    for key, month in marks.iterator():
        found.setdefault(month, array("q")).append(key)
    return found


def _write(fact: Fact, months: tuple[str, ...], folder: Path) -> int:
    """All months in one step: an answer that went from one to another is never in both or none."""
    # What queries need is loaded where the first facts are: a server that rests is small.
    from milepost.engine.collected.publish import publish  # noqa: PLC0415
    from milepost.engine.store import Store  # noqa: PLC0415
    from milepost.server.worker.spool import Spool  # noqa: PLC0415

    spooled = folder / "rows"
    shutil.rmtree(spooled, ignore_errors=True)  # a killed worker's
    spooled.mkdir()
    try:
        spool = Spool(spooled, fact)
        for row in fact.rows(months):
            spool.add(row)
        store = Store(settings.MILEPOST.folder / "store")
        publish(store, fact.name, {month: spool.month(month) for month in months})
        return spool.rows
    finally:
        shutil.rmtree(spooled, ignore_errors=True)


def _forget(marks: Marks) -> None:
    """Delete the marks that were seen, and no other; a few at a time, so that no writer waits."""
    keys = [key for found in marks.values() for key in found]
    for start in range(0, len(keys), _FORGOTTEN):
        with writing():
            Dirty.objects.filter(pk__in=keys[start : start + _FORGOTTEN]).delete()
