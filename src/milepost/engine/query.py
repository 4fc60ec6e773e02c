"""From a metric and a question to SQL: one aggregation that brings all its sums, by bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import sqlglot
from sqlglot import exp

from milepost.engine import hours, sql
from milepost.engine.mapping.account import EXPOSED
from milepost.engine.sql import Tree
from milepost.engine.starts import start_of
from milepost.metrics import boxes
from milepost.metrics.definition import IN_BOTTOM, IN_TOP, Metric
from milepost.metrics.derived import Derived
from milepost.metrics.quantile import Quantile
from milepost.plan.calendar import Calendar, Span
from milepost.plan.model import Weekday
from milepost.stats.histogram import LOG_GAMMA, ZERO_BIN

# What a fact's rows carry beside their own columns.
TOUCHPOINT, PERIOD, BUCKET = "touchpoint", "_period", "bucket"
ROWS, UNITS, PROTECTED, KNOWN = "_rows", "_units", "_protected", "_known"
WEIGHTS = "_weights"
BIN, ENDED, WAITING = "_bin", "_ended", "_open"
WEIGHTED = "_weighted_"

Asked = set[tuple[tuple[int, int] | None, str]]


@dataclass(frozen=True)
class Sheet:
    """The keys by which one metric is added up.

    `spans` are the periods wanted, in order; `filter` is the question's own condition. `units`
    False leaves out the count of distinct customers, where it is known that none repeats; `guard`
    False leaves out the counts of protected and of identified rows, where it is known that all
    are of identified customers; `split` False adds up the
    values of the metric's split. `sources` are those that bring what the metric needs; `known` is
    the last day of which its facts tell anything. `hidden` are columns of the sources' own that
    the metric's derived fact makes anew.
    """

    metric: Metric
    spans: tuple[Span, ...]
    calendar: Calendar
    asked: Asked
    timezone: str = "UTC"
    hours: Mapping[Weekday, str] | None = None
    brand: str | None = None
    known: date | None = None
    sources: tuple[str, ...] | None = None
    hidden: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    levels: bool = True
    buckets: bool = True
    units: bool = True
    guard: bool = True
    split: bool = True
    weighted: bool = False
    touchpoint: str | None = None
    filter: Tree | None = None

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of the key columns, in order."""
        split = (self.metric.split,) if self.metric.split and self.split else ()
        levels = (TOUCHPOINT,) if self.levels else ()
        buckets = (BUCKET,) if self.buckets else ()
        return (*levels, PERIOD, *self.by, *split, *buckets)

    def told(self, total: str) -> str:
        """The name of a sum's column; a segment may have the same name, and begins with a letter."""
        return f"_{total}" if total in self.keys else total


def sums_query(sheet: Sheet) -> exp.Select:
    """The query that adds a metric's sums up by its keys."""
    metric = sheet.metric
    unit = sql.sql("unit")
    if metric.cluster:
        unit = sql.sql("coalesce(:c, CAST(unit AS VARCHAR))", c=sql.column(metric.cluster))
    counted = [sql.sql("count(DISTINCT :u) AS _units", u=unit)] if sheet.units else []
    counted += [sql.sql("count(weight) AS _weights")] if sheet.weighted else []
    guard = _guard(metric) if sheet.guard else []
    query = sql.select(
        *_keys(sheet),
        *(sql.named(_double(tree), sheet.told(name)) for name, tree in _sums(sheet).items()),
        *(sql.named(_double(weighted(tree)), WEIGHTED + name)
          for name, tree in _sums(sheet).items() if sheet.weighted),
        sql.sql("count(*) AS _rows"),
        *counted,
        *guard,
    ).from_(fact_of(sheet), copy=False)  # fmt: skip
    for condition in conditions(sheet):
        query = query.where(condition, copy=False)
    keys = (exp.Literal.number(n + 1) for n in range(len(sheet.keys)))
    return query.group_by(*keys, copy=False)


def histogram_query(sheet: Sheet, of: Quantile) -> exp.Select:
    """The query that counts a quantile's values by the sheet's keys and the bins of a histogram.

    Values that are not known, and negative ones, which a wrong clock makes, are left out.
    """
    value = filled(parsed(of.of), sheet)
    reached = filled(parsed(of.open), sheet) if of.open else exp.null()
    rows = sql.select(
        *_keys(sheet),
        sql.named(sql.sql("coalesce(:v, :r)", v=value, r=reached), "_value"),
        sql.named(sql.sql("CASE WHEN :v IS NULL THEN 0 ELSE 1 END", v=value), "_ended"),
    ).from_(fact_of(sheet), copy=False)
    for condition in conditions(sheet):
        rows = rows.where(condition, copy=False)
    kept = sql.select("*").from_(rows.subquery("valued", copy=False), copy=False)
    kept = kept.where(sql.sql("_value >= 0"), copy=False)
    counted = sql.select(
        *(sql.column(name) for name in sheet.keys),
        sql.named(sql.sql(_BIN, log_gamma=sql.number(LOG_GAMMA), zero=sql.number(ZERO_BIN)), BIN),
        sql.sql("CAST(sum(_ended) AS DOUBLE) AS _ended"),
        sql.sql("CAST(sum(1 - _ended) AS DOUBLE) AS _open"),
    ).from_(kept.subquery("kept", copy=False), copy=False)
    keys = (exp.Literal.number(n + 1) for n in range(len(sheet.keys) + 1))
    return counted.group_by(*keys, copy=False)


_BIN = "CASE WHEN _value > 0 THEN CAST(ceil(ln(_value) / :log_gamma) AS BIGINT) ELSE :zero END"


def combinations_query(sheet: Sheet) -> exp.Select:
    """How many combinations of the sheet's keys the fact holds, periods and buckets aside."""
    names = [name for name in sheet.keys if name not in (PERIOD, BUCKET)]
    found = sql.select(*(sql.column(name) for name in names)).distinct().from_(fact_of(sheet))
    for condition in _asked_of(sheet):
        found = found.where(condition)
    return sql.select(sql.sql("count(*)")).from_(found.subquery("found"))


def _double(total: Tree) -> Tree:
    """Whole numbers are added exactly first; engines give them types of their own."""
    return exp.cast(total.copy(), "DOUBLE", dialect="duckdb")


def weighted(tree: Tree) -> Tree:
    """A sum with every row counted by its weight."""

    def weigh(node: Tree) -> Tree:
        if isinstance(node, exp.Sum):
            return sql.sql("sum(:x * coalesce(weight, 1))", x=node.this)
        if isinstance(node, exp.Count):
            if isinstance(node.this, exp.Star):
                return sql.sql("sum(coalesce(weight, 1))")
            return sql.sql(
                "sum(CASE WHEN :x IS NOT NULL THEN coalesce(weight, 1) ELSE 0 END)", x=node.this
            )
        return node

    return tree.transform(weigh)


@cache
def parsed(expression: str) -> Tree:
    """A definition's SQL as a tree, which is never changed: filling its holes makes another."""
    return sqlglot.parse_one(expression, dialect="duckdb")


def boxed(tree: Tree, metric: Metric, asked: Asked) -> Tree:
    """The tree with the box rule in place of its marks, for the scales that are asked."""
    if metric.boxes is None:
        return tree

    def place(node: Tree) -> Tree:
        if isinstance(node, exp.Column) and node.name in (IN_TOP, IN_BOTTOM):
            return _box(metric.boxes, node.name, asked)
        return node

    return tree.transform(place)


def _box(rule: boxes.BoxRule | None, mark: str, asked: Asked) -> Tree:
    scales = sorted((scale, good) for scale, good in asked if scale)
    branches = []
    for scale, good in scales:
        found = rule.of(scale, good=good) if rule else boxes.general(scale)
        low, high = found.top if mark == IN_TOP else found.bottom
        inside = _inside(low, high, scale)
        if len(scales) > 1:
            here = sql.sql(
                "scale = :s AND good = :g", s=sql.text(boxes.label(scale)), g=sql.text(good)
            )
            inside = sql.all_of([here, inside])
        branches.append((inside, sql.number(1)))
    return sql.case(branches, sql.number(0))


def _inside(low: int, high: int, scale: tuple[int, int]) -> Tree:
    """The scores of a box; scores are on their scale already, so one bound is enough at its ends."""
    if high == scale[1]:
        return sql.sql("score >= :low", low=sql.number(low))
    if low == scale[0]:
        return sql.sql("score <= :high", high=sql.number(high))
    return sql.sql("score BETWEEN :low AND :high", low=sql.number(low), high=sql.number(high))


def _sums(sheet: Sheet) -> dict[str, Tree]:
    return {
        name: filled(boxed(parsed(text), sheet.metric, sheet.asked), sheet)
        for name, text in sheet.metric.sums.items()
    }


def _keys(sheet: Sheet) -> list[Tree]:
    made: list[Tree] = []
    for name in sheet.keys:
        made.append(sql.named(_key(sheet, name), name))
    return made


def _key(sheet: Sheet, name: str) -> Tree:
    if name == PERIOD:
        return _period(sheet)
    if name == BUCKET and sheet.metric.cluster:
        return sql.sql(_BUCKET_OF, c=sql.column(sheet.metric.cluster))
    return sql.column(name)


# The bucket of a cluster's name, as that of a customer's; a row without any keeps its own.
_BUCKET_OF = "coalesce(CAST(CAST('0x' || left(md5(:c), 8) AS UBIGINT) & 127 AS UTINYINT), bucket)"


def _period(sheet: Sheet) -> Tree:
    """The first day of the row's period."""
    day = sql.column("day")
    every = sheet.spans[0].every
    if _at_starts(sheet):
        return day
    if every != "all":
        return start_of(day, every, sheet.calendar)
    within = [
        (
            sql.sql(
                "day >= :since AND day < :until", since=sql.day(s.since), until=sql.day(s.until)
            ),
            sql.day(s.since),
        )
        for s in sheet.spans
    ]
    return sql.case(within)


def _at_starts(sheet: Sheet) -> bool:
    """Whether the days are first days of periods already, of which a row may make many."""
    derived, calendar = sheet.metric.derived, sheet.calendar
    return derived is not None and derived.by_period and all(
        span.every == "all" or calendar.span_of(span.since, span.every).since == span.since
        for span in sheet.spans
    )  # fmt: skip


def conditions(sheet: Sheet) -> list[Tree]:
    """What a row has to meet to be counted in any of the sheet's cells."""
    own = [filled(parsed(sheet.metric.where), sheet)] if sheet.metric.where != "TRUE" else []
    return own + _asked_of(sheet)


def _asked_of(sheet: Sheet) -> list[Tree]:
    """The conditions of the question, whatever the metric's own."""
    since, until = sheet.spans[0].since, sheet.spans[-1].until
    found = [
        sql.sql("day >= :d", d=sql.day(since)),
        sql.sql("day < :d", d=sql.day(until)),
    ]
    found += _of_levels(sheet)
    if sheet.filter is not None:
        # Trees are put together without a copy: what is not of this query alone is copied here.
        found.append(sheet.filter.copy())
    return found if sheet.metric.derived else found + _of_sources(sheet)


def _of_levels(sheet: Sheet) -> list[Tree]:
    """The condition on where: the touchpoint asked for; without one, any, for what is no answer."""
    if sheet.touchpoint:
        return [sql.sql("touchpoint = :t", t=sql.text(sheet.touchpoint))]
    if sheet.levels and not sheet.metric.survey:
        return [sql.sql("touchpoint IS NOT NULL")]
    return []


def _of_sources(sheet: Sheet) -> list[Tree]:
    """The condition on a stored fact's rows: that their source brings what the metric needs."""
    if sheet.sources is None:
        return []
    return [sql.one_of(sql.column("_source"), sheet.sources)]


def _guard(metric: Metric) -> list[Tree]:
    """How many rows may be shown in groups only, and how many are of identified customers."""
    known = sql.named(sql.sql("count(customer_id)"), KNOWN)
    if metric.fact != "responses":
        return [sql.named(sql.number(0), PROTECTED), known]
    return [sql.named(sql.sql(EXPOSED), PROTECTED), known]


def fact_of(sheet: Sheet) -> Tree:
    """The rows a sheet's metric is made of, before any condition."""
    if sheet.metric.derived is None:
        return sql.table(sheet.metric.fact)
    return derived_query(sheet.metric.derived, sheet).subquery(sheet.metric.derived.name)


def derived_query(derived: Derived, sheet: Sheet) -> exp.Query:
    """The SELECT behind a derived fact, one row a unit: of the company, or at each touchpoint."""
    level = sql.column(TOUCHPOINT) if sheet.levels else sql.null("text")
    every = exp.Star(except_=[sql.column(name) for name in sheet.hidden])
    rows = sql.select(every, sql.named(level, "level")).from_(sql.table(sheet.metric.fact))
    for condition in (*_of_sources(sheet), *_of_levels(sheet)):
        rows = rows.where(condition, copy=False)
    made = exp.Subquery(this=filled(_ordered(derived, sheet), sheet), alias="made")
    whole = sql.select("*").from_(made, copy=False)
    whole = whole.with_("rows", as_=rows, copy=False)
    asks = any(table.name == "periods" for table in made.find_all(exp.Table))
    return whole.with_("periods", as_=_periods(sheet.spans), copy=False) if asks else whole


def _ordered(derived: Derived, sheet: Sheet) -> Tree:
    """The SELECT, without telling ties apart where nobody asks for attributes: half of its time."""
    tree = parsed(derived.select).copy()
    if derived.tie and not sheet.by and sheet.filter is None:
        for one in list(tree.find_all(exp.Ordered)):
            if isinstance(one.this, exp.Column) and one.this.name == derived.tie:
                one.pop()
    return tree


@cache
def made_by(derived: Derived) -> frozenset[str]:
    """The names, in small letters, of the columns that a derived fact's SELECT makes."""
    named = {alias.alias.lower() for alias in parsed(derived.select).find_all(exp.Alias)}
    return frozenset({*named, "level", "since", "until"})


def filled(tree: Tree, sheet: Sheet) -> Tree:
    """The tree with what the question and the metric say in place of its holes."""
    holes: dict[str, Tree] = {
        "known": sql.day(sheet.known) if sheet.known else sql.null("date"),
        "timezone": sql.text(sheet.timezone),
        "brand": sql.text(sheet.brand) if sheet.brand else sql.null("text"),
        **{name: sql.number(value) for name, value in sheet.metric.parameters.items()},
    }
    return hours.worked(sql.fill(tree, holes), sheet.hours, timezone=sheet.timezone)


def _periods(spans: Sequence[Span]) -> exp.Query:
    parts = [
        sql.select(sql.named(sql.day(s.since), "since"), sql.named(sql.day(s.until), "until"))
        for s in spans
    ]
    return sql.union(parts)
