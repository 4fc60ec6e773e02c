"""Run every case and write RESULTS.md: `python -m benchmarks [--rows N] [--keep]`."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from benchmarks import processes, report

HERE = Path(__file__).parent
ROWS = 20_000_000
CASES = (
    "facts", "sums_together", "sums_milepost", "sums_hand", "sums_pandas", "measure_months",
    "sums_months", "units_months", "answer_months", "measure_cut", "measure_wide",
)  # fmt: skip
TERMINAL_RUNS = 11


def main() -> None:
    """Generate the data where it is not kept, run, write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many answers to generate")
    parser.add_argument(
        "--keep", action="store_true", help="use the data of an earlier run, leave it"
    )
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    folder = HERE / "data" / str(asked.rows)
    if not (asked.keep and (folder / "answers.parquet").exists()):
        processes.case("write", folder)
    cases = {name: processes.case(name, folder) for name in CASES}
    terminal = processes.terminal(TERMINAL_RUNS)
    (HERE / "RESULTS.md").write_text(
        report.page(cases, terminal, rows=asked.rows, load=load), encoding="utf-8"
    )
    if not asked.keep:
        shutil.rmtree(folder)
    print(f"written: {Path('benchmarks', 'RESULTS.md')}")


main()
