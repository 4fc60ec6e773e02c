"""From a question to numbers: the sums of each cell and period, and the estimates made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import numpy as np

from milepost import clock
from milepost.engine import query, sql
from milepost.engine.facts import Facts
from milepost.engine.mapping.account import Account
from milepost.engine.project import Project, fact_behind
from milepost.engine.query import BUCKET, PROTECTED, ROWS, UNITS, Sheet
from milepost.engine.question import Question
from milepost.engine.sql import Tree
from milepost.errors import DataError, QuestionError, UnknownName
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Array, BucketSums, Estimate
from milepost.plan import expressions
from milepost.plan.calendar import Span
from milepost.plan.model import Period

BUCKETS = 128
# Beyond this many groups the customers' buckets are not crossed with every key.
MOST_GROUPS = 4_000_000

By = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What a number is about: the metric at a touchpoint (None: the company), cut by segments."""

    metric: str
    touchpoint: str | None
    by: By


@dataclass(frozen=True, slots=True)
class Measured:
    """One number: the sums of a place in a period, and the estimate made of them.

    `respondents` counts distinct customers; `protected` says that rows of employees or of
    unidentified people are among them; `known` that some customers are identified.
    """

    place: Place
    span: Span
    complete: bool
    estimate: Estimate | None
    sums: BucketSums
    rows: int
    respondents: int
    protected: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """A connection on which a project's facts are views, for one consistent state of them."""

    con: duckdb.DuckDBPyConnection
    project: Project
    facts: Facts
    columns: Mapping[str, tuple[str, ...]]

    def has(self, metric: Metric) -> bool:
        """Whether any source brings the fact that a metric stands on."""
        return fact_behind(metric) in self.columns

    def last_day(self, fact: str, before: date) -> date | None:
        """The last day with rows of a fact before a day."""
        if fact not in self.columns:
            return None
        found = self.con.execute(
            sql.render(
                sql.select(sql.sql("max(day)"))
                .from_(sql.table(fact))
                .where(sql.sql("day < CAST(:d AS DATE)", d=sql.text(before.isoformat())))
            )
        ).fetchall()
        return found[0][0] if found else None


def reader(con: duckdb.DuckDBPyConnection, project: Project, facts: Facts) -> Reader:
    """The project's facts as views on a connection."""
    by_fact: dict[str, list[str]] = {}
    for built in facts.built.values():
        path = project.store.facts / built.file
        by_fact.setdefault(built.account.fact, []).append(str(path))
    columns = {fact: _view(con, fact, paths) for fact, paths in by_fact.items()}
    return Reader(con, project, facts, columns)


def measure(
    reader: Reader, metric: Metric, question: Question, *, spans: tuple[Span, ...]
) -> list[Measured]:
    """All numbers of one metric over the spans, every level and segment the question asks for."""
    if not spans:
        return []
    if not reader.has(metric):
        return list(_of_invited(reader, metric, question, spans))
    sheet = _sheet(reader, metric, question, spans)
    return list(_measured(reader, sheet, question, _fetch(reader.con, sheet)))


def spans_of(reader: Reader, metrics: Iterable[Metric], question: Question) -> tuple[Span, ...]:
    """The periods a question asks for, in order; empty where no data is."""
    project, today = reader.project, clock.today(reader.project.plan.company.timezone)
    facts = sorted({_dated_by(reader, metric) for metric in metrics} & set(reader.columns))
    days = [_days(reader.con, fact) for fact in facts]
    first = min((low for low, _ in days if low), default=None)
    last = max((high for _, high in days if high), default=None)
    if first is None or last is None:
        return ()
    every = question.every or project.plan.every
    if question.rolling:
        until = question.until or min(date.fromordinal(last.toordinal() + 1), today)
        return (Span(until - question.rolling, until, "all"),)
    if question.since or question.until or (question.every and question.metrics):
        since = question.since or first
        until = question.until or date.fromordinal(max(last, since).toordinal() + 1)
        if until <= since:
            raise QuestionError(f"--until {until} must be after --since {since}")
        last_wanted = date.fromordinal(until.toordinal() - 1)
        if every == "all":
            return (Span(since, until, "all"),)
        return project.calendar.spans(since, last_wanted, every)
    return latest(reader, facts, today, every)


def latest(reader: Reader, facts: Sequence[str], today: date, every: Period) -> tuple[Span, ...]:
    """The latest complete period that holds data, else the running one."""
    project = reader.project
    if every == "all":
        days = [_days(reader.con, fact) for fact in facts]
        low = min(low for low, _ in days if low)
        high = max(high for _, high in days if high)
        return (Span(low, date.fromordinal(high.toordinal() + 1), "all"),)
    running = project.calendar.span_of(today, every)
    found = [reader.last_day(fact, running.since) for fact in facts]
    last = max((day for day in found if day), default=None)
    return (project.calendar.span_of(last, every) if last else running,)


def _dated_by(reader: Reader, metric: Metric) -> str:
    """The fact whose days are the metric's: the responses where `invited` stands for invitations."""
    return "responses" if metric.invited and not reader.has(metric) else fact_behind(metric)


def _of_invited(
    reader: Reader, metric: Metric, question: Question, spans: Sequence[Span]
) -> Iterator[Measured]:
    """The metric from the numbers of people `invited` that sources state, for the company."""
    if not metric.invited or question.by or question.where or question.touchpoint:
        return
    today = clock.today(reader.project.plan.company.timezone)
    for span in spans:
        stated = invited(reader, span)
        if stated is None:
            continue
        sums = BucketSums({
            "n": np.array([float(stated.people)]), "answered": np.array([float(stated.responses)])
        })  # fmt: skip
        yield Measured(
            place=Place(metric.name, None, ()), span=span, complete=span.until <= today,
            estimate=metric.estimator.estimate(sums, conf=question.confidence), sums=sums,
            rows=stated.people, respondents=stated.responses, protected=False, known=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Invited:
    """How many people sources say they invited, and how many different responses came back."""

    people: int
    responses: int


def invited(reader: Reader, span: Span) -> Invited | None:
    """The sources that state `invited` and lie wholly within a period; None without any."""
    names = [
        built.account.source
        for built in reader.facts.built.values()
        if built.account.invited and _within(built.account, span)
    ]
    if not names:
        return None
    people = sum(reader.facts.built[name].account.invited or 0 for name in names)
    counted = (
        sql.select(sql.sql("count(DISTINCT (_source, response_id))"))
        .from_(sql.table("responses"))
        .where(sql.one_of(sql.column("_source"), names))
    )
    responses = int(reader.con.execute(sql.render(counted)).fetchall()[0][0])
    if responses > people:
        raise DataError(
            f"source '{names[0]}': {responses:,} responses of {people:,} invited;"
            " 'invited' must be the number of people asked"
        )
    return Invited(people, responses)


def _within(account: Account, span: Span) -> bool:
    if account.first_day is None or account.last_day is None:
        return False
    return span.since.isoformat() <= account.first_day and account.last_day < span.until.isoformat()


def _view(con: duckdb.DuckDBPyConnection, fact: str, paths: Sequence[str]) -> tuple[str, ...]:
    listed = ", ".join(sql.render(sql.text(path)) for path in sorted(paths))
    name = sql.render(sql.table(fact))
    con.execute(
        f"CREATE OR REPLACE VIEW {name} AS"
        f" SELECT * FROM read_parquet([{listed}], union_by_name = true)"
    )
    return tuple(row[0] for row in con.execute(f"DESCRIBE {name}").fetchall())


def _days(con: duckdb.DuckDBPyConnection, fact: str) -> tuple[date | None, date | None]:
    query_ = sql.select(sql.sql("min(day)"), sql.sql("max(day)")).from_(sql.table(fact))
    first, last = con.execute(sql.render(query_)).fetchall()[0]
    return first, last


def _sheet(reader: Reader, metric: Metric, question: Question, spans: tuple[Span, ...]) -> Sheet:
    fact = fact_behind(metric)
    columns = reader.columns[fact]
    for name in question.by:
        if name not in columns or name.startswith("_"):
            raise UnknownName("segment", name, segments(reader, fact))
    if question.touchpoint and reader.project.touchpoint(question.touchpoint) is None:
        names = [point.name for point in reader.project.plan.touchpoints]
        raise UnknownName("touchpoint", question.touchpoint, names)
    return Sheet(
        metric=metric, spans=spans, calendar=reader.project.calendar,
        asked=reader.project.asked(metric.question_type) if metric.question_type else set(),
        by=question.by, levels=not question.pooled, touchpoint=question.touchpoint,
        weighted=not question.unweighted and _weighted(reader, fact, metric),
        filter=_filter(question.where, columns) if question.where else None,
    )  # fmt: skip


def segments(reader: Reader, fact: str) -> list[str]:
    """The names by which a fact's rows can be cut: attributes and shared text columns."""
    attributes = {name for s in reader.project.plan.sources for name in s.attributes}
    return sorted((attributes | {"channel", "account_id"}) & set(reader.columns[fact]))


def _filter(where: str, columns: Sequence[str]) -> Tree:
    tree = expressions.parse(where)
    for alias, name in expressions.columns_of(tree):
        if alias or name not in columns:
            shown = f"{alias}.{name}" if alias else name
            raise UnknownName("column", shown, [c for c in columns if not c.startswith("_")])
    return tree


def _weighted(reader: Reader, fact: str, metric: Metric) -> bool:
    accounts = [built.account for built in reader.facts.built.values()]
    return metric.survey and any(a.weighted for a in accounts if a.fact == fact)


def _fetch(con: duckdb.DuckDBPyConnection, sheet: Sheet) -> dict[str, list[Any]]:
    table = con.sql(sql.render(query.sums_query(sheet))).to_arrow_table()
    found: dict[str, list[Any]] = table.to_pydict()
    return found


Key = tuple[Any, ...]


@dataclass(slots=True)
class _Cell:
    """The bucket sums of one key while its rows come in."""

    plain: dict[str, Array]
    weighted: dict[str, Array] | None
    rows: int = 0
    units: int = 0
    protected: int = 0


def _cells(sheet: Sheet, columns: Mapping[str, list[Any]]) -> dict[Key, _Cell]:
    names = list(sheet.metric.sums)
    keys = [columns[name] for name in sheet.keys if name != BUCKET]
    cells: dict[Key, _Cell] = {}
    for row, key in enumerate(zip(*keys, strict=True)):
        cell = cells.get(key) or cells.setdefault(key, _empty(names, sheet.weighted))
        bucket = columns[BUCKET][row]
        for name in names:
            cell.plain[name][bucket] += columns[name][row] or 0
            if cell.weighted is not None:
                cell.weighted[name][bucket] += columns[query.WEIGHTED + name][row] or 0
        cell.rows += columns[ROWS][row]
        cell.units += columns[UNITS][row]
        cell.protected += columns[PROTECTED][row]
    return cells


def _empty(names: Sequence[str], weighted: bool) -> _Cell:
    plain = {name: np.zeros(BUCKETS) for name in names}
    return _Cell(plain, {name: np.zeros(BUCKETS) for name in names} if weighted else None)


def _measured(
    reader: Reader, sheet: Sheet, question: Question, columns: Mapping[str, list[Any]]
) -> Iterator[Measured]:
    cells = _cells(sheet, columns)
    if sheet.levels and not sheet.metric.survey and question.touchpoint is None:
        cells = _with_company(cells)
    if sheet.metric.split:
        cells = _shared_out(cells, sheet)
    today = clock.today(reader.project.plan.company.timezone)
    spans = {span.since: span for span in sheet.spans}
    choices = _choices(cells, sheet)
    for key, cell in sorted(cells.items(), key=lambda item: _order(item[0])):
        touchpoint, period, *by = key if sheet.levels else (None, *key)
        if period not in spans:
            continue
        place = Place(sheet.metric.name, touchpoint, tuple(zip(_by(sheet), by, strict=True)))
        sums = BucketSums(
            cell.plain, cell.weighted, repeats=cell.units < cell.rows,
            population=_population(reader.project, sheet.metric, place, question),
        )  # fmt: skip
        conf = 1 - (1 - question.confidence) / choices[_without_split(key, sheet)]
        yield Measured(
            place=place, span=spans[period], complete=spans[period].until <= today,
            estimate=sheet.metric.estimator.estimate(sums, conf=conf), sums=sums,
            rows=cell.rows, respondents=cell.units, protected=cell.protected > 0,
            known=cell.protected < cell.rows,
        )  # fmt: skip


def _by(sheet: Sheet) -> tuple[str, ...]:
    return (*sheet.by, sheet.metric.split) if sheet.metric.split else sheet.by


def _without_split(key: Key, sheet: Sheet) -> Key:
    return key[:-1] if sheet.metric.split else key


def _choices(cells: Mapping[Key, _Cell], sheet: Sheet) -> dict[Key, int]:
    """How many shares are read together: Goodman's intervals hold for all of them at once."""
    found: dict[Key, int] = {}
    for key in cells:
        whole = _without_split(key, sheet)
        found[whole] = found.get(whole, 0) + 1
    return found


def _shared_out(cells: Mapping[Key, _Cell], sheet: Sheet) -> dict[Key, _Cell]:
    """Each value's rows beside all rows of its cell, which are its denominator."""
    wholes: dict[Key, _Cell] = {}
    for key, cell in cells.items():
        whole = _without_split(key, sheet)
        wholes[whole] = _added(wholes[whole], cell) if whole in wholes else cell
    return {
        key: replace(
            cell, rows=wholes[key[:-1]].rows, units=wholes[key[:-1]].units,
            protected=wholes[key[:-1]].protected,
            plain={**cell.plain, "all": wholes[key[:-1]].plain["n"]},
            weighted={**cell.weighted, "all": _of(wholes[key[:-1]])["n"]}
            if cell.weighted is not None else None,
        )
        for key, cell in cells.items()
    }  # fmt: skip


def _of(cell: _Cell) -> dict[str, Array]:
    return cell.weighted if cell.weighted is not None else cell.plain


def _with_company(cells: Mapping[Key, _Cell]) -> dict[Key, _Cell]:
    """Operational metrics at company level take all rows, those of touchpoints too."""
    found = {key: cell for key, cell in cells.items() if key[0] is not None}
    for key, cell in cells.items():
        company = (None, *key[1:])
        found[company] = _added(found[company], cell) if company in found else cell
    return found


def _added(a: _Cell, b: _Cell) -> _Cell:
    plain = {name: a.plain[name] + b.plain[name] for name in a.plain}
    weighted = None
    if a.weighted is not None and b.weighted is not None:
        weighted = {name: a.weighted[name] + b.weighted[name] for name in a.weighted}
    return _Cell(plain, weighted, a.rows + b.rows, a.units + b.units, a.protected + b.protected)


def _population(project: Project, metric: Metric, place: Place, question: Question) -> float | None:
    """How many employees could have answered, where the headcount says so."""
    heads = project.plan.company.headcount
    if heads is None or metric.question_type not in ("enps", "esat") or place.touchpoint:
        return None
    if question.where:
        return None
    if not place.by:
        return float(heads.total)
    if len(place.by) == 1:
        name, value = place.by[0]
        return _head(heads.model_extra or {}, name, value)
    return None


def _head(counts: Mapping[str, Any], name: str, value: str | None) -> float | None:
    found = counts.get(name)
    if not isinstance(found, Mapping) or value not in found:
        return None
    return float(found[value])


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((part is not None, str(part)) for part in key)
