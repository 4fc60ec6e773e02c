"""What is timed: each case runs in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from benchmarks import company
from milepost.engine import answer, periods, query, sql
from milepost.engine.database import connected
from milepost.engine.facts import refresh
from milepost.engine.project import Project, open_project
from milepost.engine.question import Question
from milepost.engine.reader import Reader, reader
from milepost.insight import measuring
from milepost.plan.model import Period

Figures = dict[str, Any]
RUNS = 15

DAILY = ("touchpoint", "day", "country", "channel")
# Two ways to write one thing; the faster one is what Milepost is held against.
_HAND = {
    "sum": "sum(CAST(score >= 9 AS INTEGER)) AS promoters,"
    " sum(CAST(score <= 6 AS INTEGER)) AS detractors",
    "filter": "count(*) FILTER (WHERE score >= 9) AS promoters,"
    " count(*) FILTER (WHERE score <= 6) AS detractors",
}


def write(folder: Path) -> Figures:
    """Write the company's answers; the folder's name is their number."""
    rows = int(folder.name)
    started = time.perf_counter()
    company.write(folder, rows)
    return {"rows": rows, "seconds": [time.perf_counter() - started]}


def facts(folder: Path) -> Figures:
    """Build the facts from nothing."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    project = open_project(folder / "milepost.yaml")
    started = time.perf_counter()
    built = refresh(project).built["answers"]
    seconds = time.perf_counter() - started
    assert built.account.adds_up
    size = (project.store.facts / built.file).stat().st_size
    return {"rows": built.account.rows, "seconds": [seconds], "bytes": size}


def sums_together(folder: Path) -> Figures:
    """The daily sums in turn, by Milepost and by hand, on one connection to the same file."""
    with _reader(folder) as reader:
        ours = _daily(reader)
        texts = {"milepost": ours, **{name: _hand(folder, name) for name in _HAND}}
        _check_alike(reader.con, texts)
        seconds: dict[str, list[float]] = {name: [] for name in texts}
        for _ in range(RUNS):
            for name, text in texts.items():
                seconds[name].append(_timed(partial(_fetched, reader.con, text)))
    return {"seconds": seconds["milepost"], "hand": {name: seconds[name] for name in _HAND}}


def sums_milepost(folder: Path) -> Figures:
    """The daily sums by Milepost alone, its query made anew each time."""
    with _reader(folder) as reader:
        runs = [
            _timed(lambda: reader.con.sql(_daily(reader)).to_arrow_table()) for _ in range(RUNS)
        ]
    return {"seconds": runs}


def sums_hand(folder: Path) -> Figures:
    """The daily sums by hand alone, on a connection as DuckDB opens it."""
    text = _hand(folder, "sum")
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        return {"seconds": [_timed(lambda: con.sql(text).to_arrow_table()) for _ in range(RUNS)]}


def sums_pandas(folder: Path) -> Figures:
    """The daily sums by pandas, from the same file."""
    return {"seconds": [_timed(lambda: _with_pandas(_fact(folder))) for _ in range(2)]}


def answer_months(folder: Path) -> Figures:
    """NPS by touchpoint and month as a person asks it: intervals, comparisons, verdicts, courses."""
    project = _project(folder)
    question = Question(metrics=("nps",), every="month")
    refresh(project)
    found = []
    seconds = [_timed(lambda: found.append(measuring.answer(project, question))) for _ in range(3)]
    cell = found[0].cells[0]
    return {"seconds": seconds, "cells": len(found[0].cells), "method": cell.method}


def measure_months(folder: Path) -> Figures:
    """The numbers of it alone: bucket sums to estimates, with the distinct customers."""
    return _measured(folder, Question(metrics=("nps",), every="month"), runs=3)


def measure_cut(folder: Path) -> Figures:
    """The numbers by touchpoint, month, country and channel, in full with their buckets."""
    question = Question(metrics=("nps",), every="month", by=("country", "channel"))
    return _measured(folder, question, runs=2)


def measure_wide(folder: Path) -> Figures:
    """The numbers by touchpoint, day, country and channel: too many cells to cross with buckets."""
    question = Question(metrics=("nps",), every="day", by=("country", "channel"))
    return _measured(folder, question, runs=2)


def sums_months(folder: Path) -> Figures:
    """The bucket sums by touchpoint and month without the count of distinct customers."""
    with _reader(folder) as reader:
        sheet = _sheet(reader, "month", (), buckets=True)
        text = sql.render(query.sums_query(sheet))
        return {"seconds": [_timed(lambda: reader.con.sql(text).to_arrow_table())
                            for _ in range(RUNS)]}  # fmt: skip


def units_months(folder: Path) -> Figures:
    """The same with the count."""
    with _reader(folder) as reader:
        sheet = replace(_sheet(reader, "month", (), buckets=True), units=True)
        text = sql.render(query.sums_query(sheet))
        return {"seconds": [_timed(lambda: reader.con.sql(text).to_arrow_table())
                            for _ in range(RUNS)]}  # fmt: skip


def _measured(folder: Path, question: Question, *, runs: int) -> Figures:
    seconds = []
    for _ in range(runs):
        # A reader remembers what it told: each run has its own.
        with _reader(folder) as reader:
            metric = reader.project.metrics["nps"]
            spans = periods.spans_of(reader, [metric], question)
            started = time.perf_counter()
            found = answer.measure(reader, metric, question, spans=spans)
            seconds.append(time.perf_counter() - started)
    methods = sorted({cell.estimate.method for cell in found if cell.estimate})
    return {"seconds": seconds, "cells": len(found), "method": " / ".join(methods)}


def _project(folder: Path) -> Project:
    return open_project(folder / "milepost.yaml")


@contextmanager
def _reader(folder: Path) -> Iterator[Reader]:
    project = _project(folder)
    with connected() as con:
        yield reader(con, refresh(project))


def _daily(reader: Reader) -> str:
    sheet = _sheet(reader, "day", ("country", "channel"), buckets=False)
    return sql.render(query.sums_query(sheet))


def _sheet(reader: Reader, every: Period, by: tuple[str, ...], *, buckets: bool) -> query.Sheet:
    metric = reader.project.metrics["nps"]
    spans = periods.spans_of(reader, [metric], Question(metrics=("nps",), every=every))
    return query.Sheet(
        metric=metric, spans=spans, calendar=reader.project.calendar,
        asked=reader.project.asked("nps"), by=by, buckets=buckets, units=False, guard=False,
    )  # fmt: skip


def _fact(folder: Path) -> Path:
    project = _project(folder)
    return project.store.facts / project.store.current().sources["answers"].file


def _hand(folder: Path, name: str) -> str:
    file = sql.render(sql.text(str(_fact(folder))))
    return (
        f"SELECT {', '.join(DAILY)}, count(score) AS n, {_HAND[name]}"
        f" FROM read_parquet({file}) WHERE question_type = 'nps' GROUP BY ALL"
    )


def _with_pandas(file: Path) -> pd.DataFrame:
    frame = pd.read_parquet(file, columns=[*DAILY, "question_type", "score"])
    frame = frame[frame["question_type"] == "nps"]
    frame = frame.assign(promoters=frame["score"] >= 9, detractors=frame["score"] <= 6)
    return frame.groupby(list(DAILY), dropna=False).agg(
        n=("score", "count"), promoters=("promoters", "sum"), detractors=("detractors", "sum")
    )


def _check_alike(con: duckdb.DuckDBPyConnection, texts: dict[str, str]) -> None:
    """A ratio of times says something only where the results are the same."""
    columns = "touchpoint, day, country, channel, n, promoters, detractors"
    ours = f"SELECT touchpoint, _period AS day, * EXCLUDE (touchpoint, _period) FROM ({texts['milepost']})"
    for name in _HAND:
        left, right = (f"SELECT {columns} FROM ({text})" for text in (ours, texts[name]))
        differing = con.sql(f"SELECT count(*) FROM ({left} EXCEPT {right})").fetchall()[0][0]
        assert differing == 0, f"{differing} cells differ from '{name}'"


def _fetched(con: duckdb.DuckDBPyConnection, text: str) -> object:
    return con.sql(text).to_arrow_table()


def _timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


CASES: dict[str, Callable[[Path], Figures]] = {
    case.__name__: case
    for case in (
        write, facts, sums_together, sums_milepost, sums_hand, sums_pandas, answer_months,
        measure_months, measure_cut, measure_wide, sums_months, units_months,
    )
}  # fmt: skip
