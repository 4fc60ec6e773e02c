"""Charts: valid specifications, drawings in both themes, tables that say what the cells say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from milepost.charts import locales
from milepost.charts.chart import MOST_ROWS, Chart
from milepost.charts.distribution import Bar, distribution
from milepost.charts.drawing import png, svg
from milepost.charts.histogram import Bin, histogram
from milepost.charts.locales import LANGUAGES, words
from milepost.charts.order import apart, like_first
from milepost.charts.palette import DARK, LIGHT, THEMES, Theme, config
from milepost.charts.ranking import ranking
from milepost.charts.spark import spark
from milepost.charts.spread import by_size
from milepost.charts.telling import REAL
from milepost.charts.thinning import MOST_POINTS, points_of, thinned
from milepost.charts.trend import Event, trend
from milepost.insight import numbers
from milepost.insight import words as said
from milepost.insight.one import asking
from tests.charts.gallery import CHARTS, COURSE, DAYS, HOSTILE, MANY, SEGMENTS
from tests.charts.made import cell, year

SCHEMA = Draft7Validator(alt.load_schema())
DRAWN = {name: chart for name, chart in CHARTS.items() if chart.spec}
EACH = pytest.mark.parametrize("chart", DRAWN.values(), ids=DRAWN)
UNITS = ("percent", "points", "score", "ratio", "count", "money", "days", "seconds")


def texts_of(drawing: str) -> list[str]:
    return [
        node.text or ""
        for node in ElementTree.fromstring(drawing).iter()
        if node.tag.endswith("text")
    ]


@EACH
def test_a_specification_is_vega_lite(chart: Chart) -> None:
    spec = {**(chart.spec or {}), "config": config(LIGHT, chart.lang), "width": 640}
    assert not list(SCHEMA.iter_errors(json.loads(json.dumps(spec))))


@EACH
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_drawing_is_made_of_the_themes_colours_and_loads_nothing(
    chart: Chart, theme: Theme
) -> None:
    drawing = svg(chart, theme)
    other = DARK if theme is LIGHT else LIGHT
    root = ElementTree.fromstring(drawing)
    kinds = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert kinds <= {"svg", "g", "path", "text", "rect", "line", "defs", "clipPath", "a", "title",
                     "linearGradient", "stop"}  # fmt: skip
    assert theme.quiet in drawing
    assert other.quiet not in drawing
    assert "url" not in json.dumps(chart.spec)


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_no_chart_is_without_unit_finding_and_a_table_as_wide_as_its_header(chart: Chart) -> None:
    assert chart.unit
    assert chart.finding
    assert (chart.spec is None) or chart.n
    assert (chart.spec is None) or chart.table.rows
    assert {len(row.texts) for row in chart.table.rows} <= {len(chart.table.header)}


def test_the_table_of_a_trend_says_what_the_terminal_says() -> None:
    for row, told in zip(trend(COURSE).table.rows, COURSE, strict=True):
        assert row.texts == (
            told.period, numbers.value(told.value, "percent"),
            numbers.interval(told.low, told.high, "percent"), numbers.count(told.n),
            numbers.change(told.against.change, "percent"), told.verdict,
        )  # fmt: skip


def test_the_points_of_a_trend_are_the_cells_and_a_gap_stays_one() -> None:
    spec = trend(COURSE).spec or {}
    points = spec["datasets"]["points"]
    assert [(p["at"], p["value"], p["low"], p["high"]) for p in points] == [
        (c.since.isoformat(), c.value, c.low, c.high) for c in COURSE
    ]
    assert points[4]["closed"] is None
    without = (trend([COURSE[0], COURSE[3]]).spec or {})["datasets"]["points"]
    assert [p["closed"] for p in without] == [71, None, 78]


def test_the_running_period_is_hollow_and_on_no_closed_line() -> None:
    spec = trend([*COURSE, year(2018, 84.0, complete=False, verdict="so far")]).spec or {}
    *_, before, running = spec["datasets"]["points"]
    assert (running["mark"], running["closed"], running["open"]) == ("hollow", None, 84.0)
    assert before["open"] == before["closed"]


def test_a_drawing_names_every_segment_and_its_n() -> None:
    chart = ranking([c for c in SEGMENTS if c.by["language"] in ("English", "Spanish", None)])
    told = texts_of(svg(chart))
    assert {"English", "Spanish", "(not stated)", "n 2,585", "n 210", "n 140"} <= set(told)


def test_a_long_name_is_cut_in_the_drawing_and_whole_in_the_table() -> None:
    name = "A name of sixty characters, as departments of hospitals have."
    chart = ranking([cell(80.0, by={"unit": name})])
    assert name not in svg(chart, width=320)
    assert any(text.endswith("…") for text in texts_of(svg(chart, width=320)))
    assert chart.table.rows[0].texts[0] == name


def test_ten_thousand_rows_are_drawn_at_their_ends_and_said_to_be() -> None:
    chart = ranking(MANY)
    rows = (chart.spec or {})["datasets"]["rows"]
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    assert len(rows) == 40
    assert "40 of 10,000 are drawn" in " ".join(chart.notes)
    assert (len(chart.table.rows), chart.table.left_out) == (MOST_ROWS, 10_000 - MOST_ROWS)
    assert chart.table.rows[0].texts[1] == numbers.value(rows[0]["value"], "percent")
    assert chart.rest == "Rows left out after these: 9,000."


def test_the_table_of_a_long_trend_keeps_the_latest_periods_in_their_order() -> None:
    chart = trend(DAYS)
    kept = [row.texts[0] for row in chart.table.rows]
    assert kept == [day.period for day in DAYS[-MOST_ROWS:]]
    assert chart.rest == "Earlier rows left out: 9,000."
    assert trend(COURSE).table.left_out == 0
    assert trend(COURSE).table.rows[0].texts[0] == COURSE[0].period


@pytest.mark.parametrize(
    ("lang", "told"), [("da", "tidligere rækker: 9.000"), ("zh", "更早行数：9,000")]
)
def test_what_a_trend_leaves_out_is_told_in_every_language(lang: str, told: str) -> None:
    page = render_to_string("web/chart.html", {"chart": trend(DAYS, lang=lang)})
    assert told in page


def test_where_low_is_good_the_lowest_is_first() -> None:
    rows = ranking([cell(v, good="low", by={"team": str(v)}) for v in (5.0, 1.0, 3.0)]).table.rows
    assert [row.texts[0] for row in rows] == ["1.0", "3.0", "5.0"]


def test_ten_thousand_points_become_few_whose_weighted_sum_is_the_same() -> None:
    points, each = thinned(points_of(DAYS, None))
    assert len(points) <= MOST_POINTS
    assert each == 17
    total = sum((p.cell.value or 0) * (p.cell.n or 0) for p in points)
    assert total == pytest.approx(sum((c.value or 0) * (c.n or 0) for c in DAYS))


@given(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 20), st.floats(0.1, 20)
)  # fmt: skip
def test_symmetric_intervals_are_told_apart_as_by_the_z_test(
    a: float, b: float, half_a: float, half_b: float
) -> None:
    z = abs(a - b) / np.hypot(half_a / 1.96, half_b / 1.96)
    if abs(z - 1.96) > 1e-6:
        assert apart(cell(a, half=half_a), cell(b, half=half_b)) == (z > 1.96)


def test_a_small_group_far_down_the_order_is_named_as_like_the_first() -> None:
    order = [
        cell(70.0, half=10.0),
        cell(41.0, half=1.0),
        cell(26.0, half=90.0),
        cell(-4.0, half=12.0),
    ]
    assert like_first(order) == [order[2]]
    unsure = [cell(70.0, half=1.0), cell(41.0, half=None)]
    assert like_first(unsure) == unsure[1:]
    counts = [cell(70.0, half=None), cell(41.0, half=None)]
    assert like_first(counts) == []


@given(st.lists(st.floats(0.5, 5_000), min_size=1, max_size=300))
def test_a_histogram_keeps_every_value_and_its_median_lies_in_the_bin_of_the_values_own(
    values: list[float],
) -> None:
    edges = 1.3 ** np.arange(-4, 40)
    counts, _ = np.histogram(values, edges)
    bins = [
        Bin(float(lo), float(hi), int(n))
        for lo, hi, n in zip(edges, edges[1:], counts, strict=False)
    ]
    spec = histogram(bins, title="Time", unit="count").spec or {}
    drawn = spec["datasets"]["bins"]
    assert sum(one["n"] for one in drawn) == len(values)
    half = spec["datasets"]["median"][0]["value"]
    low, high = (np.quantile(values, 0.5, method=way) for way in ("lower", "higher"))
    place = [
        np.searchsorted(edges, end, side="right") - 1 for end in (low, half * (1 - 1e-9), high)
    ]
    assert place == sorted(place)


def test_a_median_of_zero_stands_in_the_bar_of_zero_where_the_scale_has_none() -> None:
    chart = histogram([Bin(0, 0, 100), Bin(1, 2, 20), Bin(50, 90, 30)], title="T", unit="seconds")
    found = (chart.spec or {})["datasets"]
    first = found["bins"][0]
    assert first["low"] < found["median"][0]["value"] < first["high"]
    assert found["median"][0]["label"] == "median 0.0 s"
    assert set(texts_of(svg(chart))) > {"1", "2", "10"}


def test_a_histogram_tells_the_metrics_own_median_and_how_many_are_not_over() -> None:
    spread = by_size([asking.Bin(10, 20, 5, 2)], title="T", unit="seconds", median=13.0)
    assert spread.finding == "T: half of 5 are at most 13.0 s."
    assert spread.notes == ("Not drawn: 2 that are not over yet.",)
    assert not by_size([asking.Bin(10, 20, 5, 0)], title="T", unit="seconds").notes


def test_what_happened_on_one_day_has_one_sign() -> None:
    days = [date(2011, 1, 1), date(2011, 1, 1), date(2011, 5, 20)]
    events = [Event(day, f"note {n}") for n, day in enumerate(days)]
    drawn = trend([year(2010 + n, 80.0) for n in range(3)], events=events)
    told = [note.partition(": ") for note in drawn.notes if "note" in note]
    assert [(sign, text.rpartition("2011, ")[2]) for sign, _, text in told] == [
        ("A", "note 0; note 1"), ("B", "note 2"),
    ]  # fmt: skip


@pytest.mark.parametrize(("values", "below"), [((82, 85, 70), True), ((70, 85, 90), False)])
def test_the_name_of_a_target_keeps_clear_of_where_the_course_begins(
    values: tuple[float, ...], below: bool
) -> None:
    drawn = svg(trend([year(2010 + n, value, target=80.0) for n, value in enumerate(values)]))
    rule = re.search(
        r'<line transform="translate\([\d.]+,([\d.]+)\)"[^>]*stroke-dasharray="6,3"', drawn
    )
    name = re.search(r'translate\([\d.]+,([\d.]+)\)"[^>]*>target ', drawn)
    assert rule
    assert name
    assert (float(name[1]) > float(rule[1]) + 8) is below


def test_the_sign_of_an_event_stands_clear_of_a_dot_on_top() -> None:
    top = [year(2010 + n, 100.0, half=None) for n in range(3)]
    drawn = svg(trend(top, events=[Event(date(2011, 1, 1), "a note")]))
    sign = re.search(r'translate\([\d.]+,(-?[\d.]+)\)"[^>]*>A<', drawn)
    assert sign
    assert float(sign[1]) < -5


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=12))
def test_shares_of_a_distribution_are_of_all_its_answers(counts: list[int]) -> None:
    chart = distribution([Bar(str(i), n) for i, n in enumerate(counts)], title="Scores")
    if sum(counts):
        drawn = (chart.spec or {})["datasets"]["rows"]
        assert sum(row["value"] for row in drawn) == pytest.approx(100)
    else:
        assert chart.spec is None


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=30))
def test_a_sparkline_has_a_stroke_each_stretch_and_stays_in_its_box(
    values: list[float | None],
) -> None:
    drawn = spark(values)
    starts = sum(v is not None and (i == 0 or values[i - 1] is None) for i, v in enumerate(values))
    assert drawn.line.count("M") == starts
    points = [
        pair.split(",") for pair in drawn.line.replace("h0", "").replace("M", "L").split("L")[1:]
    ]
    assert len(points) == sum(v is not None for v in values)
    assert all(0 <= float(x) <= drawn.width and 0 <= float(y) <= drawn.height for x, y in points)
    known = [
        (v, float(y))
        for v, (_, y) in zip((v for v in values if v is not None), points, strict=True)
    ]
    assert all(up <= down + 0.11 for high, up in known for low, down in known if high > low)


@given(st.floats(-1e7, 1e7), st.sampled_from(UNITS))
def test_english_figures_are_the_terminals_and_danish_ones_change_only_signs(
    number: float, unit: str
) -> None:
    english = numbers.value(number, unit)
    assert locales.value(number, unit, "en") == english
    danish = locales.value(number, unit, "da")
    swapped = danish.translate(str.maketrans(".,", ",."))
    assert swapped == english


def test_days_are_written_as_the_language_writes_them() -> None:
    written = [locales.day(date(2017, 5, 12), lang) for lang in LANGUAGES]
    assert written == ["12 May 2017", "12. maj 2017", "2017年5月12日"]


def test_every_language_has_all_words_and_every_verdict() -> None:
    verdicts = {
        said.BETTER, said.WORSE, said.HIGHER, said.LOWER,
        said.WITHIN, said.TOO_FEW, said.NO_EARLIER, said.SO_FAR,
        said.OPEN, said.NOT_REACHED, said.SHORT_PAST, said.CUT_SHORT,
        said.HIDDEN,
    }  # fmt: skip
    assert set(REAL) <= verdicts
    for lang in LANGUAGES[1:]:
        assert set(words(lang)) == set(words("en")) | verdicts


def test_the_axis_speaks_the_readers_language() -> None:
    spans = [(date(2026, month, 1), date(2026, month + 1, 1)) for month in (4, 5, 6)]
    cells = [cell(80.0 + i, since=a, until=b, period=str(a)) for i, (a, b) in enumerate(spans)]
    assert "maj 2026" in texts_of(svg(trend(cells, lang="da")))
    assert "2026年5月" in texts_of(svg(trend(cells, lang="zh")))


def test_a_picture_is_a_png_of_the_size_asked_for() -> None:
    made = png(CHARTS["trend"], DARK, width=400, scale=1)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(made[16:20]) == pytest.approx(400, abs=12)
    assert png(CHARTS["trend of nothing"]) == b""


def test_hostile_names_are_text_wherever_they_stand() -> None:
    for name in ("trend of hostile names", "ranking of hostile names", "distribution of choices"):
        page = render_to_string("web/chart.html", {"chart": CHARTS[name]})
        assert "<script>alert" not in page
        assert "<img" not in page
        assert page.count("<script") == 1
        assert HOSTILE not in page


def test_charts_load_nothing_heavy_until_one_is_drawn() -> None:
    modules = "trend, ranking, distribution, histogram, cohort_map, spark, drawing"
    code = f"""
import sys
from milepost.charts import {modules}
heavy = {{"altair", "vl_convert", "numpy", "pandas", "pyarrow", "duckdb", "scipy"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_browsers_bundle_is_of_the_versions_that_draw_here() -> None:
    import vl_convert

    from milepost.charts.drawing import VEGA_LITE
    from tests.conftest import ROOT

    pinned = json.loads((ROOT / "scripts/vendor/package.json").read_text(encoding="utf-8"))
    wanted = pinned["dependencies"]
    assert wanted["vega"] == vl_convert.get_vega_version()
    assert wanted["vega-lite"].startswith(f"{VEGA_LITE}.")
    told = (ROOT / "src/milepost/server/static/milepost/vega.LICENSES.txt").read_text(
        encoding="utf-8"
    )
    assert f"vega-lite {wanted['vega-lite']} (BSD-3-Clause)" in told
