"""Values as YAML: texts, numbers, days, mappings and lists, on one line or on several."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, cast

import yaml

Scalar: TypeAlias = "str | int | float | date"
Value: TypeAlias = "Scalar | Mapping[str, Value] | Sequence[Value]"


@dataclass(frozen=True, slots=True)
class Indent:
    """How far a mapping under a key is indented, and how far a list's dashes are."""

    step: int = 2
    dash: int = 2


_PLAIN = re.compile(r"[^\W_](?:[\w ./()+@%=~;&!?'’*$<>-]*[\w./()+@%=~;&!?'’*$<>-])?")
_WIDEST = 90
_RESOLVER: Any = yaml.resolver.Resolver()


def scalar(value: Scalar, *, quote: str = "") -> str:
    """A text, number or day as a YAML scalar; `quote` keeps the quotes that stood there before.

    >>> print(scalar("Check-in"), scalar("yes"), scalar("a: b"), scalar(85.0), scalar("85"))
    Check-in "yes" "a: b" 85 "85"
    """
    if not isinstance(value, str):
        return plain(value)
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and _PLAIN.fullmatch(value) and _is_text(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in quoted)


def plain(value: Scalar) -> str:
    """What a scalar reads back as.

    >>> plain(85.0), plain(0.5), plain(date(2027, 1, 31))
    ('85', '0.5', '2027-01-31')
    """
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def flow(value: Value) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(map(flow, parts(value))) + "]"
    return scalar(cast("Scalar", value))


def is_list(value: Value) -> bool:
    """Whether a value is a list."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def parts(value: Value) -> Sequence[Value]:
    """The values of a mapping, the items of a list; nothing of a scalar."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    return cast("Sequence[Value]", value) if is_list(value) else ()


def fits(value: Value) -> bool:
    """Whether a value reads well on one line; a text, however long, is never broken."""
    if not (isinstance(value, Mapping) or is_list(value)):
        return True
    inner = parts(value)
    if is_list(value) and any(isinstance(one, Mapping) for one in inner):
        return False
    deep = any(parts(one) for part in inner for one in parts(part))
    mappings = any(isinstance(one, Mapping) for part in inner for one in parts(part))
    return not (deep or mappings) and len(flow(value)) <= _WIDEST


def after_colon(value: Value, *, column: int, indent: Indent, block: bool = False) -> str:
    """What follows 'key:' of a mapping that stands at a column: on its line, or lines below it.

    `block`: items of lists have a key a line.
    """
    if fits(value):
        return f" {flow(value)}"
    deeper = column + (indent.dash if is_list(value) else indent.step)
    return "\n" + "\n".join(lines(value, column=deeper, indent=indent, block=block))


def lines(value: Value, *, column: int, indent: Indent, block: bool = False) -> Iterator[str]:
    """A mapping or a list on lines of its own that begin at a column."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            tail = after_colon(one, column=column, indent=indent, block=block)
            yield from f"{' ' * column}{scalar(key)}:{tail}".split("\n")
        return
    for one in parts(value):
        yield from item(one, column=column, indent=indent, block=block or not fits(one))


def item(value: Value, *, column: int, indent: Indent, block: bool) -> Iterator[str]:
    """An item of a list whose dashes stand at a column; `block`: a mapping with a key a line."""
    if not (block and isinstance(value, Mapping) and value):
        yield f"{' ' * column}- {flow(value)}"
        return
    first, *rest = lines(value, column=column + 2, indent=indent, block=block)
    yield f"{' ' * column}- {first.lstrip(' ')}"
    yield from rest


def _is_text(value: str) -> bool:
    """Whether any reader of YAML takes it for a text, and not for a number, a day or a truth."""
    kind = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    return bool(kind == "tag:yaml.org,2002:str" and value.lower() not in ("y", "n"))


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
