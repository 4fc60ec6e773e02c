"""The data page's own reads: which refresh was asked for last, what waits for the worker, lists of rejects."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from milepost import clock
from milepost.server.models import Audit, Dirty
from milepost.server.queries.numbers import plan_file

REFRESH = "refresh_data"
# Of an earlier one nobody waits to hear.
_TOLD = timedelta(hours=1)


def last_refresh() -> Audit | None:
    """The last refresh that was asked for; None for none of the last hour."""
    return Audit.objects.filter(verb=REFRESH, at__gt=clock.now() - _TOLD).first()


def waiting_months() -> int:
    """How many months of what is collected here have changes that no fact has yet."""
    return Dirty.objects.order_by().values("fact", "month").distinct().count()


def rejects_of(source: str) -> Path | None:
    """The list of what was rejected of a source; None where there is none."""
    file = plan_file().parent / "store" / "rejects" / f"{source}.csv"
    return file if file.is_file() else None


def rows_of(file: Path) -> Iterator[list[str]]:
    """The lines of a list, one at a time: there may be as many as the source has."""
    with file.open(encoding="utf-8", newline="") as handle:
        yield from csv.reader(handle)
