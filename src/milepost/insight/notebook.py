"""Milepost from Python: a plan opened, or a metric measured straight on a frame."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from milepost import clock
from milepost.engine.database import connected
from milepost.engine.facts import refresh
from milepost.engine.mapping.account import Account
from milepost.engine.project import Project, open_project, project_of
from milepost.engine.question import Against
from milepost.engine.reader import reader
from milepost.errors import DataError, QuestionError
from milepost.insight.ahead.forecasting import forecast_of
from milepost.insight.ahead.forecasts import Forecast
from milepost.insight.ahead.rosters import Roster
from milepost.insight.ahead.staffing import roster_of
from milepost.insight.answer import Answer
from milepost.insight.asking import Day, Names, names_of, period, question_of, shown
from milepost.insight.customers.cohorts import Cohorts
from milepost.insight.customers.counting import cohorts_of
from milepost.insight.customers.value import Value
from milepost.insight.customers.valuing import value_of
from milepost.insight.effects.event import Price, price_of
from milepost.insight.effects.initiative import Initiative
from milepost.insight.effects.working import effect_of
from milepost.insight.frames import asked_of, taken
from milepost.insight.history import Told, told
from milepost.insight.measuring import answer, answered
from milepost.plan.load import Draft
from milepost.plan.model import Asked, Company, Period, Plan, Privacy, Source


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
        rolling: str | timedelta | None = None,
        since: Day | None = None,
        until: Day | None = None,
        where: str | None = None,
        against: Against = "previous",
        pooled: bool = False,
        unweighted: bool = False,
        confidence: float = 0.95,
    ) -> Answer:
        """The answer to a question; without metrics the journey scorecard.

        Days are dates or texts such as '2017-05-01'; `until` is exclusive. `rolling` is whole days,
        such as '90 days'. Raises PlanError, DataError or QuestionError.
        """
        question = question_of(
            metrics=metrics, touchpoint=touchpoint, by=by, every=every, rolling=rolling,
            since=since, until=until, where=where, against=against, pooled=pooled,
            unweighted=unweighted, confidence=confidence,
        )  # fmt: skip
        return answer(self.project, question)

    def history(self, metric: str, *, touchpoint: str | None = None) -> Told:
        """What was told of a metric before, with what has changed since.

        Raises UnknownName, QuestionError where nothing was, DataError for a damaged history.
        """
        return told(self.project, metric, touchpoint=touchpoint)

    def forecast(
        self,
        metric: str,
        *,
        ahead: str | timedelta = "28d",
        touchpoint: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        where: str | None = None,
    ) -> Forecast:
        """A count such as 'orders' for the days to come, and how far such forecasts were off.

        Raises PlanError, DataError or QuestionError.
        """
        return forecast_of(
            self.project, metric, ahead=ahead, touchpoint=touchpoint, since=since, until=until,
            where=where,
        )  # fmt: skip

    def staff(
        self,
        *,
        service: str = "80/20",
        handle_seconds: float | None = None,
        shrinkage: float = 30,
        quantile: float = 80,
        channel: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        where: str | None = None,
    ) -> Roster:
        """The agents that the calls need by weekday and hour; percentages are 0-100.

        Raises PlanError, DataError or QuestionError.
        """
        return roster_of(
            self.project, service=service, handle_seconds=handle_seconds, shrinkage=shrinkage,
            quantile=quantile, channel=channel, since=since, until=until, where=where,
        )  # fmt: skip

    def effect(
        self,
        initiative: str,
        *,
        every: str = "week",
        control: str | None = None,
        by: str | None = None,
        where: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        skip: int = 0,
        price: bool = False,
    ) -> Initiative:
        """What moved since an initiative of the plan started; `price` asks for the share alone.

        `control` is a condition on rows that it cannot have touched, `by` the segment whose values
        are the units on both sides, such as stores. Raises PlanError, DataError or QuestionError.
        """
        return effect_of(
            self.project, initiative, every=every, control=control, by=by, where=where, since=since,
            until=until, skip=skip, price=price,
        )  # fmt: skip

    def price(self) -> Price:
        """The company's share on its index. Raises PlanError, DataError or QuestionError."""
        return price_of(self.project)

    def cohorts(
        self,
        *,
        fact: str = "orders",
        every: str = "month",
        since: Day | None = None,
        until: Day | None = None,
        where: str | None = None,
        ahead: int | None = None,
    ) -> Cohorts:
        """Customers by the period they came in, and the share back, or still there, later.

        `ahead` periods are projected of customers with a contract (`fact` 'subscriptions' or
        'customers'). Raises PlanError, DataError or QuestionError.
        """
        return cohorts_of(
            self.project, fact=fact, every=every, since=since, until=until, where=where, ahead=ahead
        )

    def value(
        self,
        *,
        by: str | None = None,
        months: int = 24,
        discount: float = 10,
        until: Day | None = None,
        where: str | None = None,
    ) -> Value:
        """What customers brought and may still bring; `discount` is in per cent a year.

        The models know what was before `until`. Raises PlanError, DataError or QuestionError.
        """
        return value_of(
            self.project, by=by or (), months=months, discount=discount, until=until, where=where
        )


def open_plan(path: str | Path = "milepost.yaml") -> Opened:
    """Open a plan file. Raises PlanError with every mistake in it, QuestionError for no path."""
    if not isinstance(path, str | os.PathLike):
        raise QuestionError(f"path {shown(path)} is not a plan's path, such as 'milepost.yaml'")
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
    answer's notes. Raises QuestionError, or DataError where every row was left out before its score.
    """
    names, cuts = names_of("metrics", metrics), names_of("by", by)
    question = question_of(
        metrics=names, by=cuts, every=every, against=against, confidence=confidence
    )
    if time is None and question.every not in (None, "all"):
        raise QuestionError(
            f"every {shown(every)} needs time, the name of the column with the days"
        )
    roles = {"score": score, "time": time, "customer": customer, "weight": weight}
    columns = {role: name for role, name in roles.items() if name is not None}
    attributes = {f"cut_{index}": name for index, name in enumerate(cuts)}
    table = taken(frame, {**columns, **attributes})
    asked = asked_of(names, scale=scale, good=good, missing=missing, labels=labels)
    with tempfile.TemporaryDirectory(prefix="milepost-") as folder:
        base = Path(folder)
        pq.write_table(table, base / "frame.parquet")
        source = _source(asked, columns, attributes)
        project = _project(source, every=period("every", every), base=base)
        facts = refresh(project)
        _refuse_unread(facts.built["frame"].account)
        with connected() as con:
            found = answered(reader(con, facts), replace(question, by=tuple(attributes)))
    account = facts.built["frame"].account
    notes = _left_out(account) if table.num_rows else ("the frame holds no rows",)
    return _named(replace(found, question=question), attributes, notes)


def _source(asked: Asked, columns: Mapping[str, str], attributes: Mapping[str, str]) -> Source:
    """The frame as a source; its columns bear the names of what they are for."""
    roles = {"answered_at": "time", "customer_id": "customer", "weight": "weight"}
    return Source.model_validate({
        "name": "frame", "fact": "responses", "from": "frame.parquet",
        "dated": None if "time" in columns else clock.now().date() - timedelta(days=1),
        "columns": {fact: role for fact, role in roles.items() if role in columns},
        "attributes": {name: name for name in attributes}, "questions": (asked,),
    })  # fmt: skip


def _project(source: Source, *, every: Period, base: Path) -> Project:
    # The rows are the caller's own: nothing is hidden from who holds them.
    plan = Plan(
        company=Company(name="frame"), every=every, sources=(source,), privacy=Privacy(min_group=1)
    )
    return project_of(Draft(Path("frame"), plan, (), {}), plan, base=base)


def _named(found: Answer, cuts: Mapping[str, str], notes: tuple[str, ...]) -> Answer:
    cells = tuple(
        replace(cell, by={cuts.get(name, name): value for name, value in cell.by.items()})
        for cell in found.cells
    )
    return replace(found, cells=cells, notes=notes)


def _refuse_unread(account: Account) -> None:
    if account.records and account.rejected_records == account.records:
        raise DataError(f"no row can be measured: {'; '.join(_left_out(account))}")


def _left_out(account: Account) -> tuple[str, ...]:
    rejected = [*account.rejected, *(r for q in account.questions for r in q.rejected)]
    blank = sum(sum(q.not_answered.values()) for q in account.questions)
    told = [f"{r.count:,} rows left out: {r.column}: {r.reason}" for r in rejected]
    return tuple(told + ([f"{blank:,} rows without an answer"] if blank else []))
