"""Milepost: measurement of customer experience along the whole journey.

import milepost as mp

mp.measure("nps", frame, by="country")              # a pandas, Polars or Arrow frame
mp.open("milepost.yaml").measure(["nps"], every="month")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.version import __version__

if TYPE_CHECKING:
    from milepost.insight.notebook import measure_frame as measure
    from milepost.insight.notebook import open_plan as open

__all__ = ["__version__", "measure", "open"]

_LAZY = {"measure": "measure_frame", "open": "open_plan"}


def __getattr__(name: str) -> Any:
    """Load what was asked for on first use, so that the terminal starts fast."""
    if name not in _LAZY:
        raise AttributeError(f"module 'milepost' has no attribute '{name}'")
    from milepost.insight import notebook

    return getattr(notebook, _LAZY[name])


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
