"""One chart of each kind and state, for the tests that look at all of them."""

from __future__ import annotations

from datetime import date, timedelta

from milepost.charts.chart import Chart
from milepost.charts.cohort_map import cohort_map
from milepost.charts.distribution import Bar, distribution
from milepost.charts.histogram import Bin, histogram
from milepost.charts.ranking import ranking
from milepost.charts.trend import Event, trend
from milepost.insight.cells import Against
from milepost.insight.customers.cohort import Cell as CohortCell
from milepost.insight.customers.cohort import Cohort
from tests.charts.made import cell, year

COURSE = [
    year(2008 + place, value, verdict=verdict, target=80.0)
    for place, (value, verdict) in enumerate([
        (71, "no earlier figure"), (74, "better"), (73, "within usual variation"),
        (78, "better"), (None, "not enough answers"), (79, "no earlier figure"),
        (76, "within usual variation"), (70, "worse"), (77, "better"), (82.8, "better"),
    ])
]  # fmt: skip
RUNNING = year(2018, 84.0, half=6, complete=False, verdict="so far", target=80.0)
EVENTS = (
    Event(date(2011, 3, 1), "new signs"),
    Event(date(2014, 5, 12), "strike of the ground staff"),
)
LONG = "A department with a name that goes on and on and on, for all of sixty-odd characters"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\"'&"
SEGMENTS = [
    cell(value, n=n, half=half, by={"language": name}, verdict=verdict, against=Against("rest"))
    for name, value, n, half, verdict in (
        ("English", 82.0, 2585, 1.5, "better"), ("Spanish", 79.0, 210, 4.0, "within usual variation"),
        (None, 76.0, 140, 5.0, "within usual variation"), (LONG, 70.0, 90, 6.0, "worse"),
        ("العربية السعودية", 74.5, 60, 8.0, "within usual variation"), ("日本語", None, None, None, ""),
    )
]  # fmt: skip
DAYS = [
    cell(70 + place % 13, n=100 + place, since=date(1999, 1, 1) + timedelta(days=place),
         until=date(1999, 1, 2) + timedelta(days=place), period=f"day {place}")
    for place in range(10_000)
]  # fmt: skip
MANY = [
    cell(50 + place % 40 + place / 1e5, n=40, half=9, by={"store": f"Store {place}"})
    for place in range(10_000)
]
SCORES = [
    Bar(str(score), n, "good" if score > 8 else "middle" if score > 6 else "bad")
    for score, n in zip(range(10, -1, -1), (700, 690, 580, 300, 120, 90, 40, 24, 21, 10, 10), strict=True)
]  # fmt: skip
WAITS = [
    Bin(1.02**place, 1.02 ** (place + 1), max(0.0, 60 - abs(place - 250) / 2))
    for place in range(500)
]
COHORTS = [
    Cohort(f"2026-{month:02}", date(2026, month, 1), date(2026, month + 1, 1), 1_000 - 13 * month, True, tuple(
        CohortCell(age, 1_000, round(1_000 * 0.9**age), 100 * 0.8**age, 100 * 0.8**age - 3,
                   min(100, 100 * 0.8**age + 3), age < 10 - month)
        for age in range(11 - month)
    ))
    for month in range(1, 11)
]  # fmt: skip
CHARTS: dict[str, Chart] = {
    "trend": trend([*COURSE, RUNNING], events=EVENTS),
    "trend of one point": trend([RUNNING]),
    "trend of nothing": trend([], title="Ease"),
    "trend of 10,000 days": trend(DAYS),
    "trend in Danish, with links": trend(
        COURSE, lang="da", href=lambda c: f"/answers?since={c.since}"
    ),
    "trend of hostile names": trend(COURSE, title=HOSTILE, events=[Event(date(2011, 3, 1), HOSTILE)]),
    "ranking": ranking(SEGMENTS, mean=cell(78.0, n=3100, half=1.2), href=lambda c: "/answers"),
    "ranking in Chinese": ranking(SEGMENTS, mean=cell(78.0), lang="zh"),
    "ranking of 10,000": ranking(MANY),
    "ranking of hostile names": ranking([cell(82.0, by={"language": HOSTILE})]),
    "ranking of nothing": ranking([]),
    "distribution": distribution(SCORES, title="Recommendation"),
    "distribution of choices": distribution(
        [Bar(HOSTILE, 4), Bar(LONG, 12)], title="What should be better"
    ),
    "distribution of nothing": distribution([], title="Recommendation"),
    "histogram": histogram(WAITS, title="Time to resolve", unit="seconds"),
    "histogram of one value": histogram([Bin(10, 20, 3)], title="Order value", unit="money", currency="DKK"),
    "histogram of nothing": histogram([], title="Order value", unit="money"),
    "cohorts": cohort_map(COHORTS, title="Back again", age="month"),
    "cohorts of nothing": cohort_map([], title="Back again", age="month"),
}  # fmt: skip
