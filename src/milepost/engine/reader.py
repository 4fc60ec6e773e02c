"""A reader: a project's facts as views on a connection, in one consistent state of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from milepost.engine import sql
from milepost.engine.facts import Facts
from milepost.engine.mapping.account import Account
from milepost.engine.project import Project, fact_behind
from milepost.metrics.definition import Metric
from milepost.plan.model import Source


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
        return bool(self.bringing(metric))

    def bringing(self, metric: Metric) -> list[Source]:
        """The sources of a metric's fact that map the columns without which it is not known."""
        return self.project.bringing(metric) if fact_behind(metric) in self.columns else []

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

    def last_day(self, fact: str, before: date) -> date | None:
        """The last day with rows of a fact before a day."""
        query = sql.select(sql.sql("max(day)")).from_(sql.table(fact))
        found: date | None = self.rows(query.where(sql.sql("day < :d", d=sql.day(before))))[0][0]
        return found


def reader(con: duckdb.DuckDBPyConnection, project: Project, facts: Facts) -> Reader:
    """The project's facts as views on a connection."""
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
