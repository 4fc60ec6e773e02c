"""Answers as text for people: the scorecard and the table of cells, within a width, with colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from milepost.insight import comparison, numbers
from milepost.insight.answer import Answer, Line, Scorecard, Stop
from milepost.insight.cells import Cell

_STYLES = {
    comparison.BETTER: "green",
    comparison.WORSE: "bold red",
    comparison.MISSED: "red",
    comparison.MET: "green",
}
_NARROWEST = 60
_LABEL, _VALUE, _INTERVAL, _N, _CHANGE = 18, 7, 13, 6, 6


def lines_of(answer: Answer, *, width: int, details: bool) -> list[Text]:
    """The answer as lines of at most `width` columns."""
    width = max(width, _NARROWEST)
    if answer.scorecard:
        return list(_card(answer.scorecard, width=width, details=details))
    return list(_table(answer, width=width, details=details))


def shown(answer: Answer, *, width: int, details: bool) -> str:
    """The answer as plain text."""
    return "\n".join(line.plain.rstrip() for line in lines_of(answer, width=width, details=details))


def html(answer: Answer) -> str:
    """The answer for a notebook: the same table, with its colours."""
    out = StringIO()
    console = Console(file=out, record=True, width=100, force_jupyter=False)
    for line in lines_of(answer, width=96, details=False):
        console.print(line, soft_wrap=True)
    body = console.export_html(inline_styles=True, code_format="{code}")
    return f'<pre style="line-height:1.3">{body}</pre>'


def _card(card: Scorecard, *, width: int, details: bool) -> Iterable[Text]:
    state = "" if card.complete else ", so far"
    yield _fit(Text(f"{card.company}: journey scorecard of {card.period}{state}", "bold"), width)
    yield _fit(
        Text(
            f"compared with {card.compared}; {card.family} change{'' if card.family == 1 else 's'}"
            " judged together"
            f" (false discovery rate {comparison.Q:.0%})", "dim",
        ),
        width,
    )  # fmt: skip
    yield _head(width)
    for stop in card.stops:
        yield Text("─" * width, "dim")
        if stop.journey:
            yield _fit(Text(stop.journey.upper(), "dim"), width)
        yield from _stop(stop, width=width, details=details)


def _head(width: int) -> Text:
    row = Text(style="dim")
    row.append(_left("", _LABEL + 2))
    for name, size in (("value", _VALUE), ("95 % interval", _INTERVAL), ("n", _N),
                       ("change", _CHANGE)):  # fmt: skip
        row.append(" " + _right(name, size))
    row.append(" verdict")
    return _fit(row, width)


def _stop(stop: Stop, *, width: int, details: bool) -> Iterable[Text]:
    flow = _flow(stop)
    title = set_cell_size(stop.title, min(cell_len(stop.title), width - len(flow) - 2))
    gap = " " * (width - cell_len(title) - len(flow))
    yield Text.assemble((title, "bold"), gap, (flow, "dim"))
    several = len({line.kind for line in stop.lines}) > 1
    # The headline leads, then the others by kind; a sort would part it from its kind's label.
    for kind, lines in groupby(stop.lines, key=lambda line: line.kind):
        if several:
            yield Text(f"  {kind}", "dim")
        for line in lines:
            yield from _signal(line, width=width, details=details)
    if stop.gaps:
        yield _fit(Text(f"  no signal yet: {', '.join(stop.gaps)}", "yellow"), width)


def _flow(stop: Stop) -> str:
    flow = stop.flow
    known = (("passed", flow.passed), ("asked", flow.asked), ("answered", flow.answered))
    return ", ".join(f"{numbers.count(n)} {word}" for word, n in known if n is not None)


def _signal(line: Line, *, width: int, details: bool) -> Iterable[Text]:
    if line.cell is None:
        row = Text("  ") + Text(_left(line.label, _LABEL), "bold" if line.headline else "")
        yield _fit(row + Text(" no answers in this period", "yellow"), width)
        return
    yield _row(line.label, line.cell, width=width, headline=line.headline)
    yield from _under(_more(line.cell), width)
    if details:
        yield from _details(line.cell, width)


def _row(label: str, cell: Cell, *, width: int, headline: bool = False) -> Text:
    row = Text("  ")
    row.append(_left(label, _LABEL), "bold" if headline else "")
    row.append(
        " " + _right(numbers.value(cell.value, cell.unit), _VALUE), "bold" if headline else ""
    )
    row.append(" " + _right(numbers.interval(cell.low, cell.high, cell.unit), _INTERVAL))
    row.append(" " + _right(numbers.count(cell.n), _N))
    row.append(" " + _right(numbers.change(cell.against.change, cell.unit), _CHANGE))
    row.append(" " + cell.verdict, _STYLES.get(cell.verdict, ""))
    return _fit(row, width)


def _more(cell: Cell) -> str:
    """What stands under a number: its sisters, course, target, and what it could have shown."""
    parts = []
    if cell.beside:
        parts.append(
            f"{cell.beside.label.split(', ')[-1]} {numbers.value(cell.beside.value, cell.beside.unit)}"
        )
    if cell.course and cell.course.word != comparison.SHORT:
        parts.append(f"course {numbers.sparkline(cell.course.values)} {cell.course.word}")
    if cell.target is not None:
        parts.append(f"target {numbers.value(cell.target, cell.unit)}: {cell.target_verdict}")
    if cell.low_n and cell.value is not None:
        parts.append("low n")
    if cell.verdict == comparison.WITHIN and cell.detectable is not None:
        reach = numbers.change(cell.detectable, cell.unit).lstrip("+")
        parts.append(f"would have shown ±{reach}")
    return " · ".join(parts)


def _details(cell: Cell, width: int) -> Iterable[Text]:
    against = cell.against
    parts = [cell.definition, cell.method or "counted", *(["weighted"] if cell.weighted else [])]
    parts.append(f"n_eff {numbers.count(cell.n_eff)}")
    parts += [f"{cell.clusters} clusters"] if cell.clusters else []
    parts.append(f"{numbers.count(cell.respondents)} customers")
    if against.p is not None:
        ends = numbers.interval(against.low, against.high, cell.unit)
        parts.append(f"change {ends}")
        parts.append(f"p {numbers.chance(against.p)}")
        parts.append(f"q {numbers.chance(against.q)} of {against.family}")
    yield from _under(" · ".join(parts), width)


def _under(text: str, width: int) -> Iterable[Text]:
    """What stands under a number, broken between its parts where it is too long for a line."""
    line = ""
    for part in text.split(" · ") if text else []:
        if line and cell_len(f"    {line} · {part}") > width:
            yield Text(f"    {line}", "dim")
            line = part
        else:
            line = f"{line} · {part}" if line else part
    if line:
        yield _fit(Text(f"    {line}", "dim"), width)


def _table(answer: Answer, *, width: int, details: bool) -> Iterable[Text]:
    if not answer.cells:
        yield Text("no answers here: 'milepost check' shows what became of the records", "yellow")
        return
    for heading, group in groupby(answer.cells, key=_heading_of(answer.cells)):
        cells = list(group)
        yield _fit(Text(_heading(heading, cells), "bold"), width)
        yield _head(width)
        yield Text("─" * width, "dim")
        for cell in cells:
            yield _row(_label(cell, cells), cell, width=width)
            yield from _under(_more(cell), width)
            if details:
                yield from _details(cell, width)
        yield Text("")
    for note in answer.notes:
        yield _fit(Text(note, "yellow"), width)


Heading = tuple[str, str | None]


def _heading_of(cells: Sequence[Cell]) -> Callable[[Cell], Heading]:
    """One table a metric; with segments or several periods one a touchpoint as well."""
    apart = any(cell.by for cell in cells) or len({cell.period for cell in cells}) > 1
    return lambda cell: (cell.title, cell.touchpoint if apart else None)


def _heading(heading: Heading, cells: Sequence[Cell]) -> str:
    title, touchpoint = heading
    periods = list(dict.fromkeys(cell.period for cell in cells))
    when = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    weights = ", weighted" if cells[0].weighted else ""
    at = f" at {touchpoint}" if touchpoint else ""
    return f"{title}{at}, {when} ({cells[0].unit}{weights})"


def _label(cell: Cell, cells: Sequence[Cell]) -> str:
    several = len({other.period for other in cells}) > 1
    parts = [cell.period] if several else []
    if not (cell.by or several):
        parts.append(cell.touchpoint or "company")
    parts += [NOT_STATED if value is None else str(value) for value in cell.by.values()]
    return ", ".join(parts)


NOT_STATED = "(not stated)"


def _fit(text: Text, width: int) -> Text:
    text.truncate(width, overflow="ellipsis")
    return text


def _left(text: str, size: int) -> str:
    if cell_len(text) <= size:
        return set_cell_size(text, size)
    return set_cell_size(text, size - 1) + "…"


def _right(text: str, size: int) -> str:
    return " " * max(size - cell_len(text), 0) + text
