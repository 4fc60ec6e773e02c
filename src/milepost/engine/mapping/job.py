"""What a build carries from step to step: the source with its places, and the records mapped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from milepost.engine.collected.current import Collected
from milepost.engine.mapping.binding import Place
from milepost.engine.mapping.targets import Target
from milepost.plan.facts import FactShape
from milepost.plan.model import Company, Source

Connection = duckdb.DuckDBPyConnection
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A source to build: where it is in the plan, its fact, where files are and go.

    `collected` is what our own server brought, where the source is no file of the company's.
    """

    source: Source
    place: Place
    fact: FactShape
    company: Company
    base: Path
    scratch: Path
    touchpoints: tuple[str, ...]
    progress: Progress
    collected: Collected | None = None

    @property
    def unique(self) -> tuple[str, ...]:
        """The columns that no two rows share; none where every record is its own."""
        if self.fact.key is None:
            return ()
        return (self.fact.key, "question") if self.ready_answers else (self.fact.key,)

    @property
    def ready_answers(self) -> bool:
        """Whether its records are answers already, one a question, instead of what was filled in."""
        return self.collected is not None and self.fact.name == "responses"

    @property
    def alias(self) -> str:
        return self.source.as_ or self.source.name

    @property
    def timezone(self) -> str:
        return self.source.read.timezone or self.company.timezone


@dataclass(frozen=True, slots=True)
class Mapped:
    """One set of records: their view, that view before repeats were marked, and their lines' view.

    `kept_types` are the columns that they pass on unread, with DuckDB's types.
    """

    view: str
    raw: str
    rows: str
    targets: tuple[Target, ...]
    kept_types: dict[str, str]
