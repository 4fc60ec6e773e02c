"""Whether a plan's conditions and own metrics can be computed, tried on one row of the fact's types."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
from sqlglot import exp

from milepost.engine import sql
from milepost.engine.database import connected, said
from milepost.engine.sql import Tree
from milepost.plan.expressions import ExpressionError, columns_of, parse
from milepost.plan.facts import FactShape, stored
from milepost.plan.load import Draft
from milepost.plan.metric_checks import expressions_of
from milepost.plan.mistakes import Mistake
from milepost.plan.model import Plan
from milepost.plan.reading import Place
from milepost.plan.scope import shapes

# A value of each type of column, as the facts are stored.
_VALUES = {
    "text": "'a'", "number": "CAST(1.5 AS DOUBLE)", "boolean": "TRUE",
    "time": "TIMESTAMPTZ '2017-05-07 10:11:12+00'", "date": "DATE '2017-05-07'",
    "seconds": "CAST(90 AS DOUBLE)",
}  # fmt: skip
_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT")
# What reads one type as another may fail on the made-up row alone.
CONVERSIONS = (exp.Cast, exp.StrToTime, exp.DateFromParts, exp.TimestampFromParts, exp.Anonymous)


def passed_by(plan: Plan) -> Iterator[Mistake]:
    """Conditions that are none, or that compare what cannot be compared."""
    facts = shapes(plan.facts)
    for index, journey in enumerate(plan.journeys):
        for number, point in enumerate(journey.touchpoints):
            passed = point.passed_by
            if passed and passed.where and passed.fact in facts:
                text = _fault(passed.where, facts[passed.fact], "condition")
                if text:
                    place = ("journeys", index, "touchpoints", number, "passed_by", "where")
                    yield place, f"where: {text}"


def own_metrics(draft: Draft, plan: Plan) -> Iterator[Mistake]:
    """Own metrics whose expressions cannot be computed over their fact."""
    facts = shapes(plan.facts)
    for index, own in enumerate(plan.metrics):
        place: Place = ("metrics", index)
        if own.fact in facts and own.variant_of is None and draft.sound(place):
            for within, what, text in expressions_of(own):
                fault = _fault(text, facts[own.fact], what)
                if fault:
                    yield (*place, *within), f"{within[0]}: {fault}"


def _fault(text: str, shape: FactShape, what: str) -> str | None:
    """What is wrong with an expression, as far as its columns' types are known."""
    types = stored(shape)
    try:
        tree = parse(text, aggregates=what == "sums")
    except ExpressionError:
        return None
    # Attributes and measures have the types of their files.
    if not {name.lower() for _, name in columns_of(tree)} <= set(types):
        return None
    row = sql.select(*(sql.named(sql.sql(_VALUES[kind]), name) for name, kind in types.items()))
    return _tried(tree, row, what)


def _tried(tree: Tree, row: exp.Select, what: str) -> str | None:
    made = sql.select(sql.named(tree, "passed")).from_(row.subquery("row"))
    with connected() as con:
        try:
            kind = con.execute(f"DESCRIBE {sql.render(made)}").fetchall()[0][1]
            if not tree.find(*CONVERSIONS):
                counted = sql.select(sql.sql("count(passed)")).from_(made.subquery("made"))
                con.execute(sql.render(counted)).fetchall()
        except duckdb.Error as error:
            return f"'{sql.render(tree)}' cannot be computed: {_reason(error)}"
    if what == "condition" and kind != "BOOLEAN":
        return f"'{sql.render(tree)}' is no condition; compare it with something"
    if what != "condition" and not kind.startswith(_NUMBERS):
        return f"'{sql.render(tree)}' is no number, but {kind}"
    return None


def _reason(error: duckdb.Error) -> str:
    """DuckDB's first line without the name of the error; of the made-up row's values no word."""
    if isinstance(error, duckdb.ConversionException):
        return "a text is compared with a number or a time; quote texts and times, not numbers"
    return said(error)
