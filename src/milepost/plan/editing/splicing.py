"""The four changes that the text of a plan takes: put a value, drop an entry, insert an item, move one.

Each change is read back: what it says must differ by the change and by nothing else, or it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import cast

from milepost.plan.editing import saying, spans, writing
from milepost.plan.editing.edit import EditError
from milepost.plan.editing.tree import Branch, Data, Leaf, Piece, Row, data, tree
from milepost.plan.editing.writing import Value
from milepost.plan.reading import Place, Step

_BOM = "\ufeff"


def read(text: str) -> Data:
    """What a plan's text says, as mappings, lists and texts. Raises EditError."""
    return data(tree(text.removeprefix(_BOM)))


def put(text: str, place: Place, value: Value) -> str:
    """Set the value at a place; keys that are not there are made. Raises EditError."""
    return _checked(
        text,
        lambda body, root: _put(body, root, place, value),
        lambda said: saying.assigned(said, place, saying.plain(value)),
    )


def drop(text: str, place: Place) -> str:
    """Remove the key or the item at a place; a key whose last item goes is removed with it.

    Comments on lines of their own stay. Nothing happens where there is no such place.
    """
    root = tree(text.removeprefix(_BOM))
    if root is None or len(_path(root, place)) <= len(place):
        return text
    place = _emptied(root, place)
    return _checked(
        text, lambda body, root: _drop(body, root, place), lambda said: saying.removed(said, place)
    )


def drop_each(text: str, places: Sequence[Place]) -> str:
    """Remove keys, each of a mapping of its own that keeps others; the text is read once for all of them."""
    order = sorted(places, reverse=True)

    def change(body: str, root: Piece | None) -> str:
        # From the end on: what is cut there moves nothing that stands before it.
        return reduce(lambda rest, place: _drop(rest, root, place), order, body)

    return _checked(text, change, lambda said: reduce(saying.removed, order, said))


def insert(text: str, place: Place, position: int, value: Value, *, block: bool = False) -> str:
    """Put an item before the one at a position of the list at a place, or behind the last.

    A list that is not there is made. The item is written as its neighbours are; the first one with
    a key a line where `block`.
    """
    return _checked(
        text,
        lambda body, root: _insert(body, root, place, position, value, block=block),
        lambda said: saying.inserted(said, place, position, saying.plain(value)),
    )


def move(text: str, place: Place, origin: int, target: int) -> str:
    """Move an item of the list at a place to another position, with the comments right above it."""
    items = saying.inside(read(text), place)
    order = list(range(len(items))) if isinstance(items, list) else []
    order.insert(target, order.pop(origin))
    return _checked(
        text,
        lambda body, root: spans.permuted(body, _row(root, place), order),
        lambda said: saying.ordered(said, place, order),
    )


def _checked(
    text: str, change: Callable[[str, Piece | None], str], expected: Callable[[Data], Data]
) -> str:
    mark = _BOM if text.startswith(_BOM) else ""
    body = text.removeprefix(_BOM)
    root = tree(body)
    after = change(body, root)
    if after != body and _said(after) != (expected(data(root)),):
        raise EditError("a page cannot change what is written that way; edit the file by hand")
    return mark + after


def _said(text: str) -> tuple[Data, ...]:
    """What a text says; nothing where it cannot be read. Order counts."""
    try:
        return (data(tree(text)),)
    except EditError:
        return ()


def _put(text: str, root: Piece | None, place: Place, value: Value, *, block: bool = False) -> str:
    if root is None or _empty(root):
        return _begun(text, _wrapped(place, value), block=block)
    path = _path(root, place)
    if len(path) > len(place):
        return _replaced(text, path, value, block=block)
    last, rest = path[-1], place[len(path) - 1 :]
    if _empty(last):
        return _replaced(text, path, _wrapped(rest, value), block=block)
    if not isinstance(last, Branch):
        raise EditError(f"{_named(place)}: there is no such place in the plan")
    return _added(text, root, last, str(rest[0]), _wrapped(rest[1:], value), block=block)


def _begun(text: str, value: Value, *, block: bool) -> str:
    """A plan that says nothing yet: its comments stay above."""
    new = spans.newline(text)
    lead = text if not text or text.endswith("\n") else text + new
    lines = writing.lines(value, column=0, indent=spans.indent_of(None), block=block)
    return lead + "".join(line + new for line in lines)


def _replaced(text: str, path: list[Piece], value: Value, *, block: bool) -> str:
    old = path[-1]
    if data(old) == saying.plain(value):
        return text
    written = _written(text, path, value, block=block).replace("\n", spans.newline(text))
    if not isinstance(old, Leaf) and not old.flow and len(path) > 1:
        return _unfolded(text, path[-2], old, written)
    beside = text[old.start - 1 : old.start] == ":" and not written[:1].isspace()
    return text[: old.start] + " " * beside + written + text[old.end :]


def _unfolded(text: str, around: Piece, old: Piece, written: str) -> str:
    """With a value in place of lines below their key; a comment behind the key stays there."""
    keys = (
        [key for key, value in around.pairs if value == old] if isinstance(around, Branch) else []
    )
    if not keys:
        return text[: old.start] + written + text[old.end :]
    colon = text.index(":", keys[0].end) + 1
    comment = text[colon : old.start].rstrip()
    beside = f" {written}{comment}" if not written[:1].isspace() else f"{comment}{written}"
    return text[:colon] + beside + text[old.end :]


def _written(text: str, path: list[Piece], value: Value, *, block: bool) -> str:
    """A new value in the form of its surroundings, and in the quotes of the old one."""
    if not isinstance(value, Mapping) and not writing.is_list(value):
        old = path[-1]
        quote = old.style if isinstance(old, Leaf) else ""
        return writing.scalar(cast("writing.Scalar", value), quote=quote)
    around = path[-2] if len(path) > 1 else None
    if not isinstance(around, Branch) or any(map(_is_flow, path[:-1])):
        return writing.flow(value)
    indent = spans.indent_of(path[0])
    written = writing.after_colon(value, column=around.column, indent=indent, block=block)
    return written.removeprefix(" ")


def _added(text: str, root: Piece, branch: Branch, key: str, value: Value, *, block: bool) -> str:
    if branch.flow:
        return spans.flow_added(text, branch, f"{writing.scalar(key)}: {writing.flow(value)}")
    indent = spans.indent_of(root)
    tail = writing.after_colon(value, column=branch.column, indent=indent, block=block)
    return spans.line_added(text, branch.end, f"{' ' * branch.column}{writing.scalar(key)}:{tail}")


def _drop(text: str, root: Piece | None, place: Place) -> str:
    around = _at(root, place[:-1])
    if isinstance(around, Branch):
        index = around.find(str(place[-1])) or 0
        entries = [(key.start, value.end) for key, value in around.pairs]
        cut = spans.flow_cut(text, entries, index) if around.flow else ""
        return cut or spans.pair_cut(text, around, index)
    row, index = _row(root, place[:-1]), int(place[-1])
    if row.flow:
        return spans.flow_cut(text, [(item.start, item.end) for item in row.items], index)
    return spans.item_cut(text, row, index)


def _insert(
    text: str, root: Piece | None, place: Place, position: int, value: Value, *, block: bool
) -> str:
    row = _at(root, place)
    if row is None or _empty(row):
        return _put(text, root, place, [value], block=block)
    row = _row(root, place)
    if row.flow:
        return spans.flow_inserted(text, row, position, writing.flow(value))
    alike = [not item.flow for item in row.items if isinstance(item, Branch)]
    written = writing.item(
        value, column=row.column, indent=spans.indent_of(root), block=any(alike or [block])
    )
    return spans.item_inserted(text, row, position, "\n".join(written))


def _emptied(root: Piece, place: Place) -> Place:
    """The place to drop: the key around it where nothing would be left there."""
    while len(place) > 1 and isinstance(place[-2], str):
        around = _at(root, place[:-1])
        count = (
            len(around.pairs) if isinstance(around, Branch) else len(_row(root, place[:-1]).items)
        )
        if count > 1:
            break
        place = place[:-1]
    return place


def _path(root: Piece, place: Place) -> list[Piece]:
    """The pieces on the way to a place, as far as there are any; the root is the first."""
    path = [root]
    for step in place:
        found = _child(path[-1], step)
        if found is None:
            break
        path.append(found)
    return path


def _child(piece: Piece, step: Step) -> Piece | None:
    if isinstance(piece, Branch):
        index = piece.find(str(step))
        return None if index is None else piece.pairs[index][1]
    if isinstance(piece, Row) and isinstance(step, int) and step < len(piece.items):
        return piece.items[step]
    return None


def _at(root: Piece | None, place: Place) -> Piece | None:
    path = _path(root, place) if root else []
    return path[-1] if len(path) == len(place) + 1 else None


def _row(root: Piece | None, place: Place) -> Row:
    found = _at(root, place)
    if not isinstance(found, Row):
        raise EditError(f"{_named(place)}: a list was expected there; edit the file by hand")
    return found


def _empty(piece: Piece) -> bool:
    """Whether a piece says nothing: a key without a value, {} or []."""
    if isinstance(piece, Leaf):
        return piece.empty
    return not (piece.pairs if isinstance(piece, Branch) else piece.items)


def _is_flow(piece: Piece) -> bool:
    return not isinstance(piece, Leaf) and piece.flow


def _wrapped(place: Place, value: Value) -> Value:
    for step in reversed(place):
        if not isinstance(step, str):
            raise EditError(f"{_named(place)}: there is no such item in the plan")
        value = {step: value}
    return value


def _named(place: Place) -> str:
    return ".".join(map(str, place)) or "the plan"
