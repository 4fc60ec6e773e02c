"""Plans over the validation data, and a look at single figures that are published of it."""

from __future__ import annotations

from pathlib import Path

import milepost as mp
from milepost.insight.cells import Cell
from milepost.insight.notebook import Opened

HEAD = "company: {{name: Test, timezone: UTC{more}}}\nprivacy: {{min_group: 1}}\n"


def opened(folder: Path, plan: str, *, company: str = "") -> Opened:
    """Write a plan without its head, and open it; `company` adds to what is said of that."""
    text = HEAD.format(more=company) + plan
    (folder / "milepost.yaml").write_text(text, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


def whole(plan: Opened, metric: str, **asked: object) -> Cell:
    """A metric of all the time there is."""
    (cell,) = plan.measure(metric, every="all", **asked).cells  # type: ignore[arg-type]
    return cell


def cut(plan: Opened, metric: str, by: str, **asked: object) -> dict[str, tuple[float | None, int]]:
    """Value and n of a metric of all the time, by the values of a segment."""
    cells = plan.measure(metric, by=by, every="all", **asked).cells  # type: ignore[arg-type]
    return {cell.by[by]: (cell.value, int(cell.n or 0)) for cell in cells}
