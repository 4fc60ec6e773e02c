"""The telephone company whose churn everybody knows: two workbooks joined."""

from __future__ import annotations

import pytest

from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened
from tests.conftest import SHARED
from tests.insight.published import cut, opened, whole

pytestmark = pytest.mark.shared

# The files state no dates: they are of one day, and of everybody who ever came.
TELCO = """
every: all
sources:
  - name: people
    fact: accounts
    from: {folder}/Telco_customer_churn.xlsx
    as: t
    join:
      - {{from: "{folder}/Telco_customer_churn_status.xlsx", as: s, keys: {{CustomerID: Customer ID}}}}
    dated: 2026-01-01
    columns:
      account: t.CustomerID
      customer_id: t.CustomerID
      churned: "= t.\\"Churn Label\\" = 'Yes'"
      monthly: t.Monthly Charges
      tenure: t.Tenure Months
      cltv: t.CLTV
      total_charges: t.Total Charges
    attributes:
      contract: t.Contract
      category: s.Churn Category
      reason: t.Churn Reason
      status: s.Customer Status
      satisfaction: s.Satisfaction Score
  - name: ratings
    fact: responses
    from: {folder}/Telco_customer_churn_status.xlsx
    dated: 2026-01-01
    columns: {{response_id: Customer ID, customer_id: Customer ID}}
    questions: [{{name: satisfied, type: csat, score: Satisfaction Score, scale: [1, 5]}}]
facts:
  - name: accounts
    key: account
    time: at
    columns: {{account: text, at: time, customer_id: text, churned: boolean, monthly: number, tenure: number, cltv: number, total_charges: number}}
metrics:
  - {{name: churned_of_all, title: Churned of all, fact: accounts, share: churned, good: low}}
  - {{name: revenue_lost, title: Revenue lost, fact: accounts, ratio: ["sum(case when churned then monthly else 0 end)", sum(monthly)], unit: percent, good: low}}
  - {{name: tenure_mean, fact: accounts, mean: tenure}}
  - {{name: cltv_mean, fact: accounts, mean: cltv, unit: money}}
  - {{name: charged, fact: accounts, mean: total_charges, unit: money}}
  - {{name: people, fact: accounts, total: count(*)}}
"""


@pytest.fixture(scope="module")
def telco(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("telco")
    return opened(folder, TELCO.format(folder=SHARED / "telco_churn"))


def test_two_workbooks_joined(telco: Opened) -> None:
    account = refresh(telco.project).built["people"].account
    assert (account.records, account.rows, account.adds_up) == (7043, 7043, True)
    assert [(join.matched, join.unmatched) for join in account.joins] == [(7043, 0)]


@pytest.mark.parametrize(
    ("metric", "value", "within"),
    [
        ("churned_of_all", 26.54, 0.005), ("revenue_lost", 30.50, 0.005),
        ("tenure_mean", 32.371, 0.0005), ("cltv_mean", 4400.30, 0.005),
        ("csat_mean", 3.2449, 5e-5), ("csat", 41.72, 0.005),
    ],
)  # fmt: skip
def test_published_figures(telco: Opened, metric: str, value: float, within: float) -> None:
    assert whole(telco, metric).value == pytest.approx(value, abs=within)


def test_a_blank_charge_is_no_charge_of_nothing(telco: Opened) -> None:
    """Eleven customers of no months have a blank text where the others have a sum."""
    assert whole(telco, "charged").n == 7043 - 11


def test_the_share_that_left_counts_all_of_them(telco: Opened) -> None:
    cell = whole(telco, "churned_of_all")
    assert cell.sums == {"n": 7043, "part": 1869}


def test_by_contract(telco: Opened) -> None:
    found = {name: value for name, (value, _) in cut(telco, "churned_of_all", "contract").items()}
    assert found == {
        "Month-to-month": pytest.approx(42.71, abs=0.005),
        "One year": pytest.approx(11.27, abs=0.005),
        "Two year": pytest.approx(2.83, abs=0.005),
    }


def test_by_satisfaction_which_gives_the_answer_away(telco: Opened) -> None:
    found = cut(telco, "churned_of_all", "satisfaction")
    assert [found[score][0] for score in "12345"] == [
        100, 100, pytest.approx(16.10, abs=0.005), 0, 0,
    ]  # fmt: skip


def test_why_they_left(telco: Opened) -> None:
    gone = "category is not null"
    categories = cut(telco, "people", "category", where=gone)
    assert {name: value for name, (value, _) in categories.items()} == {
        "Competitor": 841, "Attitude": 314, "Dissatisfaction": 303, "Price": 211, "Other": 200,
    }  # fmt: skip
    reasons = cut(telco, "people", "reason", where=gone)
    assert max(reasons.items(), key=lambda item: item[1]) == (
        "Attitude of support person", (192, 192),
    )  # fmt: skip


def test_who_stayed_and_who_joined(telco: Opened) -> None:
    found = cut(telco, "people", "status")
    assert (found["Stayed"][0], found["Joined"][0]) == (4720, 454)
