"""Milepost from Python: a plan opened, or a metric measured straight on a frame."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from milepost import clock
from milepost.engine.facts import refresh
from milepost.engine.mapping.account import Account
from milepost.engine.project import Project, open_project, project_of
from milepost.engine.question import Against, Question
from milepost.errors import QuestionError, UnknownName
from milepost.insight.answer import Answer
from milepost.insight.measuring import answer
from milepost.metrics.catalogue import BUILT_IN
from milepost.plan.calendar import parse_duration
from milepost.plan.load import Draft
from milepost.plan.model import Company, Period, Plan, Privacy, Source

Names = str | Iterable[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan ready to be measured."""

    project: Project

    def measure(
        self,
        metrics: Names = (),
        *,
        by: Names = (),
        touchpoint: str | None = None,
        every: Period | None = None,
        rolling: str | None = None,
        since: date | None = None,
        until: date | None = None,
        where: str | None = None,
        against: Against = "previous",
        pooled: bool = False,
        unweighted: bool = False,
        confidence: float = 0.95,
    ) -> Answer:
        """The answer to a question; without metrics the journey scorecard.

        `until` is exclusive. Raises PlanError, DataError or QuestionError.
        """
        question = Question(
            metrics=_names(metrics), touchpoint=touchpoint, by=_names(by), every=every,
            rolling=_duration(rolling), since=since, until=until, where=where, against=against,
            pooled=pooled, unweighted=unweighted, confidence=confidence,
        )  # fmt: skip
        return answer(self.project, question)


def open_plan(path: str | Path = "milepost.yaml") -> Opened:
    """Open a plan file. Raises PlanError with every mistake in it."""
    return Opened(open_project(Path(path)))


def measure_frame(
    metrics: Names,
    frame: Any,
    *,
    by: Names = (),
    score: str = "score",
    time: str | None = None,
    customer: str | None = None,
    weight: str | None = None,
    scale: tuple[int, int] | None = None,
    good: str | None = None,
    missing: Sequence[object] = (),
    labels: Mapping[str, object] | None = None,
    every: Period = "all",
    against: Against = "previous",
    confidence: float = 0.95,
) -> Answer:
    """Measure survey metrics of one question on a pandas, Polars or Arrow frame, a row an answer.

    `score`, `time`, `customer` and `weight` name the frame's columns. Without `time` all rows are
    of one period; without `customer` every row is its own respondent. Rows whose score is null or
    in `missing` are not answers; others that are off the scale are left out and told in the
    answer's notes. Raises QuestionError.
    """
    names, cuts = _names(metrics), _names(by)
    kind = _question_type(names)
    table = _arrow(frame)
    _check_columns(table, [score, *cuts, *(c for c in (time, customer, weight) if c)])
    asked: dict[str, Any] = {
        "name": "question", "type": kind, "score": score, "scale": scale, "good": good,
        "missing": tuple(str(code) for code in missing),
        "labels": {str(old): str(new) for old, new in (labels or {}).items()},
    }  # fmt: skip
    if BUILT_IN[names[0]].split:
        asked["answer"] = asked.pop("score")
    columns = {"answered_at": time, "customer_id": customer, "weight": weight}
    with tempfile.TemporaryDirectory(prefix="milepost-") as folder:
        base = Path(folder)
        pq.write_table(table, base / "frame.parquet")
        source = Source.model_validate({
            "name": "frame", "fact": "responses", "from": "frame.parquet",
            "dated": None if time else clock.now().date() - timedelta(days=1),
            "columns": {name: column for name, column in columns.items() if column},
            "attributes": {f"cut_{index}": column for index, column in enumerate(cuts)},
            "questions": (asked,),
        })  # fmt: skip
        project = _project(source, every=every, base=base)
        question = Question(
            metrics=names, by=tuple(source.attributes), every=every, against=against,
            confidence=confidence,
        )  # fmt: skip
        found = answer(project, question)
        account = refresh(project).built["frame"].account
    return _named(found, dict(zip(source.attributes, cuts, strict=True)), _left_out(account))


def _project(source: Source, *, every: Period, base: Path) -> Project:
    # The rows are the caller's own: nothing is hidden from who holds them.
    plan = Plan(
        company=Company(name="frame"), every=every, sources=(source,), privacy=Privacy(min_group=1)
    )
    return project_of(Draft(Path("frame"), plan, (), {}), plan, base=base)


def _question_type(names: Sequence[str]) -> str:
    for name in names:
        if name not in BUILT_IN:
            raise UnknownName("metric", name, BUILT_IN)
    kinds = {BUILT_IN[name].question_type for name in names}
    if len(kinds) != 1 or None in kinds:
        raise QuestionError(
            "measure the metrics of one question at a time, such as"
            " measure(['csat', 'csat_mean'], frame); for more write a plan"
        )
    return str(kinds.pop())


def _arrow(frame: Any) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    try:
        return pa.table(frame)
    except (TypeError, ValueError, pa.ArrowException):
        raise QuestionError(
            f"a {type(frame).__name__} cannot be measured; give a pandas, Polars or Arrow frame"
        ) from None


def _check_columns(table: pa.Table, wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in table.column_names:
            raise UnknownName("column", name, table.column_names)


def _named(found: Answer, cuts: Mapping[str, str], notes: tuple[str, ...]) -> Answer:
    cells = tuple(
        replace(cell, by={cuts.get(name, name): value for name, value in cell.by.items()})
        for cell in found.cells
    )
    return replace(found, cells=cells, notes=notes)


def _left_out(account: Account) -> tuple[str, ...]:
    rejected = [*account.rejected, *(r for q in account.questions for r in q.rejected)]
    blank = sum(sum(q.not_answered.values()) for q in account.questions)
    told = [f"{r.count:,} rows left out: {r.column}: {r.reason}" for r in rejected]
    return tuple(told + ([f"{blank:,} rows without an answer"] if blank else []))


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _duration(text: str | None) -> timedelta | None:
    return parse_duration(text) if text else None
