"""Who is meant, by attributes: a rule of plain data with a closed list of operators, never a text that is run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | None
Stated = Value | tuple[Value, ...]
Join = Literal["all", "any"]
Takes = Literal["value", "values", "number", "flag"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare an attribute; `takes` is what the rule states beside it."""

    name: str
    takes: Takes
    test: Callable[[Value, Stated], bool]


def _equals(found: Value, stated: Stated) -> bool:
    return not _absent(found) and _same(found) == _same(stated)


def _one_of(found: Value, stated: Stated) -> bool:
    values = stated if isinstance(stated, tuple) else (stated,)
    return any(_equals(found, value) for value in values)


def _greater(found: Value, stated: Stated) -> bool:
    return _number(found) > _number(stated)


def _less(found: Value, stated: Stated) -> bool:
    return _number(found) < _number(stated)


# A person without the attribute is not what a rule names: 'not' holds for them, the others do not.
OPERATORS = (
    Operator("equals", "value", _equals),
    Operator("not", "value", lambda found, stated: not _equals(found, stated)),
    Operator("one_of", "values", _one_of),
    Operator("greater", "number", _greater),
    Operator("less", "number", _less),
    Operator("present", "flag", lambda found, stated: _absent(found) is not stated),
)
BY_NAME = {operator.name: operator for operator in OPERATORS}


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute compared with what is stated, such as ('country', 'equals', 'DK')."""

    attribute: str
    operator: str
    stated: Stated

    def holds(self, attributes: Mapping[str, Value]) -> bool:
        """Whether it is true of somebody with these attributes."""
        return BY_NAME[self.operator].test(attributes.get(self.attribute), self.stated)


@dataclass(frozen=True, slots=True)
class Segment:
    """Conditions of which all must hold, or any."""

    join: Join
    conditions: tuple[Condition, ...]

    def holds(self, attributes: Mapping[str, Value]) -> bool:
        """Whether somebody with these attributes is meant.

        >>> danes = Segment("all", (Condition("country", "equals", "DK"),))
        >>> danes.holds({"country": "DK"}), danes.holds({})
        (True, False)
        """
        joined = all if self.join == "all" else any
        return joined(condition.holds(attributes) for condition in self.conditions)


def _absent(value: Value) -> bool:
    return value is None or value == ""


def _same(value: Stated) -> str:
    """A value as imports and people write it: 5, 5.0 and '5' are one, so are true and 'true'."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(value: Stated) -> float:
    """A value as a number; what is none compares as false with everything."""
    if isinstance(value, bool | tuple) or value is None:
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan
