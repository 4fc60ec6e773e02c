"""What a source has to yield: the columns of its fact, each with its SQL over the source's records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping.binding import Place, Tables, condition, tree_of
from milepost.engine.sql import Tree
from milepost.plan import expressions
from milepost.plan.facts import SHARED, ColumnType, FactShape
from milepost.plan.model import Source


@dataclass(frozen=True, slots=True)
class Target:
    """One column to make: `plain` when it is a source's column as it stands.

    `asked` is the question that a column serves, by its place in the plan's list.
    """

    name: str
    type: ColumnType
    tree: Tree
    plain: bool
    place: Place
    asked: int | None = None
    required: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None

    @property
    def shown(self) -> str:
        """What messages call it: the file's column where it is one, else its own name."""
        columns = [column.name for column in self.tree.find_all(exp.Column)]
        return columns[0] if self.plain and columns else self.name


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
        tree = tree_of(
            text, tables, place=where, aggregates=grouped, number=kind in ("number", "seconds")
        )
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
    """For each question its answers, unread, and its own comment and condition where stated."""
    found = []
    for index, asked in enumerate(source.questions):
        where = (*place, "questions", index)
        reads = "score" if asked.score else "answer"
        written = asked.score or asked.answer or ""
        found.append(_raw(answer_column(index), written, tables, (*where, reads), index))
        if asked.comment:
            at = (*where, "comment")
            found.append(_raw(comment_column(index), asked.comment, tables, at, index))
        if asked.where:
            tree = condition(asked.where, tables, place=(*where, "where"))
            at = (*where, "where")
            found.append(Target(where_column(index), "boolean", tree, False, at, index))
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


def failed_column(index: int) -> str:
    """Among the records, what a question's expressions were given where they could not be computed."""
    return f"_failed_{index}"


def _raw(name: str, written: str, tables: Tables, place: Place, index: int) -> Target:
    plain = not expressions.is_expression(written)
    return Target(name, "text", tree_of(written, tables, place=place), plain, place, index)


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
