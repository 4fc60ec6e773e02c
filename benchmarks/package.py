"""The `lifetimes` package fits the same customers, in an environment of its own.

Run by that environment's Python: `python package.py SUMMARY.csv` prints its figures. Nothing of
Milepost is imported, for the package wants libraries of another time.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")

import pandas as pd  # noqa: E402 -- warnings of what it imports are not this page's
from lifetimes import BetaGeoFitter  # noqa: E402

rows = pd.read_csv(sys.argv[1])
started = time.perf_counter()
fit = BetaGeoFitter(penalizer_coef=0.0).fit(rows["frequency"], rows["recency"], rows["age"])
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "seconds": [seconds], "model": [float(fit.params_[name]) for name in ("r", "alpha", "a", "b")],
    "customers": len(rows), "peak": peak if sys.platform == "darwin" else peak * 1024,
    "versions": {name: version(name) for name in ("lifetimes", "numpy", "pandas", "scipy")},
}))  # fmt: skip
