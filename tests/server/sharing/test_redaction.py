"""What leaves the house shows no small group, nor lets one be worked out from what it shows."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from milepost import clock
from milepost.engine.reader import Reader
from milepost.insight.answering import made_of
from milepost.insight.ask import Asking
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import JourneyMap, MapOf
from milepost.insight.notebook import Opened
from milepost.insight.one.asking import One, OneMetric
from milepost.insight.shared import SharedMap, SharedMetric, Within
from tests.insight.company import Row, answers, company

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
HIDDEN = "too few answers to show"
TOP = "segments: [country]"
ALL = Within()

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def now() -> object:
    from datetime import UTC, datetime

    with clock.at(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        yield


def told(opened: Opened, asking: Asking) -> object:
    def make(reader: Reader) -> object:
        return asking.answer(reader)

    return made_of(opened.project, make)


def shared_map(opened: Opened, where: str | None = None, within: Within = ALL) -> MapOf:
    found = told(opened, SharedMap(JourneyMap(where=where), within))
    assert isinstance(found, MapOf)
    return found


def shared_metric(opened: Opened, within: Within = ALL, **asked: object) -> One:
    found = told(opened, SharedMetric(OneMetric("nps", **asked), within))  # type: ignore[arg-type]
    assert isinstance(found, One)
    return found


def cell_at(found: MapOf, touchpoint: str | None) -> Cell:
    (cell,) = [c for c in found.answer.cells if (c.metric, c.touchpoint) == ("nps", touchpoint)]
    return cell


def rows(day: date = OCTOBER, *, touchpoint: str = "", first: int = 0, **sizes: int) -> list[Row]:
    made: list[Row] = []
    for country, n in sizes.items():
        people = range(first + len(made), first + len(made) + n)
        made += answers(day, [10, 9, 3, 0, 8] * (n // 5) + [10] * (n % 5), country=country,
                        touchpoint=touchpoint, customers=people)  # fmt: skip
    return made


def test_four_customers_who_are_known_are_shown_inside_and_hidden_outside(tmp_path: Path) -> None:
    made = rows(DK=40) + rows(DK=4, touchpoint="web") + rows(DK=5, touchpoint="desk")
    opened = company(tmp_path, made, min_group=5)
    inside = told(opened, JourneyMap())
    assert isinstance(inside, MapOf)
    assert cell_at(inside, "web").value is not None
    outside = shared_map(opened)
    hidden = cell_at(outside, "web")
    assert (hidden.value, hidden.n, hidden.sums, hidden.respondents, hidden.verdict) == (
        None, None, None, None, HIDDEN)  # fmt: skip
    assert cell_at(outside, "desk").value is not None
    card = outside.answer.scorecard
    assert card is not None
    assert {stop.name: stop.flow.answered for stop in card.stops} == {
        None: 40,
        "web": None,
        "desk": 5,
    }


def test_what_is_shown_outside_is_what_is_shown_inside(tmp_path: Path) -> None:
    made = rows(DK=40) + rows(SEPTEMBER, DK=60, first=100)
    opened = company(tmp_path, made, min_group=5)
    inside = told(opened, JourneyMap())
    assert isinstance(inside, MapOf)
    assert cell_at(shared_map(opened), None) == cell_at(inside, None)


def test_an_earlier_period_of_few_is_told_by_no_change_and_no_course(tmp_path: Path) -> None:
    made = rows(AUGUST, DK=40, first=200) + rows(SEPTEMBER, DK=3, first=100) + rows(DK=40)
    cell = cell_at(shared_map(company(tmp_path, made, min_group=5)), None)
    assert cell.value is not None
    assert (cell.against.value, cell.against.change, cell.verdict) == (
        None,
        None,
        "no earlier figure",
    )
    assert cell.course is not None
    assert [value is None for value in cell.course.values[-3:]] == [False, True, False]


def test_words_and_what_runs_still_stay_inside(tmp_path: Path) -> None:
    opened = company(tmp_path, rows(date(2026, 11, 1), DK=40), min_group=5)
    found = shared_map(opened)
    assert found.answer.scorecard is None
    assert found.answer.cells == ()
    closed = company(tmp_path, rows(DK=40, touchpoint="web"), min_group=5)
    found = shared_map(closed)
    assert (found.recent, found.moments) == ((), ())
    assert all(moment is None or moment.said == () for moment in (found.worst, found.biggest))
    trend = shared_metric(closed, touchpoint="web").trend
    assert all(cell.complete for cell in trend)


@pytest.mark.parametrize("chosen", ["DK", "SE", "NO"])
def test_a_value_chosen_on_the_page_is_hidden_where_it_would_tell_what_remains(
    tmp_path: Path, chosen: str
) -> None:
    """All less DK less SE would tell the three of NO, so that the smaller of both is hidden with them."""
    opened = company(tmp_path, rows(DK=40, SE=20, NO=3), min_group=5, top=TOP)
    within = Within(None, "country", chosen)
    found = shared_map(opened, f"country = '{chosen}'", within)
    assert (cell_at(found, None).value is not None) == (chosen == "DK")
    one = shared_metric(opened, within, where=f"country = '{chosen}'")
    assert one.cell is not None
    assert (one.cell.value is not None) == (chosen == "DK")
    assert one.cuts == ()
    assert bool(one.bars) == (chosen == "DK")


def test_a_metric_cut_by_segment_hides_the_few_with_the_next_smallest(tmp_path: Path) -> None:
    opened = company(tmp_path, rows(DK=40, SE=20, NO=3), min_group=5, top=TOP)
    (cut,) = shared_metric(opened).cuts
    assert {cell.by["country"]: cell.value is None for cell in cut.cells} == {
        "DK": False, "SE": True, "NO": True}  # fmt: skip
    assert replace(cut, cells=()).name == "country"


def test_sources_queries_and_notes_stay_inside(tmp_path: Path) -> None:
    found = shared_metric(company(tmp_path, rows(DK=40), min_group=5))
    assert (found.sql, found.fed, found.notes) == ("", (), ())


def test_a_hidden_number_says_where_it_is_and_nothing_else(tmp_path: Path) -> None:
    """Whatever is added to a cell has to be thought of here."""
    made = rows(SEPTEMBER, DK=40, first=100) + rows(DK=3)
    opened = company(tmp_path, made, min_group=5, top="targets: {nps: 10}")
    hidden = asdict(cell_at(shared_map(opened), None))
    told = {name for name, value in hidden.items() if value not in (None, False, {}, ())}
    assert told == {
        "metric", "definition", "title", "unit", "since", "until", "period", "complete",
        "confidence", "against", "verdict", "target", "target_verdict", "good",
    }  # fmt: skip
    assert {value for name, value in hidden["against"].items() if name != "what"} == {None, 0}
    assert hidden["target_verdict"] == "cannot tell"


def test_where_the_plan_lies_stays_inside(tmp_path: Path) -> None:
    opened = company(tmp_path, rows(DK=40), min_group=5)
    assert str(tmp_path) not in repr(shared_map(opened))
    assert str(tmp_path) not in repr(shared_metric(opened))
