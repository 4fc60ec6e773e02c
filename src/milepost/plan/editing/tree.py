"""The plan's text as pieces that know where they begin and end in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import yaml

from milepost.plan.editing.edit import EditError
from milepost.plan.reading import DEEPEST, LARGEST_BYTES

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY = ("", "~", "null", "Null", "NULL")

# What a plan says: texts (None: nothing), mappings and lists.
Data: TypeAlias = "str | dict[str, Data] | list[Data] | None"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: its characters in the text, and its quotes ('|' and '>' are those of blocks)."""

    start: int
    end: int
    value: str
    style: str

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not self.style and self.value in _EMPTY


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping: keys with values in their order; `column` is that of its keys."""

    start: int
    end: int
    column: int
    flow: bool
    pairs: tuple[tuple[Leaf, Piece], ...]

    def find(self, key: str) -> int | None:
        """The position of a key."""
        return next((i for i, (name, _) in enumerate(self.pairs) if name.value == key), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A list; `column` is that of its dashes."""

    start: int
    end: int
    column: int
    flow: bool
    items: tuple[Piece, ...]


Piece: TypeAlias = "Leaf | Branch | Row"


@lru_cache(maxsize=4)
def tree(text: str) -> Piece | None:
    """The root of a plan's text; None where it says nothing. Raises EditError."""
    try:
        _refuse(text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        raise EditError(f"{where}: is not valid YAML; mend the plan by hand first") from None
    return _piece(text, root) if root else None


def data(piece: Piece | None) -> Data:
    """What a piece says."""
    if isinstance(piece, Branch):
        return {key.value: data(value) for key, value in piece.pairs}
    if isinstance(piece, Row):
        return [data(item) for item in piece.items]
    return None if piece is None or piece.empty else piece.value


def inner(piece: Piece) -> Iterator[Piece]:
    """A piece and all pieces in it."""
    yield piece
    if isinstance(piece, Branch):
        for _, value in piece.pairs:
            yield from inner(value)
    elif isinstance(piece, Row):
        for item in piece.items:
            yield from inner(item)


def _refuse(text: str) -> None:
    """What no page can change without a risk: aliases, tags, documents in a row, and bombs."""
    if len(text) > LARGEST_BYTES:
        raise EditError("the plan is too large to be changed on a page; edit the file by hand")
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if getattr(event, "anchor", None):
            raise _by_hand(line, "an anchor (&) or alias (*)")
        if getattr(event, "tag", None) and not isinstance(event, yaml.DocumentStartEvent):
            raise _by_hand(line, "a tag (!)")
        if documents > 1 or depth > DEEPEST:
            raise _by_hand(line, "a second document" if documents > 1 else "too deep a nesting")


def _by_hand(line: int, what: str) -> EditError:
    return EditError(f"line {line}: {what} is not changed by a page; edit the file by hand")


def _piece(text: str, node: yaml.Node) -> Piece:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.MappingNode):
        pairs = tuple(_pairs(text, node))
        column = pairs[0][0].start - _line_start(text, pairs[0][0].start) if pairs else 0
        flow = bool(node.flow_style)
        return Branch(start, end if flow else pairs[-1][1].end, column, flow, pairs)
    if isinstance(node, yaml.SequenceNode):
        items = tuple(_piece(text, item) for item in node.value)
        flow = bool(node.flow_style)
        return Row(start, end if flow else items[-1].end, node.start_mark.column, flow, items)
    style = getattr(node, "style", None) or ""
    ended = start + len(text[start:end].rstrip()) if style in ("|", ">") else end
    return Leaf(start, ended, str(node.value), style)


def _pairs(text: str, node: yaml.MappingNode) -> Iterator[tuple[Leaf, Piece]]:
    seen = set()
    for key, value in node.value:
        name, line = _piece(text, key), key.start_mark.line + 1
        if not isinstance(name, Leaf):
            raise _by_hand(line, "a key that is a list or a mapping")
        if name.value in seen:
            raise _by_hand(line, f"'{name.value}', given twice,")
        seen.add(name.value)
        found = _piece(text, value)
        if isinstance(found, Leaf) and found.start == found.end:
            found = _nothing(text, name)
        yield name, found


def _nothing(text: str, key: Leaf) -> Leaf:
    """A value that is left out stands right behind its colon; the reader of YAML says somewhere later."""
    rest = text[key.end :]
    colon = len(rest) - len(rest.lstrip())
    at = key.end + colon + 1 if rest[colon : colon + 1] == ":" else key.end
    return Leaf(at, at, "", "")


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1
