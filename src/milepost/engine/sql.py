"""SQL as trees: fragments with named holes, parsed once, filled with other trees, never with text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, reduce
from pathlib import Path

import sqlglot
from sqlglot import exp

Tree = exp.Expr


@cache
def _parsed(fragment: str) -> Tree:
    return sqlglot.parse_one(fragment, dialect="duckdb")


def sql(fragment: str, **holes: Tree) -> Tree:
    """A fragment of DuckDB SQL with its `:name` holes filled.

    >>> render(sql("trim(:x) = :y", x=column("a b"), y=text("it's")))
    'TRIM("a b") = \\'it\\'\\'s\\''
    """

    return fill(_parsed(fragment), holes)


def fill(tree: Tree, holes: Mapping[str, Tree]) -> Tree:
    """A tree with its `:name` holes filled."""

    def place(node: Tree) -> Tree:
        if not isinstance(node, exp.Placeholder) or node.this not in holes:
            return node
        found = holes[node.this].copy()
        return exp.paren(found) if _loose(found) else found

    return tree.transform(place)


def _loose(tree: Tree) -> bool:
    return isinstance(tree, exp.Binary | exp.Unary | exp.Between | exp.In)


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column, so that any header of any file is safe."""
    return exp.column(name, table=table, quoted=True)


def text(value: str) -> exp.Literal:
    """A string literal."""
    return exp.Literal.string(value)


def file(path: str | Path) -> exp.Literal:
    """A file's path as a literal; what DuckDB would read as a pattern stands for itself."""
    return text("".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path)))


def number(value: float | int) -> Tree:
    """A number literal."""
    return exp.convert(value)


def day(value: date) -> Tree:
    """A date literal."""
    return exp.cast(text(value.isoformat()), "date", dialect="duckdb")


def null(type_: str) -> Tree:
    """A typed NULL."""
    return exp.cast(exp.null(), type_, dialect="duckdb")


def call(name: str, *arguments: Tree) -> exp.Anonymous:
    """A function by its DuckDB name, as it stands."""
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def attempt(tree: Tree) -> Tree:
    """A list of the value, or NULL where computing it fails: tells failure from a true NULL."""
    return call("TRY", exp.Array(expressions=[tree.copy()]))


def case(branches: Iterable[tuple[Tree, Tree]], default: Tree | None = None) -> Tree:
    """CASE over (condition, value) pairs; without pairs the default itself."""
    pairs = list(branches)
    if not pairs:
        return default or exp.null()
    whens = [exp.If(this=when.copy(), true=then.copy()) for when, then in pairs]
    return exp.Case(ifs=whens, default=default.copy() if default else None)


def any_of(conditions: Iterable[Tree]) -> Tree:
    """Whether one of the conditions holds; false without any."""
    return _joined(exp.Or, list(conditions), exp.false())


def all_of(conditions: Iterable[Tree]) -> Tree:
    """Whether all conditions hold; true without any."""
    return _joined(exp.And, list(conditions), exp.true())


def one_of(tree: Tree, values: Iterable[str]) -> Tree:
    """Whether a text is one of the values; false without any."""
    literals = [text(value) for value in values]
    return exp.In(this=tree.copy(), expressions=literals) if literals else exp.false()


def named(tree: Tree, name: str) -> Tree:
    """The tree under a quoted name."""
    return exp.alias_(tree.copy(), name, quoted=True)


def select(*trees: Tree | str) -> exp.Select:
    """SELECT of named trees and of columns by their plain names."""
    return exp.select(*trees)


def table(name: str) -> exp.Table:
    """A table or view by its quoted name."""
    return exp.to_table(exp.to_identifier(name, quoted=True).sql("duckdb"), dialect="duckdb")


def parquet(path: str | Path) -> exp.Anonymous:
    """The call that reads one Parquet file, whatever letters its path holds."""
    return call("read_parquet", file(path))


def union(parts: Sequence[exp.Select], *, by_name: bool = False) -> exp.Query:
    """All rows of all parts, whose columns stand in one order unless they go `by_name`."""
    whole: exp.Query = parts[0]
    for part in parts[1:]:
        whole = exp.Union(this=whole, expression=part, distinct=False, by_name=by_name)
    return whole


def view(name: str, query: exp.Query) -> exp.Create:
    """The statement that gives a query a name, which may have been another's."""
    return exp.Create(this=table(name), kind="VIEW", replace=True, expression=query)


def render(tree: Tree) -> str:
    """The tree as DuckDB SQL."""
    return tree.sql(dialect="duckdb")


def _joined(kind: type[exp.Connector], parts: list[Tree], empty: Tree) -> Tree:
    if not parts:
        return empty
    grouped: list[Tree] = [exp.paren(part.copy()) for part in parts]
    return reduce(lambda left, right: kind(this=left, expression=right), grouped)
