"""The answer to a question: cells that show themselves as a table, a frame, JSON or CSV."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from milepost.engine.question import Question
from milepost.insight.card import Scorecard
from milepost.insight.cells import Cell

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Answer:
    """Cells in the order of the question, at the moment `as_of`; a scorecard has its layout too.

    `notes` say what must be known of the numbers and stands in none of them.
    """

    plan: str
    as_of: datetime
    cells: tuple[Cell, ...]
    question: Question
    scorecard: Scorecard | None = None
    notes: tuple[str, ...] = field(default=())

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision."""
        data: dict[str, Any] = {
            "plan": self.plan,
            "as_of": self.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "cells": [cell.as_data() for cell in self.cells],
        }
        if self.scorecard:
            data["gaps"] = [
                {"touchpoint": stop.name, "kind": kind}
                for stop in self.scorecard.stops
                for kind in stop.gaps
            ]
        if self.question.where:
            data["where"] = self.question.where
        if self.notes:
            data["notes"] = list(self.notes)
        return data

    def to_json(self) -> str:
        """The answer as JSON."""
        return json.dumps(self.to_data(), indent=1, ensure_ascii=False, allow_nan=False)

    def to_arrow(self) -> pa.Table:
        """One row a cell; the columns and their types are the same for every answer.

        Nested parts are columns with dotted names; `by.*`, as asked, come last.
        """
        split = (name for cell in self.cells for name in cell.by)
        import pyarrow as pa  # noqa: PLC0415 -- pages hold answers too, and need no tables

        from milepost.insight.columns import flat, schema  # noqa: PLC0415 -- the same

        names = dict.fromkeys([*self.question.by, *split])
        return pa.Table.from_pylist(list(map(flat, self.cells)), schema=schema(names))

    def to_csv(self) -> str:
        """One row a cell as CSV, the columns of `to_arrow`; texts are exact, not made harmless for a
        spreadsheet, which should import text columns as text.
        """
        table = self.to_arrow()
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
        return out.getvalue()

    def to_pandas(self) -> Any:
        """One row a cell, as a pandas frame; pandas has to be installed."""
        return self.to_arrow().to_pandas()

    def table(self, *, width: int = 80, details: bool = False) -> str:
        """The answer as text for people."""
        from milepost.insight.display import shown  # noqa: PLC0415 -- display reads answers

        return shown(self, width=width, details=details)

    def _repr_html_(self) -> str:
        from milepost.insight.display import html  # noqa: PLC0415 -- display reads answers

        return html(self)

    def __str__(self) -> str:
        return self.table()
