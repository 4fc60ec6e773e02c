"""Tables of an answer's cells for people: one a metric, in blocks where it has several cuts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.text import Text

from milepost.engine.question import Question
from milepost.insight import comparison
from milepost.insight.answer import Answer
from milepost.insight.cells import Cell
from milepost.insight.layout import Layout, broken, head, layout, rule
from milepost.insight.rows import lines_of_cell
from milepost.insight.visible import visible

NOT_STATED = "(not stated)"
_BESIDE = " · "
# What the changes are from, where it is not the period before.
_COMPARED = {"rest": ", each against all others", "year_ago": ", against a year before"}
Rows = list[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, and rows in blocks by what they have in common (None: a block of all)."""

    heading: str
    blocks: tuple[tuple[str | None, Rows], ...]

    @property
    def rows(self) -> Rows:
        """All rows, whatever their block."""
        return [row for _, rows in self.blocks for row in rows]


def lines_of_tables(answer: Answer, *, width: int, details: bool) -> Iterator[Text]:
    """Every cell as lines for people."""
    if answer.cells:
        yield from _tables(answer, width=width, details=details)
    else:
        where = "" if answer.notes else ": 'milepost check' shows what became of the records"
        yield from broken(f"nothing to measure here{where}", width, style="yellow")


def _tables(answer: Answer, *, width: int, details: bool) -> Iterator[Text]:
    tables = [
        _table(list(cells), answer.question)
        for _, cells in groupby(answer.cells, _apart(answer.cells))
    ]
    form = layout(
        (label for table in tables for label, _ in table.rows), answer.cells,
        width=width, confidence=answer.question.confidence,
    )  # fmt: skip
    for number, table in enumerate(tables):
        yield from [Text("")] if number else []
        yield from _lines(form, table, details=details)
    yield from broken(_judged(answer.cells), width, style="dim")


def _apart(cells: Sequence[Cell]) -> Callable[[Cell], Hashable]:
    """One table a metric; with segments or several periods one a touchpoint as well."""
    apart = any(cell.by for cell in cells) or len({cell.period for cell in cells}) > 1
    return lambda cell: (cell.metric, cell.touchpoint if apart else None)


def _table(cells: Sequence[Cell], question: Question) -> Table:
    first = cells[0]
    if len({cell.period for cell in cells}) == 1:
        label = _segments if first.by else _level
        blocks: tuple[tuple[str | None, Rows], ...] = ((None, [(label(c), c) for c in cells]),)
    elif not first.by:
        blocks = ((None, [(cell.period, cell) for cell in cells]),)
    elif question.against == "rest":  # the segments of a period are compared with each other
        blocks = _blocks(cells, lambda cell: cell.since, _period, _segments)
    else:  # the periods of a segment are
        blocks = _blocks(cells, lambda cell: tuple(cell.by.items()), _segments, _period)
    return Table(_heading(cells, question), blocks)


def _blocks(
    cells: Sequence[Cell],
    key: Callable[[Cell], Hashable],
    name: Callable[[Cell], str],
    label: Callable[[Cell], str],
) -> tuple[tuple[str, Rows], ...]:
    found: dict[Hashable, list[Cell]] = {}
    for cell in cells:
        found.setdefault(key(cell), []).append(cell)
    return tuple((name(same[0]), [(label(cell), cell) for cell in same]) for same in found.values())


def _heading(cells: Sequence[Cell], question: Question) -> str:
    first, levels = cells[0], {cell.touchpoint for cell in cells}
    periods = sorted({(cell.since, cell.period) for cell in cells})
    when = periods[0][1] if len(periods) == 1 else f"{periods[0][1]} to {periods[-1][1]}"
    weights = ", weighted" if first.weighted else ""
    at = f" at {first.touchpoint}" if first.touchpoint and len(levels) == 1 else ""
    at = " at all touchpoints, pooled" if first.pooled else at
    by = f" by {', '.join(first.by)}" if first.by else ""
    only = f" where {question.where}" if question.where else ""
    others = _COMPARED.get(question.against, "")
    return visible(f"{first.title}{at}{by}{only}, {when}{others} ({first.unit}{weights})")


def _lines(form: Layout, table: Table, *, details: bool) -> Iterator[Text]:
    yield from broken(table.heading, form.width, style="bold")
    yield head(form)
    yield rule(form.width)
    for name, rows in table.blocks:
        yield from broken(name, form.width, style="bold") if name is not None else ()
        for label, cell in rows:
            yield from lines_of_cell(form, label, cell, details=details)


def _judged(cells: Sequence[Cell]) -> str:
    """Which changes were judged together, so that nobody takes one word out of many at its face."""
    told = [cell for cell in cells if cell.against.q is not None]
    # Only the scorecard's own numbers have a course; all others of a question are one family.
    card = sorted({cell.against.family for cell in told if cell.course})
    own = sorted({cell.against.family for cell in told if not cell.course})
    if not told:
        return ""
    if not card:
        return judged_together(_changes(own))
    those = f"{_changes(card)} of {'the scorecard' if len(card) == 1 else 'each scorecard'}"
    return judged_together(f"{those}, and apart from them {_changes(own)}," if own else those)


def judged_together(changes: str) -> str:
    r"""What was judged together, and what that keeps.

    >>> judged_together("10 changes").replace("\u00a0", " ")
    '10 changes judged together (false discovery rate 10 %)'
    """
    return f"{changes} judged together (false discovery rate {comparison.Q * 100:g}\u00a0%)"


def _changes(sizes: Sequence[int]) -> str:
    span = " to ".join(str(size) for size in dict.fromkeys((sizes[0], sizes[-1])))
    return f"{span} change{'' if span == '1' else 's'}"


def _level(cell: Cell) -> str:
    return "all, pooled" if cell.pooled else visible(cell.touchpoint or "company")


def _period(cell: Cell) -> str:
    return cell.period


def _segments(cell: Cell) -> str:
    return _BESIDE.join(map(_segment, cell.by.values()))


def _segment(value: str | None) -> str:
    """A segment's value; quoted where spaces or its likeness to no value would mislead."""
    if value is None:
        return NOT_STATED
    misleading = value != value.strip() or not value or value == NOT_STATED
    return visible(f'"{value}"' if misleading else value)
