"""Verdicts, targets, families and courses, on small companies whose truth is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from milepost import clock
from milepost.insight.cells import Cell
from milepost.insight.notebook import Opened
from milepost.stats.differences import NetOf, net_difference
from tests.insight.company import answers, company

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
HAPPY, MIXED, SAD = [10] * 9 + [5], [10, 8, 8, 3], [10] + [2] * 9

pytestmark = pytest.mark.usefixtures("now")


def at(plan: Opened, touchpoint: str | None = None, metric: str = "nps") -> Cell:
    (cell,) = [c for c in plan.measure(metric).cells if c.touchpoint == touchpoint]
    return cell


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (SAD * 20, HAPPY * 20, "better"),
        (HAPPY * 20, SAD * 20, "worse"),
        (MIXED * 20, MIXED * 20, "within usual variation"),
        (MIXED * 20, MIXED * 2, "not enough answers"),
        (MIXED * 2, MIXED * 20, "not enough answers"),
        ([], MIXED * 20, "no earlier figure"),
    ],
)
def test_words(tmp_path: Path, before: list[int], after: list[int], word: str) -> None:
    plan = company(tmp_path, answers(SEPTEMBER, before) + answers(OCTOBER, after))
    cell = at(plan)
    assert (cell.period, cell.verdict) == ("October 2026", word)


def test_the_change_is_that_of_the_split_adjusted_wald(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, MIXED * 25) + answers(OCTOBER, HAPPY * 12)
    cell = at(company(tmp_path, rows, anonymous=True))
    expected = net_difference(NetOf(0.25, 0.25, 100), NetOf(0.9, 0.1, 120))
    assert cell.against.p == expected.p
    assert (cell.against.change, cell.against.low, cell.against.high) == pytest.approx(
        (100 * expected.change, 100 * expected.low, 100 * expected.high)
    )


def test_the_running_period_has_no_verdict(tmp_path: Path) -> None:
    rows = answers(OCTOBER, HAPPY * 20) + answers(NOVEMBER, SAD * 20)
    plan = company(tmp_path, rows)
    october, november = plan.measure("nps", every="month").cells
    assert (october.complete, november.complete) == (True, False)
    assert (november.verdict, november.against.p, november.value) == ("so far", None, -80.0)
    assert plan.measure("nps").cells[0].period == "October 2026"


def test_a_period_closes_at_midnight_of_the_companys_zone(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(OCTOBER, MIXED * 20))
    with clock.at(datetime(2026, 10, 31, 22, 59, tzinfo=UTC)):
        assert plan.measure("nps", every="month").cells[0].verdict == "so far"
    with clock.at(datetime(2026, 10, 31, 23, 0, tzinfo=UTC)):  # midnight in Copenhagen
        assert plan.measure("nps", every="month").cells[0].complete


def test_low_is_good_for_effort(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [1, 2] * 50) + answers(OCTOBER, [4, 5] * 50)
    plan = company(tmp_path, rows, type="ces1")
    assert [at(plan, metric=name).verdict for name in ("ces1", "ces1_low_effort")] == ["worse"] * 2


def test_the_stated_good_end_turns_a_mean_round(tmp_path: Path) -> None:
    rows = answers(SEPTEMBER, [1, 2] * 50) + answers(OCTOBER, [4, 5] * 50)
    for end, word in (("high", "better"), ("low", "worse")):
        folder = tmp_path / end
        folder.mkdir()
        plan = company(folder, rows, type="ease", question=f", scale: [1, 5], good: {end}")
        assert {at(plan, metric=name).verdict for name in ("ease", "ease_mean")} == {word}


@pytest.mark.parametrize(
    ("scores", "target", "word"),
    [(HAPPY * 40, 60, "met"), (SAD * 40, 60, "missed"), (HAPPY * 3, 75, "cannot tell")],
)
def test_targets(tmp_path: Path, scores: list[int], target: int, word: str) -> None:
    plan = company(tmp_path, answers(OCTOBER, scores), top=f"targets: {{nps: {target}}}")
    assert (at(plan).target, at(plan).target_verdict) == (target, word)


def test_a_target_where_low_is_good(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(OCTOBER, [1, 2] * 99), type="ces1", top="targets: {ces1: 2}")
    assert at(plan, metric="ces1").target_verdict == "met"


def test_a_new_touchpoint_changes_the_family_and_nothing_else(tmp_path: Path) -> None:
    """The raw p belongs to the comparison; only q and the family's size may move."""
    rows = answers(SEPTEMBER, MIXED * 25) + answers(OCTOBER, HAPPY * 12)
    more = answers(SEPTEMBER, MIXED * 25, touchpoint="web") + answers(
        OCTOBER, MIXED * 25, touchpoint="web"
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    alone, both = at(company(tmp_path / "a", rows)), at(company(tmp_path / "b", rows + more))
    assert (alone.value, alone.against.p) == (both.value, both.against.p)
    assert (alone.against.family, both.against.family) == (1, 2)
    assert both.against.q is not None
    assert alone.against.q is not None
    assert both.against.q == pytest.approx(2 * alone.against.q)


def test_a_family_keeps_its_false_discoveries_down(tmp_path: Path) -> None:
    """One p of .04 among twenty is nothing; alone it is a change."""
    from milepost.insight.comparison import Q, family

    assert family([0.04])[0] <= Q
    assert min(family([0.04] + [0.5] * 19)) > Q


def test_repeated_answers_of_a_customer_widen_the_interval(tmp_path: Path) -> None:
    scores = [10] * 40 + [2] * 40
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    once = at(company(tmp_path / "a", answers(OCTOBER, scores)))
    several = at(
        company(tmp_path / "b", answers(OCTOBER, scores, customers=[n // 8 for n in range(80)]))
    )
    assert (once.value, once.n) == (several.value, several.n)
    assert (once.method, several.method) == ("adjusted Wald", "adjusted Wald, cluster-robust")
    assert (several.respondents, several.clusters) == (10, 10)
    assert several.n_eff == pytest.approx(10, rel=0.25)  # all eight answers of a customer agree


def test_the_same_customers_twice_make_a_change_surer(tmp_path: Path) -> None:
    """A panel whose every member gains two points: the covariance takes the people out."""
    before, after = [3, 5, 6, 7, 8, 4, 6, 2] * 12, [5, 7, 8, 9, 10, 6, 8, 4] * 12
    panel = [f"c{n}" for n in range(96)]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    same = at(
        company(
            tmp_path / "a",
            answers(SEPTEMBER, before, customers=panel) + answers(OCTOBER, after, customers=panel),
        ),
        metric="nps_mean",
    )
    others = at(
        company(tmp_path / "b", answers(SEPTEMBER, before) + answers(OCTOBER, after)),
        metric="nps_mean",
    )
    assert same.against.change == others.against.change
    assert same.against.low is not None
    assert others.against.low is not None
    assert same.against.low > others.against.low


def test_a_course_of_thirteen_months(tmp_path: Path) -> None:
    months = [date(2025 + (m > 12), (m - 1) % 12 + 1, 1) for m in range(10, 23)]
    rising = [
        row
        for n, day in enumerate(months)
        for row in answers(day, [10] * (30 + n) + [2] * (70 - n))
    ]
    cell = at(company(tmp_path, rising))
    assert cell.course is not None
    assert (len(cell.course.values), cell.course.word) == (13, "rising")
    assert cell.course.slope == pytest.approx(2.0, abs=0.05)


def test_three_months_are_too_short_for_a_course(tmp_path: Path) -> None:
    rows = [r for m in (8, 9, 10) for r in answers(date(2026, m, 1), MIXED * 20)]
    cell = at(company(tmp_path, rows))
    assert cell.course is not None
    assert cell.course.word == "too short"


def test_a_word_never_stands_beside_an_interval_that_says_otherwise(tmp_path: Path) -> None:
    """60 of 100 and 72 of 100: p .073 and q .073 of one, and the change's interval holds 0."""
    rows = answers(SEPTEMBER, [5] * 60 + [2] * 40) + answers(OCTOBER, [5] * 72 + [2] * 28)
    plan = company(tmp_path, rows, type="csat", question=", scale: [1, 5]")
    (cell,) = plan.measure("csat").cells
    assert cell.against.low is not None
    assert cell.against.low < 0 < cell.against.change
    assert cell.against.q is not None
    assert 0.05 < cell.against.q < 0.10
    assert cell.verdict == "within usual variation"


def test_what_would_have_shown_is_never_less_than_what_did_not(tmp_path: Path) -> None:
    """Of many segments judged together, each needs more than it would alone."""
    rows = []
    for number in range(24):
        moved = 8 if number == 0 else number % 3
        rows += answers(SEPTEMBER, [9] * 20 + [3] * 20, country=f"C{number}")
        rows += answers(OCTOBER, [9] * (20 + moved) + [3] * (20 - moved), country=f"C{number}")
    cells = company(tmp_path, rows).measure("nps", by="country").cells
    quiet = [cell for cell in cells if cell.verdict == "within usual variation"]
    assert len(quiet) > 20
    for cell in quiet:
        assert cell.detectable is not None
        assert cell.against.change is not None
        assert abs(cell.against.change) < cell.detectable
