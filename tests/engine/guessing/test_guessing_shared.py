"""Plans guessed from real files: they open, they build, their accounts add up."""

from __future__ import annotations

import pytest

from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from tests.conftest import ROOT

# file -> the fact, and how many answers each certain question has
REAL = [
    ("nps_telecom_verbatim/verbatim.csv", "responses", {"nps_score": 2_353}),
    ("ecsi_mobi/mobi.csv", "responses", {"cusa1": 250, "cusa2": 250, "cusa3": 250}),
    ("hr_attrition/ibm_hr_attrition.csv", "responses", {
        "environment_satisfaction": 1_470, "job_satisfaction": 1_470,
        "relationship_satisfaction": 1_470,
    }),
    ("callcenter_pwc/Call-Center-Dataset.xlsx", "responses", {"satisfaction_rating": 4_054}),
    ("olist/order_reviews.parquet", "responses", {"review_score": 16_846}),
    ("telco_churn/Telco_customer_churn_status.xlsx", "responses", {"satisfaction_score": 7_043}),
    ("danish_trustpilot_3/reviews_a.parquet", "responses", {"review": 2_000}),
    ("comcast_complaints/Comcast_telecom_complaints_data.csv", "tickets", {}),
    ("twitter_airline/tweets.parquet", "mentions", {}),
    ("sfo_survey/2016_SFO_Customer_Survey.csv", "responses", {"undecided": 2_573}),
]  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(("name", "fact", "answers"), REAL)
def test_a_guessed_plan_accounts_for_every_record(written, shared, name, fact, answers):
    project = open_project(written(shared / name))
    (built,) = refresh(project).built.values()
    account = built.account
    assert account.fact == fact
    assert account.adds_up
    assert account.rejected_records == account.rejected_answers == 0
    assert {question.name: question.used for question in account.questions} == answers


def test_the_airports_survey_of_2017(written):
    project = open_project(written(ROOT / "examples/airport/data/2017_SFO_Customer_Survey.csv"))
    (source,) = project.plan.sources
    (asked,) = source.questions
    assert (asked.type, asked.score, asked.missing) == ("nps", "NETPRO", ("11",))
    assert source.columns == {"response_id": "RESPNUM", "weight": "WEIGHT"}
    (built,) = refresh(project).built.values()
    assert [question.used for question in built.account.questions] == [2_746]
