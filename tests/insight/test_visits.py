"""The shipped visits: published figures, and the months of a year that nobody stated."""

from __future__ import annotations

import shutil

import pytest

import milepost as mp
from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened
from tests.conftest import ROOT
from tests.insight.published import cut, whole


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A copy of the example, so that tests never share a store with a person's own use."""
    folder = tmp_path_factory.mktemp("visits") / "visits"
    shutil.copytree(ROOT / "examples" / "visits", folder, ignore=shutil.ignore_patterns("store"))
    return mp.open(folder / "milepost.yaml")


def test_every_line_is_a_visit(visits: Opened) -> None:
    account = refresh(visits.project).built["visits"].account
    assert (account.records, account.rows, account.adds_up) == (12_330, 12_330, True)
    assert (account.first_day, account.last_day) == ("2017-02-28", "2017-12-31")
    assert account.notes == ()


def test_conversion(visits: Opened) -> None:
    cell = whole(visits, "conversion")
    assert (cell.value, cell.n) == (pytest.approx(15.47, abs=0.005), 12_330)
    assert sum(value for name, value in cell.sums.items() if name != "n") == 1908


@pytest.mark.parametrize(
    ("by", "shares"),
    [
        ("visitor", {"new": 24.91, "returning": 13.93, "other": 18.82}),
        ("valued", {"saw a page that leads to sales": 56.34, "saw none": 3.85}),
    ],
)
def test_conversion_by_kind(visits: Opened, by: str, shares: dict[str, float]) -> None:
    found = {name: value for name, (value, _) in cut(visits, "conversion", by).items()}
    assert found == {name: pytest.approx(value, abs=0.005) for name, value in shares.items()}


@pytest.mark.parametrize(("metric", "value"), [("bounce_rate", 0.0222), ("exit_rate", 0.0431)])
def test_rates_of_the_pages(visits: Opened, metric: str, value: float) -> None:
    assert whole(visits, metric).value == pytest.approx(value, abs=5e-5)


def test_conversion_by_month(visits: Opened) -> None:
    cells = visits.measure("conversion", every="month").cells
    months = {cell.since.month: cell.value for cell in cells if cell.n}
    assert sorted(months) == [2, 3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert [months[month] for month in (2, 5, 11)] == pytest.approx([1.63, 10.85, 25.35], abs=0.005)


def test_a_month_without_one_before_is_compared_with_nothing(visits: Opened) -> None:
    cells = visits.measure("conversion", every="month").cells
    verdicts = {cell.since.month: cell.verdict for cell in cells}
    assert verdicts[5] == "no earlier figure"
    assert verdicts[12] == "worse"
