"""Rows: one number as lines for people, in the columns of its table and what stands under them."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from milepost.insight import numbers, words
from milepost.insight.cells import Cell
from milepost.insight.layout import (
    INDENT,
    Layout,
    Part,
    broken,
    left,
    parts_broken,
    right,
    text_of,
)
from milepost.insight.visible import visible
from milepost.metrics.windows import OPEN

_STYLES = {
    words.BETTER: "green",
    words.WORSE: "bold red",
    words.MISSED: "red",
    words.MET: "green",
}
_BESIDE = " · "


def lines_of_cell(
    form: Layout, label: str, cell: Cell, *, details: bool, headline: bool = False
) -> Iterator[Text]:
    """A number in its columns, then what is known of it besides."""
    style = "bold" if headline else ""
    if cell_len(label) > form.label:
        yield from broken(label, form.width, style=style, indent=INDENT)
        label = ""
    row = Text(" " * INDENT).append(left(label, form.label), style)
    for column, size in form.columns.items():
        row.append(" ").append(_in_column(cell, column, size), _style(cell, column, style))
    yield row
    yield from parts_broken([*_moved(form, cell), *_more(cell)], form.width, _BESIDE)
    if details:
        yield from parts_broken(_details(cell), form.width, _BESIDE)


def no_number(form: Layout, label: str, why: str, *, headline: bool) -> Iterator[Text]:
    """The row of a signal that has no number in the period."""
    style = "bold" if headline else ""
    row = Text(" " * INDENT).append(left(label, form.label), style)
    row.append(f" {why}", "yellow")
    if row.cell_len <= form.width:
        yield row
        return
    yield from broken(label, form.width, style=style, indent=INDENT)
    yield from broken(why, form.width, style="yellow", indent=4)


def _in_column(cell: Cell, column: str, size: int) -> str:
    text = text_of(cell, column)
    return text if column == "verdict" else right(text, size)


def _style(cell: Cell, column: str, style: str) -> str:
    if column == "verdict":
        return _STYLES.get(cell.verdict, "")
    return style if column == "value" else ""


def _moved(form: Layout, cell: Cell) -> Iterator[Part]:
    """What has no column of its own where the width is small."""
    if "interval" not in form.columns and cell.low is not None:
        yield f"{form.interval} {text_of(cell, 'interval')}", ""
    if "change" not in form.columns and cell.against.change is not None:
        yield f"change {text_of(cell, 'change')}", ""
    if "verdict" not in form.columns:
        yield cell.verdict, _STYLES.get(cell.verdict, "")


def _more(cell: Cell) -> Iterator[Part]:
    """What stands under a number: its sister, course, target, and what it could have shown."""
    if cell.beside:
        name = visible(cell.beside.label).split(", ")[-1]
        yield f"{name} {numbers.value(cell.beside.value, cell.beside.unit)}", "dim"
    if cell.against.growth:
        grown = cell.against.growth
        ends = numbers.interval(grown.low, grown.high, "percent")
        yield f"growth {numbers.change(grown.value, 'percent')}\u00a0% ({ends})", "dim"
    if cell.sums and cell.sums.get(OPEN):
        yield f"{numbers.count(cell.sums[OPEN])} cannot be told yet", "dim"
    if cell.course and cell.course.word != words.SHORT:
        yield f"course {numbers.sparkline(cell.course.values)} {cell.course.word}", "dim"
    if cell.target is not None:
        yield f"target {numbers.value(cell.target, cell.unit)}: {cell.target_verdict}", "dim"
    if cell.low_n and cell.value is not None:
        yield "low n", "dim"
    if cell.verdict == words.WITHIN and cell.detectable is not None:
        reach = numbers.change(cell.detectable, cell.unit).lstrip("+")
        yield f"would have shown ±{reach}", "dim"


def _details(cell: Cell) -> Iterator[Part]:
    against = cell.against
    parts = [cell.definition, cell.method or "counted", *(["weighted"] if cell.weighted else [])]
    parts.append(f"n_eff {numbers.count(cell.n_eff)}")
    parts += [f"{cell.clusters} clusters"] if cell.clusters else []
    parts.append(f"{numbers.count(cell.respondents)} respondents")
    if against.p is not None:
        ends = numbers.interval(against.low, against.high, cell.unit)
        parts += [f"change {ends}", f"p {numbers.chance(against.p)}"]
        parts.append(f"q {numbers.chance(against.q)} of {against.family}")
    yield from ((part, "dim") for part in parts)
