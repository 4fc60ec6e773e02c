"""What was reported before: a metric's numbers as they were told, and where its definition changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich.text import Text

from milepost.engine.history import Record, history, keep
from milepost.engine.project import Project
from milepost.errors import DataError, QuestionError, UnknownName
from milepost.insight import numbers, sentences
from milepost.insight.answer import Answer
from milepost.insight.answering import Shown
from milepost.insight.cells import Cell
from milepost.insight.layout import broken, left, right, rule
from milepost.insight.visible import visible

FIRST, DEFINITION, DATA = "", "definition changed", "data changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One number as it was told, and why it differs from what was told of the period before."""

    record: Record
    change: str


@dataclass(frozen=True, slots=True, repr=False)
class Told(Shown):
    """Everything that was told of a metric, by touchpoint and period, oldest first."""

    metric: str
    entries: tuple[Entry, ...]

    def lines(self, *, width: int) -> Iterator[Text]:
        """The history as lines for people."""
        yield from broken(f"{visible(self.metric)}: what was measured", width, style="bold")
        for point, entries in groupby(self.entries, lambda entry: entry.record.touchpoint):
            yield from broken(visible(point or "company"), width, style="bold")
            yield Text(
                f"  {'period':<23} {'value':>10} {'n':>7} {'measured':<10} definition", "dim"
            )
            yield rule(width)
            for entry in entries:
                yield _row(entry)

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision."""
        return {"metric": self.metric, "told": [_data(entry) for entry in self.entries]}


def told(project: Project, metric: str, *, touchpoint: str | None = None) -> Told:
    """The history of a metric. Raises UnknownName, QuestionError, DataError."""
    records = history(project.store)
    known = {record.metric for record in records}
    if metric not in known and metric not in project.metrics:
        raise UnknownName("metric", metric, {*known, *project.metrics})
    mine = [r for r in records if r.metric == metric and touchpoint in (None, r.touchpoint)]
    if not mine:
        raise QuestionError(
            f"nothing was measured of '{metric}' yet; 'milepost measure {metric}' keeps it"
        )
    mine.sort(key=lambda r: (r.touchpoint or "", r.since, r.until, r.measured_at))
    return Told(metric, tuple(_entries(mine)))


def kept(project: Project, answer: Answer) -> tuple[str, ...]:
    """Keep an answer's own numbers of closed periods; what has to be said of it, as notes."""
    records = [_record(answer, cell) for cell in answer.cells if _lasting(answer, cell)]
    try:
        before = keep(project.store, records)
    except DataError as error:
        return (str(error),)
    return tuple(_redefined(before, records))


def _lasting(answer: Answer, cell: Cell) -> bool:
    """Whether a number is of the company or a touchpoint as a whole, in a period that has ended."""
    asked = answer.question
    plain = not (asked.where or asked.rolling or asked.pooled or asked.unweighted or cell.by)
    whole = cell.complete and cell.value is not None and cell.sums is not None
    return plain and whole and asked.confidence == 0.95 and not (asked.since or asked.until)


def _record(answer: Answer, cell: Cell) -> Record:
    return Record(
        answer.as_of, cell.metric, cell.definition, cell.touchpoint, cell.since, cell.until,
        cell.unit, cell.value or 0.0, cell.low, cell.high, cell.n or 0.0,
        json.dumps(cell.sums, sort_keys=True),
    )  # fmt: skip


def _redefined(before: Sequence[Record], records: Sequence[Record]) -> Iterator[str]:
    """One line for each metric whose definition is another than when it was last told."""
    latest = {record.metric: record for record in before}
    now = {record.metric: record for record in records}
    for name, record in now.items():
        old = latest.get(name)
        if old and old.definition != record.definition:
            yield sentences.REDEFINED.format(
                metric=name, before=old.definition, day=f"{old.measured_at:%Y-%m-%d}",
                now=record.definition,
            )  # fmt: skip


def _entries(records: Sequence[Record]) -> Iterator[Entry]:
    for _, same in groupby(records, lambda record: record.seat):
        earlier: Record | None = None
        for record in same:
            yield Entry(record, _change(earlier, record))
            earlier = record


def _change(earlier: Record | None, now: Record) -> str:
    if earlier is None:
        return FIRST
    return DEFINITION if earlier.definition != now.definition else DATA


def _row(entry: Entry) -> Text:
    one = entry.record
    when = f"{one.since} to {one.until}"
    row = Text(f"  {left(when, 23)} {right(numbers.value(one.value, one.unit), 10)}")
    row.append(f" {right(numbers.count(one.n), 7)} {one.measured_at:%Y-%m-%d} {one.definition}")
    return row.append(f"\n    {entry.change}", "yellow") if entry.change else row


def _data(entry: Entry) -> dict[str, Any]:
    one = entry.record
    return {
        "touchpoint": one.touchpoint, "since": one.since.isoformat(),
        "until": one.until.isoformat(), "value": one.value, "low": one.low, "high": one.high,
        "unit": one.unit, "n": one.n, "sums": json.loads(one.sums),
        "definition": one.definition, "measured_at": one.measured_at.isoformat(),
        "change": entry.change or None,
    }  # fmt: skip
