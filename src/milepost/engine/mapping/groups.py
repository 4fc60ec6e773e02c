"""Groups: many lines make one row; what is computed from each, added up, and computed from that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping.lines import Computed, expect_column, struct_bad
from milepost.engine.mapping.targets import Target
from milepost.engine.sql import Tree

KEY = "_key"


@dataclass(frozen=True, slots=True)
class Grouping:
    """How lines become rows: `leaves` on a line, `totals` over a group, `rows` from totals.

    The three grow while trees are taken apart.
    """

    leaves: dict[str, Computed] = field(default_factory=dict)
    totals: dict[str, tuple[str, Tree]] = field(default_factory=dict)
    rows: list[tuple[Target, Tree]] = field(default_factory=list)

    def leaf(self, tree: Tree, column: str) -> Tree:
        """A line's value, computed once however often it is needed."""
        plain = isinstance(tree, exp.Column)
        name = f"_leaf_{len(self.leaves)}"
        item = self.leaves.setdefault(sql.render(tree), Computed(name, tree, column, plain))
        return sql.column(item.name)

    def total(self, tree: Tree) -> Tree:
        """A group's value, added up once however often it is needed."""
        name, _ = self.totals.setdefault(sql.render(tree), (f"_total_{len(self.totals)}", tree))
        return sql.column(name)


def grouping_of(key: Tree, targets: Sequence[Target]) -> Grouping:
    """The three steps from lines to the rows of these targets."""
    made = Grouping()
    made.leaves[""] = Computed(KEY, key, "group", isinstance(key, exp.Column), required=True)
    for target in targets:
        made.rows.append((target, _of_totals(target.tree, target.name, made)))
    return made


def settled(tree: Tree) -> Tree:
    """The tree over any number of lines: a column outside of aggregates is its first value."""
    made = Grouping()
    whole = _of_totals(tree, "", made)
    totals = dict(made.totals.values())
    leaves = {item.name: item.tree for item in made.leaves.values()}

    def back(node: Tree) -> Tree:
        if not isinstance(node, exp.Column) or node.table:
            return node
        if node.name in totals:
            return totals[node.name].copy().transform(back)
        return leaves[node.name].copy() if node.name in leaves else node

    return whole.transform(back)


def grouped_query(grouping: Grouping, *, lines: str, expects: int) -> exp.Select:
    """One row a group of the lines that are neither excluded nor bad, with `_lines`, their number."""
    inner = sql.select(
        sql.sql("min(_record) AS _record"),
        sql.sql("arg_min(_file, _record) AS _file"),
        sql.sql("arg_min(_sheet, _record) AS _sheet"),
        *(sql.named(tree, name) for name, tree in grouping.totals.values()),
        *(
            sql.named(sql.sql("bool_and(:x)", x=sql.column(expect_column(n))), expect_column(n))
            for n in range(expects)
        ),
        sql.sql("count(*) AS _lines"),
    ).from_(sql.table(lines)).where(sql.sql("NOT _excluded AND _bad IS NULL"))  # fmt: skip
    inner = inner.group_by(sql.column(KEY))
    tried = sql.select(
        "*", *(sql.named(sql.attempt(tree), target.name) for target, tree in grouping.rows)
    ).from_(inner.subquery("totals"))
    failed = [
        (sql.sql(":x IS NULL", x=sql.column(target.name)),
         struct_bad(target.name, exp.null(), "cannot be computed"))
        for target, _ in grouping.rows
    ]  # fmt: skip
    return sql.select(
        "_record", "_file", "_sheet",
        *(
            sql.named(sql.sql("list_extract(:x, 1)", x=sql.column(target.name)), target.name)
            for target, _ in grouping.rows
        ),
        *(sql.column(expect_column(n)) for n in range(expects)),
        sql.sql("FALSE AS _excluded"),
        sql.named(sql.case(failed), "_bad"),
        "_lines",
    ).from_(tried.subquery("tried"))  # fmt: skip


def _of_totals(tree: Tree, column: str, made: Grouping) -> Tree:
    """The tree over totals: each aggregate over a line's values, each other column its first."""
    if tree.find(exp.AggFunc) is None:
        return made.total(sql.sql("arg_min(:x, _record)", x=made.leaf(tree, column)))

    def lift(node: Tree) -> Tree:
        if isinstance(node, exp.Filter | exp.AggFunc):
            return made.total(_over_leaves(node, column, made))
        if isinstance(node, exp.Column):
            return made.total(sql.sql("arg_min(:x, _record)", x=made.leaf(node, column)))
        return node

    return tree.copy().transform(lift)


def _over_leaves(tree: Tree, column: str, made: Grouping) -> Tree:
    result = tree.copy()
    for child in list(_inputs(result)):
        child.replace(made.leaf(child.copy(), column))
    return result


def _inputs(tree: Tree) -> list[Tree]:
    """What an aggregate, with its filter, takes from each line."""
    found: list[Tree] = []
    for child in tree.iter_expressions():
        if isinstance(child, exp.Distinct | exp.AggFunc | exp.Where | exp.IgnoreNulls):
            found.extend(_inputs(child))
        elif not isinstance(child, exp.Star | exp.Literal | exp.Boolean):
            found.append(child)
    return found
