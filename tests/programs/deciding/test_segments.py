"""Segments: each operator by a table, hostile values, and nothing that could be run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.deciding.segments import OPERATORS, Condition, Segment

# The operator, what is stated, values for which it holds, values for which it does not (None: absent).
TABLE = [
    ("equals", "DK", ["DK"], ["dk", "SE", "", None, 1, True]),
    ("equals", 5, [5, 5.0, "5"], ["5.0", "05", 6, None]),
    ("equals", True, [True, "true"], [False, 1, "yes", None]),
    ("not", "DK", ["SE", "", None, 1], ["DK"]),
    ("one_of", ("DK", 7), ["DK", 7, "7"], ["SE", None, ""]),
    ("greater", 100, [101, "100.5", 1e9], [100, "99", "many", "", None, True, "nan"]),
    ("less", 0, [-1, "-0.1"], [0, 1, "", None, False, "nan"]),
    ("present", True, ["x", 0, False], ["", None]),
    ("present", False, ["", None], ["x", 0, False]),
]


@pytest.mark.parametrize(("operator", "stated", "held", "missed"), TABLE)
def test_operator(operator, stated, held, missed):
    condition = Condition("a", operator, stated)
    assert [value for value in held if not condition.holds({"a": value})] == []
    assert [value for value in missed if condition.holds({"a": value})] == []
    assert condition.holds({}) == condition.holds({"a": None})


def test_every_operator_has_its_table():
    assert {row[0] for row in TABLE} == {operator.name for operator in OPERATORS}


def test_all_and_any():
    conditions = (Condition("country", "equals", "DK"), Condition("orders", "greater", 3))
    both, either = Segment("all", conditions), Segment("any", conditions)
    people = [{"country": "DK", "orders": 4}, {"country": "DK"}, {"orders": "4"}, {}]
    assert [both.holds(p) for p in people] == [True, False, False, False]
    assert [either.holds(p) for p in people] == [True, True, True, False]


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.sampled_from(OPERATORS), VALUES, VALUES)
def test_no_value_breaks_an_operator(operator, found, stated):
    assert operator.test(found, stated) in (True, False)
