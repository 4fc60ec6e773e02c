"""Small groups: nobody can be found in a cell, nor worked out from the cells around it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milepost.insight.answer import Answer
from tests.insight.company import answers, company

OCTOBER = date(2026, 10, 1)
HIDDEN = "too few answers to show"

pytestmark = pytest.mark.usefixtures("now")


def shown(answer: Answer, name: str = "country") -> dict[str | None, float | None]:
    return {cell.by[name]: cell.value for cell in answer.cells}


def rows(**sizes: int) -> list[tuple[object, ...]]:
    return [
        row for country, n in sizes.items() for row in answers(OCTOBER, [10] * n, country=country)
    ]


def test_an_anonymous_group_below_the_minimum_takes_the_next_smallest_with_it(
    tmp_path: Path,
) -> None:
    """With 3 hidden alone, total less the others would tell what the three said."""
    answer = company(tmp_path, rows(DK=40, SE=20, NO=3), anonymous=True, min_group=5).measure(
        "nps", by="country"
    )
    assert shown(answer) == {"DK": 100.0, "SE": None, "NO": None}
    hidden = [cell for cell in answer.cells if cell.value is None]
    assert {cell.verdict for cell in hidden} == {HIDDEN}
    assert {(c.n, c.sums, c.low, c.respondents) for c in hidden} == {(None, None, None, None)}


def test_two_small_groups_that_are_enough_together_hide_each_other(tmp_path: Path) -> None:
    answer = company(tmp_path, rows(DK=40, SE=4, NO=3), anonymous=True, min_group=5).measure(
        "nps", by="country"
    )
    assert shown(answer) == {"DK": 100.0, "SE": None, "NO": None}


def test_respondents_count_not_answers(tmp_path: Path) -> None:
    """Two employees with six answers are two people."""
    made = answers(OCTOBER, [10] * 6, customers=["a", "b"] * 3) + answers(
        OCTOBER, [10] * 30, country="SE"
    )
    answer = company(tmp_path, made, type="enps", min_group=5).measure("enps", by="country")
    assert shown(answer)["DK"] is None


def test_known_customers_are_shown_and_marked(tmp_path: Path) -> None:
    answer = company(tmp_path, rows(DK=40, NO=3), min_group=5).measure("nps", by="country")
    assert shown(answer) == {"DK": 100.0, "NO": 100.0}
    assert [cell.low_n for cell in answer.cells] == [False, True]


def test_a_small_company_figure_is_hidden_too(tmp_path: Path) -> None:
    plan = company(tmp_path, rows(DK=4), anonymous=True, min_group=5)
    (cell,) = plan.measure("nps").cells
    assert (cell.value, cell.verdict) == (None, HIDDEN)
    assert HIDDEN in plan.measure().table()


def test_a_hidden_earlier_figure_is_not_told_by_the_change(tmp_path: Path) -> None:
    made = answers(date(2026, 9, 1), [2] * 4) + answers(OCTOBER, [10] * 40)
    (cell,) = company(tmp_path, made, anonymous=True, min_group=5).measure("nps").cells
    assert (cell.against.value, cell.against.change) == (None, None)


def test_cells_of_two_segments_hide_along_both_margins(tmp_path: Path) -> None:
    made = []
    for country, touchpoint, n in (("DK", "", 30), ("SE", "", 3), ("NO", "", 20)):
        made += answers(OCTOBER, [10] * n, country=country, touchpoint=touchpoint)
    answer = company(tmp_path, made, anonymous=True, min_group=5).measure(
        "nps", by=["country", "kind"]
    )
    hidden = {cell.by["country"] for cell in answer.cells if cell.value is None}
    assert hidden == {"SE", "NO"}


def test_a_total_of_all_touchpoints_does_not_tell_a_hidden_one(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9, 3] * 30, touchpoint="web") + answers(
        OCTOBER, [3] * 3, touchpoint="desk"
    )
    plan = company(tmp_path, rows, anonymous=True, min_group=5)
    shown = {cell.touchpoint: cell.value for cell in plan.measure("nps").cells}
    assert shown == {"web": 0, "desk": None}
    (pooled,) = plan.measure("nps", pooled=True).cells
    assert (pooled.value, pooled.n, pooled.sums) == (None, None, None)


def test_a_group_that_is_alone_on_both_margins_is_not_told_by_the_whole(tmp_path: Path) -> None:
    """Only SE came by the desk, and only by the desk: the company's total less DK would tell it."""
    rows = answers(OCTOBER, [9, 3] * 30, country="DK") + answers(OCTOBER, [3] * 3, country="SE")
    source = "    # by country and locale"
    plan = company(tmp_path, rows, anonymous=True, min_group=5, source=source)
    cells = plan.measure("nps", by=["country", "question"]).cells
    assert [cell.value for cell in cells] == [None, None]


def test_days_cut_out_do_not_tell_the_few_left(tmp_path: Path) -> None:
    rows = answers(date(2026, 8, 2), [3, 3]) + answers(date(2026, 8, 12), [9, 10] * 5)
    rows += answers(date(2026, 9, 2), [9, 3] * 10)
    plan = company(tmp_path, rows, anonymous=True, min_group=5)
    asked = {"every": "month", "until": date(2026, 10, 1)}
    cut, _ = plan.measure("nps", since=date(2026, 8, 10), **asked).cells
    assert (cut.value, cut.n) == (None, None)
    named = company(tmp_path, rows, min_group=5)
    cut, _ = named.measure("nps", since=date(2026, 8, 10), **asked).cells
    assert (cut.value, cut.n) == (100, 10)


def test_the_rest_of_few_people_is_not_compared_with(tmp_path: Path) -> None:
    """The same three employees stand in A and in B: six answers are three people."""
    rows = [
        row
        for country, people in (("A", range(3)), ("B", range(3)), ("C", range(10, 40)))
        for row in answers(OCTOBER, [3] * len(people), country=country, customers=list(people))
    ]
    plan = company(tmp_path, rows, min_group=5, audience="employee")
    cells = plan.measure("nps", by="country", against="rest").cells
    assert [cell.against.value for cell in cells] == [None, None, None]
