"""What pydantic finds wrong with a plan, said in one sentence each to the person who wrote it."""

from __future__ import annotations

import re
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from milepost.errors import hint, nearest
from milepost.plan.model import Plan
from milepost.plan.reading import Node, Place, node_at

_EXPECTED = {
    "string_type": "a text",
    "text_or_keys": "a text, or keys with values",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "tuple_type": "a list",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "date_type": "a date such as 2017-05-31",
    "date_form": "a date such as 2017-05-31",
    "date_parsing": "a date such as 2017-05-31",
    "date_from_datetime_parsing": "a date such as 2017-05-31",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
}


def place_of(error: ErrorDetails, root: Node) -> Place:
    """Where in the file an error is: pydantic's own steps ('str', '[key]') left out."""
    place: Place = ()
    for step in error["loc"]:
        if node_at(root, (*place, step)):
            place = (*place, step)
    return (*place, error["loc"][-1]) if error["type"] == "missing" else place


def sentence(error: ErrorDetails, place: Place, root: Node) -> str:
    """What is wrong at a place, what was expected and the nearest right name."""
    kind, name = error["type"], _name(place)
    if kind == "extra_forbidden" and is_table(place):
        return (
            "table: a database is not read in this version; export it, and name the file in 'from'"
        )
    if kind == "extra_forbidden":
        return f"'{place[-1]}' is not a key of {_part(place)}{hint(str(place[-1]), keys_at(place[:-1]))}"
    if kind == "missing":
        return _missing(place)
    if kind == "too_long":
        limit = error.get("ctx", {}).get("max_length")
        return f"{name}: expected {limit} values, found {len(error['input'])}"
    if kind == "literal_error":
        return _not_among(error, place)
    if kind == "string_pattern_mismatch":
        rule = "a name is letters, digits and _, a letter first"
        subject = "" if error["loc"][-1] == "[key]" else f"{name}: "
        return f"{subject}{_found(root, place, error)} is no name; {rule}"
    if kind in _EXPECTED:
        expected = _EXPECTED[kind].format(**error.get("ctx", {}))
        return f"{name}: expected {expected}, found {_found(root, place, error)}"
    return f"{name}: {error['msg']}"


def is_table(place: Place) -> bool:
    """Whether a place is where a source would name a table of a database."""
    return len(place) == 3 and (place[0], place[2]) == ("sources", "table")


def keys_at(place: Place) -> tuple[str, ...]:
    """The keys that a mapping at a place of the plan may hold, as they are written."""
    kind: Any = Plan
    for step in place:
        kind = _inside(kind, step)
    model = _model(kind)
    if not model:
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _inside(kind: Any, step: str | int) -> Any:
    model = _model(kind)
    if model:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        return fields[str(step)].annotation if step in fields else None
    inner = [part for part in get_args(_bare(kind)) if part not in (Ellipsis, type(None))]
    return inner[-1] if inner else None


def _bare(kind: Any) -> Any:
    """A type without Annotated and without None."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(part for part in get_args(kind) if part is not type(None)))
    return kind


def _model(kind: Any) -> type[BaseModel] | None:
    bare = _bare(kind)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _name(place: Place) -> str:
    """The last key of a place, with its item (from 1), or with its mapping ('targets.nps')."""
    if not place:
        return "the plan"
    if isinstance(place[-1], int):
        return f"{_name(place[:-1])}, item {place[-1] + 1}"
    in_mapping = len(place) > 1 and isinstance(place[-2], str) and not keys_at(place[:-1])
    return f"{place[-2]}.{place[-1]}" if in_mapping else str(place[-1])


def _part(place: Place) -> str:
    around = place[:-1]
    named = [step for step in around if isinstance(step, str)]
    if not named:
        return "the plan"
    return f"this item of '{named[-1]}'" if isinstance(around[-1], int) else f"'{named[-1]}'"


def _missing(place: Place) -> str:
    if isinstance(place[-1], int):
        example = "" if place[0] == "metrics" and "boxes" not in place else ", such as [1, 5]"
        return f"{_name(place[:-1])}: expected two values{example}"
    return f"'{place[-1]}' is missing in {_part(place)}"


def _not_among(error: ErrorDetails, place: Place) -> str:
    if place == ("engine",):
        return "engine: only duckdb is available in this version; leave the line out"
    expected = str(error.get("ctx", {}).get("expected", ""))
    close = nearest(str(error["input"]), re.findall("'([^']+)'", expected))
    subject = (
        f"'{place[-1]}'" if error["loc"][-1] == "[key]" else f"{_name(place)}: {_shown(error)}"
    )
    instead = f"did you mean '{close}'?" if close else f"expected {expected}"
    return f"{subject} is unknown; {instead}"


def _found(root: Node, place: Place, error: ErrorDetails) -> str:
    node = node_at(root, place)
    if error["loc"][-1] != "[key]" and node:
        if isinstance(node.value, dict):
            return "keys with values"
        if isinstance(node.value, tuple):
            return "a list"
    return _shown(error)


def _shown(error: ErrorDetails) -> str:
    text = " ".join(str(error["input"]).split())
    return f"'{text[:40]}…'" if len(text) > 41 else f"'{text}'"
