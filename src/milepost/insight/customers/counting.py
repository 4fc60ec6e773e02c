"""From customers' first days and later ones to cohorts, their averages, and what to know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from milepost.engine.cohorts import LEAVING, Counted, Scope, Seen, Stay, activity, seen, stays
from milepost.engine.facts import Progress, silent
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.answering import made_of
from milepost.insight.asking import Day, question_of, shown
from milepost.insight.customers.cohort import Cell, Cohort
from milepost.insight.customers.cohorts import FEWEST_COMPARED, Average, Cohorts
from milepost.insight.customers.survival import FEWEST_RENEWALS, Survival, survival
from milepost.plan.calendar import Calendar, Span
from milepost.stats.nominal import chi_square
from milepost.stats.shares import wilson

MOST_COHORTS = 1_000
LONGEST_AHEAD = 1_000


def cohorts_of(
    project: Project,
    *,
    fact: str = "orders",
    every: str = "month",
    since: Day | None = None,
    until: Day | None = None,
    where: str | None = None,
    ahead: int | None = None,
    mark: str = "",
    progress: Progress = silent,
) -> Cohorts:
    """The cohorts that its parts ask for. Raises PlanError, DataError or QuestionError."""
    question = question_of(every=every, since=since, until=until, where=where, mark=mark)
    _check(fact, ahead, mark)
    return made_of(
        project, lambda reader: cohorts(reader, question, fact=fact, ahead=ahead), progress=progress
    )


def cohorts(
    reader: Reader, question: Question, *, fact: str = "orders", ahead: int | None = None
) -> Cohorts:
    """The cohorts of a fact's customers: those who came since `since`, as known before `until`.

    `ahead` asks for so many periods of survival beyond what is known, of customers with a contract.
    Raises QuestionError, or UnknownName.
    """
    scope = Scope(fact, question.every or "month", question.until, question.where)
    told = seen(reader, scope)
    if told is None:
        raise _nobody(scope)
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
        notes=tuple(_notes(told, found, ahead=ahead, curve=curve)),
    )  # fmt: skip


def _nobody(scope: Scope) -> QuestionError:
    before = f" before {scope.until}" if scope.until else ""
    met = f" that meets '{scope.where}'" if scope.where else ""
    return QuestionError(
        f"no row of {scope.fact}{before}{met} names a customer; map customer_id in its source"
    )


def _check(fact: str, ahead: object, mark: str) -> None:
    if ahead is None:
        return
    if fact not in LEAVING:
        raise QuestionError(
            f"{mark}ahead projects customers with a contract, who are seen to leave; {fact} never say"
            " that a customer has left, so 'milepost value' tells what they may still buy"
        )
    if not isinstance(ahead, int) or not 1 <= ahead <= LONGEST_AHEAD:
        raise QuestionError(f"{mark}ahead {shown(ahead)}: expected 1 to {LONGEST_AHEAD:,} periods")


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
        cells = _still_there(members, size, closed=_over(span, told))
        found.append(_cohort(span, size, told, cells))
        kept += members
    return found, survival(kept, ahead=ahead) if kept else None


def _still_there(members: Sequence[Stay], size: int, *, closed: bool) -> Iterator[Cell]:
    """Those of a cohort who have reached each age, and how many of them are there."""
    leaving, gone, followed = Counter[int](), 0, Counter[int]()
    for stay in members:
        followed[stay.followed] += stay.customers
        if stay.lost_at is not None and stay.lost_at <= stay.followed:
            leaving[stay.lost_at] += stay.customers
            # beyond the age that they were followed to they are no more of those who have reached it
            leaving[stay.followed + 1] -= stay.customers
    reached = size
    for age in range(max(followed) + 1):
        gone += leaving[age]
        yield _cell(age, reached, reached - gone, closed and reached == size)
        reached -= followed[age]


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
        table = [(c.active, c.size - c.active) for c in cells if c.size >= FEWEST_COMPARED]
        p = chi_square(table).p if len(table) > 1 else None
        yield Average(age, len(cells), size, active, active / size * 100, low, high, p)


def _notes(
    told: Seen, found: Sequence[Cohort], *, ahead: int | None, curve: Survival | None
) -> Iterator[str]:
    if ahead and curve and curve.model is None:
        yield f"A projection needs customers followed for {FEWEST_RENEWALS} periods at least."
    if told.nameless:
        yield f"Left out: rows of nobody known, {told.nameless:,}."
    if curve is None and found[0].since <= told.first < found[0].until:
        yield (
            f"The data begins on {told.first}: cohort {found[0].label} may hold customers from before,"
            " who come back more often than new ones."
        )
