"""Cohorts: customers by the period they came in, and the share of each that is back, or there, later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from rich.text import Text

from milepost.engine.cohorts import LEAVING, Counted, Scope, Seen, Stay, activity, seen, stays
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.answering import Shown
from milepost.insight.survival import Survival, survival
from milepost.plan.calendar import Calendar, Span
from milepost.plan.model import Period
from milepost.stats.nominal import chi_square
from milepost.stats.shares import wilson

MOST_COHORTS = 1_000
LONGEST_AHEAD = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort at an age: of `size` customers `active` were active, or still there; in per cent.

    Not `complete`: the period has not ended within the data, or not all of the cohort have reached
    the age (`size` are those who have). `value` and its interval are None where nobody has.
    """

    age: int
    size: int
    active: int
    value: float | None
    low: float | None
    high: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers who came in a period; not `complete` where more may still come."""

    label: str
    since: date
    until: date
    size: int
    complete: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Average:
    """All cohorts whose cell at an age is complete, weighted by size, in per cent.

    `p` is that of the chi-square test for one share in all cohorts; None with fewer than two.
    """

    age: int
    cohorts: int
    size: int
    active: int
    value: float
    low: float
    high: float
    p: float | None


@dataclass(frozen=True, slots=True, repr=False)
class Cohorts(Shown):
    """The cohort table of a fact, ages in periods of `every`, as far as `known`, the last day.

    `survival` is there for customers with a contract, who are seen to leave.
    """

    plan: str
    fact: str
    every: Period
    where: str | None
    known: date
    cohorts: tuple[Cohort, ...]
    averages: tuple[Average, ...]
    survival: Survival | None
    notes: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; days as ISO texts, shares in per cent."""
        return {
            "plan": self.plan, "fact": self.fact, "every": self.every, "where": self.where,
            "known": self.known.isoformat(),
            "counted": "still there" if self.survival else "active",
            "method": "Wilson", "confidence": 0.95,
            "cohorts": [_plain(cohort) for cohort in self.cohorts],
            "averages": [asdict(average) for average in self.averages],
            "survival": asdict(self.survival) if self.survival else None,
            "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """A row a cohort and a column an age, then the average, and what it says."""
        from milepost.insight.cohort_table import lines_of  # noqa: PLC0415 -- it reads answers

        return lines_of(self, width=width)


def cohorts(
    reader: Reader, question: Question, *, fact: str = "orders", ahead: int | None = None
) -> Cohorts:
    """The cohorts of a fact's customers: those who came since `since`, as known before `until`.

    `ahead` asks for so many periods of survival beyond what is known, of customers with a contract.
    Raises QuestionError, or UnknownName.
    """
    _check(fact, ahead)
    scope = Scope(fact, question.every or "month", question.until, question.where)
    told = seen(reader, scope)
    calendar = reader.project.calendar
    _check_length(calendar, told, scope, question.since)
    contract = fact in LEAVING
    found, curve = (
        _of_stays(reader, scope, told, question.since, ahead)
        if contract
        else (_of_activity(calendar, activity(reader, scope), told, scope, question.since), None)
    )
    if not found:
        raise QuestionError(
            f"no {scope.every} of new customers begins since {question.since};"
            f" {fact} know customers from {told.first} to {told.known}"
        )
    return Cohorts(
        plan=str(reader.project.draft.path), fact=fact, every=scope.every, where=question.where,
        known=told.known, cohorts=tuple(found), averages=tuple(_averages(found)), survival=curve,
        notes=tuple(_notes(told, found, contract=contract)),
    )  # fmt: skip


def _check(fact: str, ahead: int | None) -> None:
    if ahead is None:
        return
    if fact not in LEAVING:
        raise QuestionError(
            f"--ahead projects customers with a contract, who are seen to leave; {fact} never say"
            " that a customer has left, so 'milepost value' tells what they may still buy"
        )
    if not 1 <= ahead <= LONGEST_AHEAD:
        raise QuestionError(f"--ahead {ahead:,}: expected 1 to {LONGEST_AHEAD:,} periods")


def _check_length(calendar: Calendar, told: Seen, scope: Scope, since: date | None) -> None:
    days = {"day": 1, "week": 7, "month": 28, "quarter": 90}.get(scope.every, 365)
    if (told.known - max(told.first, since or told.first)).days // days > MOST_COHORTS:
        raise QuestionError(
            f"{told.first} to {told.known} is more than {MOST_COHORTS:,} cohorts of a {scope.every};"
            " ask for less with --since, or a longer --every"
        )


def _of_activity(
    calendar: Calendar, counts: Sequence[Counted], told: Seen, scope: Scope, since: date | None
) -> list[Cohort]:
    """The cohorts of customers without a contract: active in a period, whatever they did before."""
    spans = calendar.spans(told.first, told.known, scope.every)
    active = {(count.cohort, count.period): count.customers for count in counts}
    found = []
    for number, span in enumerate(spans):
        size = active.get((span.since, span.since), 0)
        if not size or (since and span.since < since):
            continue
        cells = (
            _cell(age, size, active.get((span.since, later.since), 0), _over(later, told))
            for age, later in enumerate(spans[number:])
        )
        found.append(_cohort(span, size, told, cells))
    return found


def _of_stays(
    reader: Reader, scope: Scope, told: Seen, since: date | None, ahead: int | None
) -> tuple[list[Cohort], Survival | None]:
    """The cohorts of customers with a contract, and the survival of all together."""
    calendar = reader.project.calendar
    found, kept = [], []
    by_cohort: dict[date, list[Stay]] = {}
    for stay in stays(reader, scope, told.known):
        by_cohort.setdefault(stay.cohort, []).append(stay)
    for first, members in by_cohort.items():
        if since and first < since:
            continue
        span = calendar.span_of(first, scope.every)
        size = sum(stay.customers for stay in members)
        oldest = max(stay.followed for stay in members)
        cells = (_still_there(age, members, _over(span, told)) for age in range(oldest + 1))
        found.append(_cohort(span, size, told, cells))
        kept += members
    return found, survival(kept, ahead=ahead) if kept else None


def _still_there(age: int, members: Sequence[Stay], closed: bool) -> Cell:
    """Those of a cohort who have reached an age, and how many of them are there."""
    reached = [stay for stay in members if stay.followed >= age]
    there = sum(s.customers for s in reached if s.lost_at is None or s.lost_at > age)
    return _cell(
        age, sum(s.customers for s in reached), there, closed and len(reached) == len(members)
    )


def _cohort(span: Span, size: int, told: Seen, cells: Iterator[Cell]) -> Cohort:
    label = f"{span.since:%Y-%m}" if span.every == "month" else span.label.removeprefix("week of ")
    return Cohort(label, span.since, span.until, size, _over(span, told), tuple(cells))


def _over(span: Span, told: Seen) -> bool:
    return span.until - timedelta(days=1) <= told.known


def _cell(age: int, size: int, active: int, complete: bool) -> Cell:
    if not size:
        return Cell(age, 0, 0, None, None, None, False)
    low, high = wilson(active / size, size).scaled(100)
    return Cell(age, size, active, active / size * 100, low, high, complete)


def _averages(found: Sequence[Cohort]) -> Iterator[Average]:
    """The average over cohorts at each age that some have completed."""
    for age in range(max(len(cohort.cells) for cohort in found)):
        cells = [
            cohort.cells[age]
            for cohort in found
            if age < len(cohort.cells) and cohort.cells[age].complete
        ]
        size, active = sum(cell.size for cell in cells), sum(cell.active for cell in cells)
        if not size:
            continue
        low, high = wilson(active / size, size).scaled(100)
        table = [(cell.active, cell.size - cell.active) for cell in cells]
        p = chi_square(table).p if len(cells) > 1 else None
        yield Average(age, len(cells), size, active, active / size * 100, low, high, p)


def _notes(told: Seen, found: Sequence[Cohort], *, contract: bool) -> Iterator[str]:
    if told.nameless:
        yield f"{told.nameless:,} rows of nobody known are left out."
    if not contract and found[0].since <= told.first < found[0].until:
        yield (
            f"The data begins on {told.first}: cohort {found[0].label} holds earlier customers too,"
            " who come back more often than new ones."
        )


def _plain(cohort: Cohort) -> dict[str, Any]:
    return asdict(cohort) | {"since": cohort.since.isoformat(), "until": cohort.until.isoformat()}
