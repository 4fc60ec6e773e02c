"""The `lifetimes` package fits the same customers, in an environment of its own.

Run by that environment's Python: `python package.py SUMMARY.csv` prints its figures. Nothing of
Milepost is imported, for the package is not among its libraries.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from importlib.metadata import version
from typing import Any

REQUIRED = "lifetimes==0.11.3"


def figures(summary: str) -> dict[str, Any]:
    """The seconds of one fit, its parameters, and the versions of what made it."""
    # The package is of 2020, and what it imports warns of that.
    warnings.simplefilter("ignore")
    import pandas as pd  # noqa: PLC0415
    from lifetimes import BetaGeoFitter  # type: ignore[import-not-found]  # noqa: PLC0415

    rows = pd.read_csv(summary)
    started = time.perf_counter()
    fit = BetaGeoFitter(penalizer_coef=0.0).fit(rows["frequency"], rows["recency"], rows["age"])
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": [seconds], "customers": len(rows),
        "model": [float(fit.params_[name]) for name in ("r", "alpha", "a", "b")],
        "peak": peak if sys.platform == "darwin" else peak * 1024,
        "versions": {name: version(name) for name in ("lifetimes", "numpy", "pandas", "scipy")},
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(figures(sys.argv[1])))
