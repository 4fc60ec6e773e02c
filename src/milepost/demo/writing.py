"""Writing the company down: its plan and its data files, the same bytes for the same seed and day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from string import Template

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from milepost.demo.span import Array, Span
from milepost.demo.world import World
from milepost.files import replacing, write_text

# Small enough to be looked at in an editor.
_CSV = ("referrals", "mentions", "staff", "spend")


def write(found: World, folder: Path) -> None:
    """Write plan and data into a folder."""
    write_text(folder / "milepost.yaml", plan(found.span))
    for name, columns in found.tables.items():
        table = pa.table({key: _column(values) for key, values in columns.items()})
        if name in _CSV:
            with replacing(folder / "data" / f"{name}.csv") as path:
                pc.write_csv(table, path)
        else:
            with replacing(folder / "data" / f"{name}.parquet") as path:
                pq.write_table(table, path, compression="zstd", compression_level=9)


def plan(span: Span) -> str:
    """The text of the plan, with the days of the span."""
    text = (Path(__file__).parent / "plan.yaml").read_text("utf-8")
    return Template(text).substitute(_days(span))


def _days(span: Span) -> Mapping[str, str]:
    found = {
        "porto": span.porto, "pulse": span.pulse, "fault": span.fault[0], "fixed": span.fault[1],
        "courier": span.courier[0], "returned": span.courier[1],
        "review": span.until + timedelta(days=90), "overdue": span.until - timedelta(days=40),
    }  # fmt: skip
    return {name: day.isoformat() for name, day in found.items()}


def _column(values: Array) -> pa.Array:
    """Moments carry their zone; a moment that never came is empty."""
    if values.dtype == np.dtype("datetime64[s]"):
        return pa.array(values.astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))
    return pa.array(values)
