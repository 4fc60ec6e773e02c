"""A made-up company's trade: orders, visits, customers, tickets and contacts, and their plan."""

from __future__ import annotations

from pathlib import Path

import duckdb

ORDERS = 20_000_000
SINCE, SECONDS = "2024-01-01", 731 * 24 * 60 * 60

# Every fifth order is a new customer's first; the others are of those before, the newest most.
# A number's hash is its chance: the same version of DuckDB writes the same files.
_TABLES = {
    "orders": """
        SELECT
            i AS order_id,
            printf('C%08d', customer) AS customer_id,
            TIMESTAMP '2024-01-01' + to_seconds(i * $seconds // $rows) AS ordered_at,
            5 + hash(i, 'amount') % 20000 / 100 AS amount,
            ['AT', 'BR', 'DE', 'DK', 'FR', 'JP', 'PL', 'US'][CAST(hash(customer, 'home') % 8 AS BIGINT) + 1] AS country
        FROM (
            SELECT i, CASE WHEN i % 5 = 0 THEN i // 5 ELSE CAST(floor(
                (i // 5 + 1) * (1 - pow(hash(i, 'who') % 1000000 / 1e6, 2) / 1.000001)
            ) AS BIGINT) END AS customer
            FROM range($rows) AS rows(i)
        )
    """,
    "visits": """
        SELECT
            i AS visit_id,
            printf('C%08d', CAST(floor(
                (i // 5 + 1) * (1 - pow(hash(i, 'visitor') % 1000000 / 1e6, 2) / 1.000001)
            ) AS BIGINT)) AS customer_id,
            TIMESTAMP '2024-01-01' + to_seconds(i * $seconds // $rows) AS started_at,
            CAST(hash(i, 'stay') % 1800 AS INTEGER) AS seconds,
            hash(i, 'bought') % 20 = 0 AS converted
        FROM range($rows) AS rows(i)
    """,
    "customers": """
        SELECT customer_id, joined_at, CASE WHEN left_at < TIMESTAMP '2026-01-01' THEN left_at END AS left_at
        FROM (
            SELECT *, joined_at + to_seconds(CAST(
                -ln((hash(customer_id, 'left') % 1000000 + 1) / 1e6) * 500 * 86400 AS BIGINT
            )) AS left_at
            FROM (
                SELECT printf('C%08d', i) AS customer_id,
                    TIMESTAMP '2023-07-01' + to_seconds(i * 914 * 86400 // $customers) AS joined_at
                FROM range($customers) AS rows(i)
            )
        )
    """,
    "tickets": """
        SELECT ticket_id, customer_id, opened_at,
            CASE WHEN resolved_at < TIMESTAMP '2026-01-01' AND hash(ticket_id, 'never') % 50 > 0
                THEN resolved_at END AS resolved_at
        FROM (
            SELECT *, opened_at + to_seconds(CAST(
                exp(8 + 4 * (hash(ticket_id, 'long') % 1000000 / 1e6)) AS BIGINT
            )) AS resolved_at
            FROM (
                SELECT i AS ticket_id, printf('C%08d', hash(i, 'asks') % $customers) AS customer_id,
                    TIMESTAMP '2024-01-01' + to_seconds(i * $seconds // $tickets) AS opened_at
                FROM range($tickets) AS rows(i)
            )
        )
    """,
    # Every fourth contact comes back to one of the last three days'.
    "contacts": """
        SELECT
            i AS contact_id,
            printf('C%08d', hash(matter, 'calls') % $customers) AS customer_id,
            TIMESTAMP '2024-01-01' + to_seconds(i * $seconds // $tickets) AS at,
            ['bill', 'delivery', 'fault', 'order', 'price', 'return'][CAST(hash(matter, 'topic') % 6 AS BIGINT) + 1] AS topic,
            CASE WHEN hash(i, 'way') % 10 = 0 THEN 'outbound' ELSE 'inbound' END AS direction,
            hash(i, 'on') % 20 = 0 AS transferred
        FROM (
            SELECT i, CASE WHEN hash(i, 'again') % 4 = 0 AND i > $tickets // 100
                THEN i - 1 - CAST(hash(i, 'back') % ($tickets // 240) AS BIGINT) ELSE i END AS matter
            FROM range($tickets) AS rows(i)
        )
    """,
}  # fmt: skip

_PLAN = """\
company: {name: Benchmark, timezone: UTC}
every: month
sources:
  - name: orders
    fact: orders
    from: orders.parquet
    columns: {order_id: order_id, customer_id: customer_id, ordered_at: ordered_at, amount: amount}
    attributes: {country: country}
  - name: visits
    fact: visits
    from: visits.parquet
    columns:
      visit_id: visit_id
      customer_id: customer_id
      started_at: started_at
      seconds: seconds
      converted: converted
  - name: customers
    fact: customers
    from: customers.parquet
    columns: {customer_id: customer_id, joined_at: joined_at, left_at: left_at}
  - name: tickets
    fact: tickets
    from: tickets.parquet
    columns:
      ticket_id: ticket_id
      customer_id: customer_id
      opened_at: opened_at
      resolved_at: resolved_at
  - name: contacts
    fact: contacts
    from: contacts.parquet
    columns:
      contact_id: contact_id
      customer_id: customer_id
      at: at
      topic: topic
      direction: direction
      transferred: transferred
segments: [country]
"""


def write(folder: Path, orders: int) -> None:
    """Write the Parquet files and `milepost.yaml` of a company with so many orders.

    It has as many visits, a fifth as many customers, and a quarter as many tickets and contacts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "rows": orders, "customers": orders // 5, "tickets": orders // 4, "seconds": SECONDS,
    }  # fmt: skip
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        for name, text in _TABLES.items():
            used = {key: value for key, value in values.items() if f"${key}" in text}
            con.sql(text, params=used).write_parquet(
                str(folder / f"{name}.parquet"), compression="zstd"
            )
    (folder / "milepost.yaml").write_text(_PLAN, encoding="utf-8")
