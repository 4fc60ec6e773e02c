"""What guessing starts from and what it gives: the sample, the guess and its doubts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from milepost.engine.guessing.dates import Dates
from milepost.engine.guessing.places import Stages, Stop
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Question
from milepost.engine.guessing.roles import Attribute


@dataclass(frozen=True, slots=True)
class Sample:
    """What was looked at: a file's first records and their columns; `whole` where that is all.

    `modified` is the day on which the file was written, at the latest yesterday: today is not
    over. `sheet` is the one looked at where a workbook has several.
    """

    stem: str
    columns: tuple[Profile, ...]
    records: int
    whole: bool
    modified: date
    rows: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person has to decide; `choices` are names and what each of them says."""

    key: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A source as guessed. `columns` maps the fact's columns onto the file's.

    `moments` says how the fact's time is written; `dated` is the one day of all records where no
    column holds dates. `maybe` are columns of the fact that somebody may want to map. `unused` are
    the file's columns with no place in the plan. `remarks` are sentences about what was left out.
    """

    source: str
    fact: str
    columns: Mapping[str, str]
    moments: Dates | None
    dated: date | None
    attributes: tuple[Attribute, ...]
    questions: tuple[Question, ...]
    stages: Stages | None
    stops: tuple[Stop, ...]
    employees: bool
    doubts: tuple[Doubt, ...]
    remarks: tuple[str, ...] = ()
    maybe: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    sheet: str | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing that a plan could map."""
        return self.fact == "responses" and not self.questions
