"""Customers whose lifetime value is fitted: the CDNOW sample many times over, and simulated ones."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

VECTORS = Path(__file__).parent.parent / "tests" / "vectors" / "vectors.json"
COPIES, SIMULATED = 200, 5_000_000
# What the simulated customers are made with: r, alpha, a, b, times in weeks.
MADE_WITH = (0.243, 4.414, 0.793, 2.426)
_DAYS, _WEEKS = 273, 39

_PLAN = """\
company: {name: Benchmark, timezone: UTC}
every: month
sources:
  - name: orders
    fact: orders
    from: orders.parquet
    columns: {order_id: order_id, customer_id: customer_id, ordered_at: ordered_at, amount: amount}
"""

# A cell's customers buy first on one day, last on another, and evenly between.
_OF_CELLS = """
WITH people AS (
    SELECT x, t_x_days AS latest, T_days AS age,
        row_number() OVER () AS customer
    FROM cells, range(weight * $copies)
)
SELECT printf('%d-%d', customer, k) AS order_id, printf('C%08d', customer) AS customer_id,
    DATE '1997-09-30' - CAST(age AS INTEGER)
        + CAST(CASE WHEN x = 0 THEN 0 ELSE k * latest // x END AS INTEGER) AS ordered_at,
    20.0 AS amount
FROM people, range(x + 1) AS orders(k)
"""
_SIMULATED = """
SELECT printf('%d-%d', customer, day) AS order_id, printf('C%08d', customer) AS customer_id,
    DATE '1997-01-01' + CAST(day AS INTEGER) AS ordered_at, 20.0 AS amount
FROM (SELECT DISTINCT customer, day FROM purchases)
"""
# The last day known is one of which something is known; nobody is behind it.
_LAST = " UNION ALL SELECT 'last', NULL, DATE '1997-09-30', 20.0"

_SUMMARY = """
SELECT count(DISTINCT ordered_at) - 1 AS frequency,
    (max(ordered_at) - min(ordered_at)) / 7 AS recency,
    (DATE '1997-09-30' - min(ordered_at)) / 7 AS age
FROM read_parquet($file) WHERE customer_id IS NOT NULL GROUP BY customer_id
"""


def write_copies(folder: Path) -> None:
    """Write orders of 471,400 customers: the CDNOW sample's 2,357, two hundred times each.

    `summary.csv` holds a row for each, as the package wants them.
    """
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    cells = next(v["inputs"] for v in vectors if v["id"] == "clv.bgnbd.cdnow_cells")
    with duckdb.connect() as con:
        columns = ("x", "t_x_days", "T_days", "weight")
        con.register("cells", pa.table({name: cells[name] for name in columns}))
        _write(folder, con, _OF_CELLS, {"copies": COPIES})
        file = str(folder / "orders.parquet")
        con.sql(_SUMMARY, params={"file": file}).write_csv(str(folder / "summary.csv"))


def write_simulated(folder: Path) -> None:
    """Write orders of five million customers of nine months who do as the model says."""
    customers, weeks, first = _purchases(np.random.default_rng(11))
    days = np.concatenate([first, first[customers] + np.floor(7 * weeks).astype(np.int64) + 1])
    everybody = np.concatenate([np.arange(SIMULATED), customers])
    known = days < _DAYS
    with duckdb.connect() as con:
        con.register("purchases", pa.table({"customer": everybody[known], "day": days[known]}))
        _write(folder, con, _SIMULATED, {})


def _purchases(draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whose every repeat purchase is, how many weeks after the first, and the days of the firsts."""
    r, alpha, a, b = MADE_WITH
    first = draw.integers(0, _DAYS - 182, SIMULATED)
    age = (_DAYS - 1 - first) / 7
    made = draw.poisson(draw.gamma(r, 1 / alpha, SIMULATED) * age)
    stays = draw.geometric(draw.beta(a, b, SIMULATED))
    customers = np.repeat(np.arange(SIMULATED), made)
    weeks = draw.random(len(customers)) * age[customers]
    order = np.lexsort((weeks, customers))
    number = np.arange(len(customers)) - np.repeat(np.cumsum(made) - made, made)
    kept = number < stays[customers]
    return customers[kept], weeks[order][kept], first


def _write(
    folder: Path, con: duckdb.DuckDBPyConnection, text: str, values: dict[str, object]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    con.execute("SET enable_progress_bar = false")
    con.sql(text + _LAST, params=values).write_parquet(
        str(folder / "orders.parquet"), compression="zstd"
    )
    (folder / "milepost.yaml").write_text(_PLAN, encoding="utf-8")
