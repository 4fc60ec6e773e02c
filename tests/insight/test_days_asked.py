"""Questions and their days: what is cut, what is told in one line, what the heading says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.errors import PlanError, QuestionError, UnknownName
from tests.insight.company import answers, company

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))

pytestmark = pytest.mark.usefixtures("now")


def test_days_within_a_period_are_cut_exactly_and_never_judged(tmp_path: Path) -> None:
    rows = [r for m in (AUGUST, SEPTEMBER, OCTOBER) for r in answers(m, [9, 10, 3, 7] * 25)]
    plan = company(tmp_path, rows)
    cells = plan.measure(
        "nps", every="month", since=AUGUST + timedelta(10), until=OCTOBER + timedelta(5)
    ).cells
    # Four answers on each of the first 25 days of a month.
    assert [(c.since.day, c.until.day, c.n) for c in cells] == [
        (11, 1, 60), (1, 1, 100), (1, 6, 20)
    ]  # fmt: skip
    assert [c.verdict for c in cells] == [
        "part of a period", "within usual variation", "part of a period"
    ]  # fmt: skip
    entire = plan.measure("nps", every="month", since=SEPTEMBER, until=OCTOBER).cells
    assert entire == (cells[1],)


def test_the_scorecard_of_one_touchpoint(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 40, touchpoint="web") + answers(OCTOBER, [3] * 40)
    plan = company(tmp_path, rows)
    answer = plan.measure(touchpoint="web")
    assert [cell.touchpoint for cell in answer.cells] == ["web"]
    assert "Service desk" not in answer.table()
    with pytest.raises(UnknownName, match="'wep' is unknown; did you mean 'web'"):
        plan.measure(touchpoint="wep")
    with pytest.raises(QuestionError, match="whole periods, and 2026-10-03 to 2026-11-01"):
        plan.measure(since=date(2026, 10, 3), until=NOVEMBER)
    with pytest.raises(QuestionError, match="year_ago is not for the scorecard"):
        plan.measure(against="year_ago")


def test_a_running_period_has_neither_course_nor_verdict_on_its_target(tmp_path: Path) -> None:
    rows = [
        r
        for m in range(5, 12)
        for r in answers(date(2026, m, 1), [9, 3] * 20 if m < 11 else [9] * 40)
    ]
    plan = company(tmp_path, rows, top="targets: {nps: 50}")
    *_, october, november = plan.measure("nps", every="month").cells
    assert (november.verdict, november.target_verdict, november.course) == (
        "so far", "so far", None
    )  # fmt: skip
    assert (october.target_verdict, october.course and october.course.word) == ("missed", "steady")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"by": "touchpoint"}, "leave out --by touchpoint"),
        ({"by": "bucket"}, "segment 'bucket' is unknown"),
        ({"by": "score"}, "segment 'score' is unknown"),
        ({"by": "customer_id"}, "segment 'customer_id' is unknown"),
        ({"where": "score = 'x'"}, "cannot be computed"),
        ({"where": "score + 1"}, "is not a condition, but"),
        ({"where": "strptime(country, '%Y') > day"}, "cannot be computed"),
        ({"where": "to_days(99999999999) > interval 1 day"}, "where '.*' cannot be computed"),
        ({"where": "score >\n'x'"}, "cannot be computed"),
        ({"where": "country = 1 and day = 'then'"}, "cannot be computed"),
        ({"against": "year_ago", "every": "all"}, "periods of at most a year"),
        ({"rolling": "90d", "every": "month"}, "leave out --since and --every"),
        ({"rolling": "90d", "since": SEPTEMBER}, "leave out --since and --every"),
        ({"metrics": "ces2"}, "no source asks a question of type 'ces2'"),
        ({"metrics": "response_rate"}, "no source brings invitations with answered_at"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    tmp_path: Path, asked: dict[str, object], text: str
) -> None:
    rows = answers(date(2024, 9, 1), [9] * 40) + answers(OCTOBER, [9] * 40)
    plan = company(tmp_path, rows)
    with pytest.raises(QuestionError, match=text) as caught:
        plan.measure(**{"metrics": "nps", **asked})
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("condition", ["country > 3", "strptime(country, '%Y') > day", "nothing"])
def test_a_passing_that_cannot_be_computed_is_a_mistake_of_the_plan(
    tmp_path: Path, condition: str
) -> None:
    web = f', passed_by: {{fact: responses, where: "{condition}"}}'
    with pytest.raises(PlanError, match=r"milepost.yaml:\d+: ") as caught:
        company(tmp_path, answers(OCTOBER, [9] * 40), web=web).measure()
    assert len(str(caught.value).splitlines()) == 1


def test_a_segment_named_twice_is_one(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(OCTOBER, [9] * 40))
    assert len(plan.measure(["nps", "nps"], by=["country", "country"]).cells) == 1


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (
            {"since": "2031-01-01"},
            "nothing is known of 2031-01-01 to .*; the data is of 2026-10-01",
        ),
        ({"until": "2001-01-01"}, "nothing is known of"),
        ({"since": "2031-01-01", "metrics": ()}, "nothing is known of"),
    ],
)
def test_days_without_data_are_told(tmp_path: Path, asked: dict[str, object], text: str) -> None:
    plan = company(tmp_path, answers(OCTOBER, [9] * 40))
    with pytest.raises(QuestionError, match=text):
        plan.measure(**{"metrics": "nps", **asked})


def test_a_long_window_is_as_long_as_the_data(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(OCTOBER, [9] * 50))
    asked = {"every": "day", "since": "1000-01-01", "until": "9999-12-31"}
    assert len(plan.measure("nps", **asked).cells) == 25
    odd = [("x", "c", date(1901, 1, 1), 9, "DK", "", 1), *answers(OCTOBER, [9] * 50)]
    with pytest.raises(QuestionError, match="more than 10,000 periods of a day"):
        company(tmp_path, odd).measure("nps", every="day")


def test_what_was_left_out_and_compared_stands_in_the_heading(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9, 3] * 20) + answers(OCTOBER, [9] * 40, country="SE")
    answer = company(tmp_path, rows).measure("nps", by="country", where="score > 2", against="rest")
    assert answer.table().startswith(
        "Net Promoter Score by country where score > 2, October 2026, each against all\nothers (points)"
    )
    assert answer.to_data()["where"] == "score > 2"


@pytest.mark.parametrize("where", ["end", "middle"])
def test_a_damaged_fact_is_built_anew(tmp_path: Path, where: str) -> None:
    plan = company(tmp_path, answers(OCTOBER, [9, 3, 8, 7] * 500))
    before = plan.measure("nps").cells
    (fact,) = (tmp_path / "store" / "facts").glob("*.parquet")
    data = bytearray(fact.read_bytes())
    if where == "end":
        fact.write_bytes(data[:100])
    else:
        third = len(data) // 3
        data[third : third + 200] = b"\xff" * 200
        fact.write_bytes(data)
    assert plan.measure("nps").cells == before
