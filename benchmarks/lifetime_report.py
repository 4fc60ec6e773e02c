"""What the page says of lifetime value: against the `lifetimes` package, and on many customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.tables import Cases, Rows, alone, section, size

LEAST = 20
_NAMES = ("r", "alpha", "a", "b")

REMARKS = """\
- Lifetime value: the customers of the CDNOW sample, rebuilt from their 1,016 cells and taken 200
  times. The package fits one row a customer; Milepost counts those who are alike as one cell, which
  gives the same likelihood. Its parameters agree with the package's to a ten-thousandth (asserted).
  The package ran in an environment of its own, with today's libraries, without its reading of the
  file; the first of Milepost's fits loads scipy's optimizer.
- The simulated customers' purchases are on whole days, and those of one day are one: what the fit
  finds is that of such days, and asserted to be within a tenth of what they were made with.
"""


def ratios(cases: Cases) -> Rows:
    """The rows of the first table."""
    package, ours = cases["lifetimes"], cases["copies_summary"]
    large = cases["simulated_orders"]
    faster = "could not be installed"
    if package:
        faster = f"{min(package['seconds']) / min(ours['seconds']):.0f}"
    return [
        (f"lifetime value of {ours['customers']:,} customers, `lifetimes` / Milepost", faster,
         f"at least {LEAST}"),
        (f"lifetime value of {large['customers']:,} customers, from orders",
         f"{min(large['seconds']):.1f} s", "seconds"),
    ]  # fmt: skip


def sections(cases: Cases) -> list[str]:
    """The table of lifetime value."""
    package, copies, simulated = (
        cases[name] for name in ("lifetimes", "copies_orders", "simulated_orders")
    )
    rows: Rows = [
        _row("CDNOW x 200, a row a customer: Milepost", cases["copies_summary"]),
        *([_row(f"the same: lifetimes {package['versions']['lifetimes']}", package)] if package else []),
        _row(f"CDNOW x 200, from orders: Milepost ({copies['fit']:.2f} s of it the fit)", copies),
        _row(f"simulated, from orders: Milepost ({simulated['fit']:.2f} s of it the fit)", simulated),
    ]  # fmt: skip
    return [section(
        "Lifetime value: BG/NBD",
        ("", "least s", "median s", "runs", "peak memory", "customers", "cells", *_NAMES), rows,
        f"Building the facts of the simulated orders took"
        f" {min(cases['simulated_facts']['seconds']):.0f} s and {size(cases['simulated_facts']['peak'])}.",
    )]  # fmt: skip


def _row(words: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    cells = f"{found['cells']:,}" if "cells" in found else ""
    model = (f"{value:.4f}" for value in found["model"])
    return (words, *alone(found), f"{found['customers']:,}", cells, *model)
