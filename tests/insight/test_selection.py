"""A selection of answers beside all others: its number, its share, its difference, and few people never told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from milepost import clock
from milepost.errors import QuestionError
from milepost.insight.answering import made_of
from milepost.insight.notebook import Opened
from milepost.insight.selection import Selected, Selection
from tests.insight.company import answers, company

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def _selected(found: Opened, asked: Selected) -> Selection:
    with clock.at(NOW):
        return made_of(found.project, lambda reader: asked.answer(reader))


def _company(folder: Path, **options: object) -> Opened:
    """Two countries over two months: 96 answers, 78 of them from DK."""
    rows = [
        *answers(date(2026, 9, 1), [9] * 30 + [3] * 9, country="DK"),
        *answers(date(2026, 10, 1), [9] * 30 + [3] * 9, country="DK"),
        *answers(date(2026, 9, 1), [3] * 9, country="SE"),
        *answers(date(2026, 10, 1), [3] * 8 + [9], country="SE"),
    ]
    return company(folder, rows, **options)  # type: ignore[arg-type]


def test_the_share_of_all_answers_has_wilsons_interval(tmp_path: Path) -> None:
    part = _selected(_company(tmp_path), Selected("country = 'DK'")).part
    assert part is not None
    assert (part.answers, part.of) == (78, 96)
    # Wilson 1927; the figures are of Newcombe's calculator for 78 of 96.
    assert (round(part.low, 1), round(part.high, 1)) == (72.3, 87.8)


def test_everything_else_is_the_rest_that_segments_are_compared_with(tmp_path: Path) -> None:
    found = _company(tmp_path)
    whole = _selected(found, Selected("country = 'DK'")).whole
    with clock.at(NOW):
        cells = found.measure("nps", by="country", every="all", against="rest").cells
    (dk,) = (cell for cell in cells if cell.by == {"country": "DK"})
    assert whole is not None
    assert whole.value == dk.value == pytest.approx(100 * (60 - 18) / 78)
    assert (whole.n, whole.verdict) == (dk.n, dk.verdict) == (78, "better")
    for name in ("value", "change", "low", "high", "p"):
        assert getattr(whole.against, name) == pytest.approx(getattr(dk.against, name))


def test_where_a_condition_is_not_known_an_answer_is_among_the_others(tmp_path: Path) -> None:
    rows = [
        *answers(date(2026, 9, 1), [9] * 20, country="DK"),
        *answers(date(2026, 9, 1), [3] * 20, country=""),
    ]
    found = _selected(company(tmp_path, rows), Selected("country = 'DK'"))
    assert found.rest == 20


def test_each_period_has_its_part(tmp_path: Path) -> None:
    found = _selected(_company(tmp_path), Selected("country = 'SE' AND score < 9"))
    assert [(each.period, each.part and (each.part.answers, each.part.of)) for each in found.stretches] == [
        ("September 2026", (9, 48)), ("October 2026", (8, 48)),
    ]  # fmt: skip
    assert [cell.value for cell in found.shares] == [pytest.approx(18.75), pytest.approx(100 / 6)]
    assert [cell.n for cell in found.cells] == [9, 8]


def test_a_touchpoint_is_compared_within_itself(tmp_path: Path) -> None:
    rows = [
        *answers(date(2026, 9, 1), [9] * 20, country="DK", touchpoint="web"),
        *answers(date(2026, 9, 1), [3] * 12, country="SE", touchpoint="web"),
        *answers(date(2026, 9, 1), [3] * 40, country="SE", touchpoint="desk"),
    ]
    asked = Selected("country = 'DK'", within="touchpoint = 'web'", touchpoint="web")
    found = _selected(company(tmp_path, rows), asked)
    assert found.rest == 12
    assert not found.pooled
    asked = Selected("country = 'DK'", within="touchpoint = 'shop'", touchpoint="shop")
    assert _selected(company(tmp_path, rows), asked).metric is None


def test_few_people_who_must_not_be_found_are_never_told(tmp_path: Path) -> None:
    rows = [
        *answers(date(2026, 9, 1), [9] * 40, country="DK"),
        *answers(date(2026, 9, 1), [1] * 3, country="SE"),
    ]
    found = company(tmp_path, rows, anonymous=True, min_group=5)
    few = _selected(found, Selected("country = 'SE'"))
    # Everything but three would tell what the three said.
    many = _selected(found, Selected("country = 'DK'"))
    for told in (few, many):
        assert told.whole is not None
        assert (told.whole.value, told.whole.n, told.whole.against.value) == (None, None, None)
        assert (told.rest, told.part, told.cells, told.shares) == (None, None, (), ())


def test_a_column_that_nobody_has_is_named_and_nothing_is_made_up(tmp_path: Path) -> None:
    found = _selected(_company(tmp_path), Selected("contains(tags, 'late') AND country = 'DK'"))
    assert (found.missing, found.whole, found.stretches) == (("tags",), None, ())


def test_what_is_no_condition_is_refused(tmp_path: Path) -> None:
    found = _company(tmp_path)
    for text in ("country", "country = (SELECT 1)", "1; DROP TABLE x", "country ="):
        with pytest.raises(QuestionError):
            _selected(found, Selected(text))


def test_of_today_alone_nothing_is_judged(tmp_path: Path) -> None:
    rows = [
        (f"{country}{number}", f"{country}{number}", "2026-11-22", score, country, "", 1)
        for country, score in (("DK", 9), ("SE", 1))
        for number in range(30)
    ]
    whole = _selected(company(tmp_path, rows), Selected("country = 'DK'")).whole
    assert whole is not None
    assert (whole.value, whole.verdict, whole.against.p) == (100, "so far", None)
