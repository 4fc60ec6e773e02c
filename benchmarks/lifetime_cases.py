"""Lifetime value, timed: BG/NBD from orders to parameters, and from a row a customer."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import customers as people
from milepost.engine.customer_cells import cells
from milepost.engine.customers import Bought, gather, look
from milepost.engine.database import connected
from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from milepost.engine.reader import reader
from milepost.stats import lifetime
from milepost.stats.likelihood import Fit

Figures = dict[str, Any]
_UNTIL = date(1997, 10, 1)


def copies_write(folder: Path) -> Figures:
    """Write the CDNOW sample two hundred times."""
    return {"seconds": [_timed(lambda: people.write_copies(folder))]}


def simulated_write(folder: Path) -> Figures:
    """Write five million customers."""
    return {"seconds": [_timed(lambda: people.write_simulated(folder))]}


def facts(folder: Path) -> Figures:
    """Build the orders from nothing."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    project = open_project(folder / "milepost.yaml")
    found: list[Any] = []
    seconds = _timed(lambda: found.append(refresh(project)))
    return {"seconds": [seconds], "rows": found[0].built["orders"].account.rows}


def from_orders(folder: Path) -> Figures:
    """From the orders to the parameters: a row a customer, cells, fit."""
    project = open_project(folder / "milepost.yaml")
    with connected() as con:
        facts = reader(con, refresh(project))
        bought = Bought(until=_UNTIL)
        started = time.perf_counter()
        known = look(facts, bought)
        gather(facts, bought, known)
        found = cells(facts, known)
        gathered = time.perf_counter()
        fit = lifetime.fit(found.repeats, found.last, found.age, weight=found.customers)
        ended = time.perf_counter()
    assert fit.converged
    return {
        "seconds": [ended - started], "fit": ended - gathered, "cells": len(found.repeats),
        "customers": round(found.n), "model": list(fit.model),
    }  # fmt: skip


def from_summary(folder: Path) -> Figures:
    """From the package's own rows, one a customer, to the parameters: cells in numpy, and fit."""
    rows = pd.read_csv(folder / "summary.csv")
    found: list[Any] = []
    seconds = [_timed(lambda: found.append(_fitted(rows))) for _ in range(3)]
    return {"seconds": seconds, "customers": len(rows), "model": list(found[0].model)}


def _fitted(rows: pd.DataFrame) -> Fit[lifetime.Purchasing]:
    alike = rows.groupby(["frequency", "recency", "age"], sort=False).size()
    repeats, last, age = (alike.index.get_level_values(n).to_numpy() for n in range(3))
    return lifetime.fit(repeats, last, age, weight=alike.to_numpy())


def _timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


CASES: dict[str, Callable[[Path], Figures]] = {
    "copies_write": copies_write, "simulated_write": simulated_write,
    "lifetime_facts": facts, "lifetime_orders": from_orders, "lifetime_summary": from_summary,
}  # fmt: skip
