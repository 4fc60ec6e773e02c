"""A reader: a project's facts as views on a connection, in one consistent state of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from milepost import clock
from milepost.engine import sql
from milepost.engine.facts import Facts
from milepost.engine.mapping.account import Account
from milepost.engine.project import Project
from milepost.metrics.definition import Metric
from milepost.plan.model import Source

# The view of who passed which touchpoint when, made of what customers did.
PASSINGS = "passings"
# Times that lie in the future by their nature.
_AHEAD = ("due_at",)


@dataclass(frozen=True, slots=True)
class Reader:
    """A connection on which a project's facts are views.

    `columns` are those of each fact that some source brings. `told` keeps what was measured:
    pages and scorecards ask for the same numbers in parts.
    """

    con: duckdb.DuckDBPyConnection
    project: Project
    facts: Facts
    columns: Mapping[str, tuple[str, ...]]
    told: dict[Hashable, Any] = field(default_factory=dict)

    def has(self, metric: Metric) -> bool:
        """Whether any source brings all that a metric needs."""
        if metric.fact == PASSINGS:
            return all(map(self.brings, metric.reads))
        return bool(self.bringing(metric))

    def brings(self, wanted: str) -> bool:
        """Whether a fact is there, or a `fact.column` mapped by any of its sources."""
        fact, _, column = wanted.partition(".")
        if fact not in self.columns or not column:
            return fact in self.columns
        sources = self.project.plan.sources
        return any(s.fact == fact and column in s.mapped for s in sources)

    def bringing(self, metric: Metric) -> list[Source]:
        """The sources of a metric's fact that map the columns without which it is not known."""
        known = all(map(self.brings, metric.reads))
        return self.project.bringing(metric) if known else []

    def account(self, source: Source) -> Account:
        """Where the records of a source went."""
        return self.facts.built[source.name].account

    def rows(self, query: sql.Tree) -> list[tuple[Any, ...]]:
        """The rows that a query brings."""
        return self.con.execute(sql.render(query)).fetchall()

    def days(self, fact: str) -> tuple[date | None, date | None]:
        """The first and the last day of a fact."""
        query = sql.select(sql.sql("min(day)"), sql.sql("max(day)")).from_(sql.table(fact))
        first, last = self.rows(query)[0]
        return first, last

    def known(self, metric: Metric) -> date | None:
        """The last day of which the facts tell anything that a metric looks for, today at most.

        What happens later than that has not been seen, so that nobody knows whether it did.
        """
        looked_up = metric.derived.reads if metric.derived and metric.derived.reads else ()
        facts = [wanted.partition(".")[0] for wanted in looked_up or (metric.fact,)]
        days = [self.last(fact) for fact in facts]
        today = clock.today(self.project.plan.company.timezone)
        return min(max((day for day in days if day), default=today), today)

    def last(self, fact: str) -> date | None:
        """The last day of which a fact tells anything, by any of its times."""
        if ("last", fact) not in self.told:
            shape = self.project.facts.get(fact)
            moments = [
                sql.sql("max(CAST(:c AS DATE))", c=sql.column(name))
                for name, kind in (shape.columns if shape else {}).items()
                if kind == "time" and name not in _AHEAD
            ]
            query = sql.select(sql.sql("max(day)"), *moments).from_(sql.table(fact))
            found = [day for day in self.rows(query)[0] if day]
            self.told["last", fact] = max(found, default=None)
        day: date | None = self.told["last", fact]
        return day

    def last_day(self, fact: str, before: date) -> date | None:
        """The last day with rows of a fact before a day."""
        query = sql.select(sql.sql("max(day)")).from_(sql.table(fact))
        found: date | None = self.rows(query.where(sql.sql("day < :d", d=sql.day(before))))[0][0]
        return found


def reader(con: duckdb.DuckDBPyConnection, facts: Facts) -> Reader:
    """A project's facts as views on a connection."""
    project = facts.project
    by_fact: dict[str, list[str]] = {}
    for built in facts.built.values():
        path = project.store.facts / built.file
        by_fact.setdefault(built.account.fact, []).append(str(path))
    columns = {fact: _view(con, fact, paths) for fact, paths in by_fact.items()}
    return Reader(con, project, facts, columns)


def _view(con: duckdb.DuckDBPyConnection, fact: str, paths: Sequence[str]) -> tuple[str, ...]:
    listed = ", ".join(sql.render(sql.file(path)) for path in sorted(paths))
    name = sql.render(sql.table(fact))
    con.execute(
        f"CREATE OR REPLACE VIEW {name} AS"
        f" SELECT * FROM read_parquet([{listed}], union_by_name = true)"
    )
    return tuple(row[0] for row in con.execute(f"DESCRIBE {name}").fetchall())
