"""The shipped example: San Francisco airport's survey, with figures computed independently."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import milepost as mp
from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from milepost.insight.answer import Answer
from milepost.insight.answering import made_of
from milepost.insight.cells import Cell
from milepost.insight.sides.asking import Compare, Side
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def airport(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example, so that tests never share a store with a person's own use."""
    folder = tmp_path_factory.mktemp("airport") / "airport"
    shutil.copytree(ROOT / "examples" / "airport", folder, ignore=shutil.ignore_patterns("store"))
    return folder / "milepost.yaml"


def only(answer: Answer, **by: str) -> Cell:
    (cell,) = [
        cell for cell in answer.cells if cell.touchpoint is None and (not by or cell.by == by)
    ]
    return cell


def measured(plan: Path, metric: str, **asked: object) -> Answer:
    return mp.open(plan).measure(metric, **{"unweighted": True, **asked})  # type: ignore[arg-type]


def test_nps_2017(airport: Path) -> None:
    cell = only(measured(airport, "nps"))
    assert cell.period == "2017"
    assert cell.sums == {"n": 2746, "promoters": 1436, "detractors": 342}
    assert cell.value == pytest.approx(39.84, abs=0.005)
    # The published standard error of the unweighted score is 1.33 points.
    assert (cell.high - cell.low) / (2 * 1.959964) == pytest.approx(1.33, abs=0.005)
    assert (cell.verdict, cell.method) == ("no earlier figure", "adjusted Wald")


def test_nps_2017_weighted(airport: Path) -> None:
    cell = only(mp.open(airport).measure("nps"))
    assert cell.weighted
    assert cell.value == pytest.approx(40.40, abs=0.005)


@pytest.mark.parametrize(
    ("language", "nps", "n"),
    [("English", 41.24, 2585), ("Spanish", 72.09, 43), ("Chinese", -3.51, 114)],
)
def test_nps_by_language(airport: Path, language: str, nps: float, n: int) -> None:
    cell = only(measured(airport, "nps", by="language"), language=language)
    assert (cell.value, cell.n) == (pytest.approx(nps, abs=0.005), n)


@pytest.mark.parametrize(("problem", "nps"), [("had a problem", 18.77), ("none", 43.65)])
def test_nps_by_problem(airport: Path, problem: str, nps: float) -> None:
    cell = only(measured(airport, "nps", by="problem"), problem=problem)
    assert cell.value == pytest.approx(nps, abs=0.005)


def test_csat_2017(airport: Path) -> None:
    cell = only(measured(airport, "csat"))
    assert (cell.value, cell.n) == (pytest.approx(82.07, abs=0.005), 2688)
    assert cell.beside is not None
    assert (cell.beside.metric, cell.beside.value) == ("csat_mean", pytest.approx(4.0644, abs=5e-5))
    weighted = only(mp.open(airport).measure("csat"))
    assert weighted.value == pytest.approx(82.28, abs=0.005)


@pytest.mark.parametrize(
    ("touchpoint", "mean", "top", "n"),
    [("wayfinding", 4.4133, 85.35, 2683), ("security", 4.3070, 82.01, 2407)],
)
def test_ease_2017(airport: Path, touchpoint: str, mean: float, top: float, n: int) -> None:
    (means,) = measured(airport, "ease_mean", touchpoint=touchpoint).cells
    (tops,) = measured(airport, "ease", touchpoint=touchpoint).cells
    assert means.value == pytest.approx(mean, abs=5e-5)
    assert (tops.value, tops.n) == (pytest.approx(top, abs=0.005), n)


@pytest.mark.parametrize("unweighted", [True, False])
def test_security_reads_no_change_worse_better(airport: Path, unweighted: bool) -> None:
    cells = measured(
        airport, "ease", touchpoint="security", every="year", unweighted=unweighted
    ).cells
    assert [cell.verdict for cell in cells] == [
        "no earlier figure", "within usual variation", "worse", "better",
    ]  # fmt: skip
    if unweighted:
        assert [cell.value for cell in cells] == pytest.approx(
            [82.42, 82.46, 77.09, 82.01], abs=0.005
        )


def test_the_account_adds_up_and_tells_of_two_weekdays(airport: Path) -> None:
    built = refresh(open_project(airport)).built
    assert {name: b.account.records for name, b in built.items()} == {
        "survey_2014": 2818, "survey_2015": 2958, "survey_2016": 3087, "survey_2017": 2831,
    }  # fmt: skip
    assert all(b.account.adds_up and not b.account.rejected_records for b in built.values())
    (unmet,) = built["survey_2017"].account.unmet
    assert unmet.count == 2
    assert unmet.lines == (
        "data/2017_SFO_Customer_Survey.csv:113", "data/2017_SFO_Customer_Survey.csv:2228",
    )  # fmt: skip
    (recommend,) = [q for q in built["survey_2017"].account.questions if q.name == "recommend"]
    assert recommend.not_answered == {"11": 84, "(blank)": 1}


def test_the_scorecard_has_one_family_and_shows_its_gaps(airport: Path) -> None:
    answer = mp.open(airport).measure()
    card = answer.scorecard
    assert card is not None
    assert (card.period, card.compared, card.family) == ("2017", "2016", 10)
    assert [stop.name for stop in card.stops] == [
        None, "getting_there", "parking", "wayfinding", "security", "shops", "gate",
    ]  # fmt: skip
    assert card.stops[0].lines[0].metric == "nps"
    gaps = {stop.name: stop.gaps for stop in card.stops}
    assert gaps["security"] == ("interaction", "outcome")
    assert gaps["shops"] == ("outcome",)  # the plan says why no interaction signal is wanted


def test_a_page_never_changes_a_verdict(airport: Path) -> None:
    """The same number asked for alone carries the scorecard's q and family."""
    plan = mp.open(airport)
    card = {(c.metric, c.touchpoint): c for c in plan.measure().cells}
    for metric in ("csat", "ease"):
        for cell in plan.measure(metric).cells:
            same = card[cell.metric, cell.touchpoint]
            assert (cell.value, cell.against, cell.verdict) == (
                same.value, same.against, same.verdict,
            )  # fmt: skip


def test_the_scorecard_fits_eighty_columns(airport: Path) -> None:
    for details in (False, True):
        text = mp.open(airport).measure().table(details=details)
        assert max(map(len, text.splitlines())) <= 80


def test_the_parts_of_a_weighted_difference_add_up_to_it(airport: Path) -> None:
    sides = (Side(date(year, 1, 1), date(year + 1, 1, 1)) for year in (2016, 2017))
    project = open_project(airport)
    found = made_of(project, Compare("csat", *sides).answer)
    assert {part.name for part in found.mixes} == set(project.plan.segments)
    for part in found.mixes:
        assert part.mix + part.rate == pytest.approx(found.difference, abs=1e-9), part.name
