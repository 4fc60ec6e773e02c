"""One case in a process of its own: `python -m benchmarks.child CASE FOLDER` prints its figures."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from benchmarks import (
    answering_cases,
    asking_cases,
    cases,
    collected_cases,
    lifetime_cases,
    people_cases,
    seeing_cases,
    trade_cases,
)

CASES = (
    cases.CASES
    | trade_cases.CASES
    | lifetime_cases.CASES
    | asking_cases.CASES
    | answering_cases.CASES
    | people_cases.CASES
    | collected_cases.CASES
    | seeing_cases.CASES
)

if __name__ == "__main__":
    name, folder = sys.argv[1:]
    found = CASES[name](Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found["peak"] = peak if sys.platform == "darwin" else peak * 1024
    print(json.dumps(found))
