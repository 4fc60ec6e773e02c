"""What the page says of what customers did: each metric against SQL by hand."""

from __future__ import annotations

from benchmarks.tables import Cases, Rows, alone, ratio, section, size, times

NAMES = {
    "repeat": "repeat purchase within 90 days, by month of the first order",
    "cohorts": "retention cohorts of visits, month by month",
    "churn": "customer churn by month",
    "resolved": "first-contact resolution, no repeat in 7 days, by month",
    "median": "resolution time of tickets, log histogram by month",
}
MOST = 1.15

REMARKS = """\
- What customers did is held against hand-written SQL on the same connection, with its settings, its
  limit of 1 GB and its threads, over the same fact files; every way gave the same numbers in every
  month before any was timed, and Milepost is held against the fastest. By hand the customer is the
  column `unit`, a hash of the customer's number that facts carry; the number itself is slower.
- The hand-written SQL leaves out what Milepost's query brings beside: how many windows are still
  open, rows without a customer, contacts that go on with a ticket, attributes to cut by, conditions.
  Neither brings bucket sums nor distinct customers in these ratios; "to estimates" has both.
- Repeat purchase by hand is fast where it needs no more than days: the two earliest of each customer,
  or orders by time alone. Milepost takes the first order as a row, with its segments, and orders by
  time and then number, so that two orders of one moment give the same first one each time; "by time
  and number" is that. Groups in place of windows were measured: with a text column of the first order
  beside, four million customers do not fit into 1 GB, for such groups cannot spill; windows do.
- Churn by hand with the months first counts customers by the months in which they came and left, and
  joins the periods to those few counts. Milepost makes a row for each customer and period, because
  it cuts them by segments and conditions and sums them by bucket.
- First-contact resolution by time alone leaves it to chance which of two contacts of one moment is
  the first; here there are none, so that its numbers are the same.
- The median itself is read off the histogram in milliseconds, to 1 % (asserted against DuckDB's exact
  median, which has no interval and knows open tickets only as longer than all).
"""


def ratios(cases: Cases) -> Rows:
    """The rows of the first table."""
    rows = [
        (
            f"{words}, Milepost / by hand",
            f"{ratio(cases[f'{name}_together']):.2f}",
            f"at most {MOST}",
        )
        for name, words in NAMES.items()
    ]
    ours, pandas = cases["repeat_alone"], cases["repeat_pandas"]
    times_as_fast = min(pandas["seconds"]) / min(ours["seconds"])
    return [
        *rows,
        ("repeat purchase, pandas / Milepost", f"{times_as_fast:.0f}", ""),
        ("repeat purchase, peak memory, pandas / Milepost", f"{pandas['peak'] / ours['peak']:.0f}", ""),
    ]  # fmt: skip


def sections(cases: Cases) -> list[str]:
    """The tables of what customers did."""
    return [_facts(cases), _together(cases), _alone(cases)]


def _facts(cases: Cases) -> str:
    found = cases["trade_facts"]
    seconds = min(found["seconds"])
    return section(
        "Building the facts of what customers did",
        ("", "seconds", "rows a second", "peak memory", "files"), [
            ("orders, visits, customers, tickets, contacts", f"{seconds:.0f}",
             f"{found['rows'] / seconds:,.0f}", size(found["peak"]), size(found["bytes"])),
        ],
    )  # fmt: skip


def _together(cases: Cases) -> str:
    rows: Rows = []
    for name, words in NAMES.items():
        found = cases[f"{name}_together"]
        rows.append((f"{words}: Milepost's query", *times(found["seconds"]), ""))
        rows += [
            (f"by hand, {way}", *times(seconds), f"{ratio(found, way):.2f}")
            for way, seconds in found["hand"].items()
        ]
    return section(
        "What customers did, in turn with SQL by hand",
        ("", "least s", "median s", "runs", "Milepost / it"), rows,
        "Those of one metric ran in turn in one process on one connection and gave the same numbers.",
    )  # fmt: skip


def _alone(cases: Cases) -> str:
    rows: Rows = []
    for name, words in NAMES.items():
        measured = cases[f"{name}_measured"]
        rows += [
            (f"{words}: Milepost's query", *alone(cases[f"{name}_alone"]), "", ""),
            ("by hand, the first way", *alone(cases[f"{name}_hand"]), "", ""),
            ("to estimates", *alone(measured), f"{measured['cells']:,}", measured["method"]),
        ]
    rows += [
        ("exact median by DuckDB, by month", *alone(cases["median_exact"]), "", ""),
        ("repeat purchase by pandas", *alone(cases["repeat_pandas"]), "", ""),
    ]
    return section(
        "What customers did, each in a process of its own",
        ("", "least s", "median s", "runs", "peak memory", "cells", "method"), rows,
    )  # fmt: skip
