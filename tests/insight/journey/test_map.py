"""The journey map names the moment that let down most customers, and only changes that are real."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.answering import made_of
from milepost.insight.ask import Ask, Asking
from milepost.insight.behind import Behind
from milepost.insight.journey.asking import JourneyMap, MapOf
from milepost.insight.notebook import Opened
from milepost.insight.one.asking import OneMetric
from milepost.insight.outline import Outline
from milepost.insight.sides.asking import Compare, Side
from tests.insight.company import answers, company

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)

pytestmark = pytest.mark.usefixtures("now")


def told(opened: Opened, asking: Asking) -> object:
    def make(reader: Reader) -> object:
        return asking.answer(reader)

    return made_of(opened.project, make)


def map_of(opened: Opened, **asked: object) -> MapOf:
    found = told(opened, JourneyMap(**asked))  # type: ignore[arg-type]
    assert isinstance(found, MapOf)
    return found


def test_thirty_angry_answers_do_not_beat_a_thousand_that_are_disappointed(tmp_path: Path) -> None:
    few = answers(OCTOBER, [0] * 30, touchpoint="desk", customers=range(30))
    many = answers(OCTOBER, [5] * 700 + [10] * 430, touchpoint="web", customers=range(100, 1230))
    found = map_of(company(tmp_path, few + many))
    assert found.worst is not None
    assert (found.worst.touchpoint, found.worst.reach) == ("web", 1130)
    assert [moment.touchpoint for moment in found.moments] == ["web", "desk"]


def test_what_is_within_usual_variation_is_no_biggest_change(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [9, 10, 3, 7] * 30, touchpoint="web", customers=range(120))
    rows += answers(OCTOBER, [9, 10, 3, 8] * 30, touchpoint="web", customers=range(200, 320))
    assert map_of(company(tmp_path, rows)).biggest is None


def test_a_fall_that_is_real_is_the_biggest_change(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [10] * 150 + [0] * 50, touchpoint="web", customers=range(200))
    rows += answers(OCTOBER, [10] * 80 + [0] * 120, touchpoint="web", customers=range(300, 500))
    found = map_of(company(tmp_path, rows)).biggest
    assert found is not None
    assert (found.touchpoint, found.cell.verdict) == ("web", "worse")
    assert found.cell.against.change == pytest.approx(-20 - 50)


def test_the_map_says_what_the_terminal_says(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [10, 9, 0, 7] * 20, touchpoint="web", customers=range(80))
    opened = company(tmp_path, rows)
    found = map_of(opened)
    assert found.answer.cells == opened.measure().cells
    assert (found.since, found.until) == (OCTOBER, date(2026, 11, 1))


def test_an_earlier_month_is_looked_at_as_it_was(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [10] * 20, touchpoint="web", customers=range(20))
    rows += answers(OCTOBER, [0] * 20, touchpoint="web", customers=range(20))
    found = map_of(company(tmp_path, rows), until=date(2026, 10, 15))
    assert found.since == SEPTEMBER
    assert [cell.value for cell in found.answer.cells if cell.touchpoint == "web"] == [100.0]


def test_a_filter_cuts_every_line_that_knows_of_it(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [10] * 40, country="DK", touchpoint="web", customers=range(40))
    rows += answers(OCTOBER, [0] * 40, country="SE", touchpoint="web", customers=range(50, 90))
    found = map_of(company(tmp_path, rows), where="\"country\" = 'DK'")
    assert [(cell.value, cell.n) for cell in found.answer.cells] == [(100.0, 40.0)]


@pytest.mark.parametrize("touchpoint", ["web", None])
def test_the_rows_behind_a_number_are_as_many_as_it_says(
    tmp_path: Path, touchpoint: str | None
) -> None:
    rows = answers(OCTOBER, [10, 9, 0, 7] * 20, touchpoint="web", customers=range(80))
    rows += answers(OCTOBER, [10, 9] * 20, customers=range(100, 140))
    opened = company(tmp_path, rows)
    (cell,) = [c for c in opened.measure("nps").cells if c.touchpoint == touchpoint]
    behind = told(opened, Behind("nps", touchpoint, cell.since, cell.until, limit=0))
    assert (behind.count, behind.respondents) == (cell.n, cell.respondents)  # type: ignore[attr-defined]
    assert len(behind.rows) == cell.n  # type: ignore[attr-defined]


def test_nobody_is_shown_behind_a_number_of_too_few(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [0] * 3, touchpoint="web")
    opened = company(tmp_path, rows, anonymous=True, min_group=5)
    behind = told(opened, Behind("nps", "web", OCTOBER, date(2026, 11, 1)))
    assert (behind.hidden, behind.rows, behind.count) == (True, (), 0)  # type: ignore[attr-defined]


def test_an_employee_is_never_named_behind_a_number(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 20, touchpoint="web", customers=range(20))
    opened = company(tmp_path, rows, type="enps", audience="employee", min_group=5)
    behind = told(opened, Behind("enps", "web", OCTOBER, date(2026, 11, 1)))
    at = behind.columns.index("customer_id")  # type: ignore[attr-defined]
    assert {row[at] for row in behind.rows} == {None}  # type: ignore[attr-defined]


def test_nothing_behind_a_number_tells_one_employee_from_another(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 20, country="DK", touchpoint="web", customers=range(20))
    rows += answers(OCTOBER, [2], country="SE", touchpoint="web", customers=range(90, 91))
    opened = company(tmp_path, rows, type="enps", audience="employee", min_group=5)
    behind = told(opened, Behind("enps", "web", OCTOBER, date(2026, 11, 1)))
    by_name = [dict(zip(behind.columns, row, strict=True)) for row in behind.rows]  # type: ignore[attr-defined]
    assert sorted(row["score"] for row in by_name) == [2, *[9] * 20]
    for name in ("country", "response_id", "answered_at", "day", "customer_id"):
        assert {row[name] for row in by_name} == {None}


def test_one_metric_is_told_as_it_is_measured(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [10] * 40, country="DK", touchpoint="web", customers=range(40))
    rows += answers(OCTOBER, [0, 10] * 20, country="SE", touchpoint="web", customers=range(50, 90))
    opened = company(tmp_path, rows, top="segments: [country]")
    one = told(opened, OneMetric("nps", "web"))
    measured = opened.measure("nps", touchpoint="web", every="month", since=SEPTEMBER).cells
    assert one.trend == measured  # type: ignore[attr-defined]
    assert [(bar.score, bar.count, bar.box) for bar in one.bars] == [  # type: ignore[attr-defined]
        (0, 20, "bottom"), (10, 20, "top"),
    ]  # fmt: skip


def test_a_period_that_is_looked_at_has_its_past(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [10] * 40, touchpoint="web", customers=range(40))
    rows += answers(OCTOBER, [0, 10] * 20, touchpoint="web", customers=range(50, 90))
    opened = company(tmp_path, rows)
    whole = told(opened, OneMetric("nps", "web", None, OCTOBER, date(2026, 11, 1)))
    assert [cell.value for cell in whole.trend][-2:] == [100, 0]  # type: ignore[attr-defined]
    assert whole.cell.since == OCTOBER  # type: ignore[attr-defined]
    days = told(opened, OneMetric("nps", "web", None, OCTOBER, date(2026, 10, 20)))
    assert [cell.since for cell in days.trend] == [OCTOBER]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("narrower", "where"),
    [(date(2026, 10, 24), None), (date(2026, 11, 1), "\"country\" = 'DK'")],
    ids=["days", "segment"],
)
def test_two_sides_do_not_tell_of_the_few_who_are_in_one_only(
    tmp_path: Path, narrower: date, where: str | None
) -> None:
    rows = answers(OCTOBER, [9] * 20, country="DK", touchpoint="web", customers=range(20))
    rows += answers(
        date(2026, 10, 25), [0], country="SE", touchpoint="web", customers=range(90, 91)
    )
    opened = company(
        tmp_path, rows, type="enps", audience="employee", min_group=5, top="segments: [country]"
    )
    whole = Side(OCTOBER, date(2026, 11, 1), "web")
    part = Side(OCTOBER, narrower, "web", where)
    for first, second in ((whole, part), (part, whole)):
        found = told(opened, Compare("enps", first, second))
        sides = (found.first.value, found.second.value, found.difference)  # type: ignore[attr-defined]
        assert (sides[0] is None, sides[1:], found.mixes) == (False, (None, None), ())  # type: ignore[attr-defined]


def test_two_sides_differ_as_two_questions_do(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [10] * 150 + [0] * 50, touchpoint="web", customers=range(200))
    rows += answers(OCTOBER, [10] * 80 + [0] * 120, touchpoint="web", customers=range(300, 500))
    opened = company(tmp_path, rows)
    sides = [Side(SEPTEMBER, OCTOBER, "web"), Side(OCTOBER, date(2026, 11, 1), "web")]
    found = told(opened, Compare("nps", *sides))
    (cell,) = [c for c in opened.measure("nps").cells if c.touchpoint == "web"]
    assert (found.difference, found.low, found.high, found.p) == pytest.approx(  # type: ignore[attr-defined]
        (cell.against.change, cell.against.low, cell.against.high, cell.against.p)
    )
    assert found.verdict == "worse"  # type: ignore[attr-defined]


def test_the_outline_offers_what_the_sources_bring(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 3, country="SE", touchpoint="web")
    rows += answers(OCTOBER, [9] * 5, country="DK", touchpoint="web")
    contents = told(company(tmp_path, rows, top="segments: [country]"), Outline())
    assert [(s.name, s.values) for s in contents.segments] == [("country", ("DK", "SE"))]  # type: ignore[attr-defined]
    names = {metric.name for metric in contents.metrics}  # type: ignore[attr-defined]
    assert "nps" in names
    assert "csat" not in names


def test_an_asking_is_answered_as_the_terminal_answers(tmp_path: Path) -> None:
    opened = company(tmp_path, answers(OCTOBER, [9, 0, 10], touchpoint="web"))
    question = Question(metrics=("nps",))
    assert told(opened, Ask(question)).cells == opened.measure("nps").cells  # type: ignore[attr-defined]
