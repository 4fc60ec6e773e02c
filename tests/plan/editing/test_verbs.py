"""The changes that pages make: read back by the plan's own reader, and undone without a trace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milepost.engine.project import open_project
from milepost.errors import UnknownName
from milepost.plan.editing import parts
from milepost.plan.editing import touchpoints as points
from milepost.plan.editing.edit import Edit, EditError
from milepost.plan.load import read_plan
from milepost.plan.model import Plan, Signal
from milepost.plan.starter import starter

ROOT = Path(__file__).parents[3]
AIRPORT = (ROOT / "examples/airport/milepost.yaml").read_text(encoding="utf-8")
DESK = (ROOT / "examples/desk/milepost.yaml").read_text(encoding="utf-8")
START = starter("Acme: Söhne #1", timezone="Europe/Berlin")


def _plan(text: str, folder: Path) -> Plan:
    file = folder / "milepost.yaml"
    file.write_bytes(text.encode())
    project = open_project(file)
    return project.plan


def _shown(before: str, after: str) -> list[str]:
    return [line.mark + line.text for line in Edit(before, after).difference if line.mark in "+-"]


def test_a_target_touches_its_own_line_alone(tmp_path: Path) -> None:
    after = points.set_target(AIRPORT, "security", "ease", 87.5)
    assert _shown(AIRPORT, after) == [
        "-        targets: {ease: 85}",
        "+        targets: {ease: 87.5}",
    ]
    point = next(p for p in _plan(after, tmp_path).touchpoints if p.name == "security")
    assert point.targets == {"ease": 87.5}
    assert points.set_target(after, "security", "ease", 85) == AIRPORT


def test_a_new_target_is_one_new_line_and_goes_with_its_key(tmp_path: Path) -> None:
    after = points.set_target(AIRPORT, "gate", "csat", 80.0)
    assert _shown(AIRPORT, after) == ["+        targets: {csat: 80}"]
    assert points.set_target(after, "gate", "csat", None) == AIRPORT


def test_a_target_of_the_company_stands_at_the_head(tmp_path: Path) -> None:
    after = points.set_target(AIRPORT, None, "nps", 40)
    assert _plan(after, tmp_path).targets == {"csat": 80, "nps": 40}


@pytest.mark.parametrize(
    ("field", "value"),
    [("owner", "ops@example.com"), ("needs", "in time: always"), ("tools", "yes"), ("title", "#1"),
     ("review_by", date(2027, 1, 31)), ("headline", "csat")],
)  # fmt: skip
def test_a_field_is_set_read_and_removed(
    field: points.Field, value: str | date, tmp_path: Path
) -> None:
    after = points.set_field(AIRPORT, "gate", field, value)
    point = next(p for p in _plan(after, tmp_path).touchpoints if p.name == "gate")
    assert getattr(point, field) == value
    if field not in ("needs", "tools", "title"):
        assert points.set_field(after, "gate", field, None) == AIRPORT


def test_signals_come_and_go(tmp_path: Path) -> None:
    signal = Signal(metric="contacts_again", within="14 days")
    after = points.add_signal(DESK, "desk", "outcome", signal)
    assert "outcome: [contacts_again, {metric: contacts_again, within: 14 days}]" in after
    assert points.add_signal(after, "desk", "outcome", signal) == after
    assert points.remove_signal(after, "desk", "outcome", signal) == DESK
    _plan(after, tmp_path)


def test_the_last_signal_takes_its_key_along(tmp_path: Path) -> None:
    after = points.remove_signal(DESK, "desk", "outcome", Signal(metric="contacts_again"))
    after = points.set_not_wanted(after, "desk", "outcome", "nobody comes twice")
    found = _plan(after, tmp_path).touchpoints[0]
    assert found.outcome == ()
    assert dict(found.not_wanted)["outcome"] == "nobody comes twice"


def test_a_touchpoint_is_added_moved_and_removed(tmp_path: Path) -> None:
    added = points.add_touchpoint(AIRPORT, "fly", "customs", "Customs", before="shops")
    moved = points.move_touchpoint(added, "customs", before="getting_there")
    names = [point.name for point in _plan(moved, tmp_path).touchpoints]
    assert names[:2] == ["customs", "getting_there"]
    last = points.move_touchpoint(moved, "customs", before=None)
    assert [point.name for point in _plan(last, tmp_path).touchpoints][-1] == "customs"
    assert points.remove_touchpoint(last, "customs") == AIRPORT
    with pytest.raises(EditError, match="is there already"):
        points.add_touchpoint(AIRPORT, "fly", "gate", "Gate")


def test_a_plan_is_made_of_nothing_but_a_company(tmp_path: Path) -> None:
    text = parts.add_journey(START, "buy", "Buying: all of it")
    text = points.add_touchpoint(text, "buy", "delivery", "Delivery")
    text = points.add_signal(text, "delivery", "perception", Signal(metric="csat"))
    text = points.add_signal(text, "delivery", "perception", Signal(metric="nps", of="company"))
    text = points.set_target(text, "delivery", "csat", 85)
    text = parts.set_goal(text, "buy", "csat", "delivery")
    text = parts.add_initiative(text, "signs", date(2026, 3, 1), cost=1200.5, metric="csat",
                                touchpoint="delivery")  # fmt: skip
    text = parts.add_note(text, date(2026, 5, 12), "strike: ground staff")
    text = parts.add_segments(text, "country", "store", "country")
    text = parts.set_company(text, "currency", "EUR")
    text = parts.set_whole(text, "headline", "nps")
    plan = _plan(text, tmp_path)
    assert plan.company.name == "Acme: Söhne #1"
    assert plan.company.currency == "EUR"
    assert plan.segments == ("country", "store")
    assert plan.journeys[0].goal is not None
    assert [signal.metric for signal in plan.touchpoints[0].perception] == ["csat", "nps"]
    assert plan.initiatives[0].cost == 1200.5
    assert plan.notes[0].text == "strike: ground staff"
    # The comments of the starter stay.
    assert all(line in text.split("\n") for line in START.split("\n") if line.startswith("#"))


def test_what_was_added_last_goes_without_a_trace() -> None:
    note = parts.add_note(DESK, date(2026, 5, 12), "strike")
    assert parts.remove_note(note, date(2026, 5, 12), "strike") == DESK
    was = (date(2026, 5, 12), "strike")
    moved_note = parts.set_note(note, was, date(2026, 5, 13), "strike")
    assert moved_note == note.replace("05-12", "05-13")
    assert parts.set_note(note, was, was[0], "lock: out") == note.replace("strike", '"lock: out"')
    initiative = parts.add_initiative(DESK, "x", date(2026, 3, 1))
    assert parts.remove_initiative(initiative, "x") == DESK
    journey = parts.add_journey(DESK, "buy", "Buying")
    assert parts.remove_journey(journey, "buy") == DESK
    moved = parts.move_journey(journey, "buy", before="help")
    assert parts.move_journey(moved, "buy", before=None) == journey
    source = parts.add_source(DESK, {"name": "people", "fact": "customers", "from": "server"})
    assert source.count("from: server") == 1


def test_a_name_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'security'"):
        points.set_target(AIRPORT, "securty", "ease", 85)


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    windows = AIRPORT.replace("\n", "\r\n")
    after = points.set_target(windows, "gate", "csat", 80)
    assert after == points.set_target(AIRPORT, "gate", "csat", 80).replace("\n", "\r\n")
    file = tmp_path / "milepost.yaml"
    file.write_bytes(after.encode())
    assert not read_plan(file).findings


def test_an_edit_tells_its_difference_with_three_lines_around() -> None:
    edit = Edit("a\nb\nc\nd\ne\n", "a\nb\nc\nd\nf\n")
    assert [(line.mark, line.text) for line in edit.difference[1:]] == [
        (" ", "b"), (" ", "c"), (" ", "d"), ("-", "e"), ("+", "f"),
    ]  # fmt: skip
    assert Edit("a", "a").empty
