"""What customers did, timed: each metric against SQL by hand, alone, and with its intervals."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import by_hand, trade
from milepost.engine import answer, cohorts, periods, query, sql
from milepost.engine.database import connected
from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from milepost.engine.question import Question
from milepost.engine.reader import Reader, reader
from milepost.insight.customers import counting
from milepost.metrics.estimators import Quantile
from milepost.stats.histogram import ERROR

Figures = dict[str, Any]
Row = tuple[Any, ...]
Run = Callable[[], list[Row]]
RUNS = 5


@dataclass(frozen=True, slots=True)
class Contest:
    """A metric (None: cohorts of visits), the ways to write it by hand, and how many columns are alike."""

    metric: str | None
    hand: Mapping[str, str]
    columns: int


CONTESTS = {
    "repeat": Contest("repeat_purchase", by_hand.REPEAT, 3),
    "cohorts": Contest(None, by_hand.COHORTS, 3),
    "churn": Contest("churn", by_hand.CHURN, 3),
    "resolved": Contest(
        "first_contact_resolution", by_hand.RESOLVED, 3
    ),
    "median": Contest(
        "resolution_time_median", by_hand.BINS, 4
    ),
}  # fmt: skip


def write(folder: Path) -> Figures:
    """Write the company's trade; the folder's name ends in the number of orders."""
    started = time.perf_counter()
    trade.write(folder, int(folder.name.rpartition("-")[2]))
    return {"seconds": [time.perf_counter() - started]}


def facts(folder: Path) -> Figures:
    """Build the five facts from nothing."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    project = open_project(folder / "milepost.yaml")
    started = time.perf_counter()
    built = refresh(project).built
    seconds = time.perf_counter() - started
    assert all(part.account.adds_up for part in built.values())
    return {
        "rows": sum(part.account.rows for part in built.values()),
        "bytes": sum(part.size for part in built.values()), "seconds": [seconds],
    }  # fmt: skip


def together(contest: Contest, folder: Path) -> Figures:
    """In turn on one connection, Milepost's query and those by hand; all give the same numbers."""
    with _reader(folder) as facts:
        runs = {"": _ours(facts, contest), **_by_hand(facts, contest)}
        ours = sorted(row[: contest.columns] for row in runs[""]())
        for way, run in runs.items():
            assert not way or sorted(map(_dated, run())) == ours, f"'{way}' gives other numbers"
        seconds: dict[str, list[float]] = {way: [] for way in runs}
        for _ in range(RUNS):
            for way, run in runs.items():
                seconds[way].append(_timed(run))
    return {"seconds": seconds.pop(""), "hand": seconds}


def alone(contest: Contest, folder: Path) -> Figures:
    """Milepost's query alone, for its peak memory."""
    with _reader(folder) as facts:
        run = _ours(facts, contest)
        return {"seconds": [_timed(run) for _ in range(2)]}


def hand(contest: Contest, folder: Path) -> Figures:
    """The first way by hand alone, on Milepost's settings."""
    with _reader(folder) as facts:
        run = next(iter(_by_hand(facts, contest).values()))
        return {"seconds": [_timed(run) for _ in range(2)]}


def measured(contest: Contest, folder: Path) -> Figures:
    """To estimates: bucket sums, distinct customers, intervals; of cohorts the whole table."""
    with _reader(folder) as facts:
        question = Question(metrics=(contest.metric,) if contest.metric else (), every="month")
        started = time.perf_counter()
        if contest.metric is None:
            table = counting.cohorts(facts, question, fact="visits")
            seconds = time.perf_counter() - started
            cells = sum(len(cohort.cells) for cohort in table.cohorts)
            return {"seconds": [seconds], "cells": cells, "method": "Wilson"}
        metric = facts.project.metrics[contest.metric]
        spans = periods.spans_of(facts, [metric], question)
        found = answer.measure(facts, metric, question, spans=spans)
        seconds = time.perf_counter() - started
        if isinstance(metric.estimator, Quantile):
            _check_medians(facts, found)
    methods = sorted({cell.estimate.method for cell in found if cell.estimate})
    return {"seconds": [seconds], "cells": len(found), "method": " / ".join(methods)}


def exact_median(folder: Path) -> Figures:
    """DuckDB's own median of the tickets' times, which is exact, alone."""
    with _reader(folder) as facts:
        run = partial(_fetched, facts, by_hand.MEDIAN)
        return {"seconds": [_timed(run) for _ in range(RUNS)]}


def repeat_pandas(folder: Path) -> Figures:
    """Repeat purchase by pandas from the same fact file, with the same numbers."""
    with _reader(folder) as facts:
        ours = sorted(_ours(facts, CONTESTS["repeat"])())
        known = facts.known(facts.project.metrics["repeat_purchase"])
    found = []
    seconds = _timed(lambda: found.append(_with_pandas(_file(folder, "orders"), known)))
    assert [row[1:3] for row in ours] == [tuple(row) for row in found[0].to_numpy().tolist()]
    return {"seconds": [seconds]}


def _with_pandas(file: Path, known: object) -> pd.DataFrame:
    frame = pd.read_parquet(file, columns=["unit", "ordered_at", "day"])
    frame["day"] = frame["day"].astype("datetime64[s]")
    frame = frame.sort_values(["unit", "ordered_at"])
    later = frame.groupby("unit", sort=False)["day"].shift(-1)
    firsts = frame.assign(second=later).drop_duplicates("unit")
    end = firsts["day"] + pd.Timedelta(days=90)
    closed = end <= pd.Timestamp(str(known))
    return firsts.assign(
        month=firsts["day"].dt.to_period("M"), n=closed, repeated=closed & (firsts["second"] <= end)
    ).groupby("month")[["n", "repeated"]].sum()  # fmt: skip


@contextmanager
def _reader(folder: Path) -> Iterator[Reader]:
    project = open_project(folder / "milepost.yaml")
    with connected() as con:
        yield reader(con, refresh(project))


def _ours(facts: Reader, contest: Contest) -> Run:
    if contest.metric is None:
        scope = cohorts.Scope("visits", "month")
        return lambda: [(c.cohort, c.period, c.customers) for c in cohorts.activity(facts, scope)]
    metric = facts.project.metrics[contest.metric]
    question = Question(metrics=(contest.metric,), every="month")
    sheet = query.Sheet(
        metric=metric, spans=periods.spans_of(facts, [metric], question),
        calendar=facts.project.calendar, asked=set(), known=facts.known(metric),
        levels=False, buckets=False, units=False, guard=False,
    )  # fmt: skip
    made = query.sums_query(sheet)
    if isinstance(metric.estimator, Quantile):
        made = query.histogram_query(sheet, metric.estimator)
    return partial(facts.rows, made)


def _by_hand(facts: Reader, contest: Contest) -> dict[str, Run]:
    known = facts.rows(sql.sql("SELECT max(day), '2023-07-01', '2025-12-01' FROM orders"))[0]
    holes = dict(zip(("known", "first", "last"), known, strict=True))
    return {
        way: partial(_fetched, facts, text.format(**holes)) for way, text in contest.hand.items()
    }


def _check_medians(facts: Reader, found: list[answer.Measured]) -> None:
    """The median read off a histogram is within its stated error of the exact one.

    But for the last month, whose open tickets are younger than the median.
    """
    exact = {month.strftime("%Y-%m"): value for month, value in _fetched(facts, by_hand.MEDIAN)}
    for number in found[:-1]:
        value = exact[f"{number.span.since:%Y-%m}"]
        assert number.estimate is not None
        assert abs(number.estimate.value / value - 1) < 1.5 * ERROR, (number.span, value)


def _file(folder: Path, source: str) -> Path:
    project = open_project(folder / "milepost.yaml")
    return project.store.facts / project.store.current().sources[source].file


def _fetched(facts: Reader, text: str) -> list[Row]:
    return facts.con.execute(text).fetchall()


def _dated(row: Row) -> Row:
    """The row with days where SQL by hand gives midnights."""
    return tuple(part.date() if isinstance(part, datetime) else part for part in row)


def _timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


CASES: dict[str, Callable[[Path], Figures]] = {
    "trade_write": write, "trade_facts": facts,
    **{f"{name}_{kind.__name__}": partial(kind, contest)
       for name, contest in CONTESTS.items() for kind in (together, alone, hand, measured)},
    "median_exact": exact_median, "repeat_pandas": repeat_pandas,
}  # fmt: skip
