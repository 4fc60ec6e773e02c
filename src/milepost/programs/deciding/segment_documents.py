"""Segments as JSON: {"all": [{"attribute": "country", "equals": "DK"}]}."""

from __future__ import annotations

import math

from milepost.programs.deciding.fields import LIST_LENGTH, TEXT_LENGTH, Fields
from milepost.programs.deciding.segments import (
    BY_NAME,
    OPERATORS,
    Condition,
    Join,
    Operator,
    Segment,
    Stated,
    Value,
)

_JOINS: tuple[Join, ...] = ("all", "any")


def read_segment(fields: Fields, key: str) -> Segment | None:
    """The segment in a field; None after a mistake, which is noted."""
    part = fields.part(key, _JOINS)
    joins = [join for join in _JOINS if join in part.data]
    if len(joins) != 1:
        part.wrong(None, "expected conditions under either 'all' or 'any'", fields.data.get(key))
        return None
    known = ("attribute", *BY_NAME)
    conditions = [_condition(item) for item in part.parts(joins[0], known)]
    if not conditions:
        part.wrong(joins[0], "expected a list of conditions", part.data.get(joins[0]))
    return Segment(joins[0], tuple(c for c in conditions if c is not None))


def segment_as_data(segment: Segment) -> dict[str, object]:
    """A segment as JSON data."""
    return {segment.join: [_as_data(condition) for condition in segment.conditions]}


def _condition(part: Fields) -> Condition | None:
    attribute = part.text("attribute")
    stated = [operator for operator in OPERATORS if operator.name in part.data]
    if len(stated) != 1:
        names = ", ".join(BY_NAME)
        part.wrong(None, f"expected one comparison ({names})", [o.name for o in stated] or None)
        return None
    (operator,) = stated
    return Condition(attribute, operator.name, _stated(part, operator))


def _stated(part: Fields, operator: Operator) -> Stated:
    found = part.data.get(operator.name)
    match operator.takes:
        case "values":
            values = part.items(operator.name)
            if values and all(_is_value(value) for value in values):
                return tuple(value for value in values if isinstance(value, str | int | float))
            expected = f"expected a list of 1 to {LIST_LENGTH} texts or numbers"
        case "number":
            if isinstance(found, int | float) and not isinstance(found, bool) and _is_value(found):
                return found
            expected = "expected a number"
        case "flag":
            if isinstance(found, bool):
                return found
            expected = "expected true or false"
        case "value":
            if isinstance(found, str | int | float) and _is_value(found):
                return found
            expected = f"expected a number, true, false or a text of 1 to {TEXT_LENGTH} characters"
    part.wrong(operator.name, expected, found)
    return None


def _is_value(found: object) -> bool:
    if isinstance(found, str):
        return 0 < len(found) <= TEXT_LENGTH
    return isinstance(found, int | float) and math.isfinite(found) and abs(found) < 1e15


def _as_data(condition: Condition) -> dict[str, object]:
    stated: Value | list[Value]
    stated = list(condition.stated) if isinstance(condition.stated, tuple) else condition.stated
    return {"attribute": condition.attribute, condition.operator: stated}
