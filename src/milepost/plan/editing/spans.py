"""Where entries of a mapping and items of a list stand in the text, and how they come and go there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from milepost.plan.editing.edit import EditError
from milepost.plan.editing.tree import Branch, Leaf, Piece, Row, inner
from milepost.plan.editing.writing import Indent

Span = tuple[int, int]


def newline(text: str) -> str:
    """The line end that the text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def indent_of(root: Piece | None) -> Indent:
    """How far the file indents what stands under a key; two where it does not say."""
    steps: list[int] = []
    dashes: list[int] = []
    for piece in inner(root) if root else ():
        for _, value in piece.pairs if isinstance(piece, Branch) and not piece.flow else ():
            if isinstance(value, Leaf) or value.flow or not isinstance(piece, Branch):
                continue
            (dashes if isinstance(value, Row) else steps).append(value.column - piece.column)
    return Indent(*(next(iter(found), 2) for found in (steps, dashes)))


def line_added(text: str, end: int, line: str) -> str:
    """New lines below the one on which a character stands."""
    new = newline(text)
    line = line.replace("\n", new)
    at = text.find("\n", end)
    return text + new + line if at < 0 else text[: at + 1] + line + new + text[at + 1 :]


def flow_added(text: str, branch: Branch, entry: str) -> str:
    """An entry behind the last of a mapping between braces."""
    if not branch.pairs:
        at = branch.start + 1
        return text[:at] + entry + text[at:]
    at = branch.pairs[-1][1].end
    return f"{text[:at]}, {entry}{text[at:]}"


def flow_inserted(text: str, row: Row, position: int, written: str) -> str:
    """An item before the one at a position of a list between brackets, or behind the last."""
    if position < len(row.items):
        at = row.items[position].start
        return f"{text[:at]}{written}, {text[at:]}"
    at = row.items[-1].end
    return f"{text[:at]}, {written}{text[at:]}"


def flow_cut(text: str, entries: Sequence[Span], index: int) -> str:
    """Between braces or brackets, without one entry and its comma; comments beside it stay."""
    start, end = entries[index]
    if len(entries) == 1:
        return text[:start] + text[end:]
    last = index == len(entries) - 1
    gap = (entries[index - 1][1], start) if last else (end, entries[index + 1][0])
    if "#" not in text[gap[0] : gap[1]]:
        start, end = (gap[0], end) if last else (start, gap[1])
        return text[:start] + text[end:]
    comma = text.find(",", *gap)
    if last:
        return text[:comma] + text[comma + 1 : start] + text[end:]
    return text[:start] + text[end:comma] + text[comma + 1 :]


def pair_cut(text: str, branch: Branch, index: int) -> str:
    """Without the lines of one key."""
    key, value = branch.pairs[index]
    start = _line_start(text, key.start)
    if not text[start : key.start].strip():
        return _lines_cut(text, start, value.end)
    # The first key of an item shares its line with the dash.
    following = branch.pairs[index + 1][0].start if index + 1 < len(branch.pairs) else None
    if following is None or "#" in text[value.end : following]:
        raise EditError(f"'{key.value}' is not removed by a page there; edit the file by hand")
    return text[: key.start] + text[following:]


def item_cut(text: str, row: Row, index: int) -> str:
    """Without the lines of one item."""
    return _lines_cut(text, _item_start(text, row, index), row.items[index].end)


def item_inserted(text: str, row: Row, position: int, written: str) -> str:
    """New lines above an item and the comments right above it, or below the last item."""
    if position >= len(row.items):
        return line_added(text, row.end, written)
    at, new = _body(text, row, position)[0], newline(text)
    return text[:at] + written.replace("\n", new) + new + text[at:]


def permuted(text: str, row: Row, order: Sequence[int]) -> str:
    """The items of a list in another order; what stands between them stays where it is."""
    bodies = [
        (item.start, item.end) if row.flow else _body(text, row, index)
        for index, item in enumerate(row.items)
    ]
    between = [text[one[1] : other[0]] for one, other in pairwise(bodies)]
    moved = [text[slice(*bodies[index])] for index in order]
    middle = "".join(body + gap for body, gap in zip(moved, [*between, ""], strict=True))
    return text[: bodies[0][0]] + middle + text[bodies[-1][1] :]


def _body(text: str, row: Row, index: int) -> Span:
    """An item's lines with the comments right above it, without the last line's end."""
    start = _item_start(text, row, index)
    floor = row.items[index - 1].end if index else 0
    lead = " " * row.column + "#"
    while start > floor:
        above = _line_start(text, start - 1)
        if above <= floor or not text.startswith(lead, above):
            break
        start = above
    end = text.find("\n", row.items[index].end)
    end = len(text) if end < 0 else end
    return start, end - 1 if text[end - 1 : end] == "\r" else end


def _item_start(text: str, row: Row, index: int) -> int:
    """The first character of the line on which an item's dash stands."""
    at = row.start
    if index:
        at = text.find("\n", row.items[index - 1].end) + 1
        while not text.startswith("-", at + row.column) or text[at : at + row.column].strip(" "):
            at = text.find("\n", at) + 1
            if not 0 < at <= row.items[index].start:
                raise EditError("an item's dash was not found; edit the file by hand")
    start = _line_start(text, at)
    if text[start : start + row.column].strip(" "):
        raise EditError("a list that begins beside its key is not changed by a page")
    return start


def _lines_cut(text: str, start: int, end: int) -> str:
    at = text.find("\n", end)
    if at >= 0:
        return text[:start] + text[at + 1 :]
    # The last line has no end: the one before it takes its place.
    return text[:start].removesuffix("\n").removesuffix("\r")


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1
