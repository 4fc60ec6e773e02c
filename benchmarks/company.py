"""A made-up company's answers: a Parquet file in order of time, and the plan that reads it."""

from __future__ import annotations

from pathlib import Path

import duckdb

ROWS = 20_000_000
# Seven customers to twenty answers: each gives one at least, and 2.9 on average.
CUSTOMERS_IN_20 = 7
SINCE, SECONDS = "2024-01-01", 731 * 24 * 60 * 60
TOUCHPOINTS = ("shop", "delivery", "support", "billing", "renewal")
COUNTRIES = ("AT", "BR", "DE", "DK", "FR", "JP", "PL", "US")
CHANNELS = ("email", "sms", "web", "app")

_ANSWERS = """
WITH numbered AS (
    SELECT
        i,
        CASE
            WHEN i * $share % 20 < $share THEN i * $share // 20
            ELSE CAST(hash(i, 'who') % $customers AS BIGINT)
        END AS customer
    FROM range($rows) AS rows(i)
),
drawn AS (
    SELECT
        *,
        CAST(hash(customer, 'taste') % 1000 AS DOUBLE) / 1000 AS taste,
        CAST(hash(i, 'mood') % 1000 AS DOUBLE) / 1000 AS mood,
        CAST(hash(customer, 'home') % 8 AS BIGINT) AS home,
        CAST(hash(i, 'stop') % 15 AS BIGINT) AS stop,
        CAST(hash(i, 'way') % 10 AS BIGINT) AS way
    FROM numbered
)
SELECT
    i AS answer_id,
    printf('C%08d', customer) AS customer_id,
    TIMESTAMP '2024-01-01' + to_seconds(i * $seconds // $rows) AS answered_at,
    list_extract($touchpoints, CAST(ceil((stop + 1) / 3) AS BIGINT)) AS touchpoint,
    list_extract($countries, home + 1) AS country,
    list_extract($channels, CASE WHEN way < 4 THEN 1 WHEN way < 6 THEN 2
        WHEN way < 9 THEN 3 ELSE 4 END) AS channel,
    CAST(greatest(least(round(4 + 5 * taste + 4 * mood - 0.1 * stop), 10), 0) AS TINYINT) AS score
FROM drawn
"""

_PLAN = """\
company: {{name: Benchmark, timezone: UTC}}
every: month
sources:
  - name: answers
    fact: responses
    from: answers.parquet
    columns:
      response_id: answer_id
      customer_id: customer_id
      answered_at: answered_at
      touchpoint: touchpoint
      channel: channel
    attributes: {{country: country}}
    questions:
      - {{name: recommend, type: nps, score: score}}
segments: [country, channel]
journeys:
  - name: buy
    title: Buying and staying
    touchpoints:
{touchpoints}
"""


def write(folder: Path, rows: int) -> None:
    """Write `answers.parquet` and `milepost.yaml` of a company with that many answers.

    Every value follows from the row's number by DuckDB's hash: the same version writes the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    customers = rows * CUSTOMERS_IN_20 // 20
    values = {
        "rows": rows, "customers": customers, "share": CUSTOMERS_IN_20, "seconds": SECONDS,
        "touchpoints": list(TOUCHPOINTS), "countries": list(COUNTRIES), "channels": list(CHANNELS),
    }  # fmt: skip
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.sql(_ANSWERS, params=values).write_parquet(
            str(folder / "answers.parquet"), compression="zstd"
        )
    listed = "\n".join(
        f"      - {{name: {name}, perception: [nps], headline: nps}}" for name in TOUCHPOINTS
    )
    (folder / "milepost.yaml").write_text(_PLAN.format(touchpoints=listed), encoding="utf-8")
