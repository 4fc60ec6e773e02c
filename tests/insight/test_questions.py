"""What can be asked: segments, windows, comparisons, formats; and what cannot, in one line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import milepost as mp
from milepost.errors import DataError, MilepostError, QuestionError, UnknownName
from tests.insight.company import Row, answers, company, project
from tests.stats.conftest import read_vectors

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
MIXED = [10, 9, 8, 3]

pytestmark = pytest.mark.usefixtures("now")


def two_countries(factor: int = 10) -> list[Row]:
    return (
        answers(OCTOBER, [10, 10, 8, 3] * factor, country="DK")
        + answers(OCTOBER, [10, 3, 3, 3] * factor, country="SE")
        + answers(OCTOBER, [10, 9, 9, 9] * factor, country="NO")
    )


def test_the_json_contract(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(SEPTEMBER, MIXED * 10) + answers(OCTOBER, MIXED * 10))
    data = json.loads(plan.measure("nps").to_json())
    assert list(data) == ["plan", "as_of", "cells"]
    assert data["as_of"] == "2026-11-22T09:00:00Z"
    (cell,) = data["cells"]
    promised = {
        "metric", "definition", "unit", "touchpoint", "by", "since", "until", "complete", "value",
        "low", "high", "confidence", "method", "weighted", "n", "n_eff", "clusters", "sums",
        "against", "detectable", "verdict", "target",
    }  # fmt: skip
    assert promised <= set(cell)
    assert set(cell["against"]) >= {"what", "value", "change", "low", "high", "p", "q", "family"}
    assert (cell["since"], cell["until"], cell["value"]) == ("2026-10-01", "2026-11-01", 25.0)
    assert cell["sums"] == {"n": 40, "promoters": 20, "detractors": 10}


def test_rows_and_columns_are_the_same_everywhere(tmp_path: Path) -> None:
    answer = company(tmp_path, two_countries()).measure("nps", by="country")
    table, frame = answer.to_arrow(), answer.to_pandas()
    assert table.column_names == list(frame.columns) == answer.to_csv().splitlines()[0].split(",")
    assert table["by.country"].to_pylist() == ["DK", "NO", "SE"]
    assert (
        table["value"].to_pylist() == [cell.value for cell in answer.cells] == [25.0, 100.0, -50.0]
    )
    assert "<pre" in answer._repr_html_()


def test_rest_is_the_complement(tmp_path: Path) -> None:
    """DK against NO and SE together: 80 answers, not the total that holds DK too."""
    plan = company(tmp_path, two_countries())
    denmark = plan.measure("nps", by="country", against="rest").cells[0]
    assert (denmark.against.value, denmark.against.change) == (25.0, 0.0)
    assert denmark.against.family == 3
    with pytest.raises(QuestionError, match="--by"):
        plan.measure("nps", against="rest")


def test_year_ago(tmp_path: Path) -> None:
    rows = answers(date(2025, 10, 1), [10] * 40) + answers(SEPTEMBER, [2] * 40)
    plan = company(tmp_path, rows + answers(OCTOBER, [10, 2] * 20))
    (cell,) = plan.measure("nps", against="year_ago").cells
    assert (cell.against.since, cell.against.value) == (date(2025, 10, 1), 100.0)


def test_a_rolling_window_and_the_one_before(tmp_path: Path) -> None:
    rows = answers(date(2026, 11, 1), [10] * 20) + answers(date(2026, 10, 25), [2] * 7)
    plan = company(tmp_path, rows)
    (cell,) = plan.measure("nps", rolling="20d", until=date(2026, 11, 21)).cells
    assert (cell.since, cell.until, cell.n) == (date(2026, 11, 1), date(2026, 11, 21), 20)
    assert (cell.against.since, cell.against.value) == (date(2026, 10, 12), -100.0)


def test_since_and_until(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(SEPTEMBER, MIXED * 5) + answers(OCTOBER, MIXED * 5))
    days = plan.measure("nps", every="day", since=date(2026, 9, 2), until=date(2026, 9, 5)).cells
    assert [cell.since.day for cell in days] == [2, 3, 4]
    with pytest.raises(QuestionError, match="after"):
        plan.measure("nps", since=OCTOBER, until=SEPTEMBER)


def test_survey_metrics_never_pool_touchpoints_unasked(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [10] * 10) + answers(OCTOBER, [2] * 30, touchpoint="web")
    plan = company(tmp_path, rows)
    assert {c.touchpoint: c.value for c in plan.measure("nps").cells} == {
        None: 100.0,
        "web": -100.0,
    }
    (pooled,) = plan.measure("nps", pooled=True).cells
    assert (pooled.value, pooled.n) == (-50.0, 40)
    (web,) = plan.measure("nps", touchpoint="web").cells
    assert (web.touchpoint, web.value) == ("web", -100.0)


def test_where(tmp_path: Path) -> None:
    plan = company(tmp_path, two_countries())
    (cell,) = plan.measure("nps", where="country = 'SE'").cells
    assert (cell.value, cell.n) == (-50.0, 40)


def test_weights(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [10] * 20, weight=3) + answers(
        OCTOBER, [2] * 20, country="SE", weight=1
    )
    plan = company(tmp_path, rows, weighted=True)
    (cell,) = plan.measure("nps").cells
    assert (cell.weighted, cell.value, cell.n) == (True, 50.0, 40)
    assert cell.sums == {
        "n": 40, "promoters": 20, "detractors": 20,
        "weighted n": 80, "weighted promoters": 60, "weighted detractors": 20,
    }  # fmt: skip
    (plain,) = plan.measure("nps", unweighted=True).cells
    assert (plain.weighted, plain.value) == (False, 0.0)


def test_the_bucket_form_of_the_reference(tmp_path: Path) -> None:
    """150 answers of 50 customers: n_eff is what statsmodels' clustered error by bucket makes it."""
    vector = read_vectors()["nps.cluster.hash_buckets"]
    frame = pa.table({"score": vector.inputs["score"], "who": vector.inputs["customer"]})
    (cell,) = mp.measure("nps", frame, customer="who").cells
    share = {name: cell.sums[name] / 150 for name in ("promoters", "detractors")}
    net = share["promoters"] - share["detractors"]
    variance = (share["promoters"] + share["detractors"] - net**2) / 150
    assert cell.value == pytest.approx(vector.expected["nps"])
    assert cell.clusters == vector.expected["buckets_used"]
    expected = 150 * variance / (vector.expected["se_buckets"] / 100) ** 2
    assert cell.n_eff == pytest.approx(expected, rel=1e-9)


def test_a_finite_population_of_employees(tmp_path: Path) -> None:
    vector = read_vectors()["enps.adjusted_wald_fpc"]
    scores = [10] * 30 + [8] * 18 + [2] * 12
    plan = company(
        tmp_path,
        answers(OCTOBER, scores),
        type="enps",
        company=", headcount: {total: 200, country: {DK: 60}}",
    )
    (cell,) = plan.measure("enps").cells
    assert (cell.n_eff, cell.low, cell.high) == pytest.approx(
        tuple(vector.expected[name] for name in ("n_eff", "low", "high"))
    )
    (census,) = plan.measure("enps", by="country").cells
    assert (census.low, census.high) == (census.value, census.value)


def test_invited_is_a_denominator(tmp_path: Path) -> None:
    rows = answers(OCTOBER, MIXED * 6)
    plan = company(tmp_path, rows)
    text = (
        (tmp_path / "milepost.yaml")
        .read_text()
        .replace("    from: survey", "    invited: 100\n    from: survey")
    )
    (tmp_path / "milepost.yaml").write_text(text)
    plan = mp.open(tmp_path / "milepost.yaml")
    (cell,) = plan.measure("response_rate").cells
    assert (cell.value, cell.n) == (24.0, 100)
    assert plan.measure().scorecard.stops[0].flow.asked == 100
    (tmp_path / "milepost.yaml").write_text(text.replace("invited: 100", "invited: 10"))
    with pytest.raises(DataError, match="24 responses of 10 invited"):
        mp.open(tmp_path / "milepost.yaml").measure("response_rate")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"metrics": "npss"}, "did you mean 'nps'?"),
        ({"by": "contry"}, "did you mean 'country'?"),
        ({"touchpoint": "wb"}, "touchpoint 'wb' is unknown"),
        ({"where": "contry = 'DK'"}, "column 'contry' is unknown"),
        ({"where": "score > (SELECT 1)"}, "a query inside an expression"),
        ({"where": "read_text('/etc/passwd') = ''"}, "read_text"),
        ({"rolling": "soon"}, "is not a length of time"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, asked: dict[str, str], text: str) -> None:
    plan = company(tmp_path, two_countries(1))
    with pytest.raises(MilepostError) as error:
        plan.measure(**{"metrics": "nps", **asked})  # type: ignore[arg-type]
    assert text in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("asked", [{"by": "country"}, {"pooled": True}])
def test_the_scorecard_takes_no_cuts(tmp_path: Path, asked: dict[str, object]) -> None:
    with pytest.raises(QuestionError, match="not for the scorecard"):
        company(tmp_path, two_countries(1)).measure(**asked)  # type: ignore[arg-type]


def test_a_scorecard_of_some_leaves_out_what_does_not_tell_who_they_are(tmp_path: Path) -> None:
    from tests.insight.company import project

    answered = [
        {
            "id": n,
            "day": "2026-10-05",
            "score": 10 if n < 20 else 0,
            "country": "DK" if n < 20 else "SE",
        }
        for n in range(40)
    ]
    bought = [{"id": n, "who": n, "day": "2026-10-05", "amount": 10} for n in range(30)]
    plan = """
sources:
  - {name: survey, fact: responses, from: a.csv, columns: {response_id: id, answered_at: day},
     attributes: {country: country}, questions: [{name: q, type: nps, score: score}]}
  - {name: shop, fact: orders, from: b.csv, columns: {order_id: id, customer_id: who, ordered_at: day, amount: amount}}
headline: nps
targets: {revenue: 100}
"""
    opened = project(tmp_path, {"a.csv": answered, "b.csv": bought}, plan)
    whole = opened.measure()
    some = opened.measure(where="country = 'DK'")
    assert {cell.metric for cell in whole.cells} == {"nps", "revenue"}
    assert [(cell.metric, cell.value, cell.n) for cell in some.cells] == [("nps", 100.0, 20.0)]
    assert some.notes[0] == "left out, for their rows do not tell it: Revenue"


def test_frames_of_three_kinds_agree() -> None:
    rows = {"rate it": [10, 9, 3, None, 11], "land": ["DK", "DK", "SE", "SE", "SE"]}
    frames = [pd.DataFrame(rows), pl.DataFrame(rows), pa.table(rows)]
    answers_ = [
        mp.measure("nps", frame, score="rate it", by="land", missing=[11]) for frame in frames
    ]
    got = [[(c.by, c.value, c.n) for c in answer.cells] for answer in answers_]
    assert got == [[({"land": "DK"}, 100.0, 2), ({"land": "SE"}, -100.0, 1)]] * 3
    assert answers_[0].notes == ("2 rows without an answer",)


def test_frames_say_what_is_wrong() -> None:
    with pytest.raises(UnknownName, match="did you mean 'score'"):
        mp.measure("nps", pa.table({"score": [1]}), score="scor")
    with pytest.raises(QuestionError, match="one question at a time"):
        mp.measure(["nps", "csat"], pa.table({"score": [1]}))
    with pytest.raises(QuestionError, match="a str cannot be measured"):
        mp.measure("nps", "survey.csv")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10), st.sampled_from("abc"), st.sampled_from(["x", "y", None]), st.integers(0, 6)),
        min_size=1, max_size=60,
    )
)  # fmt: skip
def test_parts_add_up_to_the_whole(rows: list[tuple[int, str, str | None, int]]) -> None:
    """Sums over segments are the sums of all, whatever the rows."""
    frame = pa.table({
        "score": [r[0] for r in rows], "a": [r[1] for r in rows],
        "b": pa.array([r[2] for r in rows], pa.string()), "who": [f"c{r[3]}" for r in rows],
    })  # fmt: skip
    (whole,) = mp.measure("nps", frame, customer="who").cells
    parts = mp.measure("nps", frame, customer="who", by=["a", "b"]).cells
    for name in ("n", "promoters", "detractors"):
        assert whole.sums[name] == sum(part.sums[name] for part in parts)
    promoters, detractors = sum(r[0] >= 9 for r in rows), sum(r[0] <= 6 for r in rows)
    assert whole.value == pytest.approx(100 * (promoters - detractors) / len(rows))
    assert whole.low <= whole.value <= whole.high


def test_what_has_a_target_of_the_company_is_on_its_scorecard(tmp_path: Path) -> None:
    rows = [{"id": n, "who": n % 30, "day": f"2026-{8 + n % 3:02d}-05", "amount": 10 + n}
            for n in range(90)]  # fmt: skip
    plan = project(tmp_path, {"o.csv": rows}, """
targets: {revenue: 1600, repeat_purchase: 20}
sources:
  - name: o
    fact: orders
    from: o.csv
    columns: {order_id: id, customer_id: who, ordered_at: day, amount: amount}
""")  # fmt: skip
    found = plan.measure()
    assert found.scorecard is not None
    lines = {line.metric: line.cell for line in found.scorecard.stops[0].lines}
    assert list(lines) == ["revenue", "repeat_purchase"]
    assert lines["revenue"] is not None
    assert (lines["revenue"].value, lines["revenue"].target_verdict) == (1665.0, "met")
