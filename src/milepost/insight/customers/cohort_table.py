"""The cohort table as lines for people: a row a cohort, a column an age, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from milepost.insight import numbers
from milepost.insight.customers.cohort import Cell, Cohort
from milepost.insight.customers.cohorts import FEWEST_COMPARED, Average, Cohorts
from milepost.insight.customers.survival import Left, Survival
from milepost.insight.layout import broken, left, right, rule
from milepost.insight.visible import visible

_COLUMN = 5
_MOST_ROWS = 36
# The ages of a long life that are shown, the last one aside.
_TOLD = (1, 2, 3, 6, 12, 18, 24, 36, 48, 60, 72, 84, 96, 120)
_DIFFERENT = 0.05
_WITH_COUNTS = 56


def lines_of(found: Cohorts, *, width: int) -> Iterator[Text]:
    """The table, then the survival of customers with a contract, then what both say."""
    yield from broken(_heading(found), width, style="bold")
    yield from _grid(found, width)
    if found.survival:
        yield from _survival(found.survival, found.every, width)
    for text in (*_left_out(found, width), *_said(found)):
        yield from broken(text, width)
    for note in found.notes:
        yield from broken(note, width, style="yellow")


def _heading(found: Cohorts) -> str:
    where = f" where {visible(found.where)}" if found.where else ""
    what = "still there" if found.survival else "active"
    first = "joined" if found.fact == "customers" else f"came first ({visible(found.fact)}{where})"
    return (
        f"Customers by the {found.every} they {first}, and the share of them {what} so many"
        f" {found.every}s later (%); known to {found.known}"
    )


def _grid(found: Cohorts, width: int) -> Iterator[Text]:
    shown = found.cohorts[-_MOST_ROWS:]
    label = max(len("average"), *(len(cohort.label) for cohort in shown))
    ages = _ages(found, width)
    head = "".join(right(str(age), _COLUMN - 1) + " " for age in ages)
    yield Text(f"  {left('', label)} {right('size', 7)} {head}".rstrip(), "dim")
    yield rule(width)
    for cohort in shown:
        cells = {cell.age: cell for cell in cohort.cells}
        row = "".join(_cell(cells.get(age)) for age in ages)
        size = numbers.count(cohort.size) + ("" if cohort.complete else "*")
        yield Text(f"  {left(cohort.label, label)} {right(size, 7)} {row}".rstrip())
    yield rule(width)
    averages = {average.age: average for average in found.averages}
    for name, part in (("average", "value"), ("  low", "low"), ("  high", "high")):
        row = "".join(_share(getattr(averages.get(age), part, None)) for age in ages)
        size = numbers.count(sum(c.size for c in found.cohorts)) if part == "value" else ""
        line = f"  {left(name, label)} {right(size, 7)} {row}".rstrip()
        yield Text(line, "bold" if part == "value" else "dim")


def _ages(found: Cohorts, width: int) -> range:
    """The ages for which the width has room; at age 0 everybody is there."""
    longest = max(len(cohort.cells) for cohort in found.cohorts)
    label = max(len("average"), *(len(cohort.label) for cohort in found.cohorts[-_MOST_ROWS:]))
    return range(1, min(longest, 1 + max((width - label - 11) // _COLUMN, 1)))


def _cell(cell: Cell | None) -> str:
    if cell is None or cell.value is None:
        return " " * _COLUMN
    return _share(cell.value, mark=" " if cell.complete else "*")


def _share(value: float | None, *, mark: str = " ") -> str:
    return right("" if value is None else f"{value:.0f}", _COLUMN - 1) + mark


def _survival(found: Survival, every: str, width: int) -> Iterator[Text]:
    yield Text("")
    title = f"Still there, all {found.customers:,} customers together (Kaplan-Meier)"
    yield from broken(title, width, style="bold")
    counts = width >= _WITH_COUNTS
    head = f"  {every:<14} {'%':>7} {'95 %':>13}" + (f" {'of':>8} {'lost':>7}" if counts else "")
    yield Text(head, "dim")
    yield rule(width)
    for at in _told(found.seen):
        people = f" {right(numbers.count(at.at_risk), 8)} {right(numbers.count(at.lost), 7)}"
        line = f"  {at.age:<14} {at.value:>7.1f} {right(_ends(at), 13)}"
        yield Text(line + (people if counts else ""))
    for at in _told(found.model.ahead) if found.model else ():
        yield Text(f"  {at.age:<4} projected {at.value:>7.1f} {right(_ends(at), 13)}", "dim")


def _told(every: Sequence[Left]) -> list[Left]:
    if len(every) <= 13:
        return list(every)
    return [at for at in every if at.age in _TOLD or at is every[-1]]


def _ends(at: Left) -> str:
    return numbers.interval(at.low, at.high, "percent")


def _left_out(found: Cohorts, width: int) -> Iterator[str]:
    cells = [cell for cohort in found.cohorts for cell in cohort.cells[1:]]
    if any(not cell.complete for cell in cells):
        yield (
            "* not all of the cohort have reached it within the data: in no average"
            if found.survival
            else f"* the {found.every} has not ended within the data: so far, and in no average"
        )
    hidden = len(found.cohorts) - _MOST_ROWS
    longest = max(len(cohort.cells) for cohort in found.cohorts) - 1
    last = _ages(found, width)[-1] if len(_ages(found, width)) else 0
    parts = [f"{hidden:,} earlier cohorts"] if hidden > 0 else []
    parts += [f"{found.every}s {last + 1} to {longest}"] if longest > last else []
    if parts:
        yield f"{' and '.join(parts)} are in --format json."


def _said(found: Cohorts) -> Iterator[str]:
    """What the table says, in sentences to act on."""
    averages = {average.age: average for average in found.averages if average.age}
    if not averages:
        yield f"No {found.every} after the first has ended within the data: nothing can be said yet."
        return
    first = averages[min(averages)]
    there = "still there" if found.survival else "active"
    yield (
        f"Of 100 new customers {first.value:.1f} ({_pair(first)}) were {there}"
        f" {_later(first.age, found.every)}; the average is over {first.cohorts}"
        f" cohort{'' if first.cohorts == 1 else 's'}, {first.size:,} customers (Wilson)."
    )
    if first.p is not None:
        yield _difference(first, found.cohorts, found.every)
    if found.survival:
        yield from _projection(found.survival, found.every)


def _difference(first: Average, cohorts: Sequence[Cohort], every: str) -> str:
    when = _later(first.age, every)
    p = numbers.chance(first.p)
    if first.p is None or first.p >= _DIFFERENT:
        return (
            f"Cohorts do not differ {when} by more than chance would make them (chi-square p {p})."
        )
    cells = {
        cohort.label: cohort.cells[first.age].value or 0.0
        for cohort in cohorts
        if len(cohort.cells) > first.age
        and cohort.cells[first.age].complete
        and cohort.size >= FEWEST_COMPARED
    }
    low, high = min(cells, key=lambda k: cells[k]), max(cells, key=lambda k: cells[k])
    return (
        f"Cohorts differ {when} by more than chance would make them (chi-square p {p}): from"
        f" {cells[low]:.1f} % ({low}) to {cells[high]:.1f} % ({high}); see what was different then."
    )


def _projection(found: Survival, every: str) -> Iterator[str]:
    model = found.model
    if model is None:
        return
    last = model.ahead[-1]
    if not model.fits:
        yield (
            f"Do not plan with the projection: the model is up to {model.misfit:.1f} points from what"
            " was seen, so customers do not leave as it supposes."
        )
    if not model.converged:
        yield (
            "The share that stays does not grow with age here, so nothing tells loyal customers from"
            " others: the projection carries one constant rate on, and has no interval."
        )
        return
    chance = model.alpha / (model.alpha + model.beta) * 100
    yield (
        f"After {last.age} {every}s {last.value:.1f} of 100 are expected to be left ({_ends(last)}),"
        f" if customers go on as they did (shifted-beta-geometric model, {chance:.1f} % leave in the"
        f" first {every}; at most {model.misfit:.1f} points from what was seen)."
    )


def _later(age: int, every: str) -> str:
    return f"one {every} later" if age == 1 else f"{age} {every}s later"


def _pair(average: Average) -> str:
    return numbers.interval(average.low, average.high, "percent")
