"""Every bar leads to the rows that it counts: of scores and of durations, open ones and edges included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from milepost.engine.project import open_project
from milepost.errors import QuestionError
from milepost.insight.answering import made_of
from milepost.insight.behind import Behind, Rows, Within
from milepost.insight.one.asking import One, OneMetric

PLAN = """
company: {name: Acme, timezone: Europe/Copenhagen}
every: month
sources:
  - {name: desk, fact: tickets, from: desk.csv, columns: {ticket_id: id, opened_at: at, resolved_at: done, customer_id: who}}
  - name: survey
    fact: responses
    from: survey.csv
    columns: {response_id: id, customer_id: who, answered_at: at}
    questions: [{name: recommend, type: nps, score: score}]
"""
# Durations of nothing, of a second (an edge of a bin), of minutes and days; some are open.
SECONDS = [0, 0, 1, 1, 59, 60, 61, 3_600, 7_200, 86_400, 864_000, None, None]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bars")
    at = datetime(2026, 10, 3, 9, tzinfo=UTC)
    ends = ["" if s is None else f"{at + timedelta(seconds=s):%F %T}" for s in SECONDS * 4]
    tickets = [f"{n},{at:%F %T},{end},c{n}" for n, end in enumerate(ends)]
    scores = [f"{n},c{n},{at:%F %T},{n % 11}" for n in range(60)]
    (folder / "desk.csv").write_text("\n".join(["id,at,done,who", *tickets]) + "\n")
    (folder / "survey.csv").write_text("\n".join(["id,who,at,score", *scores]) + "\n")
    (folder / "milepost.yaml").write_text(PLAN)
    return folder / "milepost.yaml"


def _one(plan: Path, metric: str) -> One:
    return made_of(open_project(plan), OneMetric(metric).answer)


def _behind(plan: Path, metric: str, one: One, within: Within) -> Rows:
    assert one.cell
    asked = Behind(metric, None, one.cell.since, one.cell.until, within=within, limit=0)
    return made_of(open_project(plan), asked.answer)


def test_each_bar_of_scores_leads_to_the_answers_of_its_score(plan: Path) -> None:
    one = _one(plan, "nps")
    assert sum(bar.count for bar in one.bars) == 60
    for bar in one.bars:
        found = _behind(plan, "nps", one, Within(bar.score, bar.score))
        assert (found.count, len(found.rows)) == (bar.count, bar.count)
        assert {row[found.columns.index("score")] for row in found.rows} == {bar.score}


def test_each_bar_of_durations_leads_to_the_rows_that_took_so_long(plan: Path) -> None:
    one = _one(plan, "resolution_time_median")
    counts = [
        _behind(plan, "resolution_time_median", one, Within(each.low, each.high)).count
        for each in one.bins
    ]
    assert counts == [each.ended for each in one.bins]
    assert sum(counts) == 4 * sum(seconds is not None for seconds in SECONDS)
    assert len(counts) > 5


def test_rows_without_a_size_cannot_be_told_apart_by_it(plan: Path) -> None:
    one = _one(plan, "tickets")
    with pytest.raises(QuestionError, match="not of values"):
        _behind(plan, "tickets", one, Within(0, 1))
