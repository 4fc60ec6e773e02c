"""What the plan writes, bound to the columns that a source and its look-ups have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping.casts import numbered
from milepost.engine.reading.plain import brief, plain
from milepost.engine.sql import Tree
from milepost.errors import MilepostError, hint
from milepost.plan import expressions

Place = tuple[str | int, ...]
PSEUDO = ("_record", "_file", "_sheet")
_TEXTS = ("text", "VARCHAR")


class MappingError(MilepostError):
    """A mapping that does not fit its source; `place` is where in the plan."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(plain(text))
        self.place = place


@dataclass(frozen=True, slots=True)
class Tables:
    """The columns that expressions may use, with their types, by alias; the source comes first."""

    columns: Mapping[str, Mapping[str, str]]
    from_: Mapping[str, str]

    @property
    def main(self) -> str:
        return next(iter(self.columns))

    def find(self, name: str, alias: str | None, *, place: Place) -> exp.Column:
        """The quoted column that a name means, whatever its case."""
        owner = alias or self.main
        if owner not in self.columns:
            raise MappingError(place, f"alias '{owner}' is unknown{hint(owner, self.columns)}")
        if name in self.columns[owner]:
            return sql.column(name, owner)
        for known in self.columns[owner]:
            if known.lower() == name.lower():
                return sql.column(known, owner)
        if owner == self.main and name in PSEUDO:
            return sql.column(name, owner)
        raise MappingError(
            place,
            f"column '{name}' is not in {self.from_[owner]}"
            f"{hint(name, map(brief, self.columns[owner]))}",
        )

    def is_text(self, column: exp.Column) -> bool:
        """Whether a bound column holds text."""
        return self.columns[column.table].get(column.name) in _TEXTS


def tree_of(
    written: str,
    tables: Tables,
    *,
    place: Place,
    aggregates: bool = False,
    number: bool = False,
) -> Tree:
    """The SQL of a plan's entry: `= expression`, `alias.column`, or a column's bare name.

    `number` says that a number is wanted, so that the smallest of texts is the smallest number.
    """
    if expressions.is_expression(written):
        parsed = expressions.parse(expressions.body(written), aggregates=aggregates)
        return _bound(parsed, tables, place=place, number=number)
    alias, _, rest = written.partition(".")
    if rest and alias in tables.columns and written not in tables.columns[tables.main]:
        return tables.find(rest, alias, place=place)
    return tables.find(written, None, place=place)


def condition(written: str, tables: Tables, *, place: Place) -> Tree:
    """A `where` of the plan as SQL."""
    return _bound(expressions.parse(written), tables, place=place)


def _bound(tree: Tree, tables: Tables, *, place: Place, number: bool = False) -> Tree:
    """The tree with every column bound to its table; an unknown one is an error at `place`."""

    def bind(node: Tree) -> Tree:
        if isinstance(node, exp.Column):
            return tables.find(node.name, node.table or None, place=place)
        return node

    return numbered(tree.copy().transform(bind), tables.is_text, number=number)
