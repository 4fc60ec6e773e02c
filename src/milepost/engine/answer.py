"""From a question to numbers: the sums of each cell and period, and the estimates made of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb
import numpy as np

from milepost import clock
from milepost.engine import query, sql
from milepost.engine.cells import BUCKETS, Cell, Key, cells_of, shared_out, wholes_of, with_company
from milepost.engine.facts import Facts
from milepost.engine.mapping.account import Account
from milepost.engine.project import Project, fact_behind
from milepost.engine.query import Sheet
from milepost.engine.question import Question
from milepost.engine.sql import Tree
from milepost.errors import DataError, QuestionError, UnknownName
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import BucketSums, Design, Estimate, Ratio
from milepost.plan import expressions
from milepost.plan.calendar import Span
from milepost.plan.model import Period, Source

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
    """A connection on which a project's facts are views, for one consistent state of them.

    `told` keeps what was measured: pages and scorecards ask for the same numbers in parts.
    """

    con: duckdb.DuckDBPyConnection
    project: Project
    facts: Facts
    columns: Mapping[str, tuple[str, ...]]
    told: dict[Hashable, tuple[tuple[Span, ...], list[Measured]]] = field(default_factory=dict)

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
    key = (metric.name, spans[0].every, replace(question, metrics=(), every=None, rolling=None,
                                                since=None, until=None, against="previous"))  # fmt: skip
    told = reader.told.get(key, ((), []))
    if not set(spans) <= set(told[0]):
        sheet = _sheet(reader, metric, question, spans)
        told = reader.told[key] = spans, list(_measured(reader, sheet, question))
    wanted = set(spans)
    return [number for number in told[1] if number.span in wanted]


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
        units=not _bare(reader, metric, question),
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


def _bare(reader: Reader, metric: Metric, question: Question) -> bool:
    """Whether it is known without counting that no customer has two rows in any cell.

    The accounts know it of answers to one type of question at one touchpoint; customers of two
    sources may be the same.
    """
    if metric.fact != "responses" or metric.question_type is None or question.pooled:
        return False
    named = {b.account.source for b in reader.facts.built.values() if b.account.repeats}
    sources = [s for s in reader.project.plan.sources if s.fact == "responses"]
    return not any(s.name in named for s in sources) and sum(map(_identifies, sources)) <= 1


def _identifies(source: Source) -> bool:
    return any("customer_id" in columns for columns in (source.columns, *source.rows))


def _too_many(reader: Reader, sheet: Sheet) -> bool:
    """Whether the sheet's keys crossed with the customers' buckets make too many groups."""
    fact = fact_behind(sheet.metric)
    accounts = [built.account for built in reader.facts.built.values()]
    if sum(a.rows for a in accounts if a.fact == fact) <= MOST_GROUPS:
        return False
    combinations = 1
    if set(sheet.keys) > {query.PERIOD, query.BUCKET}:
        counted = sql.render(query.combinations_query(sheet))
        combinations = int(reader.con.execute(counted).fetchall()[0][0])
    return combinations * len(sheet.spans) * BUCKETS > MOST_GROUPS


def _cells(reader: Reader, sheet: Sheet, question: Question) -> dict[Key, Cell]:
    """The cells of a sheet, the company's own and the shares of a split included."""
    table = reader.con.sql(sql.render(query.sums_query(sheet))).to_arrow_table()
    found = cells_of(sheet, table)
    if sheet.levels and not sheet.metric.survey and question.touchpoint is None:
        found = with_company(found)
    return shared_out(found, wholes_of(found)) if sheet.metric.split else found


def _designs(reader: Reader, sheet: Sheet, question: Question) -> dict[Key, Design]:
    """The design effect of each touchpoint (and value of a split) over all periods together."""
    if isinstance(sheet.metric.estimator, Ratio):
        raise QuestionError(
            f"'{sheet.metric.name}' cannot be cut into so many cells at once; ask for longer"
            " periods, such as --every month, or for fewer segments"
        )
    whole = Span(sheet.spans[0].since, sheet.spans[-1].until, "all")
    cells = _cells(reader, replace(sheet, by=(), spans=(whole,), buckets=True), question)
    found = {}
    for key, cell in cells.items():
        sums = BucketSums(cell.plain, cell.weighted, repeats=cell.units < cell.rows)
        estimate = sheet.metric.estimator.estimate(sums, conf=question.confidence)
        if estimate:
            effect = estimate.n / estimate.n_eff if estimate.n_eff else 1.0
            found[_design_key(key, sheet)] = Design(effect, estimate.clusters)
    return found


def _design_key(key: Key, sheet: Sheet) -> Key:
    level = key[:1] if sheet.levels else ()
    return (*level, *key[-1:]) if sheet.metric.split else level


def _measured(reader: Reader, sheet: Sheet, question: Question) -> Iterator[Measured]:
    designs: dict[Key, Design] = {}
    if _too_many(reader, sheet):
        designs = _designs(reader, sheet, question)
        sheet = replace(sheet, buckets=False)
    cells = _cells(reader, sheet, question)
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
            design=designs.get(_design_key(key, sheet)),
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


def _choices(cells: Mapping[Key, Cell], sheet: Sheet) -> dict[Key, int]:
    """How many shares are read together: Goodman's intervals hold for all of them at once."""
    found: dict[Key, int] = {}
    for key in cells:
        whole = _without_split(key, sheet)
        found[whole] = found.get(whole, 0) + 1
    return found


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
