"""Cells as rows of one table: a fixed list of columns, nested parts under dotted names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from milepost.insight.cells import Cell, against_data, course_data


def schema(by: Iterable[str]) -> pa.Schema:
    """The columns of `flat`, whatever the cells hold; the segments' columns are text and the last."""
    return pa.schema([*_COLUMNS, *((f"by.{name}", pa.string()) for name in by)])


def flat(cell: Cell) -> dict[str, Any]:
    """The cell as one row of a table: nested parts become columns with dotted names.

    The sums and the course's values, which differ from metric to metric, are in `as_data` only.
    """
    row = {name: part for name, part in cell.as_data().items() if name not in _NESTED}
    for name, part in (
        ("against", against_data(cell.against)),
        ("course", course_data(cell.course) or {}),
    ):
        row |= {
            f"{name}.{inner}": value
            for inner, value in part.items()
            if inner not in ("values", "growth")
        }
    row |= {"since": cell.since, "until": cell.until, "against.since": cell.against.since}
    row |= {"target": cell.target, "target.verdict": cell.target_verdict}
    if cell.against.growth:
        row |= {"against.growth": cell.against.growth.value}
    if cell.beside:
        row |= {"beside.metric": cell.beside.metric, "beside.value": cell.beside.value}
    return row | {f"by.{name}": value for name, value in cell.by.items()}


_NESTED = frozenset({"against", "beside", "by", "course", "sums", "target"})
_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()
_DAY, _YES = pa.date32(), pa.bool_()
_COLUMNS = (
    ("metric", _TEXT), ("definition", _TEXT), ("title", _TEXT), ("unit", _TEXT), ("good", _TEXT),
    ("touchpoint", _TEXT), ("pooled", _YES), ("since", _DAY), ("until", _DAY), ("complete", _YES),
    ("value", _NUMBER), ("low", _NUMBER), ("high", _NUMBER), ("confidence", _NUMBER),
    ("method", _TEXT), ("weighted", _YES), ("n", _NUMBER), ("n_eff", _NUMBER),
    ("clusters", _WHOLE), ("respondents", _WHOLE), ("low_n", _YES),
    ("against.what", _TEXT), ("against.since", _DAY), ("against.value", _NUMBER),
    ("against.change", _NUMBER), ("against.low", _NUMBER), ("against.high", _NUMBER),
    ("against.p", _NUMBER), ("against.q", _NUMBER), ("against.family", _WHOLE),
    ("against.growth", _NUMBER),
    ("detectable", _NUMBER), ("verdict", _TEXT), ("target", _NUMBER), ("target.verdict", _TEXT),
    ("course.verdict", _TEXT), ("course.slope", _NUMBER), ("course.p", _NUMBER),
    ("course.q", _NUMBER), ("beside.metric", _TEXT), ("beside.value", _NUMBER),
)  # fmt: skip
