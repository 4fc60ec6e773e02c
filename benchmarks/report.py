"""The page of results: ratios first, then seconds and memory, then what to keep in mind."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks import asking_report, lifetime_report, seeing_report, trade_report
from benchmarks.processes import Timing
from benchmarks.tables import Cases, alone, ratio, section, size, times

LIBRARIES = ("milepost", "duckdb", "pandas", "pyarrow", "numpy", "sqlglot")
MOST_MEMORY, MOST_RATIO, MOST_HELP = 2e9, 1.15, 0.2


def page(
    cases: Cases, terminal: Mapping[str, Timing], *, rows: int, orders: int, load: float
) -> str:
    """The whole page as Markdown; `load` is the machine's load average before the first case."""
    parts = [
        _head(rows, orders), _summary(cases, terminal), _facts(cases), _sums(cases),
        _intervals(cases), *trade_report.sections(cases), *lifetime_report.sections(cases),
        *asking_report.sections(cases), *seeing_report.sections(cases), _terminal(terminal), _remarks(load),
    ]  # fmt: skip
    return "\n".join(parts)


def _head(rows: int, orders: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"""# Results

Written by `make bench` on {datetime.now(UTC).date()}.

- Data: {rows:,} answers of {rows * 7 // 20:,} customers over two years (2024 and 2025), five touchpoints,
  eight countries, four channels, in one Parquet file in order of time.
- And {orders:,} orders and as many visits of {orders // 5:,} customers, {orders // 4:,} tickets and as
  many contacts, of the same two years.
- Machine: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}.
- Versions: Python {platform.python_version()}, {libraries}.
- Every row of these tables ran in a process of its own, but where it says otherwise. Peak memory is the operating system's figure
  of the largest resident set of that process, libraries and all.
"""


def _summary(cases: Cases, terminal: Mapping[str, Timing]) -> str:
    daily = ratio(cases["sums_together"])
    pandas = min(cases["sums_pandas"]["seconds"]) / min(cases["sums_milepost"]["seconds"])
    counting = min(cases["units_months"]["seconds"]) / min(cases["sums_months"]["seconds"])
    start = terminal["milepost --help"].median
    return section("Ratios", ("what", "figure", "wanted"), [
        ("daily sums, Milepost / hand-written DuckDB SQL", f"{daily:.2f}", f"at most {MOST_RATIO}"),
        ("daily sums, pandas / Milepost", f"{pandas:.0f}", ""),
        ("daily sums, peak memory, pandas / Milepost",
         f"{cases['sums_pandas']['peak'] / cases['sums_milepost']['peak']:.0f}", ""),
        ("monthly bucket sums with / without the count of distinct customers", f"{counting:.1f}", ""),
        *trade_report.ratios(cases),
        *lifetime_report.ratios(cases),
        ("building facts, peak memory", size(cases["facts"]["peak"]), f"under {size(MOST_MEMORY)}"),
        ("`milepost --help`, whole process", f"{start:.2f} s", f"{MOST_HELP} s"),
    ])  # fmt: skip


def _facts(cases: Cases) -> str:
    found = cases["facts"]
    seconds = min(found["seconds"])
    return section("Building facts", ("", "seconds", "rows a second", "peak memory", "file"), [
        ("mapped, keyed, accounted for, written", f"{seconds:.1f}", f"{found['rows'] / seconds:,.0f}",
         size(found["peak"]), size(found["bytes"])),
    ])  # fmt: skip


def _sums(cases: Cases) -> str:
    together = cases["sums_together"]
    rows = [
        ("Milepost's query", *times(together["seconds"]), ""),
        *((f"by hand, `{name}`", *times(seconds), "") for name, seconds in together["hand"].items()),
        ("Milepost, query made anew, own process", *alone(cases["sums_milepost"])),
        ("by hand, `sum`, own process", *alone(cases["sums_hand"])),
        ("pandas, own process", *alone(cases["sums_pandas"])),
    ]  # fmt: skip
    return section(
        "NPS sums by day x touchpoint x country x channel",
        ("", "least s", "median s", "runs", "peak memory"), rows,
        "The first three ran in turn in one process on one connection, over the same fact file, and"
        " gave the same sums in every cell. The ratio is of their least times, by the faster way of"
        " writing it by hand.",
    )  # fmt: skip


def _intervals(cases: Cases) -> str:
    named = {
        "sums_months": "touchpoint x month x bucket: sums only",
        "units_months": "the same with distinct customers",
        "measure_months": "the same to estimates with cluster-robust intervals",
        "answer_months": "the whole answer: comparisons, verdicts, courses",
        "measure_cut": "touchpoint x month x country x channel, estimates",
        "measure_wide": "touchpoint x day x country x channel, estimates",
    }
    rows = [
        (words, *alone(cases[name]), f"{cases[name].get('cells', ''):,}" if "cells" in cases[name] else "",
         cases[name].get("method", ""))
        for name, words in named.items()
    ]  # fmt: skip
    return section(
        "NPS with cluster-robust intervals",
        ("", "least s", "median s", "runs", "peak memory", "cells", "method"), rows,
    )  # fmt: skip


def _terminal(terminal: Mapping[str, Timing]) -> str:
    rows = [
        (f"`{name}`", f"{t.least:.2f}", f"{t.median:.2f}", f"{len(t.seconds)}", size(t.peak))
        for name, t in terminal.items()
    ]
    return section(
        "Whole processes, on the airport example",
        ("", "least s", "median s", "runs", "peak memory"), rows,
    )  # fmt: skip


def _remarks(load: float) -> str:
    return f"""## To keep in mind

- The machine's load average was {load:.1f} before the first case and {os.getloadavg()[0]:.1f} after the last. Where others
  share the machine, the least times are the ones to read, and ratios of runs made in turn.
- The same sums by hand bring three totals; Milepost's query brings the number of rows too. When a
  person asks for these cells, it counts the distinct customers of each as well, which is no sum and
  is timed below; that no row is of an employee or an unidentified person, the account knows.
- pandas reads only the columns it needs; it is not told to make categories of the texts.
- The engine's connection is allowed 1 GB and spills beyond it; the survey's hand-written SQL, and pandas
  everywhere, have the machine's memory.
- Distinct customers do not add up, so they are counted at the exact grain. Where the account of a
  survey shows that no customer answers twice at a touchpoint, they are not counted but known.
- Where cells and the 128 buckets of customers would make more than four million groups, the sums
  come without buckets, and cells in which customers repeat get the touchpoint's design effect over
  all segments of its touchpoint and period together; the method says so.
{trade_report.REMARKS}{lifetime_report.REMARKS}- Files were in the system's cache; the first run of a fresh machine waits for its disk as well.
"""
