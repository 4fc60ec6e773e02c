"""Frames of pandas, Polars and Arrow: the columns that a question needs, and how they are to be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from numbers import Integral
from typing import Any

import pyarrow as pa

from milepost.errors import QuestionError, UnknownName
from milepost.insight.asking import one_of, shown
from milepost.metrics.catalogue import BUILT_IN
from milepost.plan.model import Asked
from milepost.plan.question_checks import check_question
from milepost.plan.reading import Node
from milepost.plan.scope import Scope

# Nothing is known of a journey, and nothing was taken out of the question.
_SCOPE = Scope(frozenset(), frozenset(), frozenset(), {}, Node(1, {}))


def taken(frame: Any, columns: Mapping[str, object]) -> pa.Table:
    """The columns of a frame that are needed, under new names: new name to the frame's.

    Raises QuestionError where it is no frame, or lacks a column or cannot give it.
    """
    for new, name in columns.items():
        if not isinstance(name, str):
            raise QuestionError(f"{new} {shown(name)} is not a column's name; give it as text")
    if callable(getattr(frame, "collect", None)):
        raise QuestionError(f"a {type(frame).__name__} holds no rows yet; .collect() it first")
    names = {new: str(name) for new, name in columns.items()}
    table = _arrow(_narrowed(frame, dict.fromkeys(names.values())))
    return pa.table({new: _column(table, name) for new, name in names.items()})


def asked_of(
    metrics: Sequence[str],
    *,
    scale: object,
    good: object,
    missing: object,
    labels: object,
) -> Asked:
    """The question that a frame's answers are of. Raises QuestionError as for a plan's."""
    kind = _question_type(metrics)
    reads = "answer" if BUILT_IN[metrics[0]].split else "score"
    asked = Asked.model_validate({
        "name": "score", "type": kind, reads: "score", "scale": _scale(scale),
        "good": None if good is None else one_of("good", good, ("high", "low")),
        "missing": _codes(missing), "labels": _labels(labels),
    })  # fmt: skip
    for _, text in check_question(asked, (), _SCOPE, aliases=()):
        raise QuestionError(text.removeprefix("question 'score': "))
    return asked


def _narrowed(frame: Any, names: Collection[str]) -> Any:
    """A frame's needed columns, so that no other has to be understood; all where one is missing."""
    columns = getattr(frame, "columns", None)
    if columns is None or isinstance(frame, pa.Table | pa.RecordBatch):
        return frame
    return frame[list(names)] if set(names) <= set(columns) else frame


def _arrow(frame: Any) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    try:
        return pa.table(frame)
    except TypeError:
        why = ""
    except (ValueError, pa.ArrowException) as error:
        why = f" ({' '.join(str(error.args[0]).split())[:120]})"
    kind = type(frame).__name__
    raise QuestionError(f"a {kind} cannot be measured{why}; give a pandas, Polars or Arrow frame")


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise UnknownName("column", name, table.column_names)
    if table.column_names.count(name) > 1:
        raise QuestionError(f"column '{name}' is there twice; names are unique")
    column = table.column(name)
    if pa.types.is_dictionary(column.type):
        column = _decoded(column)
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        raise QuestionError(
            f"column '{name}' holds {column.type}; expected one number, text, day or yes/no a row"
        )
    return column


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Categories as their values; Polars' kind of text cannot be taken from, so it is made plain."""
    view = column.type.value_type == pa.string_view()
    kind = pa.string() if view else column.type.value_type
    pieces = [chunk.dictionary.cast(kind).take(chunk.indices) for chunk in column.chunks]
    return pa.chunked_array(pieces, type=kind)


def _question_type(names: Sequence[str]) -> str:
    for name in names:
        if name not in BUILT_IN:
            raise UnknownName("metric", name, BUILT_IN)
    kinds = {BUILT_IN[name].question_type for name in names}
    if len(kinds) != 1 or None in kinds:
        raise QuestionError(
            "measure the metrics of one question at a time, such as"
            " measure(['csat', 'csat_mean'], frame); for more write a plan"
        )
    return str(kinds.pop())


def _scale(scale: object) -> tuple[int, int] | None:
    if scale is None:
        return None
    ends = tuple(scale) if isinstance(scale, tuple | list) else ()
    if len(ends) == 2 and all(isinstance(e, Integral) and not isinstance(e, bool) for e in ends):
        return int(ends[0]), int(ends[1])
    raise QuestionError(f"scale {shown(scale)} is not two whole numbers, such as (1, 5)")


def _codes(missing: object) -> tuple[str, ...]:
    if isinstance(missing, str) or not hasattr(missing, "__iter__"):
        raise QuestionError(f"missing {shown(missing)} is not a list, such as [11, 'Blank']")
    return tuple(str(code) for code in missing)


def _labels(labels: object) -> dict[str, str]:
    if labels is None:
        return {}
    if not isinstance(labels, Mapping):
        raise QuestionError(f"labels {shown(labels)} is not a mapping, such as {{'good': 5}}")
    return {str(label): str(score) for label, score in labels.items()}
