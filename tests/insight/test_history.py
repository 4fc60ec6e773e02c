"""The history: what was told stays known, whatever the definition and the data become."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import milepost as mp
from milepost.engine.history import history
from milepost.errors import QuestionError, UnknownName
from tests.insight.company import answers, company

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
ROWS = [*answers(AUGUST, [9] * 30 + [3] * 10), *answers(SEPTEMBER, [9] * 20 + [3] * 20)]


def test_closed_periods_are_kept_once_with_their_sums(tmp_path: Path) -> None:
    plan = company(tmp_path, ROWS)
    first = plan.measure("nps", every="month")
    plan.measure("nps", every="month")
    kept = history(plan.project.store)
    assert [(r.metric, r.since, r.value, r.n) for r in kept] == [
        ("nps", AUGUST, 50.0, 40.0), ("nps", SEPTEMBER, 0.0, 40.0),
    ]  # fmt: skip
    assert json.loads(kept[0].sums) == first.cells[0].sums
    assert kept[0].definition == first.cells[0].definition


def test_what_is_cut_or_running_is_not_kept(tmp_path: Path) -> None:
    plan = company(tmp_path, [*ROWS, *answers(date(2026, 11, 1), [9] * 20)])
    plan.measure("nps", every="month", by="country")
    plan.measure("nps", every="month", where="country = 'DK'")
    plan.measure("nps", since="2026-08-03", until="2026-08-20", every="all")
    plan.measure("nps", every="month", pooled=True)
    assert history(plan.project.store) == []
    plan.measure("nps", every="month")
    assert {r.since for r in history(plan.project.store)} == {AUGUST, SEPTEMBER}


def test_hidden_numbers_are_not_kept(tmp_path: Path) -> None:
    few = answers(AUGUST, [9] * 3)
    plan = company(tmp_path, few, anonymous=True, min_group=5)
    plan.measure("nps", every="month")
    assert history(plan.project.store) == []


def test_a_change_of_definition_is_told_and_marked(tmp_path: Path) -> None:
    company(tmp_path, ROWS, type="csat", question=", scale: [0, 10]").measure("csat", every="month")
    plan = company(tmp_path, ROWS, type="csat", question=', scale: [0, 10], missing: ["3"]')
    found = plan.measure("csat", every="month")
    (note,) = [n for n in found.notes if "definition" in n]
    assert note.startswith("the definition of csat changed: csat@")
    told = plan.history("csat")
    assert [entry.change for entry in told.entries] == ["", "definition changed"] * 2
    assert [round(e.record.value) for e in told.entries] == [75, 100, 50, 100]


def test_a_change_of_the_data_is_marked(tmp_path: Path) -> None:
    company(tmp_path, ROWS).measure("nps", every="month")
    later = [("late", "c", AUGUST, 0, "DK", "", 1.0)]
    plan = company(tmp_path, [*ROWS, *later])
    assert plan.measure("nps", every="month").notes == ()
    assert [e.change for e in plan.history("nps").entries] == ["", "data changed", ""]


def test_what_was_never_told(tmp_path: Path) -> None:
    plan = company(tmp_path, ROWS)
    with pytest.raises(QuestionError, match="nothing was measured of 'nps' yet"):
        plan.history("nps")
    with pytest.raises(UnknownName, match="did you mean 'nps'"):
        plan.history("npz")


def test_a_damaged_history_keeps_no_number_from_being_told(tmp_path: Path) -> None:
    plan = company(tmp_path, ROWS)
    plan.measure("nps", every="month")
    file = plan.project.store.folder / "history.parquet"
    file.write_bytes(file.read_bytes()[:100])
    found = plan.measure("nps", every="month")
    assert len(found.cells) == 2
    (note,) = found.notes
    assert "history.parquet: cannot be read" in note
    assert file.stat().st_size == 100


def _measure(path: Path) -> int:
    return len(mp.open(path).measure("nps", every="month").cells)


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    plan = company(tmp_path, ROWS)
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(_measure, [tmp_path / "milepost.yaml"] * 4)) == [2] * 4
    assert len(history(plan.project.store)) == 2
