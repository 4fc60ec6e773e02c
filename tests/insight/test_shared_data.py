"""Surveys beside the repository: published or independently computed figures come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.facts import refresh
from tests.insight.published import cut, opened, whole

pytestmark = pytest.mark.shared


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


MOBI = """
every: all
sources:
  - name: mobi
    fact: responses
    from: {file}
    dated: 2026-01-01
    questions:
{questions}
metrics:
  - {{name: acsi, title: Satisfaction index, fact: responses, where: question like 'cusa%', mean: (score - 1) * 100 / 9, good: high}}
"""


def test_mobile_satisfaction_index(shared: Path, tmp_path: Path) -> None:
    columns = ("CUSA1", "CUSA2", "CUSA3", "CUSL1", "CUSL2", "CUSL3", "CUSCO")
    questions = "".join(
        f"      - {{name: {name.lower()}, type: csat, score: {name}, scale: [1, 10]}}\n"
        for name in columns
    )
    file = shared / "ecsi_mobi" / "mobi.csv"
    plan = opened(tmp_path, MOBI.format(file=file, questions=questions))
    means = {name: value for name, (value, _) in cut(plan, "csat_mean", "question").items()}
    assert [means[name] for name in ("cusa1", "cusa2", "cusa3", "cusco")] == pytest.approx(
        [7.988, 7.128, 7.316, 7.068]
    )
    loyalty = whole(plan, "csat_mean", where="question like 'cusl%'")
    assert loyalty.value == pytest.approx(6.7027, abs=5e-5)
    index = whole(plan, "csat_mean", where="question like 'cusa%'")
    assert index.value == pytest.approx(7.4773, abs=5e-5)
    assert whole(plan, "acsi").value == pytest.approx(71.97, abs=0.005)
    # 250 people gave three answers each: the interval knows.
    assert (index.n, index.respondents) == (750, 250)
    assert index.n_eff is not None
    assert index.n_eff < 500


AIRLINE = """
every: all
sources:
  - name: passengers
    fact: passengers
    from: {file}
    dated: 2026-01-01
    columns: {{passenger: id, customer_id: id, satisfied: "= satisfaction = 'satisfied'"}}
    attributes: {{class: Class, purpose: Type of Travel, loyalty: Customer Type}}
  - name: ratings
    fact: responses
    from: {file}
    dated: 2026-01-01
    columns: {{response_id: id, customer_id: id}}
    questions:
      - {{name: schedule, type: csat, score: Departure/Arrival time convenient, scale: [1, 5], missing: [0]}}
facts:
  - {{name: passengers, key: passenger, time: at, columns: {{passenger: text, at: time, customer_id: text, satisfied: boolean}}}}
metrics:
  - {{name: satisfied, title: Satisfied, fact: passengers, share: satisfied, good: high}}
"""


def test_airline_passengers_by_class_and_purpose(shared: Path, tmp_path: Path) -> None:
    file = shared / "airline_satisfaction" / "train.parquet"
    plan = opened(tmp_path, AIRLINE.format(file=file))
    cell = whole(plan, "satisfied")
    assert (cell.value, cell.n) == (pytest.approx(43.33, abs=0.005), 103_904)
    expected = {
        "class": {"Business": 69.43, "Eco Plus": 24.61, "Eco": 18.61},
        "purpose": {"Business travel": 58.26, "Personal Travel": 10.17},
        "loyalty": {"Loyal Customer": 47.73, "disloyal Customer": 23.67},
    }
    for by, shares in expected.items():
        found = {name: value for name, (value, _) in cut(plan, "satisfied", by).items()}
        assert found == {name: pytest.approx(value, abs=0.005) for name, value in shares.items()}
    ratings = refresh(plan.project).built["ratings"].account
    assert ratings.questions[0].not_answered == {"0": 5300}


ATTRITION = """
every: all
sources:
  - name: staff
    fact: staff
    from: {file}
    dated: 2026-01-01
    columns: {{employee: "= _record", left: "= Attrition = 'Yes'"}}
    attributes: {{satisfaction: JobSatisfaction}}
facts:
  - {{name: staff, key: employee, time: at, columns: {{employee: text, at: time, left: boolean}}}}
metrics:
  - {{name: attrition, title: Attrition, fact: staff, share: left, good: low}}
"""


def test_attrition_by_satisfaction(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, ATTRITION.format(file=shared / "hr_attrition" / "ibm_hr_attrition.csv"))
    cell = whole(plan, "attrition")
    assert (cell.value, cell.sums) == (pytest.approx(16.12, abs=0.005), {"n": 1470, "part": 237})
    found = {name: value for name, (value, _) in cut(plan, "attrition", "satisfaction").items()}
    assert found == {
        "Low": pytest.approx(22.84, abs=0.005),
        "Medium": pytest.approx(16.43, abs=0.005),
        "High": pytest.approx(16.52, abs=0.005),
        "Very_High": pytest.approx(11.33, abs=0.005),
    }
