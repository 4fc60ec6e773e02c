"""What customers did, in SQL as an analyst would write it by hand over the same facts.

Each way gives one row a month (or a cohort and month, or a month and bin) with the same numbers.
`{known}` is the last day of which anything is known, `{first}` and `{last}` the first months.
"""

from __future__ import annotations

_MONTHS = """
months AS (
    SELECT CAST(m AS DATE) AS since, CAST(m + INTERVAL 1 MONTH AS DATE) AS until
    FROM range(TIMESTAMP '{first}', TIMESTAMP '{last}' + INTERVAL 1 MONTH, INTERVAL 1 MONTH) AS t(m)
)
"""

_NUMBERED = """
    WITH numbered AS (
        SELECT day, lead(day) OVER own AS next_day, row_number() OVER own AS number
        FROM orders WINDOW own AS (PARTITION BY unit ORDER BY {{order}})
    )
    SELECT date_trunc('month', day) AS month,
        count(*) FILTER (WHERE day + 90 <= DATE '{known}') AS n,
        count(*) FILTER (WHERE day + 90 <= DATE '{known}' AND next_day <= day + 90) AS repeated
    FROM numbered WHERE number = 1 GROUP BY ALL
"""
REPEAT = {
    "two earliest": """
        WITH firsts AS (SELECT unit, min(day, 2) AS days FROM orders GROUP BY unit)
        SELECT date_trunc('month', days[1]) AS month,
            count(*) FILTER (WHERE days[1] + 90 <= DATE '{known}') AS n,
            count(*) FILTER (
                WHERE days[1] + 90 <= DATE '{known}' AND days[2] <= days[1] + 90
            ) AS repeated
        FROM firsts GROUP BY ALL
    """,
    "window by time": _NUMBERED.replace("{{order}}", "ordered_at"),
    "window by time and number": _NUMBERED.replace("{{order}}", "ordered_at, order_id"),
}

COHORTS = {
    "join": """
        WITH active AS (SELECT DISTINCT unit, date_trunc('month', day) AS month FROM visits),
        firsts AS (SELECT unit, min(month) AS cohort FROM active GROUP BY unit)
        SELECT cohort, month, count(*) AS customers FROM active JOIN firsts USING (unit)
        GROUP BY ALL
    """,
    "distinct": """
        WITH firsts AS (
            SELECT unit, date_trunc('month', min(day)) AS cohort FROM visits GROUP BY unit
        )
        SELECT cohort, date_trunc('month', day) AS month, count(DISTINCT unit) AS customers
        FROM visits JOIN firsts USING (unit) GROUP BY ALL
    """,
}

CHURN = {
    "join": f"""
        WITH {_MONTHS},
        stays AS (
            SELECT day AS joined, coalesce(CAST(left_at AS DATE), DATE '9999-12-31') AS gone
            FROM customers
        )
        SELECT since AS month, count(*) AS n, count(*) FILTER (WHERE gone < until) AS lost
        FROM stays JOIN months ON joined < since AND gone >= since
        GROUP BY ALL
    """,
    "months first": f"""
        WITH {_MONTHS},
        moves AS (
            SELECT date_trunc('month', joined_at) AS joined, date_trunc('month', left_at) AS gone,
                count(*) AS customers
            FROM customers GROUP BY ALL
        )
        SELECT since AS month, sum(customers) AS n,
            coalesce(sum(customers) FILTER (WHERE gone = since), 0) AS lost
        FROM moves JOIN months ON joined < since AND (gone IS NULL OR gone >= since)
        GROUP BY ALL
    """,
}

_RESOLVED = """
    WITH legs AS (
        SELECT unit, topic, day, "at", contact_id,
            coalesce(day = lag(day) OVER own AND lag(transferred) OVER own, FALSE) AS goes_on
        FROM contacts WHERE direction <> 'outbound'
        WINDOW own AS (PARTITION BY unit ORDER BY {{order}})
    ),
    matters AS (
        SELECT day, lag(day) OVER own AS day_before, lead(day) OVER own AS day_after
        FROM legs WHERE NOT goes_on
        WINDOW own AS (PARTITION BY unit, topic ORDER BY {{order}})
    )
    SELECT date_trunc('month', day) AS month,
        count(*) FILTER (WHERE day + 7 <= DATE '{known}') AS n,
        count(*) FILTER (
            WHERE day + 7 <= DATE '{known}' AND (day_after IS NULL OR day_after > day + 7)
        ) AS resolved
    FROM matters WHERE day_before IS NULL OR day_before + 7 < day GROUP BY ALL
"""
RESOLVED = {
    "by time and number": _RESOLVED.replace("{{order}}", '"at", contact_id'),
    "by time": _RESOLVED.replace("{{order}}", '"at"'),
}

_SECONDS = "epoch(resolved_at) - epoch(opened_at)"
BINS = {
    "bins": f"""
        WITH last AS (SELECT max(greatest(opened_at, resolved_at)) AS seen FROM tickets),
        timed AS (
            SELECT date_trunc('month', day) AS month, resolved_at,
                coalesce({_SECONDS}, epoch(seen) - epoch(opened_at)) AS seconds
            FROM tickets, last
        )
        SELECT month,
            CASE WHEN seconds > 0 THEN CAST(ceil(ln(seconds) / ln(1.01 / 0.99)) AS BIGINT)
                ELSE -65536 END AS bin,
            count(resolved_at) AS ended, count(*) - count(resolved_at) AS open
        FROM timed WHERE seconds >= 0 GROUP BY ALL
    """,
}
# A ticket that is open lasts longer than any: so it does where all that are open are old.
MEDIAN = f"""
    SELECT date_trunc('month', day) AS month, median(coalesce({_SECONDS}, 1e12)) AS seconds
    FROM tickets GROUP BY ALL
"""
