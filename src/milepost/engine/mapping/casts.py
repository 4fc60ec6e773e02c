"""Text where an expression means a number: a file of text is cast, and a failing cast shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from milepost.engine.sql import Tree
from milepost.plan.expressions import NUMBER_FUNCTIONS

IsText = Callable[[exp.Column], bool]

_ALWAYS = (exp.Mul, exp.Div, exp.IntDiv, exp.Mod)
_SUMS = (exp.Add, exp.Sub)
_COMPARISONS = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ,
)  # fmt: skip
_CHOICES = (exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least)
_EXTREMES = (exp.Min, exp.Max)
_NUMERIC: tuple[type[exp.Expr], ...] = (
    *_ALWAYS, *_SUMS, exp.Sum, exp.Avg, exp.Neg, exp.Count, exp.Length, exp.StrPosition, exp.DateDiff,
    exp.Extract, exp.Year, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Quarter, exp.TimeToUnix,
    *(kind for kind in NUMBER_FUNCTIONS.values() if kind not in (exp.Greatest, exp.Least)),
)  # fmt: skip


def numbered(tree: Tree, is_text: IsText, *, number: bool = False) -> Tree:
    """The tree with text columns cast wherever only a number makes sense; `number`: so its value.

    A column of its own, or text compared with text, stays as it is.
    """
    result = tree.copy()
    for node in list(result.find_all(exp.Expr)):
        for operand in list(_numbers(node, is_text, number=number)):
            _cast(operand, is_text)
    return result


def _numbers(node: Tree, is_text: IsText, *, number: bool) -> Iterator[Tree]:
    """The operands of a node that are meant as numbers."""
    match node:
        case exp.Binary() if isinstance(node, _ALWAYS):
            yield from (node.left, node.right)
        case exp.Binary() if isinstance(node, _SUMS):
            if all(_is_number(side) or _text(side, is_text) for side in (node.left, node.right)):
                yield from (node.left, node.right)
        case exp.Binary() if isinstance(node, _COMPARISONS):
            yield from _together([node.left, node.right])
        case exp.Neg() | exp.Sum() | exp.Avg():
            yield node.this
        case exp.Min() | exp.Max() if number:
            yield node.this
        case exp.Between():
            yield from _together([node.this, node.args["low"], node.args["high"]])
        case exp.In() | exp.Coalesce() | exp.Greatest() | exp.Least():
            yield from _together([node.this, *node.expressions])
        case exp.Nullif():
            yield from _together([node.this, node.expression])
        case exp.Case():
            yield from _together(_chosen(node))
        case exp.Func() if isinstance(node, tuple(NUMBER_FUNCTIONS.values())):
            yield node.this


def _together(parts: list[Tree]) -> Iterator[Tree]:
    """What is listed beside a number is meant as one."""
    if any(_is_number(part) for part in parts):
        yield from parts


def _chosen(case: exp.Case) -> list[Tree]:
    """The values between which a CASE chooses."""
    values = [branch.args["true"] for branch in case.args["ifs"]]
    default = case.args.get("default")
    return [*values, default] if default else values


def _is_number(node: Tree) -> bool:
    bare = node.unnest()
    if isinstance(bare, exp.Literal):
        return not bare.is_string
    if isinstance(bare, exp.Cast):
        return bare.to.this in exp.DataType.NUMERIC_TYPES
    if isinstance(bare, exp.Case):
        return any(_is_number(part) for part in _chosen(bare))
    if isinstance(bare, _CHOICES):
        return any(_is_number(part) for part in bare.iter_expressions())
    return isinstance(bare, _NUMERIC)


def _text(node: Tree, is_text: IsText) -> bool:
    bare = node.unnest()
    return isinstance(bare, exp.Column) and is_text(bare)


def _cast(node: Tree, is_text: IsText) -> None:
    """Cast the text columns that give an operand its value."""
    bare = node.unnest()
    if isinstance(bare, exp.Column):
        if is_text(bare):
            bare.replace(exp.cast(bare.copy(), "DOUBLE", dialect="duckdb"))
    elif isinstance(bare, exp.Case):
        for part in _chosen(bare):
            _cast(part, is_text)
    elif isinstance(bare, (*_CHOICES, *_EXTREMES, exp.AnyValue)):
        for part in list(bare.iter_expressions()):
            _cast(part, is_text)
