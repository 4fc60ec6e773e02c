"""The account of a source: every record read is used, excluded, not answered or rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rejection:
    """How many records were rejected for one reason in one column."""

    column: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class QuestionAccount:
    """What became of the source's mapped records at one question (or one line of `rows`)."""

    name: str
    mapped: int
    used: int
    excluded: int
    not_answered: Mapping[str, int]
    rejected: tuple[Rejection, ...]

    @property
    def adds_up(self) -> bool:
        """Whether the parts make the whole."""
        blank, bad = sum(self.not_answered.values()), sum(r.count for r in self.rejected)
        return self.mapped == self.used + self.excluded + blank + bad


@dataclass(frozen=True, slots=True)
class JoinAccount:
    """How many lines of a source found their match in a look-up."""

    from_: str
    matched: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """How many records did not meet an expectation, with the lines of the first ones."""

    name: str
    count: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Where the records of one source went.

    `records` were read; `excluded` by `where`; `rejected` as whole records; `groups` is the
    number of rows that the remaining lines made (None without `group`); `mapped` reached the
    questions. `rows` is what the fact got, counted in the written file; `exposed` of them are of
    employees or of unidentified people (None where nobody asks: of other facts than responses).
    `collected`: they are of our own server, which may not have asked anybody yet.
    """

    source: str
    fact: str
    files: tuple[str, ...]
    records: int
    excluded: int
    rejected: tuple[Rejection, ...]
    groups: int | None
    grouped_lines: int | None
    mapped: int
    questions: tuple[QuestionAccount, ...]
    rows: int
    first_day: str | None
    last_day: str | None
    weighted: bool = False
    repeats: bool = True
    exposed: int | None = None
    invited: int | None = None
    joins: tuple[JoinAccount, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    notes: tuple[str, ...] = field(default=())
    collected: bool = False

    @property
    def awaited(self) -> bool:
        """Whether nothing is there because nothing was collected yet."""
        return self.collected and not self.records

    @property
    def rejected_records(self) -> int:
        """Whole records rejected, before any question."""
        return sum(rejection.count for rejection in self.rejected)

    @property
    def rejected_answers(self) -> int:
        """Answers rejected at the questions."""
        return sum(r.count for question in self.questions for r in question.rejected)

    @property
    def losses(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """How many were rejected of how many: records, groups made of them, answers at the questions."""
        answers = sum(question.mapped for question in self.questions)
        return (
            (self.rejected_lines, self.records),
            (self.rejected_groups, self.groups or 0),
            (self.rejected_answers, answers),
        )

    @property
    def adds_up(self) -> bool:
        """Whether every record is accounted for at every level, and the written rows agree."""
        lines = self.mapped if self.grouped_lines is None else self.grouped_lines
        whole = self.records == self.excluded + self.rejected_lines + lines
        groups = self.groups is None or self.groups == self.mapped + self.rejected_groups
        questions = all(q.mapped == self.mapped and q.adds_up for q in self.questions)
        made = sum(q.used for q in self.questions) if self.questions else self.mapped
        return whole and groups and questions and made == self.rows

    @property
    def empty(self) -> bool:
        """Whether nothing of the source could be used, or there was nothing."""
        return self.rows == 0 and not self.awaited

    @property
    def rejected_lines(self) -> int:
        """Rejections counted in the source's own records."""
        return self.rejected_records - self.rejected_groups

    @property
    def rejected_groups(self) -> int:
        """Rejections counted in rows made by `group`."""
        return sum(r.count for r in self.rejected if r.column.startswith(GROUP_MARK))

    def as_data(self) -> dict[str, Any]:
        """The account as plain data."""
        return asdict(self)


# Rows of employees, and of people whose identity is not known: they are shown in groups only.
EXPOSED = "count(CASE WHEN customer_id IS NULL OR audience = 'employee' THEN 1 END)"

# Marks a rejection that concerns a row made by `group`, not a line of the file.
GROUP_MARK = "row: "
