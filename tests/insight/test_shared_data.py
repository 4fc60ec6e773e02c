"""Real data beside the repository: published or independently computed figures come out."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import milepost as mp
from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened

pytestmark = pytest.mark.shared

HEAD = "company: {name: Test, timezone: UTC}\nprivacy: {min_group: 1}\n"


def opened(folder: Path, plan: str) -> Opened:
    (folder / "milepost.yaml").write_text(HEAD + plan, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


TELECOM = """
every: month
sources:
  - name: verbatim
    fact: responses
    from: {file}
    read: {{dates: "%d/%m/%Y %H:%M"}}
    columns: {{answered_at: CUSTOMER_RESPONSE_DATE, comment: text, touchpoint: SURVEY_SUB_TYPE}}
    values:
      touchpoint: {{Order: order, Equipment Received: equipment, First Payment: payment, Service in Use: use}}
    questions: [{{name: recommend, type: nps, score: NPS_SCORE}}]
journeys:
  - name: contract
    touchpoints: [{{name: order}}, {{name: equipment}}, {{name: payment}}, {{name: use}}]
"""


def test_telecom_nps_by_stage_and_month(shared: Path, tmp_path: Path) -> None:
    file = shared / "nps_telecom_verbatim" / "verbatim.csv"
    plan = opened(tmp_path, TELECOM.format(file=file))
    (pooled,) = plan.measure("nps", every="all", pooled=True).cells
    assert (pooled.value, pooled.n) == (pytest.approx(-24.69, abs=0.005), 2353)
    assert pooled.sums == {"n": 2353, "promoters": 690, "detractors": 1271}
    stages = {c.touchpoint: (c.value, c.n) for c in plan.measure("nps", every="all").cells}
    assert stages == {
        "order": (pytest.approx(-9.98, abs=0.005), 962),
        "payment": (pytest.approx(-29.29, abs=0.005), 1130),
        "equipment": (pytest.approx(-56.71, abs=0.005), 231),
        "use": (pytest.approx(-76.67, abs=0.005), 30),
    }
    months = plan.measure("nps", every="month", pooled=True).cells
    assert [round(c.value or 0, 2) for c in months] == [
        -58.14, -33.10, -27.14, -25.19, -13.25, -21.86, -10.92,
    ]  # fmt: skip
    account = refresh(plan.project).built["verbatim"].account
    assert account.questions[0].not_answered == {"(blank)": 32}


def test_telecom_dates_are_never_guessed_where_ambiguous(shared: Path, tmp_path: Path) -> None:
    """Its days go up to 31, so the order can be found out without being stated."""
    file = shared / "nps_telecom_verbatim" / "verbatim.csv"
    plan = TELECOM.format(file=file).replace('    read: {dates: "%d/%m/%Y %H:%M"}\n', "")
    (cell,) = opened(tmp_path, plan).measure("nps", every="all", pooled=True).cells
    assert cell.n == 2353


def test_employees_in_words(shared: Path, tmp_path: Path) -> None:
    questions = "".join(
        f"      - {{name: {name}, type: esat, score: {column}, scale: [1, 4],"
        " labels: {Low: 1, Medium: 2, High: 3, Very_High: 4}}\n"
        for name, column in (
            ("job", "JobSatisfaction"),
            ("environment", "EnvironmentSatisfaction"),
            ("relationship", "RelationshipSatisfaction"),
        )
    )
    plan = opened(
        tmp_path,
        "every: all\nsources:\n  - name: staff\n    fact: responses\n"
        f"    from: {shared / 'hr_attrition' / 'ibm_hr_attrition.csv'}\n    dated: 2026-01-01\n"
        f"    attributes: {{left: Attrition}}\n    questions:\n{questions}",
    )
    tops = {c.by["question"]: c.value for c in plan.measure("esat", by="question").cells}
    assert tops == {
        "job": pytest.approx(61.29, abs=0.005),
        "environment": pytest.approx(61.16, abs=0.005),
        "relationship": pytest.approx(60.61, abs=0.005),
    }
    means = {c.by["question"]: c.value for c in plan.measure("esat_mean", by="question").cells}
    assert means["job"] == pytest.approx(2.7286, abs=5e-5)


OLIST = """
every: month
sources:
  - name: reviews
    fact: responses
    from: {folder}/order_reviews.parquet
    as: r
    join:
      - {{from: "{folder}/orders.parquet", as: o, keys: {{order_id: order_id}}}}
      - {{from: "{folder}/customers.parquet", as: c, keys: {{o.customer_id: customer_id}}}}
    columns:
      response_id: "= r.review_id || '/' || r.order_id"
      customer_id: c.customer_unique_id
      answered_at: r.review_answer_timestamp
      comment: r.review_comment_message
    attributes:
      state: c.customer_state
      status: o.order_status
      late: "= o.order_delivered_customer_date > o.order_estimated_delivery_date"
    questions: [{{name: review, type: stars, score: r.review_score}}]
"""


def test_olist_reviews_joined_to_orders_and_people(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, OLIST.format(folder=shared / "olist"))
    (mean,) = plan.measure("stars", every="all").cells
    assert (mean.value, mean.n) == (pytest.approx(4.0491, abs=5e-5), 16846)
    (high,) = plan.measure("stars_high", every="all").cells
    assert high.value == pytest.approx(75.85, abs=0.005)
    months = {
        c.since.isoformat()[:7]: (c.value, c.n)
        for c in plan.measure("stars_high", every="month").cells
    }
    for month, value, n in (("2017-02", 80.14, 292), ("2017-07", 79.75, 790), ("2017-11", 77.69, 959),
                            ("2017-12", 74.12, 1627), ("2018-03", 68.67, 1612), ("2018-05", 80.26, 1550)):  # fmt: skip
        assert months[month] == (pytest.approx(value, abs=0.005), n)
    states = {
        c.by["state"]: (c.value, c.n)
        for c in plan.measure("stars_high", by="state", every="all").cells
    }
    for state, value, n in (("SP", 78.57, 7023), ("RJ", 69.07, 2160), ("MG", 76.75, 1991)):
        assert states[state] == (pytest.approx(value, abs=0.005), n)
    delivered = plan.measure("stars", by="late", every="all", where="status = 'delivered'")
    late = {c.by["late"]: (c.value, c.n) for c in delivered.cells}
    assert late["false"] == (pytest.approx(4.2732, abs=5e-5), 14960)
    assert late["true"] == (pytest.approx(2.4609, abs=5e-5), 1382)
    account = refresh(plan.project).built["reviews"].account
    assert [join.unmatched for join in account.joins] == [0, 0]
    assert account.adds_up


def test_call_centre_workbook(shared: Path, tmp_path: Path) -> None:
    file = shared / "callcenter_pwc" / "Call-Center-Dataset.xlsx"
    plan = opened(
        tmp_path,
        f"""
every: all
sources:
  - name: calls
    fact: contacts
    from: {file}
    read: {{sheet: raw_data}}
    columns:
      contact_id: Call Id
      at: "= Date || ' ' || Time"
      agent: Agent
      topic: Topic
      answered: Answered (Y/N)
      resolved: Resolved
      wait_seconds: Speed of answer in seconds
      handle_seconds: AvgTalkDuration
  - name: ratings
    fact: responses
    from: {file}
    read: {{sheet: raw_data}}
    columns: {{response_id: Call Id, answered_at: "= Date || ' ' || Time"}}
    attributes: {{agent: Agent}}
    questions: [{{name: rating, type: csat, score: Satisfaction rating}}]
""",
    )
    built = refresh(plan.project).built
    assert all(b.account.adds_up for b in built.values())
    calls = pq.read_table(plan.project.store.facts / built["calls"].file).to_pylist()
    assert len(calls) == 5000
    answered = [call for call in calls if call["answered"]]
    assert len(answered) / 5000 == pytest.approx(0.8108)
    assert sum(call["resolved"] for call in answered) / len(answered) == pytest.approx(
        0.8994, abs=5e-5
    )
    waits = [call["wait_seconds"] for call in answered]
    assert sum(waits) / len(waits) == pytest.approx(67.52, abs=0.005)
    (share,) = plan.measure("csat").cells
    (mean,) = plan.measure("csat_mean").cells
    assert (share.value, mean.value) == (
        pytest.approx(49.90, abs=0.005), pytest.approx(3.4036, abs=5e-5),
    )  # fmt: skip


def test_mobile_satisfaction_index(shared: Path, tmp_path: Path) -> None:
    questions = "".join(
        f"      - {{name: cusa{n}, type: csat, score: CUSA{n}, scale: [1, 10]}}\n"
        for n in (1, 2, 3)
    )
    plan = opened(
        tmp_path,
        "every: all\nsources:\n  - name: mobi\n    fact: responses\n"
        f"    from: {shared / 'ecsi_mobi' / 'mobi.csv'}\n    dated: 2026-01-01\n"
        f"    questions:\n{questions}",
    )
    means = {c.by["question"]: c.value for c in plan.measure("csat_mean", by="question").cells}
    assert means == {
        "cusa1": pytest.approx(7.988), "cusa2": pytest.approx(7.128), "cusa3": pytest.approx(7.316),
    }  # fmt: skip
    (index,) = plan.measure("csat_mean").cells
    assert index.value == pytest.approx(7.4773, abs=5e-5)
    # 250 people gave three answers each: the interval knows.
    assert (index.n, index.respondents) == (750, 250)
    assert index.n_eff is not None
    assert index.n_eff < 500
