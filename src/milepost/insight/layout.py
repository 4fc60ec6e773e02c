"""Layout of the lines that people read: columns that fit the width, and text broken to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.text import Text

from milepost.insight import numbers
from milepost.insight.cells import Cell
from milepost.insight.visible import anchored

NARROWEST = 30
INDENT = 2
# The least a column takes, so that the tables of most answers look alike.
_LEAST = {"value": 7, "interval": 13, "n": 6, "change": 6, "verdict": 7}
_USUAL_LABEL, _LEAST_LABEL = 18, 14
# What moves to the line under a row, the first where the width is a little too small.
_LEAVING = ("verdict", "change", "interval")

Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: a name and how wide it is; those that are missing stand under a row."""

    width: int
    label: int
    columns: dict[str, int]
    interval: str


def layout(
    labels: Iterable[str], cells: Sequence[Cell], *, width: int, confidence: float
) -> Layout:
    """The widest layout in which the labels have room; longer ones get a line of their own."""
    name = interval_name(confidence)
    longest = max(map(cell_len, labels), default=0)
    sizes = {
        column: max([least, cell_len(name if column == "interval" else column),
                     *(cell_len(text_of(cell, column)) for cell in cells)])
        for column, least in _LEAST.items()
    }  # fmt: skip
    for column in (None, *_LEAVING):
        sizes.pop(column or "", None)
        room = width - INDENT - sum(size + 1 for size in sizes.values())
        if room >= min(longest, _LEAST_LABEL):
            break
    return Layout(width, max(min(max(longest, _USUAL_LABEL), room), 0), sizes, name)


def interval_name(confidence: float) -> str:
    """What an interval is called.

    >>> interval_name(0.95), interval_name(0.999)
    ('95 % interval', '99.9 % interval')
    """
    return f"{confidence * 100:g} % interval"


def text_of(cell: Cell, column: str) -> str:
    """What a column shows of a cell."""
    match column:
        case "value":
            return numbers.value(cell.value, cell.unit)
        case "interval":
            return numbers.interval(cell.low, cell.high, cell.unit)
        case "n":
            return numbers.count(cell.n)
        case "change":
            return numbers.change(cell.against.change, cell.unit)
        case _:
            return cell.verdict


def head(form: Layout) -> Text:
    """The columns' names."""
    row = Text(" " * (form.label + INDENT), style="dim")
    for column, size in form.columns.items():
        name = form.interval if column == "interval" else column
        row.append(f" {name}" if column == "verdict" else f" {right(name, size)}")
    return row


def rule(width: int) -> Text:
    """A line across."""
    return Text("─" * width, "dim")


def broken(text: str, width: int, *, style: str = "", indent: int = 0) -> Iterator[Text]:
    """Text as lines of at most `width` columns, broken between words."""
    words = [(word, "") for word in text.split(" ")]
    for line in parts_broken(words, width, " ", indent=indent):
        yield Text(line.plain, style)


def parts_broken(
    parts: Iterable[Part], width: int, between: str, *, indent: int = 4
) -> Iterator[Text]:
    """Styled parts as lines, broken between parts; a part too long for a line within itself."""
    room = max(width - indent, 1)
    line = Text()
    for text, style in parts:
        if line and cell_len(f"{line.plain}{between}{text}") > room:
            yield _indented(line, indent)
            line = Text()
        if cell_len(text) > room:
            *full, text = _chopped(text, room)
            yield from (_indented(Text(piece, style), indent) for piece in full)
        line.append(between if line else "").append(text, style)
    if line:
        yield _indented(line, indent)


def left(text: str, size: int) -> str:
    """Text at the left of its column."""
    return anchored(text) + " " * max(size - cell_len(text), 0)


def right(text: str, size: int) -> str:
    """Text at the right of its column."""
    return " " * max(size - cell_len(text), 0) + text


def title(text: str, remarks: Sequence[str], *, width: int) -> Iterator[Text]:
    """A title with remarks at the end of its line, or under it where there is no room."""
    end = ", ".join(remarks)
    gap = width - cell_len(text) - cell_len(end)
    if gap >= 2:
        yield Text.assemble((anchored(text), "bold"), " " * gap, (end, "dim"))
        return
    yield from broken(text, width, style="bold")
    yield from parts_broken([(remark, "dim") for remark in remarks], width, ", ", indent=INDENT)


def _chopped(text: str, room: int) -> list[str]:
    """A long part in pieces: its lines by words where it has any, else by columns."""
    if " " in text:
        return [line.plain for line in broken(text, room)]
    return chop_cells(text, room)


def _indented(line: Text, indent: int) -> Text:
    return Text(" " * indent) + line
