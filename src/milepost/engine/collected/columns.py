"""A month's columns as they are kept: canonical names and types, attributes under names of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from milepost.engine.reading.plain import brief, wrong
from milepost.plan import facts
from milepost.plan.facts import FactShape
from milepost.plan.questions import QUESTION_TYPES, QuestionType

_TYPES = {
    "text": pa.string(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "seconds": pa.float64(), "time": pa.timestamp("us", tz="UTC"),
}  # fmt: skip
_LONGEST = 60
# What DuckDB calls the place of a row in its file.
_ROW = "file_row_number"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the columns of a month's rows become those of its file, in their order.

    `columns` are pairs of a name given and a name kept.
    """

    columns: tuple[tuple[str, str], ...]
    attributes: frozenset[str]
    schema: pa.Schema
    answers: bool


def layout_of(schema: pa.Schema, shape: FactShape, names: Mapping[str, str]) -> Layout:
    """The layout of rows; `names` has those of the attributes that are kept under another.

    Raises DataError where a column is there twice, or one that the fact needs is not there.
    """
    ready = facts.collected(shape)
    own = {**facts.SHARED, **ready.columns}
    for name in schema.names:
        if schema.names.count(name) > 1:
            raise wrong(f"{shape.name}: column '{brief(name)}' is there twice; names are unique")
    for name in ready.required:
        if name not in schema.names:
            raise wrong(f"{shape.name}: column '{name}' is not there; every row has it")
    answers = shape.name == "responses"
    given = [name for name in schema.names if name not in own]
    kept = [name for name in own if name in schema.names or (answers and name in _FILLED)]
    fields = [pa.field(name, _TYPES[own[name]]) for name in kept]
    fields += [pa.field(names.get(name, name), pa.string()) for name in given]
    columns = (*((name, name) for name in kept), *((name, names.get(name, name)) for name in given))
    attributes = frozenset(names.get(name, name) for name in given)
    return Layout(columns, attributes, pa.schema(fields), answers)


def laid_out(batch: pa.RecordBatch, layout: Layout) -> pa.RecordBatch:
    """Rows in the layout: text trimmed, blank NULL, of answers filled in what their types say."""
    have = {
        kept: _fitted(batch, name, field.type)
        for (name, kept), field in zip(layout.columns, layout.schema, strict=True)
    }
    filled = have | _filled(have) if layout.answers else have
    return pa.RecordBatch.from_arrays(
        [filled[n] for n in layout.schema.names], schema=layout.schema
    )


def named(given: list[str], shape: FactShape, known: Mapping[str, str]) -> dict[str, str]:
    """The name of every attribute whose own cannot be kept, those already `known` first.

    A name is letters, digits and _, a letter first, and no column's; what else stands in it becomes
    _, and a name that is taken gets a number, whatever the case of its letters.

    >>> named(["the shop", "Score", "2nd"], facts.BY_NAME["responses"], {})
    {'the shop': 'the_shop', 'Score': 'Score_2', '2nd': 'attribute_2nd'}
    """
    own = {**facts.SHARED, **facts.collected(shape).columns}
    found = dict(known)
    taken = {
        *(name.lower() for name in (*own, *facts.RESERVED, _ROW)),
        *map(str.lower, known.values()),
    }
    for name in given:
        if name in own or name in found:
            continue
        chosen = _free(clean(name), taken)
        found[name] = chosen
        taken.add(chosen.lower())
    return found


def clean(name: str) -> str:
    """A name of letters, digits and _, a letter first."""
    text = re.sub(r"\W+", "_", unicodedata.normalize("NFC", name)).strip("_")[:_LONGEST]
    return text if text[:1].isalpha() else f"attribute_{text}".rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    number, chosen = 2, name
    while chosen.lower() in taken:
        chosen, number = f"{name}_{number}", number + 1
    return chosen


def _fitted(batch: pa.RecordBatch, name: str, type_: pa.DataType) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(len(batch), type_)
    column = batch.column(name)
    if pa.types.is_timestamp(type_) and not _is_moment(column.type):
        raise wrong(f"column '{brief(name)}' holds {column.type}; expected times with their zone")
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        found = column.cast(type_)
    except pa.ArrowException as error:
        why = " ".join(str(error).split())[:120]
        raise wrong(f"column '{brief(name)}' cannot be kept as {type_} ({why})") from None
    if pa.types.is_floating(type_):
        return pc.if_else(pc.is_nan(found), pa.scalar(None, type_), found)
    return _trimmed(found) if pa.types.is_string(type_) else found


def _is_moment(type_: pa.DataType) -> bool:
    return pa.types.is_null(type_) or (pa.types.is_timestamp(type_) and type_.tz is not None)


def _trimmed(column: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


# What an answer has even where nobody said it; the rules are those of a file's answers.
_FILLED = ("kind", "audience", "good", "scale", "score", "answer", "touchpoint")


def _filled(have: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    place = pc.index_in(have["question_type"], value_set=pa.array([t.name for t in QUESTION_TYPES]))
    defaults = {name: pc.take(values, place) for name, values in _defaults().items()}
    filled = {name: pc.coalesce(have[name], column) for name, column in defaults.items()}
    asked = pc.if_else(pc.is_null(have["touchpoint"]), "relationship", "transactional")
    filled["kind"] = pc.coalesce(have["kind"], asked)
    if "weight" in have:
        filled["weight"] = pc.fill_null(have["weight"], 1.0)
    return filled


@cache
def _defaults() -> dict[str, pa.Array]:
    """What a type of question says of its answers, in the order of the types."""
    return {
        "audience": pa.array([kind.audience for kind in QUESTION_TYPES]),
        "good": pa.array([kind.good or "high" for kind in QUESTION_TYPES]),
        "scale": pa.array([_scale(kind) for kind in QUESTION_TYPES], pa.string()),
    }


def _scale(kind: QuestionType) -> str | None:
    return f"{kind.scale[0]}-{kind.scale[1]}" if kind.scale and kind.value == "score" else None
