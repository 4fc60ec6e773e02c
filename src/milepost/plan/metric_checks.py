"""What can be wrong with a plan's own metrics, as far as their text and the facts' columns tell."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from milepost.errors import hint
from milepost.plan.expressions import AGGREGATES, ExpressionError, columns_of, parse
from milepost.plan.mistakes import Mistake
from milepost.plan.model import ESTIMATORS, OwnMetric
from milepost.plan.questions import scales_named
from milepost.plan.reading import Place
from milepost.plan.scope import Scope

_OF_VARIANTS = ("boxes", "days", "hours", "months", "seconds", "first", "last")
_OF_OWN = ("fact", "where", *ESTIMATORS, "unit", "good", "kind")
_ONE = "state one of share, mean, net, ratio, rate, quantile and total over a 'fact'"


def check_metric(metric: OwnMetric, place: Place, scope: Scope) -> Iterator[Mistake]:
    """Every mistake of one metric that its own text brings out."""
    for key, box in metric.boxes.items():
        yield from _box(key, box, (*place, "boxes", key))
    if metric.variant_of is not None:
        yield from _mixed(metric, place, _OF_OWN, "a variant has that of its base")
        return
    if metric.estimators:
        yield from _mixed(metric, place, _OF_VARIANTS, "it belongs to a 'variant_of'")
    if len(metric.estimators) != 1 and scope.whole(place):
        stated = " and ".join(metric.estimators)
        found = f"both {stated} are stated" if stated else "says nothing of what it measures"
        yield place, f"metric '{metric.name}': {found}; {_ONE}, or a 'variant_of'"
    if len(metric.estimators) != 1:
        return
    if metric.fact is None:
        yield place, f"metric '{metric.name}' is of no fact; state 'fact', such as orders"
    elif metric.fact not in scope.facts:
        near = hint(metric.fact, scope.facts)
        yield (*place, "fact"), f"fact '{metric.fact}' is unknown{near}"
    else:
        yield from _expressions(metric, metric.fact, place, scope)


def expressions_of(metric: OwnMetric) -> Iterator[tuple[Place, str, str]]:
    """The SQL of a metric: the place within it, what it has to be, and the text.

    It is a 'condition' or a 'number' of a row, or the 'sums' over many.
    """
    if metric.where is not None:
        yield ("where",), "condition", metric.where
    if metric.share is not None:
        yield ("share",), "condition", metric.share
    if metric.mean is not None:
        yield ("mean",), "number", metric.mean
    if metric.quantile is not None:
        yield ("quantile", "of"), "number", metric.quantile.of
    if metric.total is not None:
        yield ("total",), "sums", metric.total
    yield from ((("net", i), "condition", text) for i, text in enumerate(metric.net or ()))
    for name, pair in (("ratio", metric.ratio), ("rate", metric.rate)):
        yield from (((name, i), "sums", text) for i, text in enumerate(pair or ()))


def _mixed(metric: OwnMetric, place: Place, names: tuple[str, ...], why: str) -> Iterator[Mistake]:
    for name in names:
        if getattr(metric, name) not in (None, {}):
            yield (*place, name), f"'{name}' cannot stand at metric '{metric.name}': {why}"


def _expressions(metric: OwnMetric, fact: str, place: Place, scope: Scope) -> Iterator[Mistake]:
    for within, what, text in expressions_of(metric):
        at, key = (*place, *within), within[0]
        fault = _fault(text, what, str(key))
        if fault:
            yield at, f"{key}: {fault}"
        elif fact in scope.shapes:
            yield from _columns(text, what, fact, at, scope)


def _fault(text: str, what: str, key: str) -> str | None:
    """What is wrong with an expression by itself."""
    try:
        tree = parse(text, aggregates=True)
    except ExpressionError as error:
        return str(error)
    added = tree.find(*AGGREGATES.values())
    if what != "sums":
        if added is None:
            return None
        rows = "a condition" if what == "condition" else "a value"
        return f"'{text}' adds up rows, and '{key}' takes {rows} of one row"
    if added is None:
        return f"'{text}' adds nothing up; write such as sum({text})"
    if not _additive(tree):
        return (
            f"'{text}' does not add up over days and segments; write sum(…) and count(…),"
            " joined by + and -"
        )
    return None


def _additive(tree: exp.Expr) -> bool:
    """Whether the totals of two groups of rows, added, are the total of both."""
    match tree:
        case exp.Paren() | exp.Neg():
            return _additive(tree.this)
        case exp.Filter():
            return _additive(tree.this)
        case exp.Add() | exp.Sub():
            return _additive(tree.left) and _additive(tree.right)
        case exp.Mul():
            ends = (tree.left, tree.right)
            numbers = [end for end in ends if isinstance(end, exp.Literal) and end.is_number]
            others = [end for end in ends if end not in numbers]
            return len(numbers) == 1 and _additive(others[0])
        case exp.Sum() | exp.Count():
            return not isinstance(tree.this, exp.Distinct)
    return False


def _columns(text: str, what: str, fact: str, place: Place, scope: Scope) -> Iterator[Mistake]:
    for alias, name in columns_of(parse(text, aggregates=what == "sums")):
        if alias:
            yield place, f"{place[-1]}: write '{name}', without the alias '{alias}'"
        elif not scope.may_have(fact, name):
            yield place, f"'{name}' is no column of fact {fact}{hint(name, scope.columns(fact))}"


def _box(key: str, box: tuple[int, int], place: Place) -> Iterator[Mistake]:
    scales, (low, high) = scales_named(key), box
    if not scales:
        yield place, f"boxes: '{key}' is no scale; expected points such as 5, or ends such as 0-10"
    elif low > high:
        yield place, f"boxes: [{low}, {high}] has its ends swapped; state the lower one first"
    elif not any(first <= low and high <= last for first, last in scales):
        yield place, f"boxes: [{low}, {high}] is off the scale {key}"
