"""What a build carries from step to step: the source with its places, and the records mapped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from milepost.engine.mapping.targets import Place, Target
from milepost.plan.facts import FactShape
from milepost.plan.model import Company, Source

Connection = duckdb.DuckDBPyConnection
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A source to build: where it is in the plan, its fact, where files are and go."""

    source: Source
    place: Place
    fact: FactShape
    company: Company
    base: Path
    scratch: Path
    touchpoints: tuple[str, ...]
    progress: Progress

    @property
    def alias(self) -> str:
        return self.source.as_ or self.source.name

    @property
    def timezone(self) -> str:
        return self.source.read.timezone or self.company.timezone


@dataclass(frozen=True, slots=True)
class Mapped:
    """One set of records: the view that holds them, what was kept, how answers are written."""

    view: str
    targets: tuple[Target, ...]
    answer_types: dict[str, str]
