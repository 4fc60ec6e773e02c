"""Cells as answers hold them, made of a few figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from milepost.insight.cells import Against, Cell


def cell(
    value: float | None = 82.0, *, n: float | None = 400, half: float | None = 3.0, **given: Any
) -> Cell:
    """A cell in per cent of 2017, with whatever else is said of it."""
    ends = (None, None) if value is None or half is None else (value - half, value + half)
    parts: dict[str, Any] = {
        "metric": "ease", "definition": "ease@1f3a", "title": "Ease", "unit": "percent",
        "touchpoint": "security", "by": {}, "since": date(2017, 1, 1), "until": date(2018, 1, 1),
        "period": "2017", "complete": True, "value": value, "low": ends[0], "high": ends[1],
        "confidence": 0.95, "method": "Wilson", "weighted": False, "n": n, "n_eff": n,
        "clusters": None, "respondents": None, "sums": None, "against": Against("previous"),
        "detectable": None, "verdict": "within usual variation",
    }  # fmt: skip
    return Cell(**{**parts, **given})


def year(when: int, value: float | None, **given: Any) -> Cell:
    """The cell of a year."""
    return cell(
        value, since=date(when, 1, 1), until=date(when + 1, 1, 1), period=str(when), **given
    )
