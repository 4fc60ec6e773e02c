"""What a source has to yield: the columns of its fact, each with its SQL over the source's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.sql import Tree
from milepost.errors import MilepostError, hint
from milepost.plan import expressions
from milepost.plan.facts import SHARED, ColumnType, FactShape
from milepost.plan.model import Asked, Source

Place = tuple[str | int, ...]


class MappingError(MilepostError):
    """A mapping names something that its source does not have; `place` is where in the plan."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.place = place


@dataclass(frozen=True, slots=True)
class Target:
    """One column to make: `plain` when it is a source's column as it stands."""

    name: str
    type: ColumnType
    tree: Tree
    plain: bool
    place: Place
    required: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None

    @property
    def uses(self) -> tuple[exp.Column, ...]:
        """The source's columns that it is made from."""
        return tuple(self.tree.find_all(exp.Column))


@dataclass(frozen=True, slots=True)
class Tables:
    """The columns that expressions may use, by alias; the first alias is the source itself."""

    columns: Mapping[str, Sequence[str]]
    from_: Mapping[str, str]

    @property
    def main(self) -> str:
        return next(iter(self.columns))

    def find(self, name: str, alias: str | None, *, place: Place) -> exp.Column:
        """The quoted column that a name means, whatever its case."""
        owner = alias or self.main
        if owner not in self.columns:
            raise MappingError(place, f"alias '{owner}' is unknown{hint(owner, self.columns)}")
        for known in self.columns[owner]:
            if known == name:
                return sql.column(known, owner)
        for known in self.columns[owner]:
            if known.lower() == name.lower():
                return sql.column(known, owner)
        if alias is None and name in PSEUDO:
            return sql.column(name, owner)
        raise MappingError(
            place,
            f"column '{name}' is not in {self.from_[owner]}{hint(name, self.columns[owner])}",
        )


PSEUDO = ("_record", "_file", "_sheet")


def tree_of(written: str, tables: Tables, *, place: Place, aggregates: bool = False) -> Tree:
    """The SQL of a plan's entry: `= expression`, `alias.column`, or a column's bare name."""
    if expressions.is_expression(written):
        parsed = expressions.parse(expressions.body(written), aggregates=aggregates)
        return qualified(parsed, tables, place=place)
    alias, _, rest = written.partition(".")
    if rest and alias in tables.columns and written not in tables.columns[tables.main]:
        return tables.find(rest, alias, place=place)
    return tables.find(written, None, place=place)


def condition(written: str, tables: Tables, *, place: Place) -> Tree:
    """A `where` of the plan as SQL."""
    body = expressions.body(written) if expressions.is_expression(written) else written
    return qualified(expressions.parse(body), tables, place=place)


def qualified(tree: Tree, tables: Tables, *, place: Place) -> Tree:
    """The tree with every column bound to its table; an unknown one is an error at `place`."""

    def bind(node: Tree) -> Tree:
        if isinstance(node, exp.Column):
            return tables.find(node.name, node.table or None, place=place)
        return node

    return tree.copy().transform(bind)


def targets_of(
    source: Source, fact: FactShape, tables: Tables, *, place: Place, row: int | None = None
) -> tuple[Target, ...]:
    """The columns of a source's records, or of one line of its `rows`."""
    written = dict(source.columns)
    places: dict[str, Place] = {name: (*place, "columns", name) for name in written}
    if row is not None:
        written |= source.rows[row]
        places |= {name: (*place, "rows", row, name) for name in source.rows[row]}
    grouped = source.group is not None

    def target(name: str, kind: ColumnType, where: Place, text: str) -> Target:
        plain = not expressions.is_expression(text)
        tree = tree_of(text, tables, place=where, aggregates=grouped)
        return Target(
            name, kind, tree, plain, where, required=name in fact.required,
            labels=_labels(source, name, text), values=source.values.get(name, {}),
            dates=_format(source, name, text),
        )  # fmt: skip

    columns = [
        target(name, _type(fact, name), places[name], text) for name, text in written.items()
    ]
    attributes = [
        target(name, "text", (*place, "attributes", name), text)
        for name, text in source.attributes.items()
    ]
    return (*columns, *_dated(source, fact, written, place), *attributes)


def raw_answers(source: Source, tables: Tables, *, place: Place) -> tuple[Target, ...]:
    """For each question the column that holds its answers, unread, and its comment's if stated."""
    found = []
    for index, asked in enumerate(source.questions):
        where = (*place, "questions", index)
        found.append(_raw(answer_column(index), _written(asked), tables, where))
        if asked.comment:
            found.append(_raw(comment_column(index), asked.comment, tables, where))
        if asked.where:
            tree = condition(asked.where, tables, place=(*where, "where"))
            found.append(Target(where_column(index), "boolean", tree, False, where))
    return tuple(found)


def answer_column(index: int) -> str:
    """The name of a question's unread answers among the records."""
    return f"_answer_{index}"


def comment_column(index: int) -> str:
    """The name of a question's own comment among the records."""
    return f"_comment_{index}"


def where_column(index: int) -> str:
    """The name of a question's own condition among the records."""
    return f"_where_{index}"


def _raw(name: str, written: str, tables: Tables, place: Place) -> Target:
    plain = not expressions.is_expression(written)
    return Target(name, "text", tree_of(written, tables, place=place), plain, place)


def _written(asked: Asked) -> str:
    return asked.score or asked.answer or ""


def _type(fact: FactShape, name: str) -> ColumnType:
    return fact.columns.get(name) or SHARED.get(name) or "number"


def _labels(source: Source, name: str, written: str) -> Mapping[str, str]:
    return source.labels.get(name) or source.labels.get(written) or {}


def _format(source: Source, name: str, written: str) -> str | None:
    dates = source.read.dates
    if isinstance(dates, dict):
        return dates.get(name) or dates.get(written)
    return dates


def _dated(
    source: Source, fact: FactShape, written: Mapping[str, str], place: Place
) -> tuple[Target, ...]:
    if source.dated is None or fact.time in written:
        return ()
    tree = sql.sql("CAST(:day AS DATE)", day=sql.text(source.dated.isoformat()))
    return (Target(fact.time, "time", tree, True, (*place, "dated"), required=True),)
